package continuation

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

// accuracy is the relative tolerance of the integration of cycles.
const accuracy = 1e-10

// shooting holds the equations of a periodic solution by multiple shooting (Keller 1968): with x_k the state at the time kT/M, φ(x_k; T/M, I) = x_{k+1}
// for k = 0 … M−1, one condition that fixes the phase and one that fixes the place on the branch. The unknowns
// are z = (x_0/scale, …, x_{M−1}/scale, ln T, I/span), of length nM + 2.
type shooting struct {
	ctx      context.Context
	model    membrane.Model
	n, size  int
	pieces   int // M, parts of equal duration: errors grow over one of them only
	scale    []float64
	span     float64
	current  float64     // that of the present integration
	flow     *ode.Solver // of the state, its derivatives by x_k and by I
	j, push  []float64   // Jacobian; ∂y′/∂I, which depends on nothing
	maps     []*mat.Dense
	matrix   *mat.Dense
	residual *mat.VecDense
	lu       mat.LU
}

func newShooting(ctx context.Context, m membrane.Model, span float64) *shooting {
	card := m.Card()
	n := len(card.Variables)
	pieces := 128 / n
	s := &shooting{
		ctx: ctx, model: m, n: n, size: pieces*n + 2, pieces: pieces, maps: make([]*mat.Dense, pieces), span: span, j: make([]float64, n*n), push: make([]float64, n),
	}
	for _, v := range card.Variables {
		s.scale = append(s.scale, v.Scale)
	}
	y, without := make([]float64, n), make([]float64, n)
	m.Slope(1, y, s.push)
	m.Slope(0, y, without)
	for i := range s.push {
		s.push[i] -= without[i]
	}
	for k := range s.maps {
		s.maps[k] = mat.NewDense(n, n, nil)
	}
	s.matrix, s.residual = mat.NewDense(s.size, s.size, nil), mat.NewVecDense(s.size, nil)
	s.flow = ode.New(s.variational, 0, make([]float64, n*(n+2)), ode.Options{Method: ode.DOP853, Rtol: accuracy})
	return s
}

// variational is the slope of (x, X), X the n × (n+1) matrix of the derivatives of x by its start and by I.
func (s *shooting) variational(_ float64, y, dy []float64) {
	n := s.n
	s.model.Slope(s.current, y[:n], dy[:n])
	s.model.Jacobian(y[:n], s.j)
	for i := range n {
		out := dy[n+i*(n+1) : n+(i+1)*(n+1)]
		clear(out)
		out[n] = s.push[i]
		for l, a := range s.j[i*n : (i+1)*n] {
			if a != 0 {
				for c, v := range y[n+l*(n+1) : n+(l+1)*(n+1)] {
					out[c] += a * v
				}
			}
		}
	}
}

func (s *shooting) period(z []float64) float64    { return math.Exp(z[s.size-2]) }
func (s *shooting) currentOf(z []float64) float64 { return z[s.size-1] * s.span }

// node writes x_k into dst.
func (s *shooting) node(z []float64, k int, dst []float64) {
	for i := range s.n {
		dst[i] = z[k*s.n+i] * s.scale[i]
	}
}

// weight is that of an unknown in the length along a branch.
func (s *shooting) weight(index int) float64 {
	if index < s.size-2 {
		return 1 / float64(s.pieces)
	}
	return 1
}

// dot is the scalar product of that length.
func (s *shooting) dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += s.weight(i) * a[i] * b[i]
	}
	return sum
}

// place is the condition Σ row·z = target.
type place struct {
	row    []float64
	target float64
}

// ahead is the place at a distance from z along a tangent.
func (s *shooting) ahead(z, tangent []float64, distance float64) place {
	p := place{row: make([]float64, s.size), target: s.dot(z, tangent) + distance}
	for i, t := range tangent {
		p.row[i] = s.weight(i) * t
	}
	return p
}

// under is the place with a given current.
func (s *shooting) under(current float64) place {
	p := place{row: make([]float64, s.size), target: current / s.span}
	p.row[s.size-1] = 1
	return p
}

