package spectral

import (
	"context"
	"errors"
	"math"
	"testing"

	"lapicque/neuron"
)

func law() neuron.LIF { return neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1} }

func gauss(mean, variance float64) neuron.Initial {
	return neuron.TruncatedGaussian{Mean: mean, Variance: variance, Upper: 2}
}

func driven() neuron.LIF {
	l := law()
	l.Current = neuron.Sine{Mean: 1, Amplitude: 0.5, Frequency: 1}
	return l
}

func noisy() neuron.LIF {
	l := law()
	l.A1 = 0.1
	return l
}

var delarue = neuron.LIF{Threshold: 1, Reset: 0, A0: 0.5}

// run advances a new solver through the times and returns the rates.
func run(t testing.TB, p Problem, rtol float64, times ...float64) (*Solver, []float64) {
	t.Helper()
	s, err := New(p, Options{Rtol: rtol})
	if err != nil {
		t.Fatal(err)
	}
	var rates []float64
	for _, x := range times {
		if err := s.Advance(context.Background(), x); err != nil {
			t.Fatal(err)
		}
		rates = append(rates, s.Rate())
	}
	return s, rates
}

// TestTransients compares the rate with independent values (docs/MODELS.md).
func TestTransients(t *testing.T) {
	corner := neuron.LIF{Threshold: 0, Reset: -1, A0: 1, Leak: 1}
	for _, c := range []struct {
		name  string
		p     Problem
		times []float64
		rates []float64
	}{
		{"b = 0", Problem{law(), 0, neuron.Subtractive, gauss(0, 0.25)}, []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5},
			[]float64{0.01464360669502, 0.03022644947915, 0.07495966840225, 0.1112430739363, 0.1253839794842, 0.1230014441373, 0.1200702268124}},
		{"b = 0.5", Problem{law(), 0.5, neuron.Subtractive, gauss(0, 0.25)}, []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5},
			[]float64{0.01467099549, 0.03038047497, 0.07649475684, 0.1165631173, 0.1359539709, 0.1368998922, 0.1348648331}},
		{"driven", Problem{driven(), 0, neuron.Subtractive, gauss(0, 0.25)}, []float64{0.5, 1}, []float64{0.3891522699, 0.3663342789}},
		{"corner", Problem{corner, 0, neuron.Subtractive, neuron.Point{Potential: -1}}, []float64{0.1, 0.5, 1}, []float64{0.9791794113, 1.2141922984, 1.1358680944}},
	} {
		s, rates := run(t, c.p, 1e-9, c.times...)
		for i, x := range c.times {
			if e := math.Abs(rates[i]/c.rates[i] - 1); e > 5e-9 {
				t.Errorf("%s, t = %v: N = %.12g, known %.12g, relative error %.1e", c.name, x, rates[i], c.rates[i], e)
			}
		}
		steps, _ := s.Cost()
		if mass, _, _ := s.Moments(); math.Abs(mass-1) > 1e-12+1e-16*float64(steps) {
			t.Errorf("%s: mass − 1 = %.1e", c.name, mass-1)
		}
	}
}

// TestRtol reads the rate at many times between steps, by the dense output, and
// asks for an error below 10 rtol, relative to the rate and 1e−3, against a run
// with rtol 1e−10.
func TestRtol(t *testing.T) {
	var times []float64
	for i := range 60 {
		times = append(times, 0.05*math.Pow(100, float64(i)/59))
	}
	for _, c := range []struct {
		name string
		p    Problem
	}{
		{"b = 0.5", Problem{law(), 0.5, neuron.Subtractive, gauss(0, 0.25)}},
		{"b = -1", Problem{law(), -1, neuron.Subtractive, gauss(0, 0.25)}},
		{"a1 = 0.1", Problem{noisy(), 0.5, neuron.Subtractive, gauss(0, 0.25)}},
		{"dense", Problem{law(), -18, neuron.Subtractive, neuron.Uniform{From: -1, To: 2}}},
		{"driven", Problem{driven(), 0.5, neuron.Subtractive, gauss(0, 0.25)}},
		{"narrow", Problem{law(), 0.5, neuron.Subtractive, gauss(0.5, 1e-4)}},
		{"point", Problem{law(), 0.5, neuron.Subtractive, neuron.Point{Potential: 1}}},
		{"leak 3", Problem{neuron.LIF{Threshold: 2, Reset: 1, A0: 2, Leak: 3, Current: neuron.Constant(4)}, -2, neuron.Subtractive, gauss(0, 0.1)}},
	} {
		_, want := run(t, c.p, 1e-10, times...)
		for _, rtol := range []float64{1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9} {
			s, got := run(t, c.p, rtol, times...)
			worst, at := 0.0, 0.0
			for i := range times {
				if e := math.Abs(got[i]-want[i]) / (math.Abs(want[i]) + 1e-3); e > worst {
					worst, at = e, times[i]
				}
			}
			steps, _ := s.Cost()
			t.Logf("%-10s rtol %.0e: %4d steps, error %.1e at t = %.3g", c.name, rtol, steps, worst, at)
			if worst > 10*rtol {
				t.Errorf("%s, rtol %.0e: error %.1e at t = %.3g", c.name, rtol, worst, at)
			}
		}
	}
}

