package scenario

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"github.com/invopop/jsonschema"
	"golang.org/x/exp/rand"

	"lapicque/neuron"
	law "lapicque/neuron/neuralfield"
)

// FieldStart is the field of a population at time 0: one of the table starts, chosen by the key law.
type FieldStart struct{ Choice startLaw }

// Profile is what the stimulus is multiplied by at a place: one of the table profiles, chosen by the key law.
type Profile struct{ Choice profileLaw }

// startLaw is one way to write a field.
type startLaw interface {
	// values returns the value at each site, or neuron.Faults; what is drawn follows from the seed.
	values(d law.Domain, seed uint64) ([]float64, error)
}

// profileLaw is a function of place.
type profileLaw interface {
	startLaw
	at(d law.Domain, x, y float64) float64
	even() bool // 1 everywhere
	check() neuron.Faults
}

var (
	profiles = map[string]func() profileLaw{
		"constant": func() profileLaw { return &constantField{Law: "constant", Value: 1} },
		"cosine":   func() profileLaw { return &cosineField{Law: "cosine", Amplitude: 1, Waves: 1} },
		"bump":     func() profileLaw { return &bumpField{Law: "bump", Height: 1, Width: 1} },
	}
	starts = map[string]func() startLaw{
		"constant": func() startLaw { return &constantField{Law: "constant"} },
		"cosine":   func() startLaw { return profiles["cosine"]() },
		"bump":     func() startLaw { return profiles["bump"]() },
		"noise":    func() startLaw { return &noiseField{Law: "noise", Amplitude: 0.01} },
		"table":    func() startLaw { return &fieldTable{Law: "table"} },
	}
)

func (s *FieldStart) decode(d *decoder, n *node, field string) {
	s.Choice = choose(d, n, field, "law", "constant", starts)
}

func (p *Profile) decode(d *decoder, n *node, field string) {
	p.Choice = choose(d, n, field, "law", "constant", profiles)
}

// MarshalYAML writes the law chosen.
func (s FieldStart) MarshalYAML() (any, error) { return s.Choice, nil }

// MarshalYAML writes the law chosen.
func (p Profile) MarshalYAML() (any, error) { return p.Choice, nil }

// JSONSchema is one schema a law.
func (FieldStart) JSONSchema() *jsonschema.Schema {
	return variants("Field at time 0", starts, "constant")
}

// JSONSchema is one schema a law.
func (Profile) JSONSchema() *jsonschema.Schema {
	return variants("What the stimulus is multiplied by at a place", profiles, "constant")
}

func (p Profile) check() neuron.Faults {
	if p.Choice == nil {
		return nil
	}
	return p.Choice.check()
}

// sampled returns a function of place at the sites.
func sampled(p profileLaw, d law.Domain) ([]float64, error) {
	if err := p.check().Err(); err != nil {
		return nil, err
	}
	out := make([]float64, d.Total())
	for i := range out {
		x, y := d.Position(i)
		out[i] = p.at(d, x, y)
	}
	return out, nil
}

// constantField is the same everywhere.
type constantField struct {
	Law   string  `yaml:"law"`
	Value float64 `yaml:"value"`
}

func (c *constantField) at(law.Domain, float64, float64) float64 { return c.Value }

func (c *constantField) even() bool { return c.Value == 1 }

func (c *constantField) values(d law.Domain, _ uint64) ([]float64, error) { return sampled(c, d) }

func (c *constantField) check() (fs neuron.Faults) {
	bounded(&fs, "value", c.Value)
	return fs
}

// cosineField is Mean + Amplitude cos(2π(Waves x + WavesY y)/Length).
type cosineField struct {
	Law       string  `yaml:"law"`
	Mean      float64 `yaml:"mean"`
	Amplitude float64 `yaml:"amplitude"`
	Waves     int     `yaml:"waves" jsonschema_description:"Periods on a side, along x"`
	WavesY    int     `yaml:"waves_y,omitempty" jsonschema_description:"Along y"`
}

func (c *cosineField) at(d law.Domain, x, y float64) float64 {
	if d.Dims == 0 {
		return c.Mean + c.Amplitude
	}
	return c.Mean + c.Amplitude*math.Cos(2*math.Pi*(float64(c.Waves)*x+float64(c.WavesY)*y)/d.Length)
}

