package play

import (
	"math"

	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// tail is the mass of the mean field that may lie outside the histograms on either side.
const tail = 1e-6

// densityBins returns the edges of equal bins for a population, the anchor of its axis being one of them and the last
// where no neuron goes above it. They end where the mean field has no more than tail of its mass, at any of its
// snapshots and in the initial law; without snapshots where an uncoupled neuron hardly ever is.
func densityBins(f *field, population int, start neuron.Initial, axis scenario.Axis, count int) []float64 {
	breaks := start.Breaks()
	lo, hi := breaks[0], breaks[len(breaks)-1]
	if f == nil || len(f.snapshots) == 0 {
		lo, hi = math.Min(lo, axis.From)-5*axis.Spread, math.Max(hi, axis.To)+5*axis.Spread
	} else {
		lo, hi = axis.From, axis.To
		for _, s := range f.snapshots {
			one := s.parts[population]
			lo = math.Min(lo, quantile(one.Edges, one.Density, tail))
			hi = math.Max(hi, quantile(one.Edges, one.Density, 1-tail))
		}
	}
	below := count
	width := 0.0
	if hi > axis.Anchor && axis.Beyond {
		below = min(int(math.Round(float64(count)*(axis.Anchor-lo)/(hi-lo))), count-1)
		if lo < axis.Anchor {
			below = max(below, 1)
		}
		width = (hi - axis.Anchor) / float64(count-below)
	}
	if below > 0 {
		width = math.Max(width, (axis.Anchor-lo)/float64(below))
	}
	edges := make([]float64, count+1)
	for i := range edges {
		edges[i] = axis.Anchor + float64(i-below)*width
	}
	return edges
}

// quantile returns the edge that the fraction of the mass lies below: of the cell that it falls in, the lower
// edge of a fraction below one half and the upper edge of another.
func quantile(edges, density []float64, fraction float64) float64 {
	total, sum := 0.0, 0.0
	for i, d := range density {
		total += d * (edges[i+1] - edges[i])
	}
	for i, d := range density {
		if sum += d * (edges[i+1] - edges[i]); sum > fraction*total {
			if fraction < 0.5 {
				return edges[i]
			}
			return edges[i+1]
		}
	}
	return edges[len(edges)-1]
}
