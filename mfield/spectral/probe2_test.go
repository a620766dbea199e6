package spectral

import (
	"context"
	"fmt"
	"testing"

	"lapicque/neuron"
)

func TestA(t *testing.T) {
	debug = true
	defer func() { debug = false }()
	s, err := New(Problem{law(), .5, Subtractive, neuron.Point{Potential: 2 - 1e-9}}, Options{Rtol: 1e-6})
	fmt.Println(err, s.alone, s.cloud.parts)
	for i := range 40 {
		if s.alone {
			fmt.Println(s.fly(1))
			fmt.Println(s.now.time, s.mesh.elements())
		}
		if err := s.advance(); err != nil {
			fmt.Println(err)
			break
		}
		if i < 100 {
			fmt.Println(s.now.time, s.now.w, s.now.fired, s.law.kappa, s.mesh.elements(), s.h)
		}
	}
}

func TestC(t *testing.T) {
	l := law()
	l.A0 = 1e-6
	l.Current = neuron.Constant(3)
	s, _ := New(Problem{l, 0.1, Subtractive, neuron.Point{Potential: 0}}, Options{Rtol: 1e-6, MaxWork: 300000})
	err := s.Advance(context.Background(), 2)
	fmt.Println(err, s.now.time, s.steps, s.rejected, s.BlowUps())
	fmt.Println(s.Nodes())
	fmt.Println(s.Moments())
}
