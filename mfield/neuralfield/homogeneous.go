package neuralfield

import (
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/mat"

	"lapicque/neuron/neuralfield"
)

// Homogeneous is a steady state that is the same everywhere.
type Homogeneous struct {
	Values      []float64    // one for each population
	Eigenvalues []complex128 // of the point system, descending in real part
	Stable      bool         // without diffusion of patterns: k = 0 only
}

// HomogeneousStates returns all homogeneous steady states, ascending in the first population, for the
// stimuli of time 0 at full strength. Boxes are excluded by enclosures of the right-hand side (the gains are
// monotone), so that none is lost; states closer than about 1e−9 count as one. With gains that
// jump only states off the jumps are found.
func (f Field) HomogeneousStates() ([]Homogeneous, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	s := &search{field: f, strength: f.strengths(), drive: f.drives()}
	s.split(s.start(), 0)
	out := make([]Homogeneous, 0, len(s.found))
	for _, v := range s.found {
		h := Homogeneous{Values: v, Eigenvalues: f.Growth(v, 0)}
		h.Stable = real(h.Eigenvalues[0]) < 0
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Homogeneous) int { return slices.Compare(a.Values, b.Values) })
	return out, nil
}

// strengths returns ŵ_pq(0) as the solver has it.
func (f Field) strengths() [][]float64 {
	out := make([][]float64, len(f.Populations))
	for p := range out {
		out[p] = make([]float64, len(f.Populations))
		for q := range out[p] {
			out[p][q] = f.Weight(p, q, 0)
		}
	}
	return out
}

func (f Field) drives() []float64 {
	out := make([]float64, len(f.Populations))
	for p := range out {
		out[p] = f.Populations[p].Drive(0)
	}
	return out
}

// interval is a closed interval.
type interval struct{ lo, hi float64 }

func (a interval) width() float64 { return a.hi - a.lo }
func (a interval) mid() float64   { return a.lo + (a.hi-a.lo)/2 }
func (a interval) times(x float64) interval {
	if x < 0 {
		return interval{a.hi * x, a.lo * x}
	}
	return interval{a.lo * x, a.hi * x}
}
func (a interval) plus(b interval) interval { return interval{a.lo + b.lo, a.hi + b.hi} }

// image returns the gain over an interval.
func image(g neuralfield.Gain, x interval) interval { return interval{g.At(x.lo), g.At(x.hi)} }

// search is the search for all zeros of the point system.
type search struct {
	field    Field
	strength [][]float64
	drive    []float64
	found    [][]float64
}

// start returns a box that holds all states.
func (s *search) start() []interval {
	out := make([]interval, len(s.field.Populations))
	for p, population := range s.field.Populations {
		sum := interval{s.drive[p], s.drive[p]}
		for q, sender := range s.field.Populations {
			lo, hi := sender.Gain.Range()
			sum = sum.plus(interval{lo, hi}.times(s.strength[p][q]))
		}
		if s.field.Form == neuralfield.Rate {
			lo, hi := population.Gain.Range() // N = (1−rN)σ gives N = σ/(1+rσ)
			r := population.Absence
			sum = interval{lo / math.Max(1+r*lo, 1e-3), hi / (1 + r*hi)}
		}
		pad := 1e-9 * (1 + math.Abs(sum.lo) + math.Abs(sum.hi))
		out[p] = interval{sum.lo - pad, sum.hi + pad}
	}
	return out
}

// residual encloses the right-hand side of population p over a box.
func (s *search) residual(p int, box []interval) interval {
	f := s.field
	sum := interval{s.drive[p], s.drive[p]}
	for q := range f.Populations {
		x := box[q]
		if f.Form == neuralfield.Potential {
			x = image(f.Populations[q].Gain, x)
		}
		sum = sum.plus(x.times(s.strength[p][q]))
	}
	if f.Form == neuralfield.Potential {
		return sum.plus(box[p].times(-1))
	}
	// (1 − rN)σ − N = σ − N(1 + rσ): each of the two has its own enclosure.
	rate := image(f.Populations[p].Gain, sum)
	r := f.Populations[p].Absence
	loss := interval{math.Max(0, 1+r*rate.lo), 1 + r*rate.hi}
	all := []float64{box[p].lo * loss.lo, box[p].lo * loss.hi, box[p].hi * loss.lo, box[p].hi * loss.hi}
	return rate.plus(interval{-slices.Max(all), -slices.Min(all)})
}

const (
	deepest  = 120   // bisections of a box
	smallest = 1e-11 // of its start, at which a box is taken for a state if Newton's method finds one there
	apart    = 1e-9
)

// split looks for states in a box.
func (s *search) split(box []interval, depth int) {
	for p := range box {
		if r := s.residual(p, box); r.lo > 0 || r.hi < 0 {
			return
		}
	}
	widest := 0
	for p := range box {
		if box[p].width() > box[widest].width() {
			widest = p
		}
	}
	x, radius := make([]float64, len(box)), 0.0
	for p := range box {
		x[p] = box[p].mid()
		radius = math.Max(radius, box[p].width())
	}
	small := radius <= smallest*(1+math.Abs(x[widest]))
	if small || s.unique(box) {
		if s.newton(x) && inside(x, box, radius) {
			s.add(x)
		}
		return
	}
	if depth == deepest {
		return
	}
	half := slices.Clone(box)
	half[widest].hi = x[widest]
	s.split(half, depth+1)
	half = slices.Clone(box)
	half[widest].lo = x[widest]
	s.split(half, depth+1)
}

