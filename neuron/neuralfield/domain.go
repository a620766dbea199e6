package neuralfield

import (
	"fmt"
	"math"

	"lapicque/neuron"
)

// Domain is where the neurons are: Sites points a side, at the distance Length/Sites.
type Domain struct {
	Dims   int     // 0: a single point, 1: a ring or a line, 2: a torus
	Length float64 // of a side
	Sites  int     // on a side
	Open   bool    // 1-D: a line with nothing beyond its ends; else a ring
}

// Total returns the number of points.
func (d Domain) Total() int {
	switch d.Dims {
	case 1:
		return d.Sites
	case 2:
		return d.Sites * d.Sites
	}
	return 1
}

// Spacing returns the distance of neighbours.
func (d Domain) Spacing() float64 { return d.Length / float64(d.Sites) }

// Coordinate returns the position of index i along a side, from −Length/2.
func (d Domain) Coordinate(i int) float64 {
	if d.Dims == 0 {
		return 0
	}
	return (float64(i) - float64(d.Sites/2)) * d.Spacing()
}

// MaxSites bounds the points of a field.
const MaxSites = 1 << 22

// Validate returns Faults or nil.
func (d Domain) Validate() error {
	var fs neuron.Faults
	fs.Add(d.Dims >= 0 && d.Dims <= 2, "dims", d.Dims, "0 (a point), 1 (ring or line) or 2 (torus)")
	if d.Dims > 0 {
		fs.Add(d.Length > 0 && !math.IsInf(d.Length, 1), "length", d.Length, "a finite length > 0")
		fs.Add(d.Sites >= 4 && d.Sites%2 == 0 && math.Pow(float64(d.Sites), float64(d.Dims)) <= MaxSites, "sites", d.Sites,
			fmt.Sprintf("an even number ≥ 4 with at most %d points in all", MaxSites))
	}
	fs.Add(!d.Open || d.Dims == 1, "open", d.Open, "open ends in one dimension only")
	return fs.Err()
}

// Position returns the coordinates of a point.
func (d Domain) Position(i int) (x, y float64) {
	if d.Dims == 2 {
		return d.Coordinate(i % d.Sites), d.Coordinate(i / d.Sites)
	}
	return d.Coordinate(i), 0
}

// Rates writes σ of the potentials of a population into dst. Where a gain jumps, on a ring or a line, a site takes the
// part of its cell in which the straight lines between sites are above θ: else an edge of activity would move by
// whole sites and stick to them.
func (d Domain) Rates(dst []float64, gain Gain, potentials []float64) {
	step, jumps := gain.(Heaviside)
	if !jumps || d.Dims != 1 {
		for i, x := range potentials {
			dst[i] = gain.At(x)
		}
		return
	}
	n := len(potentials)
	for i, x := range potentials {
		left, right := x, x
		if !d.Open || i > 0 {
			left = (x + potentials[(i+n-1)%n]) / 2
		}
		if !d.Open || i < n-1 {
			right = (x + potentials[(i+1)%n]) / 2
		}
		dst[i] = step.Top * (above(x, left, step.Theta) + above(x, right, step.Theta)) / 2
	}
}

// above returns the part of the straight line from a to b that is at or above level.
func above(a, b, level float64) float64 {
	switch {
	case a >= level && b >= level:
		return 1
	case a < level && b < level:
		return 0
	}
	return (max(a, b) - level) / math.Abs(a-b)
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
