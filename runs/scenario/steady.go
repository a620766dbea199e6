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
	var fs neuron.Faults
	refuse := func(reason string) (neuron.Initial, error) {
		fs.Add(false, "law", "steady", "another law"+reason)
		return nil, fs
	}
	e := s.Equation()
	if !e.Law.Input().Constant() {
		return refuse(": a current that changes in time leaves no steady state")
	}
	if e.Law.Refractory.Law != neuron.NoRefractory {
		return refuse(": at time 0 nobody is refractory, in a steady state some are")
	}
	states, err := e.SteadyStates()
	if err != nil {
		return refuse(": the steady states were not found (" + err.Error() + ")")
	}
	chosen := nearest(states, rate)
	if chosen == nil {
		return refuse(fmt.Sprintf(", or rate: this equation has %d steady states and no stable one", len(states)))
	}
	return e.SteadyLaw(*chosen), nil
}

// nearest returns the state asked for, nil when there is none.
func nearest(states []mfield.Steady, rate *float64) (chosen *mfield.Steady) {
	for i := range states {
		switch {
		case rate != nil:
			if chosen == nil || math.Abs(states[i].Rate-*rate) < math.Abs(chosen.Rate-*rate) {
				chosen = &states[i]
			}
		case states[i].Stable && chosen == nil:
			chosen = &states[i]
		}
	}
	return chosen
}

// steady returns the law of a population in a steady state.
func (s *Circuit) steady(population int, rate *float64) (neuron.Initial, error) {
	return nil, neuron.Faults{{Field: "law", Value: "steady", Accepted: "another law with several populations"}}
}
