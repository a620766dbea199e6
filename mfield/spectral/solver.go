package spectral

import (
	"context"
	"errors"
	"math"

	"lapicque/neuron"
)

// Solver integrates a Problem. It is made by New, is not safe for concurrent use,
// and allocates nothing in a step unless the mesh grows.
type Solver struct {
	stepper
	free    flow // of those who do not fire
	problem Problem
	opts    Options
	tol     float64      // roughness to be had in an element
	allowed float64      // and while a rough start smooths out
	tail    float64      // reach of the mesh, in standard deviations
	qStop   float64      // q at which a blow-up is extrapolated
	kappa   float64      // of the hybrid clock; law.kappa is that or 0
	piece   neuron.Piece // of the current, as input has it

	now, before state // the ends of the last step
	out         state // what is reported
	viewed      cloud // and with it the cloud
	view        float64
	told        float64 // time up to which OnStep has seen the solution
	began       bool
	h, sigma    float64
	steps       int
	returned    float64 // mass that rounding took and weigh gave back
	sinceStart  int     // steps since the last start
	since       float64 // and its time
	roughened   float64 // time at which the density was last not smooth
	scar        float64 // length from which on the mesh grew away from V_F at a start
	lastRate    float64 // one step ago
	rising      int     // steps for which the rate has risen
	reach       reach
	ceiling     ceiling // how far up, where neurons fire at random
	cloud, from cloud   // clear of the threshold, now and one step ago
	alone       bool    // all of the law is in the cloud
	memory      memory
	pending     bool // a blow-up is ahead: the next three say what it is
	blow        BlowUp
	ahead       ahead
	prior       *profile
	jump        float64 // X of jump.go
	blowUps     []BlowUp
	rejected    int
	work        int // steps × elements, those rejected too

	spare            *mesh
	patience, waited int // steps until elements may merge, and between the last attempts
	mergeFrom        int // step from which on they may at all
	swap             state
	nodes            []float64
	scratch          []float64
	trial            mesh
	trialU           []float64
}

// New prepares a solver at time 0. The error is neuron.Faults, or *Refused when
// the initial law cannot be resolved.
func New(p Problem, opts Options) (*Solver, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return newSolver(p, delayed{}, opts)
}

func newSolver(p Problem, late delayed, opts Options) (*Solver, error) {
	opts = opts.withDefaults()
	var fs neuron.Faults
	fs.Add(opts.Rtol >= 1e-10 && opts.Rtol <= 1e-2, "meanfield.rtol", opts.Rtol, "between 1e-10 and 1e-2")
	if err := fs.Err(); err != nil {
		return nil, err
	}
	s := &Solver{problem: p, opts: opts, free: flow{p.Law, p.B, late}}
	s.basis = newBasis(opts.degree())
	s.law = coupling{p.Law.Leak, p.Law.A0, p.Law.A1, p.B, 0}
	s.kappa = clockScale(p)
	s.away = newRefractory(p.Law.Refractory, 0.1*s.kappa*math.Sqrt(opts.Rtol))
	s.follow(p.Law.Input().Piece(0))
	s.tol = 100 * opts.Rtol
	s.tail = math.Sqrt(2 * math.Log(100/opts.Rtol))
	s.qStop = min(1e-3, 0.3*math.Sqrt(opts.Rtol))
	s.fine = 1e-4 * opts.Rtol
	s.scratch = make([]float64, s.p+3)
	s.mesh, s.spare = new(mesh), new(mesh)
	s.reach = newReach(s.free, p.Initial)
	s.ceiling = newCeiling(s.free, p.Initial, s.tail)
	if f := p.Law.Firing; f.Escapes() {
		s.escapeAt(1 / f.Epsilon)
	}
	var rest datum
	s.cloud, rest = s.lift(s.cascade(p.Initial))
	if err := s.begin(rest); err != nil {
		return nil, err
	}
	s.mark(neuron.Mark{Impulse: s.now.fired})
	s.look(0)
	return s, nil
}

