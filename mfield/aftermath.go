package mfield

import (
	"math"

	"gonum.org/v1/gonum/interp"

	"lapicque/neuron"
)

// aftermath is the law right after a jump, made of the cells before it: those that
// did not fire moved up by the shift bX, those that fired lie where the rule puts
// them (docs/MODELS.md, section 2). Between the edges of cells the distribution
// function is a monotone cubic (Fritsch and Butland 1984), so that no mass is
// negative and none is lost when new cells take their shares of it.
type aftermath struct {
	prior   interp.FritschButland // P(V ≤ v) before the jump, for low ≤ v ≤ V_F
	rule    neuron.Rule
	low     float64
	vR, vF  float64
	shift   float64 // bX
	fired   float64 // mass that fires
	uniform float64 // mass that lies evenly …
	from    float64 // … between from and V_R + bX
}

// newAftermath returns the law after a fraction x has fired since the masses were
// those given, recent of it before the jump: these took the jump like everybody.
func newAftermath(m *mesh, mass []float64, e NNLIF, x, recent float64) (*aftermath, error) {
	upTo := make([]float64, len(m.edges))
	for i, part := range mass {
		upTo[i+1] = upTo[i] + part
	}
	a := &aftermath{rule: e.Rule, low: m.edges[0], vR: e.Law.Reset, vF: e.Law.Threshold, shift: e.B * x, from: e.Law.Reset}
	if err := a.prior.Fit(m.edges, upTo); err != nil {
		return nil, err
	}
	a.fired = upTo[len(mass)] - a.before(a.vF-a.shift)
	switch top := a.vR + a.shift; {
	case a.rule == neuron.Sequential:
		a.uniform = a.fired
	case a.rule == neuron.Hard && top < a.vF:
		a.uniform, a.from = math.Min(recent, a.fired), top-e.B*recent
	}
	return a, nil
}

// before returns P(V ≤ v) before the jump.
func (a *aftermath) before(v float64) float64 {
	if v < a.low {
		return 0
	}
	return a.prior.Predict(math.Min(v, a.vF))
}

// CDF returns P(V ≤ v).
func (a *aftermath) CDF(v float64) float64 {
	sum := a.before(math.Min(v, a.vF) - a.shift)
	if v < a.vR {
		return sum
	}
	if a.rule == neuron.Subtractive {
		return sum + a.before(v-a.shift+a.vF-a.vR) - a.before(a.vF-a.shift)
	}
	if a.uniform > 0 {
		sum += a.uniform * math.Max(0, math.Min(1, (v-a.from)/(a.vR+a.shift-a.from)))
	}
	return sum + a.fired - a.uniform
}

// Density returns the density without the atom.
func (a *aftermath) Density(v float64) float64 {
	slope := func(v float64) float64 {
		if v < a.low || v > a.vF {
			return 0
		}
		return a.prior.PredictDerivative(v)
	}
	n := slope(v - a.shift)
	if a.rule == neuron.Subtractive && v > a.vR {
		n += slope(v - a.shift + a.vF - a.vR)
	}
	if v > a.from && v < a.vR+a.shift && a.uniform > 0 {
		n += a.uniform / (a.vR + a.shift - a.from)
	}
	return n
}

// Atoms returns those that the rule hard puts at V_R.
func (a *aftermath) Atoms() []neuron.Atom {
	if a.rule != neuron.Hard {
		return nil
	}
	return []neuron.Atom{{Potential: a.vR, Mass: a.fired - a.uniform}}
}

// Breaks returns the lowest potential and V_F.
func (a *aftermath) Breaks() []float64 {
	return []float64{math.Min(a.low+a.shift, a.vR), a.vF}
}

// scars returns the points at which the law has an atom or is not continuous.
func (a *aftermath) scars() []float64 {
	if top := a.vR + a.shift; top < a.vF {
		return []float64{a.vR, top}
	}
	return []float64{a.vR}
}
