package spectral

import (
	"context"
	"fmt"
	"testing"

	"lapicque/neuron"
)

func TestBlow(t *testing.T) {
	del := neuron.LIF{Threshold: 1, Reset: 0, A0: .5, Leak: 0}
	for _, c := range []struct {
		name string
		p    Problem
		t, j float64
	}{
		{"A", Problem{law(), 1.5, 1, neuron.TruncatedGaussian{1.5, .005, 2}}, 0, .9999931},
		{"B", Problem{law(), 3, 1, neuron.TruncatedGaussian{-1, .5, 2}}, 3.4173742194, .997348},
		{"C", Problem{law(), .5, 0, neuron.TruncatedGaussian{1.83, .003, 2}}, .0024657, .8106},
		{"D.4", Problem{del, .4, 0, neuron.Point{.8}}, .01575394, .4106},
		{"D.5", Problem{del, .5, 0, neuron.Point{.8}}, .011774277, .747792},
		{"D.8", Problem{del, .8, 0, neuron.Point{.8}}, .0083785, .8972},
	} {
		for _, rtol := range []float64{1e-4, 1e-6, 1e-7, 1e-8, 1e-9} {
			s, err := New(c.p, Options{Rtol: rtol, StopAtBlowUp: true})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Advance(context.Background(), 5)
			mass, _, _ := s.moments(s.mesh, s.now.u)
			fmt.Printf("%s %g t* %.11f (%.1e) err %.2g jump %.8f (%.1e) err %.2g steps %d/%d ne %d mass %.1e E %.6f q %.2g δ %.3g\n", c.name, rtol, s.blow.Time, s.blow.Time-c.t, s.blow.TimeError, s.blow.Jump, s.blow.Jump-c.j, s.blow.JumpError, s.steps, s.rejected, s.mesh.elements(), mass-1, s.now.fired, s.memory.q[0], s.ahead.fired)
			if _, ok := err.(*BlowUp); !ok {
				fmt.Println(err, s.now.time, s.Nodes())
			}
		}
	}
}
