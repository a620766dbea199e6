package scenario

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/invopop/jsonschema"

	"lapicque/mfield"
	"lapicque/network"
	particles "lapicque/network/biophysical"
	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// Biophysical is the document of model biophysical: neurons whose equations make the spike themselves. It has a network and
// no equation of the limit.
type Biophysical struct {
	Head      `yaml:",inline"`
	Neuron    BiophysicalNeuron    `yaml:"neuron,flow"`
	Coupling  BiophysicalCoupling  `yaml:"coupling,flow"`
	Initial   BiophysicalStart     `yaml:"initial,flow"`
	Particles BiophysicalParticles `yaml:"particles,flow"`
	Record    Record               `yaml:"record"`
	Expect    []Expectation        `yaml:"expect" jsonschema_description:"Claims about summary.json, checked at the end"`
}

// BiophysicalNeuron is the law of a neuron and what it is fed.
type BiophysicalNeuron struct {
	Law        string     `yaml:"law" jsonschema:"enum=hodgkin-huxley,enum=fitzhugh-nagumo,enum=morris-lecar,enum=morris-lecar-snic" jsonschema_description:"Model of the neuron"`
	Parameters Parameters `yaml:"parameters,flow" jsonschema_description:"What differs from the source of the model, by name, such as {g_L: 0.2}"`
	Current    Current    `yaml:"current" jsonschema_description:"External current"`
	Noise      float64    `yaml:"noise" jsonschema:"minimum=0" jsonschema_description:"White noise on the potential, per square root of time"`
	Recovery   float64    `yaml:"recovery,omitempty" jsonschema:"minimum=0" jsonschema_description:"The same on the second variable of a law of two"`
}

// BiophysicalCoupling is what a spike does to all neurons.
type BiophysicalCoupling struct {
	Pulse       float64 `yaml:"pulse" jsonschema_description:"Each spike moves every potential by pulse/N"`
	Conductance float64 `yaml:"conductance,omitempty" jsonschema:"minimum=0" jsonschema_description:"Each spike opens conductance/N in every neuron"`
	Decay       float64 `yaml:"decay,omitempty" jsonschema:"minimum=0" jsonschema_description:"Time constant of the conductance"`
	Reversal    float64 `yaml:"reversal,omitempty" jsonschema_description:"Reversal potential of the conductance"`
}

// BiophysicalStart is the law of the potentials at time 0, uniform; the other variables are at rest given them.
type BiophysicalStart struct {
	From float64 `yaml:"from"`
	To   float64 `yaml:"to"`
}

// BiophysicalParticles says how the network is simulated.
type BiophysicalParticles struct {
	N        int     `yaml:"N" jsonschema:"minimum=1" jsonschema_description:"Neurons"`
	Dt       float64 `yaml:"dt" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Time step"`
	Scheme   string  `yaml:"scheme" jsonschema:"enum=fastest,enum=heun" jsonschema_description:"fastest: a splitting for hodgkin-huxley, else heun"`
	Replicas int     `yaml:"replicas" jsonschema:"minimum=1" jsonschema_description:"Independent networks"`
}

// Parameters are numbers by name.
type Parameters map[string]float64

func (p *Parameters) decode(d *decoder, n *node, field string) {
	if n.kind != mapping {
		d.faults.add(n.at, field, n.describe(), "a mapping of names to numbers, such as {g_L: 0.2}")
		return
	}
	*p = Parameters{}
	for _, one := range n.pairs {
		var x float64
		d.value(one.value, reflect.ValueOf(&x).Elem(), join(field, one.key))
		(*p)[one.key] = x
	}
}

// JSONSchema is a mapping of names to numbers.
func (Parameters) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "number"}}
}

// excitable are the laws that make their spikes themselves, schemes the names of particles.Scheme.
var (
	excitable = []string{"hodgkin-huxley", "fitzhugh-nagumo", "morris-lecar", "morris-lecar-snic"}
	schemes   = []string{"fastest", "heun"}
)

func newBiophysical() Document {
	head, tail := standard("biophysical")
	head.Time.End = 100
	tail.Record.RateBin, tail.Record.DensityBins = 1, 100
	return &Biophysical{Head: head, Record: tail.Record, Expect: tail.Expect,
		Neuron:    BiophysicalNeuron{Law: excitable[0], Parameters: Parameters{}, Current: Current{Current: neuron.Constant(8)}, Noise: 2},
		Initial:   BiophysicalStart{From: -75, To: -55},
		Particles: BiophysicalParticles{N: 10000, Dt: 0.05, Scheme: schemes[0], Replicas: 1},
	}
}

// Common returns the parts that every model has, those of this model filled in as far as they apply.
func (s *Biophysical) Common() (*Head, *Tail) {
	_, tail := standard(s.Model)
	tail.Particles = Particles{N: s.Particles.N, Dt: s.Particles.Dt, Scheme: s.Particles.Scheme, Replicas: s.Particles.Replicas}
	tail.MeanField.Scheme, tail.MeanField.Entropy = mfield.FiniteVolume.String(), none
	tail.Record, tail.Expect = s.Record, s.Expect
	return &s.Head, &tail
}

// TimeUnit names the unit of the law, where it has one.
func (s *Biophysical) TimeUnit() string {
	if law, err := membrane.New(s.Neuron.Law); err == nil && law.Card().TimeUnit != "" {
		return law.Card().TimeUnit
	}
	return s.Head.TimeUnit()
}

