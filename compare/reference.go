package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/interp"
)

// Reference is a mean-field law that many samples are held against. Two questions are kept apart.
//
// How far is one network of N neurons from the limit? Distances of each replica answers it; its mean over replicas falls like
// N^{−1/2} and is not biased by their number.
//
// How far is the law of a neuron, at this N, from the limit? Law answers it from the rows of all replicas: with more replicas it tends to
// the distance of the mean law, which falls like 1/N, and the part that chance adds is removed.
type Reference struct {
	c        cumulative
	bins     []float64
	expected []float64 // densities on the bins
	grid     grid
	masses   []float64 // between points of the grid
}

// NetworkDistances are the distances of one network from a law. W2 is the Wasserstein-2 distance, in the unit of the potential.
type NetworkDistances struct {
	Distances
	W2 float64 `json:"w2"`
}

// NewReference prepares a density and the ascending edges of the histogram by which L1 and L2 compare. Both are kept and must not change.
func NewReference(d Density, bins []float64) *Reference {
	c := d.cumulative()
	r := &Reference{c: c, bins: bins, expected: Rebin(d, bins), grid: newGrid(c, bins)}
	floats.Scale(1/c.mass, r.expected)
	var curve interp.FritschButland
	if err := curve.Fit(c.x, c.f); err != nil {
		panic("compare: " + err.Error())
	}
	for k, x := range r.grid.x {
		switch {
		case x <= c.x[0]:
			r.grid.f[k] = 0
		case x >= c.x[len(c.x)-1]:
			r.grid.f[k] = 1
		default:
			r.grid.f[k] = curve.Predict(x)
		}
	}
	for k := 1; k < len(r.grid.f); k++ {
		r.masses = append(r.masses, math.Max(0, r.grid.f[k]-r.grid.f[k-1]))
	}
	return r
}

// Distances returns the distances of one sample, ascending and not empty, from the law. W1, W2 and KS are exact; L1 and L2
// are between the histograms, hold what counting adds, and depend on the bins.
func (r *Reference) Distances(sorted []float64) NetworkDistances {
	var d NetworkDistances
	d.W1, d.KS = sweep(sorted, r.c)
	d.W2 = math.Sqrt(r.c.quantileSquare(sorted))
	histogram := Histogram(sorted, r.bins)
	d.L1, d.L2 = L1(r.bins, histogram, r.expected), L2(r.bins, histogram, r.expected)
	return d
}

// W2 returns the Wasserstein-2 distance √(∫₀¹(Q_N − Q)² du) between the empirical law of sorted (ascending, not empty) and a density, exactly: the
// quantile function Q_N is a step function, Q linear in each cell that holds mass.
func W2(sorted []float64, d Density) float64 {
	sweep(sorted[:min(1, len(sorted))], d.cumulative()) // an empty sample or an infinite value
	return math.Sqrt(d.cumulative().quantileSquare(sorted))
}

// slopes returns weights of the grid's points with which Σ w·D² is W2² to leading order, ∫(F̄ − F)²/p dv.
func (r *Reference) slopes(widths []float64, tail float64) []float64 {
	weights := make([]float64, len(widths))
	for k := 1; k < len(widths)-1; k++ {
		if mass := (r.masses[k-1] + r.masses[k]) / 2; mass > 0 && math.Min(r.grid.f[k], 1-r.grid.f[k]) > tail {
			weights[k] = widths[k] * widths[k] / mass
		}
	}
	return weights
}

// quantileSquare returns ∫₀¹(Q_N − Q)² du.
func (c cumulative) quantileSquare(sorted []float64) float64 {
	n, sum, k := float64(len(sorted)), 0.0, 1
	u := 0.0
	for i, v := range sorted {
		for end := float64(i+1) / n; ; {
			to := math.Min(end, c.f[k])
			if mass := c.f[k] - c.f[k-1]; mass > 0 && to > u {
				width := c.x[k] - c.x[k-1]
				a, b := c.x[k-1]+(u-c.f[k-1])/mass*width-v, c.x[k-1]+(to-c.f[k-1])/mass*width-v
				sum += (to - u) * (a*a + a*b + b*b) / 3
				u = to
			}
			if c.f[k] > end || k == len(c.f)-1 {
				break
			}
			k++
		}
	}
	return sum
}

