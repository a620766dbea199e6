package play

import (
	"errors"
	"fmt"
	"math"
	"os"

	"lapicque/compare"
	"lapicque/network"
	"lapicque/runs/raster"
	"lapicque/runs/store"
)

const (
	maxTraceRows = 20000
	maxFieldRows = 5000
)

var nan = Number(math.NaN())

// recorder writes the tables, arrays and raster of a run. Without a folder it
// does nothing.
type recorder struct {
	folder   *store.Folder
	cascades *store.Table
	traces   *store.Table
	spikes   *raster.Writer
	file     *os.File // of spikes
	times    []float64
	rows     [][]float64 // network densities
}

// newRecorder opens what is written while the network runs.
func newRecorder(r *run) (*recorder, error) {
	out := &recorder{folder: r.options.Folder}
	if out.folder == nil || !r.options.Sides.Network {
		return out, nil
	}
	var err error
	if out.cascades, err = out.folder.Table("tables/cascades.csv", "replica", "id", "time", "size", "generations"); err != nil {
		return out, err
	}
	if n := min(r.tail.Record.Traces.Neurons, r.tail.Particles.N); n > 0 {
		columns := []string{"time"}
		for i := range n {
			columns = append(columns, fmt.Sprintf("v%d", i))
		}
		if out.traces, err = out.folder.Table("tables/traces.csv", columns...); err != nil {
			return out, err
		}
	}
	if r.tail.Record.Raster.Neurons > 0 {
		if out.file, err = out.folder.File("raster.parquet"); err != nil {
			return out, err
		}
		out.spikes, err = raster.NewWriter(out.file, raster.Metadata{
			Scenario: r.Name, Seed: r.head.Seed, Units: "membrane time constants", Version: r.options.Version,
		})
	}
	return out, err
}

// observers returns what looks at replica 0 while it runs.
func (o *recorder) observers(r *run) (list []network.Observer) {
	if o.spikes != nil {
		from, to := r.tail.Record.Raster.Interval(r.plan.end)
		var chosen []raster.Spike
		list = append(list, &network.Raster{
			Neurons: r.tail.Record.Raster.Neurons, From: from, To: to,
			Sink: func(spikes []network.Spike) error {
				chosen = chosen[:0]
				for _, s := range spikes {
					chosen = append(chosen, raster.Spike{Time: s.Time, Neuron: s.Neuron, Cascade: s.Cascade, Generation: s.Generation})
				}
				return o.spikes.Write(chosen)
			},
		})
	}
	if o.traces != nil {
		steps := math.Ceil(r.plan.end / r.plan.dt)
		list = append(list, &tracer{
			table: o.traces, neurons: min(r.tail.Record.Traces.Neurons, r.tail.Particles.N),
			every: r.plan.dt * math.Max(1, math.Ceil(steps/maxTraceRows)),
		})
	}
	return list
}

// tracer writes the potentials of the first neurons, at intervals of at least every.
type tracer struct {
	table   *store.Table
	neurons int
	every   float64
	next    float64
	row     []any
}

// Observe writes a row when it is time to.
func (t *tracer) Observe(f *network.Frame) error {
	if f.End < t.next*(1-1e-12) {
		return nil
	}
	t.next = f.End + t.every
	t.row = append(t.row[:0], f.End)
	for i := range t.neurons {
		t.row = append(t.row, f.Potential(i))
	}
	t.table.Row(t.row...)
	return nil
}

// cascade writes one cascade of two neurons or more.
func (o *recorder) cascade(replica int, c network.CascadeEvent) {
	if o.cascades != nil {
		o.cascades.Row(replica, c.ID, c.Time, c.Size, c.Generations)
	}
}

// density keeps the histogram of a snapshot of the network.
func (o *recorder) density(r *run, samples [][]float64, t float64) {
	if o.folder == nil {
		return
	}
	total := make([]float64, len(r.bins)-1)
	for _, s := range samples {
		for i, d := range compare.Histogram(s, r.bins) {
			total[i] += d / float64(len(samples))
		}
	}
	o.times, o.rows = append(o.times, t), append(o.rows, total)
}

// results writes what stands at the end of a run, as far as it came.
func (o *recorder) results(r *run) error {
	if o.folder == nil {
		return nil
	}
	errs := []error{o.snapshots(r.out), o.densities(r)}
	if r.evidence.field != nil {
		errs = append(errs, o.curve(r.evidence.field), o.entropies(r.approach, r.evidence.field))
	}
	if r.out.Compare != nil {
		errs = append(errs, o.differences(r.out.Compare))
	}
	return errors.Join(append(errs, o.rates(r))...)
}

