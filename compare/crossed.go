package compare

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Estimators of norms of a mean difference D from replicas D_r = D + noise, from which the norm of the noise is removed by products
// of independent replicas.

const maxJackknife = 40 // more replicas are taken together

// leave averages rows together until at most maxJackknife are left.
func leave(rows [][]float64) [][]float64 {
	if len(rows) < 4 {
		panic("compare: the distance of a mean law needs four replicas")
	}
	if len(rows) <= maxJackknife {
		return rows
	}
	groups, counts := make([][]float64, maxJackknife), make([]float64, maxJackknife)
	for i, row := range rows {
		g := i % maxJackknife
		if groups[g] == nil {
			groups[g] = make([]float64, len(row))
		}
		counts[g]++
		for k, x := range row {
			groups[g][k] += x
		}
	}
	for g, n := range counts {
		for k := range groups[g] {
			groups[g][k] /= n
		}
	}
	return groups
}

// jackknifed returns a statistic of rows with the standard error and Student's interval of its pseudo-values.
func jackknifed(rows [][]float64, statistic func([][]float64) float64) LawEstimate {
	n := float64(len(rows))
	all := statistic(rows)
	e := LawEstimate{Pseudo: make([]float64, len(rows)), without: make([]float64, len(rows))}
	others := make([][]float64, 0, len(rows))
	for r := range rows {
		others = append(append(others[:0], rows[:r]...), rows[r+1:]...)
		e.without[r] = statistic(others)
	}
	mean, _ := Moments(e.without)
	for r, rest := range e.without { // about the estimate itself
		e.Pseudo[r] = all + (n-1)*(mean-rest)
	}
	e.Value = all
	e.student(StandardError(e.Pseudo))
	return e
}

// student sets the standard error and Student's interval about the value.
func (e *LawEstimate) student(se float64) {
	half := distuv.StudentsT{Sigma: 1, Nu: float64(len(e.Pseudo) - 1)}.Quantile(0.975) * se
	e.SE, e.Interval = se, Interval{e.Value - half, e.Value + half}
}

// corrected takes the mean of the jackknife in place of the estimate: free of bias to first order in 1/replicas (Quenouille 1956), exactly for a
// quadratic form.
func (e LawEstimate) corrected() LawEstimate {
	n := float64(len(e.Pseudo))
	shift := 0.0
	for _, rest := range e.without {
		shift += (n - 1) / n * (e.Value - rest)
	}
	for r := range e.Pseudo {
		e.Pseudo[r] += shift
	}
	e.Value, e.Interval.Low, e.Interval.High = e.Value+shift, e.Interval.Low+shift, e.Interval.High+shift
	return e
}

// scaled multiplies the variance.
func (e LawEstimate) scaled(by float64) LawEstimate {
	root := math.Sqrt(by)
	for r, x := range e.Pseudo {
		e.Pseudo[r] = e.Value + root*(x-e.Value)
	}
	e.student(root * e.SE)
	return e
}

// crossedSquare estimates Σ w·D² by the mean of products of different replicas, (D̄² − s²/R), without bias (Hoeffding 1948).
func crossedSquare(rows [][]float64, weights []float64) float64 {
	n, sum := float64(len(rows)), 0.0
	for k, w := range weights {
		first, second := 0.0, 0.0
		for _, row := range rows {
			first, second = first+row[k], second+row[k]*row[k]
		}
		sum += w * (first*first - second) / (n * (n - 1))
	}
	return sum
}

// crossedNorm estimates Σ w·|D| by the mean of D_r·ψ(z), z the mean of the guides of the other replicas in its standard error and ψ(z) = erf(z/√2) + 2zφ(z). A
// guide is what knows the sign of D: D itself, or D made smooth. With D = 0 the mean is 0. Where the guide is large ψ is its sign. Where D passes
// through 0 along a line nothing is lost on the whole: in units of the standard error ∫(D·Eψ(D + Z) − |D|) dD = ∫x(ψ(x) − sign x) dx − 1 = 0.
func crossedNorm(rows, guides [][]float64, weights []float64) float64 {
	n, sum := float64(len(rows)), 0.0
	for k, w := range weights {
		first, second := 0.0, 0.0
		for _, guide := range guides {
			first, second = first+guide[k], second+guide[k]*guide[k]
		}
		for r, guide := range guides {
			x := guide[k]
			mean := (first - x) / (n - 1)
			square := (second - x*x - (n-1)*mean*mean) / ((n - 2) * (n - 1))
			sum += w * rows[r][k] * direction(mean, square) / n
		}
	}
	return sum
}

