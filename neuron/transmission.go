package neuron

import (
	"fmt"
	"math"
)

// Transmission says how the input X of the elapsed-time law follows the activity N.
type Transmission int

const (
	// Instantaneous: X(t) = b·N(t), an implicit equation for N(t).
	Instantaneous Transmission = iota
	// Discrete: X(t) = b·N(t − d).
	Discrete
	// Distributed: X(t) = b ∫_0^∞ e^{−u/d} N(t − u) du/d, an exponential delay of mean d.
	Distributed
)

var transmissionNames = []string{"instantaneous", "discrete", "exponential"}

// String returns the name of the transmission in scenario files.
func (t Transmission) String() string {
	if t < 0 || int(t) >= len(transmissionNames) {
		return fmt.Sprintf("transmission %d", int(t))
	}
	return transmissionNames[t]
}

// ParseTransmission is the inverse of String; its error is Faults on coupling.transmission.
func ParseTransmission(name string) (Transmission, error) {
	k, err := parse(transmissionNames, "coupling.transmission", name)
	return Transmission(k), err
}

// Synapses connect a population of elapsed-time neurons to itself.
type Synapses struct {
	B            float64 // connectivity b
	Transmission Transmission
	Delay        float64 // d > 0, its mean with Distributed; 0 with Instantaneous
	Past         float64 // N(t) before time 0
}

// Bounds returns what the hazard of the law can be with these synapses. Errors are Faults that name every parameter out of range.
func (s Synapses) Bounds(l ElapsedTime) (Elapsed, error) {
	e, err := l.Bounds(s.B)
	fs, _ := err.(Faults)
	switch s.Transmission {
	case Instantaneous:
		fs.Add(s.Delay == 0, "coupling.delay", s.Delay, "0 with transmission instantaneous")
		fs.Add(s.Past == 0, "coupling.past", s.Past, "0 with transmission instantaneous: nothing of the past arrives")
	case Discrete, Distributed:
		fs.Add(finite(s.Delay) && s.Delay > 0, "coupling.delay", s.Delay, "a finite number > 0")
		most, accepted := math.MaxFloat64, "a finite rate ≥ 0"
		if err == nil {
			most, accepted = e.Rate, fmt.Sprintf("a rate from 0 to the largest, %g", e.Rate)
		}
		fs.Add(s.Past >= 0 && s.Past <= most, "coupling.past", s.Past, accepted)
	default:
		fs.Add(false, "coupling.transmission", s.Transmission, fmt.Sprintf("one of %v", transmissionNames))
	}
	return e, fs.Err()
}

// Choice says which of several solutions N(t) of the implicit equation is taken.
type Choice int

const (
	// Lowest is the lowest solution.
	Lowest Choice = iota
	// Highest is the highest.
	Highest
	// Above is the next above the present rate.
	Above
	// Below is the next below the present rate.
	Below
)

var choiceNames = []string{"lowest", "highest", "above", "below"}

// String returns the name of the choice in scenario files.
func (c Choice) String() string {
	if c < 0 || int(c) >= len(choiceNames) {
		return fmt.Sprintf("choice %d", int(c))
	}
	return choiceNames[c]
}

// ParseChoice is the inverse of String; its error is Faults on the field choice.
func ParseChoice(name string) (Choice, error) {
	k, err := parse(choiceNames, "choice", name)
	return Choice(k), err
}

// Of returns the solution chosen among some, ascending, from the present one; ok is false when there is none.
func (c Choice) Of(solutions []float64, present float64) (rate float64, ok bool) {
	near := 1e-9 * (1 + math.Abs(present))
	switch {
	case len(solutions) == 0:
		return 0, false
	case c == Lowest:
		return solutions[0], true
	case c == Highest:
		return solutions[len(solutions)-1], true
	}
	for k := range solutions {
		if c == Above && solutions[k] > present+near {
			return solutions[k], true
		}
		if back := solutions[len(solutions)-1-k]; c == Below && back < present-near {
			return back, true
		}
	}
	return 0, false
}
