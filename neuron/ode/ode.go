package ode

import (
	"context"
	"fmt"
	"math"
)

// System writes f(t, y) into dy. It must not keep the slices.
type System func(t float64, y, dy []float64)

// Method is a scheme of integration.
type Method int

const (
	DormandPrince Method = iota // Dormand and Prince 5(4), dense output of order 4
	DOP853                      // Dormand and Prince 8(5,3) of Hairer, Nørsett and Wanner, dense output of order 7
	Rodas5P                     // Rosenbrock–Wanner of order 5 for stiff systems, L-stable, dense output of order 4
)

// String returns the name of the method.
func (m Method) String() string { return [...]string{"dormand-prince", "dop853", "rodas5p"}[m] }

// Options are numerical choices; a zero field takes its default.
type Options struct {
	Rtol    float64 // local error relative to |y|, component by component; 0 means 1e−8
	Atol    float64 // local error that is always allowed; 0 means Rtol
	Longest float64 // longest step; 0: no bound
	Method  Method

	// Jacobian writes ∂f_i/∂y_j into j[i·n + j], for Rodas5P; nil: by differences of f.
	Jacobian func(t float64, y, j []float64)
}

// scheme is one step of a Method.
type scheme interface {
	shape() shape
	// attempt fills trial with the solution after h, and returns the error over the tolerance, in the
	// root mean square. It starts from time, y and k[0].
	attempt(s *Solver, h float64) float64
	// dense writes the solution at the fraction x of the last step, of length h, into dst.
	dense(s *Solver, x, h float64, dst []float64)
}

// shape is what the controller must know of a scheme.
type shape struct {
	slopes, end          int     // number of slopes; which is f at the end of the step
	last                 bool    // attempt computes that one
	shrink, grow, memory float64 // exponents of the errors in the size of the next step
}

func newScheme(o Options, n int) scheme {
	switch o.Method {
	case DormandPrince:
		return dormandPrince{}
	case DOP853:
		return &dop853{}
	case Rodas5P:
		return newRodas(o.Jacobian, n)
	}
	panic("ode: unknown method")
}

// Solver is a solution of a System up to a time. It is not safe for concurrent use and allocates
// nothing in a step.
type Solver struct {
	f                System
	options          Options
	time, before     float64 // ends of the last step
	y, old           []float64
	method           scheme
	shape            shape
	k                [][]float64
	trial, delta     []float64
	next             float64 // size of the next step
	lastError        float64
	fresh            bool // k[0] is f at time
	stepped          bool // k holds the slopes of the last step, k[shape.end] is f at time
	point            []float64
	Steps, Discarded int // accepted and rejected steps
}

// New returns the solution at time t that starts from y, which is copied.
func New(f System, t float64, y []float64, o Options) *Solver {
	if o.Rtol == 0 {
		o.Rtol = 1e-8
	}
	if o.Atol == 0 {
		o.Atol = o.Rtol
	}
	if o.Longest == 0 {
		o.Longest = math.Inf(1)
	}
	s := &Solver{f: f, options: o, time: t, before: t, lastError: 1e-4}
	n := len(y)
	for _, p := range []*[]float64{&s.y, &s.old, &s.trial, &s.delta, &s.point} {
		*p = make([]float64, n)
	}
	s.method = newScheme(o, n)
	s.shape = s.method.shape()
	s.k = make([][]float64, s.shape.slopes)
	for j := range s.k {
		s.k[j] = make([]float64, n)
	}
	copy(s.y, y)
	copy(s.old, y)
	return s
}

// Time returns the time that the solution has come to.
func (s *Solver) Time() float64 { return s.time }

// State returns y at that time. The slice belongs to the solver; after a change of it, call Restart.
func (s *Solver) State() []float64 { return s.y }

// Slope returns f at that time; the slice belongs to the solver.
func (s *Solver) Slope() []float64 {
	if s.stepped {
		return s.k[s.shape.end]
	}
	s.refresh()
	return s.k[0]
}

