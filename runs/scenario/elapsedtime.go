package scenario

import (
	"errors"
	"reflect"

	"lapicque/mfield"
	"lapicque/mfield/elapsed"
	"lapicque/network/renewal"
	"lapicque/neuron"
)

// ElapsedTime is the document of model elapsed-time: neurons that know only the time since their last spike, and the
// age-structured equation.
type ElapsedTime struct {
	Head     `yaml:",inline"`
	Neuron   Hazard   `yaml:"neuron,flow"`
	Coupling Synapses `yaml:"coupling,flow"`
	Initial  Ages     `yaml:"initial,flow"`
	Tail     `yaml:",inline"`
}

// Hazard is the written form of neuron.ElapsedTime.
type Hazard struct {
	Hazard string  `yaml:"hazard" jsonschema:"enum=step,enum=phi-step,enum=smooth" jsonschema_description:"Rate of firing at age s and input X: 1 past sigma(X), phi(X) past it, or phi(X) with a logistic rise about it"`
	Sigma  Curve   `yaml:"sigma" jsonschema_description:"Age from which a neuron fires, as a function of X: falling is excitation, rising inhibition"`
	Phi    *Curve  `yaml:"phi,omitempty" jsonschema_description:"Rate past that age, as a function of X; 1 with hazard step"`
	Width  float64 `yaml:"width,omitempty" jsonschema:"minimum=0" jsonschema_description:"Width of the rise of hazard smooth"`
}

// Synapses is the written form of neuron.Synapses.
type Synapses struct {
	B            float64 `yaml:"b" jsonschema_description:"The input is X = b times the rate that arrives"`
	Transmission string  `yaml:"transmission" jsonschema:"enum=instantaneous,enum=discrete,enum=exponential" jsonschema_description:"X = bN(t), bN(t − delay), or bN filtered with the time constant delay; left out: discrete with a delay, else instantaneous"`
	Delay        float64 `yaml:"delay" jsonschema:"minimum=0" jsonschema_description:"Delay, or its mean"`
	Past         float64 `yaml:"past" jsonschema:"minimum=0" jsonschema_description:"Rate before time 0"`
	Start        string  `yaml:"start,omitempty" jsonschema:"enum=lowest,enum=highest" jsonschema_description:"Which N(0) of an instantaneous transmission, when there are several"`
}

func (s *Synapses) decode(d *decoder, n *node, field string) {
	type plain Synapses // without this method
	s.Transmission = ""
	d.value(n, reflect.ValueOf((*plain)(s)).Elem(), field)
	if s.Transmission == "" {
		s.Transmission = neuron.Instantaneous.String()
		if s.Delay > 0 {
			s.Transmission = neuron.Discrete.String()
		}
	}
}

// Names of the only schemes.
const (
	thinning        = "thinning"
	characteristics = "characteristics"
)

func newElapsedTime() Document {
	head, tail := standard("elapsed-time")
	head.Time.End = 20
	tail.Particles.Scheme, tail.Particles.Dt = thinning, 0.02
	tail.MeanField = MeanField{Scheme: characteristics, Entropy: none}
	return &ElapsedTime{Head: head, Tail: tail, Neuron: Hazard{Hazard: neuron.StepHazard.String(), Sigma: Curve{Law: constantCurve, Base: 1}},
		Coupling: Synapses{Transmission: neuron.Instantaneous.String()}, Initial: Ages{agesLaws["exponential"]()}}
}

// Common returns the parts that every model has.
func (s *ElapsedTime) Common() (*Head, *Tail) { return &s.Head, &s.Tail }

// Populations returns the only population, without a name. Its axis is that of ages.
func (s *ElapsedTime) Populations() []Population {
	to := 1.0
	if b, err := s.Equation().Synapses.Bounds(s.Equation().Law); err == nil {
		to = b.SigmaLow + 1/b.Rate
	}
	return []Population{{N: s.Particles.N, Axis: Axis{To: to, Beyond: true}}}
}

// Exciting reports whether neurons see each other, in any way: their input may amplify what they share.
func (s *ElapsedTime) Exciting() bool { return s.Coupling.B != 0 }

// Equation returns the limit equation.
func (s *ElapsedTime) Equation() elapsed.Equation {
	e, _ := s.equation()
	return e
}

// equation returns the limit equation and the faults of names.
func (s *ElapsedTime) equation() (e elapsed.Equation, fs neuron.Faults) {
	curve := func(field string, c Curve) neuron.Curve {
		out, err := c.curve()
		fs.Under(field, err)
		return out
	}
	add := func(err error) {
		var list neuron.Faults
		errors.As(err, &list)
		fs = append(fs, list...)
	}
	hazard, err := neuron.ParseHazard(s.Neuron.Hazard)
	add(err)
	e.Law = neuron.ElapsedTime{Hazard: hazard, Sigma: curve("neuron.sigma", s.Neuron.Sigma), Width: s.Neuron.Width}
	if s.Neuron.Phi != nil {
		e.Law.Phi = curve("neuron.phi", *s.Neuron.Phi)
	}
	transmission, err := neuron.ParseTransmission(s.Coupling.Transmission)
	add(err)
	e.Synapses = neuron.Synapses{B: s.Coupling.B, Transmission: transmission, Delay: s.Coupling.Delay, Past: s.Coupling.Past}
	return e, fs
}

