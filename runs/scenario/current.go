package scenario

import (
	"lapicque/neuron"
)

// Current is an external current as it is written: a number, or a mapping of
// mean, amplitude and frequency.
type Current struct{ neuron.Current }

// sine is the written form of neuron.Sine.
type sine struct {
	Mean      float64 `yaml:"mean"`
	Amplitude float64 `yaml:"amplitude"`
	Frequency float64 `yaml:"frequency" jsonschema:"minimum=0"`
}

func (c *Current) decode(d *decoder, n *node, field string) {
	if n.kind == mapping {
		var form sine
		before := len(d.faults)
		d.value(n, valueOf(&form), field)
		if len(d.faults) == before {
			c.Current = neuron.Sine(form)
		}
		return
	}
	if x, ok := n.number(); ok && finite(x) {
		c.Current = neuron.Constant(x)
		return
	}
	d.faults.add(n.at, field, n.describe(), "a finite number, or a mapping of mean, amplitude, frequency for mean + amplitude·sin(2π·frequency·t)")
}

// MarshalYAML writes the form that decode reads.
func (c Current) MarshalYAML() (any, error) {
	if s, ok := c.Current.(neuron.Sine); ok {
		return sine(s), nil
	}
	return c.At(0), nil
}
