package compare

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// line is a weighted least-squares fit of y = intercept + slope·x.
type line struct {
	intercept, slope           float64
	interceptError, slopeError float64
	misfit                     float64 // probability of a χ² as large, 1 where nothing is left to judge it by
}

// newLine fits values with known standard errors (Press et al. 2007, §15.2). Two points or more with different x; of errors 0 none.
func newLine(x, y, se []float64) line {
	var s, sx, sy, sxx, sxy float64
	for k := range x {
		w := 1 / (se[k] * se[k])
		s, sx, sy, sxx, sxy = s+w, sx+w*x[k], sy+w*y[k], sxx+w*x[k]*x[k], sxy+w*x[k]*y[k]
	}
	det := s*sxx - sx*sx
	l := line{(sxx*sy - sx*sxy) / det, (s*sxy - sx*sy) / det, math.Sqrt(sxx / det), math.Sqrt(s / det), 1}
	chi := 0.0
	for k := range x {
		r := (y[k] - l.intercept - l.slope*x[k]) / se[k]
		chi += r * r
	}
	if free := float64(len(x) - 2); free > 0 {
		l.misfit = mathext.GammaIncRegComp(free/2, chi/2)
	}
	return l
}

// significant is how many standard errors above 0 a value must be for its logarithm to be fitted.
const significant = 3

// PowerLaw returns γ of values C·N^−γ measured at two sizes N or more, a line through their logarithms by weighted least squares, with
// its interval. misfit is the probability that chance alone leaves the points as far from the line. ok is false with fewer than two different sizes at which the value is
// three standard errors above 0.
func PowerLaw(sizes []float64, values []Estimate) (gamma Estimate, misfit float64, ok bool) {
	var x, y, se []float64
	for k, m := range values {
		if m.Value > significant*m.SE && m.SE > 0 {
			x, y, se = append(x, math.Log(sizes[k])), append(y, math.Log(m.Value)), append(se, m.SE/m.Value)
		}
	}
	if len(x) < 2 || x[0] == x[len(x)-1] {
		return Estimate{}, 0, false
	}
	l := newLine(x, y, se)
	return normal(-l.slope, l.slopeError), l.misfit, true
}

// Limit returns the limit for N → ∞ of values that are limit + slope/N + o(1/N), by weighted least squares over the sizes N, ascending, and the slope, both with their
// intervals; of one size the value itself, ok being false.
func Limit(sizes []float64, values []Estimate) (limit, slope Estimate, ok bool) {
	var x, y, se []float64
	for k, m := range values {
		if m.SE > 0 {
			x, y, se = append(x, 1/sizes[k]), append(y, m.Value), append(se, m.SE)
		}
	}
	if len(x) < 2 || x[0] == x[len(x)-1] {
		return values[len(values)-1], Estimate{}, false
	}
	l := newLine(x, y, se)
	return normal(l.intercept, l.interceptError), normal(l.slope, l.slopeError), true
}
