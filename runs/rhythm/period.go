package rhythm

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/stat"
)

// dip is how far, relative to its mean over shorter lags, the difference of a signal and its shifted
// copy falls at a period.
const dip = 0.3

// lag returns the first lag, in bins, after which signals repeat themselves: the difference function
// d(τ) = Σ (x(i) − x(i+τ))², divided by its mean over shorter lags, has a minimum below dip there
// (de Cheveigné and Kawahara 2002, eqs 6 and 8). noise is the variance that independent noise adds to a bin. It
// returns NaN when there is none within half the length.
func lag(signals [][]float64, noise float64) float64 {
	n := len(signals[0])
	d := make([]float64, n/2)
	for _, x := range signals {
		for tau, v := range difference(detrended(x)) {
			d[tau] += v
		}
	}
	for tau := range d {
		d[tau] -= noise * float64(len(signals)*n)
	}
	level := stat.Mean(d, nil)
	sum, apart := 0.0, false
	for tau := 1; tau+1 < len(d); tau++ {
		sum += d[tau]
		if apart = apart || d[tau] > level/2; !apart || d[tau]*float64(tau) > dip*sum {
			continue
		}
		for tau+2 < len(d) && d[tau+1] < d[tau] {
			tau++
		}
		if curved := d[tau-1] - 2*d[tau] + d[tau+1]; curved > 0 {
			return float64(tau) + (d[tau-1]-d[tau+1])/(2*curved)
		}
		return math.NaN()
	}
	return math.NaN()
}

// detrended returns the signal less the line through it.
func detrended(x []float64) []float64 {
	at := make([]float64, len(x))
	for i := range at {
		at[i] = float64(i)
	}
	a, b := stat.LinearRegression(at, x, nil, false)
	for i := range at {
		at[i] = x[i] - a - b*at[i]
	}
	return at
}

// difference returns d(τ) over the first half of the signal, for τ up to half its length.
func difference(x []float64) []float64 {
	n, half := len(x), len(x)/2
	fft := fourier.NewFFT(n)
	first := make([]float64, n)
	copy(first, x[:half])
	a, b := fft.Coefficients(nil, first), fft.Coefficients(nil, x)
	for k := range a {
		b[k] *= cmplx.Conj(a[k])
	}
	r := fft.Sequence(nil, b)
	still, moving := 0.0, 0.0
	for _, v := range x[:half] {
		still += v * v
	}
	moving = still
	d := make([]float64, half)
	for tau := range d {
		d[tau] = still + moving - 2*r[tau]/float64(n)
		moving += x[tau+half]*x[tau+half] - x[tau]*x[tau]
	}
	return d
}

// perPeriod is the number of samples of a period in its Fourier coefficient.
const perPeriod = 256

// cycles returns the coefficient of the fundamental, c = (1/T)∫ N(t) e^{−2πit/T} dt with t from the start of
// the period, of each of the last count periods before to.
func (f Fired) cycles(to, period float64, count int) []complex128 {
	c := make([]complex128, count)
	for k := range c {
		from := to - float64(count-k)*period
		for j, x := range f.sampled(from, from+period, perPeriod) {
			c[k] += cmplx.Rect(x/perPeriod, -2*math.Pi*(float64(j)+0.5)/perPeriod)
		}
	}
	return c
}

// whole returns how many periods fit between two times.
func whole(from, to, period float64) int { return int((to-from)/period*(1+1e-12) + 1e-9) }

// tuned improves a period until the phase of the fundamental is on average the same in successive
// periods, and returns the coefficients in each of them, one row a signal.
func tuned(signals []Fired, from, to, period float64) (float64, [][]complex128) {
	const rounds = 8
	var rows [][]complex128
	for range rounds {
		rows = rows[:0]
		var turn complex128
		for _, f := range signals {
			c := f.cycles(to, period, whole(from, to, period))
			rows = append(rows, c)
			for k := range len(c) - 1 {
				turn += c[k+1] * cmplx.Conj(c[k])
			}
		}
		slip := cmplx.Phase(turn) / (2 * math.Pi)
		if math.Abs(slip) < 1e-13 || whole(from, to, period/(1+slip)) < 2 {
			break
		}
		period /= 1 + slip
	}
	return period, rows
}

// slips returns the turns of the fundamental's phase from each period to the next.
func slips(c []complex128) []float64 {
	list := make([]float64, max(0, len(c)-1))
	for k := range list {
		list[k] = cmplx.Phase(c[k+1]*cmplx.Conj(c[k])) / (2 * math.Pi)
	}
	return list
}

// Repeating returns the time between events, ascending, that come after from, and the largest deviation of one such
// time; NaN when there are fewer than three, or they differ by more than a hundredth.
func Repeating(events []float64, from float64) (period, deviation float64) {
	var gaps []float64
	for k := 1; k < len(events); k++ {
		if events[k-1] >= from {
			gaps = append(gaps, events[k]-events[k-1])
		}
	}
	if len(gaps) < 3 {
		return math.NaN(), math.NaN()
	}
	period = stat.Mean(gaps, nil)
	for _, g := range gaps {
		deviation = math.Max(deviation, math.Abs(g-period))
	}
	if deviation > 0.01*period {
		return math.NaN(), math.NaN()
	}
	return period, deviation
}
