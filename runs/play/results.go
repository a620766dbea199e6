package play

import (
	"errors"
	"math"

	"lapicque/compare"
)

// density keeps the histograms of a snapshot of the network: of all neurons, so that their integral is the
// fraction that is not refractory, as that of the mean field's density is.
func (o *recorder) density(r *run, samples []sample, t float64) {
	if o.folder == nil {
		return
	}
	o.times = append(o.times, t)
	o.joint(r, samples)
	for k, one := range samples {
		total := make([]float64, len(r.bins[k])-1)
		for _, s := range one.potentials {
			if len(s) == 0 {
				continue
			}
			share := float64(len(s)) / float64(r.populations[k].N)
			for i, d := range compare.Histogram(s, r.bins[k]) {
				total[i] += share * d / float64(len(one.potentials))
			}
		}
		o.rows[k] = append(o.rows[k], total)
	}
}

// results writes what stands at the end of a run, as far as it came.
func (o *recorder) results(r *run) error {
	if o.folder == nil {
		return nil
	}
	errs := []error{o.snapshots(r.out), o.densities(r), o.joints(r)}
	if r.evidence.field != nil && r.evidence.doubled == 0 {
		errs = append(errs, o.curve(r.evidence.field))
	}
	if r.evidence.field != nil && r.approach != nil {
		errs = append(errs, o.entropies(r.approach, r.evidence.field))
	}
	if r.out.Compare != nil {
		errs = append(errs, o.differences(r.out.Compare, r.out.paired()))
	}
	return errors.Join(append(errs, o.rates(r))...)
}

// side names what the network is held against in tables and arrays.
func side(s Summary) string {
	if s.Doubled != nil {
		return "doubled"
	}
	return "meanfield"
}

// curve writes the steps of the mean field, thinned.
func (o *recorder) curve(f *field) error {
	t, err := o.table("meanfield", []string{"time"}, "rate", "fired", "mass", "mean", "variance", "refractory")
	if err != nil {
		return err
	}
	stride := (len(f.curve) + maxFieldRows - 1) / maxFieldRows
	for i, step := range f.curve {
		if i%max(stride, 1) != 0 && i != len(f.curve)-1 {
			continue
		}
		for k, s := range step {
			o.row(t, k, []any{s.Time}, s.Rate, s.Fired, s.Mass, s.Mean, s.Variance, s.Refractory)
		}
	}
	return t.Close()
}

// entropies writes the relative entropy against the steady state that the mean field approaches.
func (o *recorder) entropies(a *approach, f *field) error {
	if len(f.curve) == 0 {
		return nil
	}
	to, values := a.curve(f)
	if to == nil {
		return nil
	}
	t, err := o.folder.Table("tables/entropy.csv", "time", "entropy")
	if err != nil {
		return err
	}
	for i, v := range values {
		t.Row(a.times[i], v)
	}
	return t.Close()
}

// snapshots writes the moments of both sides.
func (o *recorder) snapshots(s Summary) error {
	pairs := s.paired()
	t, err := o.table("snapshots", []string{"side", "time"}, append([]string{"rate", "rate_se", "mean", "variance", "refractory", "refractory_se", "mass"},
		pairs.names("mean_g", "variance_g")...)...)
	if err != nil {
		return err
	}
	if s.Network != nil {
		for _, line := range s.Network.Snapshots {
			for k := range o.populations {
				x := line.State(o.populations[k].Name)
				o.row(t, k, []any{"network", line.Time}, append([]any{float64(x.Rate), float64(x.RateSE), float64(x.Mean), float64(x.Variance),
					float64(x.Refractory), float64(x.RefractorySE), nil}, x.Joint.cells()...)...)
			}
		}
	}
	if s.Doubled != nil {
		for _, line := range s.Doubled.Snapshots {
			for k := range o.populations {
				x := line.State(o.populations[k].Name)
				o.row(t, k, []any{side(s), line.Time}, append([]any{float64(x.Rate), float64(x.RateSE), float64(x.Mean), float64(x.Variance),
					float64(x.Refractory), float64(x.RefractorySE), nil}, x.Joint.cells()...)...)
			}
		}
	}
	if s.MeanField != nil {
		for _, line := range s.MeanField.Snapshots {
			for k := range o.populations {
				x := line.State(o.populations[k].Name)
				o.row(t, k, []any{"meanfield", line.Time}, append([]any{float64(x.Rate), nil, float64(x.Mean), float64(x.Variance),
					float64(x.Refractory), nil, float64(x.Mass)}, x.Joint.cells()...)...)
			}
		}
	}
	return t.Close()
}