// direction returns ψ of a mean with its squared standard error.
func direction(mean, square float64) float64 {
	if mean == 0 {
		return 0
	}
	if mean*mean > 80*square { // both terms within 1e−16 of the sign
		return math.Copysign(1, mean)
	}
	z := mean / math.Sqrt(square)
	return math.Erf(z/math.Sqrt2) + 2*z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
}

// firstOrder returns by what the jackknife's variance is too large for a quadratic form Σ w·D², (4a + 2b)/(4a + 4b) with a = DᵀΣD/R, the part of first order,
// and b = tr Σ²/R², that of second order, which the jackknife counts twice (Efron and Stein 1981, Ann. Stat. 9:586). Both are estimated without bias for
// Gaussian noise of covariance Σ, from the products of the rows.
func firstOrder(rows [][]float64, weights []float64) float64 {
	n := float64(len(rows))
	mean, centred := make([]float64, len(weights)), make([][]float64, len(rows))
	for _, row := range rows {
		floats.AddScaled(mean, 1/n, row)
	}
	for r, row := range rows {
		centred[r] = floats.SubTo(make([]float64, len(row)), row, mean)
	}
	trace, square, along := 0.0, 0.0, 0.0 // tr S and tr S², DᵀSD of the estimated covariance S
	for _, a := range centred {
		p := product(a, mean, weights)
		along += p * p / (n - 1)
		for j, b := range centred {
			q := product(a, b, weights) / (n - 1)
			square += q * q
			if &a[0] == &centred[j][0] {
				trace += q
			}
		}
	}
	f := n - 1
	second := math.Max(0, f*f/((f-1)*(f+2))*(square-trace*trace/f)) / (n * n)
	first := math.Max(0, along/n-second)
	if first+second == 0 {
		return 1
	}
	return (4*first + 2*second) / (4 * (first + second))
}

// supremum estimates sup|D| of rows. The difference of each replica is read where the guide of the others is largest, with its sign: 0 in the mean where
// D = 0. Where a peak is clear, four standard errors high, the reading loses half the curvature times E(place)² on average, and the largest value of the mean
// guide gains. With a noise like t^H about a parabola the gain is (2 − H)/H times the loss (from the envelope of the maximum, whose derivative by the curvature is
// −place²): three times for rows that are their own guides, distribution functions with the noise of a Brownian motion, and as much for smooth
// guides. So a fourth or a half of gain and loss together, which is measured on the guides, is added; half of the two also widens the standard error, that of the difference
// at the peak. Where no peak is clear the standard error is the jackknife's.
func supremum(rows, guides [][]float64, rough float64) LawEstimate {
	share := 0.5
	if &rows[0][0] == &guides[0][0] {
		share = 0.25
	} else {
		rough = 1
	}
	at := len(rows[0])
	e := jackknifed(joined(rows, guides), func(rows [][]float64) float64 {
		a, b := split(rows, at)
		return crossedSup(a, b)
	}).scaled(rough)
	sum := total(guides)
	place := largest(sum)
	values := make([]float64, len(rows))
	for r, row := range rows {
		values[r] = row[place]
	}
	peak, _ := Moments(values)
	se := StandardError(values)
	if math.Abs(peak) <= 4*se {
		return e
	}
	both := math.Abs(sum[place])/float64(len(rows)) - crossedSup(guides, guides)
	e.Value += share * both
	wider := math.Sqrt(1 + both*both/(4*se*se))
	for r, v := range values {
		e.Pseudo[r] = e.Value + wider*math.Copysign(v-peak, (v-peak)*peak)
	}
	e.student(wider * se)
	return e
}

// crossedSup reads each replica where the others say.
func crossedSup(rows, guides [][]float64) float64 {
	sum, all := 0.0, total(guides)
	others := make([]float64, len(all))
	for r, guide := range guides {
		place := largest(floats.SubTo(others, all, guide))
		sum += math.Copysign(rows[r][place], rows[r][place]*others[place])
	}
	return sum / float64(len(rows))
}

// largest returns the place of the largest absolute value.
func largest(values []float64) int {
	place := 0
	for k, v := range values {
		if math.Abs(v) > math.Abs(values[place]) {
			place = k
		}
	}
	return place
}

func total(rows [][]float64) []float64 {
	sum := make([]float64, len(rows[0]))
	for _, row := range rows {
		floats.Add(sum, row)
	}
	return sum
}