// Advance integrates up to time until, at which the solver then stands: the last
// step goes beyond it and is read inside by the dense output. The error is
// *BlowUp, *Eternal, *Refused or that of ctx; the solver then stands where it came to.
func (s *Solver) Advance(ctx context.Context, until float64) error {
	if s.alone && !s.pending && until > s.now.time {
		if clear, err := s.fly(until); clear || err != nil {
			s.look(until)
			return errors.Join(err, s.tellAt(until, until))
		}
	}
	if err := s.tell(until); err != nil {
		return err
	}
	for s.pending && s.blow.Time <= until || !s.pending && s.now.time < until {
		if ctx.Err() != nil {
			s.look(s.now.time)
			return ctx.Err()
		}
		if err := s.advance(); err != nil {
			s.look(s.now.time)
			return err
		}
		if err := s.tell(until); err != nil {
			return err
		}
	}
	s.look(until)
	return s.tellAt(until, until)
}

// advance does one accepted step, or goes through a blow-up.
func (s *Solver) advance() error {
	if s.pending {
		return s.explode()
	}
	if s.work += s.mesh.elements(); s.work > s.opts.MaxWork {
		return &Refused{s.now.time, "it has taken all the work allowed"}
	}
	if len(s.cloud.parts) > 0 && !s.cloud.clear(mergeDepth) {
		if err := s.land(); err != nil {
			return err
		}
	}
	if err := s.arrive(); err != nil {
		return err
	}
	s.comeBack()
	if err := s.adapt(); err != nil {
		return err
	}
	s.nextPiece()
	s.chooseClock()
	s.approach()
	if err := s.tryStep(); err != nil {
		return err
	}
	s.before, s.now = s.now, s.before
	if s.atRest() {
		s.at.u = append(s.at.u[:0], s.before.u...)
		s.at.refractory = s.before.refractory
	}
	s.now.u, s.at.u = s.at.u, s.now.u
	s.now.w, s.now.time, s.now.fired, s.now.refractory = s.at.w, s.at.time, s.at.fired, s.at.refractory
	s.at.u = resized(s.at.u, len(s.now.u))
	if s.escapes() {
		s.now.w = s.firing(s.now.u)
	}
	s.began = true
	s.steps++
	s.sinceStart++
	s.sigma += s.last
	s.reach.advance(s.before.time, s.now.time-s.before.time, s.now.fired-s.before.fired)
	s.ceiling.advance(s.before.time, s.now.time-s.before.time, s.now.fired-s.before.fired)
	s.from, s.cloud = s.cloud, s.from
	s.moveCloud(&s.cloud, &s.now)
	s.remember()
	s.memory.add(s.sigma, 1-s.law.kappa*s.now.w)
	if err := s.weigh(); err != nil {
		return err
	}
	if s.blowingUp() {
		s.pending = true
		return s.foresee()
	}
	return nil
}

// weigh refuses to go on when rounding has changed the mass. Where neurons escape or are refractory what it
// changed in a step is given back in proportion to the density.
func (s *Solver) weigh() error {
	mass, _, _ := s.moments(s.mesh, s.now.u)
	lost := 1 - (mass + s.cloud.mass() + s.now.refractory)
	if !s.problem.Law.Bounces() && mass > 0.01 {
		scale(s.now.u, 1+lost/mass, s.now.u)
		s.returned += lost
		lost = s.returned
	}
	if !(math.Abs(lost) < mostLost) {
		return &Refused{s.now.time, "rounding has changed the mass"}
	}
	return nil
}

// moveCloud sets c to the cloud one step ago, moved to the state y.
func (s *Solver) moveCloud(c *cloud, y *state) {
	c.copyFrom(&s.from)
	c.move(s.before.time, y.time-s.before.time, y.fired-s.before.fired)
}

// cloudStays reports whether the cloud is still clear after the step tried last.
func (s *Solver) cloudStays() bool {
	if len(s.cloud.parts) == 0 {
		return true
	}
	s.viewed.copyFrom(&s.cloud)
	s.viewed.move(s.now.time, s.at.time-s.now.time, s.at.fired-s.now.fired)
	return s.viewed.clear(clearDepth)
}

// look makes time t, inside the last step, what is reported.
func (s *Solver) look(t float64) {
	s.view = t
	if !s.began || t >= s.now.time {
		s.out.copyFrom(&s.now)
		s.viewed.copyFrom(&s.cloud)
		s.viewed.move(s.now.time, t-s.now.time, 0)
		return
	}
	span := s.now.time - s.before.time
	theta := (t - s.before.time) / span
	for range 8 {
		s.dense(&s.out, &s.before, &s.now, theta)
		miss := t - s.out.time
		theta += miss / span
		if math.Abs(miss) <= 1e-14*span {
			break
		}
	}
	s.dense(&s.out, &s.before, &s.now, theta)
	s.moveCloud(&s.viewed, &s.out)
}
