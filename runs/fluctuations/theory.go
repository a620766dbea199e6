package fluctuations

import (
	"math"

	"lapicque/mfield"
	"lapicque/runs/scenario"
)

// Theory is what linear response and renewal theory tell of a stable state, to leading order in 1/N.
type Theory struct {
	B          float64 `json:"b"`
	Rate       float64 `json:"rate"`
	CV         float64 `json:"cv"`          // of the interval
	Response   float64 `json:"response"`    // K(0), of a neuron
	LongWindow float64 `json:"long_window"` // N·S(0) = N0·CV²/(1 − bK(0))²
	Uncoupled  float64 `json:"uncoupled"`   // N0·CV²
	Relaxation float64 `json:"relaxation"`  // slowest time, 0 where not known

	equation  mfield.NNLIF
	state     mfield.Steady
	intervals mfield.Intervals
}

// slowest returns the longest relaxation time of the stable states of a scenario, 0 where it is not known.
func slowest(s *scenario.Scenario) (longest float64) {
	for _, t := range theories(s) {
		longest = math.Max(longest, t.Relaxation)
	}
	return longest
}

// theories returns the stable states, ascending in rate; none for a model without a theory here.
func theories(s *scenario.Scenario) (list []*Theory) {
	e, ok := s.NNLIF()
	if !ok {
		return nil
	}
	states, err := e.SteadyStates()
	if err != nil {
		return nil
	}
	for _, x := range states {
		if !x.Stable || !(x.Rate > 0) {
			continue
		}
		low := e.Response(x, []float64{1e-9 * x.Rate})[0]
		t := &Theory{B: e.B, Rate: x.Rate, equation: e, state: x, intervals: e.Intervals(x), Response: real(low.Current.Free), LongWindow: low.Spectrum.Coupled, Uncoupled: low.Spectrum.Free}
		t.CV = t.intervals.CV()
		if x.Known && real(x.Eigenvalue) < 0 {
			t.Relaxation = -1 / real(x.Eigenvalue)
		}
		list = append(list, t)
	}
	return list
}

// nearest returns the theory of the state whose rate is nearest to one.
func nearest(list []*Theory, rate float64) (found *Theory) {
	for _, t := range list {
		if found == nil || math.Abs(math.Log(t.Rate/rate)) < math.Abs(math.Log(found.Rate/rate)) {
			found = t
		}
	}
	return found
}

// spectrum returns N·S(ω) of the network.
func (t *Theory) spectrum(omega float64) float64 {
	return t.equation.Response(t.state, []float64{omega})[0].Spectrum.Coupled
}

// density returns the density of the interval, averaged over the bins between edges.
func (t *Theory) density(edges []float64) []float64 {
	out := make([]float64, len(edges)-1)
	last := t.intervals.Survival(edges[0])
	for k := range out {
		next := t.intervals.Survival(edges[k+1])
		out[k] = (last - next) / (edges[k+1] - edges[k])
		last = next
	}
	return out
}
