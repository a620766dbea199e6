package scenario

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/invopop/jsonschema"

	"lapicque/neuron"
	law "lapicque/neuron/neuralfield"
)

// Kernel is a kernel of connections: one of the table footprints, chosen by the key law, or at a point a number, its
// strength. The zero value: no connections.
type Kernel struct{ Choice kernelLaw }

// kernelLaw is one way to write a kernel.
type kernelLaw interface {
	// footprint returns the kernel on a domain, or neuron.Faults.
	footprint(law.Domain) (law.Footprint, error)
}

// footprints is the registry of kernels.
var footprints = map[string]func() kernelLaw{
	"exponential": func() kernelLaw { return &decayingKernel{Law: "exponential", Weight: 1, Width: 1} },
	"gaussian":    newBellKernel,
	"mexican-hat": func() kernelLaw { return &mexicanHat{Law: "mexican-hat", Near: bell{1, 1}, Around: bell{1, 2}} },
	"wizard-hat":  func() kernelLaw { return &wizardHat{Law: "wizard-hat", Height: 1, Width: 1} },
	"table":       func() kernelLaw { return &kernelTable{Law: "table"} },
}

func newBellKernel() kernelLaw { return &bellKernel{"gaussian", bell{1, 1}} }

func (k *Kernel) decode(d *decoder, n *node, field string) {
	if x, ok := n.number(); ok && finite(x) {
		k.Choice = strength(x)
		return
	}
	if n.kind != mapping {
		d.faults.add(n.at, field, n.describe(), "a mapping with the key law, or at a point a finite number")
		return
	}
	k.Choice = choose(d, n, field, "law", "gaussian", footprints)
}

// MarshalYAML writes the kernel chosen.
func (k Kernel) MarshalYAML() (any, error) { return k.Choice, nil }

// JSONSchema is a number or one schema a kernel.
func (Kernel) JSONSchema() *jsonschema.Schema {
	s := variants("Connections by distance; at a point their strength", footprints, "gaussian")
	s.OneOf = append(s.OneOf, &jsonschema.Schema{Type: "number"})
	return s
}

// strength is a kernel at a point.
type strength float64

func (x strength) footprint(law.Domain) (law.Footprint, error) {
	return law.Bell{Weight: float64(x), Width: 1}, nil
}

// bell is a Gaussian kernel by its integral and standard deviation.
type bell struct {
	Weight float64 `yaml:"weight" jsonschema_description:"Integral"`
	Width  float64 `yaml:"width" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Standard deviation"`
}

// bellKernel is the written form of neuralfield.Bell.
type bellKernel struct {
	Law  string `yaml:"law"`
	bell `yaml:",inline"`
}

func (k *bellKernel) footprint(law.Domain) (law.Footprint, error) { return law.Bell(k.bell), nil }

// decayingKernel is the written form of neuralfield.Decaying.
type decayingKernel struct {
	Law    string  `yaml:"law"`
	Weight float64 `yaml:"weight" jsonschema_description:"Integral"`
	Width  float64 `yaml:"width" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Length of decay"`
}

func (k *decayingKernel) footprint(law.Domain) (law.Footprint, error) {
	return law.Decaying{Weight: k.Weight, Width: k.Width}, nil
}

// mexicanHat is the written form of neuralfield.MexicanHat.
type mexicanHat struct {
	Law    string `yaml:"law"`
	Near   bell   `yaml:"near,flow" jsonschema_description:"Gaussian that is added"`
	Around bell   `yaml:"around,flow" jsonschema_description:"Gaussian that is taken away"`
}

func (k *mexicanHat) footprint(law.Domain) (law.Footprint, error) {
	return law.MexicanHat{Near: law.Bell(k.Near), Around: law.Bell(k.Around)}, nil
}

// wizardHat is the written form of neuralfield.WizardHat.
type wizardHat struct {
	Law    string  `yaml:"law"`
	Height float64 `yaml:"height" jsonschema_description:"At distance 0"`
	Width  float64 `yaml:"width" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Distance at which it changes sign"`
}

