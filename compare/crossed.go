package compare

import (
	"math"

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
	e.Value, e.SE = all, StandardError(e.Pseudo)
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * e.SE
	e.Interval = Interval{all - half, all + half}
	return e
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

// crossedNorm estimates Σ w·|D| by the mean of D_r·ψ(z), z the mean of the other replicas in its standard error and ψ(z) = sign z + zφ(z). With
// D = 0 its mean is 0. Where D is large ψ is its sign. Where D passes through 0 the sign alone would lose as much as Σ w·|D̄|
// gains, ∫x²φ(x) dx = 1 in units of the standard error; the second term restores it.
func crossedNorm(rows [][]float64, weights []float64) float64 {
	n, sum := float64(len(rows)), 0.0
	for k, w := range weights {
		first, second := 0.0, 0.0
		for _, row := range rows {
			first, second = first+row[k], second+row[k]*row[k]
		}
		for _, row := range rows {
			x := row[k]
			mean := (first - x) / (n - 1)
			square := (second - x*x - (n-1)*mean*mean) / ((n - 2) * (n - 1))
			sum += w * x * direction(mean, square) / n
		}
	}
	return sum
}

// direction returns ψ of a mean with its squared standard error.
func direction(mean, square float64) float64 {
	if mean == 0 {
		return 0
	}
	sign := math.Copysign(1, mean)
	if mean*mean > 60*square { // zφ(z) < 1e−12
		return sign
	}
	z := mean / math.Sqrt(square)
	return sign + z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
}

// crossedSup estimates sup|D|. The difference of each replica is read where that of the others is largest, with their sign: 0 in the mean where D = 0. Where
// a peak is clear, four standard errors, its place is uncertain by a Brownian motion about a parabola (Chernoff 1964): reading it there loses E(place)²
// on average where the largest value of the mean gains three times as much (from the envelope of the maximum, whose derivative by the curvature is −place²), so that a
// fourth of the one and three fourths of the other are taken.
func crossedSup(rows [][]float64) float64 {
	n := float64(len(rows))
	totals := make([]float64, len(rows[0]))
	for _, row := range rows {
		for k, x := range row {
			totals[k] += x
		}
	}
	crossed := 0.0
	for _, row := range rows {
		place, most := 0, 0.0
		for k, total := range totals {
			if size := math.Abs(total - row[k]); size > most {
				place, most = k, size
			}
		}
		crossed += math.Copysign(row[place], row[place]*(totals[place]-row[place])) / n
	}
	place := 0
	for k := range totals {
		if math.Abs(totals[k]) > math.Abs(totals[place]) {
			place = k
		}
	}
	peak := totals[place] / n
	at := make([]float64, len(rows))
	for r, row := range rows {
		at[r] = row[place]
	}
	if math.Abs(peak) > 4*StandardError(at) {
		return (math.Abs(peak) + 3*crossed) / 4
	}
	return crossed
}
