package compare

import (
	"math"
	"slices"
)

// Directions is the number of directions of the sliced distance. Direction k is (cos θ, sin θ), θ = kπ/Directions:
// 0 looks along the first coordinate, Directions/2 along the second.
const Directions = 8

const shadowCells = 512 // cells of a projected density

// view is how pairs are projected: both coordinates in units of the standard deviation that the mean field gives
// them, about its means.
type view struct{ x, y, perX, perY float64 }

// newView takes means and deviations from a density; a coordinate that does not vary is left in its own unit.
func newView(d Joint) view {
	x, y := d.Marginals()
	scale := func(d Density) (mean, per float64) {
		mass, square := 0.0, 0.0
		for i, p := range d.Values {
			m := p * (d.Edges[i+1] - d.Edges[i])
			at := (d.Edges[i] + d.Edges[i+1]) / 2
			mass, mean, square = mass+m, mean+m*at, square+m*at*at
		}
		mean /= mass
		if variance := square/mass - mean*mean; variance > 0 {
			return mean, 1 / math.Sqrt(variance)
		}
		return mean, 1
	}
	var v view
	v.x, v.perX = scale(x)
	v.y, v.perY = scale(y)
	return v
}

// direction returns the weights of x and y in projection k, and its value at the means.
func (v view) direction(k int) (cx, cy, origin float64) {
	sin, cos := math.Sincos(float64(k) * math.Pi / Directions)
	cx, cy = cos*v.perX, sin*v.perY
	return cx, cy, cx*v.x + cy*v.y
}

// sample returns projection k of pairs, ascending.
func (v view) sample(k int, x, y []float64) []float64 {
	cx, cy, origin := v.direction(k)
	out := make([]float64, len(x))
	for i := range x {
		out[i] = cx*x[i] + cy*y[i] - origin
	}
	slices.Sort(out)
	return out
}

// density returns projection k of a density that is uniform in each cell, on equal cells that hold all of it.
func (v view) density(k int, d Joint) Density {
	cx, cy, origin := v.direction(k)
	shadow := func(i, j int) (low, a, b float64) { // of a cell: its lowest value and the spans of its sides
		a, b = cx*(d.X[i+1]-d.X[i]), cy*(d.Y[j+1]-d.Y[j])
		low = cx*d.X[i] + cy*d.Y[j] - origin + math.Min(a, 0) + math.Min(b, 0)
		return low, math.Abs(a), math.Abs(b)
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	masses, n := d.masses(), len(d.X)-1
	for c, m := range masses {
		if m > 0 {
			low, a, b := shadow(c%n, c/n)
			lo, hi = math.Min(lo, low), math.Max(hi, low+a+b)
		}
	}
	out := Density{make([]float64, shadowCells+1), make([]float64, shadowCells)}
	width := (hi - lo) / shadowCells
	for i := range out.Edges {
		out.Edges[i] = lo + float64(i)*width
	}
	for c, m := range masses {
		if !(m > 0) {
			continue
		}
		low, a, b := shadow(c%n, c/n)
		last := 0.0
		for i := min(int((low-lo)/width), shadowCells-1); ; i++ {
			below := 1.0
			if i < shadowCells-1 {
				below = trapezoid(lo+float64(i+1)*width-low, a, b)
			}
			out.Values[i] += m * (below - last) / width
			if last = below; below >= 1 {
				break
			}
		}
	}
	return out
}

// trapezoid returns the distribution function at t of the sum of two independent uniform variables on 0 to a and
// 0 to b.
func trapezoid(t, a, b float64) float64 {
	short, long := math.Min(a, b), math.Max(a, b)
	switch {
	case t <= 0:
		return 0
	case t >= a+b:
		return 1
	case t < short:
		return t * t / (2 * a * b)
	case t <= long:
		return (t - short/2) / long
	}
	return 1 - (a+b-t)*(a+b-t)/(2*a*b)
}

// SlicedW1 returns the mean over Directions of the Wasserstein-1 distance between the projections of pairs and of a
// density (Rabin, Peyré, Delon and Bernot 2011), both coordinates first divided by their standard deviations in the
// density. 0 only for equal laws up to what the directions see.
func SlicedW1(x, y []float64, d Joint) float64 {
	v, sum := newView(d), 0.0
	for k := range Directions {
		sum += W1(v.sample(k, x, y), v.density(k, d))
	}
	return sum / Directions
}

// JointRefinement returns what refining a grid changes: L1 on the cells of x and y, and SlicedW1 in the units of the
// finer density. As for Refinement, Scale gives the budget of the grid.
func JointRefinement(fine, coarse Joint, x, y []float64) JointDistances {
	out, v := JointDistances{L1: JointL1(fine.Rebin(x, y), coarse.Rebin(x, y))}, newView(fine)
	for k := range Directions {
		out.SlicedW1 += Between(v.density(k, fine), v.density(k, coarse)).W1 / Directions
	}
	return out
}