func inside(x []float64, box []interval, slack float64) bool {
	for p := range x {
		if x[p] < box[p].lo-slack || x[p] > box[p].hi+slack {
			return false
		}
	}
	return true
}

func (s *search) add(x []float64) {
	for _, y := range s.found {
		far := 0.0
		for p := range x {
			far = math.Max(far, math.Abs(x[p]-y[p])/(1+math.Abs(x[p])))
		}
		if far < apart {
			return
		}
	}
	s.found = append(s.found, slices.Clone(x))
}

// unique reports whether a box is so small that the slopes of the gains hardly change over it
// and the Jacobian is well away from singular: then Newton's method decides.
func (s *search) unique(box []interval) bool {
	n := len(box)
	center := make([]float64, n)
	for p := range box {
		center[p] = box[p].mid()
	}
	j := s.field.jacobian(center, s.strength, s.drive)
	var lu mat.LU
	lu.Factorize(j)
	if c := lu.Cond(); !(c < 1e6) {
		return false
	}
	inverse := mat.NewDense(n, n, nil)
	if lu.SolveTo(inverse, false, identity(n)) != nil {
		return false
	}
	// Over all corners the preconditioned Jacobian must stay near the identity.
	corner := make([]float64, n)
	for mask := range 1 << n {
		for p := range corner {
			if corner[p] = box[p].lo; mask>>p&1 == 1 {
				corner[p] = box[p].hi
			}
		}
		var product mat.Dense
		product.Mul(inverse, s.field.jacobian(corner, s.strength, s.drive))
		product.Sub(&product, identity(n))
		if mat.Norm(&product, math.Inf(1)) > 0.1 {
			return false
		}
	}
	return s.flat(box)
}

// flat reports whether no gain goes through a turn inside the box that its corners do not show.
func (s *search) flat(box []interval) bool {
	for p := range box {
		steepest := 0.0
		for _, population := range s.field.Populations {
			if k := population.Gain.Steepest(); !math.IsInf(k, 1) {
				lo, hi := population.Gain.Range()
				steepest = math.Max(steepest, k/(hi-lo))
			}
		}
		reach := 0.0
		for q := range box {
			reach += math.Abs(s.strength[p][q]) * box[q].width()
		}
		if steepest*math.Max(reach, box[p].width()) > 0.1 {
			return false
		}
	}
	return true
}

func identity(n int) *mat.Dense {
	out := mat.NewDense(n, n, nil)
	for i := range n {
		out.Set(i, i, 1)
	}
	return out
}

// newton improves x to a state and reports success.
func (s *search) newton(x []float64) bool {
	n := len(x)
	point := make([]interval, n)
	for range 60 {
		r := mat.NewVecDense(n, nil)
		size := 0.0
		for p := range x {
			point[p] = interval{x[p], x[p]}
		}
		for p := range x {
			v := s.residual(p, point).mid()
			r.SetVec(p, v)
			size = math.Max(size, math.Abs(v))
		}
		if size == 0 {
			return true
		}
		var d mat.VecDense
		if d.SolveVec(s.field.jacobian(x, s.strength, s.drive), r) != nil {
			return size < 1e-12
		}
		moved := 0.0
		for p := range x {
			x[p] -= d.AtVec(p)
			moved = math.Max(moved, math.Abs(d.AtVec(p))/(1+math.Abs(x[p])))
		}
		if moved < 1e-14 {
			return true
		}
		if !(moved < 1e6) {
			return false
		}
	}
	return false
}

// jacobian returns the derivative of the right-hand side at homogeneous values when the kernels act
// with the given strengths.
func (f Field) jacobian(values []float64, strength [][]float64, drive []float64) *mat.Dense {
	n := len(values)
	j := mat.NewDense(n, n, nil)
	for p, population := range f.Populations {
		if f.Form == neuralfield.Potential {
			for q, sender := range f.Populations {
				j.Set(p, q, strength[p][q]*sender.Gain.Slope(values[q]))
			}
			j.Set(p, p, j.At(p, p)-1)
			continue
		}
		input := drive[p]
		for q := range values {
			input += f.Weight(p, q, 0) * values[q]
		}
		free := 1 - population.Absence*values[p]
		for q := range values {
			j.Set(p, q, free*population.Gain.Slope(input)*strength[p][q])
		}
		j.Set(p, p, j.At(p, p)-1-population.Absence*population.Gain.At(input))
	}
	return j
}

// Growth returns the growth rates of waves of wave number k on a homogeneous steady state, descending in
// real part: the eigenvalues of the linearisation, in which ŵ(k) stands for each kernel.
func (f Field) Growth(values []float64, k float64) []complex128 {
	strength := make([][]float64, len(values))
	for p := range strength {
		strength[p] = make([]float64, len(values))
		for q := range strength[p] {
			strength[p][q] = f.Weight(p, q, k)
		}
	}
	var e mat.Eigen
	if !e.Factorize(f.jacobian(values, strength, f.drives()), mat.EigenNone) {
		panic("neuralfield: eigenvalues did not converge")
	}
	out := e.Values(nil)
	slices.SortFunc(out, func(a, b complex128) int {
		switch {
		case real(a) > real(b):
			return -1
		case real(a) < real(b):
			return 1
		}
		return int(math.Copysign(1, cmplx.Phase(b)-cmplx.Phase(a)))
	})
	return out
}