// Row returns F_N − F of a sample, sorted or not, on a grid that only the reference knows: what Law needs to know of a replica, at most a few hundred numbers.
func (r *Reference) Row(sample []float64) []float64 {
	return floats.SubTo(make([]float64, len(r.grid.x)), r.grid.empirical(sample), r.grid.f)
}

// LawDistances are distances of the mean law of replicas from a reference, without the part that chance adds. Squares may be negative
// by chance. W1, KS and L1 are unbiased where the laws are equal, and where the difference is large against its standard error; between, and for KS where two
// peaks are equally high, they are off by up to a third of the standard error of the difference (no estimator of an absolute value is unbiased everywhere).
type LawDistances struct {
	Replicas int         `json:"replicas"`
	W1       LawEstimate `json:"w1"`
	KS       LawEstimate `json:"ks"`
	L1       LawEstimate `json:"l1"`
	// W2Squared leaves out the tails in which one value of all replicas is expected.
	W2Squared LawEstimate `json:"w2_squared"`
	L2Squared LawEstimate `json:"l2_squared"`
}

// LawEstimate is an estimate from replicas with its jackknife pseudo-values (Tukey 1958), whose mean and scatter are those of the
// estimate: they can be the values of a Level.
type LawEstimate struct {
	Estimate
	Pseudo  []float64 `json:"-"`
	without []float64 // the estimate without each replica
}

// Law estimates the distances of the mean law from rows, one for each replica, of networks of n neurons. It panics on fewer than four rows.
func (r *Reference) Law(rows [][]float64, n int) LawDistances {
	groups := leave(rows)
	d := LawDistances{Replicas: len(rows)}
	widths := make([]float64, len(r.grid.x)) // of the trapezoid rule
	for k := 1; k < len(r.grid.x); k++ {
		half := (r.grid.x[k] - r.grid.x[k-1]) / 2
		widths[k-1], widths[k] = widths[k-1]+half, widths[k]+half
	}
	rough := firstOrder(groups, widths)
	d.W1 = jackknifed(groups, func(rows [][]float64) float64 { return crossedNorm(rows, rows, widths) }).scaled(rough)
	d.KS = supremum(groups, groups, rough)
	tail := fewValues / (float64(n) * float64(len(rows)))
	// its law is skewed, for one mode makes most of it: half of the correction keeps the lower tail covered
	factor := (1 + firstOrder(groups, r.slopes(widths, tail))) / 2
	d.W2Squared = jackknifed(groups, func(rows [][]float64) float64 { return r.quantileSquare(rows, tail) }).corrected().scaled(factor)
	d.L1, d.L2Squared = r.densities(groups)
	return d
}

// densities returns L1 and L2² of rows. L1 adds up the cells of the grid, with signs from the bins: it has no error of binning. L2² of the bins
// and of pairs of them is extrapolated to bins of no width, from which it differs by the square of the width (Richardson 1911).
func (r *Reference) densities(rows [][]float64) (l1, l2 LawEstimate) {
	fine, fineWeights := r.cells(rows, 1)
	coarse, coarseWeights := r.cells(rows, 2)
	masses, guides := r.signs(rows, fine)
	factor := firstOrder(fine, fineWeights)
	at := len(r.masses)
	l1 = jackknifed(joined(masses, guides), func(rows [][]float64) float64 {
		a, b := split(rows, at)
		return crossedNorm(a, b, ones(at))
	}).scaled(factor)
	at = len(fineWeights)
	l2 = jackknifed(joined(fine, coarse), func(rows [][]float64) float64 {
		a, b := split(rows, at)
		return (4*crossedSquare(a, fineWeights) - crossedSquare(b, coarseWeights)) / 3
	}).scaled(factor)
	return l1, l2
}

