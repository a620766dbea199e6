package continuation

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"lapicque/neuron/membrane"
)

// Equilibrium is a state of rest.
type Equilibrium struct {
	Current     float64
	State       []float64
	Eigenvalues []complex128 // of the Jacobian, descending in the real part
}

// Stable reports whether all eigenvalues have negative real parts.
func (e Equilibrium) Stable() bool { return real(e.Eigenvalues[0]) < 0 }

// Segment is a piece of the curve of equilibria without special points inside: they are its ends. Along it the current and
// the potential are monotone and stability does not change.
type Segment struct {
	Points []Equilibrium // ascending in potential
	Stable bool
}

// Fold is an equilibrium at which the current has an extremum along the curve (saddle-node).
type Fold struct {
	Current float64
	State   []float64
}

// Equilibria are all equilibria for a range of currents.
type Equilibria struct {
	Segments []Segment // ascending in potential
	Folds    []Fold    // ascending in potential
	Hopfs    []Hopf    // ascending in potential
}

// cells is the number of cells in which a change of sign along the curve is looked for.
const cells = 4000

// At returns the equilibria at one current, in ascending potential, with their eigenvalues. They are those that membrane.Rest
// finds; of a Hybrid, those below the threshold.
func At(m membrane.Model, current float64) []Equilibrium {
	c := newCurve(m, current, current)
	var all []Equilibrium
	for _, y := range membrane.Rest(m, current) {
		if c.below(y[0]) {
			e := c.at(y[0])
			e.Current = current
			all = append(all, e)
		}
	}
	return all
}

// FindEquilibria returns the equilibria at all currents between from and to. As every equilibrium lies on the curve of the voltage
// clamp, which has the potential as its parameter, no branch is missed; special points are the zeros of det J (folds) and of
// Π (λ_i + λ_j) (Hopf points), looked for on 4000 cells and refined to rounding. A pair of zeros within a cell is missed.
// Of a Hybrid only potentials below the threshold count; where the equations of a Switching model jump the curve is cut.
func FindEquilibria(m membrane.Model, from, to float64) Equilibria {
	c := newCurve(m, from, to)
	var found Equilibria
	marks := []float64{c.low, c.high}
	if top, ok := c.threshold(); ok {
		marks = append(marks, top)
	}
	for _, level := range []float64{from, to} {
		marks = append(marks, c.zeros(func(v float64) float64 { return c.current(v) - level })...)
	}
	inside := func(v float64) bool {
		current, slack := c.current(v), 1e-12*(to-from)
		return c.below(v) && current >= from-slack && current <= to+slack
	}
	for _, v := range c.zeros(func(v float64) float64 { return c.product(v) }) {
		marks = append(marks, v)
		if e := c.at(v); inside(v) && c.singular(e) {
			found.Folds = append(found.Folds, Fold{e.Current, e.State})
		}
	}
	for _, v := range c.zeros(func(v float64) float64 { return c.sums(v) }) {
		if h, ok := c.hopf(v); ok {
			marks = append(marks, v)
			if inside(v) {
				found.Hopfs = append(found.Hopfs, h)
			}
		}
	}
	slices.Sort(marks)
	marks = slices.Compact(marks)
	for k := 1; k < len(marks); k++ {
		if inside((marks[k-1] + marks[k]) / 2) {
			s := c.segment(marks[k-1], marks[k])
			snap(&s.Points[0], from, to)
			snap(&s.Points[len(s.Points)-1], from, to)
			found.Segments = append(found.Segments, s)
		}
	}
	return found
}

// curve is the curve of equilibria with the potential as its parameter.
type curve struct {
	model     membrane.Model
	card      membrane.Card
	low, high float64
	n         int
	y, j      []float64
	eigen     mat.Eigen
	values    []complex128
}

func newCurve(m membrane.Model, from, to float64) *curve {
	card := m.Card()
	n := len(card.Variables)
	low, high := membrane.Reach(m, from, to)
	return &curve{
		model: m, card: card, n: n, low: low, high: high,
		y: make([]float64, n), j: make([]float64, n*n), values: make([]complex128, n),
	}
}

