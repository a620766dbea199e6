package play

import (
	"fmt"
	"maps"
	"math"
	"math/cmplx"
	"slices"
	"strings"

	"lapicque/compare"
	"lapicque/runs/scenario"
)

// evidence compares the snapshots of both sides.
type evidence struct {
	field, coarse *field // the mean field, and a coarser one; nil when not solved
	populations   []scenario.Population
	bins          [][]float64 // of the densities of each population
	planes        []*plane
	amplification float64
	exciting      bool // what neurons share may be amplified
	seed          uint64
	doubled       int             // neurons of the networks that stand in place of the mean field, 0 where there is one
	jumps         []NetworkBlowUp // of the networks, as far as they have come
	list          []compare.Assessment
}

// NotJudged is the verdict on a snapshot after a blow-up of the mean field, or where a network need not follow it for another reason.
const NotJudged compare.Verdict = "not judged"

const hasJumped = " has jumped by then. The jump of a finite network comes at a random time, a little off that of the " +
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

// apart says why a network need not stand where the mean field stands at time t, "" when it must.
func (e *evidence) apart(t float64) string {
	if e.field.reason != "" && t >= e.field.parts {
		return e.field.reason
	}
	if who := e.jumped(t); who != "" {
		return who + hasJumped
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
	neurons := 0
	for _, p := range e.populations {
		neurons += p.N
	}
	return fmt.Sprintf(" The mean field jumps first at t = %.6g (a fraction %.4g fires), networks of %d neurons at %.6g (%.4g), mean of %d from %.6g to %.6g: "+
		"finite networks jump at random times about that of the mean field; scatter and shift shrink as N grows.",
		b.Time, slices.Max(b.Jumps), neurons, when, size, len(times), times[0], times[len(times)-1])
}

// assess compares snapshot i; spikes are the counts in its window, of each population, nil when they
// are not complete. The rate is left out of a snapshot whose window reaches over the
// first blow-up of either side. It returns false when the mean field does not have it.
func (e *evidence) assess(p plan, i int, samples []sample, spikes [][]float64) (CompareSnapshot, bool) {
	if e.field == nil || i >= len(e.field.snapshots) {
		return CompareSnapshot{}, false
	}
	f := e.field.snapshots[i]
	w := p.windows[i]
	apart := e.apart(f.time)
	if apart == "" && e.apart(w[1]) != "" {
		spikes = nil
	}
	out := CompareSnapshot{Time: f.time}
	differences := newNamed[Difference](e.populations, &out.Populations)
	var judged []compare.Assessment
	for k := range e.populations {
		var counts []float64
		if spikes != nil {
			counts = spikes[k]
		}
		a, reason := e.population(k, i, w[1]-w[0], samples[k], counts)
		d := newDifference(a)
		switch {
		case apart != "":
			a.Verdict, a.Text = NotJudged, apart
		case reason != "":
			a.Verdict, a.Text = NotJudged, reason
		default:
			judged = append(judged, a)
			if e.planes != nil && e.planes[k] != nil {
				joint := e.joint(k, i, samples[k])
				judged, d.Joint = append(judged, joint), newJointDifference(joint)
				a.Text += " Conductances and pairs: " + joint.Text
			}
		}
		d.Verdict, d.Text = a.Verdict, a.Text
		differences.put(k, d)
		if out.Text != "" {
			out.Text += " "
		}
		if several(e.populations) {
			out.Text += e.populations[k].Name + ": "
		}
		out.Verdict, out.Text = a.Verdict, out.Text+a.Text
	}
	if len(judged) > 0 {
		out.Verdict, _ = compare.Overall(judged)
		e.list = append(e.list, compare.Assessment{Verdict: out.Verdict})
	}
	out.Difference = differences.only
	return out, true
}

const allRefractory = "All neurons of a replica, or of the mean field, are refractory: there is no density to compare."

const allEqual = "All neurons of the networks of 2N have one potential: there is no law to compare."

// population compares population k at snapshot i; counts are its spikes in a window of that width, nil when
// there are none. The reason says why it cannot be judged.
func (e *evidence) population(k, i int, width float64, at sample, counts []float64) (a compare.Assessment, reason string) {
	f, one := e.field.snapshots[i].parts[k], e.populations[k]
	for _, potentials := range at.potentials {
		if len(potentials) == 0 || !(f.Mass-f.Refractory > 1e-9) {
			return compare.Assessment{}, allRefractory
		}
	}
	if e.doubled > 0 && f.Variance == 0 {
		return compare.Assessment{}, allEqual
	}
	s := compare.Snapshot{
		MeanField: compare.Density{Edges: f.Edges, Values: f.Density},
		Mean:      f.Mean, Variance: f.Variance,
		Samples: at.potentials, Bins: e.bins[k],
		Amplification: e.amplification, Amplifying: e.exciting && e.amplification == 0, Grid: e.grid(k, i),
		Seed: e.seed + uint64(i) + uint64(k)<<32,
	}
	if one.Refractory {
		s.Refractory = compare.Occupancy{Counts: at.refractory, Neurons: one.N, Fraction: f.Refractory}
	}
	if counts != nil && !math.IsNaN(f.windowRate) {
		s.Window = compare.Window{Spikes: counts, Neurons: one.N, Width: width, Rate: f.windowRate}
	}
	a = compare.Assess(s)
	if e.doubled > 0 {
		a = e.widened(a, f.Variance)
	}
	return a, ""
}

// newDifference returns an assessment as the summary writes it.
func newDifference(a compare.Assessment) Difference {
	d := Difference{
		W1: Number(a.W1), KS: Number(a.KS), L1: Number(a.L1), L2: Number(a.L2),
		RateError: nan, RateErrorSE: nan, RefractoryError: nan, RefractorySE: nan,
		MeanError: Number(a.Mean.Error), MeanErrorSE: Number(a.Mean.SE),
		VarianceError: Number(a.Variance.Error), VarianceSE: Number(a.Variance.SE),
		Null: a.Null, Law: a.Law, Verdict: a.Verdict, Text: a.Text,
	}
	if a.Potentials == 0 {
		for _, x := range []*Number{&d.W1, &d.KS, &d.L1, &d.L2, &d.MeanError, &d.MeanErrorSE, &d.VarianceError, &d.VarianceSE} {
			*x = nan
		}
	}
	if a.Rate != nil {
		d.RateError, d.RateErrorSE = Number(a.Rate.Error), Number(a.Rate.SE)
	}
	if a.Refractory != nil {
		d.RefractoryError, d.RefractorySE = Number(a.Refractory.Error), Number(a.Refractory.SE)
	}
	return d
}

// grid bounds what the discretisation of the mean field adds, by half the difference
// to a coarser solution. On half the cells a scheme of second order is off by a third of that; with
// 30 times the tolerance the spectral scheme by far less.
func (e *evidence) grid(k, i int) *compare.Budget {
	if e.coarse == nil || i >= len(e.coarse.snapshots) {
		return nil
	}
	fine, coarse := e.field.snapshots[i].parts[k], e.coarse.snapshots[i].parts[k]
	if !(coarse.Mass-coarse.Refractory > 0) {
		return nil
	}
	b := &compare.Budget{
		Distances: compare.Refinement(compare.Density{Edges: fine.Edges, Values: fine.Density},
			compare.Density{Edges: coarse.Edges, Values: coarse.Density}, e.bins[k]).Scale(0.5),
		Mean:       math.Abs(fine.Mean-coarse.Mean) / 2,
		Variance:   math.Abs(fine.Variance-coarse.Variance) / 2,
		Refractory: math.Abs(fine.Refractory-coarse.Refractory) / 2,
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
	reasons := map[string]int{}
	for _, s := range snapshots {
		switch {
		case s.Verdict != NotJudged:
		case strings.Contains(s.Text, allRefractory):
			reasons["everybody is refractory"]++
		case e.field.reason != "" && strings.Contains(s.Text, e.field.reason):
			reasons["a network need not follow this solution"]++
		default:
			reasons["one side has jumped by then"]++
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		text += fmt.Sprintf(" Not judged, as %s: %d.", reason, reasons[reason])
	}
	if len(reasons) > 0 && len(e.list) == 0 && e.field.reason != "" {
		verdict, text = NotJudged, e.field.reason
	}
	if e.doubled > 0 {
		return &Compare{Kind: Doubling, Verdict: verdict, Text: e.doubling(verdict), Snapshots: snapshots}
	}
	return &Compare{Verdict: verdict, Text: text + e.shift(), Snapshots: snapshots}
}

// amplification returns by which factor slow fluctuations that the neurons share grow at the stable
// steady state of lowest rate: 1/|1 − bK(0)| for the plain equation. 0 when it is not known.
func amplification(s *scenario.Scenario) float64 {
	e, known := s.NNLIF()
	if !known || !(e.B > 0 || e.Law.A1 > 0) || !e.Law.Input().Constant() {
		return 0
	}
	states, err := e.SteadyStates()
	if err != nil {
		return 0
	}
	for _, x := range states {
		if x.Stable {
			slow := e.Response(x, []float64{1e-6})[0].Current
			return cmplx.Abs(slow.Coupled / slow.Free)
		}
	}
	return 0
}
