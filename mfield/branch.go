package mfield

import (
	"context"
	"math"
	"slices"

	"lapicque/neuron"
)

// Family is a one-parameter family of equations: the equation at a value of the parameter.
type Family func(value float64) NNLIF

// Section is a family at one value of its parameter.
type Section struct {
	Value  float64
	States []Steady // all of them, ascending in rate
	Err    error    // why the states are not known; States is then nil
}

// Section returns the steady states at a value.
func (f Family) Section(value float64) Section {
	states, err := f(value).SteadyStates()
	return Section{value, states, err}
}

// Fold is a turning point of a curve of steady states: two states meet there and on one
// side of the value there are two fewer.
type Fold struct {
	Value float64 // of the parameter
	Rate  float64
	low   int // index of the lower of the two states where they exist
}

// Strip is a family between two neighbouring sections.
type Strip struct {
	Sections []Section // those between the two that were needed, ascending
	Folds    []Fold    // ascending, one between two sections at most
	Hopfs    []Hopf    // ascending
	Open     bool      // whether something in it could not be resolved
}

// Depths of halving: a strip without a fold is cut until its branches are smooth, one with a branch that
// goes to infinity a few times, one with a fold until the fold can be refined.
const (
	smoothDepth = 8
	escapeDepth = 3
	foldDepth   = 16
)

// Between returns what happens between two neighbouring sections, left.Value < right.Value: folds, seen as
// changes of the certified number of states, and Hopf points, seen as changes of the
// number of unstable eigenvalues, both refined by Newton's method to about the last three digits. What starts and ends
// within the strip leaves no trace at its ends: an isola, or two Hopf points of one branch, narrower than the
// strip are not seen. Branches that jump, because an S lies within the strip, are seen and the strip is cut. The error is
// that of the context.
func (f Family) Between(ctx context.Context, left, right Section) (Strip, error) {
	t := &tracer{family: f, ctx: ctx, low: left.Value, high: right.Value}
	t.trace(left, right, 0)
	if err := ctx.Err(); err != nil {
		return Strip{}, err
	}
	slices.SortFunc(t.out.Hopfs, byValue)
	return t.out, nil
}

// tracer collects a strip.
type tracer struct {
	family    Family
	ctx       context.Context
	low, high float64 // the whole strip
	out       Strip
}

// trace resolves a part of the strip that has been halved depth times.
func (t *tracer) trace(left, right Section, depth int) {
	change := len(right.States) - len(left.States)
	switch {
	case t.ctx.Err() != nil:
	case left.Err != nil || right.Err != nil:
		t.out.Open = true
	case change == 0 && (depth >= smoothDepth || t.smooth(left, right)):
		t.crossings(left, right, 0)
	case (change == 1 || change == -1) && depth >= escapeDepth && t.escapes(left, right):
		t.crossings(left, right, 0)
	case depth < foldDepth:
		middle, ok := t.middle(left, right)
		if !ok {
			t.out.Open = true
			return
		}
		t.trace(left, middle, depth+1)
		t.out.Sections = append(t.out.Sections, middle)
		t.trace(middle, right, depth+1)
	case change == 2 || change == -2:
		t.fold(left, right)
	default:
		t.out.Open = true
	}
}

// middle returns a section about half way; where the states cannot be counted there (two lie
// too close together) a little beside it.
func (t *tracer) middle(left, right Section) (Section, bool) {
	for _, part := range []float64{0.5, 0.44, 0.57} {
		value := left.Value + part*(right.Value-left.Value)
		if !(value > left.Value && value < right.Value) {
			break
		}
		if s := t.family.Section(value); s.Err == nil {
			return s, true
		}
	}
	return Section{}, false
}

// escapes reports whether V_F − V_R − b changes sign: then the largest rate goes to infinity.
func (t *tracer) escapes(left, right Section) bool {
	spare := func(value float64) float64 {
		e := t.family(value)
		return e.Law.Gap() - e.B
	}
	return spare(left.Value)*spare(right.Value) <= 0
}

