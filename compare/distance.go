package compare

import (
	"math"
	"slices"
)

// Distances are the distances between two laws of the potential. W1 has the unit
// of the potential, KS and L1 are numbers (L1 ≤ 2 is twice the total variation),
// L2 is the root of the integrated squared difference of the densities.
type Distances struct {
	W1 float64 `json:"w1"`
	KS float64 `json:"ks"`
	L1 float64 `json:"l1"`
	L2 float64 `json:"l2"`
}

// W1 returns the Wasserstein-1 distance ∫|F_N − F| dv between the empirical law
// of sorted (ascending, not empty) and a density, exactly: F_N is a step
// function, F is linear in each cell.
func W1(sorted []float64, d Density) float64 {
	w, _ := sweep(sorted, d.cumulative())
	return w
}

// KS returns the Kolmogorov–Smirnov distance sup|F_N − F| between the empirical
// law of sorted (ascending, not empty) and a density. The supremum is exact: F is
// continuous and monotone, so it stands at a value of the sample, on either side.
func KS(sorted []float64, d Density) float64 {
	_, ks := sweep(sorted, d.cumulative())
	return ks
}

// sweep walks once over sample and edges together.
func sweep(sorted []float64, c cumulative) (w1, ks float64) {
	if len(sorted) == 0 {
		panic("compare: an empty sample has no law")
	}
	if math.IsInf(sorted[0], 0) || math.IsInf(sorted[len(sorted)-1], 0) {
		panic("compare: a potential is infinite")
	}
	n := float64(len(sorted))
	next := 0 // first edge not yet passed
	v, f := math.Min(sorted[0], c.x[0]), 0.0
	advance := func(to, level float64) {
		for ; next < len(c.x) && c.x[next] <= to; next++ {
			w1 += area(level-f, level-c.f[next]) * (c.x[next] - v)
			v, f = c.x[next], c.f[next]
		}
		g := f
		if next > 0 && next < len(c.x) {
			g = c.within(next, to)
		}
		w1 += area(level-f, level-g) * (to - v)
		v, f = to, g
	}
	for k, s := range sorted {
		if !(s >= v) {
			panic("compare: the sample is not sorted, or holds a NaN")
		}
		below, above := float64(k)/n, float64(k+1)/n
		advance(s, below)
		ks = math.Max(ks, math.Max(math.Abs(below-f), math.Abs(above-f)))
	}
	if end := c.x[len(c.x)-1]; end > v {
		advance(end, 1)
	}
	return w1, ks
}

// area returns ∫₀¹ |d0 + (d1 − d0)x| dx.
func area(d0, d1 float64) float64 {
	if d0*d1 >= 0 {
		return math.Abs(d0+d1) / 2
	}
	return (d0*d0 + d1*d1) / (2 * (math.Abs(d0) + math.Abs(d1)))
}

// L1 returns Σ|a_i − b_i|·h_i for two densities on the same edges.
func L1(edges, a, b []float64) float64 {
	sum := 0.0
	for i := range sameCells(edges, a, b) {
		sum += math.Abs(a[i]-b[i]) * (edges[i+1] - edges[i])
	}
	return sum
}

// L2 returns √(Σ(a_i − b_i)²·h_i) for two densities on the same edges.
func L2(edges, a, b []float64) float64 {
	sum := 0.0
	for i := range sameCells(edges, a, b) {
		sum += (a[i] - b[i]) * (a[i] - b[i]) * (edges[i+1] - edges[i])
	}
	return math.Sqrt(sum)
}

func sameCells(edges, a, b []float64) []float64 {
	if len(a) != len(b) || len(edges) != len(a)+1 {
		panic("compare: two densities on the same edges are needed")
	}
	return a
}

// Between returns the distances between two densities, each on its own edges:
// exact for piecewise-constant densities. L1 and L2 then hold the steps between
// cells too, of first order in the cells; Refinement leaves them out.
func Between(a, b Density) Distances {
	ca, cb := a.cumulative(), b.cumulative()
	x := union(ca.x, cb.x)
	var d Distances
	fa, fb := ca.at(x[0]), cb.at(x[0])
	for i := 1; i < len(x); i++ {
		ga, gb, h := ca.at(x[i]), cb.at(x[i]), x[i]-x[i-1]
		difference := (ga - fa) - (gb - fb)
		d.W1 += area(fa-fb, ga-gb) * h
		d.KS = math.Max(d.KS, math.Abs(ga-gb))
		d.L1 += math.Abs(difference)
		d.L2 += difference * difference / h
		fa, fb = ga, gb
	}
	d.L2 = math.Sqrt(d.L2)
	return d
}

// Refinement returns what refining a grid changes: W1 and KS between the two
// solutions, L1 and L2 between them on the cells of bins. With a scheme of order p
// on m and on 2m cells the finer solution is wrong by about 1/(2^p − 1) of it
// (Richardson 1911): with Scale, the budget of the grid.
func Refinement(fine, coarse Density, bins []float64) Distances {
	d := Between(fine, coarse)
	a, b := Rebin(fine, bins), Rebin(coarse, bins)
	d.L1, d.L2 = L1(bins, a, b), L2(bins, a, b)
	return d
}

// Scale returns the distances times a factor.
func (d Distances) Scale(by float64) Distances {
	return Distances{d.W1 * by, d.KS * by, d.L1 * by, d.L2 * by}
}

// union merges two ascending lists without repeats.
func union(a, b []float64) []float64 {
	x := slices.Concat(a, b)
	slices.Sort(x)
	return slices.Compact(x)
}
