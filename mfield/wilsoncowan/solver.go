package wilsoncowan

import (
	"context"
	"math"

	"lapicque/neuron"
	"lapicque/neuron/ode"
)

// Options are numerical choices; a zero field takes its default.
type Options struct {
	Rtol   float64 // tolerance of a time step; 0 means 1e−8
	OnStep func(*Solver) error
}

// Solver is a solution of a Field. The kernels act by their exact transforms at the wave numbers of the
// ring or torus, so that space is exact for fields whose gain has no waves beyond those of the sites (error
// below every power of the spacing for smooth ones, second order for Heaviside in one dimension, first in two); on a line with open
// ends they act by their values at the sites, to second order in the spacing. Time is of order 5.
type Solver struct {
	field    Field
	options  Options
	ode      *ode.Solver
	shape    *transform
	kernels  [][][]float64 // by receiver, sender, coefficient
	sources  [][]complex128
	sum      []complex128
	rates    []float64
	profiles [][]float64
	until    float64 // end of the smooth piece of the stimuli
}

// NewSolver returns the field at time 0 that starts from the given fields, one for each population, Total values
// each, which are copied. The error is neuron.Faults.
func (f Field) NewSolver(start [][]float64, o Options) (*Solver, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	var fs neuron.Faults
	fs.Add(len(start) == len(f.Populations), "initial", len(start), "one field for each population")
	fs.Add(o.Rtol == 0 || o.Rtol >= 1e-13 && o.Rtol <= 1e-2, "rtol", o.Rtol, "a tolerance from 1e-13 to 0.01, or 0 for the default")
	var y []float64
	for p, one := range start {
		fs.Add(len(one) == f.Domain.Total(), "initial", len(one), "a value for each site")
		for _, x := range one {
			if x-x != 0 {
				fs.Add(false, "initial", x, "finite values")
				break
			}
		}
		y = append(y, start[p]...)
	}
	if err := fs.Err(); err != nil {
		return nil, err
	}
	s := &Solver{field: f, options: o, shape: newTransform(f.Domain)}
	s.prepare()
	s.ode = ode.New(s.slope, 0, y, ode.Options{Rtol: o.Rtol, Longest: 1})
	return s, nil
}

// prepare tabulates kernels and profiles.
func (s *Solver) prepare() {
	f, n, count := s.field, s.field.Domain.Total(), len(s.field.Populations)
	s.sum, s.rates = make([]complex128, s.shape.size()), make([]float64, n)
	s.kernels, s.sources, s.profiles = make([][][]float64, count), make([][]complex128, count), make([][]float64, count)
	for p, population := range f.Populations {
		s.sources[p] = make([]complex128, s.shape.size())
		s.kernels[p] = make([][]float64, count)
		for q := range f.Populations {
			if f.Kernels[p][q] != nil {
				s.kernels[p][q] = s.multipliers(p, q)
			}
		}
		s.profiles[p] = make([]float64, n)
		for i := range s.profiles[p] {
			s.profiles[p][i] = 1
			if population.Where != nil {
				x, y := s.Position(i)
				s.profiles[p][i] = population.Where(x, y)
			}
		}
	}
	s.until = s.nextPiece(0)
}

// Position returns the coordinates of a point.
func (s *Solver) Position(i int) (x, y float64) {
	d := s.field.Domain
	if d.Dims == 2 {
		return d.Coordinate(i % d.Sites), d.Coordinate(i / d.Sites)
	}
	return d.Coordinate(i), 0
}

// multipliers returns what the coefficients of a sender are multiplied by.
func (s *Solver) multipliers(p, q int) []float64 {
	out := make([]float64, s.shape.size())
	if !s.field.Domain.Open {
		for i := range out {
			out[i] = s.field.weight(p, q, s.shape.wave(i))
		}
		return out
	}
	n, dx := s.shape.side, s.field.Domain.Spacing()
	samples, coefficients := make([]float64, n), make([]complex128, len(out))
	for i := range samples {
		samples[i] = dx * s.field.Kernels[p][q].At(dx*float64(min(i, n-i)), 1)
	}
	s.shape.workers[0].real.Coefficients(coefficients, samples)
	for i, c := range coefficients {
		out[i] = real(c)
	}
	return out
}

