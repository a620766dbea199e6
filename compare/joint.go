package compare

import (
	"math"
	"slices"
)

// Joint is a probability density of two coordinates given by its averages over cells: Values[j·(len(X)−1) + i] is
// the average over X[i] < x < X[i+1], Y[j] < y < Y[j+1]. Edges ascend. Nothing keeps or changes the slices.
type Joint struct{ X, Y, Values []float64 }

// row returns the averages at cell j of y.
func (d Joint) row(j int) []float64 {
	n := len(d.X) - 1
	return d.Values[j*n : (j+1)*n]
}

// Marginals returns the densities of x and of y.
func (d Joint) Marginals() (x, y Density) {
	d.check()
	x, y = Density{d.X, make([]float64, len(d.X)-1)}, Density{d.Y, make([]float64, len(d.Y)-1)}
	for j := range y.Values {
		for i, p := range d.row(j) {
			x.Values[i] += p * (d.Y[j+1] - d.Y[j])
			y.Values[j] += p * (d.X[i+1] - d.X[i])
		}
	}
	return x, y
}

// check panics on a density that is none.
func (d Joint) check() {
	if len(d.X) < 2 || len(d.Y) < 2 || len(d.Values) != (len(d.X)-1)*(len(d.Y)-1) {
		panic("compare: a joint density needs a value for each cell")
	}
}

// Rebin returns the averages over the cells of other edges, by Rebin in one coordinate after the other: values stay
// ≥ 0, and the mass of a new cell is right to third order in the old ones.
func (d Joint) Rebin(x, y []float64) Joint {
	d.check()
	n := len(x) - 1
	across := make([]float64, 0, n*(len(d.Y)-1))
	for j := range len(d.Y) - 1 {
		across = append(across, rebinned(Density{d.X, d.row(j)}, x)...)
	}
	out := Joint{x, y, make([]float64, n*(len(y)-1))}
	column := make([]float64, len(d.Y)-1)
	for i := range n {
		for j := range column {
			column[j] = across[j*n+i]
		}
		for j, p := range rebinned(Density{d.Y, column}, y) {
			out.Values[j*n+i] = p
		}
	}
	return out
}

// rebinned is Rebin of a density that may be zero everywhere.
func rebinned(d Density, edges []float64) []float64 {
	for _, p := range d.Values {
		if p > 0 {
			return Rebin(d, edges)
		}
	}
	return make([]float64, len(edges)-1)
}

// JointHistogram returns the density of a sample of pairs on cells: count/(n·area). Pairs outside are in no cell but
// count in n.
func JointHistogram(x, y, edgesX, edgesY []float64) Joint {
	if len(x) != len(y) || len(edgesX) < 2 || len(edgesY) < 2 {
		panic("compare: a histogram of pairs needs as many x as y, and two edges of each")
	}
	out := Joint{edgesX, edgesY, make([]float64, (len(edgesX)-1)*(len(edgesY)-1))}
	for k := range x {
		i, j := cell(x[k], edgesX), cell(y[k], edgesY)
		if i >= 0 && j >= 0 {
			out.Values[j*(len(edgesX)-1)+i]++
		}
	}
	for j := range len(edgesY) - 1 {
		for i := range out.row(j) {
			out.row(j)[i] /= float64(len(x)) * (edgesX[i+1] - edgesX[i]) * (edgesY[j+1] - edgesY[j])
		}
	}
	return out
}

// masses returns the mass of each cell, of sum 1.
func (d Joint) masses() []float64 {
	d.check()
	out, total := make([]float64, 0, len(d.Values)), 0.0
	for j := range len(d.Y) - 1 {
		for i, p := range d.row(j) {
			m := p * (d.X[i+1] - d.X[i]) * (d.Y[j+1] - d.Y[j])
			out, total = append(out, m), total+m
		}
	}
	if !(total > 0) || math.IsInf(total, 1) {
		panic("compare: a joint density needs a positive finite mass")
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

// JointL1 returns Σ|a − b| over the masses of cells: of two densities on the same edges, each normalised.
func JointL1(a, b Joint) float64 {
	if !slices.Equal(a.X, b.X) || !slices.Equal(a.Y, b.Y) {
		panic("compare: two densities on the same edges are needed")
	}
	sum, other := 0.0, b.masses()
	for i, m := range a.masses() {
		sum += math.Abs(m - other[i])
	}
	return sum
}
