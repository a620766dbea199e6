package network

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// Circuit fixes populations of neurons that kick each other, such as an excitatory
// and an inhibitory one (Brunel 2000): a spike in population q moves every potential
// of population p by b[p][q]/N_q after the delay d[p][q]. One population makes a
// Network. All fields but Workers and Ranks fix the trajectory, together with the times at which
// Run was asked to stop where these are not multiples of Dt.
//
// Kicks without delay arrive in the instant of their spike, excitatory and inhibitory
// alike: as long as a neuron that has not fired at that instant stands at or above its
// V_F, of those the one that stands highest above its own V_F fires (of equal ones the
// lower population, then the lower index), and its kicks reach all populations before
// the next is looked for. So inhibition can stop a cascade.
type Circuit struct {
	Populations []Population
	B           [][]float64 // connectivities b, the receiver first: > 0 excitatory, < 0 inhibitory
	Delay       [][]float64 // transmission delays d ≥ 0, the receiver first; nil: none
	Rule        neuron.Rule // what a cascade leaves behind
	Scheme      Scheme      // Bridge or Event
	Dt          float64     // longest step, > 0; the shortest positive delay where that is shorter
	Seed        uint64
	Replica     uint64 // replicas with the same seed are independent
	Workers     int    // goroutines; 0 means all cores
	Ranks       Ranks  // see Config: the processes that step the populations together

	RateWindow float64 // see Config: where the noise of a population follows its own rate
}

// Population is one population of a circuit.
type Population struct {
	Name    string         // a short one, such as E; fields of faults carry it
	N       int            // number of neurons, ≥ 1
	Law     neuron.LIF     // the law of each
	Initial neuron.Initial // law of the potentials at time 0, independent
}

// lag returns the transmission delay from population q to p.
func (c *Circuit) lag(p, q int) float64 {
	if c.Delay == nil {
		return 0
	}
	return c.Delay[p][q]
}

// config returns population k as a network without connections.
func (c *Circuit) config(k int) Config {
	one := c.Populations[k]
	seed := c.Seed
	if k > 0 {
		r := kernel.NewStream(uint64(kernel.NewKey(c.Seed, c.Replica)), math.MaxUint64-1, uint64(k))
		seed = r.Uint64()
	}
	return Config{N: one.N, Law: one.Law, Rule: c.Rule, Initial: one.Initial, Scheme: c.Scheme,
		Dt: c.Dt, Seed: seed, Replica: c.Replica, Workers: c.Workers, Ranks: c.Ranks, RateWindow: c.RateWindow}
}

// Validate returns neuron.Faults that name every field out of range, with the names
// of the scenario file (populations.E.neuron.V_F, coupling.b.E.I), or nil.
func (c Circuit) Validate() error {
	var fs neuron.Faults
	fs.Add(len(c.Populations) > 0, "populations", len(c.Populations), "at least one population")
	seen := map[string]bool{}
	for k, one := range c.Populations {
		fs.Add(one.Name != "", "populations", fmt.Sprintf("number %d without a name", k+1), "a name for each population")
		fs.Add(!seen[one.Name] || one.Name == "", "populations", one.Name, "each name once")
		seen[one.Name] = true
		fs = append(fs, c.checkPopulation(k)...)
	}
	fs = append(fs, c.checkMatrix("coupling.b", c.B, "a finite number", math.Inf(-1))...)
	if c.Delay != nil {
		fs = append(fs, c.checkMatrix("coupling.delay", c.Delay, "a finite number ≥ 0", 0)...)
	}
	fs.Add(c.Rule.Known(), "coupling.reset", c.Rule, "one of subtractive, hard, sequential")
	fs.Add(c.Scheme == Bridge || c.Scheme == Event, "particles.scheme", c.Scheme, "bridge or event for a circuit")
	fs.Add(c.Dt > 0 && !math.IsInf(c.Dt, 0), "particles.dt", c.Dt, "a finite number > 0")
	fs.Add(c.RateWindow >= 0 && !math.IsInf(c.RateWindow, 1), "particles.rate_window", c.RateWindow, "a finite time ≥ 0 (0: dt)")
	fs.Add(c.Workers >= 0, "workers", c.Workers, "a number ≥ 0 (0: all cores)")
	if len(fs) == 0 {
		fs = c.checkLift()
	}
	return fs.Err()
}

// checkPopulation returns the faults of one population by itself.
func (c *Circuit) checkPopulation(k int) (fs neuron.Faults) {
	one := c.config(k)
	one.Dt, one.Workers, one.Scheme, one.RateWindow = 1, 0, Bridge, 0
	if part, ok := one.Validate().(neuron.Faults); ok {
		for i := range part {
			part[i].Field = strings.TrimPrefix(part[i].Field, "particles.")
		}
		fs.Under("populations."+c.Populations[k].Name, part)
	}
	return fs
}

// checkMatrix returns the faults of a matrix with one row for each receiver, one
// column for each sender, and entries from least on.
func (c *Circuit) checkMatrix(field string, m [][]float64, accepted string, least float64) (fs neuron.Faults) {
	size := len(c.Populations)
	fs.Add(len(m) == size, field, fmt.Sprintf("%d rows", len(m)), fmt.Sprintf("%d, one for each receiving population", size))
	for p := range min(len(m), size) {
		row := field + "." + c.Populations[p].Name
		fs.Add(len(m[p]) == size, row, fmt.Sprintf("%d numbers", len(m[p])), fmt.Sprintf("%d, one for each sending population", size))
		for q := range min(len(m[p]), size) {
			x := m[p][q]
			fs.Add(x-x == 0 && x >= least, row+"."+c.Populations[q].Name, x, accepted)
		}
	}
	return fs
}

