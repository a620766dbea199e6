package scenario

import (
	"context"
	"math"

	"lapicque/mfield"
	"lapicque/network"
	"lapicque/neuron"
)

// Population is one population of a model.
type Population struct {
	Name       string // "" for the only one of a model without names
	N          int    // neurons
	Axis       Axis
	Refractory bool // neurons are refractory at times
}

// Axis is the state of a neuron of which densities, moments and traces are taken.
type Axis struct {
	From, To float64 // densities cover this at least
	Anchor   float64 // is an edge of their bins, and the last one without Beyond
	Beyond   bool    // neurons are above the anchor at times
	Spread   float64 // by five of which a neuron that nobody moves hardly ever leaves From to To
}

// axis returns the axis of the potential of a neuron that is watched until end.
func axis(law neuron.LIF, end float64) Axis {
	return Axis{From: law.Reset, To: law.Threshold, Anchor: law.Threshold, Beyond: law.Firing.Escapes(),
		Spread: math.Sqrt(law.A0 * math.Min(2*end, 1/math.Max(law.Leak, 1e-300)))}
}

// population returns a population of leaky integrate-and-fire neurons.
func population(name string, n int, law neuron.LIF, end float64) Population {
	return Population{name, n, axis(law, end), law.Refractory.Law != neuron.NoRefractory}
}

// Network is the particles of a scenario. Populations are numbered as in Document.Populations.
type Network interface {
	network.Keeper
	// Run lands exactly on until; it may be called again. There is one list of observers a population.
	Run(ctx context.Context, until float64, observers [][]network.Observer) error
	Time() float64
	Report() network.Report
	// Potentials copies the potentials of population k, of who is not refractory, into dst.
	Potentials(k int, dst []float64) []float64
	// Refractory returns how many neurons of population k are refractory.
	Refractory(k int) int
}

// Solver is the limit equation of a scenario, one solution of it. Populations are numbered as in
// Document.Populations.
type Solver interface {
	// Advance lands exactly on until; errors are those of package mfield.
	Advance(ctx context.Context, until float64) error
	// States returns the state of each population; the caller may keep it.
	States() []mfield.State
	// Profile copies the density of population k.
	Profile(k int, p *mfield.Profile)
	// BlowUps returns what the solution went through, and what ended it.
	BlowUps() []mfield.CircuitBlowUp
}

// Telling is a Network or a Solver that has more to say than numbers.
type Telling interface {
	// Notes returns what a reader should know, as far as it has come.
	Notes() []string
}

// Parting is a Solver of which one solution need not be that of a large network.
type Parting interface {
	Solver
	// Parts returns the time from which on a network need not follow the solution and why, "" when it must throughout.
	Parts() (from float64, reason string)
}

// lone is the network of a model of one population.
type lone struct{ *network.Network }

// Run passes on.
func (n lone) Run(ctx context.Context, until float64, observers [][]network.Observer) error {
	return n.Network.Run(ctx, until, observers[0]...)
}

// Potentials passes on.
func (n lone) Potentials(_ int, dst []float64) []float64 { return n.Network.Potentials(dst) }

// Refractory passes on.
func (n lone) Refractory(int) int { return n.Network.Refractory() }

// Lone is the mean field of a model of one population.
type Lone struct {
	mfield.Solver
	ended *mfield.BlowUp // what ended the solution
}

// Advance passes on.
func (s *Lone) Advance(ctx context.Context, until float64) error {
	err := s.Solver.Advance(ctx, until)
	if b, ok := err.(*mfield.BlowUp); ok {
		s.ended = b
	}
	return err
}

// States returns the state.
func (s *Lone) States() []mfield.State { return []mfield.State{s.State()} }

// Profile passes on.
func (s *Lone) Profile(_ int, p *mfield.Profile) { s.Solver.Profile(p) }

// BlowUps returns those the solution went through, or the one that ended it.
func (s *Lone) BlowUps() (list []mfield.CircuitBlowUp) {
	var found []mfield.BlowUp
	if c, ok := s.Solver.(mfield.Continuing); ok {
		found = c.BlowUps()
	}
	if s.ended != nil {
		found = []mfield.BlowUp{*s.ended}
	}
	for _, b := range found {
		list = append(list, mfield.CircuitBlowUp{Time: b.Time, TimeError: b.TimeError, Jumps: []float64{b.Jump}, JumpErrors: []float64{b.JumpError}, Rule: b.Rule})
	}
	return list
}
