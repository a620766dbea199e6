package mfield

import (
	"context"
	"testing"

	"lapicque/neuron"
)

// BenchmarkExcitatory is b = 0.5 to t = 5 at the default settings, set-up included.
func BenchmarkExcitatory(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, err := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}, B: 0.5}.NewSolver(
			neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 2}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Advance(context.Background(), 5); err != nil {
			b.Fatal(err)
		}
	}
}