// smooth reports whether the trapezoidal rule on d ln N/dp leads from each state at the left to
// the one with its number at the right.
func (t *tracer) smooth(left, right Section) bool {
	width := right.Value - left.Value
	for k, from := range left.States {
		to := right.States[k]
		if from.Rate == 0 || to.Rate == 0 {
			continue
		}
		change := math.Log(to.Rate / from.Rate)
		predicted := width / 2 * (t.slope(left.Value, from.Rate, 1e-4*width) + t.slope(right.Value, to.Rate, -1e-4*width))
		if math.Abs(change-predicted) > 0.05*(1+math.Abs(change)) {
			return false
		}
	}
	return true
}

// slope returns d ln N/dp of the branch through a state, by a difference with a signed step.
func (t *tracer) slope(value, rate, step float64) float64 {
	log := math.Log(rate)
	here, turn, ok := t.family(value).tension(log)
	there, _, ok2 := t.family(value + step).tension(log)
	if !ok || !ok2 {
		return 0
	}
	return -(there - here) / step / turn
}

// tension returns ln(N·J(N)) and its derivative in ln N; false without leak, where nothing is to be solved.
func (e NNLIF) tension(log float64) (value, slope float64, ok bool) {
	if e.Law.Leak == 0 {
		return 0, 0, false
	}
	q := newBalance(e)
	log -= math.Log(e.Law.Leak)
	return q.excess(log), q.slope(log), true
}

// fold refines the fold between two sections: Newton's method on ln(N·J) = 0 and its derivative in ln N, the
// rest of the Jacobian by differences.
func (t *tracer) fold(left, right Section) {
	rich := left
	if len(right.States) > len(left.States) {
		rich = right
	}
	low, least := 0, math.Inf(1)
	for k := 0; k+1 < len(rich.States); k++ {
		if d := rich.States[k+1].Rate/rich.States[k].Rate - 1; d < least {
			low, least = k, d
		}
	}
	value := rich.Value
	log := (math.Log(rich.States[low].Rate) + math.Log(rich.States[low+1].Rate)) / 2
	if value, log = t.turn(value, log); !(value >= left.Value && value <= right.Value) {
		t.out.Open = true
		return
	}
	t.out.Folds = append(t.out.Folds, Fold{Value: value, Rate: rateOf(log), low: low})
}

// turn returns the fold near a point, NaN when Newton's method leaves the strip.
func (t *tracer) turn(value, log float64) (float64, float64) {
	const du = 1e-4
	dp := 1e-4 * (t.high - t.low)
	for range 60 {
		from, to := math.Max(t.low, value-dp), math.Min(t.high, value+dp)
		f, g, ok := t.family(value).tension(log)
		f0, g0, _ := t.family(from).tension(log)
		f1, g1, _ := t.family(to).tension(log)
		_, below, _ := t.family(value).tension(log - du)
		_, above, _ := t.family(value).tension(log + du)
		fp, gp, gu := (f1-f0)/(to-from), (g1-g0)/(to-from), (above-below)/(2*du)
		det := fp*gu - g*gp
		moveP, moveU := (g*g-f*gu)/det, (f*gp-fp*g)/det
		if !ok || math.IsNaN(moveP+moveU) || math.Abs(moveU) > 1 {
			break
		}
		value, log = value+moveP, log+moveU
		if !(value > t.low && value < t.high) {
			break
		}
		if math.Abs(moveP) <= 1e-8*(t.high-t.low) && math.Abs(moveU) < 1e-8 { // the next correction is 1e−7 times as large
			return value, log
		}
	}
	return math.NaN(), math.NaN()
}

// Couplings is the family of all couplings b of an equation.
func (e NNLIF) Couplings() Family {
	return func(b float64) NNLIF {
		e := e
		e.B, e.Rule = b, neuron.Hard
		return e
	}
}
