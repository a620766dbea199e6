package scenario

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sbinet/npyio"

	"lapicque/neuron"
)

// Initial is the law of the potentials at time 0: one of the table laws, chosen
// by the key law.
type Initial struct{ Choice InitialLaw }

// InitialLaw is one way to write an initial law.
type InitialLaw interface {
	// law returns the law in a population, or neuron.Faults.
	law(place) (neuron.Initial, error)
}

// place is a population that a law is for.
type place struct {
	neuron.LIF
	steady func(rate *float64) (neuron.Initial, error) // its law in a steady state, see Steady
}

// laws is the registry of initial laws.
var laws = map[string]func() InitialLaw{
	"gaussian": func() InitialLaw { return &Gaussian{} },
	"point":    func() InitialLaw { return &Point{} },
	"uniform":  func() InitialLaw { return &Uniform{} },
	"sample":   func() InitialLaw { return &Sample{} },
	"steady":   func() InitialLaw { return &Steady{} },
}

// standardInitial returns what a key left out falls back to.
func standardInitial() Initial { return Initial{&Gaussian{Law: "gaussian", Variance: 0.25}} }

func (i *Initial) decode(d *decoder, n *node, field string) {
	if chosen := choose(d, n, field, "law", "gaussian", laws); chosen != nil {
		i.Choice = chosen
	}
}

// MarshalYAML writes the law chosen.
func (i Initial) MarshalYAML() (any, error) { return i.Choice, nil }

// Gaussian is the normal law, conditioned on v < V_F where no neuron is above.
type Gaussian struct {
	Law      string  `yaml:"law"`
	Mean     float64 `yaml:"mean"`
	Variance float64 `yaml:"variance" jsonschema:"exclusiveMinimum=0"`
}

func (g *Gaussian) law(at place) (neuron.Initial, error) {
	law := neuron.TruncatedGaussian{Mean: g.Mean, Variance: g.Variance, Upper: at.Ceiling()}
	return law, law.Validate()
}

// Point is all neurons at one potential.
type Point struct {
	Law       string  `yaml:"law"`
	Potential float64 `yaml:"potential"`
}

func (p *Point) law(at place) (neuron.Initial, error) {
	var fs neuron.Faults
	fs.Add(!(p.Potential > at.Ceiling()), "potential", p.Potential, fmt.Sprintf("a potential of at most V_F = %v", at.Threshold))
	return neuron.Point{Potential: p.Potential}, fs.Err()
}

// Uniform is the uniform law between two potentials.
type Uniform struct {
	Law  string  `yaml:"law"`
	From float64 `yaml:"from"`
	To   float64 `yaml:"to"`
}

func (u *Uniform) law(at place) (neuron.Initial, error) {
	var fs neuron.Faults
	fs.Add(!(u.From >= u.To), "from", u.From, fmt.Sprintf("a potential below to = %v", u.To))
	fs.Add(!(u.To > at.Ceiling()), "to", u.To, fmt.Sprintf("a potential of at most V_F = %v", at.Threshold))
	return neuron.Uniform{From: u.From, To: u.To}, fs.Err()
}

// Steady is the steady law of the coupled system: the stable state of lowest
// rate, or the state whose rate is nearest to Rate.
type Steady struct {
	Law  string   `yaml:"law"`
	Rate *float64 `yaml:"rate,omitempty" jsonschema:"minimum=0"`
}

func (s *Steady) law(at place) (neuron.Initial, error) { return at.steady(s.Rate) }

// Sample is the empirical law of the potentials in a file: text with one number a
// line ('#' begins a comment), or a one-dimensional .npy array of float64.
type Sample struct {
	Law  string `yaml:"law"`
	File string `yaml:"file"`
}

func (s *Sample) law(at place) (neuron.Initial, error) {
	var fs neuron.Faults
	values, err := s.read()
	if err == nil && len(values) == 0 {
		err = fmt.Errorf("it holds no number")
	}
	most := ""
	if !at.Firing.Escapes() {
		most = fmt.Sprintf(" and at most V_F = %v", at.Threshold)
	}
	for i, v := range values {
		if err == nil && !(v <= at.Ceiling() && finite(v)) {
			err = fmt.Errorf("value %d is %v; potentials are finite%s", i+1, v, most)
		}
	}
	if err != nil {
		fs.Add(false, "file", s.File, "a readable file of potentials, one a line or .npy: "+err.Error())
		return nil, fs
	}
	return neuron.NewEmpirical(values), nil
}

func (s *Sample) read() ([]float64, error) {
	values, _, err := readNumbers(s.File)
	return values, err
}

// readNumbers reads a file of numbers: text with one number a line ('#' begins a comment), or .npy. text is the file.
func readNumbers(name string) (values []float64, text []byte, err error) {
	if text, err = readTable(name); err != nil {
		return nil, nil, err
	}
	if filepath.Ext(name) == ".npy" {
		err = npyio.Read(bytes.NewReader(text), &values)
		return values, text, err
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		plain, _, _ := strings.Cut(line, "#")
		if plain = strings.TrimSpace(plain); plain == "" {
			continue
		}
		v, err := strconv.ParseFloat(plain, 64)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d is no number: %q", number, shorten(plain))
		}
		values = append(values, v)
	}
	return values, text, nil
}

// rebase makes a relative file name relative to the scenario's folder.
func (i Initial) rebase(folder string) {
	if s, ok := i.Choice.(*Sample); ok && s.File != "" && !filepath.IsAbs(s.File) {
		s.File = filepath.Join(folder, s.File)
	}
}
