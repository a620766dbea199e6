package mfield

import (
	"context"
	"fmt"
	"math"

	"lapicque/neuron"
)

// finiteVolumes is the conservative, positive scheme for a circuit: Scharfetter–Gummel fluxes in
// v, an L-stable diagonally implicit Runge–Kutta method of second order in time
// (or implicit Euler), all rates without a delay coupled implicitly in every stage.
type finiteVolumes struct {
	circuit Circuit
	options Options
	told    []State // to OnStates

	pools   []*pool
	kappa   []float64 // of the clock σ; > 0 where activity feeds itself
	time    float64
	stepped bool
	steps   int
	tries   int
	last    clock // of the last accepted step
	trail   trail // the last points of the clock σ
	next    float64

	ahead   *ahead          // a jump that is certain, nil without one
	blowUps []CircuitBlowUp // so far
	half    *half           // the same solution on half the cells
	ended   error           // what ended the solution: *CircuitBlowUp or *Eternal

	theta, dTheta, none []float64 // the unknowns of Newton's method beside the masses; zeros
	closure             linear
}

// datum is a law that a solution can start from: an initial one (neuron.Initial
// has these methods) or what a jump leaves behind.
type datum interface {
	CDF(v float64) float64
	Density(v float64) float64
	Atoms() []neuron.Atom
	Breaks() []float64
}

// newFiniteVolumes returns the solver of a circuit, past being the rates before time 0.
func newFiniteVolumes(c Circuit, initials []neuron.Initial, past []float64, o Options) (*finiteVolumes, error) {
	size := len(c.Populations)
	s := &finiteVolumes{circuit: c, options: o, half: &half{initials: initials, past: past}, closure: newLinear(size)}
	s.kappa, s.theta = make([]float64, size), make([]float64, size)
	s.dTheta, s.none = make([]float64, size), make([]float64, size)
	starts := make([]origin, size)
	for k := range size {
		s.pools = append(s.pools, newPool(c, k, past))
		starts[k] = origin{law: initials[k], total: 1}
	}
	s.mark(neuron.Mark{})
	if err := s.begin(starts); err != nil {
		return nil, err
	}
	return s, nil
}

// origin is the law from which a population goes on, with the mass that follows it; without a law the masses stay.
type origin struct {
	law   datum
	total float64
}

// begin starts from laws at the present time, on meshes made for them.
func (s *finiteVolumes) begin(starts []origin) error {
	s.follow()
	at := make([]float64, len(s.pools)) // fires at once
	for k, p := range s.pools {
		if starts[k].law == nil {
			p.edge = 0
			continue
		}
		at[k] = starts[k].total * p.atThreshold(starts[k].law)
	}
	for k, p := range s.pools {
		if starts[k].law != nil {
			p.lay(starts[k].law, s, starts[k].total, p.kick(at))
		}
	}
	s.stepped, s.last, s.trail = false, plain, trail{}
	s.scale()
	if s.ignites(at) {
		s.ahead = &ahead{time: s.time}
		return nil
	}
	for k, p := range s.pools {
		if at[k] > 0 {
			s.discharge(p, at[k], p.kick(at))
		}
	}
	if !s.startRates() {
		return s.rateless()
	}
	s.next = s.shortest()
	return nil
}

// scale sets the scales of the clock.
func (s *finiteVolumes) scale() {
	for q := range s.kappa {
		s.kappa[q] = 0
		for _, p := range s.pools {
			if !p.law.Firing.Escapes() && !s.pools[q].law.Firing.Escapes() {
				s.kappa[q] = math.Max(s.kappa[q], p.b[q]/p.speed)
			}
		}
		if p := s.pools[q]; !p.law.Firing.Escapes() {
			s.kappa[q] = math.Max(s.kappa[q], p.law.A1/p.law.A0)
		}
	}
}

// kick returns Σ b x without what excites: what those at V_F, who fire at once, do to the others.
func (p *pool) kick(x []float64) (sum float64) {
	for q, b := range p.b {
		sum += math.Min(0, b) * x[q]
	}
	return sum
}

// discharge lets the mass at V_F, moved by a kick, fire at once.
func (s *finiteVolumes) discharge(p *pool, at, kick float64) {
	p.mesh.share(p.mass, p.law.Threshold+kick, -at)
	p.fired += at
	s.impulse(p.index, at)
	if p.law.Refractory.Law != neuron.NoRefractory {
		p.resting += at
		return
	}
	if s.circuit.Rule == neuron.Hard {
		kick = 0
	}
	p.mesh.share(p.mass, p.law.Reset+kick, at)
}

