package network

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestWindow: E₁ and E₂ by their equations in small steps, a spike being a high rate for a short
// time; a rate that is a straight line is told without lag.
func TestWindow(t *testing.T) {
	const w, parts, h = 0.3, 200_000, 1e-5
	got, line, first, second := window{width: w}, window{width: w}, 0.0, 0.0
	for k := range parts {
		rate := 0.0
		if k%50_000 == 7 {
			rate = 0.4 / h
			got.count(0.4, 2-(float64(k)+0.5)*h)
		}
		m1, m2 := first+h/2*(rate-first)/w, second+h/2*(first-second)/w
		first, second = first+h*(rate-m1)/w, second+h*(m1-m2)/w
		line.pass(h)
		line.count((3+0.5*(float64(k)+0.5)*h)*h, h/2)
	}
	if math.Abs(got.first-first) > 1e-6 || math.Abs(got.second-second) > 1e-6 {
		t.Errorf("%+v, want %v and %v", got, first, second)
	}
	before := got
	before.pass(0.1)
	for _, ago := range []float64{0, 0.05} {
		before.count(1, ago)
	}
	if want := got.first*math.Exp(-0.1/w) + (1+math.Exp(-0.05/w))/w; math.Abs(before.first-want) > 1e-12 {
		t.Errorf("E₁ is %v, want %v", before.first, want)
	}
	for _, ahead := range []float64{-0.1, 0, 0.2} {
		if want := 4 + 0.5*ahead; math.Abs(line.rate(ahead)-want) > 60*math.Exp(-2/w) { // what is left of the start
			t.Errorf("a straight line is told as %v, want %v", line.rate(ahead), want)
		}
	}
}

// TestNoiseFeedbackRate: steady rates with a = a0 + a1·N (docs/MODELS.md, section 3, at its own a)
// by steps, with a delay and without, and spike by spike; Student's quantile at the level of 4 sigma.
func TestNoiseFeedbackRate(t *testing.T) {
	const replicas = 16
	quantile := distuv.StudentsT{Sigma: 1, Nu: replicas - 1}.Quantile(1 - fourSigma/2)
	for _, k := range []struct {
		b, delay, want float64
		scheme         Scheme
	}{
		{0, 0, 0.122873652370422, Bridge},
		{0.5, 0, 0.138703400296325, Bridge},
		{0.5, 0.3, 0.138703400296325, Bridge},
		{0.5, 0.3, 0.138703400296325, Event},
		{0.5, 0, 0.138703400296325, Event},
	} {
		c := Config{N: 10_000, Law: standard(), B: k.b, Delay: k.delay, Initial: gaussian(0, 0.7), Dt: 0.1, Seed: 91, Scheme: k.scheme, Workers: 1}
		c.Law.A1 = 0.1
		length := 30.0
		if k.scheme == Event {
			c.N, c.Dt, length = 200, 0.05, 20
		} else if long() {
			c.N, length = 400_000, 200
		}
		got, se := meanRate(t, c, 8, length, replicas)
		t.Logf("%-6v b = %-3v d = %-3v rate %.6f ± %.6f, want %.6f (%+.2f s.e.)", k.scheme, k.b, k.delay, got, se, k.want, (got-k.want)/se)
		if math.Abs(got-k.want) > quantile*se {
			t.Errorf("%v, b = %v, d = %v: rate %v ± %v, want %v", k.scheme, k.b, k.delay, got, se, k.want)
		}
	}
}

// noisy is the scheme's N → ∞ law with noise that follows the rate, measured over a window.
type noisy struct {
	population
	window window
	a1     float64
}

func (p *noisy) advance(t *testing.T, until, h float64) {
	for p.t < until-h/2 {
		p.law.diffusion = p.law.A0 + p.a1*p.window.rate(h/2)
		p.step(h)
		p.window.pass(h)
		for k, rest := range legendre(p.fine, 0, h).x {
			p.window.count(p.rests[k], rest)
		}
	}
	if mass := sum(p.m); math.Abs(mass-1) > 1e-6 {
		t.Fatalf("h = %v: the quadrature has mass %v", h, mass)
	}
}

// TestOrderWithNoiseFeedback: a1 = 1, b = 0.5, window dt: spikes per neuron of the scheme's N → ∞ law
// from the Gaussian tend to the mean field's (its spectral solver at rtol 1e−9) at second order in dt.
func TestOrderWithNoiseFeedback(t *testing.T) {
	times, want := []float64{0.4, 1.2, 2}, []float64{0.0283962549, 0.1741202897, 0.3324362965}
	steps := []float64{0.2, 0.1, 0.05, 0.025}
	worst := make([]float64, len(steps))
	for i, h := range steps {
		p, errors := &noisy{population: *gaussianPopulation(12), window: window{width: h}, a1: 1}, make([]float64, len(times))
		p.b = 0.5
		for k, until := range times {
			p.advance(t, until, h)
			errors[k] = p.fired - want[k]
			worst[i] = math.Max(worst[i], math.Abs(errors[k]))
		}
		t.Logf("dt = %-5v errors %+.1e", h, errors)
	}
	if order := math.Log2(worst[0]/worst[3]) / 3; !(order > 1.7) || worst[3] > 2e-4 {
		t.Errorf("largest errors %.1e are of order %.2f, want 2", worst, order)
	}
}
