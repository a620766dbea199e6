package scenario

import (
	"errors"
	"path/filepath"

	"lapicque/neuron"
)

// Current is an external current as it is written: a number, or a mapping whose
// key law chooses one of the table currents.
type Current struct {
	neuron.Current
	file   *CurrentTable // of a table, nil otherwise
	faults neuron.Faults // of its file
}

// currentLaw is one way to write a current that changes.
type currentLaw interface{ current() neuron.Current }

// currents is the registry of currents that change.
var currents = map[string]func() currentLaw{
	"sine":   func() currentLaw { return &sine{} },
	"steps":  func() currentLaw { return &steps{} },
	"pulses": func() currentLaw { return &pulses{} },
	"table":  func() currentLaw { return &CurrentTable{} },
}

// sine is the written form of neuron.Sine.
type sine struct {
	Law       string  `yaml:"law"`
	Mean      float64 `yaml:"mean"`
	Amplitude float64 `yaml:"amplitude"`
	Frequency float64 `yaml:"frequency" jsonschema:"minimum=0"`
}

func (s *sine) current() neuron.Current {
	return neuron.Sine{Mean: s.Mean, Amplitude: s.Amplitude, Frequency: s.Frequency}
}

// steps is the written form of neuron.Steps.
type steps struct {
	Law     string   `yaml:"law"`
	Initial float64  `yaml:"initial" jsonschema_description:"Current before the first step"`
	Steps   []change `yaml:"steps" jsonschema:"required"`
}

// change is a jump of the current.
type change struct {
	Time    float64 `yaml:"time" jsonschema_description:"Ascending"`
	Current float64 `yaml:"current" jsonschema_description:"From this time on"`
}

func (s *steps) current() neuron.Current {
	changes := make([]neuron.Change, len(s.Steps))
	for k, c := range s.Steps {
		changes[k] = neuron.Change(c)
	}
	return neuron.NewSteps(s.Initial, changes...)
}

// pulses is the written form of neuron.Pulses.
type pulses struct {
	Law       string  `yaml:"law"`
	Baseline  float64 `yaml:"baseline"`
	Amplitude float64 `yaml:"amplitude" jsonschema_description:"Of a pulse, above the baseline"`
	Width     float64 `yaml:"width" jsonschema:"required,exclusiveMinimum=0" jsonschema_description:"Duration of a pulse, below period"`
	Period    float64 `yaml:"period" jsonschema:"required,exclusiveMinimum=0" jsonschema_description:"From one pulse to the next"`
	First     float64 `yaml:"first" jsonschema_description:"Time of the first pulse"`
}

func (p *pulses) current() neuron.Current {
	return neuron.Pulses{Baseline: p.Baseline, Amplitude: p.Amplitude, Width: p.Width, Period: p.Period, First: p.First}
}

func (c *Current) decode(d *decoder, n *node, field string) {
	if n.kind == mapping {
		if chosen := choose(d, n, field, "law", "sine", currents); chosen != nil {
			*c = Current{Current: chosen.current()}
			c.file, _ = chosen.(*CurrentTable)
		}
		return
	}
	if x, ok := n.number(); ok && finite(x) {
		*c = Current{Current: neuron.Constant(x)}
		return
	}
	d.faults.add(n.at, field, n.describe(), "a finite number, or a mapping with the key law: sine, steps, pulses or table")
}

// MarshalYAML writes the form that decode reads.
func (c Current) MarshalYAML() (any, error) {
	switch x := c.Current.(type) {
	case neuron.Sine:
		return sine{"sine", x.Mean, x.Amplitude, x.Frequency}, nil
	case *neuron.Steps:
		form := steps{Law: "steps", Initial: x.Initial()}
		for _, one := range x.Changes() {
			form.Steps = append(form.Steps, change(one))
		}
		return form, nil
	case neuron.Pulses:
		return pulses{"pulses", x.Baseline, x.Amplitude, x.Width, x.Period, x.First}, nil
	}
	if c.file != nil {
		return *c.file, nil
	}
	return c.At(0), nil
}

// rebase reads the file of a table, named relative to the scenario's folder.
func (c *Current) rebase(folder string) {
	if c.file == nil {
		return
	}
	if c.file.File != "" && !filepath.IsAbs(c.file.File) {
		c.file.File = filepath.Join(folder, c.file.File)
	}
	var err error
	if c.Current, err = c.file.read(); err != nil {
		c.Current = neuron.Constant(0)
		errors.As(err, &c.faults)
	}
}

// mostJumps bounds the jumps of a current until the end of a run.
const mostJumps = 1e6

// check returns the faults of the file and of pulses too many to be followed.
func (c Current) check(end float64) (fs neuron.Faults) {
	fs = append(fs, c.faults...)
	if p, ok := c.Current.(neuron.Pulses); ok && p.Period > 0 && positive(end) {
		fs.Add(2*(end-p.First)/p.Period <= mostJumps, "period", p.Period, "a period that time.end holds at most 500000 times")
	}
	return fs
}

// archived returns the current with its file under another name, and the file;
// nil without one.
func (c Current) archived(name string) (Current, *File) {
	if c.file == nil {
		return c, nil
	}
	name += filepath.Ext(c.file.File)
	file := &File{name, c.file.text}
	c.file = &CurrentTable{Law: c.file.Law, File: name}
	return c, file
}
