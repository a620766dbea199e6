package spectral

import (
	"math"

	"lapicque/neuron"
)

// datum is a law of the potential as the projection needs it; neuron.Initial is
// one, and so is what a jump leaves behind.
type datum interface {
	Density(v float64) float64
	Atoms() []neuron.Atom
	Breaks() []float64
}

// nothing is the law of nobody.
type nothing struct{}

func (nothing) Density(float64) float64 { return 0 }
func (nothing) Atoms() []neuron.Atom    { return nil }
func (nothing) Breaks() []float64       { return nil }

// gaussian is a truncated normal density with its constants worked out: height at
// the point from nearest to the mean.
type gaussian struct {
	from, height, inverse float64
	neuron.TruncatedGaussian
}

func newGaussian(g neuron.TruncatedGaussian) gaussian {
	from := min(g.Mean, g.Upper)
	return gaussian{from, g.Density(from), 1 / (2 * g.Variance), g}
}

func (g gaussian) Density(v float64) float64 {
	if v > g.Upper {
		return 0
	}
	return g.height * math.Exp((g.from-v)*(g.from+v-2*g.Mean)*g.inverse)
}

// project finds u and the impulse lambda ≥ 0 of activity with
//
//	M u = load + λ(e_R − e_F) + λ(φ′, b u − a1 u′).
//
// where nobody escapes, and with λ = 0 where neurons do. A law that does not vanish at V_F has N(0+) = ∞, integrable. On a mesh, the
// spikes of the layer that it cannot resolve all come at time 0; they are λ.
// They restart at V_R unless they are refractory, and as the equation is nonlinear in N they also move
// everybody by bλ.
func (r *stepper) project(u, load []float64, loadF float64, restart bool) (lambda float64, err error) {
	if r.escapes() {
		r.set(r.c, 0, 0, drive{})
		r.factor(1)
		copy(u, load)
		r.closed(u, loadF+r.eliminate(u))
		return 0, nil
	}
	for range 8 {
		r.set(r.c, 0, lambda, drive{})
		r.factor(1)
		if err := r.outburst(restart); err != nil {
			return 0, err
		}
		copy(u, load)
		next := r.solve(u, loadF+r.eliminate(u))
		if done := math.Abs(next-lambda) <= 1e-9*math.Abs(next); done {
			return next, nil
		}
		lambda = next
	}
	return lambda, nil
}

// outburst makes what fires at one instant the border of the linear system: it leaves at V_F, and
// may restart at V_R.
func (r *stepper) outburst(restart bool) error {
	clear(r.column)
	if restart {
		r.column[r.mesh.reset] = -1
	}
	return r.border(1)
}

// consistent returns the activity that belongs to the density u: the w for which
// some u′ satisfies M u′ = −A u + w(e_R − e_F) in all rows; the clock must be t.
// It costs one factorisation.
func (r *stepper) consistent(u []float64, at drive) (float64, error) {
	if r.escapes() {
		return r.firing(u), nil
	}
	r.set(r.c, 0, 0, drive{})
	r.factor(1)
	r.set(r.tmp, 0, 1, at)
	outflow := r.apply(r.column, u, nil, r.tmp, 1)
	scale(r.column, -1, r.column)
	if r.away.on {
		r.column[r.mesh.reset]++
	}
	if err := r.border(-outflow); err != nil {
		return 0, err
	}
	r.set(r.tmp, 1, 0, at)
	rF := r.apply(r.at.u, u, nil, r.tmp, 0)
	return r.solve(r.at.u, rF), nil
}
