package scenario

import (
	"errors"
	"fmt"

	"lapicque/mfield"
	"lapicque/network"
	"lapicque/neuron"
)

// NNLIF is the document of model nnlif: one population of noisy leaky
// integrate-and-fire neurons and the nonlinear Fokker–Planck equation.
type NNLIF struct {
	Head     `yaml:",inline"`
	Neuron   Neuron   `yaml:"neuron,flow"`
	Coupling Coupling `yaml:"coupling,flow"`
	Initial  Initial  `yaml:"initial,flow"`
	Tail     `yaml:",inline"`
}

// Coupling is the connectivity and what a cascade leaves behind.
type Coupling struct {
	B     float64 `yaml:"b" jsonschema_description:"Each spike moves every potential by b/N"`
	Delay float64 `yaml:"delay" jsonschema:"minimum=0" jsonschema_description:"Time from a spike to its kicks"`
	Past  float64 `yaml:"past" jsonschema:"minimum=0" jsonschema_description:"Rate before time 0, which arrives during the first delay"`
	Reset string  `yaml:"reset" jsonschema:"enum=subtractive,enum=hard,enum=sequential"`
}

func newNNLIF() Document {
	head, tail := standard("nnlif")
	return &NNLIF{
		Head:     head,
		Neuron:   standardNeuron(),
		Coupling: Coupling{Reset: "subtractive"},
		Initial:  standardInitial(),
		Tail:     tail,
	}
}

// Common returns the parts that every model has.
func (s *NNLIF) Common() (*Head, *Tail) { return &s.Head, &s.Tail }

// Populations returns the only population, without a name.
func (s *NNLIF) Populations() []Population {
	return []Population{population("", s.Particles.N, s.Law(), s.Time.End)}
}

// Law returns the law of one neuron.
func (s *NNLIF) Law() neuron.LIF { return s.Neuron.law() }

// check returns the faults of the law, the coupling and the initial law, and of
// what the sides asked for cannot do.
func (s *NNLIF) check(sides Sides) (fs neuron.Faults) {
	law := s.Law()
	fs = append(fs, checkNumber("particles.N", s.Particles.N)...)
	fs.Under("neuron", s.Neuron.check(s.Time.End).Err())
	bounded(&fs, "coupling.b", s.Coupling.B)
	bounded(&fs, "coupling.delay", s.Coupling.Delay)
	bounded(&fs, "coupling.past", s.Coupling.Past)
	fs.Add(s.Coupling.Delay >= 0, "coupling.delay", s.Coupling.Delay, "a number ≥ 0")
	fs.Add(s.Coupling.Past >= 0, "coupling.past", s.Coupling.Past, "a rate ≥ 0")
	fs.Add(s.Coupling.Past == 0 || !sides.Network, "coupling.past", s.Coupling.Past, "0 for particles: a past is solved by the mean field only")
	fs.Add(s.Coupling.Past == 0 || s.Coupling.Delay > 0, "coupling.past", s.Coupling.Past, "0 without a delay: nothing of the past arrives")
	rule, err := neuron.ParseRule(s.Coupling.Reset)
	fs.Add(err == nil, "coupling.reset", s.Coupling.Reset, "subtractive, hard or sequential")
	limited := sides.any() && rule == neuron.Subtractive || sides.Network && rule == neuron.Sequential
	limited = limited && !(s.Coupling.Delay > 0) && s.Neuron.restarts() // cascades ask for it
	fs.Add(err != nil || !limited || !(law.Gap() > 0) || !(s.Coupling.B >= law.Gap()), "coupling.b", s.Coupling.B,
		fmt.Sprintf("a number below V_F − V_R = %v with reset: %s; for a stronger coupling set coupling.reset to hard", law.Gap(), s.Coupling.Reset))
	_, err = network.ParseScheme(s.Particles.Scheme)
	fs.Add(err == nil, "particles.scheme", s.Particles.Scheme, "bridge, euler or event")
	fs = append(fs, s.MeanField.check()...)
	if _, solves := s.Initial.Choice.(*Steady); sides.any() && (!solves || len(fs) == 0) { // a steady law needs an equation without faults
		_, err := s.Start()
		fs.Under("initial", err)
	}
	return fs
}

// Exciting reports whether neurons excite each other, by kicks, by kicks that come back late, or by noise that follows their rate.
func (s *NNLIF) Exciting() bool {
	return s.Coupling.B > 0 || s.Coupling.Delay > 0 || s.Neuron.A1 > 0
}

