package rhythm

import (
	"fmt"
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

const (
	smoothBins = 1 << 14
	fewest     = 4    // periods in the last half of a run without which nothing is said
	asked      = 8    // periods in the last half that a longer run is proposed for
	settled    = 0.01 // largest way to the limit, relative, of a rate that settles
	reached    = 0.1  // largest way to the final amplitude, in its logarithm, of an oscillation
)

// Smooth looks at a rate without noise on [end/2, end]. accuracy is the relative error of the rate:
// what moves by less than a hundred times that stands still.
func Smooth(f Fired, end, accuracy float64) Finding {
	from, out := end/2, newFinding()
	x := f.sampled(from, end, smoothBins)
	before, after := stroke(x[:len(x)/2]), stroke(x[len(x)/2:])
	out.Rate = f.mean(0.75*end, end)
	last := x[len(x)-1]
	if after <= 100*accuracy*math.Abs(out.Rate) {
		out.Kind, out.RateError = Stationary, after+accuracy*out.Rate
		return out
	}
	period := lag([][]float64{x}, 0) * (end - from) / smoothBins
	if math.IsNaN(period) {
		return out.relaxing(before, after, last, end)
	}
	if n := whole(from, end, period); n < fewest {
		out.Kind = Undecided
		out.Reason = fmt.Sprintf("the last half of the run holds %.2g periods of about %.3g: set time.end to %.3g or more", (end-from)/period, period, 2*asked*period)
		return out
	}
	period, rows := tuned([]Fired{f}, from, end, period)
	out.settle(f, period, end, accuracy)
	return out.judged(rows[0], end, accuracy)
}

// stroke returns the distance from the lowest to the highest value.
func stroke(x []float64) float64 { return floats.Max(x) - floats.Min(x) }

// relaxing judges a rate without a period by how its motion in the last quarter of the run compares with that
// in the quarter before: what shrinks by a factor q each time moves on by a geometric series.
func (out Finding) relaxing(before, after, last, end float64) Finding {
	q := after / before
	rest := after * q / (1 - q)
	out.RateError = math.Abs(last-out.Rate) + rest
	switch {
	case q < 0.9 && rest <= settled*out.Rate:
		out.Kind = Stationary
	case q < 0.9:
		out.Kind, out.Reason = Undecided, fmt.Sprintf("the rate still has about %.2g of itself to go: set time.end to %.3g or more", rest/out.Rate, 2*end)
	default:
		out.Kind, out.RateError = Undecided, math.NaN()
		out.Reason = fmt.Sprintf("the rate neither settles nor repeats itself in the last half of the run: time.end = %.3g or more may tell", 4*end)
	}
	return out
}

// settle fills the period and the rate over whole periods, both of the last quarter of the run; the errors have
// twice their distance from those of the time before, and of one period from the mean.
func (out *Finding) settle(f Fired, period, end, accuracy float64) {
	late, rows := tuned([]Fired{f}, 0.75*end, end, period)
	c := rows[0]
	out.Period, out.PeriodError = late, 2*math.Abs(late-period)+accuracy*late
	for _, s := range slips(c) {
		out.PeriodError = math.Max(out.PeriodError, 2*math.Abs(s)*late)
	}
	n := float64(len(c))
	out.Rate = f.mean(end-n*late, end)
	out.RateError = 2*math.Abs(f.mean(end-2*n*late, end-n*late)-out.Rate) + accuracy*out.Rate
}

// without takes out what only an oscillation has.
func (out Finding) without() Finding {
	out.Period, out.PeriodError, out.Amplitude = math.NaN(), math.NaN(), math.NaN()
	return out
}

// judged tells a lasting oscillation from one that decays. With A the amplitude in a period, ln(A′/A) from one
// period to the next is σ − cA² near the state that it ends in (Landau 1944; far from a bifurcation this is the linear law near the
// final amplitude): A tends to √(σ/c) where that is positive, to 0 where σ < 0.
func (out Finding) judged(c []complex128, end, accuracy float64) Finding {
	n := len(c)
	squares, growth := make([]float64, n-1), make([]float64, n-1)
	for k := range growth {
		squares[k] = cmplx.Abs(c[k]) * cmplx.Abs(c[k])
		growth[k] = math.Log(cmplx.Abs(c[k+1]) / cmplx.Abs(c[k]))
	}
	amplitude, period := cmplx.Abs(c[n-1]), out.Period
	still := 100 * accuracy * out.Rate // below it the amplitude is that of errors
	if amplitude <= still {
		out = out.without()
		out.Kind = Stationary
		return out
	}
	out.Kind, out.Amplitude = Oscillating, 2*amplitude/out.Rate
	if floats.Norm(growth, 1) <= still/amplitude {
		return out
	}
	sigma, slope, se := landau(squares, growth)
	switch final := -sigma / slope; {
	case sigma+3*se < 0 && growth[n-2] < 0:
		out = out.without()
		out.Kind, out.Reason = Stationary, fmt.Sprintf("an oscillation of period %.4g decays by %.3g a period", period, math.Exp(growth[n-2]))
		return out
	case sigma-3*se > 0 && slope < 0 && math.Abs(math.Log(final)/2-math.Log(amplitude)) < reached:
		return out
	case floats.Sum(growth) > 0:
		out.Reason = "grows"
	default:
		out.Reason = "shrinks"
	}
	motion := out.Reason
	out = out.without()
	out.Kind = Undecided
	out.Reason = fmt.Sprintf("an oscillation of period %.4g still %s, by %.3g in the last period: set time.end to %.3g or more", period, motion, math.Exp(growth[n-2]), 4*end)
	return out
}

// landau fits growth = σ + slope·A² and returns the standard error of σ.
func landau(squares, growth []float64) (sigma, slope, se float64) {
	sigma, slope = stat.LinearRegression(squares, growth, nil, false)
	rest, n := 0.0, float64(len(squares))
	for k := range squares {
		r := growth[k] - sigma - slope*squares[k]
		rest += r * r
	}
	mean, variance := stat.PopMeanVariance(squares, nil)
	return sigma, slope, math.Sqrt(rest / (n - 2) * (1 + mean*mean/variance) / n)
}
