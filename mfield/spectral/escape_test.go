package spectral

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// hazy returns the law with a random threshold.
func hazy(l neuron.LIF, epsilon float64) neuron.LIF {
	l.Firing = neuron.Firing{Epsilon: epsilon}
	return l
}

// whole is a Gaussian on the whole line.
func whole(mean, variance float64) neuron.Initial {
	return neuron.TruncatedGaussian{Mean: mean, Variance: variance, Upper: math.Inf(1)}
}

// TestBursts compares the transient of the spontaneous activity of an excitatory network (docs/MODELS.md, section 6)
// with independent values.
func TestBursts(t *testing.T) {
	l := hazy(tired(law(), neuron.ExponentialRefractory, 1), 0.1)
	s, err := New(Problem{l, 5, neuron.Hard, whole(0, 0.25)}, Options{Rtol: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ time, rate, first, refractory float64 }{
		{0.05, 0.00179015147, 0.0001292373014, 4.466633242e-05},
		{0.1, 0.005123544925, 0.0005902498465, 0.000204137703},
		{0.25, 0.02265687597, 0.005959348285, 0.002061143156},
		{0.5, 0.05256565859, 0.0297536037, 0.01021898053},
		{1, 0.08850436071, 0.1045232049, 0.03530624475},
		{2, 0.130975576, 0.2550110823, 0.08512239065},
		{5, 0.3389296424, 0.6145384187, 0.2453538057},
	} {
		if err := s.Advance(context.Background(), want.time); err != nil {
			t.Fatal(err)
		}
		mass, mean, _ := s.Moments()
		for k, pair := range [][2]float64{{s.Rate(), want.rate}, {mass * mean, want.first}, {s.Refractory(), want.refractory}} {
			t.Logf("t = %v, number %d: %.10g, known %.10g, ratio − 1 = %.1e", want.time, k, pair[0], pair[1], pair[0]/pair[1]-1)
			if math.Abs(pair[0]/pair[1]-1) > 1e-8 {
				t.Errorf("t = %v, number %d: %.12g, known %.12g", want.time, k, pair[0], pair[1])
			}
		}
		if e := total(s); math.Abs(e) > 1e-12 {
			t.Errorf("∫n + R − 1 = %.1e", e)
		}
	}
	steps, rejected := s.Cost()
	t.Logf("%d steps, %d rejected, nodes %v", steps, rejected, s.Nodes())
}

// TestBurstPeriod: the bursts of TestBursts repeat with the period and the height known.
func TestBurstPeriod(t *testing.T) {
	l := hazy(tired(law(), neuron.ExponentialRefractory, 1), 0.1)
	var s *Solver
	type point struct{ t, n float64 }
	var last [2]point
	var peaks []point
	s, err := New(Problem{l, 5, neuron.Hard, whole(0, 0.25)}, Options{Rtol: 1e-8, OnStep: func() error {
		now := point{s.Time(), s.Rate()}
		a, b := last[0], last[1]
		if b.n > a.n && b.n >= now.n && a.t > 0 { // parabola through three points
			d0, d1 := (b.n-a.n)/(b.t-a.t), (now.n-b.n)/(now.t-b.t)
			bend := (d1 - d0) / (now.t - a.t)
			at := (a.t+b.t)/2 - d0/(2*bend)
			peaks = append(peaks, point{at, a.n + (at-a.t)*(d0+bend*(at-b.t))})
		}
		last = [2]point{b, now}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(context.Background(), 80); err != nil {
		t.Fatal(err)
	}
	n := len(peaks)
	period, height := (peaks[n-1].t-peaks[n-6].t)/5, peaks[n-1].n
	t.Logf("period %.7f, peak %.8f; total − 1 = %.1e", period, height, total(s))
	if math.Abs(period-4.291633) > 2e-6 || math.Abs(height-1.0082624) > 1e-6 {
		t.Errorf("period %.7f, peak %.8f", period, height)
	}
}

// escapeProblems are examples; delay > 0 is that of transmission.
func escapeProblems() []refractoryProblem {
	point := neuron.Point{Potential: 1}
	return []refractoryProblem{
		{"ε = 0.1", Problem{hazy(law(), 0.1), 0.5, neuron.Hard, whole(0, 0.25)}, 0},
		{"ε = 0.001", Problem{hazy(law(), 0.001), 0.5, neuron.Hard, whole(0, 0.25)}, 0},
		{"ε = 0.01 cut", Problem{hazy(law(), 0.01), 1.5, neuron.Hard, gauss(0, 0.25)}, 0},
		{"ε = 0.01 dense", Problem{hazy(law(), 0.01), -4, neuron.Hard, neuron.Uniform{From: -1, To: 3}}, 0},
		{"ε = 0.01 noise", Problem{hazy(noisy(), 0.01), 0.5, neuron.Hard, whole(0, 0.25)}, 0},
		{"ε = 0.01 driven", Problem{hazy(driven(), 0.01), 0.5, neuron.Hard, whole(0, 0.25)}, 0},
		{"ε = 0.05 point", Problem{hazy(law(), 0.05), 0.5, neuron.Hard, point}, 0},
		{"ε = 0.05 above", Problem{hazy(law(), 0.05), 0.5, neuron.Hard, neuron.Point{Potential: 2.5}}, 0},
		{"ε = 0.1 bursts", Problem{hazy(tired(law(), neuron.ExponentialRefractory, 1), 0.1), 5, neuron.Hard, whole(0, 0.25)}, 0},
		{"ε = 0.1 fixed", Problem{hazy(tired(noisy(), neuron.FixedRefractory, 0.3), 0.1), 5, neuron.Hard, whole(0, 0.25)}, 0},
		{"ε = 0.01 delay", Problem{hazy(tired(noisy(), neuron.ExponentialRefractory, 0.2), 0.01), -10, neuron.Hard, whole(0, 0.25)}, 0.3},
	}
}

// TestEscapeTolerance: the rate is as good as the tolerance, up to a factor, against the solution with rtol 1e−10.
func TestEscapeTolerance(t *testing.T) {
	for _, c := range escapeProblems() {
		c.compare(t)
	}
}

// escapeRate returns the steady rate of section 6 of docs/MODELS.md between two rates:
// 1/N = τ + ε + J(N) + √(π/2) erfcx(−z/√2)/(κ − z), κ = D_{1−m}(z)/D_{−m}(z), m = 1/ε, z = (V_F − μ)/√a, with κ by the continued fraction
// z + m/(z + (m+1)/(z + …)) of the recurrence of the parabolic cylinder functions.
func escapeRate(l neuron.LIF, b, low, high float64) float64 {
	return bisect(func(n float64) float64 {
		z := (l.Threshold - b*n) / math.Sqrt(l.Diffusion(n))
		m := 1 / l.Firing.Epsilon
		kappa := math.Sqrt(m + 1e5)
		for k := 1e5; k >= 0; k-- {
			kappa = z + (m+k)/kappa
		}
		above := math.Sqrt(math.Pi/2) * math.Exp(z*z/2) * math.Erfc(-z/math.Sqrt2) / (kappa - z)
		return 1 - n*(l.Refractory.Mean()+l.Firing.Epsilon+above+passage(l, b, n))
	}, low, high)
}

// TestEscapeRelaxes: solutions end in steady rates.
func TestEscapeRelaxes(t *testing.T) {
	exponential, fixed := neuron.ExponentialRefractory, neuron.FixedRefractory
	for _, c := range []struct {
		name string
		l    neuron.LIF
		b    float64
		rate float64 // of MODELS.md, 0: not listed
	}{
		{"ε = 0.1", hazy(law(), 0.1), 0, 0.0608842993491746},
		{"ε = 0.01", hazy(law(), 0.01), 0, 0.0966182525766299},
		{"ε = 0.01, b = 1.5", hazy(law(), 0.01), 1.5, 0.138422041937747},
		{"ε = 0.1, exponential", hazy(tired(law(), exponential, 0.1), 0.1), 0.5, 0.0644073187516751},
		{"ε = 0.1, fixed", hazy(tired(law(), fixed, 0.1), 0.1), 0.5, 0.0644073187516751},
		{"ε = 0.001", hazy(law(), 0.001), 0.5, 0},
		{"ε = 0.0001, a1, exponential", hazy(tired(noisy(), exponential, 0.2), 1e-4), -2, 0},
	} {
		s, rates := run(t, Problem{c.l, c.b, neuron.Hard, whole(0, 0.25)}, 1e-9, 60)
		want := c.rate
		if want == 0 {
			want = escapeRate(c.l, c.b, 0.01, 0.3)
		}
		t.Logf("%s: N = %.14g, steady %.14g", c.name, rates[0], want)
		if math.Abs(rates[0]/want-1) > 1e-9 || math.Abs(total(s)) > 1e-12 {
			t.Errorf("%s: N = %.14g, steady %.14g; total − 1 = %.1e", c.name, rates[0], want, total(s))
		}
	}
}

// TestEscapeLimit: N_ε → N_0 like √ε.
func TestEscapeLimit(t *testing.T) {
	_, sharp := run(t, Problem{law(), 0.5, neuron.Hard, gauss(0, 0.25)}, 1e-9, 1)
	var last float64
	for _, epsilon := range []float64{4e-3, 1e-3, 2.5e-4, 6.25e-5} {
		_, rates := run(t, Problem{hazy(law(), epsilon), 0.5, neuron.Hard, gauss(0, 0.25)}, 1e-9, 1)
		miss := sharp[0] - rates[0]
		t.Logf("ε = %v: N_0 − N = %.3e, %.3f times less than before", epsilon, miss, last/miss)
		if last > 0 && math.Abs(last/miss-2) > 0.1 {
			t.Errorf("ε = %v: N_0 − N = %.3e, before %.3e", epsilon, miss, last)
		}
		last = miss
	}
}
