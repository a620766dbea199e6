package play

import (
	"errors"
	"fmt"
	"math"

	"lapicque/network"
	"lapicque/runs/raster"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

const (
	maxTraceRows = 20000
	maxFieldRows = 5000
)

var nan = Number(math.NaN())

// recorder writes the tables, arrays and raster of a run. Without a folder it
// does nothing. Where populations have names, long tables have a column population after their
// first ones, and what is wide, traces and arrays, is a file for each, its name ending with that of the population.
type recorder struct {
	folder      *store.Folder
	populations []scenario.Population
	cascades    *store.Table
	traces      []*store.Table
	tracers     []*tracer
	spikes      spikeFile
	keeper      *keeper // nil without checkpoints
	times       []float64
	rows        [][][]float64 // network densities of each population
	pairs       [][]float64   // network densities of pairs of each, one snapshot after the other
}

// newRecorder opens what is written while the network runs.
func newRecorder(r *run) (*recorder, error) {
	out := &recorder{folder: r.options.Folder, populations: r.populations, rows: make([][][]float64, len(r.populations)), pairs: make([][]float64, len(r.populations)), keeper: r.keeper}
	if out.folder == nil || !r.options.Sides.Network {
		return out, nil
	}
	var err error
	if out.cascades, err = out.keeper.table(out.folder, "tables/cascades.csv", out.columns([]string{"replica"}, "id", "time", "size", "generations")); err != nil {
		return out, err
	}
	for k, p := range r.populations {
		n := min(r.tail.Record.Traces.Neurons, p.N)
		if n == 0 {
			break
		}
		columns := []string{"time"}
		for i := range n {
			columns = append(columns, fmt.Sprintf("v%d", i))
		}
		one, err := out.keeper.table(out.folder, "tables/"+out.named("traces", k)+".csv", columns)
		if err != nil {
			return out, err
		}
		out.traces = append(out.traces, one)
	}
	if r.tail.Record.Raster.Neurons > 0 {
		if out.keeper != nil {
			out.spikes, err = out.keeper.spool(out.folder, out.meta(r))
		} else {
			out.spikes, err = newRaster(out.folder, out.meta(r))
		}
	}
	return out, err
}

// meta describes the raster.
func (o *recorder) meta(r *run) raster.Metadata {
	from, to := r.tail.Record.Raster.Interval(r.plan.end)
	meta := raster.Metadata{
		Scenario: r.Name, Seed: r.head.Seed, Units: r.TimeUnit(), Version: r.options.Version, Populations: o.names(),
		Start: from, End: min(to, r.plan.end),
	}
	for _, p := range r.populations {
		meta.Neurons = append(meta.Neurons, min(r.tail.Record.Raster.Neurons, p.N))
	}
	return meta
}

// names returns the names of the populations, nil for the only one without.
func (o *recorder) names() (names []string) {
	if !several(o.populations) {
		return nil
	}
	for _, p := range o.populations {
		names = append(names, p.Name)
	}
	return names
}

// named returns the name of a file of a population.
func (o *recorder) named(base string, population int) string {
	if !several(o.populations) {
		return base
	}
	return base + "_" + o.populations[population].Name
}

// table opens a long table: the columns first, population where they have names, the others.
func (o *recorder) table(name string, first []string, others ...string) (*store.Table, error) {
	return o.folder.Table("tables/"+name+".csv", o.columns(first, others...)...)
}

// columns returns those of a long table.
func (o *recorder) columns(first []string, others ...string) []string {
	if several(o.populations) {
		first = append(first, "population")
	}
	return append(first, others...)
}

// row writes a row of a long table.
func (o *recorder) row(t *store.Table, population int, first []any, others ...any) {
	if several(o.populations) {
		first = append(first, o.populations[population].Name)
	}
	t.Row(append(first, others...)...)
}

// observers returns what looks at replica 0 while it runs, a list a population.
func (o *recorder) observers(r *run) [][]network.Observer {
	lists := make([][]network.Observer, len(o.populations))
	for k := range lists {
		if o.spikes != nil {
			lists[k] = append(lists[k], o.raster(r, k))
		}
		if k < len(o.traces) {
			steps := math.Ceil(r.plan.end / r.plan.dt)
			o.tracers = append(o.tracers, &tracer{
				table: o.traces[k], neurons: min(r.tail.Record.Traces.Neurons, o.populations[k].N),
				every: r.plan.dt * math.Max(1, math.Ceil(steps/maxTraceRows)), next: r.plan.burnIn,
			})
			lists[k] = append(lists[k], o.tracers[k])
		}
	}
	return lists
}

// raster writes the spikes of a population.
func (o *recorder) raster(r *run, population int) *network.Raster {
	from, to := r.tail.Record.Raster.Interval(r.plan.end)
	var chosen []raster.Spike
	return &network.Raster{
		Neurons: r.tail.Record.Raster.Neurons, From: from, To: to,
		Sink: func(spikes []network.Spike) error {
			chosen = chosen[:0]
			for _, s := range spikes {
				chosen = append(chosen, raster.Spike{Time: s.Time, Neuron: s.Neuron, Population: uint8(population), Cascade: s.Cascade, Generation: s.Generation})
			}
			return o.spikes.Write(chosen)
		},
	}
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

// cascade writes one cascade of two neurons or more, a row for each population that it ran through.
func (o *recorder) cascade(replica int, c network.CascadeEvent, sizes []int) {
	for k, size := range sizes {
		if o.cascades != nil && size > 0 {
			o.row(o.cascades, k, []any{replica}, c.ID, c.Time, size, c.Generations)
		}
	}
}

// close closes what is written while the network runs.
func (o *recorder) close() error {
	var errs []error
	for _, t := range append(o.traces, o.cascades) {
		if t != nil {
			errs = append(errs, t.Close())
		}
	}
	if o.spikes != nil {
		errs = append(errs, o.spikes.Close())
	}
	return errors.Join(errs...)
}
