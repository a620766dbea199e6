package scenario

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// Neuron is the law of one neuron, in the symbols of the papers.
type Neuron struct {
	VF      float64 `yaml:"V_F" jsonschema_description:"Firing threshold"`
	VR      float64 `yaml:"V_R" jsonschema_description:"Reset potential, below V_F"`
	A0      float64 `yaml:"a0" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Diffusion sigma²/2"`
	A1      float64 `yaml:"a1" jsonschema:"minimum=0" jsonschema_description:"Diffusion per unit of the population's rate"`
	Leak    float64 `yaml:"leak" jsonschema:"minimum=0" jsonschema_description:"1/membrane time; 0: no leak"`
	Current Current `yaml:"current" jsonschema_description:"External current"`

	Refractory Refractory `yaml:"refractory,flow" jsonschema_description:"State after a spike, in which a neuron neither moves nor feels kicks"`
	Firing     Firing     `yaml:"firing,flow" jsonschema_description:"When a neuron fires"`
}

// Refractory is the written form of neuron.Refractory.
type Refractory struct {
	Law string  `yaml:"law" jsonschema:"enum=none,enum=exponential,enum=fixed"`
	Tau float64 `yaml:"tau,omitempty" jsonschema:"minimum=0" jsonschema_description:"Mean duration"`
}

// Firing is the written form of neuron.Firing.
type Firing struct {
	Law     string  `yaml:"law" jsonschema:"enum=threshold,enum=escape" jsonschema_description:"threshold: in the instant in which it reaches V_F; escape: above V_F at the rate 1/epsilon"`
	Epsilon float64 `yaml:"epsilon,omitempty" jsonschema:"minimum=0" jsonschema_description:"Mean time above V_F until a spike"`
}

// Names of the laws, what keys left out fall back to first.
var (
	refractories = []string{neuron.NoRefractory.String(), neuron.ExponentialRefractory.String(), neuron.FixedRefractory.String()}
	firings      = []string{"threshold", "escape"}
)

// standardNeuron returns what keys left out fall back to.
func standardNeuron() Neuron {
	return Neuron{VF: 2, VR: 1, A0: 1, Leak: 1, Current: Current{Current: neuron.Constant(0)},
		Refractory: Refractory{Law: refractories[0]}, Firing: Firing{Law: firings[0]}}
}

// law returns the law that the document writes; what names no law is left out.
func (n Neuron) law() neuron.LIF {
	law := neuron.LIF{Threshold: n.VF, Reset: n.VR, A0: n.A0, A1: n.A1, Leak: n.Leak, Current: n.Current.Current}
	if kind, err := neuron.ParseRefractoriness(n.Refractory.Law); err == nil {
		law.Refractory = neuron.Refractory{Law: kind, Tau: n.Refractory.Tau}
	}
	if n.Firing.Law == "escape" {
		law.Firing.Epsilon = n.Firing.Epsilon
	}
	return law
}

// restarts reports whether neurons that fire in one instant stand at V_R within it, so
// that cascades limit the coupling.
func (n Neuron) restarts() bool {
	return n.Firing.Law == firings[0] && n.Refractory.Law == refractories[0]
}

// largest bounds couplings and potentials: their squares stay far from overflow.
const largest = 1e9

// bounded adds a fault to the list unless the size of the value is at most largest.
func bounded(fs *neuron.Faults, field string, value float64) {
	fs.Add(math.Abs(value) <= largest, field, value, fmt.Sprintf("a number of size at most %g", largest))
}

// check returns the faults of the law, in a run until time end.
func (n Neuron) check(end float64) (fs neuron.Faults) {
	errors.As(n.law().Validate(), &fs)
	fs.Under("current", n.Current.check(end).Err())
	bounded(&fs, "V_F", n.VF)
	bounded(&fs, "V_R", n.VR)
	fs.Add(slices.Contains(refractories, n.Refractory.Law), "refractory.law", n.Refractory.Law, among(refractories, n.Refractory.Law))
	fs.Add(slices.Contains(firings, n.Firing.Law), "firing.law", n.Firing.Law, among(firings, n.Firing.Law))
	fs.Add(n.Firing.Law != "threshold" || n.Firing.Epsilon == 0, "firing.epsilon", n.Firing.Epsilon, "0 with law threshold: give law escape")
	fs.Add(n.Firing.Law != "escape" || n.Firing.Epsilon != 0, "firing.epsilon", n.Firing.Epsilon, "a finite time > 0 with law escape")
	return fs
}
