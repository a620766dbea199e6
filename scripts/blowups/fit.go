package main

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// estimate is a mean over networks with its standard error.
type estimate struct{ n, value, se float64 }

// law is the fit value = limit + C·N^−γ.
type law struct {
	limit, se float64    // of the limit: half the interval in which χ² grows by 1 at most
	slope     float64    // C
	gamma     float64    // the best
	interval  [2]float64 // in which χ² grows by 4 at most
	resolved  bool       // a bias is there at three standard errors, and the interval lies inside that searched
}

// Exponents that are searched.
const leastGamma, mostGamma = 0.2, 2.0

// fit fits the law to estimates at three sizes or more. For each γ the rest is linear.
func fit(list []estimate) law {
	type trial struct{ gamma, limit, slope, se, chi2 float64 }
	var trials []trial
	best := trial{chi2: math.Inf(1)}
	for g := leastGamma; g <= mostGamma+1e-9; g += 0.01 {
		t := trial{gamma: g}
		t.limit, t.slope, t.se, t.chi2 = line(list, g)
		if trials = append(trials, t); t.chi2 < best.chi2 {
			best = t
		}
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	f := law{limit: best.limit, slope: best.slope, gamma: best.gamma, interval: [2]float64{math.Inf(1), math.Inf(-1)}}
	for _, t := range trials {
		if rest := best.chi2 + 1 - t.chi2; rest >= 0 {
			lo, hi = math.Min(lo, t.limit-t.se*math.Sqrt(rest)), math.Max(hi, t.limit+t.se*math.Sqrt(rest))
		}
		if t.chi2 <= best.chi2+4 {
			f.interval[0], f.interval[1] = math.Min(f.interval[0], t.gamma), math.Max(f.interval[1], t.gamma)
		}
	}
	f.se = (hi - lo) / 2
	f.resolved = flat(list) > best.chi2+9 && f.interval[1] < mostGamma-0.005
	return f
}

// line fits limit + C·N^−γ at a given γ.
func line(list []estimate, gamma float64) (limit, slope, se, chi2 float64) {
	var x, y, w []float64
	for _, e := range list {
		x, y, w = append(x, math.Pow(e.n, -gamma)), append(y, e.value), append(w, 1/(e.se*e.se))
	}
	limit, slope = stat.LinearRegression(x, y, w, false)
	for i := range x {
		d := y[i] - limit - slope*x[i]
		chi2 += d * d * w[i]
	}
	mean, variance := stat.PopMeanVariance(x, w)
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	return limit, slope, math.Sqrt((1 + mean*mean/variance) / sum), chi2
}

// flat returns χ² of a value that does not depend on N.
func flat(list []estimate) (chi2 float64) {
	sum, weight := 0.0, 0.0
	for _, e := range list {
		sum, weight = sum+e.value/(e.se*e.se), weight+1/(e.se*e.se)
	}
	for _, e := range list {
		d := (e.value - sum/weight) / e.se
		chi2 += d * d
	}
	return chi2
}