// signs returns the differences of the masses of the grid's cells and, as their guides, those of the densities at their middles: the densities of the
// bins smoothed over up to seven of them by a cubic (Savitzky and Golay 1964), and linear between the middles of the bins.
func (r *Reference) signs(rows, bins [][]float64) (masses, guides [][]float64) {
	x := r.grid.x
	for i, row := range rows {
		density := make([]float64, len(bins[i]))
		middle := make([]float64, len(bins[i]))
		for b, mass := range bins[i] {
			from, to := x[r.grid.bins[b]], x[r.grid.bins[b+1]]
			density[b], middle[b] = mass/(to-from), (from+to)/2
		}
		density = smoothed(density)
		var mass, guide []float64
		b := 0
		for k := 1; k < len(x); k++ {
			at := (x[k-1] + x[k]) / 2
			for b < len(middle)-2 && at > middle[b+1] {
				b++
			}
			value := density[b]
			if at > middle[b] && b+1 < len(middle) {
				value += (density[b+1] - density[b]) * math.Min(1, (at-middle[b])/(middle[b+1]-middle[b]))
			}
			mass, guide = append(mass, row[k]-row[k-1]), append(guide, value)
		}
		masses, guides = append(masses, mass), append(guides, guide)
	}
	return masses, guides
}

// smoothed fits cubics to neighbours.
func smoothed(values []float64) []float64 {
	kernels := [][]float64{{1}, {1}, {17. / 35, 12. / 35, -3. / 35}, {7. / 21, 6. / 21, 3. / 21, -2. / 21}}
	out := make([]float64, len(values))
	for k, v := range values {
		kernel := kernels[min(k, len(values)-1-k, 3)]
		out[k] = kernel[0] * v
		for d := 1; d < len(kernel); d++ {
			out[k] += kernel[d] * (values[k-d] + values[k+d])
		}
	}
	return out
}

// joined puts rows side by side; split takes them apart.
func joined(a, b [][]float64) [][]float64 {
	out := make([][]float64, len(a))
	for i := range a {
		out[i] = slices.Concat(a[i], b[i])
	}
	return out
}

func split(rows [][]float64, at int) (a, b [][]float64) {
	for _, row := range rows {
		a, b = append(a, row[:at]), append(b, row[at:])
	}
	return a, b
}

const fewValues = 1 // of all replicas, beyond which W2 does not look into a tail

// quantileSquare returns ∫(Q̄ − Q)² du from tail to 1 − tail, Q̄ the quantile function of the mean law of the rows.
func (r *Reference) quantileSquare(rows [][]float64, tail float64) float64 {
	f := slices.Clone(r.grid.f)
	for _, row := range rows {
		floats.AddScaled(f, 1/float64(len(rows)), row)
	}
	a, b := quantiles{r.grid.x, f, 0}, quantiles{r.grid.x, r.grid.f, 0}
	sum := 0.0
	for u := tail; u < 1-tail; {
		to := math.Min(math.Min(a.end(u), b.end(u)), 1-tail)
		from, last := a.at(u)-b.at(u), a.at(to)-b.at(to)
		sum += (to - u) * (from*from + from*last + last*last) / 3
		u = to
	}
	return sum
}

// quantiles walks up the quantile function of a distribution function that is linear between points.
type quantiles struct {
	x, f []float64
	k    int // of the end of the present piece
}

// end moves to the piece that holds u and what follows, and returns where it ends.
func (q *quantiles) end(u float64) float64 {
	for q.k < len(q.f) && q.f[q.k] <= u {
		q.k++
	}
	if q.k == len(q.f) {
		return 1
	}
	return q.f[q.k]
}

// at returns the quantile of u in the present piece; outside of the points the nearest of them.
func (q *quantiles) at(u float64) float64 {
	switch q.k {
	case 0:
		return q.x[0]
	case len(q.f):
		return q.x[q.k-1]
	}
	mass := q.f[q.k] - q.f[q.k-1]
	return q.x[q.k-1] + (q.x[q.k]-q.x[q.k-1])*(u-q.f[q.k-1])/mass
}

// cells returns the differences of the masses of so many bins taken together, and 1/width.
func (r *Reference) cells(rows [][]float64, together int) (cells [][]float64, weights []float64) {
	cells = make([][]float64, len(rows))
	for b := 0; b+1 < len(r.grid.bins); b += together {
		from, to := r.grid.bins[b], r.grid.bins[min(b+together, len(r.grid.bins)-1)]
		weights = append(weights, 1/(r.grid.x[to]-r.grid.x[from]))
		for i, row := range rows {
			cells[i] = append(cells[i], row[to]-row[from])
		}
	}
	return cells, weights
}
