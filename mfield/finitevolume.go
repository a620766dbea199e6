package mfield

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// finiteVolume is the conservative, positive scheme: Scharfetter–Gummel fluxes in
// v, an L-stable diagonally implicit Runge–Kutta method of second order in time
// (or implicit Euler), N coupled implicitly in every stage.
type finiteVolume struct {
	equation NNLIF
	law      neuron.LIF
	b        float64
	kappa    float64      // of the clock σ; > 0 when the activity feeds itself
	floor    float64      // rate below which errors of N are absolute
	input    neuron.Piece // the current, smooth up to input.Until
	options  Options

	mesh    *mesh
	time    float64
	mass    []float64 // in each cell
	rate    float64   // N, consistent with mass
	fired   float64
	stepped bool
	steps   int
	tries   int
	last    clock // of the last accepted step
	trail   trail // the last points of the clock σ
	next    float64

	late    delayed  // the coupling, with a delay
	ahead   *ahead   // a blow-up that is certain, nil without one
	blowUps []BlowUp // so far
	half    *half    // the same solution on half the cells
	ended   error    // what ended the solution: *BlowUp or *Eternal

	fluxes
	first, second, base, slope []float64 // stages, right-hand side, dm/dt at the present time
	delta, column, pivot       []float64 // of Newton's method
}

// datum is a law that a solution can start from: an initial one (neuron.Initial
// has these methods) or what a jump leaves behind.
type datum interface {
	CDF(v float64) float64
	Density(v float64) float64
	Atoms() []neuron.Atom
	Breaks() []float64
}

func newFiniteVolume(e NNLIF, initial neuron.Initial, o Options) (*finiteVolume, error) {
	s := &finiteVolume{equation: e, law: e.Law, b: e.B, options: o, input: e.Law.Input().Piece(0)}
	s.delay(e)
	s.half = &half{initial: initial}
	if err := s.begin(initial); err != nil {
		return nil, err
	}
	return s, nil
}

// begin starts from a law at the present time, on a mesh made for it.
func (s *finiteVolume) begin(law datum) error {
	s.follow()
	s.lay(law)
	at := atThreshold(s.law.Threshold, law) // fires at once
	push := math.Min(0, s.b) * at
	if s.b > 0 && (at > 0 || s.b*law.Density(s.law.Threshold) >= 1) {
		s.ahead = &ahead{time: s.time}
		return nil
	}
	if at > 0 {
		s.mesh.share(s.mass, s.law.Threshold+push, -at)
		if s.equation.Rule == neuron.Hard {
			push = 0
		}
		s.mesh.share(s.mass, s.law.Reset+push, at)
		s.fired = at
	}
	if s.rate = s.startRate(); math.IsNaN(s.rate) {
		s.rate = 0
		return s.rateless()
	}
	s.next = s.shortest()
	return nil
}

// shortest returns the first step after what is not smooth.
func (s *finiteVolume) shortest() float64 {
	h := s.mesh.width[len(s.mesh.width)-1]
	return 0.01 * h * h / s.law.A0
}

// follow takes up the piece of the current at the present time. After a jump N goes
// on like √t, so steps begin anew.
func (s *finiteVolume) follow() {
	for s.time >= s.input.Until {
		if s.input.Jump && s.mesh != nil {
			s.stepped, s.next = false, s.shortest()
		}
		if a := s.late.activity; a != nil {
			a.MarkEnd(s.input)
		}
		s.input = s.law.Input().Piece(s.input.Until)
	}
}

// lay makes the mesh for a law, its masses and the scales of the clock.
func (s *finiteVolume) lay(law datum) {
	e, shape := s.equation, spreadOf(s.equation, law, s.time)
	s.mesh = newMesh(e, s.options.Cells, shape)
	distance := math.Min(e.Law.Gap(), math.Max(shape.sd, e.Law.Threshold-shape.mean))
	velocity := math.Max(shape.drive, e.Law.A0/math.Max(distance, 1e-3*e.Law.Gap()))
	s.kappa = math.Max(s.b/velocity, s.law.A1/e.Law.A0)
	s.floor = 1e-5 * e.Law.A0 / (e.Law.Gap() * e.Law.Gap())
	s.allocate(len(s.mesh.width))
	s.mass = s.mesh.masses(law, shape, math.Min(0, e.B)*atThreshold(e.Law.Threshold, law))
	s.stepped, s.last, s.trail = false, plain, trail{}
}

