package scenario

import (
	"context"
	"errors"
	"slices"

	"lapicque/compare"
	"lapicque/mfield"
	kinetic "lapicque/mfield/conductance"
	"lapicque/network"
	particles "lapicque/network/conductance"
	"lapicque/neuron"
)

// VoltageConductance is the document of model voltage-conductance: neurons driven through one synaptic conductance and
// their kinetic equation.
type VoltageConductance struct {
	Head      `yaml:",inline"`
	Neuron    ConductanceNeuron    `yaml:"neuron,flow"`
	Input     ConductanceInput     `yaml:"input,flow"`
	Initial   ConductanceStart     `yaml:"initial,flow"`
	Particles ConductanceParticles `yaml:"particles,flow"`
	MeanField ConductanceGrid      `yaml:"meanfield,flow"`
	Record    Record               `yaml:"record"`
	Expect    []Expectation        `yaml:"expect" jsonschema_description:"Claims about summary.json, checked at the end"`
}

// ConductanceNeuron is the law of the potential.
type ConductanceNeuron struct {
	Leak      float64 `yaml:"g_L" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Leak conductance, the inverse of the membrane time"`
	Reversal  float64 `yaml:"V_E" jsonschema_description:"Reversal potential of the synapses, above V_F"`
	Threshold float64 `yaml:"V_F" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Firing threshold; the reset is 0"`
	Tau       float64 `yaml:"sigma_E" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Decay time of the conductance"`
}

// ConductanceInput is what drives the conductance.
type ConductanceInput struct {
	G0 float64 `yaml:"g_0" jsonschema:"minimum=0" jsonschema_description:"Conductance from outside: g_in = g_0 + c N(t)"`
	C  float64 `yaml:"c" jsonschema_description:"Coupling: each spike adds c/(N sigma_E) to every conductance"`
	A0 float64 `yaml:"a0" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Variance of the conductance: a = a0 + a1 N(t)"`
	A1 float64 `yaml:"a1" jsonschema:"minimum=0" jsonschema_description:"Its growth with the rate"`
}

// ConductanceStart is the law of a neuron at time 0: v uniform, g Gaussian, cut at 0, independent.
type ConductanceStart struct {
	V struct {
		From float64 `yaml:"from" jsonschema:"minimum=0"`
		To   float64 `yaml:"to"`
	} `yaml:"v" jsonschema_description:"Uniform law of the potential"`
	G struct {
		Mean   float64 `yaml:"mean"`
		Spread float64 `yaml:"spread" jsonschema:"exclusiveMinimum=0"`
	} `yaml:"g" jsonschema_description:"Gaussian law of the conductance, cut at 0"`
}

// ConductanceParticles says how the network is simulated.
type ConductanceParticles struct {
	N        int     `yaml:"N" jsonschema:"minimum=1" jsonschema_description:"Neurons"`
	Dt       float64 `yaml:"dt" jsonschema:"exclusiveMinimum=0" jsonschema_description:"Time step, a fraction of sigma_E and of the time between spikes"`
	Replicas int     `yaml:"replicas" jsonschema:"minimum=1" jsonschema_description:"Independent networks"`
}

// ConductanceGrid says how the kinetic equation is solved.
type ConductanceGrid struct {
	CellsV  int     `yaml:"cells_v" jsonschema:"minimum=16,maximum=4096" jsonschema_description:"Cells in v"`
	CellsG  int     `yaml:"cells_g" jsonschema:"minimum=16,maximum=4096" jsonschema_description:"Cells in g"`
	Step    float64 `yaml:"step" jsonschema:"minimum=0" jsonschema_description:"Time step; 0: a thirtieth of the shorter of sigma_E and the membrane time"`
	Highest float64 `yaml:"highest_g" jsonschema:"minimum=0" jsonschema_description:"Conductance at which the grid ends; 0: chosen from the law and the start"`
}

