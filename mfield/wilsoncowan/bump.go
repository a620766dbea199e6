package wilsoncowan

import (
	"gonum.org/v1/gonum/integrate/quad"

	"lapicque/neuron"
)

// Bump is a steady state of one population with Heaviside gain on the infinite line: N > θ on an interval of
// length Width and nowhere else (Amari 1977).
type Bump struct {
	Width  float64
	Stable bool // w(Width) < 0
}

// Bumps returns the bumps of a kernel with widths up to widest, ascending, for threshold θ (less the
// stimulus): the solutions of ∫_0^D w = θ/top. looked for on a grid of 4000 widths, so that a pair of
// solutions closer than a cell is missed.
func Bumps(w neuron.Footprint, gain neuron.Heaviside, stimulus, widest float64) []Bump {
	target := (gain.Theta - stimulus) / gain.Top
	const cells = 4000
	piece := func(a, b float64) float64 {
		return quad.Fixed(func(r float64) float64 { return w.At(r, 1) }, a, b, 8, nil, 0)
	}
	var out []Bump
	sum, step := 0.0, widest/cells
	for i := range cells {
		lo := float64(i) * step
		next := sum + piece(lo, lo+step)
		if (sum < target) != (next < target) {
			a, b := lo, lo+step
			for range 60 {
				mid := (a + b) / 2
				if (sum+piece(lo, mid) < target) == (sum < target) {
					a = mid
				} else {
					b = mid
				}
			}
			out = append(out, Bump{Width: (a + b) / 2, Stable: w.At((a+b)/2, 1) < 0})
		}
		sum = next
	}
	return out
}

// ActiveWidth returns the length of the longest run of sites of a one-dimensional field above θ, its ends
// where the straight line between neighbours crosses θ; on a ring runs go through the ends. 0 when none is, the
// whole length when all are.
func (d Domain) ActiveWidth(field []float64, theta float64) float64 {
	n := len(field)
	start := -1
	for i := range field { // a site below, from which to look around
		if field[i] < theta && (start < 0 || i == 0) {
			start = i
		}
	}
	if start < 0 {
		return d.Length
	}
	if d.Open {
		start = -1
	}
	longest, run, inside := 0.0, 0.0, false
	at := func(i int) float64 {
		if d.Open && (i < 0 || i >= n) {
			return field[min(max(i, 0), n-1)]
		}
		return field[(i+n)%n]
	}
	for k := 1; k <= n; k++ {
		a, b := at(start+k-1), at(start+k)
		switch {
		case a < theta && b >= theta:
			run, inside = (b-theta)/(b-a), true
		case a >= theta && b < theta && inside:
			longest, inside = max(longest, run+(a-theta)/(a-b)), false
		case inside:
			run++
		}
	}
	if inside {
		longest = max(longest, run)
	}
	return longest * d.Spacing()
}