// rateless says what it means that no rate agrees with the masses.
func (s *finiteVolume) rateless() error {
	switch {
	case !(s.b > 0) || math.IsInf(s.law.Threshold*s.law.Threshold, 0):
		return neuron.Faults{{Field: "coupling.b", Value: s.b, Accepted: "numbers of a size that a grid can hold: no rate at t = 0 was found"}}
	case s.law.A1 > 0:
		return neuron.Faults{{Field: "initial", Value: "a density too large at V_F",
			Accepted: "with a1 > 0 a law that vanishes there: the noise that the first spikes make would fire a finite part of the network at t = 0"}}
	}
	s.ahead = &ahead{time: s.time}
	return nil
}

// atThreshold returns the mass of the atom at V_F, which fires at time 0.
func atThreshold(threshold float64, law datum) float64 {
	for _, a := range law.Atoms() {
		if a.Potential >= threshold {
			return a.Mass
		}
	}
	return 0
}

func (s *finiteVolume) allocate(cells int) {
	s.fluxes = newFluxes(cells + 1)
	for _, p := range []*[]float64{&s.first, &s.second, &s.base, &s.slope, &s.delta, &s.column, &s.pivot} {
		*p = make([]float64, cells)
	}
}

// startRate returns the rate that agrees with the masses: the smallest root of
// N = flux(N) through V_F, by Newton's method from 0 on a convex function, NaN when there is none.
func (s *finiteVolume) startRate() float64 {
	n := len(s.mass)
	rate := 0.0
	for range 60 {
		s.evaluate(s.mass, s.exchangeAt(plain, rate, s.time, 0))
		steep := 1 - s.fluxes.slope[n]
		d := (s.flux[n] - rate) / steep
		if !(steep > 0) {
			return math.NaN()
		}
		if rate += d; math.Abs(d) <= 1e-14*math.Abs(rate) {
			return math.Max(rate, 0)
		}
	}
	return math.NaN()
}

// Advance implements Solver.
func (s *finiteVolume) Advance(ctx context.Context, until float64) error {
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
		if s.options.OnStep != nil {
			if err := s.options.OnStep(s.State()); err != nil {
				return err
			}
		}
	}
	return s.ended
}

// proceed makes one step, or goes through the blow-up ahead. In the last moments
// before that, which are extrapolated, the state stands still.
func (s *finiteVolume) proceed(ctx context.Context, until float64) error {
	switch {
	case s.ahead == nil:
		return s.advanceOnce(until)
	case s.ahead.time > until:
		s.time = until
		return nil
	}
	return s.explode(ctx)
}

// found returns the blow-ups so far, a copy.
func (s *finiteVolume) found() []BlowUp { return slices.Clone(s.blowUps) }

// State implements Solver.
func (s *finiteVolume) State() State {
	st := State{Time: s.time, Rate: s.rate, Fired: s.fired}
	origin := s.law.Threshold
	first, second := 0.0, 0.0
	for i, m := range s.mass {
		c, w := s.mesh.centers[i]-origin, s.mesh.width[i]
		st.Mass += m
		first += m * c
		second += m * (c*c + w*w/12)
	}
	first, second = first/st.Mass, second/st.Mass
	st.Mean, st.Variance = origin+first, second-first*first
	return st
}

// Profile implements Solver.
func (s *finiteVolume) Profile(p *Profile) {
	p.Edges = append(p.Edges[:0], s.mesh.edges...)
	p.Density = p.Density[:0]
	for i, m := range s.mass {
		p.Density = append(p.Density, m/s.mesh.width[i])
	}
}
