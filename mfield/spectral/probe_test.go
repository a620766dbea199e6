package spectral

import (
	"fmt"
	"math"
	"testing"

	"lapicque/neuron"
)

func TestProbe(t *testing.T) {
	ref := map[float64]float64{0.05: 0.01467099549, 0.1: 0.03038047497, .25: 0.07649475684, .5: .1165631173, 1: .1359539709, 2: .1368998922, 5: .1348648331}
	for _, rtol := range []float64{1e-4, 1e-6, 1e-8, 1e-9} {
		b := newBasis(12)
		r := &stepper{input: func(float64) (float64, float64) { return 0, 0 }, fixed: true}
		r.basis = b
		r.law = coupling{1, 1, 0, 0.5, 1}
		m := newMesh([]float64{-7, -2.5, -.5, 1, 2}, 1)
		r.resize(m)
		law := newGaussian(neuron.TruncatedGaussian{0, .25, 2})
		y := state{u: make([]float64, 48)}
		load := make([]float64, 48)
		lf := r.load(load, law)
		lam, err := r.project(y.u, load, lf)
		mass, m1, m2 := b.moments(m, y.u)
		y.fired = lam
		y.w, _ = r.consistent(y.u, 0)
		_ = err
		if rtol == 1e-4 {
			fmt.Println("lam", lam, mass-1, m1, m2, y.w)
		}
		h := 1e-6
		steps := 0
		var dn state
		worst, worstDense := 0.0, 0.0
		for y.time < 5 {
			if err := r.step(&y, h); err != nil {
				t.Fatal(err)
			}
			e, n := 0.0, 0.0
			for i, x := range r.inc[7].u {
				e = max(e, math.Abs(x))
				n = max(n, math.Abs(r.at.u[i]))
			}
			e = e / n / rtol
			fac := min(5, max(.2, .9*math.Pow(e, -.2)))
			if e <= 1 {
				for tt, N := range ref {
					if y.time < tt && tt <= r.at.time {
						th := (tt - y.time) / (r.at.time - y.time)
						for range 5 {
							r.dense(&dn, &y, th)
							th += (tt - dn.time) / (r.at.time - y.time)
						}
						r.dense(&dn, &y, th)
						worstDense = max(worstDense, math.Abs(dn.w/(1-dn.w)/N-1))
						if rtol == 1e-8 {
							fmt.Println(tt, th, dn.w/(1-dn.w)/N-1)
						}
					}
				}
				y.copyFrom(&r.at)
				steps++
			}
			h *= fac
		}
		mass, _, _ = b.moments(m, y.u)
		fmt.Println(rtol, steps, mass-1, worst, worstDense, y.w/(1-y.w))
	}
}