// config returns the network of a replica, and the faults of what names no law or no parameter.
func (s *Biophysical) config() (c particles.Config, fs neuron.Faults) {
	fs.Add(slices.Contains(excitable, s.Neuron.Law), "neuron.law", s.Neuron.Law, among(excitable, s.Neuron.Law))
	fs.Add(slices.Contains(schemes, s.Particles.Scheme), "particles.scheme", s.Particles.Scheme, among(schemes, s.Particles.Scheme))
	law, err := membrane.New(s.Neuron.Law)
	if err != nil {
		return c, fs
	}
	fs.Under("neuron.parameters", membrane.Set(law, s.Neuron.Parameters))
	return particles.Config{
		N: s.Particles.N, Law: law, Current: s.Neuron.Current.Current, Noise: s.Neuron.Noise, Recovery: s.Neuron.Recovery,
		Coupling: particles.Coupling(s.Coupling), Initial: s.start(), Scheme: particles.Scheme(max(0, slices.Index(schemes, s.Particles.Scheme))),
		Dt: s.Particles.Dt, Seed: s.Seed,
	}, fs
}

// start returns the law of the potentials at time 0.
func (s *Biophysical) start() neuron.Initial {
	if s.Initial.From == s.Initial.To {
		return neuron.Point{Potential: s.Initial.From}
	}
	return neuron.Uniform{From: s.Initial.From, To: s.Initial.To}
}

// limitless says what there is instead of an equation.
const limitless = "a model with an equation of its limit; of this one there is the network alone (lapicque network), or held against one of 2N (lapicque run)"

// check returns the faults of the law, the coupling and the numerical choices.
func (s *Biophysical) check(sides Sides) (fs neuron.Faults) {
	fs.Add(sides.Network || !sides.MeanField, "model", s.Model, limitless)
	if sides.MeanField {
		fs.Add(s.Particles.N <= network.MaxNeurons/2, "particles.N", s.Particles.N, fmt.Sprintf("at most %d neurons, to be held against twice as many", network.MaxNeurons/2))
	}
	c, wrong := s.config()
	fs = append(fs, wrong...)
	fs.Under("neuron.current", s.Neuron.Current.check(s.Time.End).Err())
	fs.Add(s.Initial.From <= s.Initial.To, "initial.to", s.Initial.To, fmt.Sprintf("a number of at least initial.from = %v", s.Initial.From))
	if c.Law == nil {
		return fs
	}
	var more neuron.Faults
	errors.As(c.Validate(), &more)
	for _, f := range more {
		switch f.Field {
		case "current", "noise", "recovery":
			f.Field = "neuron." + f.Field
		case "particles.dt":
			continue // which all models share
		}
		fs = append(fs, f)
	}
	return fs
}

// Doubled returns the document with twice the neurons.
func (s *Biophysical) Doubled() Neurons {
	c := *s
	c.Particles.N *= 2
	return &c
}

// Populations returns the only population, without a name.
func (s *Biophysical) Populations() []Population {
	a := Axis{From: -100, To: 60}
	if c, wrong := s.config(); len(wrong) == 0 {
		r := c.Law.Card().Potentials
		a.From, a.To = r[0], r[1]
	}
	a.Anchor, a.Beyond = a.To, true
	return []Population{{N: s.Particles.N, Axis: a}}
}

// Exciting reports whether spikes raise the potentials of others, by pulses or through a conductance.
func (s *Biophysical) Exciting() bool { return s.Coupling.Pulse > 0 || s.Coupling.Conductance > 0 }

// Start returns the law of the potential at time 0.
func (s *Biophysical) Start() ([]neuron.Initial, error) { return []neuron.Initial{s.start()}, nil }

// Network returns a replica at time 0.
func (s *Biophysical) Network(start []neuron.Initial, replica uint64, workers int) (Network, error) {
	c, wrong := s.config()
	if len(wrong) > 0 {
		return nil, wrong
	}
	c.Initial, c.Replica, c.Workers = start[0], replica, workers
	n, err := particles.New(c)
	if err != nil {
		return nil, err
	}
	return excitables{n}, nil
}

// excitables is a network of neurons that make their spikes themselves.
type excitables struct{ *particles.Network }

// Run passes on.
func (n excitables) Run(ctx context.Context, until float64, observers [][]network.Observer) error {
	return n.Network.Run(ctx, until, observers[0]...)
}

// Potentials copies the potentials.
func (n excitables) Potentials(_ int, dst []float64) []float64 { return n.Variable(0, dst) }

// Refractory returns 0: the variables say it.
func (n excitables) Refractory(int) int { return 0 }

// Solver returns Faults: there is no equation of the limit.
func (s *Biophysical) Solver([]neuron.Initial, Accuracy, func([]mfield.State) error) (Solver, error) {
	return nil, neuron.Faults{{Field: "model", Value: s.Model, Accepted: limitless}}
}

// rebase makes the file of the current relative to a folder.
func (s *Biophysical) rebase(folder string) { s.Neuron.Current.rebase(folder) }

// archived returns the document with the file of its current under another name.
func (s *Biophysical) archived() (Document, []File) {
	c, files := *s, []File(nil)
	current, file := s.Neuron.Current.archived("neuron.current")
	if c.Neuron.Current = current; file != nil {
		files = append(files, *file)
	}
	return &c, files
}

func (s *Biophysical) shrunk(most int) Document {
	c := *s
	c.Particles.N = min(c.Particles.N, most)
	return &c
}
