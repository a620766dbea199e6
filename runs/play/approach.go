package play

import (
	"fmt"
	"math"

	"lapicque/mfield"
	"lapicque/runs/scenario"
)

// approach follows, along a run, the relative entropy of the mean field against each of its
// stable steady states.
type approach struct {
	entropy    mfield.Entropy
	equation   mfield.NNLIF
	noise      float64 // entropy below which the scheme sees nothing
	end        float64
	all        []mfield.Steady
	known      bool            // whether all could be computed
	stable     []mfield.Steady // that spike
	references []*mfield.Reference
	times      []float64
	values     [][]float64 // for each stable state, at the times
	next       float64
	skipped    bool   // no entropy was asked for
	note       string // why there is nothing to follow
}

// pointsOfApproach is about the number of times at which entropies are taken, after a start in which they
// stand a tenth of the time apart.
const pointsOfApproach = 400

// newApproach finds the steady states of a scenario's equation.
func newApproach(s *scenario.Scenario) *approach {
	head, tail := s.Common()
	equation, _ := s.NNLIF()
	a := &approach{equation: equation, noise: tail.MeanField.Numerics().Noise(), end: head.Time.End}
	if !a.equation.Law.Input().Constant() {
		a.note = "the current depends on time, so there is no steady state to measure the distance to"
		return a
	}
	var err error
	if a.all, err = a.equation.SteadyStates(); err != nil {
		a.note = "the steady states could not be computed: " + err.Error()
		return a
	}
	a.known = true
	if !a.equation.Law.Bounces() {
		a.note = "the relative entropy is followed without a refractory state and without a random threshold only"
		return a
	}
	var wanted bool
	if a.entropy, wanted = tail.MeanField.Measure(); !wanted {
		a.skipped = true
		return a
	}
	for _, x := range a.all {
		if x.Stable && x.Rate > 1e-250 {
			a.stable = append(a.stable, x)
		}
	}
	if a.values = make([][]float64, len(a.stable)); len(a.stable) == 0 {
		a.note = "there is no stable steady state that fires"
	}
	return a
}

// observe takes the entropies when it is time to.
func (a *approach) observe(s scenario.Solver, states []mfield.State) {
	now := states[0]
	if len(a.stable) == 0 || now.Time < a.next {
		return
	}
	if a.references == nil {
		for _, x := range a.stable {
			a.references = append(a.references, a.equation.NewReference(s.(*scenario.Lone).Solver, x))
		}
	}
	a.next = now.Time + math.Min(0.1*now.Time, a.end/pointsOfApproach)
	a.times = append(a.times, now.Time)
	for k, r := range a.references {
		a.values[k] = append(a.values[k], r.Entropy(a.entropy))
	}
}

// curve returns the steady state that a solution approaches, the stable one nearest in rate
// at its end, and the entropies against it; nil without one.
func (a *approach) curve(f *field) (*mfield.Steady, []float64) {
	if len(a.stable) == 0 || len(a.times) == 0 || f.unfinished() {
		return nil, nil
	}
	last := f.curve[len(f.curve)-1][0].Rate
	best := 0
	for k, x := range a.stable {
		if math.Abs(x.Rate-last) < math.Abs(a.stable[best].Rate-last) {
			best = k
		}
	}
	return &a.stable[best], a.values[best]
}

// summary returns the entropy's part of the summary, nil when none was asked for.
func (a *approach) summary(f *field) *FieldEntropy {
	out := &FieldEntropy{Kind: a.entropy.String(), Note: a.note}
	to, values := a.curve(f)
	if a.skipped {
		return nil
	}
	if to == nil {
		if out.Note == "" {
			out.Note = "the solution ends before it approaches a steady state"
		}
		return out
	}
	out.Steady, out.End, out.Rise = (*Number)(&to.Rate), (*Number)(&values[len(values)-1]), new(Number)
	*out.Rise = Number(largestRise(values))
	if to.Known {
		theory := Number(-2 * real(to.Eigenvalue))
		out.Theory = &theory
	}
	if d, ok := mfield.FitDecay(a.times, values, a.noise); ok {
		out.Decay = &FieldDecay{Number(d.Rate), Number(d.Error), Number(d.Residual), d.From, d.To}
	} else {
		out.Note = fmt.Sprintf("no rate of decay was fitted: too few times at which the entropy is above %.1g, what the accuracy of the scheme lets see", a.noise)
	}
	if to.Known && imag(to.Eigenvalue) != 0 {
		if out.Note != "" {
			out.Note += "; "
		}
		out.Note += fmt.Sprintf("the leading eigenvalue is complex: the decay is modulated with period %.4g", math.Pi/imag(to.Eigenvalue))
	}
	return out
}

// largestRise returns the largest increase from one value to the next, NaN without two finite ones.
func largestRise(values []float64) float64 {
	worst := math.NaN()
	for k := 1; k < len(values); k++ {
		if d := values[k] - values[k-1]; !math.IsInf(values[k-1], 1) && !(d <= worst) {
			worst = d
		}
	}
	return worst
}

// solution returns what theorems speak of.
func (a *approach) solution(f *field) mfield.Solution {
	out := mfield.Solution{End: f.reached(a.end), Steady: a.all, Known: a.known,
		Entropy: a.entropy, Rise: math.NaN(), Slack: math.Max(1e-12, a.noise)}
	for _, b := range f.blowUps {
		out.BlowUps = append(out.BlowUps, mfield.BlowUp{Time: b.Time, Jump: b.Jumps[0], TimeError: b.TimeError, JumpError: b.JumpErrors[0], Rule: b.Rule})
	}
	to, values := a.curve(f)
	if to == nil {
		return out
	}
	out.Limit, out.Rise = to, largestRise(values)
	if d, ok := mfield.FitDecay(a.times, values, a.noise); ok {
		out.Fit = &d
	}
	return out
}

// unfinished reports a solution that a blow-up or an error ended.
func (f *field) unfinished() bool {
	last := f.curve[len(f.curve)-1][0]
	return f.eternal != nil || f.ended || math.IsInf(last.Rate, 0)
}

// reached returns the time that a solution came to, end when a blow-up ended it.
func (f *field) reached(end float64) float64 {
	if len(f.blowUps) > 0 {
		return end
	}
	return f.curve[len(f.curve)-1][0].Time
}

// theory holds the theorems against the solution.
func (r *run) theory(a *approach, f *field) (list []TheoryLine) {
	for _, s := range a.equation.Theory(r.start[0], a.solution(f)) {
		list = append(list, TheoryLine{s.Name, s.Source, s.Says, s.Holds, s.Numbers, s.Computed, s.Verdict})
	}
	return list
}
