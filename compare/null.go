package compare

import (
	"math"
	"slices"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
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

const (
	minReplicas = 8   // fewer say too little about their own scatter
	maxGroups   = 64  // more replicas than this are taken together
	maxCells    = 256 // cells of the grid on which a null law is drawn
)

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

// countingProcess draws the Brownian bridge B(F)/√n, the limit law of F_n − F for
// n independent draws (Donsker 1952), at the grid's points.
func countingProcess(g grid, n float64, src rand.Source) func([]float64) {
	r := rand.New(src)
	return func(dst []float64) {
		sum, last := 0.0, 0.0
		for k, f := range g.f {
			sum += math.Sqrt(math.Max(f-last, 0)/n) * r.NormFloat64()
			dst[k], last = sum, f
		}
		sum += math.Sqrt(math.Max(1-last, 0)/n) * r.NormFloat64()
		for k, f := range g.f {
			dst[k] -= f * sum
		}
	}
}

// replicatedProcess draws the law of the mean of R independent Gaussian processes
// whose covariance is estimated from the rows (their distribution functions at
// the grid's points) with weights of sum 1: a multivariate t with R − 1 degrees
// of freedom, exact for every linear functional of Gaussian processes.
func replicatedProcess(rows [][]float64, weights []float64, src rand.Source) func([]float64) {
	rows, weights = grouped(rows, weights)
	mean := make([]float64, len(rows[0]))
	squares := 0.0
	for r, row := range rows {
		squares += weights[r] * weights[r]
		for k, f := range row {
			mean[k] += weights[r] * f
		}
	}
	r := rand.New(src)
	chi := distuv.ChiSquared{K: float64(len(rows) - 1), Src: src}
	return func(dst []float64) {
		clear(dst)
		scale := math.Sqrt(chi.K / chi.Rand() / (1 - squares))
		for i, row := range rows {
			a := scale * weights[i] * r.NormFloat64()
			for k, f := range row {
				dst[k] += a * (f - mean[k])
			}
		}
	}
}

// grouped averages rows together until at most maxGroups are left.
func grouped(rows [][]float64, weights []float64) ([][]float64, []float64) {
	if len(rows) <= maxGroups {
		return rows, weights
	}
	sums, total := make([][]float64, maxGroups), make([]float64, maxGroups)
	for i, row := range rows {
		g := i % maxGroups
		if sums[g] == nil {
			sums[g] = make([]float64, len(row))
		}
		total[g] += weights[i]
		for k, f := range row {
			sums[g][k] += weights[i] * f
		}
	}
	for g := range sums {
		for k := range sums[g] {
			sums[g][k] /= total[g]
		}
	}
	return sums, total
}

// norms returns the distances that a process of differences of distribution
// functions has from 0. Between two points the process is a Brownian bridge with
// the variance of counting n independent draws, so its supremum there is drawn,
// not missed.
func (g grid) norms(process []float64, n float64, r *rand.Rand) Distances {
	var d Distances
	for k := 1; k < len(g.x); k++ {
		p, q := process[k-1], process[k]
		d.W1 += area(p, q) * (g.x[k] - g.x[k-1])
		s := math.Max(g.f[k]-g.f[k-1], 0) / n
		if top := math.Max(math.Abs(p), math.Abs(q)); top+4*math.Sqrt(s) > d.KS { // beyond 4√s once in e^32
			root := math.Sqrt((q-p)*(q-p) - 2*s*math.Log(1-r.Float64()))
			d.KS = math.Max(d.KS, (math.Abs(p+q)+root)/2)
		}
	}
	for i := 1; i < len(g.bins); i++ {
		difference := process[g.bins[i]] - process[g.bins[i-1]]
		d.L1 += math.Abs(difference)
		d.L2 += difference * difference / (g.x[g.bins[i]] - g.x[g.bins[i-1]])
	}
	d.L2 = math.Sqrt(d.L2)
	return d
}

// nulls draws the laws of the four distances; widen multiplies them.
func (g grid) nulls(draw func([]float64), n, widen float64, draws int, r *rand.Rand) Nulls {
	process := make([]float64, len(g.x))
	w1, ks, l1, l2 := make([]float64, draws), make([]float64, draws), make([]float64, draws), make([]float64, draws)
	for i := range draws {
		draw(process)
		d := g.norms(process, n, r).Scale(widen)
		w1[i], ks[i], l1[i], l2[i] = d.W1, d.KS, d.L1, d.L2
	}
	return Nulls{newNull(w1), newNull(ks), newNull(l1), newNull(l2)}
}

// newNull sorts the draws and takes their mean and quantiles.
func newNull(draws []float64) Null {
	slices.Sort(draws)
	mean, _, _ := central(draws)
	at := func(p float64) float64 { return draws[min(int(math.Ceil(p*float64(len(draws)+1)))-1, len(draws)-1)] }
	return Null{mean, at(0.95), at(0.999)}
}
