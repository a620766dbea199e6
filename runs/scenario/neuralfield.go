package scenario

import (
	"errors"
	"fmt"

	mfield "lapicque/mfield/neuralfield"
	network "lapicque/network/neuralfield"
	"lapicque/neuron"
	law "lapicque/neuron/neuralfield"
)

// NeuralField is the document of model wilson-cowan: a field of one population.
type NeuralField struct {
	Head            `yaml:",inline"`
	FieldSpace      `yaml:",inline"`
	FieldPopulation `yaml:",inline"`
	Kernel          Kernel `yaml:"kernel,flow" jsonschema_description:"Connections by distance"`
	FieldTail       `yaml:",inline"`
}

// NeuralFields is the document of model wilson-cowan with the key populations.
type NeuralFields struct {
	Head       `yaml:",inline"`
	FieldSpace `yaml:",inline"`
	Members    FieldMembers `yaml:"populations" jsonschema:"required"`
	Kernels    KernelMatrix `yaml:"kernels"`
	FieldTail  `yaml:",inline"`
}

// FieldSpace is where the neurons are and where the gain stands.
type FieldSpace struct {
	Form   string      `yaml:"form" jsonschema:"enum=potential,enum=rate" jsonschema_description:"potential: N' = -N + w*gain(N) + stimulus; rate: N' = -N + (1 - absence N) gain(w*N + stimulus)"`
	Domain FieldDomain `yaml:"domain,flow"`
}

// FieldDomain is the written form of neuralfield.Domain.
type FieldDomain struct {
	Dims   int     `yaml:"dims" jsonschema:"enum=0,enum=1,enum=2" jsonschema_description:"0: a point, 1: a ring or line, 2: a torus"`
	Length float64 `yaml:"length,omitempty" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Of a side"`
	Sites  int     `yaml:"sites,omitempty" jsonschema:"minimum=4" jsonschema_description:"On a side, an even number"`
	Open   bool    `yaml:"open,omitempty" jsonschema_description:"In one dimension: a line with ends, else a ring"`
}

// MarshalYAML leaves out of a point what it does not have.
func (d FieldDomain) MarshalYAML() (any, error) {
	type plain FieldDomain
	if d.Dims == 0 {
		return plain{}, nil
	}
	return plain(d), nil
}

// FieldTail is what the document of a field ends with.
type FieldTail struct {
	Particles FieldParticles `yaml:"particles,flow"`
	MeanField FieldNumerics  `yaml:"meanfield,flow"`
	Expect    []Expectation  `yaml:"expect" jsonschema_description:"Claims about summary.json, checked at the end"`
}

// FieldParticles says how the network is simulated.
type FieldParticles struct {
	Units    int     `yaml:"units" jsonschema:"minimum=1" jsonschema_description:"Spiking units of each population at each site"`
	Dt       float64 `yaml:"dt" jsonschema:"exclusiveMinimum=0,maximum=1" jsonschema_description:"Time step"`
	Replicas int     `yaml:"replicas" jsonschema:"minimum=1" jsonschema_description:"Independent networks"`
}

// FieldNumerics says how the equation is solved.
type FieldNumerics struct {
	Rtol float64 `yaml:"rtol" jsonschema:"minimum=0" jsonschema_description:"Tolerance of a time step; 0: 1e-8"`
}

// Field is a neural field as a scenario asks for it: the law, where it starts and the numerical choices of both sides.
type Field struct {
	Law       law.Law
	Start     [][]float64 // of each population, a value a site
	Particles FieldParticles
	Rtol      float64
	Seed      uint64
}

// places is a document whose neurons have places.
type places interface {
	Document
	// field returns the field and what is wrong with it for the sides.
	field(Sides) (*Field, neuron.Faults)
}

// Field returns the field of a scenario of model wilson-cowan, false for another model.
func (s *Scenario) Field() (*Field, bool) {
	one, ok := s.Document.(places)
	if !ok {
		return nil, false
	}
	f, _ := one.field(Sides{})
	return f, true
}