func (k *wizardHat) footprint(law.Domain) (law.Footprint, error) {
	return law.WizardHat{Height: k.Height, Width: k.Width}, nil
}

// kernelTable is a kernel by its values at the distances 0, 1, 2, … sites, up to half the sites, in the
// document or in a file.
type kernelTable struct {
	Law    string    `yaml:"law"`
	Values []float64 `yaml:"values,omitempty,flow" jsonschema_description:"At distances of 0, 1, 2, ... sites up to half of all"`
	File   string    `yaml:"file,omitempty" jsonschema_description:"The same, one a line or .npy, relative to the scenario's folder"`
	text   []byte
}

// footprint returns the kernel, with the number of its values judged.
func (k *kernelTable) footprint(d law.Domain) (law.Footprint, error) {
	var fs neuron.Faults
	fs.Add((k.File == "") != (k.Values == nil), "values", len(k.Values), "values or file, one of them")
	values := k.Values
	if k.File != "" {
		var err error
		if values, k.text, err = readNumbers(k.File); err != nil {
			fs.Add(false, "file", shorten(k.File), "a readable file of numbers, one a line or .npy: "+err.Error())
			return nil, fs
		}
	}
	want := d.Sites/2 + 1
	fs.Add(d.Dims == 1, "law", "table", "a formula but on a ring or line: a table is for domain.dims 1")
	fs.Add(d.Dims != 1 || d.Sites < 1 || len(values) == want, "values", len(values), fmt.Sprintf("one value for each distance from 0 to half the sites: %d", want))
	if fs != nil {
		return nil, fs
	}
	return law.FootprintTable{Values: values, Spacing: d.Spacing()}, nil
}

// rebase makes a relative file name relative to the scenario's folder.
func (k Kernel) rebase(folder string) {
	if t, ok := k.Choice.(*kernelTable); ok && t.File != "" && !filepath.IsAbs(t.File) {
		t.File = filepath.Join(folder, t.File)
	}
}

// archived returns the kernel with its file under another name, and the file; nil without one.
func (k Kernel) archived(name string) (Kernel, *File) {
	t, ok := k.Choice.(*kernelTable)
	if !ok || t.File == "" {
		return k, nil
	}
	name += filepath.Ext(t.File)
	return Kernel{&kernelTable{Law: t.Law, File: name}}, &File{name, t.text}
}

// KernelMatrix is the kernels between populations by name, the receiver first; a pair that is not there is not connected.
type KernelMatrix map[string]map[string]Kernel

func (m *KernelMatrix) decode(d *decoder, n *node, field string) {
	*m = KernelMatrix{}
	if n.kind != mapping {
		d.faults.add(n.at, field, n.describe(), "a mapping {receiver: {sender: kernel}}")
		return
	}
	for _, row := range n.pairs {
		cells := map[string]Kernel{}
		(*m)[row.key] = cells
		if row.value.kind != mapping {
			d.faults.add(row.value.at, join(field, row.key), row.value.describe(), "a mapping of the sending populations to kernels")
			continue
		}
		for _, cell := range row.value.pairs {
			var k Kernel
			k.decode(d, cell.value, join(join(field, row.key), cell.key))
			cells[cell.key] = k
		}
	}
}

// check returns the faults of populations that are not there.
func (m KernelMatrix) check(names []string) (fs neuron.Faults) {
	for _, to := range namesOf(m) {
		fs.Add(slices.Contains(names, to), "kernels."+to, "an unknown population", among(names, to))
		for _, from := range namesOf(m[to]) {
			fs.Add(slices.Contains(names, from), "kernels."+to+"."+from, "an unknown population", among(names, from))
		}
	}
	return fs
}

// JSONSchema is a mapping of names to mappings of names to kernels.
func (KernelMatrix) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", Description: "{receiver: {sender: kernel}}; a pair left out is not connected",
		AdditionalProperties: &jsonschema.Schema{Type: "object", AdditionalProperties: Kernel{}.JSONSchema()}}
}
