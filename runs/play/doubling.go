package play

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/network"
	"lapicque/network/state"
	"lapicque/runs/scenario"
)

// Doubling is the kind of a comparison of networks of N neurons with networks of 2N, which are independent of
// them: what there is for a model without an equation of its limit.
const Doubling = "doubling"

// wider is by which factor chance moves a network of N further from one of 2N than from the limit itself: fluctuations
// of an average over N neurons have a variance of order 1/N, shared ones too, so that 2N add half of it.
var wider = math.Sqrt(1.5)

// reference returns what stands in place of the equation in a comparison: the document of twice the neurons, nil where
// there is an equation, or no comparison.
func (r *run) reference() scenario.Neurons {
	if one, ok := r.Document.(scenario.Doubling); ok && r.options.Sides.Network && r.options.Sides.MeanField {
		return one.Doubled()
	}
	return nil
}

// doubled plays the networks of twice the neurons and keeps what a comparison asks of a mean field.
func (r *run) doubled(ctx context.Context, twice scenario.Neurons) error {
	began := time.Now()
	defer func() { r.out.Seconds.Network += time.Since(began).Seconds() }()
	replicas, populations := r.tail.Particles.Replicas, twice.Populations()
	f := &field{}
	if r.keeper != nil {
		r.before = map[string]func(*state.Codec){phaseDoubled: r.ofDoubled}
	}
	if r.keeper.beyond(phaseDoubled) {
		r.evidence.field = f
		if err := r.keeper.take(described(phaseDoubled, r.ofDoubled)); err != nil {
			return err
		}
		r.evidence.doubled = r.out.Doubled.N
		r.bin(f)
		return nil
	}
	c, err := newCrowd(r, twice, uint64(replicas), make([][]network.Observer, len(populations)))
	if err != nil {
		return err
	}
	var d doubling
	if err := r.keeper.resume(d.kept(c)); err != nil {
		return err
	}
	for _, t := range r.plan.landings()[d.landed:] {
		if err := r.keeper.reach(ctx, d.kept(c), t); err != nil {
			return err
		}
		if _, found := slices.BinarySearch(r.plan.snapshots, t); found {
			d.samples = append(d.samples, c.samples())
		}
		d.landed++
	}
	out := &Network{Replicas: replicas, Snapshots: []NetworkSnapshot{}, BlowUps: []NetworkBlowUp{}, Engine: c.engine()}
	for k, p := range populations {
		out.N += p.N
		out.Spikes += c.spikes(k)
	}
	for i, one := range d.samples {
		t, w := r.plan.snapshots[i], r.plan.windows[i]
		line, snapshot := NetworkSnapshot{Time: t, RateWindow: w}, fieldSnapshot{time: t}
		states := newNamed[NetworkState](populations, &line.Populations)
		for k, p := range populations {
			state := stateOf(one[k], c.counted(k, r.plan, w[0], w[1]), p.N, w[1]-w[0])
			states.put(k, state)
			snapshot.parts = append(snapshot.parts, partOf(t, one[k], float64(state.Rate)))
		}
		line.NetworkState = states.only
		out.Snapshots, f.snapshots = append(out.Snapshots, line), append(f.snapshots, snapshot)
	}
	f.curve = c.curve(r.plan, populations)
	r.out.Doubled, r.evidence.field, r.evidence.doubled = out, f, out.N
	r.bin(f)
	return nil
}

// partOf returns a population of all replicas together as a mean field is kept.
func partOf(t float64, one sample, rate float64) fieldPart {
	pool := slices.Concat(one.potentials...)
	slices.Sort(pool)
	p := fieldPart{State: mfield.State{Time: t, Rate: rate, Mass: 1}, windowRate: rate}
	p.Mean, p.Variance = compare.Moments(pool)
	p.Edges, p.Density = empirical(pool)
	return p
}

// quantiles bounds the cells of an empirical density.
const quantiles = 1000

