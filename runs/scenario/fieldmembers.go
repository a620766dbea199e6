package scenario

import (
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"

	"lapicque/neuron"
)

// FieldPopulation is a population of a field.
type FieldPopulation struct {
	Gain     Gain       `yaml:"gain,flow"`
	Absence  float64    `yaml:"absence" jsonschema:"minimum=0" jsonschema_description:"With form rate: the share of a unit of time for which a neuron that was active is not available"`
	Stimulus Current    `yaml:"stimulus" jsonschema_description:"External input"`
	Profile  Profile    `yaml:"profile,flow"`
	Initial  FieldStart `yaml:"initial,flow"`
}

// standardFieldPopulation returns what keys left out fall back to.
func standardFieldPopulation() FieldPopulation {
	return FieldPopulation{Gain: Gain{gains["logistic"]()}, Stimulus: Current{Current: neuron.Constant(0)},
		Profile: Profile{profiles["constant"]()}, Initial: FieldStart{starts["constant"]()}}
}

// FieldMembers are the populations of a field in the order in which they are written.
type FieldMembers []FieldMember

// FieldMember is a population under its name.
type FieldMember struct {
	Name            string `yaml:"-"`
	FieldPopulation `yaml:",inline"`
}

func (p *FieldMembers) decode(d *decoder, n *node, field string) {
	if n.kind != mapping {
		d.faults.add(n.at, field, n.describe(), "a mapping of names to populations, such as {E: {gain: {beta: 1.3, theta: 4}}, I: {}}")
		return
	}
	for _, one := range n.pairs {
		m := FieldMember{one.key, standardFieldPopulation()}
		d.value(one.value, reflect.ValueOf(&m).Elem(), join(field, one.key))
		*p = append(*p, m)
	}
}

// MarshalYAML writes the form that decode reads.
func (p FieldMembers) MarshalYAML() (any, error) {
	var out yaml.MapSlice
	for _, m := range p {
		out = append(out, yaml.MapItem{Key: m.Name, Value: m})
	}
	return out, nil
}

// JSONSchema is a mapping of names to populations.
func (FieldMembers) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", Description: "Populations by name, in the order of the model",
		PropertyNames: &jsonschema.Schema{Pattern: proper.String()}, MinProperties: ptr(uint64(1)), MaxProperties: ptr(uint64(mostPopulations)),
		AdditionalProperties: reflected(reflect.TypeFor[FieldMember]())}
}

// names returns the names in order.
func (p FieldMembers) names() (names []string) {
	for _, m := range p {
		names = append(names, m.Name)
	}
	return names
}

// check returns the faults of the names and of their number.
func (p FieldMembers) check() (fs neuron.Faults) {
	fs.Add(len(p) >= 1 && len(p) <= mostPopulations, "populations", fmt.Sprintf("%d populations", len(p)), fmt.Sprintf("1 to %d of them", mostPopulations))
	for _, m := range p {
		fs.Add(proper.MatchString(m.Name), "populations."+m.Name, "this name", "a name of at most 32 letters, digits and underscores, a letter first")
	}
	return fs
}

// rebase makes file names relative to a folder.
func (p *FieldPopulation) rebase(folder string) {
	p.Initial.rebase(folder)
	p.Stimulus.rebase(folder)
}

// archived returns a copy that names the files it reads as they are kept, with a prefix.
func (p FieldPopulation) archived(prefix string) (FieldPopulation, []File) {
	var files []File
	stimulus, file := p.Stimulus.archived(prefix + "stimulus")
	if p.Stimulus = stimulus; file != nil {
		files = append(files, *file)
	}
	initial, file := p.Initial.archived(prefix + "initial")
	if p.Initial = initial; file != nil {
		files = append(files, *file)
	}
	return p, files
}

func (s *NeuralField) rebase(folder string) {
	s.FieldPopulation.rebase(folder)
	s.Kernel.rebase(folder)
}

func (s *NeuralFields) rebase(folder string) {
	for k := range s.Members {
		s.Members[k].rebase(folder)
	}
	for _, row := range s.Kernels {
		for _, k := range row {
			k.rebase(folder)
		}
	}
}

func (s *NeuralField) archived() (Document, []File) {
	c := *s
	population, files := s.FieldPopulation.archived("")
	kernel, file := s.Kernel.archived("kernel")
	if c.FieldPopulation, c.Kernel = population, kernel; file != nil {
		files = append(files, *file)
	}
	return &c, files
}

func (s *NeuralFields) archived() (Document, []File) {
	c, files := *s, []File(nil)
	c.Members, c.Kernels = nil, KernelMatrix{}
	for _, m := range s.Members {
		population, own := m.FieldPopulation.archived("populations." + m.Name + ".")
		c.Members, files = append(c.Members, FieldMember{m.Name, population}), append(files, own...)
	}
	for _, to := range namesOf(s.Kernels) {
		c.Kernels[to] = map[string]Kernel{}
		for _, from := range namesOf(s.Kernels[to]) {
			kernel, file := s.Kernels[to][from].archived("kernels." + to + "." + from)
			if c.Kernels[to][from] = kernel; file != nil {
				files = append(files, *file)
			}
		}
	}
	return &c, files
}

func (s *NeuralField) shrunk(most int) Document {
	c := *s
	c.Particles.Units = min(c.Particles.Units, most)
	return &c
}

func (s *NeuralFields) shrunk(most int) Document {
	c := *s
	c.Particles.Units = min(c.Particles.Units, most)
	return &c
}
