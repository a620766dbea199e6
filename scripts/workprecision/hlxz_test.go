package main

import (
	"math"
	"testing"
)

// TestPeer: the peer conserves mass and converges to the same rates as the spectral
// scheme, to first order in the cells with the difference quotient, with its own
// flux to first order in the step and second in the cells.
func TestPeer(t *testing.T) {
	want, err := solve(spectral(1e-9))
	if err != nil {
		t.Fatal(err)
	}
	for _, ownFlux := range []bool{false, true} {
		var errors []float64
		for _, level := range []struct {
			cells int
			dt    float64
		}{{60, 0.05 / 6}, {120, 0.05 / 24}, {240, 0.05 / 96}} {
			p := newHLXZ(level.cells, level.dt, coupling, ownFlux)
			errors = append(errors, worst(p.run(times), want))
			mass := 0.0
			for _, n := range p.n {
				mass += n * p.h
			}
			if math.Abs(mass-1) > 1e-10 {
				t.Errorf("the mass is %v", mass)
			}
		}
		least := 1.7
		if ownFlux {
			least = 3
		}
		t.Logf("own flux %v: errors %.2g", ownFlux, errors)
		if errors[1]/errors[2] < least {
			t.Errorf("own flux %v: errors %v", ownFlux, errors)
		}
	}
}
