package spectral

import (
	"context"
	"fmt"
	"testing"

	"lapicque/neuron"
)

func TestCorner(t *testing.T) {
	debug = true
	defer func() { debug = false }()
	corner := neuron.LIF{Threshold: 0, Reset: -1, A0: 1, Leak: 1}
	s, err := New(Problem{corner, 0, 0, neuron.Point{-1}}, Options{Rtol: 1e-8})
	fmt.Println(err, s.Nodes(), s.now.w, s.now.fired)
	fmt.Println(s.Advance(context.Background(), .1))
}
