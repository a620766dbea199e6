package main

import (
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// TestAgreement: the rates of 24 networks of 4000 neurons in each bin against the equation, within 4 standard errors.
func TestAgreement(t *testing.T) {
	const replicas, n, dt = 24, 4_000, 0.02
	for _, r := range relaxations() {
		edges := bins()
		want, err := r.equation(edges)
		if err != nil {
			t.Fatal(err)
		}
		sum, square := make([]float64, len(want)), make([]float64, len(want))
		for replica := range uint64(replicas) {
			got, err := r.particles(edges, n, dt, replica)
			if err != nil {
				t.Fatal(err)
			}
			for k, g := range got {
				sum[k] += g - want[k]
				square[k] += (g - want[k]) * (g - want[k])
			}
		}
		worst := 0.0
		for k := range want {
			mean := sum[k] / replicas
			se := math.Sqrt((square[k]/replicas - mean*mean) / (replicas - 1))
			worst = math.Max(worst, math.Abs(mean)/se)
		}
		t.Logf("%s: %.2f standard errors at most", r.name, worst)
		if worst > 4 {
			t.Errorf("%s: %.2f standard errors", r.name, worst)
		}
	}
}

// TestOrderOfCells: what the cells of the time grid change falls with dt², in a network so large that its noise is less.
func TestOrderOfCells(t *testing.T) {
	if os.Getenv("LAPICQUE_LONG") == "" {
		t.Skip("LAPICQUE_LONG is not set")
	}
	r := relaxations()[2]
	edges := bins()
	want, err := r.equation(edges)
	if err != nil {
		t.Fatal(err)
	}
	var x, y []float64
	for _, dt := range []float64{0.25, 0.125, 0.0625} {
		got, err := r.particles(edges, 2_000_000, dt, 0)
		if err != nil {
			t.Fatal(err)
		}
		d := floats.Distance(got, want, 2) / math.Sqrt(float64(len(want)))
		t.Logf("dt = %v: %.2e", dt, d)
		x, y = append(x, math.Log(dt)), append(y, math.Log(d))
	}
	_, order := stat.LinearRegression(x, y, nil, false)
	t.Logf("order %.2f", order)
	if order < 1.7 {
		t.Errorf("order %.2f", order)
	}
}