// options returns the numerical choices for an accuracy, and the faults of names.
func (s *ElapsedTime) options(a Accuracy) (o elapsed.Options, fs neuron.Faults) {
	m := s.MeanField
	choice := func(field, name string) neuron.Choice {
		if name == "" {
			return neuron.Lowest
		}
		c, err := neuron.ParseChoice(name)
		fs.Add(err == nil, field, name, "one of lowest, highest, above, below")
		return c
	}
	o = elapsed.Options{Rtol: m.Rtol, Start: choice("coupling.start", s.Coupling.Start), JumpAt: m.JumpAt, JumpEvery: m.JumpEvery,
		Jump: choice("meanfield.jump", m.Jump), Continue: m.Continue}
	switch a {
	case Coarser:
		o.Rtol = min(1e-3, 30*max(o.Rtol, elapsed.DefaultRtol))
	case Rough:
		o.Rtol = 1e-3
	}
	return o, fs
}

// check returns the faults of the law, the coupling and the initial law, and of keys that mean nothing here.
func (s *ElapsedTime) check(sides Sides) (fs neuron.Faults) {
	fs = append(fs, checkNumber("particles.N", s.Particles.N)...)
	bounded(&fs, "coupling.b", s.Coupling.B)
	e, names := s.equation()
	o, choices := s.options(AsAsked)
	fs = append(append(fs, names...), choices...)
	m, p := s.MeanField, s.Particles
	fs.Add(p.Scheme == thinning, "particles.scheme", p.Scheme, "thinning with model elapsed-time: spikes at exact times")
	fs.Add(p.Window == 0, "particles.rate_window", p.Window, "nothing here: there is no noise that follows a rate")
	fs.Add(m.Scheme == characteristics, "meanfield.scheme", m.Scheme, "characteristics with model elapsed-time")
	fs.Add(m.Cells == 0, "meanfield.cells", m.Cells, "nothing here: ages are transported exactly, without cells")
	fs.Add(m.Entropy == none, "meanfield.entropy", m.Entropy, "none with model elapsed-time")
	fs.Add(len(choices) > 0 || m.JumpAt > 0 || m.Continue || m.Jump == "", "meanfield.jump", m.Jump, "nothing without meanfield.jump_at or meanfield.continue")
	instantaneous := s.Coupling.Transmission == neuron.Instantaneous.String()
	fs.Add(instantaneous || s.Coupling.Start == "", "coupling.start", s.Coupling.Start, "nothing with a delay: N(0) is unique")
	fs.Add(instantaneous || m.JumpAt == 0, "meanfield.jump_at", m.JumpAt, "nothing with a delay: N(t) is unique")
	if len(names) > 0 {
		return fs
	}
	sound := e.Validate()
	for _, err := range []error{sound, o.Validate()} {
		var list neuron.Faults
		errors.As(err, &list)
		fs = append(fs, list...)
	}
	if _, solves := s.Initial.Choice.(*SteadyAges); sides.any() && (!solves || sound == nil) { // a steady law needs an equation without faults
		_, err := s.Start()
		fs.Under("initial", err)
	}
	return fs
}

// Start returns the law of the ages at time 0, or neuron.Faults.
func (s *ElapsedTime) Start() ([]neuron.Initial, error) {
	law, err := s.Initial.Choice.ages(s.Equation())
	return []neuron.Initial{law}, err
}

// Network returns a replica at time 0.
func (s *ElapsedTime) Network(start []neuron.Initial, replica uint64, workers int) (Network, error) {
	e := s.Equation()
	o, _ := s.options(AsAsked)
	n, err := renewal.New(renewal.Config{N: s.Particles.N, Law: e.Law, Synapses: e.Synapses, Initial: start[0], Start: o.Start,
		Dt: s.Particles.Dt, Seed: s.Seed, Replica: replica, Workers: workers})
	return renewals{n}, err
}

// Solver returns the mean field at time 0.
func (s *ElapsedTime) Solver(start []neuron.Initial, a Accuracy, onStep func([]mfield.State) error) (Solver, error) {
	e := s.Equation()
	o, _ := s.options(a)
	out := &aged{options: o, onStep: onStep, cells: profileCells}
	if a != AsAsked {
		out.cells /= 2
	}
	if p, ok := s.Initial.Choice.(*PeriodicAges); ok {
		if known, err := p.solution(e); err == nil {
			out.known = &known
		}
	}
	o.OnStep = out.see
	if b, err := e.Synapses.Bounds(e.Law); err == nil {
		o.Longest = 0.05 / b.Rate
	}
	one, err := e.NewSolver(start[0], o)
	out.Solver = one
	return out, err
}

func (s *ElapsedTime) rebase(string) {}

func (s *ElapsedTime) shrunk(most int) Document {
	c := *s
	c.Particles.N = min(c.Particles.N, most)
	return &c
}

func (s *ElapsedTime) archived() (Document, []File) {
	c := *s
	return &c, nil
}