func (c *cosineField) even() bool { return false }

func (c *cosineField) values(d law.Domain, _ uint64) ([]float64, error) { return sampled(c, d) }

func (c *cosineField) check() (fs neuron.Faults) {
	bounded(&fs, "mean", c.Mean)
	bounded(&fs, "amplitude", c.Amplitude)
	return fs
}

// bumpField is Base + Height e^{−r²/(2 Width²)}, r the distance from the place X, Y, on a ring or torus the shortest one.
type bumpField struct {
	Law    string  `yaml:"law"`
	Base   float64 `yaml:"base"`
	Height float64 `yaml:"height"`
	Width  float64 `yaml:"width" jsonschema:"exclusiveMinimum=0"`
	X      float64 `yaml:"x"`
	Y      float64 `yaml:"y,omitempty"`
}

func (b *bumpField) at(d law.Domain, x, y float64) float64 {
	x, y = x-b.X, y-b.Y
	if d.Dims > 0 && !d.Open {
		x, y = math.Remainder(x, d.Length), math.Remainder(y, d.Length)
	}
	return b.Base + b.Height*math.Exp(-(x*x+y*y)/(2*b.Width*b.Width))
}

func (b *bumpField) even() bool { return false }

func (b *bumpField) values(d law.Domain, _ uint64) ([]float64, error) { return sampled(b, d) }

func (b *bumpField) check() (fs neuron.Faults) {
	for _, x := range []struct {
		name  string
		value float64
	}{{"base", b.Base}, {"height", b.Height}, {"x", b.X}, {"y", b.Y}} {
		bounded(&fs, x.name, x.value)
	}
	fs.Add(b.Width > 0 && b.Width <= largest, "width", b.Width, "a width > 0 and at most 1e+09")
	return fs
}

// noiseField is Mean plus independent Gaussian numbers at the sites.
type noiseField struct {
	Law       string  `yaml:"law"`
	Mean      float64 `yaml:"mean"`
	Amplitude float64 `yaml:"amplitude" jsonschema:"minimum=0" jsonschema_description:"Standard deviation at a site"`
}

func (n *noiseField) values(d law.Domain, seed uint64) ([]float64, error) {
	var fs neuron.Faults
	bounded(&fs, "mean", n.Mean)
	fs.Add(n.Amplitude >= 0 && n.Amplitude <= largest, "amplitude", n.Amplitude, "a number from 0 to 1e+09")
	if fs != nil {
		return nil, fs
	}
	random := rand.New(rand.NewSource(seed))
	out := make([]float64, d.Total())
	for i := range out {
		out[i] = n.Mean + n.Amplitude*random.NormFloat64()
	}
	return out, nil
}

// fieldTable is a field in a file: a value a site, row by row.
type fieldTable struct {
	Law  string `yaml:"law"`
	File string `yaml:"file" jsonschema:"required" jsonschema_description:"A number a site, one a line or .npy, relative to the scenario's folder"`
	text []byte
}

func (t *fieldTable) values(d law.Domain, _ uint64) (values []float64, err error) {
	if values, t.text, err = readNumbers(t.File); err == nil && len(values) != d.Total() {
		err = fmt.Errorf("it holds %d numbers", len(values))
	}
	for i, x := range values {
		if err == nil && !(math.Abs(x) <= largest) {
			err = errors.New(fmt.Sprint("number ", i+1, " is ", x))
		}
	}
	if err != nil {
		return nil, neuron.Faults{{Field: "file", Value: shorten(t.File), Accepted: fmt.Sprintf("a readable file of %d finite numbers, one a line or .npy: %v", d.Total(), err)}}
	}
	return values, nil
}

// rebase makes a relative file name relative to the scenario's folder.
func (s FieldStart) rebase(folder string) {
	if t, ok := s.Choice.(*fieldTable); ok && t.File != "" && !filepath.IsAbs(t.File) {
		t.File = filepath.Join(folder, t.File)
	}
}

// archived returns the field with its file under another name, and the file; nil without one.
func (s FieldStart) archived(name string) (FieldStart, *File) {
	t, ok := s.Choice.(*fieldTable)
	if !ok || t.File == "" {
		return s, nil
	}
	name += filepath.Ext(t.File)
	return FieldStart{&fieldTable{Law: t.Law, File: name}}, &File{name, t.text}
}
