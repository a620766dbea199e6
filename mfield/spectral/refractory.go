package spectral

import (
	"math"

	"lapicque/neuron"
)

// A neuron that fires may leave into the refractory state. The fraction R of the network
// that is in it follows, in the clock of clock.go,
//
//	dR/dσ = w − g,  g = q(ρR + S(t)),
//
// and g restarts at V_R in place of w: ρ = 1/τ and S = 0 when the time there is exponential (Cáceres and
// Perthame 2014), ρ = 0 and S = N(t − τ) when it is fixed (Brunel 2000), a known function of time on every step of length ≤ τ.
// ∫n + R never changes.
//
// R is one more unknown of a step, eliminated by hand like time. With G = g + g_t (q + s z_t)/s, c = g_w − κ g_t/s and
// θ = g_R/(s + g_R) a stage has
//
//	(s + g_R) U_R = w − G + s z_R + (1 − c) U_w,
//	what restarts = G + g_R U_R + c U_w = (1 − θ)G + θ(w + s z_R) + (c + θ(1 − c)) U_w.
type refractory struct {
	on    bool
	rho   float64
	late  *neuron.Activity // N(t − τ), nil when the time is exponential
	owed  float64          // S is that much more, see settleUp
	exact float64          // fixed: R by its definition, ∫ N over the last τ

	slope, w, stay, sum float64 // g_t, 1 − c, 1 − θ and s + g_R of linearise
	known               float64 // w − G + s z_R of a stage
}

// newRefractory returns the state of a law. A fixed time below negligible, in which N hardly changes, is taken as an
// exponential one of the same mean: what returns then differs by τ²N″/2.
func newRefractory(r neuron.Refractory, negligible float64) (a refractory) {
	switch {
	case r.Law == neuron.FixedRefractory && r.Tau > negligible:
		a.on, a.late = true, neuron.NewActivity(r.Tau, 0)
	case r.Law != neuron.NoRefractory:
		a.on, a.rho = true, 1/r.Tau
	}
	return a
}

// source returns g/q and its derivative in time.
func (a *refractory) source(y *state) (g, slope float64) {
	if a.late == nil {
		return a.rho * y.refractory, 0
	}
	g, slope = a.late.Arriving(y.time)
	return g + a.owed, slope
}

// linearise works out the constants of a step from y and returns what of the spikes does
// not restart, per unit of w.
func (a *refractory) linearise(y *state, s, q, kappa float64) float64 {
	g, slope := a.source(y)
	a.slope = q * slope
	a.w = 1 + kappa*(g+a.slope/s)
	a.sum = s + q*a.rho
	a.stay = s / a.sum
	return a.stay * a.w
}

// stage returns what restarts less w at a stage at y, whose z is given and
// whose time moves by rt/s if w does not.
func (a *refractory) stage(y, z *state, s, q, rt float64) float64 {
	g, _ := a.source(y)
	back := q*g + a.slope*rt/s - y.w
	a.known = s*z.refractory - back
	return a.stay*back + (1-a.stay)*s*z.refractory
}

// gained returns what R gains over its z in the stage if w does not change, and share what it gains per unit of U_w.
func (a *refractory) gained(z *state) float64 {
	if !a.on {
		return 0
	}
	return a.known/a.sum - z.refractory
}

func (a *refractory) share() float64 {
	if !a.on {
		return 0
	}
	return a.w / a.sum
}

// increment returns U_R, given U_w.
func (a *refractory) increment(w float64) float64 { return (a.known + a.w*w) / a.sum }

// With a fixed time what returned over a step is a quadrature of N(t − τ), and R drifts from ∫N over the last τ.
// settleUp, after a step from y0 to y1, works out by how much, and lets it return over the next τ.
func (a *refractory) settleUp(y0, y1 *state) {
	if a.late == nil {
		return
	}
	a.exact += y1.fired - y0.fired - a.late.Filtered(0, y0.time, y1.time-y0.time)
	a.owed = (y1.refractory - a.exact) / a.late.Delay()
}

// leave lets a fraction x of the network fire at one instant.
func (s *Solver) leave(x float64) {
	s.now.fired += x
	if s.away.on {
		s.now.refractory += x
		s.away.exact += x
	}
}

// comeBack lets those who fired at one instant return at one instant: an atom at V_R.
func (s *Solver) comeBack() {
	a := s.away.late
	for a != nil && a.Next() <= s.now.time {
		m := a.Arrive()
		if m.Impulse > 0 {
			s.cloud.parts = append(s.cloud.parts, blob{s.problem.Law.Reset, 0, m.Impulse})
			s.now.refractory -= m.Impulse
			s.away.exact -= m.Impulse
		}
		s.gradeReset(m.Level)
		s.h = math.Min(s.h, firstStep*s.kappa)
	}
}

// gradeReset refines the mesh around V_R where a rate arrives that goes on like t^{(level−1)/2}: a density like
// length^level forms there, which must not be seen in N before it has diffused to V_F.
func (s *Solver) gradeReset(level int) {
	m, k := s.mesh, s.mesh.reset
	length := s.problem.Law.Gap() * float64(s.p*s.p) * math.Pow(10*s.opts.Rtol, 1/math.Max(float64(level), 1))
	if level == 0 && s.scar > 0 {
		length = math.Min(length, s.scar)
	}
	if length > m.half[k-1] && length > m.half[k] {
		return
	}
	nodes := append([]float64(nil), m.nodes[:k-1]...)
	nodes = append(nodes, gradeBetween(m.nodes[k-1], m.nodes[k], math.Inf(1), length)...)
	nodes = append(nodes, gradeBetween(m.nodes[k], m.nodes[k+1], length, math.Inf(1))...)
	s.remesh(append(nodes, m.nodes[k+1:]...))
	s.allowed, s.roughened = math.Inf(1), s.now.time
	s.mergeFrom = s.steps + mergeRest
}

// emerging returns what is not smooth when R is all there is: those who come back at V_R.
func (s *Solver) emerging() []singularity {
	if s.now.refractory == 0 {
		return nil
	}
	return []singularity{{s.problem.Law.Reset, 1e-3 * s.problem.Law.Gap()}}
}
