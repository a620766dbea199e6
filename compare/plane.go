package compare

import (
	"math"
	"slices"

	"golang.org/x/exp/rand"
)

// JointDistances are the distances between two laws of a pair. L1 is a number up to 2, SlicedW1 in standard
// deviations.
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
	// Bins are the edges of cells along the first coordinate; L1 is taken on these times Snapshot.Bins.
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
	bins := s.Plane.MeanField.Rebin(s.Plane.Bins, s.Bins).masses()
	out := &JointAssessment{Counting: CountingL1(bins, len(x))}
	for i, c := range frequencies(x, y, s.Plane.Bins, s.Bins) {
		out.L1 += math.Abs(c - bins[i])
	}
	views := make([]Density, Directions)
	for k := range views {
		views[k] = v.density(k, s.Plane.MeanField)
		out.SlicedW1 += W1(v.sample(k, x, y), views[k]) / Directions
	}
	out.Null = s.jointNulls(v, views, x, y, draws)
	return out
}

// frequencies returns the fraction of pairs in each cell.
func frequencies(x, y, edgesX, edgesY []float64) []float64 {
	h := JointHistogram(x, y, edgesX, edgesY)
	n := len(edgesX) - 1
	for c := range h.Values {
		h.Values[c] *= (edgesX[c%n+1] - edgesX[c%n]) * (edgesY[c/n+1] - edgesY[c/n])
	}
	return h.Values
}

// pairs is a group of neurons.
type pairs struct{ x, y []float64 }

// groups returns independent groups of neurons, nil where there are too few neurons to make any.
func (s Snapshot) groups(x, y []float64) (list []pairs) {
	if s.law() == Replicated {
		for r, sample := range s.Samples {
			list = append(list, pairs{s.Plane.Others[r], sample})
		}
		return list
	}
	if len(x) < 2*minReplicas {
		return nil
	}
	list = make([]pairs, min(maxGroups/2, len(x)/2))
	for i := range x {
		g := &list[i%len(list)]
		g.x, g.y = append(g.x, x[i]), append(g.y, y[i])
	}
	return list
}

const pointsOfView = 64 // at which projections are drawn

// jointNulls draws the null laws of a pool of pairs.
func (s Snapshot) jointNulls(v view, views []Density, x, y []float64, draws int) JointNulls {
	groups := s.groups(x, y)
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
	cells, paths := make([][]float64, len(groups)), make([][]float64, len(groups))
	for r, g := range groups {
		weights[r] = float64(len(g.x)) / float64(len(x))
		cells[r] = frequencies(g.x, g.y, s.Plane.Bins, s.Bins)
		for k, at := range grids {
			for i, f := range at.empirical(v.sample(k, g.x, g.y)) {
				paths[r] = append(paths[r], f*(at.x[max(i, 1)]-at.x[max(i, 1)-1]))
			}
		}
	}
	src := rand.NewSource(s.Seed + 1)
	l1 := newNorm(cells, weights).draws(draws, src, true, func(row []float64) (sum float64) {
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
	for _, list := range [][]float64{l1, sliced} {
		for i := range list {
			list[i] *= widen
		}
	}
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
	if many {
		n.concentrate(out)
	}
	n.studentise(out, src)
	return out
}
