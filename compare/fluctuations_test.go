package compare_test

import (
	"math"
	"math/cmplx"
	"os"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/compare"
)

// repetitions is 1000 with LAPICQUE_LONG=1, else few.
func repetitions(few int) int {
	if os.Getenv("LAPICQUE_LONG") == "1" {
		return 1000
	}
	return few
}

// calibration counts how far estimates are off and how often their intervals hold the truth.
type calibration struct {
	errors  []float64
	covered int
}

func (c *calibration) add(m compare.Estimate, truth float64) {
	c.errors = append(c.errors, m.Value-truth)
	if m.Interval.Contains(truth) {
		c.covered++
	}
}

// judge wants a bias within 3 standard errors and a coverage within 3 % of 95 %, with few repetitions within 4 standard deviations of the binomial law.
func (c *calibration) judge(t *testing.T, name string, truth float64) {
	t.Helper()
	n := float64(len(c.errors))
	m := compare.Student(c.errors)
	share := float64(c.covered) / n
	t.Logf("%-62s truth %9.5f  bias %+9.6f = %+5.2f s.e.  coverage %5.1f %%", name, truth, m.Value, m.Value/m.SE, 100*share)
	if math.Abs(m.Value) > 3*m.SE {
		t.Errorf("%s: bias %v, %v standard errors", name, m.Value, m.Value/m.SE)
	}
	if math.Abs(share-0.95) > max(0.03, 4*math.Sqrt(0.95*0.05/n)) {
		t.Errorf("%s: intervals of 95 %% cover %v", name, share)
	}
}

// signalLaw draws records of a stationary signal, averages over steps of dt, of known spectrum.
type signalLaw struct {
	name     string
	dt       float64
	record   func(n int) []float64
	spectrum func(omega float64) float64 // S(0) at 0
	floor    float64                     // S(∞)
}

// synthetic returns processes whose spectrum is known.
func synthetic(src rand.Source) []signalLaw {
	r := rand.New(src)
	rates := func(neurons int, interval func() float64) func(n int) []float64 { // of a population, steps of ¼
		return func(n int) []float64 {
			trains := make([][]float64, neurons)
			for i := range trains {
				trains[i] = renewal(interval, 1, float64(n)/4)
			}
			counts := compare.TimeHistogram(trains, 0, float64(n)/4, 0.25)
			for k := range counts {
				counts[k] /= float64(neurons) * 0.25
			}
			return counts
		}
	}
	gamma := func(shape float64) func(omega float64) float64 { // the renewal formula, times the number of neurons
		return func(omega float64) float64 {
			if omega < 1e-6 {
				return 1 / shape
			}
			h := cmplx.Pow(complex(1, omega/shape), complex(-shape, 0))
			return real((1 + h) / (1 - h))
		}
	}
	over := func(n float64, f func(float64) float64) func(float64) float64 {
		return func(omega float64) float64 { return f(omega) / n }
	}
	return []signalLaw{
		{"white", 0.5, func(n int) []float64 { return gaussian(r, n, 1, 0) }, func(float64) float64 { return 0.5 }, 0.5},
		{"Ornstein–Uhlenbeck, time 1, averaged", 0.25, func(n int) []float64 { return averagedOU(r, n, 0.25) },
			func(omega float64) float64 { return 2 / (1 + omega*omega) }, 0},
		{"5 Poisson trains", 0.25, rates(5, gammas(1, src)), func(float64) float64 { return 0.2 }, 0.2},
		{"8 gamma trains, shape 3", 0.25, rates(8, gammas(3, src)), over(8, gamma(3)), 0.125},
		{"8 gamma trains, shape 0.7", 0.25, rates(8, gammas(0.7, src)), over(8, gamma(0.7)), 0.125},
	}
}

// gaussian returns white noise times scale plus shift.
func gaussian(r *rand.Rand, n int, scale, shift float64) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = shift + scale*r.NormFloat64()
	}
	return out
}

// averagedOU returns averages over steps of an Ornstein–Uhlenbeck process of variance 1 and time 1, by 16 trapezia each.
func averagedOU(r *rand.Rand, n int, dt float64) []float64 {
	const parts = 16
	keep := math.Exp(-dt / parts)
	kick := math.Sqrt(1 - keep*keep)
	x := r.NormFloat64()
	out := make([]float64, n)
	for k := range out {
		for range parts {
			next := keep*x + kick*r.NormFloat64()
			out[k] += (x + next) / (2 * parts)
			x = next
		}
	}
	return out
}