// differences writes the comparison; null columns hold the level that chance
// exceeds once in 1000.
func (o *recorder) differences(c *Compare, pairs paired) error {
	t, err := o.table("errors", []string{"time"}, append([]string{"w1", "w1_null", "ks", "ks_null", "l1", "l1_null", "l2",
		"mean_error", "mean_error_se", "variance_error", "rate_error", "rate_error_se", "refractory_error", "refractory_error_se", "verdict"},
		pairs.names("joint_l1", "joint_l1_null", "joint_l1_counting", "sliced_w1", "sliced_w1_null", "g_w1", "g_w1_null", "g_ks", "g_ks_null",
			"mean_g_error", "mean_g_error_se", "variance_g_error", "variance_g_error_se", "joint_verdict")...)...)
	if err != nil {
		return err
	}
	for _, line := range c.Snapshots {
		for k := range o.populations {
			x := line.Of(o.populations[k].Name)
			o.row(t, k, []any{line.Time}, append([]any{float64(x.W1), x.Null.W1.Q999, float64(x.KS), x.Null.KS.Q999, float64(x.L1), x.Null.L1.Q999, float64(x.L2),
				float64(x.MeanError), float64(x.MeanErrorSE), float64(x.VarianceError), float64(x.RateError), float64(x.RateErrorSE),
				float64(x.RefractoryError), float64(x.RefractorySE), string(x.Verdict)}, x.Joint.cells(pairs)...)...)
		}
	}
	return t.Close()
}

// rates writes the bins of time of both sides; a bin that a side has not reached
// is empty there.
func (o *recorder) rates(r *run) error {
	t, err := o.table("rates", []string{"time_from", "time_to"}, "network_rate", "network_rate_se", side(r.out)+"_rate")
	if err != nil {
		return err
	}
	reached := 0.0
	if r.crowd != nil {
		reached = r.crowd.time()
	}
	for i := range len(r.plan.bins) - 1 {
		from, to := r.plan.bins[i], r.plan.bins[i+1]
		for k, p := range o.populations {
			rate, se, mean := math.NaN(), math.NaN(), math.NaN()
			if reached >= to {
				rate, se = rateOf(r.crowd.counted(k, r.plan, from, to), p.N, to-from)
			}
			if r.evidence.field != nil {
				mean = r.evidence.field.meanRate(k, from, to)
			}
			o.row(t, k, []any{from, to}, rate, se, mean)
		}
	}
	return t.Close()
}

// densities writes the histograms of the network and the cell averages of the
// mean field on the same bins.
func (o *recorder) densities(r *run) error {
	errs := []error{}
	for k := range r.bins { // one a population, none before the mean field is solved
		array := func(side string) string { return "arrays/" + o.named("density_"+side, k) + ".npy" }
		errs = append(errs, o.folder.Vector(array("edges"), r.bins[k]))
		if len(o.rows[k]) > 0 {
			errs = append(errs, o.folder.Matrix(array("network"), o.rows[k]))
		}
		if f := r.evidence.field; f != nil && len(f.snapshots) > 0 {
			var rows [][]float64
			for _, s := range f.snapshots {
				rows = append(rows, s.parts[k].binned(r.bins[k]))
			}
			errs = append(errs, o.folder.Matrix(array(side(r.out)), rows))
		}
	}
	if len(o.times) > 0 {
		errs = append(errs, o.folder.Vector("arrays/density_network_times.npy", o.times))
	}
	if f := r.evidence.field; f != nil && len(f.snapshots) > 0 {
		var times []float64
		for _, s := range f.snapshots {
			times = append(times, s.time)
		}
		errs = append(errs, o.folder.Vector("arrays/density_"+side(r.out)+"_times.npy", times))
	}
	return errors.Join(errs...)
}
