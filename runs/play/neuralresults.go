package play

import (
	"errors"
)

// results writes the tables and arrays of a neural field, as far as it came.
func (n *neural) results() error {
	if n.options.Folder == nil {
		return nil
	}
	errs := []error{n.axis(), n.snapshotTable()}
	if s := n.solution; s != nil {
		errs = append(errs, n.curveTable())
		for p := range n.populations {
			var rows [][]float64
			for _, one := range s.snapshots {
				rows = append(rows, one[p])
			}
			errs = append(errs, n.array("meanfield", p, rows))
		}
		errs = append(errs, n.times("meanfield", n.plan.snapshots[:len(s.snapshots)]))
	}
	if n.records != nil {
		var times []float64
		for _, one := range n.records {
			times = append(times, one.time)
		}
		errs = append(errs, n.times("network", times))
		for p := range n.populations {
			var mean, se [][]float64
			for _, one := range n.records {
				mean, se = append(mean, one.mean[p]), append(se, one.se[p])
			}
			errs = append(errs, n.array("network", p, mean), n.array("network_se", p, se))
		}
	}
	if n.out.Neural.Compare != nil {
		errs = append(errs, n.errorTable())
	}
	return errors.Join(errs...)
}

// axis writes the coordinates of the sites along a side.
func (n *neural) axis() error {
	d := n.field.Law.Domain
	axis := []float64{0}
	if d.Dims > 0 {
		axis = make([]float64, d.Sites)
	}
	for i := range axis {
		axis[i] = d.Coordinate(i)
	}
	return n.options.Folder.Vector("arrays/field_axis.npy", axis)
}

// times writes those of the snapshots of a side.
func (n *neural) times(side string, times []float64) error {
	if len(times) == 0 {
		return nil
	}
	return n.options.Folder.Vector("arrays/field_"+side+"_times.npy", times)
}

// array writes fields at the snapshots: snapshots × sites, on a torus snapshots × sites × sites.
func (n *neural) array(what string, population int, rows [][]float64) error {
	if len(rows) == 0 {
		return nil
	}
	shape := []int{len(rows), len(rows[0])}
	if d := n.field.Law.Domain; d.Dims == 2 {
		shape = []int{len(rows), d.Sites, d.Sites}
	}
	var values []float64
	for _, row := range rows {
		values = append(values, row...)
	}
	return n.options.Folder.Array("arrays/"+n.recorder.named("field_"+what, population)+".npy", values, shape...)
}

// curveTable writes the steps of the equation, thinned.
func (n *neural) curveTable() error {
	t, err := n.recorder.table("meanfield", []string{"time"}, "mean", "variance", "least", "greatest")
	if err != nil {
		return err
	}
	curve := n.solution.curve
	stride := max(1, (len(curve)+maxFieldRows-1)/maxFieldRows)
	for i, step := range curve {
		if i%stride != 0 && i != len(curve)-1 {
			continue
		}
		for p, m := range step.parts {
			n.recorder.row(t, p, []any{step.time}, m.mean, m.variance, m.least, m.greatest)
		}
	}
	return t.Close()
}

// snapshotTable writes both sides at the snapshots.
func (n *neural) snapshotTable() error {
	t, err := n.recorder.table("snapshots", []string{"side", "time"}, "mean", "mean_se", "variance", "least", "greatest", "width", "width_se")
	if err != nil {
		return err
	}
	write := func(side string, list []NeuralSnapshot) {
		for _, line := range list {
			for p, one := range n.populations {
				x := line.State(one.Name)
				n.recorder.row(t, p, []any{side, line.Time}, float64(x.Mean), cell(x.MeanSE), float64(x.Variance), float64(x.Least), float64(x.Greatest),
					cell(x.Width), cell(x.WidthSE))
			}
		}
	}
	if s := n.out.Neural.Network; s != nil {
		write("network", s.Snapshots)
	}
	if s := n.out.Neural.MeanField; s != nil {
		write("meanfield", s.Snapshots)
	}
	return t.Close()
}

// cell returns a number of a table, nothing where there is none.
func cell(x *Number) any {
	if x == nil {
		return nil
	}
	return float64(*x)
}

// errorTable writes the comparison; null columns hold the level that chance exceeds once in 1000.
func (n *neural) errorTable() error {
	t, err := n.recorder.table("errors", []string{"time"}, "l1", "l1_null", "l2", "l2_null", "sup", "sup_null", "mean_error", "mean_error_se",
		"peak", "peak_allowed", "shift_x", "shift_y", "shift_t", "verdict")
	if err != nil {
		return err
	}
	for _, line := range n.out.Neural.Compare.Snapshots {
		for p, one := range n.populations {
			x := line.Of(one.Name)
			n.recorder.row(t, p, []any{line.Time}, float64(x.L1), float64(x.Null.L1), float64(x.L2), float64(x.Null.L2), float64(x.Sup), float64(x.Null.Sup),
				float64(x.MeanError), float64(x.MeanErrorSE), float64(x.Peak), float64(x.PeakAllowed),
				float64(line.ShiftX), float64(line.ShiftY), float64(line.ShiftT), string(x.Verdict))
		}
	}
	return t.Close()
}
