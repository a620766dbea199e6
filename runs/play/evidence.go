package play

import (
	"fmt"
	"math"
	"slices"

	"lapicque/compare"
	"lapicque/mfield"
)

// evidence compares the snapshots of both sides.
type evidence struct {
	field, coarse *field // the mean field, and a coarser one; nil when not solved
	bins          []float64
	neurons       int
	amplification float64
	exciting      bool // b > 0, or a delay: what neurons share may be amplified
	seed          uint64
	jumps         []NetworkBlowUp // of the networks, as far as they have come
	list          []compare.Assessment
}

// NotJudged is the verdict on a snapshot after a blow-up of the mean field.
const NotJudged compare.Verdict = "not judged"

const notJudged = " has jumped by then. The jump of a finite network comes at a random time, a little off that of the " +
	"mean field, so that a comparison at one time says little; the distances are given without a verdict."

// jumped says which side has blown up at or before time t, "" when none has. Where the
// mean field never does, the jump of a network is a difference like any other.
func (e *evidence) jumped(t float64) string {
	switch {
	case len(e.field.blowUps) == 0:
		return ""
	case e.field.blowUps[0].Time <= t:
		return "The mean field"
	}
	for _, j := range e.jumps {
		if j.Time <= t {
			return "A network"
		}
	}
	return ""
}

// shift compares the first jump of the networks with that of the mean field, "" when
// one side has none.
func (e *evidence) shift() string {
	first := map[int]NetworkBlowUp{}
	for _, j := range e.jumps {
		if old, ok := first[j.Replica]; !ok || j.Time < old.Time {
			first[j.Replica] = j
		}
	}
	if len(first) == 0 || e.field == nil || len(e.field.blowUps) == 0 {
		return ""
	}
	var times, sizes []float64
	for _, j := range first {
		times, sizes = append(times, j.Time), append(sizes, j.Jump)
	}
	slices.Sort(times)
	slices.Sort(sizes)
	b := e.field.blowUps[0]
	when, _ := compare.Moments(times)
	size, _ := compare.Moments(sizes)
	return fmt.Sprintf(" The mean field jumps first at t = %.6g (a fraction %.4g fires), networks of %d neurons at %.6g (%.4g), mean of %d from %.6g to %.6g: "+
		"finite networks jump at random times about that of the mean field; scatter and shift shrink as particles.N grows.",
		b.Time, b.Jump, e.neurons, when, size, len(times), times[0], times[len(times)-1])
}

// assess compares snapshot i; spikes are the counts in its window, nil when they
// are not complete. The rate is left out of a snapshot whose window reaches over the
// first blow-up of either side. It returns false when the mean field does not have it.
func (e *evidence) assess(p plan, i int, samples [][]float64, spikes []float64) (CompareSnapshot, bool) {
	if e.field == nil || i >= len(e.field.snapshots) {
		return CompareSnapshot{}, false
	}
	f := e.field.snapshots[i]
	s := compare.Snapshot{
		MeanField: compare.Density{Edges: f.Edges, Values: f.Density},
		Mean:      f.Mean, Variance: f.Variance,
		Samples: samples, Bins: e.bins,
		Amplification: e.amplification, Amplifying: e.exciting && e.amplification == 0, Grid: e.grid(i), Seed: e.seed + uint64(i),
	}
	w := p.windows[i]
	who := e.jumped(f.Time)
	if over := who == "" && e.jumped(w[1]) != ""; spikes != nil && !math.IsNaN(f.windowRate) && !over {
		s.Window = compare.Window{Spikes: spikes, Neurons: e.neurons, Width: w[1] - w[0], Rate: f.windowRate}
	}
	a := compare.Assess(s)
	if who != "" {
		a.Verdict, a.Text = NotJudged, who+notJudged
	} else {
		e.list = append(e.list, a)
	}
	out := CompareSnapshot{
		Time: f.Time, W1: Number(a.W1), KS: Number(a.KS), L1: Number(a.L1), L2: Number(a.L2),
		RateError: Number(math.NaN()), RateErrorSE: Number(math.NaN()),
		MeanError: Number(a.Mean.Error), MeanErrorSE: Number(a.Mean.SE),
		VarianceError: Number(a.Variance.Error), VarianceSE: Number(a.Variance.SE),
		Null: a.Null, Law: a.Law, Verdict: a.Verdict, Text: a.Text,
	}
	if a.Rate != nil {
		out.RateError, out.RateErrorSE = Number(a.Rate.Error), Number(a.Rate.SE)
	}
	return out, true
}

// grid bounds what the discretisation of the mean field adds, by half the difference
// to a coarser solution. On half the cells a scheme of second order is off by a third of that; with
// 30 times the tolerance the spectral scheme by far less.
func (e *evidence) grid(i int) *compare.Budget {
	if e.coarse == nil || i >= len(e.coarse.snapshots) {
		return nil
	}
	fine, coarse := e.field.snapshots[i], e.coarse.snapshots[i]
	b := &compare.Budget{
		Distances: compare.Refinement(compare.Density{Edges: fine.Edges, Values: fine.Density},
			compare.Density{Edges: coarse.Edges, Values: coarse.Density}, e.bins).Scale(0.5),
		Mean:     math.Abs(fine.Mean-coarse.Mean) / 2,
		Variance: math.Abs(fine.Variance-coarse.Variance) / 2,
	}
	if d := math.Abs(fine.windowRate-coarse.windowRate) / 2; !math.IsNaN(d) {
		b.Rate = d
	}
	return b
}

// summary returns the comparison's part of the summary.
func (e *evidence) summary(snapshots []CompareSnapshot) *Compare {
	if snapshots == nil {
		snapshots = []CompareSnapshot{}
	}
	verdict, text := compare.Overall(e.list)
	if n := len(snapshots) - len(e.list); n > 0 {
		text += fmt.Sprintf(" Not judged, as one side has jumped by then: %d.", n)
	}
	return &Compare{Verdict: verdict, Text: text + e.shift(), Snapshots: snapshots}
}

// amplification returns 1/|1 − bK(0)| at the stable steady state of lowest rate, by
// which slow fluctuations that the neurons share grow. 0 when it is not known.
func amplification(e mfield.NNLIF) float64 {
	if e.B <= 0 || !e.Law.Input().Constant() {
		return 0
	}
	states, err := e.SteadyStates()
	if err != nil {
		return 0
	}
	for _, s := range states {
		if s.Stable {
			free, current, _ := e.Law.Stationary(e.Law.Input().At(0)+e.B*s.Rate, e.Law.Diffusion(s.Rate)).Spectral(0)
			return 1 / math.Abs(1-e.B*real(current/free))
		}
	}
	return 0
}
