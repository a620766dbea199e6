package compare

import (
	"math"
	"slices"

	"golang.org/x/exp/rand"
)

// Null is the law of one distance if the mean field were exact and chance were
// all that separates the two sides.
type Null struct {
	Mean float64 `json:"mean"`
	Q95  float64 `json:"q95"`  // exceeded once in 20
	Q999 float64 `json:"q999"` // exceeded once in 1000: the level of the verdict
}

// Nulls holds the null laws of the four distances.
type Nulls struct {
	W1 Null `json:"w1"`
	KS Null `json:"ks"`
	L1 Null `json:"l1"`
	L2 Null `json:"l2"`
}

// Law names what a null law was derived from.
type Law string

const (
	// Counting takes all neurons of all replicas as independent draws from the
	// mean field. It does not know what neurons of one network share.
	Counting Law = "counting"
	// Replicated takes replicas as independent and learns from their scatter what
	// the neurons of one network share.
	Replicated Law = "replicas"
)

const maxCells = 256 // of the mean field's own, on the grid on which null laws are drawn

// grid carries the distribution function of the mean field at points that hold
// every edge of the histogram.
type grid struct {
	x, f []float64
	bins []int // positions of the histogram's edges in x
}

func newGrid(c cumulative, bins []float64) grid {
	stride := (len(c.x) + maxCells - 2) / maxCells
	var thin []float64
	for i := 0; i < len(c.x)-1; i += stride {
		thin = append(thin, c.x[i])
	}
	thin = append(thin, c.x[len(c.x)-1])
	g := grid{x: union(thin, bins)}
	for _, v := range g.x {
		g.f = append(g.f, c.at(v))
	}
	for _, e := range bins {
		k, _ := slices.BinarySearch(g.x, e)
		g.bins = append(g.bins, k)
	}
	return g
}

// empirical returns the distribution function of a sample at the grid's points.
func (g grid) empirical(sample []float64) []float64 {
	f := make([]float64, len(g.x))
	for _, v := range sample {
		k, _ := slices.BinarySearch(g.x, v)
		if k < len(f) {
			f[k]++
		}
	}
	for k := range f {
		if k > 0 {
			f[k] += f[k-1]
		}
	}
	for k := range f {
		f[k] /= float64(len(sample))
	}
	return f
}

// process is a Gaussian process on the points of a grid, the law of F_n − F.
type process interface {
	// draw fills dst with one path.
	draw(dst []float64)
	// adjust turns distances of paths into draws of the null law, in place.
	adjust(w1, ks, l1, l2 []float64)
}

// bridge is the Brownian bridge B(F)/√n, the limit law of F_n − F for n
// independent draws (Donsker 1952).
type bridge struct {
	f     []float64
	n     float64
	widen float64
	r     *rand.Rand
}

func (b bridge) draw(dst []float64) {
	sum, last := 0.0, 0.0
	for k, f := range b.f {
		sum += math.Sqrt(math.Max(f-last, 0)/b.n) * b.r.NormFloat64()
		dst[k], last = sum, f
	}
	sum += math.Sqrt(math.Max(1-last, 0)/b.n) * b.r.NormFloat64()
	for k, f := range b.f {
		dst[k] -= f * sum
	}
}

func (b bridge) adjust(w1, ks, l1, l2 []float64) {
	for _, list := range [][]float64{w1, ks, l1, l2} {
		for i := range list {
			list[i] *= b.widen
		}
	}
}

// norms returns the distances that a path has from 0. Between two points the
// path is a Brownian bridge with the variance of counting n independent draws: its
// supremum there, and its middle where it may change sign, are drawn.
func (g grid) norms(path []float64, n float64, r *rand.Rand) Distances {
	var d Distances
	for k := 1; k < len(g.x); k++ {
		p, q := path[k-1], path[k]
		s := math.Max(g.f[k]-g.f[k-1], 0) / n
		lo, hi := math.Min(math.Abs(p), math.Abs(q)), math.Max(math.Abs(p), math.Abs(q))
		if far := 4 * math.Sqrt(s); hi+far > d.KS { // exceeded once in e^32
			root := math.Sqrt((q-p)*(q-p) - 2*s*math.Log(1-r.Float64()))
			d.KS = math.Max(d.KS, (math.Abs(p+q)+root)/2)
		}
		mean := area(p, q)
		if lo*lo < 9*s {
			middle := (p+q)/2 + math.Sqrt(s)/2*r.NormFloat64()
			mean = (area(p, middle) + area(middle, q)) / 2
		}
		d.W1 += mean * (g.x[k] - g.x[k-1])
	}
	for i := 1; i < len(g.bins); i++ {
		difference := path[g.bins[i]] - path[g.bins[i-1]]
		d.L1 += math.Abs(difference)
		d.L2 += difference * difference / (g.x[g.bins[i]] - g.x[g.bins[i-1]])
	}
	d.L2 = math.Sqrt(d.L2)
	return d
}

// nulls draws the laws of the four distances for a pool of n values.
func (g grid) nulls(p process, n float64, draws int, r *rand.Rand) Nulls {
	path := make([]float64, len(g.x))
	w1, ks, l1, l2 := make([]float64, draws), make([]float64, draws), make([]float64, draws), make([]float64, draws)
	for i := range draws {
		p.draw(path)
		d := g.norms(path, n, r)
		w1[i], ks[i], l1[i], l2[i] = d.W1, d.KS, d.L1, d.L2
	}
	p.adjust(w1, ks, l1, l2)
	return Nulls{newNull(w1), newNull(ks), newNull(l1), newNull(l2)}
}

// newNull sorts the draws and takes their mean and quantiles.
func newNull(draws []float64) Null {
	slices.Sort(draws)
	mean, _, _ := central(draws)
	at := func(p float64) float64 { return draws[min(int(math.Ceil(p*float64(len(draws)+1)))-1, len(draws)-1)] }
	return Null{mean, at(0.95), at(0.999)}
}
