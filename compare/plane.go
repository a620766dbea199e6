package compare

import (
	"math"
	"slices"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/floats"
)

// JointDistances are the distances between two laws of a pair. L1, a number up to 2, is Σ|difference of masses| over
// cells, of a sample over those in which ten pairs or more are expected, the others taken together. SlicedW1 is in
// standard deviations.
type JointDistances struct {
	L1       float64 `json:"l1"`
	SlicedW1 float64 `json:"sliced_w1"`
}

// Scale returns the distances times a factor.
func (d JointDistances) Scale(by float64) JointDistances {
	return JointDistances{d.L1 * by, d.SlicedW1 * by}
}

// Plane is the other coordinate of the values of a Snapshot, which are the second one of the pairs.
type Plane struct {
	// MeanField is the density of the pairs in the mean field.
	MeanField Joint
	// Others holds, for each replica, the first coordinate of each of its Samples.
	Others [][]float64
	// Bins are the edges of cells along the first coordinate, Snapshot.Bins those along the second.
	Bins []float64
}

// JointAssessment is what Assess adds where a snapshot has a Plane.
type JointAssessment struct {
	JointDistances
	Null JointNulls `json:"null"`
	// Counting is the exact mean of L1 if all pairs were independent draws from the mean field: the bias that
	// counting in cells has.
	Counting float64 `json:"l1_counting"`
}

// JointNulls holds the null laws of the distances of pairs.
type JointNulls struct {
	L1       Null `json:"l1"`
	SlicedW1 Null `json:"sliced_w1"`
}

// joint compares the pairs of a snapshot. The null law is that of the mean of independent groups of neurons,
// estimated from the scatter of the groups: replicas, or, under the counting law, parts of all neurons taken together.
func (s Snapshot) joint(draws int) *JointAssessment {
	if s.Plane == nil {
		return nil
	}
	v := newView(s.Plane.MeanField)
	x, y := slices.Concat(s.Plane.Others...), slices.Concat(s.Samples...)
	if len(x) != len(y) {
		panic("compare: a plane needs another coordinate for each value")
	}
	bins := newCells(s.Plane.MeanField.Rebin(s.Plane.Bins, s.Bins), len(x))
	out := &JointAssessment{Counting: CountingL1(bins.masses, len(x))}
	for i, c := range bins.frequencies(pairs{x, y}) {
		out.L1 += math.Abs(c - bins.masses[i])
	}
	views := make([]Density, Directions)
	for k := range views {
		views[k] = v.density(k, s.Plane.MeanField)
		out.SlicedW1 += W1(v.sample(k, x, y), views[k]) / Directions
	}
	out.Null = s.jointNulls(bins, v, views, pairs{x, y}, draws)
	return out
}

// pairs is a group of neurons.
type pairs struct{ x, y []float64 }

// cells are those in which enough pairs are expected; what is in no such cell is together in the last one.
type cells struct {
	edges  Joint
	of     []int     // the cell of each cell of edges
	masses []float64 // in the mean field
}

const enough = 10 // pairs: fewer are not normal about their mean

func newCells(d Joint, n int) cells {
	out, rest := cells{edges: d, of: make([]int, len(d.Values))}, 1.0
	masses := d.masses()
	for c, m := range masses {
		if m*float64(n) >= enough {
			out.of[c] = len(out.masses)
			out.masses, rest = append(out.masses, m), rest-m
		} else {
			out.of[c] = -1
		}
	}
	for c, k := range out.of {
		if k < 0 {
			out.of[c] = len(out.masses)
		}
	}
	out.masses = append(out.masses, math.Max(0, rest))
	return out
}

// frequencies returns the fraction of pairs in each cell.
func (c cells) frequencies(p pairs) []float64 {
	h, out, rest := JointHistogram(p.x, p.y, c.edges.X, c.edges.Y), make([]float64, len(c.masses)), 1.0
	n := len(h.X) - 1
	for i, k := range c.of {
		m := h.Values[i] * (h.X[i%n+1] - h.X[i%n]) * (h.Y[i/n+1] - h.Y[i/n])
		if k < len(out)-1 {
			out[k], rest = m, rest-m
		}
	}
	out[len(out)-1] = rest
	return out
}