// shortest returns the first step after what is not smooth.
func (s *finiteVolumes) shortest() float64 {
	h := math.Inf(1)
	for _, p := range s.pools {
		h = math.Min(h, p.shortest())
	}
	return h
}

// follow takes up the pieces of the currents at the present time. After a jump N goes
// on like √t, so steps begin anew.
func (s *finiteVolumes) follow() {
	for _, p := range s.pools {
		for s.time >= p.input.Until {
			if p.input.Jump && p.mesh != nil {
				s.stepped, s.next = false, s.shortest()
			}
			s.markEnd(p.input)
			p.input = p.law.Input().Piece(p.input.Until)
		}
	}
}

// rateless says what it means that no rate agrees with the masses.
func (s *finiteVolumes) rateless() error {
	noisy := false
	for _, p := range s.pools {
		noisy = noisy || p.law.A1 > 0
		p.rate = 0
		if math.IsInf(p.law.Threshold*p.law.Threshold, 0) {
			return neuron.Faults{{Field: "coupling.b", Value: s.circuit.B, Accepted: "numbers of a size that a grid can hold: no rate at t = 0 was found"}}
		}
	}
	switch {
	case !s.feeds():
		return neuron.Faults{{Field: "coupling.b", Value: s.circuit.B, Accepted: "numbers of a size that a grid can hold: no rate at t = 0 was found"}}
	case noisy:
		return neuron.Faults{{Field: "initial", Value: "a density too large at V_F",
			Accepted: "with a1 > 0 a law that vanishes there: the noise that the first spikes make would fire a finite part of the network at t = 0"}}
	}
	s.ahead = &ahead{time: s.time}
	return nil
}

// atThreshold returns the mass of the atom at V_F, which fires at time 0.
func (p *pool) atThreshold(law datum) float64 {
	if p.law.Firing.Escapes() {
		return 0
	}
	return atThreshold(p.law.Threshold, law)
}

func atThreshold(threshold float64, law datum) float64 {
	for _, a := range law.Atoms() {
		if a.Potential >= threshold {
			return a.Mass
		}
	}
	return 0
}

// startRates finds the rates that agree with the masses: the smallest root of
// N = flux(N) through V_F, or above it, by Newton's method from 0. It reports false when there is none.
// With excitation alone the flux is convex and grows with each rate, so the method climbs to the smallest root.
func (s *finiteVolumes) startRates() bool {
	clear(s.theta)
	for range 60 {
		x := s.exchangeIn(plain)
		for _, p := range s.pools {
			p.from, p.to, p.restFrom = p.mass, p.mass, p.resting
			p.feel(x, s.time, 0)
			p.evaluate(p.mass)
			p.eliminate(s.closure.row(p.index), x.theta[p.index], 0)
		}
		if det := s.closure.solve(s.dTheta); !(det > 0) {
			return false
		}
		done := true
		for q, d := range s.dTheta {
			s.theta[q] += d
			done = done && math.Abs(d) <= 1e-14*math.Abs(s.theta[q])
		}
		if done {
			for q, p := range s.pools {
				p.rate = math.Max(s.theta[q], 0)
			}
			return true
		}
	}
	return false
}

// Advance integrates to exactly the time until, as Solver.Advance says.
func (s *finiteVolumes) Advance(ctx context.Context, until float64) error {
	if math.IsNaN(until) || until < s.time {
		panic(fmt.Sprintf("mfield: Advance to %v from %v", until, s.time))
	}
	for s.time < until || s.ahead != nil && s.ahead.time <= until {
		if s.ended != nil {
			return s.ended
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.proceed(ctx, until); err != nil {
			return err
		}
		if err := s.tell(); err != nil {
			return err
		}
	}
	return s.ended
}

// proceed makes one step, or goes through the jump ahead. In the last moments
// before that, which are extrapolated, the state stands still.
func (s *finiteVolumes) proceed(ctx context.Context, until float64) error {
	switch {
	case s.ahead == nil:
		return s.advanceOnce(until)
	case s.ahead.time > until:
		s.time = until
		return nil
	}
	return s.explode(ctx)
}

// tell hands the present state to who asked for each step.
func (s *finiteVolumes) tell() error {
	switch {
	case s.options.OnStep != nil:
		return s.options.OnStep(s.pools[0].state(s.time))
	case s.options.OnStates != nil:
		s.told = s.states(s.told[:0])
		return s.options.OnStates(s.told)
	}
	return nil
}
