package network

import (
	"fmt"
	"math"

	"lapicque/neuron"
)

// Scheme is the time-stepping scheme.
type Scheme int

const (
	// Bridge: exact Ornstein–Uhlenbeck steps with crossings found inside them.
	Bridge Scheme = iota
	// Euler: the textbook Euler–Maruyama step with an end-of-step threshold test,
	// kept for comparison; its rate is wrong at order √dt.
	Euler
	// Event: spike by spike, each kick delivered at its instant before anything
	// else happens: the reference, for N up to about 10⁴.
	Event
)

var schemeNames = []string{"bridge", "euler", "event"}

// String returns the scheme's name in scenario files.
func (s Scheme) String() string { return schemeNames[s] }

// ParseScheme is the inverse of String.
func ParseScheme(name string) (Scheme, error) {
	for i, n := range schemeNames {
		if n == name {
			return Scheme(i), nil
		}
	}
	return 0, fmt.Errorf("network: no scheme %q", name)
}

// MaxNeurons is the largest network: neuron ids are 32-bit.
const MaxNeurons = math.MaxUint32

// Config fixes a network. All fields but Workers and Ranks fix its trajectory, together
// with the times at which Run was asked to stop where these are not multiples
// of Dt.
type Config struct {
	N       int            // number of neurons, ≥ 1
	Law     neuron.LIF     // the law of each
	B       float64        // connectivity b: a spike moves every potential by b/N
	Delay   float64        // transmission delay d ≥ 0: a kick arrives d after its spike; 0: at once, with cascades
	Rule    neuron.Rule    // what a cascade leaves behind
	Initial neuron.Initial // law of the potentials at time 0, independent
	Scheme  Scheme
	Dt      float64 // longest step, > 0; the delay where that is shorter
	Seed    uint64
	Replica uint64 // replicas with the same seed are independent
	Workers int    // goroutines; 0 means all cores
	Ranks   Ranks  // the processes that step this network together, nil: this one; each calls New and Run alike

	// RateWindow is the time constant w over which the network's own rate is measured where
	// noise follows it, a0 + a1·N; 0 means Dt. Its error is of order w²; the relative variance
	// of what is measured is about 2/(N·rate·w), which should be below 1.
	RateWindow float64
}

// Validate returns neuron.Faults that name every field out of range, or nil.
func (c Config) Validate() error {
	var fs neuron.Faults
	fs.Add(c.N >= 1 && c.N <= MaxNeurons, "particles.N", c.N, fmt.Sprintf("a number of neurons from 1 to %d", MaxNeurons))
	fs.Under("neuron", c.Law.Validate())
	fs.Add(c.RateWindow >= 0 && !math.IsInf(c.RateWindow, 1), "particles.rate_window", c.RateWindow, "a finite time ≥ 0 (0: dt)")
	fs.Add(!math.IsNaN(c.B) && !math.IsInf(c.B, 0), "coupling.b", c.B, "a finite number")
	fs.Add(c.Delay >= 0 && !math.IsInf(c.Delay, 0), "coupling.delay", c.Delay, "a finite number ≥ 0")
	fs.Add(c.Rule == neuron.Hard || c.Delay > 0 || !c.Law.Bounces() || !(c.Law.Gap() > 0) || !(c.B >= c.Law.Gap()), "coupling.b", c.B,
		fmt.Sprintf("a number below V_F − V_R = %v with reset: %v; for a stronger coupling use reset: hard", c.Law.Gap(), c.Rule))
	fs.Add(c.Dt > 0 && !math.IsInf(c.Dt, 0), "particles.dt", c.Dt, "a finite number > 0")
	fs.Add(c.Initial != nil, "initial", "nothing", "a law of the potentials at time 0")
	fs.Add(c.Workers >= 0, "workers", c.Workers, "a number ≥ 0 (0: all cores)")
	return fs.Err()
}
