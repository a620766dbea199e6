package scenario

import (
	"fmt"
	"math"

	"lapicque/mfield"
	"lapicque/neuron"
)

// steady returns the law in the stable steady state of lowest rate, or in the state whose
// rate is nearest to the one given.
func (s *NNLIF) steady(rate *float64) (neuron.Initial, error) {
	e := s.Equation()
	if reason := unsteady(e.Law); reason != "" {
		return nil, refused(reason)
	}
	states, err := e.SteadyStates()
	if err != nil {
		return nil, refused(": the steady states were not found (" + err.Error() + ")")
	}
	k := nearest(len(states), rate, func(k int) (float64, bool) { return states[k].Rate, states[k].Stable })
	if k < 0 {
		return nil, refused(fmt.Sprintf(", or rate: this equation has %d steady states and no stable one", len(states)))
	}
	return e.SteadyLaw(states[k]), nil
}

// steady returns the law of a population in the stable steady state that is found first, or in the
// state in which its rate is nearest to the one given.
func (s *Circuit) steady(population int, rate *float64) (neuron.Initial, error) {
	c := s.Equation()
	for _, p := range c.Populations {
		if reason := unsteady(p.Law); reason != "" {
			return nil, refused(reason)
		}
	}
	states, err := c.SteadyStates()
	if err != nil {
		return nil, refused(": the steady states were not found (" + err.Error() + ")")
	}
	k := nearest(len(states), rate, func(k int) (float64, bool) { return states[k].Populations[population].Rate, states[k].Stable })
	if k < 0 {
		return nil, refused(fmt.Sprintf(", or rate: this circuit has %d steady states and no stable one", len(states)))
	}
	// what arrives from the others is a constant current to the population alone
	alone := mfield.NNLIF{Law: c.Populations[population].Law}
	drive := alone.Law.Input().At(0)
	for q, b := range c.B[population] {
		drive += b * states[k].Populations[q].Rate
	}
	alone.Law.Current = neuron.Constant(drive)
	return alone.SteadyLaw(mfield.Steady{Rate: states[k].Populations[population].Rate}), nil
}

// refused is the fault of an initial law steady.
func refused(reason string) neuron.Faults {
	return neuron.Faults{{Field: "law", Value: "steady", Accepted: "another law" + reason}}
}

// unsteady says why nobody can start in a steady state, "" when there is no reason.
func unsteady(law neuron.LIF) string {
	switch {
	case !law.Input().Constant():
		return ": a current that changes in time leaves no steady state"
	case law.Refractory.Law != neuron.NoRefractory:
		return ": at time 0 nobody is refractory, in a steady state some are"
	}
	return ""
}

// nearest returns the number of the state asked for, −1 when there is none.
func nearest(count int, rate *float64, state func(k int) (float64, bool)) int {
	chosen, best := -1, math.Inf(1)
	for k := range count {
		x, stable := state(k)
		switch {
		case rate != nil && math.Abs(x-*rate) < best:
			chosen, best = k, math.Abs(x-*rate)
		case rate == nil && stable && chosen < 0:
			chosen = k
		}
	}
	return chosen
}