// Network returns a replica at time 0, on so many workers (0: all cores).
func (f *Field) Network(replica uint64, workers int) (*network.Network, error) {
	return network.New(network.Config{Law: f.Law, Units: f.Particles.Units, Initial: f.Start, Dt: f.Particles.Dt, Seed: f.Seed, Replica: replica, Workers: workers})
}

// Equation returns the limit equation.
func (f *Field) Equation() mfield.Field { return mfield.Field{Law: f.Law} }

// Solver returns the equation's solution at time 0; onStep, which may be nil, sees its steps.
func (f *Field) Solver(onStep func(*mfield.Solver) error) (*mfield.Solver, error) {
	return f.Equation().NewSolver(f.Start, mfield.Options{Rtol: f.Rtol, OnStep: onStep})
}

// Names returns the names of the populations, "" for the only one without.
func (f *Field) Names() (names []string) {
	for _, p := range f.Law.Populations {
		names = append(names, p.Name)
	}
	return names
}

// Homogeneous reports that nothing distinguishes a place: the law is the same after a translation.
func (f *Field) Homogeneous() bool {
	for _, p := range f.Law.Populations {
		if p.Where != nil {
			return false
		}
	}
	return f.Law.Domain.Dims > 0 && !f.Law.Domain.Open
}

// standardField returns what keys left out fall back to.
func standardField() (Head, FieldSpace, FieldTail) {
	head, _ := standard("wilson-cowan")
	head.Time.End = 20
	return head, FieldSpace{law.Potential.String(), FieldDomain{Dims: 1, Length: 20, Sites: 200}},
		FieldTail{Particles: FieldParticles{Units: 10000, Dt: 0.05, Replicas: 8}, Expect: []Expectation{}}
}

func newNeuralField() Document {
	head, space, tail := standardField()
	return &NeuralField{Head: head, FieldSpace: space, FieldPopulation: standardFieldPopulation(), Kernel: Kernel{newBellKernel()}, FieldTail: tail}
}

func newNeuralFields() Document {
	head, space, tail := standardField()
	return &NeuralFields{Head: head, FieldSpace: space, FieldTail: tail}
}

// common returns the tail as that of every model: a field records no raster, no rates and no densities.
func (t *FieldTail) common(end float64) *Tail {
	_, tail := standard("wilson-cowan")
	tail.Particles = Particles{Dt: t.Particles.Dt, Replicas: t.Particles.Replicas}
	tail.MeanField.Rtol = t.MeanField.Rtol
	tail.Record = Record{RateBin: end, DensityBins: tail.Record.DensityBins, Raster: Raster{Format: tail.Record.Raster.Format}}
	tail.Expect = t.Expect
	return &tail
}

// Common returns the parts that every model has; changes of the tail are not kept.
func (s *NeuralField) Common() (*Head, *Tail) { return &s.Head, s.common(s.Time.End) }

// Common returns the parts that every model has; changes of the tail are not kept.
func (s *NeuralFields) Common() (*Head, *Tail) { return &s.Head, s.common(s.Time.End) }

func (s *NeuralField) check(sides Sides) neuron.Faults {
	_, fs := s.field(sides)
	return fs
}

func (s *NeuralFields) check(sides Sides) neuron.Faults {
	_, fs := s.field(sides)
	return fs
}

func (s *NeuralField) field(sides Sides) (*Field, neuron.Faults) {
	b := newFieldBuilder(s.Head, s.FieldSpace, s.FieldTail, sides)
	b.population("", s.FieldPopulation)
	b.field.Law.Kernels = [][]law.Footprint{{b.kernel("kernel", s.Kernel)}}
	return b.done()
}

func (s *NeuralFields) field(sides Sides) (*Field, neuron.Faults) {
	b := newFieldBuilder(s.Head, s.FieldSpace, s.FieldTail, sides)
	b.faults = append(b.faults, s.Members.check()...)
	for _, m := range s.Members {
		b.population(m.Name, m.FieldPopulation)
	}
	b.faults = append(b.faults, s.Kernels.check(s.Members.names())...)
	for _, to := range s.Members {
		var row []law.Footprint
		for _, from := range s.Members {
			row = append(row, b.kernel("kernels."+to.Name+"."+from.Name, s.Kernels[to.Name][from.Name]))
		}
		b.field.Law.Kernels = append(b.field.Law.Kernels, row)
	}
	return b.done()
}

