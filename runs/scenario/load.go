package scenario

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"lapicque/mfield"
	"lapicque/mfield/elapsed"
	"lapicque/network"
	"lapicque/neuron"
)

// Document is a scenario of some model.
type Document interface {
	// Common returns the parts that every model has.
	Common() (*Head, *Tail)
	// TimeUnit names the unit of all times.
	TimeUnit() string
	// shrunk returns a copy with at most so many neurons in a population.
	shrunk(most int) Document
	// resized returns a copy with n neurons in all, as Scenario.Resized says.
	resized(n int) Document
	// stepped returns a copy whose network takes another time step.
	stepped(dt float64) Document
	// check returns the faults of what goes beyond Head and Tail.
	check(Sides) neuron.Faults
	// rebase makes file names relative to a folder.
	rebase(folder string)
	// archived returns a copy that names the files it reads as they are kept in a folder.
	archived() (Document, []File)
}

// Neurons is a document whose neurons are alike within a population and nowhere in particular: their law is a density
// along the axis of their state.
type Neurons interface {
	Document
	// Populations returns the populations in the order of the model.
	Populations() []Population
	// Start returns the law of the state in each population at time 0, or neuron.Faults.
	Start() ([]neuron.Initial, error)
	// Network returns a replica at time 0, on so many workers (0: all cores; results do not depend on it).
	Network(start []neuron.Initial, replica uint64, workers int) (Network, error)
	// Solver returns the mean field at time 0; onStep, which may be nil, sees its steps.
	Solver(start []neuron.Initial, a Accuracy, onStep func([]mfield.State) error) (Solver, error)
	// Exciting reports whether what neurons share may be amplified by them.
	Exciting() bool
}

// Spreading is a document whose networks several processes can step together, each with its part of the neurons.
type Spreading interface {
	Neurons
	// Spread is Network on ranks, of which every one calls it and Run, Potentials and Refractory alike.
	Spread(start []neuron.Initial, replica uint64, workers int, ranks network.Ranks) (Network, error)
}

// Doubling is a document of a model that has no equation of its limit: its network is held against one of twice the neurons.
type Doubling interface {
	Neurons
	// Doubled returns the document with twice the neurons, otherwise the same.
	Doubled() Neurons
}

// Accuracy says how well the mean field is solved.
type Accuracy int

const (
	// AsAsked is what the scenario says.
	AsAsked Accuracy = iota
	// Coarser has half the cells, or 30 times the tolerance: its distance from
	// AsAsked bounds what the discretisation adds.
	Coarser
	// Rough has RoughCells finite volumes and ends at a blow-up: for a first look.
	Rough
)

// RoughCells is the number of cells of a Rough solution.
const RoughCells = 100

// models is the registry of models, circuits that of those models that may have several populations, under
// the key populations.
var (
	models = map[string]func() Document{
		"biophysical":         newBiophysical,
		"elapsed-time":        newElapsedTime,
		"nnlif":               newNNLIF,
		"voltage-conductance": newVoltageConductance,
		"wilson-cowan":        newNeuralField,
	}
	circuits = map[string]func() Document{"nnlif": newCircuit, "wilson-cowan": newNeuralFields}
)

func (s *NNLIF) rebase(folder string) {
	s.Initial.rebase(folder)
	s.Neuron.Current.rebase(folder)
}

func (s *NNLIF) shrunk(most int) Document {
	c := *s
	c.Particles.N = min(c.Particles.N, most)
	return &c
}

func (s *NNLIF) archived() (Document, []File) {
	c, files := *s, []File(nil)
	current, file := s.Neuron.Current.archived("neuron.current")
	if c.Neuron.Current = current; file != nil {
		files = append(files, *file)
	}
	return &c, files
}

// Sides says what a scenario is wanted for; what it must satisfy depends on it.
// The zero value stands for questions about the equation alone.
type Sides struct{ Network, MeanField bool }

func (s Sides) any() bool { return s.Network || s.MeanField }

// Scenario is a document, complete and checked, with where it came from.
type Scenario struct {
	Document
	Name string // embedded name, or file name without folder and extension
	Text []byte // as it was given, without assignments
	Set  []string
}

// Copy returns a copy of the document whose head and tail may be changed.
func (s *Scenario) Copy() Document { return s.shrunk(math.MaxInt) }

// Shrunk returns a copy of the scenario with at most so many neurons in a population.
func (s *Scenario) Shrunk(most int) *Scenario {
	c := *s
	c.Document = s.shrunk(most)
	return &c
}

// Circuit returns the limit equation of a scenario of several populations, false for one without names.
func (s *Scenario) Circuit() (mfield.Circuit, bool) {
	c, ok := s.Document.(*Circuit)
	if !ok {
		return mfield.Circuit{}, false
	}
	return c.Equation(), true
}

// NNLIF returns the limit equation of a scenario of one population of noisy leaky integrate-and-fire neurons, false for
// another model.
func (s *Scenario) NNLIF() (mfield.NNLIF, bool) {
	one, ok := s.Document.(*NNLIF)
	if !ok {
		return mfield.NNLIF{}, false
	}
	return one.Equation(), true
}

