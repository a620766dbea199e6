package spectral

import "math"

// The clock. Time t and the count E = ∫N dt of spikes per neuron are both slow
// where the other is fast, so the equation is integrated in
//
//	dσ = (1 + κN) dt = dt + κ dE,   dt/dσ = q = 1 − κw,   dE/dσ = w = N/(1 + κN).
//
// Nothing is singular at a blow-up: q falls through zero while everything else
// is smooth. κ makes κN of order one at the rates of the problem.
//
// With κ = 0 the clock is t. It serves while the rate is low, and right after a
// start: there the density is rough, and q, which multiplies the diffusion, would
// couple the error of N to the roughest part of it.
func clockScale(p Problem) float64 {
	l := p.Law
	speed := math.Sqrt(l.A0) + math.Abs(l.Input().At(0))
	return math.Min(1, l.Gap()/speed)
}

// chooseClock switches between t and the hybrid clock: to the latter when an
// excitatory network fires fast and faster, back when it calmed down.
func (s *Solver) chooseClock() {
	n := rate(s.now.w, s.law.kappa)
	if s.rising++; n <= s.lastRate {
		s.rising = 0
	}
	s.lastRate = n
	switch hybrid := s.law.kappa > 0; {
	case !hybrid && s.problem.B > 0 && !s.escapes() && s.sinceStart >= 15 && s.rising >= 5 && s.kappa*n > 1:
		s.law.kappa = s.kappa
		s.h *= 1 + s.kappa*n
		s.now.w = n / (1 + s.kappa*n)
		s.memory.n = 0
	case hybrid && s.kappa*n < 0.5:
		s.plainClock()
	}
}

// plainClock goes over to the clock t.
func (s *Solver) plainClock() {
	n := rate(s.now.w, s.law.kappa)
	s.h /= 1 + s.law.kappa*n
	s.law.kappa, s.now.w = 0, n
}

// rate returns N = w/(1 − κw).
func rate(w, kappa float64) float64 { return w / (1 - kappa*w) }

// memory keeps points (σ, q) of a solution that may be blowing up: the last, and
// before it points at which q was about twice that of the next.
type memory struct {
	sigma, q [6]float64
	n        int // points kept
	fallen   int // steps for which q has fallen
}

func (m *memory) add(sigma, q float64) {
	switch {
	case m.n > 0 && q >= m.q[0]:
		m.n, m.fallen = 0, 0
	case m.n > 1 && m.q[0] > m.q[1]/2: // the last point is still close to the one before
		m.fallen++
	default:
		copy(m.sigma[1:], m.sigma[:])
		copy(m.q[1:], m.q[:])
		m.n = min(m.n+1, len(m.q))
		m.fallen++
	}
	m.sigma[0], m.q[0] = sigma, q
	m.n = max(m.n, 1)
}

// ahead is what lies between the last point and the zero of q.
type ahead struct{ sigma, time, fired float64 }

// extrapolate fits, near the zero σ* of q,
//
//	σ* − σ = A q√L + B q + C q/√L + D q²,   L = ln(1/q),
//
// with as many points as unknowns (4 or 5), and integrates the fit to the zero. The first three
// terms follow a slowly varying (σ* − σ)/q, which grows like a power of the
// logarithm. ok is false when the points do not determine a zero ahead.
func (m *memory) extrapolate(points int, kappa float64) (a ahead, ok bool) {
	if m.n < points {
		return a, false
	}
	var rows [5][6]float64
	for i := range points {
		t := blowUpTerms(m.q[i])
		rows[i][0] = 1
		for j := 1; j < points; j++ {
			rows[i][j] = -t[j-1]
		}
		rows[i][points] = m.sigma[i] - m.sigma[0]
	}
	c, ok := eliminate(&rows, points)
	if !ok || !(c[0] > 0) {
		return a, false
	}
	a.sigma = c[0]
	// t* − t = ∫ q dσ = q (σ* − σ) − ∫_0^q (σ* − σ) dq, by Simpson's rule in
	// pieces that halve (the integrand is nearly linear in q).
	hi := m.q[0]
	a.time = hi * a.sigma
	for range 20 {
		lo := hi / 2
		a.time -= (hi - lo) / 6 * (fitted(&c, points, lo) + 4*fitted(&c, points, (lo+hi)/2) + fitted(&c, points, hi))
		hi = lo
	}
	a.fired = (a.sigma - a.time) / kappa
	return a, a.time > 0 && a.time < a.sigma
}

// blowUpTerms returns the terms of the fit.
func blowUpTerms(q float64) [4]float64 {
	root := math.Sqrt(math.Log(1 / q))
	return [4]float64{q * root, q, q / root, q * q}
}

// fitted returns σ* − σ of the fit at q.
func fitted(c *[5]float64, points int, q float64) float64 {
	sum := 0.0
	for j, t := range blowUpTerms(q) {
		if j+1 < points {
			sum += c[j+1] * t
		}
	}
	return sum
}

// eliminate solves the n×n system in the first n columns of rows with partial
// pivoting; column n is the right-hand side.
func eliminate(rows *[5][6]float64, n int) (x [5]float64, ok bool) {
	for k := range n {
		top := k
		for i := k + 1; i < n; i++ {
			if math.Abs(rows[i][k]) > math.Abs(rows[top][k]) {
				top = i
			}
		}
		rows[k], rows[top] = rows[top], rows[k]
		if rows[k][k] == 0 {
			return x, false
		}
		for i := k + 1; i < n; i++ {
			f := rows[i][k] / rows[k][k]
			for j := k; j <= n; j++ {
				rows[i][j] -= f * rows[k][j]
			}
		}
	}
	for k := n - 1; k >= 0; k-- {
		x[k] = rows[k][n]
		for j := k + 1; j < n; j++ {
			x[k] -= rows[k][j] * x[j]
		}
		x[k] /= rows[k][k]
	}
	return x, true
}
