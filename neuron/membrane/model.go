package membrane

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"lapicque/neuron"
)

// Model is the law of one neuron, y′ = f(y) + I·g(y): n variables, the potential first, into which a
// current I enters linearly. Methods but Parameters do not change it; it may be shared once its parameters are set.
type Model interface {
	// Card returns what the model is: names, units, ranges.
	Card() Card
	// Parameters returns its parameters, each with the address of its value in the model.
	Parameters() []Parameter
	// Slope writes y′ into dy, both of length n.
	Slope(current float64, y, dy []float64)
	// Jacobian writes ∂y′_i/∂y_j into j[i·n + j], of length n². It does not depend on the current.
	Jacobian(y, j []float64)
	// Clamp returns the current that holds the potential at v once all other variables have come to
	// rest, and writes that state into y. All equilibria lie on this curve.
	Clamp(v float64, y []float64) (current float64)
}

// Card describes a model with its present parameters.
type Card struct {
	Name, Title, Source   string
	Variables             []Variable // the potential first
	TimeUnit, CurrentUnit string     // empty: without dimension
	Currents              [2]float64 // range of currents in which the model lives
	Potentials            [2]float64 // range of potentials, the equilibria at those currents included
	Spike                 float64    // a spike is the potential passing this level upwards; not used for Hybrid
}

// Variable is one component of a state.
type Variable struct {
	Name, Unit string
	Scale      float64 // size of its changes in a spike
}

// Parameter is a number of a model.
type Parameter struct {
	Name, Unit, Meaning string
	Value               *float64
	Sign                Sign
}

// Sign says which values a parameter may have.
type Sign int

const (
	Real        Sign = iota // every finite number
	Positive                // > 0
	NonNegative             // ≥ 0
)

// String returns the phrase for a Fault.
func (s Sign) String() string {
	return [...]string{"a finite number", "a finite number > 0", "a finite number ≥ 0"}[s]
}

func (s Sign) holds(x float64) bool {
	return x-x == 0 && (s == Real || x > 0 || s == NonNegative && x == 0)
}

// Hybrid is a Model that fires where its state reaches a threshold and is then reset.
type Hybrid interface {
	Model
	// Excess is the distance beyond the threshold: the neuron fires where it becomes ≥ 0.
	Excess(y []float64) float64
	// Reset changes the state at a spike.
	Reset(y []float64)
	// Refractory returns for how long after a spike none follows, and whether the potential rests at
	// its reset meanwhile.
	Refractory() (duration float64, held bool)
}

// Switching is a Model whose equations are smooth on either side of a surface.
type Switching interface {
	Model
	// Side is positive above the surface and negative below it.
	Side(y []float64) float64
	// SlopeOn is Slope as it is above the surface, or below it, for every y.
	SlopeOn(above bool, current float64, y, dy []float64)
}

// constrained is a model whose parameters depend on each other.
type constrained interface{ constrain(*neuron.Faults) }

// Validate returns Faults that name every parameter out of range, or nil.
func Validate(m Model) error {
	var fs neuron.Faults
	for _, p := range m.Parameters() {
		fs.Add(p.Sign.holds(*p.Value), p.Name, *p.Value, p.Sign.String())
	}
	if c, ok := m.(constrained); ok && len(fs) == 0 {
		c.constrain(&fs)
	}
	return fs.Err()
}

// Set changes parameters by name. The error is Faults, which name all unknown names and all values that are not accepted;
// the model is then what it was.
func Set(m Model, values map[string]float64) error {
	var fs neuron.Faults
	parameters := m.Parameters()
	names := make([]string, len(parameters))
	before := make([]float64, len(parameters))
	for i, p := range parameters {
		names[i], before[i] = p.Name, *p.Value
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.Index(names, name)
		fs.Add(i >= 0, name, values[name], "a parameter of "+m.Card().Name+": "+strings.Join(names, ", "))
		if i >= 0 {
			*parameters[i].Value = values[name]
		}
	}
	if err := Validate(m); err != nil {
		fs = append(fs, err.(neuron.Faults)...)
	}
	if len(fs) > 0 {
		for i, p := range parameters {
			*p.Value = before[i]
		}
	}
	return fs.Err()
}