// TestOrder measures the order of the step and of its dense output on the
// equation, on one mesh, from a smooth state.
func TestOrder(t *testing.T) {
	s, _ := run(t, Problem{driven(), 0.5, neuron.Subtractive, gauss(0, 0.25)}, 1e-9, 0.3)
	s.look(s.now.time)
	start := state{}
	start.copyFrom(&s.now)
	go1 := func(n int, length float64) (end, inside state) {
		var y state
		y.copyFrom(&start)
		for i := range n {
			if err := s.step(&y, length/float64(n)); err != nil {
				t.Fatal(err)
			}
			if i == n/2 {
				s.dense(&inside, &y, &s.at, 0.37)
			}
			y.copyFrom(&s.at)
		}
		return y, inside
	}
	const length = 0.4
	want, _ := go1(1024, length)
	// The state at the time at which the dense output is read, by whole steps.
	read := func(n int) state {
		y, _ := go1(2048, (float64(n/2)+0.37)*length/float64(n))
		return y
	}
	var last, lastInside float64
	var order, orderInside float64
	for _, n := range []int{4, 8, 16} { // at 32 rounding is in sight
		end, inside := go1(n, length)
		mid := read(n)
		e := math.Abs(rate(end.w, 0)-rate(want.w, 0)) + distance(end.u, want.u)
		d := math.Abs(rate(inside.w, 0)-rate(mid.w, 0)) + distance(inside.u, mid.u)
		order, orderInside = math.Log2(last/e), math.Log2(lastInside/d)
		t.Logf("%3d steps: end %.2e (order %.2f), inside %.2e (order %.2f)", n, e, order, d, orderInside)
		last, lastInside = e, d
	}
	if order < rodasOrder-0.5 {
		t.Errorf("order %.2f at step ends, want %d", order, rodasOrder)
	}
	if orderInside < 3.5 { // 4 for ordinary equations, a little less on this stiff one
		t.Errorf("order %.2f inside steps, want 3.5", orderInside)
	}
}

func distance(a, b []float64) float64 {
	d := 0.0
	for i := range a {
		d = max(d, math.Abs(a[i]-b[i]))
	}
	return d
}

// TestMeanBalance checks m(t) − m(0) = (b − V_F + V_R) ∫N dt, without a leak; the
// discretisation has it exactly but for the tail cut off at the far end.
func TestMeanBalance(t *testing.T) {
	l := law()
	l.Leak = 0
	s, _ := run(t, Problem{l, 0.5, neuron.Subtractive, neuron.Point{Potential: 0.5}}, 1e-9, 1, 3)
	_, mean, _ := s.Moments()
	want := 0.5 + (0.5-1)*s.Fired()
	if math.Abs(mean-want) > 1e-7 {
		t.Errorf("mean %.14g, balance %.14g", mean, want)
	}
}

