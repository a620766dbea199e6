package spectral

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lapicque/neuron"
)

func TestSync(t *testing.T) {
	for _, b := range []float64{1.85, 1.86, 1.9, 2, 3} {
		for _, rtol := range []float64{1e-4, 1e-6, 1e-8} {
			start := time.Now()
			s, err := New(Problem{law(), b, Hard, neuron.Point{1}}, Options{Rtol: rtol})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Advance(context.Background(), 4)
			mass, mean, v := s.Moments()
			fmt.Println("b", b, rtol, err, s.steps, s.rejected, "mass", mass-1, mean, v, "N", s.Rate(), time.Since(start))
			last := 0.0
			for i, x := range s.BlowUps() {
				if i < 5 {
					fmt.Printf("  %.9f +%.9f Δ %.8f\n", x.Time, x.Time-last, x.Jump)
				}
				last = x.Time
			}
		}
	}
}

func TestRules(t *testing.T) {
	for _, rule := range []Rule{Subtractive, Hard, Sequential} {
		for _, rtol := range []float64{1e-4, 1e-6, 1e-8} {
			start := time.Now()
			s, err := New(Problem{law(), .5, rule, neuron.TruncatedGaussian{1.83, .003, 2}}, Options{Rtol: rtol})
			if err != nil {
				t.Fatal(err)
			}
			for _, until := range []float64{.003, .02} {
				err = s.Advance(context.Background(), until)
				mass, _, _ := s.Moments()
				edges := []float64{-5, .8, .99, 1.01, 1.1, 1.2, 1.4, 1.7, 2}
				dst := make([]float64, 8)
				s.Averages(dst, edges)
				for i := range dst {
					dst[i] *= edges[i+1] - edges[i]
				}
				fmt.Printf("%d %g t=%g %v %d/%d ne %d mass %.1e N %.8f E %.6f %.5f %v\n", rule, rtol, until, err, s.steps, s.rejected, s.mesh.elements(), mass-1, s.Rate(), s.Fired(), dst, time.Since(start))
			}
		}
	}
}
