package spectral

import (
	"math"
	"sort"

	"lapicque/neuron"
)

// singularity is a point at which a law is not smooth, with the length from
// which on the mesh may grow away from it.
type singularity struct{ at, length float64 }

// tooMany elements end the search for a mesh.
const tooMany = 2000

// growth is the ratio of neighbouring elements on the way from a singularity.
const growth = 3

// grid returns the nodes of a mesh on [far, top] for a law: V_R and every
// singularity inside are nodes, elements grow geometrically away from the
// singularities, and the density is resolved to tol in each element.
func (b *basis) grid(law datum, far, reset, top, tol float64, points []singularity) []float64 {
	nodes := []float64{far, reset, top}
	for _, s := range points {
		if s.at > far && s.at < top {
			nodes = append(nodes, s.at)
		}
	}
	nodes = distinct(nodes)
	var graded []float64
	for i := 0; i+1 < len(nodes); i++ {
		graded = append(graded, gradeBetween(nodes[i], nodes[i+1], lengthAt(points, nodes[i]), lengthAt(points, nodes[i+1]))...)
	}
	graded = append(graded, top)
	peak := 0.0
	for i := 0; i+1 < len(graded); i++ {
		for _, x := range []float64{0, 0.25, 0.5, 0.75, 1} {
			peak = max(peak, law.Density(graded[i]+x*(graded[i+1]-graded[i])))
		}
	}
	for _, v := range law.Breaks() {
		peak = max(peak, law.Density(v))
	}
	var out []float64
	for i := 0; i+1 < len(graded); i++ {
		out = b.resolve(out, law, graded[i], graded[i+1], tol, peak, 0)
	}
	return append(out, top)
}

// lengthAt returns the length of the singularity at v, infinite if there is none.
func lengthAt(points []singularity, v float64) float64 {
	length := math.Inf(1)
	for _, s := range points {
		if s.at == v {
			length = min(length, s.length)
		}
	}
	return length
}

// gradeBetween returns lo and the nodes inside (lo, hi), with elements that start
// at length atLo and atHi at the two ends.
func gradeBetween(lo, hi, atLo, atHi float64) []float64 {
	left, right := []float64{lo}, []float64(nil)
	for hi-lo > 1.5*(min(atLo, hi-lo)+min(atHi, hi-lo)) || min(atLo, atHi) < 0.6*(hi-lo) {
		if atLo <= atHi {
			if hi-lo <= 1.5*atLo {
				break
			}
			lo += atLo
			atLo *= growth
			left = append(left, lo)
			continue
		}
		if hi-lo <= 1.5*atHi {
			break
		}
		hi -= atHi
		atHi *= growth
		right = append(right, hi)
	}
	for i := len(right) - 1; i >= 0; i-- {
		left = append(left, right[i])
	}
	return left
}

// resolve appends lo and what nodes inside (lo, hi) the density needs.
func (b *basis) resolve(out []float64, law datum, lo, hi, tol, peak float64, depth int) []float64 {
	mid := (lo + hi) / 2
	if depth < 40 && len(out) < tooMany && mid > lo && mid < hi && !b.resolved(law, lo, hi, tol, &peak) {
		out = b.resolve(out, law, lo, mid, tol, peak, depth+1)
		return b.resolve(out, law, mid, hi, tol, peak, depth+1)
	}
	return append(out, lo)
}

// resolved reports whether the last two Legendre coefficients of the density on
// (lo, hi) are below tol, relative to its peak, which it raises to what it sees, and to one
// unit of mass on the element.
func (b *basis) resolved(law datum, lo, hi, tol float64, peak *float64) bool {
	half, mid := (hi-lo)/2, (hi+lo)/2
	var top, next float64
	for i, xi := range b.points {
		n := law.Density(mid + half*xi)
		*peak = max(*peak, n)
		row := b.legendre[i*(b.p+1):][:b.p+1]
		top += b.weights[i] * n * row[b.p]
		next += b.weights[i] * n * row[b.p-1]
	}
	scale := float64(b.p) + 0.5
	return !(max(math.Abs(top), math.Abs(next))*scale*max(1 / *peak, spill*2*half) > tol)
}

// distinct sorts nodes and drops those that repeat.
func distinct(nodes []float64) []float64 {
	sort.Float64s(nodes)
	out := nodes[:1]
	for _, v := range nodes[1:] {
		if v > out[len(out)-1] {
			out = append(out, v)
		}
	}
	return out
}

// breaksInside returns the interior breaks of an initial law below the threshold.
func breaksInside(law neuron.Initial, threshold float64) []float64 {
	var inside []float64
	for _, v := range law.Breaks() {
		if v < threshold {
			inside = append(inside, v)
		}
	}
	return inside
}
