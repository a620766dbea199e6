package spectral

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lapicque/neuron"
)

func TestSpeed(t *testing.T) {
	half := Problem{law(), .5, 0, neuron.TruncatedGaussian{0, .25, 2}}
	b := Problem{law(), 3, 1, neuron.TruncatedGaussian{-1, .5, 2}}
	c := Problem{law(), .5, 0, neuron.TruncatedGaussian{1.83, .003, 2}}
	best := func(p Problem, rtol, until float64, stop bool) {
		least := time.Hour
		var steps, ne int
		for range 30 {
			t0 := time.Now()
			s, _ := New(p, Options{Rtol: rtol, StopAtBlowUp: stop})
			s.Advance(context.Background(), until)
			least = min(least, time.Since(t0))
			steps, ne = s.steps, s.mesh.elements()
		}
		fmt.Println(p.B, rtol, until, stop, "steps", steps, "ne", ne, least, least/time.Duration(steps))
	}
	for _, r := range []float64{1e-4, 1e-6, 1e-8, 1e-9} {
		best(half, r, 5, false)
	}
	for _, r := range []float64{1e-4, 1e-6, 1e-7, 1e-8} {
		best(b, r, 5, true)
	}
	for _, r := range []float64{1e-4, 1e-6, 1e-8} {
		best(c, r, .02, true)
		best(c, r, .02, false)
	}
}
