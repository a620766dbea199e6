package scenario

import (
	"github.com/invopop/jsonschema"

	law "lapicque/neuron/neuralfield"
)

// Gain is the firing rate of a population of a field by its input: one of the table gains, chosen by the key law.
type Gain struct{ Choice gainLaw }

// gainLaw is one way to write a gain.
type gainLaw interface{ gain() law.Gain }

// gains is the registry of gains.
var gains = map[string]func() gainLaw{
	"logistic":  func() gainLaw { return &logisticGain{Law: "logistic", Beta: 1, Top: 1} },
	"heaviside": func() gainLaw { return &heavisideGain{Law: "heaviside", Top: 1} },
	"tanh":      func() gainLaw { return &tanhGain{Law: "tanh", Beta: 1, Top: 1} },
}

func (g *Gain) decode(d *decoder, n *node, field string) {
	g.Choice = choose(d, n, field, "law", "logistic", gains)
}

// MarshalYAML writes the gain chosen.
func (g Gain) MarshalYAML() (any, error) { return g.Choice, nil }

// JSONSchema is one schema a gain.
func (Gain) JSONSchema() *jsonschema.Schema {
	return variants("Firing rate by input", gains, "logistic")
}

// logisticGain is the written form of neuralfield.Logistic.
type logisticGain struct {
	Law    string  `yaml:"law"`
	Beta   float64 `yaml:"beta" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Steepness"`
	Theta  float64 `yaml:"theta" jsonschema_description:"Threshold"`
	Top    float64 `yaml:"top" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Highest rate"`
	Rested bool    `yaml:"rested" jsonschema_description:"Less its value at 0, so that rest stays at rest"`
}

func (g *logisticGain) gain() law.Gain {
	return law.Logistic{Beta: g.Beta, Theta: g.Theta, Top: g.Top, Rested: g.Rested}
}

// heavisideGain is the written form of neuralfield.Heaviside.
type heavisideGain struct {
	Law   string  `yaml:"law"`
	Theta float64 `yaml:"theta" jsonschema_description:"Threshold"`
	Top   float64 `yaml:"top" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Rate above the threshold"`
}

func (g *heavisideGain) gain() law.Gain { return law.Heaviside{Theta: g.Theta, Top: g.Top} }

// tanhGain is the written form of neuralfield.Tanh.
type tanhGain struct {
	Law   string  `yaml:"law"`
	Beta  float64 `yaml:"beta" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Steepness"`
	Theta float64 `yaml:"theta" jsonschema_description:"Where it is 0"`
	Top   float64 `yaml:"top" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Highest rate; the lowest is its negative"`
}

func (g *tanhGain) gain() law.Gain { return law.Tanh{Beta: g.Beta, Theta: g.Theta, Top: g.Top} }
