package play

import (
	"math"
	"slices"

	"lapicque/runs/scenario"
)

// plan is the times of a run.
type plan struct {
	burnIn    float64 // from here on things are recorded
	end       float64
	snapshots []float64
	windows   [][2]float64 // of the rate at each snapshot
	bins      []float64    // edges of the rate bins
	edges     []float64    // all edges of windows and bins: spikes are counted between them
	dt        float64
}

// newPlan derives the times from a scenario.
func newPlan(head *scenario.Head, tail *scenario.Tail) plan {
	p := plan{burnIn: head.Time.BurnIn, end: head.Time.End, snapshots: head.Time.Snapshots, dt: tail.Particles.Dt}
	width := math.Min(tail.Record.RateBin, p.end-p.burnIn)
	for _, t := range p.snapshots {
		p.windows = append(p.windows, p.window(t, width))
	}
	for k := 0; ; k++ {
		t := p.burnIn + float64(k)*width
		if t > p.end-1e-9*width {
			break
		}
		p.bins = append(p.bins, t)
	}
	p.bins = append(p.bins, p.end)
	p.edges = slices.Clone(p.bins)
	for _, w := range p.windows {
		p.edges = append(p.edges, w[0], w[1])
	}
	slices.Sort(p.edges)
	p.edges = slices.Compact(p.edges)
	return p
}

// window is centred on a snapshot and clipped to what is recorded, at both ends one-sided.
func (p plan) window(t, width float64) [2]float64 {
	if t == p.end {
		return [2]float64{math.Max(p.burnIn, p.end-width), p.end}
	}
	return [2]float64{math.Max(p.burnIn, t-width/2), math.Min(p.end, t+width/2)}
}

// counted returns the spikes in [from, to) from the counts between the edges.
func (p plan) counted(counts []int64, from, to float64) float64 {
	lo, _ := slices.BinarySearch(p.edges, from)
	hi, _ := slices.BinarySearch(p.edges, to)
	sum := int64(0)
	for _, c := range counts[lo:hi] {
		sum += c
	}
	return float64(sum)
}

// landings returns the times at which the network is looked at.
func (p plan) landings() []float64 {
	list := append(slices.Clone(p.snapshots), p.end)
	if p.burnIn > 0 {
		list = append(list, p.burnIn)
	}
	slices.Sort(list)
	return slices.Compact(list)
}