func TestNoAllocationInSteps(t *testing.T) {
	s, _ := run(t, Problem{driven(), 0.5, neuron.Subtractive, gauss(0, 0.25)}, 1e-8, 2)
	now := 2.0
	if n := testing.AllocsPerRun(100, func() {
		now += 0.003
		if err := s.Advance(context.Background(), now); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations in a short advance", n)
	}
}

func TestAverages(t *testing.T) {
	s, _ := run(t, Problem{law(), 0.5, neuron.Subtractive, gauss(0, 0.25)}, 1e-8, 0.731)
	edges := []float64{-9, -1, -0.2, 1, 1.7, 2}
	cells := make([]float64, len(edges)-1)
	s.Averages(cells, edges)
	mass := 0.0
	for i, c := range cells {
		mass += c * (edges[i+1] - edges[i])
		sum, n := 0.0, 4000
		for j := range n {
			sum += s.Density(edges[i] + (float64(j)+0.5)/float64(n)*(edges[i+1]-edges[i]))
		}
		if math.Abs(sum/float64(n)-c) > 1e-6 {
			t.Errorf("cell %d: average %v, midpoint sum %v", i, c, sum/float64(n))
		}
	}
	if math.Abs(mass-1) > 1e-13 {
		t.Errorf("cells hold %v", mass)
	}
}

func TestFaults(t *testing.T) {
	_, err := New(Problem{Law: neuron.LIF{Threshold: 1, Reset: 2, A0: -1}, B: math.NaN(), Rule: 7}, Options{})
	var faults neuron.Faults
	if !errors.As(err, &faults) || len(faults) < 5 {
		t.Fatalf("%v", err)
	}
	if _, err := New(Problem{law(), 1, neuron.Subtractive, gauss(0, 1)}, Options{}); err == nil {
		t.Error("b = V_F − V_R accepted under subtractive")
	}
	if _, err := New(Problem{law(), 0.5, neuron.Subtractive, gauss(0, 1)}, Options{Rtol: 1e-14}); err == nil {
		t.Error("rtol 1e−14 accepted")
	}
}

func BenchmarkSmooth(b *testing.B) {
	for _, rtol := range []float64{1e-4, 1e-6, 1e-8} {
		b.Run("rtol="+map[float64]string{1e-4: "1e-4", 1e-6: "1e-6", 1e-8: "1e-8"}[rtol], func(b *testing.B) {
			for b.Loop() {
				run(b, Problem{law(), 0.5, neuron.Subtractive, gauss(0, 0.25)}, rtol, 5)
			}
		})
	}
}

// TestBalanceOfMean: m′ = −leak·m + I + (b − V_F + V_R) N; without a leak it
// integrates at once, for laws that end abruptly too.
func TestBalanceOfMean(t *testing.T) {
	for _, current := range []float64{-1.5, 0, 1} {
		for _, a0 := range []float64{0.01, 1, 30} {
			p := Problem{neuron.LIF{Threshold: 2, Reset: 0.9, A0: a0, Current: neuron.Constant(current)}, 0.1, neuron.Hard, neuron.Uniform{From: -1, To: 0.5}}
			s, err := New(p, Options{Rtol: 1e-6})
			if err != nil {
				t.Fatal(err)
			}
			_, before, _ := s.Moments()
			for _, x := range []float64{1e-4, 0.01, 0.1, 1} {
				if err := s.Advance(context.Background(), x); err != nil {
					t.Fatal(err)
				}
				_, mean, _ := s.Moments()
				if d := mean - before - current*x - (0.1-1.1)*s.Fired(); math.Abs(d) > 1e-6*(1+math.Abs(mean)) {
					t.Errorf("I = %v, a0 = %v, t = %v: the mean is off by %g", current, a0, x, d)
				}
			}
		}
	}
}

// BenchmarkVariants is BenchmarkSmooth at rtol 1e−8 with each variant of the equation.
func BenchmarkVariants(b *testing.B) {
	for _, c := range []struct {
		name string
		l    neuron.LIF
	}{
		{"plain", law()},
		{"exponential", tired(law(), neuron.ExponentialRefractory, 0.1)},
		{"fixed", tired(law(), neuron.FixedRefractory, 0.1)},
		{"escape", hazy(law(), 0.1)},
		{"escape-exponential", hazy(tired(law(), neuron.ExponentialRefractory, 0.1), 0.1)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				run(b, Problem{c.l, 0.5, neuron.Hard, gauss(0, 0.25)}, 1e-8, 5)
			}
		})
	}
}

// BenchmarkStep is one step on one mesh.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name string
		l    neuron.LIF
	}{{"plain", law()}, {"exponential", tired(law(), neuron.ExponentialRefractory, 0.1)}, {"escape", hazy(law(), 0.1)}} {
		s, _ := run(b, Problem{c.l, 0.5, neuron.Hard, gauss(0, 0.25)}, 1e-8, 0.5)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := s.step(&s.now, 0.01); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*s.mesh.elements()), "ns/element")
		})
	}
}
