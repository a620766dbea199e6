package compare

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Bias is a fit of signed errors to δ0 + δ1·x: x = N^−γ with γ = 1 for what a finite number of neurons adds to a mean, x = dt^p for
// what a time step adds.
type Bias struct {
	Floor Estimate `json:"floor"` // δ0: what remains at x = 0
	Slope Estimate `json:"slope"` // δ1
	// ChiSquare, Freedom and P say how well the line fits, as in Scaling.
	ChiSquare float64 `json:"chi_square"`
	Freedom   int     `json:"freedom"`
	P         float64 `json:"p"`
}

// FitBias fits replicated signed errors to δ0 + δ1/N. δ1 is the coefficient of the bias of finite networks, δ0 what time step and
// grid leave when N → ∞. Weights and intervals are those of FitScaling. It panics on fewer than two different N or two values at one.
func FitBias(levels []Level, seed uint64) Bias { return FitFloor(levels, 1, seed) }

// FitFloor is FitBias for errors that fall like N^−γ with a known γ: δ0 + δ1·N^−γ.
func FitFloor(levels []Level, gamma float64, seed uint64) Bias {
	x, values := make([]float64, len(levels)), make([][]float64, len(levels))
	for k, l := range levels {
		x[k], values[k] = math.Pow(float64(l.N), -gamma), l.Values
	}
	return fitLine(x, values, seed)
}

// Step is a value, replicated, that was computed with a numerical step: a time step or the width of a cell.
type Step struct {
	Size   float64
	Values []float64
}

// Extrapolate fits replicated values to δ0 + δ1·size^order, the order of the scheme given (Richardson 1911). δ0 is the value without
// the error of the step, and δ1·size^order that error. Replicas of different steps are taken as independent. It panics on fewer than two different sizes or two values at one.
func Extrapolate(steps []Step, order float64, seed uint64) Bias {
	x, values := make([]float64, len(steps)), make([][]float64, len(steps))
	for k, s := range steps {
		if !(s.Size > 0) {
			panic("compare: a numerical step is positive")
		}
		x[k], values[k] = math.Pow(s.Size, order), s.Values
	}
	return fitLine(x, values, seed)
}

// At returns an estimate of δ1·x alone.
func (b Bias) At(x float64) Estimate {
	e := Estimate{b.Slope.Value * x, b.Slope.SE * math.Abs(x), Interval{b.Slope.Interval.Low * x, b.Slope.Interval.High * x}}
	if x < 0 {
		e.Interval.Low, e.Interval.High = e.Interval.High, e.Interval.Low
	}
	return e
}

func fitLine(x []float64, values [][]float64, seed uint64) Bias {
	levels, counts, logs := make([]Level, len(x)), make([]float64, len(x)), make([]float64, len(x))
	for k, v := range values {
		if len(v) < 2 {
			panic("compare: a level needs two values")
		}
		levels[k], counts[k], logs[k] = Level{Values: v}, float64(len(v)), math.Log(x[k])
	}
	if floats.Max(x) == floats.Min(x) {
		panic("compare: a line needs two different levels")
	}
	floats.AddConst(-floats.Sum(logs)/float64(len(logs)), logs)
	columns := [][]float64{ones(len(x)), x}
	estimates, ok := bootstrap(levels, func(means, variances []float64) (fit, bool) {
		rows, ok := pseudoinverse(columns, smooth(logs, counts, means, variances))
		if !ok {
			return fit{}, false
		}
		return fit{[]float64{floats.Dot(rows[0], means), floats.Dot(rows[1], means)}, errorsOf(rows, variances)}, true
	}, bootstrapDraws, seed)
	if !ok {
		panic("compare: a line through these levels is not determined")
	}
	b := Bias{Floor: estimates[0], Slope: estimates[1]}
	means, variances, _ := summaries(levels)
	b.ChiSquare, b.Freedom, b.P = goodness(columns, means, variances, counts)
	return b
}