// models makes each model with the parameters of its source.
var models = map[string]func() Model{}

func init() {
	for _, make := range []func() Model{
		func() Model { return NewHodgkinHuxley() },
		func() Model { return NewFitzHughNagumo() },
		func() Model { return NewMorrisLecar(MorrisLecarHopf) },
		func() Model { return NewMorrisLecar(MorrisLecarSNIC) },
		func() Model { return NewMitchellSchaeffer() },
		func() Model { return NewLIF() },
		func() Model { return NewAdaptiveExponential() },
		func() Model { return NewIzhikevich() },
		func() Model { return NewMAT() },
	} {
		models[make().Card().Name] = make
	}
}

// Names returns the names of all models, sorted.
func Names() []string { return slices.Sorted(maps.Keys(models)) }

// New returns the model of a name with the parameters of its source. The error is Faults.
func New(name string) (Model, error) {
	if m, ok := models[name]; ok {
		return m(), nil
	}
	return nil, neuron.Faults{{Field: "model", Value: name, Accepted: "one of " + strings.Join(Names(), ", ")}}
}

// Reach returns the range of potentials in which equilibria at currents between from and to are looked for: twice that of the card around it, and
// up to 64 times as much where an end is not yet beyond the currents.
func Reach(m Model, from, to float64) (low, high float64) {
	card := m.Card()
	y, width := make([]float64, len(card.Variables)), card.Potentials[1]-card.Potentials[0]
	beyond := func(start, step float64, done func(current float64) bool) float64 {
		for v := start; math.Abs(v-start) <= 32*width; v += step {
			if done(m.Clamp(v, y)) {
				return v
			}
			step *= 2
		}
		return start
	}
	low = beyond(card.Potentials[0]-width/2, -width, func(current float64) bool { return current <= from })
	high = beyond(card.Potentials[1]+width/2, width, func(current float64) bool { return current >= to })
	return low, high
}

// Rest returns the equilibria at a current, in ascending potential. They are looked for within Reach on a mesh of 4000 potentials and refined to
// rounding; a pair nearer than a cell is missed.
func Rest(m Model, current float64) [][]float64 {
	n := len(m.Card().Variables)
	lo, hi := Reach(m, current, current)
	y := make([]float64, n)
	lack := func(v float64) float64 { return m.Clamp(v, y) - current }
	var all [][]float64
	const cells = 4000
	left, low := lo, lack(lo)
	for k := 1; k <= cells; k++ {
		right := lo + (hi-lo)*float64(k)/cells
		high := lack(right)
		if low == 0 || low*high < 0 {
			at := left
			if low != 0 {
				at = root(lack, left, right)
			}
			lack(at)
			if state := slices.Clone(y); steady(m, current, state) {
				all = append(all, state)
			}
		}
		left, low = right, high
	}
	return all
}

// steady reports whether the state is an equilibrium: a current that jumps over a value is none.
func steady(m Model, current float64, y []float64) bool {
	dy, away, scale := make([]float64, len(y)), slices.Clone(y), m.Card().Variables[0].Scale
	m.Slope(current, y, dy)
	rest := math.Abs(dy[0])
	away[0] += 1e-3 * scale
	m.Slope(current, away, dy)
	return rest <= 1e-6*(math.Abs(dy[0])+scale)
}

// root returns the change of sign of f between a and b, by bisection to rounding.
func root(f func(float64) float64, a, b float64) float64 {
	rising := f(a) < 0
	for {
		mid := a + (b-a)/2
		if mid <= a || mid >= b {
			return mid
		}
		if (f(mid) < 0) == rising {
			a = mid
		} else {
			b = mid
		}
	}
}

// dimension panics unless y has the length n.
func dimension(m Model, y []float64) int {
	n := len(m.Card().Variables)
	if len(y) != n {
		panic(fmt.Sprintf("membrane: a state of %s has %d variables, not %d", m.Card().Name, n, len(y)))
	}
	return n
}