// groups returns independent groups of neurons, nil where there are too few neurons to make any.
func (s Snapshot) groups(all pairs) (list []pairs) {
	if s.law() == Replicated {
		for r, sample := range s.Samples {
			list = append(list, pairs{s.Plane.Others[r], sample})
		}
		return list
	}
	if len(all.x) < 2*minReplicas {
		return nil
	}
	list = make([]pairs, min(maxGroups/2, len(all.x)/2))
	for i := range all.x {
		g := &list[i%len(list)]
		g.x, g.y = append(g.x, all.x[i]), append(g.y, all.y[i])
	}
	return list
}

const pointsOfView = 64 // at which projections are drawn

// jointNulls draws the null laws of a pool of pairs.
func (s Snapshot) jointNulls(bins cells, v view, views []Density, all pairs, draws int) JointNulls {
	groups := s.groups(all)
	if groups == nil { // whatever they do is chance
		return JointNulls{L1: Null{2, 2, 2}, SlicedW1: Null{unreached, unreached, unreached}}
	}
	var grids []grid
	for _, d := range views {
		edges := make([]float64, pointsOfView+1)
		for i := range edges {
			edges[i] = d.Edges[i*shadowCells/pointsOfView]
		}
		grids = append(grids, grid{x: edges})
	}
	weights := make([]float64, len(groups))
	counts, paths := make([][]float64, len(groups)), make([][]float64, len(groups))
	for r, g := range groups {
		weights[r] = float64(len(g.x)) / float64(len(all.x))
		counts[r] = bins.frequencies(g)
		for k, at := range grids {
			for i, f := range at.empirical(v.sample(k, g.x, g.y)) {
				paths[r] = append(paths[r], f*(at.x[max(i, 1)]-at.x[max(i, 1)-1]))
			}
		}
	}
	src := rand.NewSource(s.Seed + 1)
	l1 := newNorm(counts, weights).draws(draws, src, true, func(row []float64) (sum float64) {
		for _, c := range row {
			sum += math.Abs(c)
		}
		return sum
	})
	sliced := newNorm(paths, weights).draws(draws, src, false, func(row []float64) (sum float64) {
		for i := range row {
			if i%(pointsOfView+1) > 0 {
				sum += area(row[i-1], row[i])
			}
		}
		return sum / Directions
	})
	widen := 1.0
	if s.law() == Counting {
		widen = s.widening()
	}
	floats.Scale(widen, l1)
	floats.Scale(widen, sliced)
	return JointNulls{newNull(l1), newNull(sliced)}
}

const unreached = 1e9 // by any distance in standard deviations

// norm is the law of a norm of the weighted mean of independent rows, as scatter is for distribution functions.
type norm struct {
	rows [][]float64
	spread
}

func newNorm(rows [][]float64, weights []float64) norm {
	rows, weights = grouped(rows, weights)
	rows = residuals(rows, weights)
	return norm{rows, newSpread(rows)}
}

// draws returns values of the norm: of Gaussian rows with the covariance estimated, put right as by scatter.adjust,
// which treats rows of many modes otherwise.
func (n norm) draws(count int, src rand.Source, many bool, size func(row []float64) float64) []float64 {
	r := rand.New(src)
	out, row := make([]float64, count), make([]float64, len(n.rows[0]))
	for i := range out {
		clear(row)
		for _, one := range n.rows {
			a := r.NormFloat64()
			for k, x := range one {
				row[k] += a * x
			}
		}
		out[i] = size(row)
	}
	if many { // and the mean of |x| is that of a deviation estimated from so many rows, which is too small on average
		n.concentrate(out)
		freedom := float64(len(n.rows) - 1)
		up, _ := math.Lgamma((freedom + 1) / 2)
		down, _ := math.Lgamma(freedom / 2)
		floats.Scale(math.Sqrt(freedom/2)*math.Exp(down-up), out)
	}
	n.studentise(out, src)
	return out
}
