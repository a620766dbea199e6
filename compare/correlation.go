package compare

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Student returns the mean of independent values with its interval by Student's law. It needs two values.
func Student(values []float64) Estimate {
	mean := stat.Mean(values, nil)
	return around(mean, StandardError(values), len(values))
}

// StudentReach returns the number of standard errors that an interval reaches to either side of the mean of so many values at a level.
func StudentReach(values int, level float64) float64 {
	if values < 2 {
		panic("compare: an interval needs two values")
	}
	return distuv.StudentsT{Sigma: 1, Nu: float64(values - 1)}.Quantile((1 + level) / 2)
}

// around returns the interval of a value whose standard error has been estimated from so many replicas.
func around(value, se float64, replicas int) Estimate {
	reach := se * StudentReach(replicas, 0.95)
	return Estimate{value, se, Interval{value - reach, value + reach}}
}

// jackknife returns a statistic of replicas with its interval, from its values with one of them left out (Tukey 1958), −1 for none, less the bias that they
// show.
func jackknife(replicas int, statistic func(without int) float64) Estimate {
	all, r := statistic(-1), float64(replicas)
	left := make([]float64, replicas)
	for k := range left {
		left[k] = statistic(k)
	}
	mean, variance := Moments(left)
	return around(r*all-(r-1)*mean, (r-1)*math.Sqrt(variance/r), replicas)
}

// CorrelationCoefficient returns the matrix of Pearson's correlation coefficients of binned trains, all of one length, as
// Elephant's correlation_coefficient; rows and columns of a train whose counts do not vary are NaN.
func CorrelationCoefficient(binned [][]float64) [][]float64 {
	unit := make([][]float64, len(binned))
	for i, row := range binned {
		unit[i] = append([]float64(nil), row...)
		floats.AddConst(-stat.Mean(row, nil), unit[i])
		floats.Scale(1/floats.Norm(unit[i], 2), unit[i]) // NaN for a constant row
	}
	matrix := make([][]float64, len(binned))
	for i := range matrix {
		matrix[i] = make([]float64, len(binned))
		for j := range i + 1 {
			matrix[i][j] = floats.Dot(unit[i], unit[j])
			matrix[j][i] = matrix[i][j]
		}
	}
	return matrix
}

// Pairs is what one replica of exchangeable neurons tells of pairs: averages over times. Values are best taken relative to a
// number near their mean, the same in all replicas.
type Pairs struct {
	Mean    float64 // of x_i
	Square  float64 // of x_i²
	Product float64 // of x_i·x_j, i ≠ j
	times   float64
}

// Add takes Σx and Σx² over n ≥ 2 neurons at one time.
func (p *Pairs) Add(sum, squares float64, n int) {
	p.times++
	count := float64(n)
	p.Mean += (sum/count - p.Mean) / p.times
	p.Square += (squares/count - p.Square) / p.times
	p.Product += ((sum*sum-squares)/(count*(count-1)) - p.Product) / p.times
}

// PairCorrelation returns the correlation coefficient of two neurons of one network, c/σ². The covariance c is the mean product of pairs within replicas less that
// across replicas, and so is free of bias; the interval is a jackknife over replicas. The replicas are independent, at least three.
func PairCorrelation(replicas []Pairs) Estimate {
	var total Pairs
	squared := 0.0
	for _, p := range replicas {
		total.Mean, total.Square, total.Product = total.Mean+p.Mean, total.Square+p.Square, total.Product+p.Product
		squared += p.Mean * p.Mean
	}
	return jackknife(len(replicas), func(without int) float64 {
		sum, squares, r := total, squared, float64(len(replicas))
		if without >= 0 {
			p := replicas[without]
			sum.Mean, sum.Square, sum.Product = sum.Mean-p.Mean, sum.Square-p.Square, sum.Product-p.Product
			squares -= p.Mean * p.Mean
			r--
		}
		across := (sum.Mean*sum.Mean - squares) / (r * (r - 1))
		return (sum.Product/r - across) / (sum.Square/r - across)
	})
}

// PairCells is what one replica of exchangeable neurons tells of the law of pairs: how often one, and two different neurons, are in cells.
type PairCells struct {
	single, pair []float64 // averages over times; pair row by row
	times        float64
}

// NewPairCells returns one of so many cells.
func NewPairCells(cells int) *PairCells {
	return &PairCells{single: make([]float64, cells), pair: make([]float64, cells*cells)}
}

// Add takes the number of neurons in each cell at one time, two or more in all.
func (o *PairCells) Add(counts []int) {
	o.times++
	n := 0.0
	for _, h := range counts {
		n += float64(h)
	}
	for a, h := range counts {
		o.single[a] += (float64(h)/n - o.single[a]) / o.times
		for b, g := range counts {
			product := float64(h) * float64(g)
			if a == b {
				product -= float64(h)
			}
			at := &o.pair[a*len(counts)+b]
			*at += (product/(n*(n-1)) - *at) / o.times
		}
	}
}

// Chaos returns how far the law of two neurons of one network is from the product of its marginals, φ² = Σ (p_ab − p_a p_b)²/(p_a p_b) (Pearson's mean square
// contingency, the χ² divergence of the laws on the cells), without bias: products across replicas give p_a p_b, and squares are products of what two different replicas tell.
// So it is 0 on average, and negative at times, where neurons are independent. The replicas are independent, at least four; see quadratic for the interval.
func Chaos(replicas []*PairCells) Estimate {
	return quadratic(excesses(replicas))
}

