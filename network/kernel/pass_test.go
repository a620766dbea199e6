package kernel

import (
	"fmt"
	"testing"
)

func benchmarkPass(b *testing.B, run func(*Pass, []float64, *Lanes, *Scratch) int) {
	const n = 100_000
	v := make([]float64, n)
	lanes := make([]Lanes, n/Block+1)
	for i := range lanes {
		lanes[i] = NewLanes(1, 0, uint64(i))
	}
	p := &Pass{Decay: 0.99, Noise: 0.14, Near: 100, From: 2, To: 2}
	s := new(Scratch)
	b.ResetTimer()
	for range b.N {
		for k, lo := 0, 0; lo < n; k, lo = k+1, lo+Block {
			run(p, v[lo:min(lo+Block, n)], &lanes[k], s)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/neuron-step")
}

func BenchmarkPass(b *testing.B) {
	b.Run("portable", func(b *testing.B) { benchmarkPass(b, (*Pass).portable) })
	_ = fmt.Sprint
}
