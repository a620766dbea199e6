package mfield

import "math"

const implicit = 1 - math.Sqrt2/2 // γ of the two-stage method

// clock is the variable that a step advances. In σ, dσ = (1 + Σ κ_p N_p) dt, N → ∞ is the regular point
// dt/dσ = 0, where every flux is bilinear in the densities and the unknowns θ_p = N_p dt/dσ.
type clock int

const (
	plain   clock = iota // t, θ = N
	dilated              // σ, θ = N dt/dσ
)

// clock returns the clock of adaptive steps.
func (s *finiteVolumes) clock() clock {
	if s.options.step > 0 || !s.feeds() {
		return plain
	}
	return dilated
}

// feeds reports whether the activity feeds itself without a delay, so that it could blow up.
func (s *finiteVolumes) feeds() bool {
	for _, k := range s.kappa {
		if k > 0 {
			return true
		}
	}
	return false
}

// pace returns dt/dσ in the present state.
func (s *finiteVolumes) pace() float64 {
	sum := 1.0
	for _, p := range s.pools {
		sum += s.kappa[p.index] * p.rate
	}
	return 1 / sum
}

// exchangeIn returns the coupling in a clock, with the present unknowns.
func (s *finiteVolumes) exchangeIn(c clock) exchange {
	x := exchange{alpha: 1, theta: s.theta, kappa: s.none}
	if c == dilated {
		x.kappa = s.kappa
		for q, k := range s.kappa {
			x.alpha -= k * s.theta[q]
		}
	}
	return x
}

// solve solves the stage that ends at time since + span·dt/dσ,
//
//	to = from + span·(flux in − flux out),   θ = what leaves at, or above, V_F
//
// in every population, by Newton's method on all masses and θ with the exact Jacobian: for each population a tridiagonal
// M-matrix bordered by one column for each θ and one row. The fields to and theta hold the guess and
// receive the solution. Each flux is computed once and used on both of its sides,
// so the residuals sum to the defect of mass, and the last, tiny correction
// removes it: mass is conserved to rounding. It returns dt/dσ and reports success.
func (s *finiteVolumes) solve(c clock, since, span float64) (alpha float64, solved bool) {
	for range 14 {
		x := s.exchangeIn(c)
		for _, p := range s.pools {
			p.feel(x, since, span)
			p.evaluate(p.to)
			p.eliminate(s.closure.row(p.index), x.theta[p.index], span)
		}
		s.closure.solve(s.dTheta)
		change := 0.0
		for _, p := range s.pools {
			change += p.substitute(s.dTheta, span)
		}
		move, close, sane := s.judge(x)
		if !sane || math.IsNaN(change) {
			return 0, false
		}
		for _, p := range s.pools {
			for i, d := range p.delta {
				p.to[i] += move * d
			}
			old := s.theta[p.index]
			s.theta[p.index] = math.Max(old/4, old+move*s.dTheta[p.index])
		}
		if close && move == 1 && change < 1e-8 {
			x = s.exchangeIn(c)
			for _, p := range s.pools {
				p.settle(x, since, span)
			}
			return x.alpha, true
		}
	}
	return 0, false
}

// lost is the part of the floor of a rate below which it moves nothing, and may go where it likes above 0.
const lost = 1e-10

// judge returns the part of the correction dTheta that stays inside θ ≥ 0 and dt/dσ > 0, and whether the whole of it is so small that no
// other is needed.
func (s *finiteVolumes) judge(x exchange) (move float64, close, sane bool) {
	move, close, sane = 1, true, true
	fall := 0.0 // of dt/dσ
	for q, d := range s.dTheta {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			sane = false
		}
		fall += x.kappa[q] * d
		if x.theta[q] > lost*x.alpha*s.pools[q].floor && x.theta[q]+d < 0 {
			move = math.Min(move, -0.75*x.theta[q]/d)
		}
		scale := math.Max(x.theta[q], x.alpha*s.pools[q].floor)
		close = close && math.Abs(d) < 1e-7*scale
	}
	if fall > 0.75*x.alpha {
		move = math.Min(move, 0.75*x.alpha/fall)
	}
	return move, close && math.Abs(fall) < 1e-7*x.alpha, sane
}

// eliminate makes the forward sweep for the masses of one population and writes its row of the closure: the
// coefficients of δθ and, last, the right-hand side. The pivot of cell i is excess + what leaves to the right, and the excess follows
// from sums and products of positive numbers: no cancellation, however long the step. Columns begin with one of zeros.
func (p *pool) eliminate(row []float64, theta, span float64) {
	x, per, n := &p.felt, p.mesh.per, len(p.to)
	unknowns := len(x.dStill)
	from, to, delta, inverse := p.from[:n], p.to[:n], p.delta[:n], p.inverse[:n]
	flux, up, down := p.flux[:n+1], p.up[:n+1], p.down[:n+1]
	in, last, before, excess := 0.0, 0.0, 0.0, 0.0 // before is 1/pivot of the cell below, excess over its pivot
	for i := range n {
		out := flux[i+1]
		ratio := 0.0 // minus the sub-diagonal over the pivot
		if i > 0 {
			ratio = span * up[i] * per[i-1] * before
		}
		own := 1 + span*down[i]*per[i]*excess
		d := from[i] + span*(in-out) - to[i]
		if i >= p.mesh.fire {
			own += span * x.sink
			d -= span * x.sink * to[i]
		}
		last = d + ratio*last
		delta[i] = last
		before = 1 / (own + span*up[i+1]*per[i])
		excess, inverse[i] = own*before, before
		if in = out; i+1 == p.mesh.reset {
			in += x.source
		}
		k := i * unknowns
		bend, column := p.bend[k:k+2*unknowns], p.column[k:k+2*unknowns]
		for q := range unknowns {
			column[unknowns+q] = span*(bend[unknowns+q]-bend[q]) + ratio*column[q]
		}
		if i == p.mesh.reset || i >= p.mesh.fire {
			p.enterOrLeave(i, span)
		}
	}
	if p.mesh.fire < n {
		p.closeAbove(row, theta, span)
		return
	}
	// What leaves through V_F: −up·δm/w + Σ (1 − bend)·δθ = flux − θ.
	out := up[n] * per[n-1] * before
	for q := range unknowns {
		row[q] = out*p.column[n*unknowns+q] - p.bend[n*unknowns+q]
	}
	row[p.index]++
	row[unknowns] = flux[n] - theta + out*last
}

