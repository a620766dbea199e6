package scenario

import (
	"reflect"

	"github.com/invopop/jsonschema"

	"lapicque/neuron"
)

// Curve is the written form of neuron.Curve: a number, or a mapping.
type Curve struct {
	Law       string  `yaml:"law" jsonschema:"required,enum=constant,enum=affine,enum=exponential,enum=hill,enum=logarithmic"`
	Base      float64 `yaml:"base"`
	Amplitude float64 `yaml:"amplitude,omitempty"`
	Scale     float64 `yaml:"scale,omitempty" jsonschema:"minimum=0"`
	Power     float64 `yaml:"power,omitempty" jsonschema:"minimum=0"`
}

// constantCurve is the law of a number.
var constantCurve = neuron.ConstantCurve.String()

func (c *Curve) decode(d *decoder, n *node, field string) {
	if n.kind == mapping {
		type plain Curve // without this method
		*c = Curve{Law: constantCurve}
		d.value(n, reflect.ValueOf((*plain)(c)).Elem(), field)
		return
	}
	if n.kind != scalar {
		d.faults.add(n.at, field, n.describe(), "a number, or a mapping of law, base, amplitude, scale, power")
	} else if x, ok := d.number(n, field); ok {
		*c = Curve{Law: constantCurve, Base: x}
	}
}

// MarshalYAML writes the form that decode reads.
func (c Curve) MarshalYAML() (any, error) {
	if c == (Curve{Law: constantCurve, Base: c.Base}) {
		return c.Base, nil
	}
	type plain Curve
	return plain(c), nil
}

// JSONSchema is a number or a mapping.
func (Curve) JSONSchema() *jsonschema.Schema {
	type plain Curve
	return &jsonschema.Schema{Description: "base; affine: base + amplitude·x; exponential: base + amplitude·e^(−x/scale); " +
		"hill: base + amplitude·x^power/(scale^power + x^power); logarithmic: base + amplitude·ln(scale/x)",
		OneOf: []*jsonschema.Schema{{Type: "number"}, reflected(reflect.TypeFor[plain]())}}
}

// curve returns the function, or neuron.Faults on the field law.
func (c Curve) curve() (neuron.Curve, error) {
	law, err := neuron.ParseCurveLaw(c.Law)
	return neuron.Curve{Law: law, Base: c.Base, Amplitude: c.Amplitude, Scale: c.Scale, Power: c.Power}, err
}