func newVoltageConductance() Document {
	head, tail := standard("voltage-conductance")
	head.Time.End = 0.5
	tail.Record.RateBin, tail.Record.DensityBins = 0.005, 100
	s := &VoltageConductance{Head: head, Record: tail.Record, Expect: tail.Expect,
		Neuron:    ConductanceNeuron{Leak: 50, Reversal: 14. / 3, Threshold: 1, Tau: 0.005},
		Input:     ConductanceInput{G0: 20, A0: 25},
		Particles: ConductanceParticles{N: 20000, Dt: 0.00025, Replicas: 1},
		MeanField: ConductanceGrid{CellsV: 256, CellsG: 128},
	}
	s.Initial.V.To = 1
	s.Initial.G.Mean, s.Initial.G.Spread = 20, 5
	return s
}

// Common returns the parts that every model has, those of this model filled in as far as they apply.
func (s *VoltageConductance) Common() (*Head, *Tail) {
	_, tail := standard(s.Model)
	tail.Particles = Particles{N: s.Particles.N, Dt: s.Particles.Dt, Scheme: "midpoint", Replicas: s.Particles.Replicas}
	tail.MeanField.Scheme, tail.MeanField.Entropy = mfield.FiniteVolume.String(), none
	tail.MeanField.Cells = min(maxCells, RoughCells*s.work(AsAsked)/s.work(Rough)) // of a line that would cost as much
	tail.Record, tail.Expect = s.Record, s.Expect
	return &s.Head, &tail
}

// Law returns the law of a neuron.
func (s *VoltageConductance) Law() neuron.Conductance {
	return neuron.Conductance{Leak: s.Neuron.Leak, Reversal: s.Neuron.Reversal, Threshold: s.Neuron.Threshold, Tau: s.Neuron.Tau,
		G0: s.Input.G0, C: s.Input.C, A0: s.Input.A0, A1: s.Input.A1}
}

// Equation returns the kinetic equation.
func (s *VoltageConductance) Equation() kinetic.Equation {
	return kinetic.Equation{Conductance: s.Law()}
}

// start returns the law at time 0 in the kinetic equation.
func (s *VoltageConductance) start() kinetic.Start {
	return kinetic.Start{FromV: s.Initial.V.From, ToV: s.Initial.V.To, MeanG: s.Initial.G.Mean, SpreadG: s.Initial.G.Spread}
}

// Options returns the numerical choices for an accuracy: Coarser has half the cells in both directions and twice the
// step.
func (s *VoltageConductance) Options(a Accuracy) kinetic.Options {
	o := kinetic.Options{CellsV: s.MeanField.CellsV, CellsG: s.MeanField.CellsG, Step: s.MeanField.Step}
	if a == AsAsked {
		return o
	}
	if o.Step == 0 {
		o.Step = s.Equation().DefaultStep()
	}
	if a == Coarser {
		return kinetic.Options{CellsV: max(16, o.CellsV/2), CellsG: max(16, o.CellsG/2), Step: 2 * o.Step}
	}
	return kinetic.Options{CellsV: min(32, o.CellsV), CellsG: min(32, o.CellsG), Step: 4 * o.Step}
}

// work is about proportional to the time that a solution takes.
func (s *VoltageConductance) work(a Accuracy) int {
	o, steps := s.Options(a), map[Accuracy]int{AsAsked: 4, Coarser: 2, Rough: 1}[a]
	return max(1, o.CellsV*o.CellsG/256) * steps
}

// Populations returns the only population, without a name.
func (s *VoltageConductance) Populations() []Population {
	return []Population{{N: s.Particles.N, Axis: Axis{To: s.Neuron.Threshold, Anchor: s.Neuron.Threshold}}}
}

// Exciting reports whether neurons raise each other's conductances or their noise.
func (s *VoltageConductance) Exciting() bool { return s.Input.C > 0 || s.Input.A1 > 0 }

// Start returns the law of the potential at time 0.
func (s *VoltageConductance) Start() ([]neuron.Initial, error) {
	return []neuron.Initial{neuron.Uniform{From: s.Initial.V.From, To: s.Initial.V.To}}, nil
}

