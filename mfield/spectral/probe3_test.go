package spectral

import (
	"fmt"
	"testing"

	"lapicque/neuron"
)

func TestAsym(t *testing.T) {
	for _, c := range []struct {
		name string
		p    Problem
	}{
		{"B", Problem{law(), 3, 1, neuron.TruncatedGaussian{-1, .5, 2}}},
		{"C", Problem{law(), .5, 0, neuron.TruncatedGaussian{1.83, .003, 2}}},
	} {
		s, _ := New(c.p, Options{Rtol: 1e-9, StopAtBlowUp: true})
		s.qStop = 1e-6
		var sig, q []float64
		for !s.pending {
			if err := s.advance(); err != nil {
				fmt.Println(err)
				break
			}
			if s.law.kappa > 0 {
				sig = append(sig, s.sigma)
				q = append(q, s.memory.q[0])
			}
		}
		end := s.sigma + s.ahead.sigma
		fmt.Println(c.name, s.blow.Time, s.blow.Jump, s.blow.JumpError)
		next := 1.0
		for i := range q {
			if q[i] < next {
				fmt.Printf("%.6e %.10e  x/q %.6f\n", q[i], end-sig[i], (end-sig[i])/q[i])
				next = q[i] / 2
			}
		}
	}
}
