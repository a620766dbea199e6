package neuralfield

import (
	"gonum.org/v1/gonum/integrate/quad"

	"lapicque/neuron/neuralfield"
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
func Bumps(w neuralfield.Footprint, gain neuralfield.Heaviside, stimulus, widest float64) []Bump {
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