// The long-window variance: one record of 64 windows a replica, 12 replicas.
func TestLongWindowCalibration(t *testing.T) {
	for _, p := range synthetic(rand.NewSource(21)) {
		var c calibration
		const window = 8.0
		for range repetitions(100) {
			values := make([]float64, 12)
			for k := range values {
				values[k] = compare.LongWindow(p.record(int(64*window/p.dt)), p.dt, window)
			}
			c.add(compare.Student(values), p.spectrum(0))
		}
		c.judge(t, "long-window variance, "+p.name, p.spectrum(0))
	}
}

// The spectrum: at one frequency, its mean over all, and all at once in the simultaneous band.
func TestSpectrumCalibration(t *testing.T) {
	for _, p := range synthetic(rand.NewSource(22)) {
		var one, mean calibration
		all := 0
		const segment, segments, tapers, count = 256, 6, 4, 20
		expected := compare.NewSpectrum(segment, tapers, p.dt).Expected(count, p.floor, p.spectrum)
		reps := repetitions(150)
		for k := range reps {
			s := compare.NewSpectrum(segment, tapers, p.dt)
			s.Add(p.record(segment * segments))
			values := s.Values(count)
			low, high := s.Band(0.95, 1)
			at := k % count
			ratio := values[at] / expected[at]
			one.add(compare.Estimate{Value: ratio, Interval: compare.Interval{Low: ratio * low, High: ratio * high}}, 1)
			low, high = s.Band(0.95, count)
			inside, sum := true, 0.0
			for j, v := range values {
				ratio := v / expected[j]
				sum += ratio / count
				if ratio*low > 1 || ratio*high < 1 {
					inside = false
				}
			}
			if mean.add(compare.Estimate{Value: sum}, 1); inside {
				all++
			}
		}
		one.judge(t, "spectrum over truth, "+p.name, 1)
		mean.covered = all
		mean.judge(t, "mean over frequencies; band of all, "+p.name, 1)
	}
}

// shared draws n neurons that have a part of their noise in common: correlation rho.
func shared(r *rand.Rand, n int, rho float64) []float64 {
	return gaussian(r, n, math.Sqrt(1-rho), math.Sqrt(rho)*r.NormFloat64()+0.3)
}

// contingency returns φ² of two Gaussian neurons of correlation rho on the cells between edges.
func contingency(rho float64, edges []float64) float64 {
	law := distuv.UnitNormal
	cell := func(k int, z float64) float64 { // probability given the common part
		at := func(i int) float64 {
			switch {
			case i == 0:
				return 0
			case i > len(edges):
				return 1
			}
			return law.CDF((edges[i-1] - math.Sqrt(rho)*z) / math.Sqrt(1-rho))
		}
		return at(k+1) - at(k)
	}
	sum := 0.0
	for a := range len(edges) + 1 {
		for b := range len(edges) + 1 {
			joint, pa, pb := 0.0, 0.0, 0.0
			for k := -800; k <= 800; k++ { // trapezia: exact to rounding for analytic decay
				z := float64(k) / 100
				w := law.Prob(z) / 100
				joint += w * cell(a, z) * cell(b, z)
				pa += w * cell(a, z)
				pb += w * cell(b, z)
			}
			sum += (joint - pa*pb) * (joint - pa*pb) / (pa * pb)
		}
	}
	return sum
}

// Correlation of pairs and the distance of their law to the product, with and without a common part.
func TestPairsCalibration(t *testing.T) {
	edges := []float64{-0.7, 0, 0.9}
	for _, rho := range []float64{0, 0.02, 0.2} {
		r := rand.New(rand.NewSource(uint64(23 + 100*rho)))
		var correlation, chaos calibration
		truth := contingency(rho, edges)
		for range repetitions(100) {
			const neurons, times, replicas = 20, 40, 24
			pairs, cells := make([]compare.Pairs, replicas), make([]*compare.PairCells, replicas)
			for k := range replicas {
				cells[k] = compare.NewPairCells(len(edges) + 1)
				for range times {
					counts, sum, squares := make([]int, len(edges)+1), 0.0, 0.0
					for _, x := range shared(r, neurons, rho) {
						sum, squares = sum+x, squares+x*x
						counts[cellOf(x-0.3, edges)]++
					}
					pairs[k].Add(sum, squares, neurons)
					cells[k].Add(counts)
				}
			}
			correlation.add(compare.PairCorrelation(pairs), rho)
			chaos.add(compare.Chaos(cells), truth)
		}
		correlation.judge(t, "pair correlation", rho)
		chaos.judge(t, "two-particle law, φ²", truth)
	}
}

func cellOf(x float64, edges []float64) int {
	k := 0
	for k < len(edges) && x >= edges[k] {
		k++
	}
	return k
}