func (c *curve) current(v float64) float64 { return c.model.Clamp(v, c.y) }

// spectrum computes the eigenvalues at potential v, descending in the real part. The slice belongs to the curve.
func (c *curve) spectrum(v float64) []complex128 {
	c.model.Clamp(v, c.y)
	c.model.Jacobian(c.y, c.j)
	if !c.eigen.Factorize(mat.NewDense(c.n, c.n, c.j), mat.EigenNone) {
		panic("continuation: eigenvalues of a Jacobian do not converge")
	}
	c.values = c.eigen.Values(c.values)
	slices.SortFunc(c.values, func(a, b complex128) int {
		return cmp.Or(cmp.Compare(real(b), real(a)), cmp.Compare(imag(b), imag(a)))
	})
	return c.values
}

func (c *curve) at(v float64) Equilibrium {
	values := slices.Clone(c.spectrum(v))
	return Equilibrium{Current: c.current(v), State: slices.Clone(c.y), Eigenvalues: values}
}

// product returns det J.
func (c *curve) product(v float64) float64 {
	p := complex(1, 0)
	for _, l := range c.spectrum(v) {
		p *= l
	}
	return real(p)
}

// sums returns Π (λ_i + λ_j) over pairs, which changes sign where a pair passes the imaginary axis; 1 for one variable.
func (c *curve) sums(v float64) float64 {
	p, values := complex(1, 0), c.spectrum(v)
	for i, a := range values {
		for _, b := range values[:i] {
			p *= a + b
		}
	}
	return real(p)
}

// singular reports whether an eigenvalue is 0, and not merely jumps over it.
func (c *curve) singular(e Equilibrium) bool {
	least, most := math.Inf(1), 0.0
	for _, l := range e.Eigenvalues {
		size := math.Hypot(real(l), imag(l))
		least, most = math.Min(least, size), math.Max(most, size)
	}
	return least <= 1e-6*most
}

// below reports whether a Hybrid rests below its threshold at v; true for other models.
func (c *curve) below(v float64) bool {
	h, ok := c.model.(membrane.Hybrid)
	if !ok {
		return true
	}
	c.model.Clamp(v, c.y)
	return h.Excess(c.y) < 0
}

// threshold returns the potential at which a Hybrid at rest is at its threshold.
func (c *curve) threshold() (v float64, ok bool) {
	h, ok := c.model.(membrane.Hybrid)
	if !ok {
		return 0, false
	}
	tops := c.zeros(func(v float64) float64 {
		c.model.Clamp(v, c.y)
		return h.Excess(c.y)
	})
	if len(tops) == 0 {
		return 0, false
	}
	return tops[0], true
}

// zeros returns the changes of sign of f along the curve, ascending.
func (c *curve) zeros(f func(float64) float64) []float64 {
	var all []float64
	left, low := c.low, f(c.low)
	for k := 1; k <= cells; k++ {
		right := c.low + (c.high-c.low)*float64(k)/cells
		high := f(right)
		if low < 0 != (high < 0) {
			all = append(all, bisect(f, left, right, low < 0))
		}
		left, low = right, high
	}
	return all
}

// bisect returns the change of sign of f between a and b, to rounding.
func bisect(f func(float64) float64, a, b float64, rising bool) float64 {
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

// snap gives an equilibrium at an end of the range that current exactly.
func snap(e *Equilibrium, from, to float64) {
	for _, level := range []float64{from, to} {
		if math.Abs(e.Current-level) < 1e-12*(to-from) {
			e.Current = level
		}
	}
}

// segment samples the curve between two potentials.
func (c *curve) segment(a, b float64) Segment {
	count := 2 + int(200*(b-a)/(c.high-c.low))
	s := Segment{Stable: c.at((a + b) / 2).Stable()}
	for k := range count + 1 {
		s.Points = append(s.Points, c.at(a+(b-a)*float64(k)/float64(count)))
	}
	return s
}