// fieldBuilder puts a field together and gathers what is wrong with it.
type fieldBuilder struct {
	field  Field
	faults neuron.Faults
	sides  Sides
	end    float64
}

func newFieldBuilder(head Head, space FieldSpace, tail FieldTail, sides Sides) *fieldBuilder {
	b := &fieldBuilder{sides: sides, end: head.Time.End}
	b.field = Field{Particles: tail.Particles, Rtol: tail.MeanField.Rtol, Seed: head.Seed}
	b.field.Law.Domain = law.Domain(space.Domain)
	b.faults.Under("domain", b.field.Law.Domain.Validate())
	form, err := law.ParseForm(space.Form)
	b.field.Law.Form = form
	b.faults.Add(err == nil, "form", space.Form, "potential or rate")
	p := tail.Particles
	b.faults.Add(p.Units >= 1 && p.Units <= 1<<31-1, "particles.units", p.Units, "a number of units from 1 to 2147483647")
	b.faults.Add(p.Dt <= 1, "particles.dt", p.Dt, "a step of at most 1, the time of decay")
	rtol := tail.MeanField.Rtol
	b.faults.Add(rtol == 0 || rtol >= 1e-13 && rtol <= 1e-2, "meanfield.rtol", rtol, "a tolerance from 1e-13 to 0.01, or 0 for 1e-8")
	return b
}

// population adds a population under its name.
func (b *fieldBuilder) population(name string, p FieldPopulation) {
	prefix := ""
	if name != "" {
		prefix = "populations." + name + "."
	}
	one := law.Population{Name: name, Absence: p.Absence, Stimulus: p.Stimulus.Current}
	if one.Gain = law.Gain(nil); p.Gain.Choice != nil {
		one.Gain = p.Gain.Choice.gain()
		b.faults.Under(prefix+"gain", one.Gain.Validate())
		b.faults.Add(!b.sides.Network || law.Fires(one.Gain), prefix+"gain.law", "tanh",
			"for particles logistic or heaviside: no unit fires at a negative rate (the verb meanfield solves the equation alone)")
	}
	b.faults.Add(p.Absence >= 0 && p.Absence <= largest, prefix+"absence", p.Absence, "a number from 0 to 1e+09")
	b.faults.Add(p.Absence == 0 || b.field.Law.Form == law.Rate, prefix+"absence", p.Absence, "0 with form potential")
	b.faults.Under(prefix+"stimulus", p.Stimulus.Validate())
	b.faults.Under(prefix+"stimulus", p.Stimulus.check(b.end).Err())
	d := b.field.Law.Domain
	b.faults.Under(prefix+"profile", p.Profile.check().Err())
	if at := p.Profile.Choice; at != nil && !at.even() {
		one.Where = func(x, y float64) float64 { return at.at(d, x, y) }
	}
	start := make([]float64, 0)
	if d.Validate() == nil && p.Initial.Choice != nil {
		values, err := p.Initial.Choice.values(d, b.field.Seed+uint64(len(b.field.Start)))
		b.faults.Under(prefix+"initial", err)
		start = values
	}
	b.field.Law.Populations, b.field.Start = append(b.field.Law.Populations, one), append(b.field.Start, start)
}

// kernel returns a kernel, nil where there is none.
func (b *fieldBuilder) kernel(name string, k Kernel) law.Footprint {
	if k.Choice == nil {
		return nil
	}
	d := b.field.Law.Domain
	if _, number := k.Choice.(strength); number {
		b.faults.Add(d.Dims == 0, name, fmt.Sprint("the number ", k.Choice), "a mapping with the key law: a number is the strength at a point, domain.dims 0")
	}
	w, err := k.Choice.footprint(d)
	b.faults.Under(name, err)
	if err == nil {
		b.faults.Under(name, w.Validate())
	}
	return w
}

// done returns the field and its faults.
func (b *fieldBuilder) done() (*Field, neuron.Faults) {
	if len(b.faults) == 0 { // what ties the parts to each other
		errors.As(b.field.Law.Validate(), &b.faults)
	}
	return &b.field, b.faults
}
