package play

import (
	"math"

	"lapicque/neuron"
)

// tail is the mass of the mean field that may lie below the histograms.
const tail = 1e-6

// densityBins returns the edges of equal bins that end exactly at the threshold.
// They begin where the mean field has no more than tail of its mass, at any of its
// snapshots and in the initial law; without snapshots where an uncoupled neuron
// hardly ever is.
func densityBins(f *field, start neuron.Initial, law neuron.LIF, end float64, count int) []float64 {
	lo := start.Breaks()[0]
	if f == nil || len(f.snapshots) == 0 {
		spread := math.Sqrt(law.A0 * math.Min(2*end, 1/math.Max(law.Leak, 1e-300)))
		lo = math.Min(lo, law.Reset) - 5*spread
	} else {
		lo = law.Reset
		for _, s := range f.snapshots {
			lo = math.Min(lo, quantile(s.Edges, s.Density, tail))
		}
	}
	width := (law.Threshold - lo) / float64(count)
	edges := make([]float64, count+1)
	for i := range edges {
		edges[i] = law.Threshold - float64(count-i)*width
	}
	return edges
}

// quantile returns the edge of the cell below which a fraction of the mass lies.
func quantile(edges, density []float64, fraction float64) float64 {
	total, sum := 0.0, 0.0
	for i, d := range density {
		total += d * (edges[i+1] - edges[i])
	}
	for i, d := range density {
		if sum += d * (edges[i+1] - edges[i]); sum > fraction*total {
			return edges[i]
		}
	}
	return edges[len(edges)-1]
}