// slope is the right-hand side.
func (s *Solver) slope(t float64, y, dy []float64) {
	f, n := s.field, s.field.Domain.Total()
	for q, population := range f.Populations {
		source := y[q*n : (q+1)*n]
		if f.Form == Potential {
			s.fire(population.Gain, source)
			source = s.rates
		}
		s.shape.forward(s.sources[q], source)
	}
	for p, population := range f.Populations {
		own, out := y[p*n:(p+1)*n], dy[p*n:(p+1)*n]
		s.collect(out, p)
		drive := population.stimulus(t)
		for i := range out {
			input := out[i] + drive*s.profiles[p][i]
			if f.Form == Rate {
				input = (1 - population.Absence*own[i]) * population.Gain.At(input)
			}
			out[i] = input - own[i]
		}
	}
}

// fire fills rates. Where a gain jumps, on a ring or a line, a site takes the part of its cell in which the straight
// lines between sites are above θ: else an edge of activity would move by whole sites and stick to them.
func (s *Solver) fire(gain neuron.Gain, potentials []float64) {
	step, jumps := gain.(neuron.Heaviside)
	if !jumps || s.field.Domain.Dims != 1 {
		for i, x := range potentials {
			s.rates[i] = gain.At(x)
		}
		return
	}
	n := len(potentials)
	for i, x := range potentials {
		left, right := x, x
		if !s.field.Domain.Open || i > 0 {
			left = (x + potentials[(i+n-1)%n]) / 2
		}
		if !s.field.Domain.Open || i < n-1 {
			right = (x + potentials[(i+1)%n]) / 2
		}
		s.rates[i] = step.Top * (above(x, left, step.Theta) + above(x, right, step.Theta)) / 2
	}
}

// above returns the part of the straight line from a to b that is at or above level.
func above(a, b, level float64) float64 {
	switch {
	case a >= level && b >= level:
		return 1
	case a < level && b < level:
		return 0
	}
	return (max(a, b) - level) / math.Abs(a-b)
}

// collect writes what reaches population p into dst.
func (s *Solver) collect(dst []float64, p int) {
	clear(s.sum)
	for q, multiplier := range s.kernels[p] {
		for i, m := range multiplier {
			s.sum[i] += complex(m, 0) * s.sources[q][i]
		}
	}
	s.shape.backward(dst, s.sum)
}

// nextPiece returns when, after t, a stimulus is next not smooth.
func (s *Solver) nextPiece(t float64) float64 {
	next := math.Inf(1)
	for _, p := range s.field.Populations {
		if p.Stimulus != nil {
			next = math.Min(next, p.Stimulus.Piece(t).Until)
		}
	}
	return next
}

// Advance integrates to exactly the time until. The error is that of the context, of OnStep or
// *ode.Stuck; the solver then stands at the end of its last step.
func (s *Solver) Advance(ctx context.Context, until float64) error {
	for s.ode.Time() < until {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.ode.Time() >= s.until {
			s.until = s.nextPiece(s.ode.Time())
			s.ode.Restart()
		}
		if err := s.ode.Step(math.Min(until, s.until)); err != nil {
			return err
		}
		if s.options.OnStep != nil {
			if err := s.options.OnStep(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// Time returns the time that the solution has come to.
func (s *Solver) Time() float64 { return s.ode.Time() }

// Field returns the field of population p; the slice belongs to the solver.
func (s *Solver) Field(p int) []float64 {
	n := s.field.Domain.Total()
	return s.ode.State()[p*n : (p+1)*n]
}

// Mean returns the mean of the field of population p over the domain.
func (s *Solver) Mean(p int) float64 {
	sum := 0.0
	for _, x := range s.Field(p) {
		sum += x
	}
	return sum / float64(s.field.Domain.Total())
}

// Dense exposes the integrator, for events and values inside the last step.
func (s *Solver) Dense() *ode.Solver { return s.ode }
