package biophysical

import (
	"fmt"
	"math"

	"lapicque/network"
	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// Config fixes a network. All fields but Workers fix its trajectory, together with the times at which Run was asked to
// stop where these are not multiples of Dt. Units are those of the law.
type Config struct {
	N        int            // number of neurons, ≥ 1
	Law      membrane.Model // of one neuron, neither Hybrid nor Switching; not to be changed while the network lives
	Current  neuron.Current // I(t) that every neuron is fed; its mean over each step is used. nil: none
	Noise    float64        // σ, on the potential, per square root of time
	Recovery float64        // the same on the second variable of a law of two variables, else 0
	Coupling Coupling
	Initial  neuron.Initial // law of the potentials at time 0, independent; the other variables are at rest given them
	Scheme   Scheme
	Dt       float64 // step, > 0
	Seed     uint64
	Replica  uint64 // replicas with the same seed are independent
	Workers  int    // goroutines; 0 means all cores
}

// Coupling is what a spike does to all N neurons. Pulses and a conductance may act together.
type Coupling struct {
	Pulse       float64 // J: every potential moves by J/N
	Conductance float64 // G ≥ 0: the synaptic conductance rises by G/N, in units of current over potential
	Decay       float64 // τ, its time constant, > 0 where G is
	Reversal    float64 // E, its reversal potential
}

// Scheme is how the equations are integrated. Both are of weak order 2 for the additive noise here.
type Scheme int

const (
	// Fastest is a splitting for Hodgkin–Huxley and Heun for other laws.
	Fastest Scheme = iota
	// Heun is the stochastic Heun method, for any law; for additive noise it is the explicit method of weak order 2
	// of Platen (Kloeden and Platen 1992, 15.1.1).
	Heun
)

// Validate returns neuron.Faults that name every field out of range, or nil.
func (c Config) Validate() error {
	var fs neuron.Faults
	fs.Add(c.N >= 1 && c.N <= network.MaxNeurons, "particles.N", c.N, fmt.Sprintf("a number of neurons from 1 to %d", network.MaxNeurons))
	fs = append(fs, c.checkLaw()...)
	if c.Current != nil {
		fs.Under("current", c.Current.Validate())
	}
	amount := func(field string, x float64) { fs.Add(x >= 0 && !math.IsInf(x, 1), field, x, "a finite number ≥ 0") }
	amount("noise", c.Noise)
	amount("recovery", c.Recovery)
	fs.Add(finite(c.Coupling.Pulse), "coupling.pulse", c.Coupling.Pulse, "a finite number")
	amount("coupling.conductance", c.Coupling.Conductance)
	if c.Coupling.Conductance != 0 {
		fs.Add(c.Coupling.Decay > 0 && finite(c.Coupling.Decay), "coupling.decay", c.Coupling.Decay, "a finite number > 0")
		fs.Add(finite(c.Coupling.Reversal), "coupling.reversal", c.Coupling.Reversal, "a finite number")
	}
	fs = append(fs, c.checkInitial()...)
	fs.Add(c.Scheme == Fastest || c.Scheme == Heun, "particles.scheme", int(c.Scheme), "fastest or heun")
	fs.Add(c.Dt > 0 && finite(c.Dt), "particles.dt", c.Dt, "a finite number > 0")
	fs.Add(c.Workers >= 0, "workers", c.Workers, "a number ≥ 0 (0: all cores)")
	return fs.Err()
}

// checkLaw returns the faults of the law, and of noise that it has no place for.
func (c Config) checkLaw() (fs neuron.Faults) {
	const accepted = "a law that makes its spikes itself, such as hodgkin-huxley, fitzhugh-nagumo or morris-lecar"
	if c.Law == nil {
		fs.Add(false, "neuron", "nothing", accepted)
		return fs
	}
	card := c.Law.Card()
	_, hybrid := c.Law.(membrane.Hybrid)
	_, switching := c.Law.(membrane.Switching)
	fs.Add(!hybrid && !switching, "neuron", card.Name, accepted)
	fs.Under("neuron", membrane.Validate(c.Law))
	fs.Add(c.Recovery == 0 || len(card.Variables) == 2, "recovery", c.Recovery, "0 unless the law has two variables")
	return fs
}

// checkInitial returns the faults of the law at time 0.
func (c Config) checkInitial() (fs neuron.Faults) {
	if c.Initial == nil {
		fs.Add(false, "initial", "nothing", "a law of the potentials at time 0")
		return fs
	}
	breaks := c.Initial.Breaks()
	lo, hi := breaks[0], breaks[len(breaks)-1]
	fs.Add(finite(lo) && finite(hi), "initial", fmt.Sprintf("%v to %v", lo, hi), "finite potentials")
	return fs
}

func finite(x float64) bool { return x-x == 0 }