// quadratic returns |E e|² of independent vectors e, as a U-statistic, with its interval: all values of |E e|² for which what was found is within the quantiles of
// the squared norm of the mean of the vectors, a multiple of χ² with the mean trΣ/R + |E e|² and the variance 2·trΣ²/R² + 4λ|E e|²/R (Patnaik 1949), λ being the variance along the mean;
// where the mean drowns in noise the average trΣ²/trΣ stands for λ.
func quadratic(list [][]float64) Estimate {
	r := float64(len(list))
	mean := make([]float64, len(list[0]))
	for _, e := range list {
		floats.AddScaled(mean, 1/r, e)
	}
	rows, along := make([][]float64, len(list)), 0.0
	trace := 0.0
	for k, e := range list {
		rows[k] = floats.SubTo(make([]float64, len(e)), e, mean)
		trace += floats.Dot(rows[k], rows[k]) / (r - 1)
		x := floats.Dot(rows[k], mean)
		along += x * x / (r - 1)
	}
	if trace == 0 {
		u := floats.Dot(mean, mean)
		return Estimate{u, 0, Interval{u, u}}
	}
	square := trace * trace / newSpread(rows).freedom * (r - 1) // tr Σ²
	found := floats.Dot(mean, mean)
	u := found - trace/r
	noise := 2 * square / (r * r)
	lambda := square / trace
	if weight := u * u / (u*u + noise); u > 0 {
		lambda += weight * (math.Max(0, along-square/r)/u - lambda)
	}
	passed := func(truth float64) float64 { // the probability of less than was found
		m, variance := trace/r+truth, noise+4*lambda*truth/r
		return distuv.ChiSquared{K: 2 * m * m / variance}.CDF(2 * m * found / variance)
	}
	se := math.Sqrt(noise + 4*lambda*math.Max(0, u)/r)
	near := math.Max(0, u) + se
	return Estimate{u, se, Interval{inverted(passed, 0.975, near), inverted(passed, 0.025, near)}}
}

// inverted returns the truth ≥ 0 at which a falling function of it has a value, 0 where it is lower at once.
func inverted(f func(truth float64) float64, value float64, near float64) float64 {
	if f(0) <= value {
		return 0
	}
	low, high := 0.0, near
	for f(high) > value {
		low, high = high, 2*high
	}
	for range 60 {
		if mid := (low + high) / 2; f(mid) > value {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// excesses returns for each replica what its pairs are more than the product of the marginals, over the root of that, cell by cell; 0 in cells that nobody visits. Their
// mean is without bias.
func excesses(replicas []*PairCells) [][]float64 {
	cells, r := len(replicas[0].single), float64(len(replicas))
	m, own := make([]float64, cells), make([]float64, cells*cells)
	for _, o := range replicas {
		floats.AddScaled(m, 1/r, o.single)
		for a, p := range o.single {
			floats.AddScaled(own[a*cells:(a+1)*cells], p/(r*(r-1)), o.single)
		}
	}
	out := make([][]float64, len(replicas))
	for k, o := range replicas {
		out[k] = make([]float64, cells*cells)
		for a := range m {
			for b := range m {
				at, product := a*cells+b, m[a]*m[b]
				if product > 0 {
					across := r/(r-1)*product - own[at] // the mean product of two different replicas
					out[k][at] = (o.pair[at] - o.single[a]*m[b] - m[a]*o.single[b] + 2*product - across) / math.Sqrt(product)
				}
			}
		}
	}
	return out
}

// Synchrony returns Golomb's χ, χ² = Var_t(mean of x_i)/mean of Var_t(x_i) (Golomb and Rinzel 1993; Golomb 2007): 1 for neurons that do the same, of order
// 1/√N for asynchronous ones. x_i is the potential; of a raster, where there are none, its binned spikes. rows are the values of the neurons at
// each time. It needs two times and values that vary.
func Synchrony(rows [][]float64) (float64, bool) {
	if len(rows) < 2 {
		return 0, false
	}
	var g Golomb
	for _, row := range rows {
		g.Add(len(row), func(i int) float64 { return row[i] })
	}
	return g.Chi()
}

// Golomb gathers χ as time goes on.
type Golomb struct {
	count, sum, square []float64 // of each neuron, when it had a value
	mean, meanSquare   float64   // of the population
	times              float64
}

// Add takes the values of n neurons at one time; NaN is no value.
func (g *Golomb) Add(n int, value func(i int) float64) {
	if g.sum == nil {
		g.count, g.sum, g.square = make([]float64, n), make([]float64, n), make([]float64, n)
	}
	total, present := 0.0, 0.0
	for i := range n {
		if x := value(i); !math.IsNaN(x) {
			g.count[i]++
			g.sum[i] += x
			g.square[i] += x * x
			total += x
			present++
		}
	}
	if present > 0 {
		mean := total / present
		g.mean += mean
		g.meanSquare += mean * mean
		g.times++
	}
}

// Chi returns χ so far.
func (g *Golomb) Chi() (float64, bool) {
	single, neurons := 0.0, 0.0
	for i, n := range g.count {
		if n > 0 {
			m := g.sum[i] / n
			single += math.Max(0, g.square[i]/n-m*m)
			neurons++
		}
	}
	if !(single > 0) {
		return 0, false
	}
	m := g.mean / g.times
	return math.Sqrt(math.Max(0, g.meanSquare/g.times-m*m) / (single / neurons)), true
}