// Start returns the law of the potentials at time 0, or neuron.Faults.
func (s *NNLIF) Start() ([]neuron.Initial, error) {
	law, err := s.Initial.Choice.law(place{s.Law(), s.steady})
	return []neuron.Initial{law}, err
}

// Config returns the network's configuration, replica 0; the scenario is one
// that Load accepted for the network.
func (s *NNLIF) Config(start neuron.Initial) network.Config {
	rule, _ := neuron.ParseRule(s.Coupling.Reset)
	scheme, _ := network.ParseScheme(s.Particles.Scheme)
	return network.Config{
		N: s.Particles.N, Law: s.Law(), B: s.Coupling.B, Delay: s.Coupling.Delay, Rule: rule, Initial: start,
		Scheme: scheme, Dt: s.Particles.Dt, Seed: s.Seed, RateWindow: s.Particles.Window,
	}
}

// Network returns a replica at time 0.
func (s *NNLIF) Network(start []neuron.Initial, replica uint64, workers int) (Network, error) {
	return s.Spread(start, replica, workers, nil)
}

// Spread returns a replica at time 0 that ranks step together.
func (s *NNLIF) Spread(start []neuron.Initial, replica uint64, workers int, ranks network.Ranks) (Network, error) {
	c := s.Config(start[0])
	c.Replica, c.Workers, c.Ranks = replica, workers, ranks
	n, err := network.New(c)
	return lone{n}, err
}

// Equation returns the limit equation.
func (s *NNLIF) Equation() mfield.NNLIF {
	rule, _ := neuron.ParseRule(s.Coupling.Reset)
	return mfield.NNLIF{Law: s.Law(), B: s.Coupling.B, Rule: rule, Delay: s.Coupling.Delay, Past: s.Coupling.Past}
}

// Solver returns the mean field at time 0.
func (s *NNLIF) Solver(start []neuron.Initial, a Accuracy, onStep func([]mfield.State) error) (Solver, error) {
	o := s.MeanField.at(a)
	if onStep != nil {
		o.OnStep = func(st mfield.State) error { return onStep([]mfield.State{st}) }
	}
	one, err := s.Equation().NewSolver(start[0], o)
	return &Lone{Solver: one}, err
}

// at returns the numerical choices for an accuracy.
func (m MeanField) at(a Accuracy) mfield.Options {
	o := m.Numerics()
	switch a {
	case Coarser:
		o.Cells = max(50, o.Cells/2)
		if o.Scheme == mfield.Spectral {
			o.Rtol = min(1e-2, 30*o.Tolerance())
		}
	case Rough:
		o = mfield.Options{Scheme: mfield.FiniteVolume, Cells: RoughCells}
	}
	return o
}

// options returns the choices that the document makes.
func (m MeanField) options() (mfield.Options, error) {
	scheme, err := mfield.ParseScheme(m.Scheme)
	return mfield.Options{Scheme: scheme, Cells: m.Cells, Rtol: m.Rtol, Continue: m.Continue}, err
}

// Numerics returns the numerical choices of a document that Load accepted.
func (m MeanField) Numerics() mfield.Options {
	o, _ := m.options()
	return o
}

// none is the value of meanfield.entropy that asks for no entropy.
const none = "none"

// Measure returns the entropy to be followed, false for none.
func (m MeanField) Measure() (h mfield.Entropy, wanted bool) {
	h, err := mfield.ParseEntropy(m.Entropy)
	return h, err == nil
}

// check returns the faults of the scheme and of what it cannot do.
func (m MeanField) check() (fs neuron.Faults) {
	_, known := m.Measure()
	fs.Add(known || m.Entropy == none, "meanfield.entropy", m.Entropy, "none, kl or quadratic")
	return append(fs, m.checkNumerics()...)
}

// checkNumerics returns the faults of the scheme.
func (m MeanField) checkNumerics() (fs neuron.Faults) {
	o, err := m.options()
	errors.As(err, &fs)
	fs.Add(m.Cells >= 50 && m.Cells <= maxCells, "meanfield.cells", m.Cells, "a number of cells from 50 to 1000000")
	const nothing = "nothing here: jumps between solutions are those of model elapsed-time"
	fs.Add(m.JumpAt == 0, "meanfield.jump_at", m.JumpAt, nothing)
	fs.Add(m.JumpEvery == 0, "meanfield.jump_every", m.JumpEvery, nothing)
	fs.Add(m.Jump == "", "meanfield.jump", m.Jump, nothing)
	o.Cells = 0 // judged above
	var more neuron.Faults
	errors.As(o.Validate(), &more)
	return append(fs, more...)
}