// empirical returns the density of an ascending sample between quantiles of it, equal values in one cell: its
// distribution function is that of the sample at the edges and less than 1/quantiles off between them. A sample
// of one value is a narrow cell about it.
func empirical(sorted []float64) (edges, density []float64) {
	last := len(sorted) - 1
	lo, hi := sorted[0], sorted[last]
	if narrow := 1e-9 * math.Max(1, math.Abs(lo)); hi-lo < narrow {
		return []float64{lo - narrow, hi + narrow}, []float64{1 / (hi - lo + 2*narrow)}
	}
	cells := min(quantiles, last)
	edges = []float64{lo}
	from := 0
	for j := 1; j <= cells; j++ {
		i := j * last / cells
		if width := sorted[i] - edges[len(edges)-1]; width > 0 {
			edges, density = append(edges, sorted[i]), append(density, float64(i-from)/float64(last)/width)
			from = i
		}
	}
	end := len(density) - 1 // what equals the greatest value
	density[end] += float64(last-from) / float64(last) / (edges[end+1] - edges[end])
	return edges, density
}

// curve returns the spikes per neuron up to each edge of the plan, and the rate since the one before.
func (c *crowd) curve(p plan, populations []scenario.Population) [][]mfield.State {
	list := make([][]mfield.State, len(p.edges))
	for i, t := range p.edges {
		list[i] = make([]mfield.State, len(populations))
		for k, one := range populations {
			s := mfield.State{Time: t, Mass: 1}
			if i > 0 {
				counts := c.counted(k, p, p.edges[i-1], t)
				s.Rate, _ = rateOf(counts, one.N, t-p.edges[i-1])
				s.Fired = list[i-1][k].Fired + s.Rate*(t-p.edges[i-1])
			}
			list[i][k] = s
		}
	}
	return list
}

// widened returns an assessment against a network of twice the neurons: bounds and standard errors have the chance
// of both in them, and W1, KS and the rate are judged.
func (e *evidence) widened(a compare.Assessment, variance float64) compare.Assessment {
	for _, n := range []*compare.Null{&a.Null.W1, &a.Null.KS, &a.Null.L1, &a.Null.L2} {
		*n = compare.Null{Mean: wider * n.Mean, Q95: wider * n.Q95, Q999: wider * n.Q999}
	}
	for _, d := range []*compare.Deviation{&a.Mean, &a.Variance, a.Rate} {
		if d != nil {
			d.SE, d.Allowed = wider*d.SE, wider*d.Allowed
		}
	}
	beyond := ""
	judge := func(name string, size, allowed float64) {
		if size > allowed {
			beyond += fmt.Sprintf(" %s %.3g > %.3g.", name, size, allowed)
		}
	}
	judge("W1", a.W1, a.Null.W1.Q999)
	judge("KS", a.KS, a.Null.KS.Q999)
	if a.Rate != nil {
		judge("Rate", math.Abs(a.Rate.Error), a.Rate.Allowed)
	}
	switch {
	case beyond != "" && e.exciting && a.Law == compare.Counting:
		a.Verdict, a.Text = compare.NotEnoughData, "Not enough data: beyond what counting alone gives, but neurons share fluctuations that only ten replicas or more show."+beyond
	case beyond != "":
		a.Verdict, a.Text = compare.Disagrees, "Disagrees: from N to 2N the law still changes beyond chance."+beyond
	case a.Null.W1.Q999 > math.Sqrt(variance)/4:
		a.Verdict, a.Text = compare.NotEnoughData, fmt.Sprintf("Not enough data: chance alone reaches W1 = %.3g, more than a quarter of the standard deviation.", a.Null.W1.Q999)
	default:
		a.Verdict, a.Text = compare.Agrees, fmt.Sprintf("Agrees: from N to 2N the law changes by no more than chance (W1 %.3g ≤ %.3g, KS %.3g ≤ %.3g).",
			a.W1, a.Null.W1.Q999, a.KS, a.Null.KS.Q999)
	}
	a.Text += " Bounds are exceeded by chance once in 1000."
	return a
}

// doubling says what was compared and how it came out.
func (e *evidence) doubling(verdict compare.Verdict) string {
	count := 0
	for _, a := range e.list {
		if a.Verdict == verdict {
			count++
		}
	}
	return fmt.Sprintf("This model has no equation of its limit: networks of N = %d neurons are held against independent ones of 2N = %d. At %d of %d snapshots the verdict is %q.",
		e.doubled/2, e.doubled, count, len(e.list), string(verdict))
}
