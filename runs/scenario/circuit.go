package scenario

import (
	"errors"

	"lapicque/mfield"
	"lapicque/network"
	"lapicque/neuron"
)

// Circuit is the document of model nnlif with the key populations: several populations of noisy
// leaky integrate-and-fire neurons that move each other.
type Circuit struct {
	Head     `yaml:",inline"`
	Members  Members         `yaml:"populations" jsonschema:"required"`
	Coupling CircuitCoupling `yaml:"coupling"`
	Tail     `yaml:",inline"`
}

// CircuitCoupling is the connectivity, the receiver first.
type CircuitCoupling struct {
	B     Matrix `yaml:"b,flow" jsonschema_description:"{receiver: {sender: b}}, or one number for all: a spike moves every potential of the receiver by b/N of the sender, b > 0 excites, b < 0 inhibits"`
	Delay Matrix `yaml:"delay,flow" jsonschema_description:"{receiver: {sender: d}}, or one number for all: time from a spike to its kicks"`
	Reset string `yaml:"reset" jsonschema:"enum=subtractive,enum=hard,enum=sequential"`
}

func newCircuit() Document {
	head, tail := standard("nnlif")
	tail.Particles.N = 0
	tail.MeanField.Scheme, tail.MeanField.Entropy = mfield.FiniteVolume.String(), none
	zero := 0.0
	return &Circuit{Head: head, Coupling: CircuitCoupling{B: Matrix{all: &zero}, Delay: Matrix{all: &zero}, Reset: "subtractive"}, Tail: tail}
}

// Common returns the parts that every model has.
func (s *Circuit) Common() (*Head, *Tail) { return &s.Head, &s.Tail }

// Populations returns the populations in the order in which they are written.
func (s *Circuit) Populations() (list []Population) {
	for _, m := range s.Members {
		list = append(list, population(m.Name, m.N, m.Neuron.law(), s.Time.End))
	}
	return list
}

// check returns the faults of the populations, the coupling and the initial laws.
func (s *Circuit) check(sides Sides) (fs neuron.Faults) {
	fs = append(fs, s.Members.check(s.Time.End)...)
	names := s.Members.names()
	fs = append(fs, s.Coupling.B.check("coupling.b", names, func(x float64) bool { return x <= largest && x >= -largest }, "a number of size at most 1e+09")...)
	fs = append(fs, s.Coupling.Delay.check("coupling.delay", names, func(x float64) bool { return x <= largest && x >= 0 }, "a number from 0 to 1e+09")...)
	_, err := neuron.ParseRule(s.Coupling.Reset)
	fs.Add(err == nil, "coupling.reset", s.Coupling.Reset, "subtractive, hard or sequential")
	scheme, err := network.ParseScheme(s.Particles.Scheme)
	fs.Add(err == nil && scheme != network.Euler, "particles.scheme", s.Particles.Scheme, "bridge or event with several populations")
	fs.Add(s.Particles.N == 0, "particles.N", s.Particles.N, "nothing here: each population has its own N")
	fs.Add(s.Particles.Window == 0, "particles.rate_window", s.Particles.Window, "nothing here: each population measures its own rate over a step")
	fs.Add(s.MeanField.Entropy == none, "meanfield.entropy", s.MeanField.Entropy, "none with several populations")
	fs.Add(s.MeanField.Scheme == mfield.FiniteVolume.String(), "meanfield.scheme", s.MeanField.Scheme, "finite-volume with several populations")
	fs = append(fs, s.MeanField.checkNumerics()...)
	if len(fs) > 0 || !sides.any() {
		return fs
	}
	start, err := s.Start()
	if errors.As(err, &fs) {
		return fs
	}
	if sides.MeanField {
		err = s.Equation().Validate()
	}
	if err == nil && sides.Network {
		err = s.Config(start).Validate()
	}
	errors.As(err, &fs)
	return fs
}

// Exciting reports true: nothing is known of several populations.
func (s *Circuit) Exciting() bool { return true }

// Start returns the law of the potentials of each population at time 0, or neuron.Faults.
func (s *Circuit) Start() ([]neuron.Initial, error) { return s.Members.start(s.steady) }

// Config returns the network's configuration, replica 0; the scenario is one
// that Load accepted for the network.
func (s *Circuit) Config(start []neuron.Initial) network.Circuit {
	rule, _ := neuron.ParseRule(s.Coupling.Reset)
	scheme, _ := network.ParseScheme(s.Particles.Scheme)
	c := network.Circuit{B: s.Coupling.B.values(s.Members.names()), Delay: s.Coupling.Delay.values(s.Members.names()),
		Rule: rule, Scheme: scheme, Dt: s.Particles.Dt, Seed: s.Seed}
	for k, m := range s.Members {
		c.Populations = append(c.Populations, network.Population{Name: m.Name, N: m.N, Law: m.Neuron.law(), Initial: start[k]})
	}
	return c
}

// Network returns a replica at time 0.
func (s *Circuit) Network(start []neuron.Initial, replica uint64, workers int) (Network, error) {
	return s.Spread(start, replica, workers, nil)
}

// Spread returns a replica at time 0 that ranks step together.
func (s *Circuit) Spread(start []neuron.Initial, replica uint64, workers int, ranks network.Ranks) (Network, error) {
	c := s.Config(start)
	c.Replica, c.Workers, c.Ranks = replica, workers, ranks
	return network.NewCircuit(c)
}

// Equation returns the limit equation.
func (s *Circuit) Equation() mfield.Circuit {
	rule, _ := neuron.ParseRule(s.Coupling.Reset)
	c := mfield.Circuit{B: s.Coupling.B.values(s.Members.names()), Delay: s.Coupling.Delay.values(s.Members.names()), Rule: rule}
	for _, m := range s.Members {
		c.Populations = append(c.Populations, mfield.Population{Name: m.Name, Law: m.Neuron.law()})
	}
	return c
}

// Solver returns the mean field at time 0.
func (s *Circuit) Solver(start []neuron.Initial, a Accuracy, onStep func([]mfield.State) error) (Solver, error) {
	o := s.MeanField.at(a)
	o.OnStates = onStep
	return s.Equation().NewSolver(start, o)
}

func (s *Circuit) rebase(folder string) {
	for _, m := range s.Members {
		m.Initial.rebase(folder)
	}
	for k := range s.Members {
		s.Members[k].Neuron.Current.rebase(folder)
	}
}

func (s *Circuit) archived() (Document, []File) {
	c, files := *s, []File(nil)
	c.Members = append(Members(nil), s.Members...)
	for k, m := range c.Members {
		current, file := m.Neuron.Current.archived("populations." + m.Name + ".neuron.current")
		if c.Members[k].Neuron.Current = current; file != nil {
			files = append(files, *file)
		}
	}
	return &c, files
}

func (s *Circuit) shrunk(most int) Document {
	c := *s
	c.Members = append(Members(nil), s.Members...)
	for k, m := range c.Members {
		c.Members[k].N = min(m.N, most)
	}
	return &c
}
