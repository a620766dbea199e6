package neuralfield

import (
	"context"
	"math"

	"lapicque/neuron"
	"lapicque/neuron/neuralfield"
	"lapicque/neuron/ode"
)

// Field is the equation of a neural field,
//
//	∂t N_p(x) = −N_p(x) + ∫ Σ_q w_pq(|x − y|) σ_q(N_q(y)) dy + s_p(x, t)
//
// or its form Rate: the law and nothing else.
type Field struct{ neuralfield.Law }

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
	weights  *neuralfield.Convolution
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
	s := &Solver{
		field: f, options: o, weights: neuralfield.NewConvolution(f.Law),
		rates: make([]float64, f.Domain.Total()), profiles: f.Profiles(), until: f.NextPiece(0),
	}
	s.ode = ode.New(s.slope, 0, y, ode.Options{Rtol: o.Rtol, Longest: 1})
	return s, nil
}

// slope is the right-hand side.
func (s *Solver) slope(t float64, y, dy []float64) {
	f, n := s.field, s.field.Domain.Total()
	for q, population := range f.Populations {
		source := y[q*n : (q+1)*n]
		if f.Form == neuralfield.Potential {
			f.Domain.Rates(s.rates, population.Gain, source)
			source = s.rates
		}
		s.weights.Load(q, source)
	}
	for p, population := range f.Populations {
		own, out := y[p*n:(p+1)*n], dy[p*n:(p+1)*n]
		s.weights.Collect(out, p)
		drive := population.Drive(t)
		for i := range out {
			input := out[i] + drive*s.profiles[p][i]
			if f.Form == neuralfield.Rate {
				input = (1 - population.Absence*own[i]) * population.Gain.At(input)
			}
			out[i] = input - own[i]
		}
	}
}

// Advance integrates to exactly the time until. The error is that of the context, of OnStep or
// *ode.Stuck; the solver then stands at the end of its last step.
func (s *Solver) Advance(ctx context.Context, until float64) error {
	for s.ode.Time() < until {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.ode.Time() >= s.until {
			s.until = s.field.NextPiece(s.ode.Time())
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