// check returns the faults of the law, the start and the numerical choices.
func (s *VoltageConductance) check(Sides) (fs neuron.Faults) {
	fs = append(fs, checkNumber("particles.N", s.Particles.N)...)
	var of neuron.Faults
	errors.As(s.Law().Validate(), &of)
	for _, f := range of {
		group := "neuron."
		if slices.Contains([]string{"g_0", "c", "a0", "a1"}, f.Field) {
			group = "input."
		}
		f.Field = group + f.Field
		fs = append(fs, f)
	}
	for _, err := range []error{s.start().Validate(s.Law()), s.Options(AsAsked).Validate()} {
		var more neuron.Faults
		errors.As(err, &more)
		fs = append(fs, more...)
	}
	for _, x := range []struct {
		field string
		cells int
	}{{"meanfield.cells_v", s.MeanField.CellsV}, {"meanfield.cells_g", s.MeanField.CellsG}} {
		fs.Add(x.cells != 0, x.field, x.cells, "a number of cells from 16 to 4096")
	}
	fs.Add(s.MeanField.Highest >= 0 && finite(s.MeanField.Highest), "meanfield.highest_g", s.MeanField.Highest, "a conductance > 0 (0: chosen)")
	return fs
}

// Network returns a replica at time 0.
func (s *VoltageConductance) Network(_ []neuron.Initial, replica uint64, workers int) (Network, error) {
	n, err := particles.New(particles.Config{N: s.Particles.N, Law: s.Law(), Initial: particles.Start(s.start()),
		Dt: s.Particles.Dt, Seed: s.Seed, Replica: replica, Workers: workers})
	return &conductances{n}, err
}

// conductances is a network of neurons with a conductance.
type conductances struct{ *particles.Network }

// Run passes on.
func (n *conductances) Run(ctx context.Context, until float64, observers [][]network.Observer) error {
	return n.Network.Run(ctx, until, observers[0]...)
}

// Potentials copies the potentials.
func (n *conductances) Potentials(_ int, dst []float64) []float64 {
	v, _ := n.State(dst, nil)
	return v
}

// Pairs copies potentials and conductances.
func (n *conductances) Pairs(_ int, v, g []float64) ([]float64, []float64) { return n.State(v, g) }

// Refractory returns 0: nobody ever is.
func (n *conductances) Refractory(int) int { return 0 }

// Solver returns the kinetic equation at time 0.
func (s *VoltageConductance) Solver(_ []neuron.Initial, a Accuracy, onStep func([]mfield.State) error) (Solver, error) {
	o := s.Options(a)
	if onStep != nil {
		o.OnStep = func(x kinetic.State) error { return onStep([]mfield.State{stateOf(x)}) }
	}
	one, err := s.Equation().NewSolver(s.start(), s.MeanField.Highest, o)
	return &kineticSolver{one}, err
}

// kineticSolver is the kinetic equation as other models' equations are.
type kineticSolver struct{ *kinetic.Solver }

func stateOf(x kinetic.State) mfield.State {
	return mfield.State{Time: x.Time, Rate: x.Rate, Fired: x.Fired, Mass: x.Mass, Mean: x.MeanV, Variance: x.VarianceV}
}

// States returns the state, of the potential.
func (s *kineticSolver) States() []mfield.State { return []mfield.State{stateOf(s.State())} }

// Profile copies the density of the potential.
func (s *kineticSolver) Profile(_ int, p *mfield.Profile) {
	var d kinetic.Density
	s.Density(&d)
	p.Edges = d.V
	p.Density, _ = d.Marginals()
}

// Joint returns the density.
func (s *kineticSolver) Joint(int) Joint {
	var d kinetic.Density
	s.Density(&d)
	x := s.State()
	return Joint{compare.Joint{X: d.V, Y: d.G, Values: d.Values}, x.MeanG, x.VarianceG, x.Current}
}

// BlowUps returns none: the rate stays finite.
func (s *kineticSolver) BlowUps() []mfield.CircuitBlowUp { return nil }

// rebase does nothing: the document names no file.
func (s *VoltageConductance) rebase(string) {}

// archived returns the document: it names no file.
func (s *VoltageConductance) archived() (Document, []File) { return s, nil }

func (s *VoltageConductance) shrunk(most int) Document {
	c := *s
	c.Particles.N = min(c.Particles.N, most)
	return &c
}

// VoltageConductance returns the document of a scenario of that model, false for another one.
func (s *Scenario) VoltageConductance() (*VoltageConductance, bool) {
	one, ok := s.Document.(*VoltageConductance)
	return one, ok
}