// ElapsedTime returns the age-structured equation of a scenario of elapsed-time neurons, false for another model.
func (s *Scenario) ElapsedTime() (elapsed.Equation, bool) {
	one, ok := s.Document.(*ElapsedTime)
	if !ok {
		return elapsed.Equation{}, false
	}
	return one.Equation(), true
}

// Neurons returns the document of a scenario as one whose neurons have no place; it panics for another model.
func (s *Scenario) Neurons() Neurons { return s.Document.(Neurons) }

// Populations returns the populations of such a scenario.
func (s *Scenario) Populations() []Population { return s.Neurons().Populations() }

//go:embed scenarios/*.yaml
var embedded embed.FS

// Names returns the embedded scenarios.
func Names() []string {
	entries, err := fs.ReadDir(embedded, "scenarios")
	if err != nil {
		panic("scenario: " + err.Error())
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// Text returns the text of a scenario: an embedded name or a file. The error is
// Faults.
func Text(name string) ([]byte, error) {
	if slices.Contains(Names(), name) {
		return embedded.ReadFile("scenarios/" + name + ".yaml")
	}
	text, err := readFile(name)
	if err == nil {
		return text, nil
	}
	var faults Faults
	accepted := "a file, or one of " + strings.Join(Names(), ", ")
	if near := Closest(name, Names()); near != "" {
		accepted += fmt.Sprintf(" (did you mean %s?)", near)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		accepted += ": " + err.Error()
	}
	faults.add(Origin{}, "scenario", fmt.Sprintf("%q", name), accepted)
	return nil, faults
}

// readFile reads a regular file of any size that parse may refuse.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("it is a folder")
	}
	return io.ReadAll(io.LimitReader(f, MaxSize+1))
}

// Load reads a scenario, an embedded name or a file, applies the assignments
// "key=value" in their order and checks it for the sides wanted. The error is
// Faults, all of them.
func Load(name string, set []string, sides Sides) (*Scenario, error) {
	text, err := Text(name)
	if err != nil {
		return nil, err
	}
	source, folder := placed(name)
	document, err := read(source, text, set, sides, folder)
	if err != nil {
		return nil, err
	}
	return &Scenario{document, stem(source), text, set}, nil
}

// placed returns the file name and the folder of a scenario.
func placed(name string) (source, folder string) {
	if slices.Contains(Names(), name) {
		return name + ".yaml", "."
	}
	return name, filepath.Dir(name)
}

// stem returns a file name without folder and extension.
func stem(source string) string {
	base := path.Base(filepath.ToSlash(source))
	return strings.TrimSuffix(base, path.Ext(base))
}

// read is Load on a text.
func read(source string, text []byte, set []string, sides Sides, folder string) (Document, error) {
	root, faults := parse(source, text)
	if root == nil {
		return nil, faults.err()
	}
	if root.kind != mapping {
		faults.add(root.at, "", root.describe(), "a mapping of keys")
		return nil, faults.err()
	}
	for _, assignment := range set {
		faults = append(faults, assign(root, assignment)...)
	}
	d := &decoder{faults: faults}
	entrance := d.convert(root)
	table := models
	if root.get("populations") != nil {
		table = circuits
	}
	document := choose(d, root, "", "model", "nnlif", table)
	if document == nil {
		return nil, d.faults.err()
	}
	document.rebase(folder)
	head, tail := document.Common()
	if entrance != nil && entrance.Scales != (Scales{}) {
		head.Scales, head.Converted = &entrance.Scales, entrance.conversions(root)
	}
	if len(head.Time.Snapshots) == 0 {
		head.Time.Snapshots = []float64{head.Time.End}
	}
	if from := head.Time.BurnIn; from > 0 && tail.Record.Raster.From == nil {
		tail.Record.Raster.From = &from
	}
	var checked neuron.Faults
	checked = append(checked, head.check()...)
	checked = append(checked, tail.check(head.Time.End, sides)...)
	checked = append(checked, document.check(sides)...)
	d.faults.place(root, checked)
	if entrance != nil {
		entrance.blame(d.faults)
	}
	return document, d.faults.err()
}

// Resolved returns the complete document as YAML: every key, defaults included. Of a document with units it is the form
// without; comments say how each number was written.
func (s *Scenario) Resolved() ([]byte, error) {
	head, _ := s.Common()
	text, err := written(s.Document)
	if len(head.Converted) == 0 || err != nil {
		return text, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Without units: %v. As it was written -> as it is here:\n", *head.Scales)
	for _, line := range head.Converted {
		fmt.Fprintf(&out, "#   %s\n", line)
	}
	out.Write(text)
	return out.Bytes(), nil
}

// written returns a document as YAML, in which numbers such as 1.0e-08 have the point that some readers ask for.
func written(d Document) ([]byte, error) {
	return yaml.MarshalWithOptions(d, yaml.CustomMarshaler(func(x float64) ([]byte, error) {
		text := strconv.FormatFloat(x, 'g', -1, 64)
		if mantissa, exponent, found := strings.Cut(text, "e"); !strings.Contains(mantissa, ".") {
			text = mantissa + ".0"
			if found {
				text += "e" + exponent
			}
		}
		return []byte(text), nil
	}))
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
