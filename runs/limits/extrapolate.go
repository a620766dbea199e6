package limits

import (
	"math"

	"lapicque/runs/play"
)

// Limit is what a distance tends to, by the fit distance ≈ Value + C·x^Power, with its interval.
type Limit struct {
	Value play.Number `json:"value"`
	Low   play.Number `json:"low"` // 95 % interval
	High  play.Number `json:"high"`
	Power play.Number `json:"power"`
	Used  int         `json:"used"` // values
}

var unknown = Limit{Value: play.Number(math.NaN()), Low: play.Number(math.NaN()), High: play.Number(math.NaN()), Power: play.Number(math.NaN())}

// known reports whether there is a limit.
func (l Limit) known() bool { return !math.IsNaN(float64(l.Low)) && !math.IsNaN(float64(l.High)) }

// spread returns the standard error that a normal law with this interval has.
func (l Limit) spread() float64 { return float64(l.High-l.Low) / (2 * quantile95) }

const (
	quantile95 = 1.959964
	// misfit is how much of what is left of a distance, above its last value, a power may leave unexplained.
	misfit = 0.02
)

// Exponents that a distance may go to its limit with.
var (
	inKey  = powers(0.25, 2)  // of the small parameter; diffusion in the time of a jump gives ½
	inSize = powers(0.5, 1.0) // of 1/N: fluctuations and bias
)

// powers returns exponents, evenly spaced.
func powers(from, to float64) (list []float64) {
	const count = 36
	for k := range count {
		list = append(list, from+(to-from)*float64(k)/(count-1))
	}
	return list
}

// extrapolate returns the limit x → 0 of distances d with standard errors e, x descending. For each exponent the two other
// parameters are found by least squares; the interval is that of the profile likelihood: all values with χ² within 3.84 of the least one, times
// that one per degree of freedom where it is above 1. It is joined with the interval without the largest x, where three are left.
func extrapolate(x, d, e, exponents []float64) Limit {
	all := profile(x, d, e, exponents)
	if len(x) > 3 && all.known() {
		if fewer := profile(x[1:], d[1:], e[1:], exponents); fewer.known() {
			all.Low, all.High = min(all.Low, fewer.Low), max(all.High, fewer.High)
		}
	}
	return all
}

// profile returns the best fit and its interval, NaN from less than two points.
func profile(x, d, e, exponents []float64) Limit {
	n := len(x)
	if n < 2 {
		return unknown
	}
	weights := make([]float64, n)
	for i := range d {
		s := math.Hypot(e[i], misfit*(d[i]-d[n-1]))
		weights[i] = 1 / math.Max(s*s, 1e-16)
	}
	type fit struct{ c, se, chi2 float64 }
	fits, best := make([]fit, len(exponents)), 0
	for k, p := range exponents {
		var f fit
		f.c, f.se, f.chi2 = line(x, d, weights, p)
		if fits[k] = f; f.chi2 < fits[best].chi2 {
			best = k
		}
	}
	scale := math.Max(1, fits[best].chi2/math.Max(1, float64(n-3)))
	out := Limit{Value: play.Number(fits[best].c), Low: play.Number(math.Inf(1)), High: play.Number(math.Inf(-1)), Power: play.Number(exponents[best]), Used: n}
	for _, f := range fits {
		room := quantile95*quantile95*scale - (f.chi2 - fits[best].chi2)
		if room < 0 {
			continue
		}
		half := f.se * math.Sqrt(room)
		out.Low, out.High = min(out.Low, play.Number(f.c-half)), max(out.High, play.Number(f.c+half))
	}
	return out
}

// line returns the intercept of the weighted least-squares line of d against x^p, its standard error and χ².
func line(x, d, weights []float64, p float64) (c, se, chi2 float64) {
	var s, sx, sxx, sd, sxd float64
	for i, w := range weights {
		u := math.Pow(x[i]/x[0], p)
		s, sx, sxx, sd, sxd = s+w, sx+w*u, sxx+w*u*u, sd+w*d[i], sxd+w*u*d[i]
	}
	det := s*sxx - sx*sx
	c = (sxx*sd - sx*sxd) / det
	slope := (s*sxd - sx*sd) / det
	for i, w := range weights {
		r := d[i] - c - slope*math.Pow(x[i]/x[0], p)
		chi2 += w * r * r
	}
	return c, math.Sqrt(sxx / det), chi2
}