// Restart begins anew at the present time: after the state or f has changed at once.
func (s *Solver) Restart() { s.fresh, s.stepped, s.next, s.before = false, false, 0, s.time }

// Stuck says that no step is small enough, or that the solution has become infinite.
type Stuck struct{ Time float64 }

// Error states where.
func (e *Stuck) Error() string {
	return fmt.Sprintf("no step is small enough at t = %.9g: the solution grows without bound or is not smooth", e.Time)
}

// Advance integrates to exactly the time until. The error is that of the context or *Stuck; the
// solver then stands at the end of its last step.
func (s *Solver) Advance(ctx context.Context, until float64) error {
	for s.time < until {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.Step(until); err != nil {
			return err
		}
	}
	return nil
}

// Step makes one step, at most to the time limit.
func (s *Solver) Step(limit float64) error {
	s.refresh()
	if s.next == 0 {
		s.next = s.first(limit)
	}
	for range 200 {
		left := limit - s.time
		h := math.Min(s.next, s.options.Longest)
		lands := h >= left*(1-1e-12)
		switch {
		case lands:
			h = left
		case h > left/2:
			h = left / 2
		}
		if s.time+h/16 == s.time && !lands {
			break
		}
		size := s.method.attempt(s, h)
		if !(size <= 1) {
			s.Discarded++
			s.next = h * math.Max(0.2, 0.9/math.Pow(size, s.shape.shrink))
			if math.IsNaN(size) || math.IsInf(size, 1) {
				s.next = h / 10
			}
			continue
		}
		s.accept(h, size, lands, limit)
		return nil
	}
	return &Stuck{s.time}
}

// refresh makes k[0] the slope at the present time; the dense output of the last step is lost.
func (s *Solver) refresh() {
	switch {
	case s.stepped:
		s.k[0], s.k[s.shape.end] = s.k[s.shape.end], s.k[0]
	case !s.fresh:
		s.f(s.time, s.y, s.k[0])
	}
	s.fresh, s.stepped = true, false
}

// size returns the root mean square of an error over the tolerance.
func (s *Solver) size(delta []float64) float64 {
	sum := 0.0
	for i, d := range delta {
		scale := s.options.Atol + s.options.Rtol*math.Max(math.Abs(s.y[i]), math.Abs(s.trial[i]))
		sum += (d / scale) * (d / scale)
	}
	return math.Sqrt(sum / math.Max(1, float64(len(delta))))
}

// accept makes the step tried last the present state. The next size follows the errors of two
// steps (a PI controller, Gustafsson 1991).
func (s *Solver) accept(h, size float64, lands bool, limit float64) {
	grown := h * math.Min(5, 0.9*math.Pow(math.Max(size, 1e-10), s.shape.grow)*math.Pow(s.lastError, s.shape.memory))
	if lands {
		grown = math.Max(grown, s.next)
	}
	s.lastError = math.Max(size, 1e-4)
	s.next = grown
	end := s.time + h
	if lands {
		end = limit
	}
	s.complete(end)
	s.Steps++
}

// complete makes the trial the present state.
func (s *Solver) complete(end float64) {
	s.before, s.time = s.time, end
	s.old, s.y, s.trial = s.y, s.trial, s.old
	s.fresh, s.stepped = false, true
	if !s.shape.last {
		s.f(s.time, s.y, s.k[s.shape.end])
	}
}

// first estimates a first step (Hairer, Nørsett and Wanner 1993, II.4, its first half).
func (s *Solver) first(limit float64) float64 {
	d0, d1 := 0.0, 0.0
	for i, y := range s.y {
		scale := s.options.Atol + s.options.Rtol*math.Abs(y)
		d0 = math.Max(d0, math.Abs(y)/scale)
		d1 = math.Max(d1, math.Abs(s.k[0][i])/scale)
	}
	h := 1e-6
	if d0 > 1e-5 && d1 > 1e-5 {
		h = 0.01 * d0 / d1
	}
	return math.Min(h, limit-s.time)
}

func axpy(dst []float64, a float64, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] += a * x[i]
	}
}
