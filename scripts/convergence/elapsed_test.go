package main

import (
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/stat"

	"lapicque/neuron"
)

// TestAgreement: the rates of 24 networks of 4000 neurons in each bin against the equation, within 4 standard errors.
func TestAgreement(t *testing.T) {
	const replicas, n, dt = 24, 4_000, 0.02
	for _, r := range relaxations() {
		edges := bins()
		want, _, err := r.equation(t.Context(), edges)
		if err != nil {
			t.Fatal(err)
		}
		sum, square := make([]float64, len(want)), make([]float64, len(want))
		for replica := range uint64(replicas) {
			got, _, err := r.particles(t.Context(), edges, n, dt, 1, replica)
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

// TestOrderOfCells: what the cells of the time grid change falls with dt², for each transmission, in networks that set out in near
// synchrony with strong inhibition. The counts of the networks at a step are averaged. Of the square of their distance from the
// equation, D, what noise makes of it is taken, which their scatter tells together with the error of D.
func TestOrderOfCells(t *testing.T) {
	steps, replicas, n := []float64{0.2, 0.1}, 8, 20_000
	if os.Getenv("LAPICQUE_LONG") != "" {
		replicas, n = 16, 60_000
	}
	inhibited := neuron.ElapsedTime{Hazard: neuron.SmoothHazard, Sigma: neuron.Curve{Law: neuron.AffineCurve, Base: 0.5, Amplitude: 0.8}, Phi: neuron.Curve{Base: 6}, Width: 0.15}
	excited := neuron.ElapsedTime{Hazard: neuron.SmoothHazard, Sigma: neuron.Curve{Base: 0.5}, Phi: neuron.Curve{Law: neuron.HillCurve, Base: 0.5, Amplitude: 8, Scale: 1, Power: 2}, Width: 0.15}
	for _, r := range []relaxing{
		{law: inhibited, synapses: neuron.Synapses{B: 1}},
		{law: excited, synapses: neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 0.4, Past: 0.5}},
		{law: inhibited, synapses: neuron.Synapses{B: 1, Transmission: neuron.Distributed, Delay: 0.4}},
	} {
		t.Run(r.synapses.Transmission.String(), func(t *testing.T) {
			r.initial = neuron.Uniform{From: 0, To: 0.6}
			want, _, err := r.equation(t.Context(), bins()[:9])
			if err != nil {
				t.Fatal(err)
			}
			var x, y []float64
			error := 0.0
			for _, dt := range steps {
				if r.synapses.Transmission == neuron.Discrete { // the most accurate
					dt *= 2
				}
				d, se := r.excess(t, want, dt, n, replicas)
				t.Logf("dt = %v: distance %.2e ± %.1e", dt, math.Sqrt(d), se/(2*math.Sqrt(d)))
				x, y = append(x, math.Log(dt)), append(y, math.Log(d)/2)
				error = max(error, se/(2*d))
			}
			_, order := stat.LinearRegression(x, y, nil, false)
			error *= math.Sqrt2 / math.Abs(x[0]-x[len(x)-1])
			t.Logf("order %.2f ± %.2f", order, error)
			if order < 2-4*error {
				t.Errorf("order %.2f ± %.2f, want 2", order, error)
			}
		})
	}
}

// excess returns the square of the distance of the counts of the bins from the equation, less noise, and its standard error.
func (r relaxing) excess(t *testing.T, want []float64, dt float64, n, replicas int) (square, se float64) {
	edges := bins()[:len(want)+1]
	seen := make([][]float64, len(want))
	for replica := range replicas {
		got, _, err := r.particles(t.Context(), edges, n, dt, 1, uint64(replica))
		if err != nil {
			t.Fatal(err)
		}
		for k, g := range got {
			seen[k] = append(seen[k], g-want[k])
		}
	}
	variance := 0.0
	for _, list := range seen {
		mean, sd := stat.MeanStdDev(list, nil)
		noise := sd * sd / float64(replicas)
		square += mean*mean - noise
		variance += 4*mean*mean*noise + 2*noise*noise
	}
	return square, math.Sqrt(variance)
}
