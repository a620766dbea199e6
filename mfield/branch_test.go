package mfield

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

func TestHopfPoints(t *testing.T) {
	e := NNLIF{Law: standard(), Delay: 1}
	points, err := e.HopfPoints(context.Background(), -80, -1)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range points {
		t.Logf("b = %.10g rate %.10g period %.10g", h.Value, h.Rate, h.Period())
	}
	if len(points) == 0 || math.Abs(points[len(points)-1].Value+41.9644) > 5e-5 || math.Abs(points[len(points)-1].Period()-2.7741) > 5e-5 {
		t.Errorf("%+v", points)
	}
}

var _ = neuron.Hard
