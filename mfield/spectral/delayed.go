package spectral

import (
	"math"

	"lapicque/neuron"
)

// With a transmission delay d > 0 the drift b N(t − d) and the noise a1 N(t − d) are known
// functions of time on every step of length ≤ d (the method of steps): for the solver they are a
// current and a noise from outside, and its own equation is linear, with b = a1 = 0. There is
// no blow-up (Cáceres, Roux, Salort and Schneider 2019).
//
// At time 0 the rate jumps, and it is infinite if the initial law does not vanish at V_F. Both arrive at d
// and leave a weaker singularity there, and so on at 2d, 3d …: the steps end at these times and
// start small after the first of them.

// delayed is the coupling through arrivals; without activity it is none.
type delayed struct {
	b, a1    float64
	activity *neuron.Activity
}

// NewDelayed prepares a solver of the problem with b N(t − delay) and a1 N(t − delay) in place of
// bN and a1 N, delay > 0, and the rate past before time 0. The rule of the problem
// plays no part; the initial law has no atom at V_F (what it fires at one instant would arrive at one instant).
// The error is neuron.Faults, or *Refused when the initial law cannot be resolved.
func NewDelayed(p Problem, delay, past float64, opts Options) (*Solver, error) {
	late := delayed{b: p.B, a1: p.Law.A1}
	p.Rule = neuron.Hard // any b
	fs, _ := p.Validate().(neuron.Faults)
	fs.Add(delay > 0 && !math.IsInf(delay, 1), "coupling.delay", delay, "a finite number > 0")
	fs.Add(past >= 0 && !math.IsInf(past, 1), "coupling.past", past, "a finite rate ≥ 0")
	if err := fs.Err(); err != nil {
		return nil, err
	}
	p.B, p.Law.A1 = 0, 0
	late.activity = neuron.NewActivity(delay, past)
	return newSolver(p, late, opts)
}

// flow is what moves a neuron that does not fire.
type flow struct {
	law  neuron.LIF
	b    float64
	late delayed
}

// over returns what happens from time t to t + dt, in which each neuron of the network
// fires de times: mean → decay·mean + drift, variance → decay²·variance + grow.
func (f *flow) over(t, dt, de float64) (decay, drift, grow float64) {
	l := f.law
	decay = math.Exp(-l.Leak * dt)
	drift = l.Input().Filtered(l.Leak, t, dt) + f.b*de*neuron.Relaxed(l.Leak, dt)/dt
	grow = 2 * (l.A0 + l.A1*de/dt) * neuron.Relaxed(2*l.Leak, dt)
	if a := f.late.activity; a != nil {
		drift += f.late.b * a.Filtered(l.Leak, t, dt)
		grow += 2 * f.late.a1 * a.Filtered(2*l.Leak, t, dt)
	}
	return decay, drift, grow
}

// drive returns the current and the noise from outside, and their derivatives, at a time t at which the external
// current and its slope are given.
func (d *delayed) drive(t, current, rising float64) (at, slope drive) {
	at.current, slope.current = current, rising
	if d.activity != nil {
		n, dn := d.activity.Arriving(t)
		at = drive{current + d.b*n, d.a1 * n}
		slope = drive{rising + d.b*dn, d.a1 * dn}
	}
	return at, slope
}

// histories returns what keeps N: for those who receive its kicks, and for those who are refractory.
func (s *Solver) histories() [2]*neuron.Activity {
	return [2]*neuron.Activity{s.free.late.activity, s.away.late}
}

// mark notes that N is not smooth at a time.
func (s *Solver) mark(m neuron.Mark) {
	for _, a := range s.histories() {
		if a != nil {
			a.Mark(m)
		}
	}
}

// silent says that nobody fired up to time t.
func (s *Solver) silent(t float64) {
	for _, a := range s.histories() {
		if a != nil {
			a.Append(t, [5]float64{}, 0)
		}
	}
}

// arrive lets the marks act that arrive at s.now: their impulses move
// everybody, and the steps start again small.
func (s *Solver) arrive() error {
	a := s.free.late.activity
	for a != nil && a.Next() <= s.now.time {
		m := a.Arrive()
		fired, err := s.kick(m.Impulse)
		if err != nil {
			return err
		}
		s.mark(neuron.Mark{Time: m.Time + a.Delay(), Impulse: fired, Level: m.Level + 1})
		if m.Level < restarts {
			s.h = min(s.h, firstStep*s.kappa)
		}
	}
	return nil
}

// approach begins a step: it is no longer than the delay and a fixed refractory time.
func (s *Solver) approach() {
	for _, a := range s.histories() {
		if a != nil {
			a.Begin(s.now.time)
			s.h = min(s.h, a.Delay())
		}
	}
}

// remember adds the rate of the last step to what will arrive.
func (s *Solver) remember() {
	var rates [5]float64
	for _, a := range s.histories() {
		if a == nil {
			continue
		}
		if rates == [5]float64{} {
			rates = s.rates(&s.before, &s.now)
		}
		a.Append(s.now.time, rates, s.now.fired-s.before.fired)
	}
	s.away.settleUp(&s.before, &s.now)
}

const (
	firstStep = 1e-6 // in units of κ, after a start
	restarts  = 4    // passages through the network after which a step need not start small
)

// rates returns N over the last step, from y0 to y1, by the dense output: powers of the fraction of
// its time. In the clock σ, which a blow-up ahead needs, it is the polynomial through five times.
func (r *stepper) rates(y0, y1 *state) (c polynomial) {
	w := r.polynomial(y0.w, y1.w, func(u *state) float64 { return u.w })
	if r.law.kappa == 0 {
		return w
	}
	time := r.polynomial(0, y1.time-y0.time, func(u *state) float64 { return u.time })
	for k := range c {
		theta := time.reach(float64(k) / 4 * (y1.time - y0.time))
		c[k] = rate(w.at(theta), r.law.kappa)
	}
	return c.through()
}

// kick lets a fraction x of the network that fired at one instant arrive, as project does
// with the spikes of a start: M u⁺ = M u + x(φ′, b u⁺ − a1 u⁺′) + fired (e_R − e_F). It is exact to x²
// and returns the fraction that fires.
func (s *Solver) kick(x float64) (fired float64, err error) {
	if math.Abs(x) < 1e-4*s.opts.Rtol {
		return 0, nil
	}
	for i := range s.cloud.parts {
		s.cloud.parts[i].mean += s.free.late.b * x
		s.cloud.parts[i].variance += 2 * s.free.late.a1 * x
	}
	r := &s.stepper
	r.law.b, r.law.a1 = s.free.late.b, s.free.late.a1
	r.set(r.c, 0, x, drive{})
	r.law.b, r.law.a1 = 0, 0
	r.factor(1)
	if err := r.outburst(!r.away.on); err != nil {
		return 0, &Refused{s.now.time, err.Error()}
	}
	change := r.at.u
	outflow := r.apply(change, s.now.u, nil, r.c, 0)
	fired = r.solve(change, outflow)
	axpy(s.now.u, 1, change)
	s.leave(fired)
	return fired, nil
}