// enterOrLeave adds the derivatives of the source at V_R and of the sink above V_F to the columns of a cell.
func (p *pool) enterOrLeave(i int, span float64) {
	x, unknowns := &p.felt, len(p.felt.dStill)
	column := p.column[(i+1)*unknowns:]
	for q := range unknowns {
		if i == p.mesh.reset {
			column[q] -= span * x.dSource[q]
		}
		if i >= p.mesh.fire {
			column[q] += span * x.dSink[q] * p.to[i]
		}
	}
}

// closeAbove solves backwards for the cells above V_F, in place, and writes the closure: what leaves
// above V_F is sink·Σm there.
func (p *pool) closeAbove(row []float64, theta, span float64) {
	x, n := &p.felt, len(p.to)
	unknowns := len(x.dStill)
	clear(row)
	mass, more := 0.0, 0.0
	for i := n - 1; i >= p.mesh.fire; i-- {
		column := p.column[(i+1)*unknowns:]
		if i < n-1 {
			above := span * p.down[i+1] * p.mesh.per[i+1]
			p.delta[i] += above * p.delta[i+1]
			for q := range unknowns {
				column[q] += above * column[unknowns+q]
			}
		}
		p.delta[i] *= p.inverse[i]
		mass += p.to[i]
		more += p.delta[i]
		for q := range unknowns {
			column[q] *= p.inverse[i]
			row[q] += x.sink * column[q]
		}
	}
	for q := range unknowns {
		row[q] -= x.dSink[q] * mass
	}
	row[p.index]++
	row[unknowns] = x.sink*(mass+more) - theta
}

// substitute solves backwards: delta becomes the correction of the masses for those of θ. It returns Σ|δm|.
func (p *pool) substitute(dTheta []float64, span float64) (change float64) {
	per, n, unknowns := p.mesh.per, len(p.delta), len(dTheta)
	next := 0.0
	for i := n - 1; i >= p.mesh.fire; i-- { // solved already
		next = p.delta[i]
		for q, by := range dTheta {
			next -= p.column[(i+1)*unknowns+q] * by
		}
		p.delta[i] = next
		change += math.Abs(next)
	}
	above := 0.0
	if p.mesh.fire < n {
		above = span * p.down[p.mesh.fire] * per[p.mesh.fire]
	}
	delta, inverse, down := p.delta[:n], p.inverse[:n], p.down[:n+1]
	for i := p.mesh.fire - 1; i >= 0; i-- {
		d := delta[i] + above*next
		column := p.column[(i+1)*unknowns : (i+2)*unknowns]
		for q, by := range dTheta {
			d -= column[q] * by
		}
		next = d * inverse[i]
		above = span * down[i] * per[i]
		delta[i] = next
		change += math.Abs(next)
	}
	return change
}

// smooth solves with the matrix of the last stage in place of delta.
func (p *pool) smooth(span float64) {
	per, n := p.mesh.per, len(p.delta)
	for i := 1; i < n; i++ {
		p.delta[i] += span * p.up[i] * per[i-1] * p.inverse[i-1] * p.delta[i-1]
	}
	p.delta[n-1] *= p.inverse[n-1]
	for i := n - 2; i >= 0; i-- {
		p.delta[i] = (p.delta[i] + span*p.down[i+1]*per[i+1]*p.delta[i+1]) * p.inverse[i]
	}
}

// linear is a small system of equations, a row for each unknown with the right-hand side at its end.
type linear struct {
	size int
	rows []float64
}

func newLinear(size int) linear { return linear{size, make([]float64, size*(size+1))} }

func (l linear) row(k int) []float64 { return l.rows[k*(l.size+1) : (k+1)*(l.size+1)] }

// solve eliminates with row pivoting, in place, fills x and returns the determinant; with 0, x is not finite.
func (l linear) solve(x []float64) (det float64) {
	det = 1
	for k := range l.size {
		best := k
		for i := k + 1; i < l.size; i++ {
			if math.Abs(l.row(i)[k]) > math.Abs(l.row(best)[k]) {
				best = i
			}
		}
		top, other := l.row(k), l.row(best)
		if best != k {
			det = -det
			for j := range top {
				top[j], other[j] = other[j], top[j]
			}
		}
		det *= top[k]
		for i := k + 1; i < l.size; i++ {
			r := l.row(i)
			by := r[k] / top[k]
			for j := k; j <= l.size; j++ {
				r[j] -= by * top[j]
			}
		}
	}
	for k := l.size - 1; k >= 0; k-- {
		r := l.row(k)
		x[k] = r[l.size]
		for j := k + 1; j < l.size; j++ {
			x[k] -= r[j] * x[j]
		}
		x[k] /= r[k]
	}
	return det
}
