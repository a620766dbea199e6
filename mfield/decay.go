package mfield

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Decay is the exponential rate at which a positive quantity decays at the end.
type Decay struct {
	Rate     float64 // r of C e^{−rt}
	Error    float64 // half the width of its interval: by how much the rate still changes, and what the floor may do to it
	Residual float64 // root mean square of ln(value) about the line of the last third of the window
	From, To float64 // window of time
}

// FitDecay fits values(t) ~ C e^{−rt} to the tail of a curve: lines through ln(value) over the three thirds of
// the window, which is the second half of the time in which the values are above floor, give three rates. When
// they approach a limit geometrically, as they do when a faster mode dies out, Rate is that limit
// (Aitken's extrapolation) and Error the larger of its distance to the last of them and of the last difference; else Rate is the last one and Error the
// largest difference. A curve that meets its floor like a relative error √(floor/value)/500 of its rate widens the
// interval by that; 0 is no floor. times ascend. It returns false without three points in each third.
func FitDecay(times, values []float64, floor float64) (Decay, bool) {
	var t, y []float64
	for i, v := range values {
		if v <= floor {
			break
		}
		if !math.IsInf(v, 1) {
			t, y = append(t, times[i]), append(y, math.Log(v))
		}
	}
	if len(t) < 9 {
		return Decay{}, false
	}
	d := Decay{From: (t[0] + t[len(t)-1]) / 2, To: t[len(t)-1]}
	var rates [3]float64
	for k := range rates {
		width := (d.To - d.From) / 3
		x, ln := between(t, y, d.From+float64(k)*width, d.From+float64(k+1)*width)
		if len(x) < 3 {
			return Decay{}, false
		}
		offset, slope := stat.LinearRegression(x, ln, nil, false)
		rates[k] = -slope
		d.Residual = 0
		for i := range x {
			r := ln[i] - offset - slope*x[i]
			d.Residual += r * r / float64(len(x))
		}
	}
	d.Residual = math.Sqrt(d.Residual)
	d.Rate, d.Error = limit(rates)
	d.Error += math.Abs(d.Rate) * math.Sqrt(math.Max(0, floor)*math.Exp(-y[len(y)-1])) / 500
	return d, true
}

// between returns the part of a curve with from ≤ x ≤ to, up to rounding at the end.
func between(x, y []float64, from, to float64) ([]float64, []float64) {
	i, j := 0, len(x)
	for i < j && x[i] < from {
		i++
	}
	for j > i && x[j-1] > to*(1+1e-12) {
		j--
	}
	return x[i:j], y[i:j]
}

// limit extrapolates three rates.
func limit(r [3]float64) (rate, uncertainty float64) {
	first, second := r[1]-r[0], r[2]-r[1]
	if first*second > 0 && math.Abs(second) < 0.9*math.Abs(first) {
		rate = r[2] + second*second/(first-second)
		return rate, math.Max(math.Abs(rate-r[2]), math.Abs(second))
	}
	return r[2], math.Max(math.Abs(first), math.Abs(second))
}
