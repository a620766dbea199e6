package network

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// standard is the law with V_R = 1, V_F = 2, a = 1 and no current.
func standard() neuron.LIF {
	return neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}
}

func gaussian(mean, variance float64) neuron.Initial {
	return neuron.TruncatedGaussian{Mean: mean, Variance: variance, Upper: 2}
}

func mustRun(t testing.TB, c Config, until float64, obs ...Observer) *Network {
	t.Helper()
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), until, obs...); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestQuick(t *testing.T) {
	for _, b := range []float64{0, 0.5, -1.5, 0.9} {
		for _, dt := range []float64{0.01, 0.05, 0.2} {
			c := Config{N: 100000, Law: standard(), B: b, Initial: gaussian(0, 0.25), Dt: dt, Seed: 1}
			cnt := NewCounter([]float64{0, 0.5, 1, 2, 5, 15})
			n := mustRun(t, c, 15, cnt)
			t.Log(b, dt, float64(cnt.Counts[4])/1e5/10, "+-", math.Sqrt(.17/1e5/10), n.Report(), cnt.Counts)
		}
	}
}
