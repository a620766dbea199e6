package compare

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/interp"
)

// Density is a probability density given by its averages over cells: Values[i]
// is the average over (Edges[i], Edges[i+1]), so len(Edges) = len(Values)+1. A
// histogram and a finite-volume solution are the same object. Its distribution
// function is piecewise linear. Distances are taken after normalising the mass to
// 1, so that the density of the non-refractory neurons may be given as it is.
// Nothing keeps or changes the slices.
type Density struct{ Edges, Values []float64 }

// cumulative is a continuous piecewise-linear distribution function: f[0] = 0,
// f[len−1] = 1, constant outside.
type cumulative struct {
	x, f []float64
	mass float64 // of the density before it was normalised
}

// cumulative integrates the density. It panics on a density that is none.
func (d Density) cumulative() cumulative {
	if len(d.Values) == 0 || len(d.Edges) != len(d.Values)+1 {
		panic("compare: a density needs one edge more than values")
	}
	f := make([]float64, len(d.Edges))
	for i, v := range d.Values {
		width := d.Edges[i+1] - d.Edges[i]
		if !(width > 0) || !(v >= 0) {
			panic("compare: a density needs ascending edges and values ≥ 0")
		}
		f[i+1] = f[i] + v*width
	}
	total := f[len(f)-1]
	if !(total > 0) || math.IsInf(total, 1) {
		panic("compare: a density needs a positive finite mass")
	}
	for i := range f {
		f[i] /= total
	}
	f[len(f)-1] = 1
	return cumulative{d.Edges, f, total}
}

// at returns F(v).
func (c cumulative) at(v float64) float64 {
	k := sort.SearchFloat64s(c.x, v)
	switch {
	case k == 0:
		return 0
	case k == len(c.x):
		return 1
	}
	return c.within(k, v)
}

// within interpolates F at v in the cell that ends at x[k].
func (c cumulative) within(k int, v float64) float64 {
	return c.f[k-1] + (c.f[k]-c.f[k-1])*((v-c.x[k-1])/(c.x[k]-c.x[k-1]))
}

// Rebin returns the averages of d, as it is, over the cells of other edges
// (ascending). The integral of d is interpolated between the old edges by a monotone cubic
// (Fritsch and Butland 1984), so every new average is ≥ 0 and the mass between
// two old edges that are also new ones is kept; on a smooth density and a smooth
// grid the mass of a new cell is right to third order in the old cells.
func Rebin(d Density, edges []float64) []float64 {
	c := d.cumulative()
	var curve interp.FritschButland
	if err := curve.Fit(c.x, c.f); err != nil {
		panic("compare: " + err.Error())
	}
	values := make([]float64, max(len(edges)-1, 0))
	for i := range values {
		width := edges[i+1] - edges[i]
		if !(width > 0) {
			panic("compare: edges must ascend")
		}
		values[i] = c.mass * math.Max(0, (curve.Predict(edges[i+1])-curve.Predict(edges[i]))/width)
	}
	return values
}

// Histogram returns the density of a sample, sorted or not, on the cells of
// edges: count/(n·width). A cell holds its left edge; the last one holds both.
// Values outside the edges are in no cell but count in n.
func Histogram(sample, edges []float64) []float64 {
	values := counts(sample, edges)
	for i, c := range values {
		values[i] = c / (float64(len(sample)) * (edges[i+1] - edges[i]))
	}
	return values
}

// counts returns how many values fall in each cell.
func counts(sample, edges []float64) []float64 {
	if len(edges) < 2 {
		panic("compare: a histogram needs two edges")
	}
	n := make([]float64, len(edges)-1)
	for _, v := range sample {
		if k := cell(v, edges); k >= 0 {
			n[k]++
		}
	}
	return n
}

// cell returns the cell of a value, −1 outside. A cell holds its left edge; the last one holds both.
func cell(v float64, edges []float64) int {
	k, exact := slices.BinarySearch(edges, v)
	last := len(edges) - 1
	switch {
	case exact && k < last:
		return k
	case k > last:
		return -1
	}
	return k - 1
}
