package main

import (
	"context"
	"math"
	"testing"
)

// An exponent is found with its interval, which is wider where points scatter more than their errors.
func TestExponent(t *testing.T) {
	r := row{}
	for k, n := range sizes {
		r.distances = append(r.distances, 3*math.Pow(float64(n), -0.7))
		r.errors = append(r.errors, 0.01*float64(k+1))
	}
	if gamma, half := r.exponent(); math.Abs(gamma-0.7) > 1e-12 || half < 0.002 || half > 0.02 {
		t.Errorf("exponent %v ± %v, want 0.7", gamma, half)
	}
	r.distances[3] *= 1.5 // farther than its error
	if _, half := r.exponent(); half < 0.02 {
		t.Errorf("± %v where the points scatter", half)
	}
}

// Every scenario gives as many distances as quantities, finite, and by sizes 100 and 1000 they have fallen.
func TestScenarios(t *testing.T) {
	for _, s := range scenarios() {
		run, err := s.solve(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var sums [2]float64
		for k := range sums {
			for replica := range uint64(4) {
				d, err := run(context.Background(), sizes[k], 1, replica)
				if err != nil || len(d) != len(s.quantities) {
					t.Fatalf("%s: %d distances, %v", s.name, len(d), err)
				}
				for _, x := range d {
					if !(x > 0) || math.IsInf(x, 1) {
						t.Fatalf("%s: distance %v", s.name, x)
					}
				}
				sums[k] += d[0]
			}
		}
		if sums[1] > sums[0] {
			t.Errorf("%s: %v at 100, %v at 1000", s.name, sums[0], sums[1])
		}
	}
}