// checkLift returns the faults of a circuit whose cascades could lift those who fired
// in them above V_F again.
func (c *Circuit) checkLift() (fs neuron.Faults) {
	if c.Rule == neuron.Hard {
		return nil
	}
	for p, one := range c.Populations {
		lift := 0.0
		for q, b := range c.B[p] {
			if c.lag(p, q) == 0 {
				lift += max(b, 0)
			}
		}
		fs.Add(lift == 0 || lift < one.Law.Gap() || !one.Law.Bounces(), "coupling.b."+one.Name, lift,
			fmt.Sprintf("excitatory connectivities without delay whose sum is below V_F − V_R = %g with reset %v (reset hard takes any)", one.Law.Gap(), c.Rule))
	}
	return fs
}

// Populations is the neurons of a circuit at a time. Make one with NewCircuit. It is
// not safe for concurrent use; inside Run it uses Circuit.Workers goroutines.
type Populations struct {
	*clock
	circuit  Circuit
	parts    []*Network
	kicks    [][]float64 // what a spike does at once, b/N of the sender, the receiver first; 0 with a delay
	axons    [][]axons   // what it does later
	coupled  bool        // whether any spike does anything at once
	started  bool
	cascades uint64
	overruns int64

	waited    float64 // by event: time between spikes, summed …
	stretches int64   // … over so many
}

// NewCircuit returns the populations at time 0. It returns neuron.Faults for a Circuit
// that does not validate.
func NewCircuit(c Circuit) (*Populations, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	most, size := 1, len(c.Populations)
	n := &Populations{circuit: c, kicks: make([][]float64, size), axons: make([][]axons, size)}
	for p := range size {
		_, own := newSpan(c.Ranks, c.Populations[p].N)
		most = max(most, blocks(own))
		n.connect(p)
	}
	n.circuit.Workers = min(c.Workers, most)
	n.clock = newClock(n.circuit.Dt)
	crew := newCrew(n.circuit.Workers)
	defer crew.stop()
	for p := range size {
		part := build(n.circuit.config(p), n.clock, crew)
		part.kick, part.coupled, part.lag = n.kicks[p][p], n.coupled, c.lag(p, p)
		n.parts = append(n.parts, part)
	}
	return n, nil
}

// connect fills what population p receives, and shortens the step to a shorter delay.
func (n *Populations) connect(p int) {
	c, size := &n.circuit, len(n.circuit.Populations)
	n.kicks[p], n.axons[p] = make([]float64, size), make([]axons, size)
	for q, b := range c.B[p] {
		kick := b / float64(c.Populations[q].N)
		if d := c.lag(p, q); d == 0 {
			n.kicks[p][q] = kick
			n.coupled = n.coupled || kick != 0
		} else if kick != 0 || p == q && c.Populations[p].Law.A1 != 0 {
			n.axons[p][q] = axons{delay: d, kick: kick}
			c.Dt = min(c.Dt, d)
		}
	}
}

// Potentials copies the potentials of population k, of those who are not refractory, to
// dst, grown if needed.
func (n *Populations) Potentials(k int, dst []float64) []float64 { return n.parts[k].Potentials(dst) }

// Refractory returns how many neurons of population k are refractory.
func (n *Populations) Refractory(k int) int { return n.parts[k].Refractory() }

// Report returns what the engine did so far: its steps are those of the circuit, its
// corrections those of all populations.
func (n *Populations) Report() Report {
	r := n.parts[0].report
	r.Dt, r.Overrun = n.Dt, n.overruns
	for _, part := range n.parts[1:] {
		r.Corrected += part.report.Corrected
		r.Correction += part.report.Correction
	}
	if r.Corrected > 0 {
		r.Correction /= float64(r.Corrected)
	}
	return r
}

// Run advances to the time until, exactly, and shows each step to the observers of each
// population, observers[k] to those of the k-th; nil stands for no observers. Each frame
// is that of its population; a cascade through several populations has one ID in all of
// them. Times that are whole multiples of Dt do not alter the trajectory, others shorten
// the step before them. It returns the context's error when cancelled (all then stand at
// the end of a step of Dt), an observer's error, or an error when a potential is no
// longer a number.
func (n *Populations) Run(ctx context.Context, until float64, observers [][]Observer) error {
	if observers != nil && len(observers) != len(n.parts) {
		panic("network: Run needs one list of observers for each population")
	}
	j := n.open(observers, newCrew(n.circuit.Workers))
	defer j.crew.stop()
	for _, s := range j.sessions {
		s.meet()
	}
	if ranks := n.parts[0].ranks; ranks != nil {
		ctx = consensus{ctx, ranks}
	}
	if err := j.begin(); err != nil {
		return err
	}
	if err := n.march(ctx, until, j); err != nil {
		return err
	}
	for k, s := range j.sessions {
		if err := s.check(); err != nil {
			return fmt.Errorf("population %s: %w", n.circuit.Populations[k].Name, err)
		}
	}
	return nil
}