// correct changes a guess z to a solution by Newton's method, and returns the number of its steps; false where it does not converge. The phase is
// that of the guess: Σ (x_k − guess_k)·guess′_k = 0. The factorised matrix and the maps are then those of the solution.
func (s *shooting) correct(z []float64, at place) (steps int, ok bool) {
	phase := s.phase(z)
	var move mat.VecDense
	for steps = 1; steps <= 8; steps++ {
		if !s.assemble(z, at, phase) {
			return steps, false
		}
		s.lu.Factorize(s.matrix)
		if err := s.lu.SolveVecTo(&move, false, s.residual); err != nil && !(s.lu.Cond() < 1e100) {
			return steps, false
		}
		largest := 0.0
		for i := range z {
			z[i] -= move.AtVec(i)
			largest = math.Max(largest, math.Abs(move.AtVec(i)))
		}
		switch {
		case !(largest < 0.5):
			return steps, false
		case largest < 1e-7:
			return steps, true
		}
	}
	return steps, false
}

// phase returns the condition of the phase of a guess.
func (s *shooting) phase(z []float64) place {
	p := place{row: make([]float64, s.size)}
	x, dx, size := make([]float64, s.n), make([]float64, s.n), 0.0
	for k := range s.pieces {
		s.node(z, k, x)
		s.model.Slope(s.currentOf(z), x, dx)
		for i := range s.n {
			v := dx[i] / s.scale[i]
			p.row[k*s.n+i] = v
			size = math.Hypot(size, v)
		}
	}
	for i := range p.row {
		p.row[i] /= size
		p.target += p.row[i] * z[i]
	}
	return p
}

// assemble integrates the pieces from z and fills the matrix and the residual of Newton's method.
func (s *shooting) assemble(z []float64, at, phase place) bool {
	s.matrix.Zero()
	for k := range s.pieces {
		if !s.shoot(z, k) {
			return false
		}
		s.rows(z, k)
	}
	for row, p := range []place{phase, at} {
		sum := -p.target
		for i, a := range p.row {
			s.matrix.Set(s.size-2+row, i, a)
			sum += a * z[i]
		}
		s.residual.SetVec(s.size-2+row, sum)
	}
	return true
}

// shoot integrates one piece.
func (s *shooting) shoot(z []float64, k int) bool {
	n, y := s.n, s.flow.State()
	s.current = s.currentOf(z)
	clear(y)
	s.node(z, k, y[:n])
	for i := range n {
		y[n+i*(n+1)+i] = 1
	}
	s.flow.Restart()
	return s.flow.Advance(s.ctx, s.flow.Time()+s.period(z)/float64(s.pieces)) == nil
}

// rows fills the equations of the piece integrated last.
func (s *shooting) rows(z []float64, k int) {
	n, y, slope := s.n, s.flow.State(), s.flow.Slope()
	next := (k + 1) % s.pieces
	for i := range n {
		row := k*n + i
		for l := range n {
			d := y[n+i*(n+1)+l]
			s.maps[k].Set(i, l, d)
			s.matrix.Set(row, k*n+l, d*s.scale[l]/s.scale[i])
		}
		s.matrix.Set(row, next*n+i, s.matrix.At(row, next*n+i)-1)
		s.matrix.Set(row, s.size-2, slope[i]*s.period(z)/float64(s.pieces)/s.scale[i])
		s.matrix.Set(row, s.size-1, y[n+i*(n+1)+n]*s.span/s.scale[i])
		s.residual.SetVec(row, y[i]/s.scale[i]-z[next*n+i])
	}
}

// tangent returns the unit tangent of the branch at the solution found last, in the sense in which its place advances.
func (s *shooting) tangent() []float64 {
	right := mat.NewVecDense(s.size, nil)
	right.SetVec(s.size-1, 1)
	var t mat.VecDense
	if err := s.lu.SolveVecTo(&t, false, right); err != nil && !(s.lu.Cond() < 1e100) {
		panic("continuation: no tangent at a solution")
	}
	out := t.RawVector().Data
	size := math.Sqrt(s.dot(out, out))
	for i := range out {
		out[i] /= size
	}
	return out
}
