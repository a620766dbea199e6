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
	switch hybrid := s.law.kappa > 0; {
	case !hybrid && s.problem.B > 0 && s.sinceStart >= 15 && s.kappa*n > 1 && n > s.lastRate:
		s.law.kappa = s.kappa
		s.h *= 1 + s.kappa*n
		s.now.w = n / (1 + s.kappa*n)
		s.memory.n = 0
	case hybrid && s.kappa*n < 0.5:
		s.h /= 1 + s.kappa*n
		s.law.kappa, s.now.w = 0, n
	}
	s.lastRate = n
}

// rate returns N = w/(1 − κw).
func rate(w, kappa float64) float64 { return w / (1 - kappa*w) }

// memory keeps the last points (σ, q) of a solution that may be blowing up.
type memory struct {
	sigma, q [6]float64
	n        int
}

func (m *memory) add(sigma, q float64) {
	copy(m.sigma[1:], m.sigma[:])
	copy(m.q[1:], m.q[:])
	m.sigma[0], m.q[0] = sigma, q
	m.n++
}

// falling reports whether q fell at each of the last n steps.
func (m *memory) falling(n int) bool {
	if m.n <= n {
		return false
	}
	for i := range min(n, len(m.q)-1) {
		if m.q[i] >= m.q[i+1] {
			return false
		}
	}
	return true
}

// ahead is what lies between the last point and the zero of q.
type ahead struct{ sigma, time, fired float64 }

// extrapolate fits, near the zero σ* of q,
//
//	σ* − σ = A q ln(1/q) + B q + C q² ln(1/q) + …
//
// (q = 1/(1 + κN), and t* − t ~ q² ln(1/q)) with the given number of points and
// as many terms, and integrates it to the zero. ok is false when the points do
// not determine a zero ahead.
func (m *memory) extrapolate(points int, kappa float64) (a ahead, ok bool) {
	if m.n < points {
		return a, false
	}
	var rows [6][7]float64
	for i := range points {
		q := m.q[i]
		l := math.Log(1 / q)
		terms := [6]float64{1, q * l, q, q * q * l, q * q, q * q * q}
		for j := range points {
			rows[i][j] = terms[j]
			if terms[j] != 0 && j > 0 {
				rows[i][j] = -terms[j]
			}
		}
		rows[i][points] = m.sigma[i] - m.sigma[0]
	}
	c, ok := eliminate(&rows, points)
	if !ok || !(c[0] > 0) {
		return a, false
	}
	q := m.q[0]
	l := math.Log(1 / q)
	// ∫_0^q q dσ for each term.
	integrals := [6]float64{0, q * q * (l/2 - 0.25), q * q / 2, q * q * q * (2*l/3 - 1./9), 2 * q * q * q / 3, 0.75 * q * q * q * q}
	a.sigma = c[0]
	for j := 1; j < points; j++ {
		a.time += c[j] * integrals[j]
	}
	a.fired = (a.sigma - a.time) / kappa
	return a, a.time >= 0 && a.time < a.sigma
}

// eliminate solves the n×n system in the first n columns of rows with partial
// pivoting; column n is the right-hand side.
func eliminate(rows *[6][7]float64, n int) (x [6]float64, ok bool) {
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
