package compare

import (
	"math"
	"slices"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a confidence interval; every one of this package holds its value with probability 95 %.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Contains says whether x is in the interval.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// HalfWidth returns (High − Low)/2.
func (i Interval) HalfWidth() float64 { return (i.High - i.Low) / 2 }

// Estimate is a value with its standard error and 95 % interval, which need not be symmetric.
type Estimate struct {
	Value    float64  `json:"value"`
	SE       float64  `json:"se"`
	Interval Interval `json:"interval"`
}

// Level is one rung of a study: independent replicated values at a number of neurons N.
type Level struct {
	N      int
	Values []float64
}

const (
	bootstrapDraws = 1000
	fewFreedom     = 10  // degrees of freedom below which resampling has too little to resample
	manyValues     = 256 // of a level, from which on its mean is drawn from the normal law
)

// MeanEstimate returns the mean of independent replicated values. The interval is studentised by the bootstrap (Efron 1979;
// Hall 1988, Ann. Stat. 16:927), which follows the skewness of the law of the values; with fewer than eleven values it is Student's. It panics on an
// empty list; with one value the interval is that value and SE is 0, for nothing is known of its scatter.
func MeanEstimate(values []float64, seed uint64) Estimate {
	means, variances, _ := summaries([]Level{{1, values}})
	if variances[0] == 0 {
		return Estimate{means[0], 0, Interval{means[0], means[0]}}
	}
	e, _ := bootstrap([]Level{{1, values}}, func(means, variances []float64) (fit, bool) {
		return fit{means, []float64{math.Sqrt(variances[0])}}, variances[0] > 0
	}, bootstrapDraws, seed)
	return e[0]
}

// VarianceEstimate returns the unbiased variance of independent values of any law with a finite fourth moment. The interval is
// that of Bonett (2006, Comput. Stat. Data Anal. 50:775): normal for the logarithm of the variance, with a kurtosis about a trimmed mean.
// It needs about 25 values of a light-tailed law, and 200 of one with the kurtosis 9 of the exponential law. It panics on fewer than five values.
func VarianceEstimate(values []float64) Estimate {
	n := float64(len(values))
	if n < 5 {
		panic("compare: the interval of a variance needs five values")
	}
	mean, variance := Moments(values)
	if variance == 0 {
		return Estimate{}
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	cut := int(n / (2 * math.Sqrt(n-4)))
	cut = min(cut, (len(values)-1)/2)
	centre, _ := Moments(sorted[cut : len(sorted)-cut])
	fourth, second := 0.0, 0.0
	for _, v := range values {
		fourth += math.Pow(v-centre, 4)
		second += (v - mean) * (v - mean)
	}
	z := distuv.UnitNormal.Quantile(0.975)
	small := n / (n - z)
	se := small * math.Sqrt(math.Max(n*fourth/(second*second)-(n-3)/n, 0)/(n-1))
	return Estimate{variance, variance * se, Interval{small * variance * math.Exp(-z*se), small * variance * math.Exp(z*se)}}
}

// fit is what an estimator finds: parameters and their standard errors.
type fit struct{ values, ses []float64 }

// estimator finds parameters from the means of levels and the variances of these means; false: it cannot.
type estimator func(means, variances []float64) (fit, bool)

// bootstrap returns the estimates with studentised intervals: replicas are drawn again within their level, the parameters found
// anew, and the quantiles of (θ* − θ)/SE* take the place of Student's. It is false where the parameters cannot be found,
// or not for one draw in twenty. draws may be 0, for bootstrapDraws of them.
func bootstrap(levels []Level, e estimator, draws int, seed uint64) ([]Estimate, bool) {
	if draws == 0 {
		draws = bootstrapDraws
	}
	means, variances, freedom := summaries(levels)
	found, ok := e(means, variances)
	if !ok {
		return nil, false
	}
	if floats.Max(found.ses) == 0 {
		return found.estimates(func(int) (low, high float64) { return 0, 0 }), true
	}
	if freedom < fewFreedom {
		t := distuv.StudentsT{Sigma: 1, Nu: math.Max(freedom, 1)}.Quantile(0.975)
		return found.estimates(func(int) (low, high float64) { return -t, t }), true
	}
	r := rand.New(rand.NewSource(seed))
	pivots := make([][]float64, len(found.values))
	drawnMeans, drawnVariances := make([]float64, len(levels)), make([]float64, len(levels))
	failed := 0
	for range draws {
		for k, l := range levels {
			drawnMeans[k], drawnVariances[k] = redraw(l.Values, means[k], variances[k], r)
		}
		again, ok := e(drawnMeans, drawnVariances)
		if !ok {
			failed++
			continue
		}
		for p := range pivots {
			if t := (again.values[p] - found.values[p]) / again.ses[p]; !math.IsNaN(t) {
				pivots[p] = append(pivots[p], t)
			}
		}
	}
	for p := range pivots {
		if failed*20 > draws || len(pivots[p])*20 < draws*19 {
			return nil, false
		}
		slices.Sort(pivots[p])
	}
	return found.estimates(func(p int) (low, high float64) { return order(pivots[p], 0.025), order(pivots[p], 0.975) }), true
}

// estimates turns quantiles of the pivots into intervals.
func (f fit) estimates(quantiles func(p int) (low, high float64)) []Estimate {
	out := make([]Estimate, len(f.values))
	for p, v := range f.values {
		low, high := quantiles(p)
		out[p] = Estimate{v, f.ses[p], Interval{v - high*f.ses[p], v - low*f.ses[p]}}
	}
	return out
}

// order returns a quantile of sorted draws.
func order(sorted []float64, p float64) float64 {
	return sorted[min(max(int(math.Ceil(p*float64(len(sorted)+1)))-1, 0), len(sorted)-1)]
}

// summaries returns the mean of each level, the variance of that mean, and the degrees of freedom of all.
func summaries(levels []Level) (means, variances []float64, freedom float64) {
	for _, l := range levels {
		mean, variance := Moments(l.Values)
		if variance < 1e-28*mean*mean { // rounding
			variance = 0
		}
		means, variances = append(means, mean), append(variances, variance/float64(len(l.Values)))
		freedom += float64(len(l.Values) - 1)
	}
	return means, variances, freedom
}

// redraw returns the mean of as many values drawn with replacement, and the estimated variance of that mean.
func redraw(values []float64, mean, variance float64, r *rand.Rand) (drawnMean, drawnVariance float64) {
	n := float64(len(values))
	if len(values) >= manyValues {
		return mean + math.Sqrt(variance)*r.NormFloat64(), variance
	}
	first, second := 0.0, 0.0
	for range values {
		v := values[r.Intn(len(values))] - mean
		first, second = first+v, second+v*v
	}
	first /= n
	return mean + first, math.Max(second/n-first*first, 0) / (n - 1)
}
