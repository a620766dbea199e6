package scenario

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"

	"github.com/goccy/go-yaml"
	"github.com/invopop/jsonschema"

	"lapicque/neuron"
)

// Members are the populations of a circuit in the order in which they are written.
type Members []Member

// Member is a population under its name.
type Member struct {
	Name string `yaml:"-"`
	N    int    `yaml:"N" jsonschema:"minimum=1" jsonschema_description:"Neurons"`
	// Neuron and Initial are those of a model of one population.
	Neuron  Neuron  `yaml:"neuron,flow"`
	Initial Initial `yaml:"initial,flow"`
}

func (p *Members) decode(d *decoder, n *node, field string) {
	if n.kind != mapping {
		d.faults.add(n.at, field, n.describe(), "a mapping of names to populations, such as {E: {N: 80000}, I: {N: 20000}}")
		return
	}
	for _, one := range n.pairs {
		m := Member{Name: one.key, N: standardNumber, Neuron: standardNeuron(), Initial: standardInitial()}
		d.value(one.value, reflect.ValueOf(&m).Elem(), join(field, one.key))
		*p = append(*p, m)
	}
}

// MarshalYAML writes the form that decode reads.
func (p Members) MarshalYAML() (any, error) {
	var out yaml.MapSlice
	for _, m := range p {
		out = append(out, yaml.MapItem{Key: m.Name, Value: m})
	}
	return out, nil
}

// JSONSchema is a mapping of names to populations.
func (Members) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", Description: "Populations by name, in the order of the model",
		PropertyNames: &jsonschema.Schema{Pattern: proper.String()}, MinProperties: ptr(uint64(1)), MaxProperties: ptr(uint64(mostPopulations)),
		AdditionalProperties: reflected(reflect.TypeFor[Member]())}
}

func ptr[T any](x T) *T { return &x }

// proper is a name that paths into a summary, files and tables can carry.
var proper = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,31}$`)

// mostPopulations bounds their number.
const mostPopulations = 16

// names returns the names in order.
func (p Members) names() (names []string) {
	for _, m := range p {
		names = append(names, m.Name)
	}
	return names
}

// check returns the faults of the populations but for their initial laws.
func (p Members) check(end float64) (fs neuron.Faults) {
	fs.Add(len(p) >= 1 && len(p) <= mostPopulations, "populations", fmt.Sprintf("%d populations", len(p)), fmt.Sprintf("1 to %d of them", mostPopulations))
	for _, m := range p {
		field := "populations." + m.Name
		fs.Add(proper.MatchString(m.Name), field, "this name", "a name of at most 32 letters, digits and underscores, a letter first")
		fs = append(fs, checkNumber(field+".N", m.N)...)
		fs.Under(field+".neuron", m.Neuron.check(end).Err())
	}
	return fs
}

// checkNumber returns the fault of a number of neurons.
func checkNumber(field string, n int) (fs neuron.Faults) {
	fs.Add(n >= 1 && n <= 1<<32-1, field, n, "a number of neurons from 1 to 4294967295")
	return fs
}

// start returns the initial laws; steady returns that of a population in a steady state.
func (p Members) start(steady func(population int, rate *float64) (neuron.Initial, error)) (list []neuron.Initial, err error) {
	var fs neuron.Faults
	for k, m := range p {
		law, err := m.Initial.Choice.law(place{m.Neuron.law(), func(rate *float64) (neuron.Initial, error) { return steady(k, rate) }})
		var own neuron.Faults
		if errors.As(err, &own) {
			fs.Under("populations."+m.Name+".initial", own)
		}
		list = append(list, law)
	}
	return list, fs.Err()
}