// curve writes the steps of the mean field, thinned.
func (o *recorder) curve(f *field) error {
	t, err := o.folder.Table("tables/meanfield.csv", "time", "rate", "fired", "mass", "mean", "variance")
	if err != nil {
		return err
	}
	stride := (len(f.curve) + maxFieldRows - 1) / maxFieldRows
	for i, s := range f.curve {
		if i%max(stride, 1) == 0 || i == len(f.curve)-1 {
			t.Row(s.Time, s.Rate, s.Fired, s.Mass, s.Mean, s.Variance)
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
	t, err := o.folder.Table("tables/snapshots.csv", "side", "time", "rate", "rate_se", "mean", "variance", "mass")
	if err != nil {
		return err
	}
	if s.Network != nil {
		for _, x := range s.Network.Snapshots {
			t.Row("network", x.Time, float64(x.Rate), float64(x.RateSE), float64(x.Mean), float64(x.Variance), nil)
		}
	}
	if s.MeanField != nil {
		for _, x := range s.MeanField.Snapshots {
			t.Row("meanfield", x.Time, float64(x.Rate), nil, float64(x.Mean), float64(x.Variance), float64(x.Mass))
		}
	}
	return t.Close()
}

// differences writes the comparison; null columns hold the level that chance
// exceeds once in 1000.
func (o *recorder) differences(c *Compare) error {
	t, err := o.folder.Table("tables/errors.csv", "time", "w1", "w1_null", "ks", "ks_null", "l1", "l1_null", "l2",
		"mean_error", "mean_error_se", "variance_error", "rate_error", "rate_error_se", "verdict")
	if err != nil {
		return err
	}
	for _, x := range c.Snapshots {
		t.Row(x.Time, float64(x.W1), x.Null.W1.Q999, float64(x.KS), x.Null.KS.Q999, float64(x.L1), x.Null.L1.Q999, float64(x.L2),
			float64(x.MeanError), float64(x.MeanErrorSE), float64(x.VarianceError), float64(x.RateError), float64(x.RateErrorSE), string(x.Verdict))
	}
	return t.Close()
}

// rates writes the bins of time of both sides; a bin that a side has not reached
// is empty there.
func (o *recorder) rates(r *run) error {
	t, err := o.folder.Table("tables/rates.csv", "time_from", "time_to", "network_rate", "network_rate_se", "meanfield_rate")
	if err != nil {
		return err
	}
	reached := 0.0
	if r.crowd != nil {
		reached = r.crowd.time()
	}
	for k := range len(r.plan.bins) - 1 {
		from, to := r.plan.bins[k], r.plan.bins[k+1]
		rate, se, mean := math.NaN(), math.NaN(), math.NaN()
		if reached >= to {
			rate, se = rateOf(r.crowd.counted(r.plan, from, to), r.tail.Particles.N, to-from)
		}
		if r.evidence.field != nil {
			mean = r.evidence.field.meanRate(from, to)
		}
		t.Row(from, to, rate, se, mean)
	}
	return t.Close()
}

// densities writes the histograms of the network and the cell averages of the
// mean field on the same bins.
func (o *recorder) densities(r *run) error {
	errs := []error{}
	if len(r.bins) > 0 {
		errs = append(errs, o.folder.Vector("arrays/density_edges.npy", r.bins))
	}
	if len(o.rows) > 0 {
		errs = append(errs, o.folder.Matrix("arrays/density_network.npy", o.rows), o.folder.Vector("arrays/density_network_times.npy", o.times))
	}
	if f := r.evidence.field; f != nil && len(f.snapshots) > 0 {
		var rows [][]float64
		var times []float64
		for _, s := range f.snapshots {
			rows = append(rows, compare.Rebin(compare.Density{Edges: s.Edges, Values: s.Density}, r.bins))
			times = append(times, s.Time)
		}
		errs = append(errs, o.folder.Matrix("arrays/density_meanfield.npy", rows), o.folder.Vector("arrays/density_meanfield_times.npy", times))
	}
	return errors.Join(errs...)
}

// close closes what is written while the network runs.
func (o *recorder) close() error {
	var errs []error
	for _, t := range []*store.Table{o.cascades, o.traces} {
		if t != nil {
			errs = append(errs, t.Close())
		}
	}
	if o.spikes != nil {
		errs = append(errs, o.spikes.Close())
	}
	if o.file != nil {
		errs = append(errs, o.file.Close())
	}
	return errors.Join(errs...)
}
