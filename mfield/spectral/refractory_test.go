package spectral

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// tired returns the law with a refractory state.
func tired(l neuron.LIF, kind neuron.Refractoriness, tau float64) neuron.LIF {
	l.Refractory = neuron.Refractory{Law: kind, Tau: tau}
	return l
}

// total returns ∫n + R − 1.
func total(s *Solver) float64 {
	mass, _, _ := s.Moments()
	return mass + s.Refractory() - 1
}

// TestRefractoryTransient compares rate, moments and mass with independent values.
func TestRefractoryTransient(t *testing.T) {
	s, err := New(Problem{tired(law(), neuron.ExponentialRefractory, 0.1), 0.5, neuron.Hard, gauss(0, 0.25)}, Options{Rtol: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ time, rate, first, second, mass float64 }{
		{0.5, 0.1128581068, -0.02230231032, 0.6405192932, 0.9900622358},
		{1, 0.1320387505, -0.04086630139, 0.7368272373, 0.9870008503},
	} {
		if err := s.Advance(context.Background(), want.time); err != nil {
			t.Fatal(err)
		}
		mass, mean, variance := s.Moments()
		for k, pair := range [][2]float64{{s.Rate(), want.rate}, {mass * mean, want.first}, {mass * (variance + mean*mean), want.second}, {mass, want.mass}} {
			t.Logf("t = %v, number %d: %.10g, known %.10g", want.time, k, pair[0], pair[1])
			if math.Abs(pair[0]/pair[1]-1) > 1e-8 {
				t.Errorf("t = %v, number %d: %.12g, known %.12g", want.time, k, pair[0], pair[1])
			}
		}
		if e := total(s); math.Abs(e) > 1e-12 {
			t.Errorf("∫n + R − 1 = %.1e", e)
		}
	}
	steps, rejected := s.Cost()
	t.Logf("%d steps, %d rejected", steps, rejected)
}

// steadyRate returns the root of N (J(N) + τ) = 1 (docs/MODELS.md, section 5) between two rates.
func steadyRate(l neuron.LIF, b, low, high float64) float64 {
	return bisect(func(n float64) float64 {
		return 1 - n*(passage(l, b, n)+l.Refractory.Mean())
	}, low, high)
}

// passage returns J(N), the mean time from V_R to V_F.
func passage(l neuron.LIF, b, n float64) float64 {
	l.Refractory, l.Firing = neuron.Refractory{}, neuron.Firing{}
	return 1 / l.Stationary(b*n, l.Diffusion(n)).Rate()
}

// TestRefractoryRelaxes: solutions end in steady rates.
func TestRefractoryRelaxes(t *testing.T) {
	for _, kind := range []neuron.Refractoriness{neuron.ExponentialRefractory, neuron.FixedRefractory} {
		for _, c := range []struct {
			name string
			l    neuron.LIF
			b    float64
			high float64
			rate float64 // of MODELS.md, 0: not listed
		}{
			{"τ = 0.025", tired(law(), kind, 0.025), 0, 1, 0.119617186},
			{"τ = 0.025, b = 1.5", tired(law(), kind, 0.025), 1.5, 1, 0.190736129},
			{"τ = 2, b = −3", tired(law(), kind, 2), -3, 0.5, 0},
			{"τ = 0.3, a1", tired(noisy(), kind, 0.3), 0.5, 1, 0},
		} {
			s, rates := run(t, Problem{c.l, c.b, neuron.Hard, gauss(0, 0.25)}, 1e-9, 40)
			want := steadyRate(c.l, c.b, 1e-3, c.high)
			t.Logf("%v %s: N = %.12g, steady %.12g", kind, c.name, rates[0], want)
			if math.Abs(rates[0]/want-1) > 1e-8 || c.rate != 0 && math.Abs(want-c.rate) > 6e-10 {
				t.Errorf("%v %s: N = %.12g, steady %.12g", kind, c.name, rates[0], want)
			}
			if r := want * c.l.Refractory.Tau; math.Abs(s.Refractory()/r-1) > 1e-8 || math.Abs(total(s)) > 1e-12 {
				t.Errorf("%v %s: R = %.12g, steady %.12g; total − 1 = %.1e", kind, c.name, s.Refractory(), r, total(s))
			}
		}
	}
}

// refractoryProblem is an equation with a refractory state; delay > 0 is that of transmission.
type refractoryProblem struct {
	name  string
	p     Problem
	delay float64
}

// early reports whether a time is in the layer in which N is less exact: within 0.01 after the first who fired
// come back, and within 0.05 after one of the first four passages through the network.
func (c refractoryProblem) early(t float64) bool {
	tau := c.p.Law.Refractory.Tau
	if c.p.Law.Refractory.Law == neuron.FixedRefractory && t >= tau && t < tau+0.01 {
		return true
	}
	passed := math.Floor(t / c.delay)
	return c.delay > 0 && passed > 0 && passed <= 4 && t-passed*c.delay < 0.05
}

// refractoryProblems are examples.
func refractoryProblems(kind neuron.Refractoriness) []refractoryProblem {
	return []refractoryProblem{
		{"τ = 0.1", Problem{tired(law(), kind, 0.1), 0.5, neuron.Hard, gauss(0, 0.25)}, 0},
		{"strong", Problem{tired(law(), kind, 1), 3, neuron.Hard, gauss(-1, 0.1)}, 0},
		{"driven", Problem{tired(driven(), kind, 0.3), 0.5, neuron.Hard, gauss(0, 0.25)}, 0},
		{"noise", Problem{tired(noisy(), kind, 0.2), -1, neuron.Hard, gauss(0, 0.25)}, 0},
		{"dense at V_F", Problem{tired(law(), kind, 0.2), -4, neuron.Hard, neuron.Uniform{From: -1, To: 2}}, 0},
		{"point", Problem{tired(law(), kind, 0.2), 0.5, neuron.Hard, neuron.Point{Potential: 1}}, 0},
		{"delay", Problem{tired(law(), kind, 0.2), -10, neuron.Hard, gauss(0, 0.25)}, 0.3},
	}
}

// TestRefractoryTolerance: the rate is as good as the tolerance, up to a factor, against the solution with rtol 1e−10.
func TestRefractoryTolerance(t *testing.T) {
	for _, kind := range []neuron.Refractoriness{neuron.ExponentialRefractory, neuron.FixedRefractory} {
		for _, c := range refractoryProblems(kind) {
			c.compare(t)
		}
	}
}

// mass returns how much rounding may change the mass before that is given back: more at a start from an atom above V_F, which needs very short elements.
func (c refractoryProblem) mass() float64 {
	if p, ok := c.p.Initial.(neuron.Point); ok && p.Potential > c.p.Law.Threshold {
		return 2e-11
	}
	return 1e-12
}

// compare solves at several tolerances.
func (c refractoryProblem) compare(t *testing.T) {
	var times []float64
	for i := range 60 {
		times = append(times, 0.05*math.Pow(60, float64(i)/59))
	}
	solve := func(rtol float64) (*Solver, []float64) {
		if c.delay > 0 {
			return runDelayed(t, c.p, c.delay, 0, rtol, times...)
		}
		return run(t, c.p, rtol, times...)
	}
	_, want := solve(1e-10)
	for _, rtol := range []float64{1e-4, 1e-6, 1e-8, 1e-9} {
		s, got := solve(rtol)
		worst, at := 0.0, 0.0
		for i := range times {
			if c.early(times[i]) {
				continue
			}
			if e := math.Abs(got[i]-want[i]) / (math.Abs(want[i]) + 1e-3); e > worst {
				worst, at = e, times[i]
			}
		}
		steps, rejected := s.Cost()
		t.Logf("%v %-14s rtol %.0e: %4d steps, %d rejected, %d elements, error %.1e at t = %.3g, total − 1 = %.1e", c.p.Law.Refractory.Law, c.name, rtol, steps, rejected, len(s.Nodes())-1, worst, at, total(s))
		if worst > 30*rtol || math.Abs(total(s)) > 1e-12 || math.Abs(s.returned) > c.mass() {
			t.Errorf("%v %s, rtol %.0e: error %.1e at t = %.3g, total − 1 = %.1e", c.p.Law.Refractory.Law, c.name, rtol, worst, at, total(s))
		}
	}
}

// TestVariantOrder measures the order of the step for each variant of the equation, in the clock t and, where it is used, in
// σ. The rate that returns after a fixed time is a polynomial over the time measured; a source at a point that
// is given in time reduces the order.
func TestVariantOrder(t *testing.T) {
	exponential := func(l neuron.LIF) neuron.LIF { return tired(l, neuron.ExponentialRefractory, 0.5) }
	fixed := func(l neuron.LIF) neuron.LIF { return tired(l, neuron.FixedRefractory, 0.5) }
	for _, c := range []struct {
		name  string
		l     neuron.LIF
		kappa float64
		want  float64
	}{
		{"exponential", exponential(driven()), 0, 5}, {"fixed, a1", fixed(noisy()), 0, 4},
		{"exponential", exponential(driven()), 1, 5}, {"fixed, a1", fixed(noisy()), 1, 3.5},
		{"escape", hazy(driven(), 0.1), 0, 5}, {"escape, a1", hazy(noisy(), 0.1), 0, 5},
		{"escape, exponential, a1", hazy(exponential(noisy()), 0.1), 0, 5}, {"escape, fixed", hazy(fixed(law()), 0.1), 0, 4},
	} {
		s, _ := run(t, Problem{c.l, 0.5, neuron.Hard, gauss(0, 0.25)}, 1e-9, 0.4)
		var start state
		start.copyFrom(&s.now)
		if a := s.away.late; a != nil {
			a.Append(start.time+0.4, [5]float64{0, 0, 0, 0, 1}, 0.4/5)
			start.time = a.Known() - 0.4 + a.Delay()
			a.Begin(start.time)
		}
		s.law.kappa = c.kappa
		start.w /= 1 + c.kappa*start.w
		end := func(n int) (y state) {
			y.copyFrom(&start)
			for range n {
				if err := s.step(&y, 0.4/float64(n)); err != nil {
					t.Fatal(err)
				}
				y.copyFrom(&s.at)
			}
			return y
		}
		want := end(1024)
		var last, order float64
		for _, n := range []int{4, 8, 16} {
			y := end(n)
			e := math.Abs(y.w-want.w) + distance(y.u, want.u) + math.Abs(y.refractory-want.refractory)
			order = math.Log2(last / e)
			t.Logf("%s, κ = %v, %3d steps: error %.2e (order %.2f)", c.name, c.kappa, n, e, order)
			last = e
		}
		if order < c.want-0.5 {
			t.Errorf("%s, κ = %v: order %.2f, want %v", c.name, c.kappa, order, c.want)
		}
	}
}

// TestRefractoryBlowUp: next to nobody comes back from V_R before these blow-ups, so they come when those without a refractory
// state do (docs/MODELS.md, section 4), and with the same jump. Who jumped is refractory, and back at once after a fixed time.
func TestRefractoryBlowUp(t *testing.T) {
	const tau = 0.2
	for _, kind := range []neuron.Refractoriness{neuron.ExponentialRefractory, neuron.FixedRefractory} {
		for _, c := range []struct {
			b, time, within, jump, jumpWithin float64
		}{
			{0.4, 0.015754, 5e-7, 0.4106, 5e-5}, {0.5, 0.0117743, 5e-8, 0.74779, 5e-6}, {0.8, 0.0083785, 5e-8, 0.8972, 1e-4},
		} {
			p := Problem{tired(delarue, kind, tau), c.b, neuron.Sequential, neuron.Point{Potential: 0.8}}
			s, _ := run(t, p, 1e-8, 0.02)
			found := s.BlowUps()
			if len(found) != 1 || math.Abs(found[0].Time-c.time) > c.within || math.Abs(found[0].Jump-c.jump) > c.jumpWithin {
				t.Fatalf("%v, b = %v: %v", kind, c.b, found)
			}
			x := found[0]
			t.Logf("%v, b = %v: t* = %.9f, jump %.7f; R = %.7f at 0.02", kind, c.b, x.Time, x.Jump, s.Refractory())
			if kind == neuron.FixedRefractory {
				if math.Abs(s.Refractory()-s.Fired()) > 1e-9 {
					t.Errorf("b = %v: R = %v of %v fired", c.b, s.Refractory(), s.Fired())
				}
				continue
			}
			if left := x.Jump * math.Exp(-(0.02-x.Time)/tau); s.Refractory() < left || s.Refractory() > s.Fired() {
				t.Errorf("b = %v: R = %v, of the jump are left %v", c.b, s.Refractory(), left)
			}
		}
	}
	s, _ := run(t, Problem{tired(delarue, neuron.FixedRefractory, tau), 0.5, neuron.Hard, neuron.Point{Potential: 0.8}}, 1e-7, 0.1)
	jump := s.BlowUps()[0]
	for _, side := range []float64{-1e-7, 1e-7} {
		if err := s.Advance(context.Background(), jump.Time+tau+side); err != nil {
			t.Fatal(err)
		}
		// Before, those are back who fired before the blow-up; after, those too who jumped.
		if back := s.Fired() - s.Refractory(); side < 0 && back > 1-jump.Jump || side > 0 && back < jump.Jump+0.2 {
			t.Errorf("%v after t* + τ: %v are back", side, back)
		}
		if math.Abs(total(s)) > 1e-12 {
			t.Errorf("∫n + R − 1 = %.1e", total(s))
		}
	}
}

// TestRefractoryThroughBlowUps: the solution through blow-ups does not depend on the tolerance, which takes other steps.
func TestRefractoryThroughBlowUps(t *testing.T) {
	for _, c := range []struct {
		name  string
		p     Problem
		until float64
		count int
	}{
		{"exponential", Problem{tired(law(), neuron.ExponentialRefractory, 0.1), 3, neuron.Hard, gauss(-1, 0.5)}, 5, 4},
		{"fixed", Problem{tired(law(), neuron.FixedRefractory, 0.1), 3, neuron.Hard, gauss(-1, 0.5)}, 4.6, 3},
		{"all at once", Problem{tired(law(), neuron.FixedRefractory, 0.2), 0.9, neuron.Hard, gauss(1.95, 0.01)}, 1, 1},
		{"a cascade", Problem{tired(law(), neuron.FixedRefractory, 0.2), 1.5, neuron.Hard, neuron.NewEmpirical([]float64{2, 1.5, 0})}, 1, 1},
	} {
		rough, at6 := run(t, c.p, 1e-6, c.until)
		fine, at7 := run(t, c.p, 1e-7, c.until)
		a, b := rough.BlowUps(), fine.BlowUps()
		if len(a) != c.count || len(b) != c.count {
			t.Fatalf("%s: %d and %d blow-ups", c.name, len(a), len(b))
		}
		last := c.count - 1
		t.Logf("%s: N = %.9g, %.9g; last blow-up %.9f, %.9f; jump %.8f, %.8f", c.name, at6[0], at7[0], a[last].Time, b[last].Time, a[last].Jump, b[last].Jump)
		if math.Abs(at6[0]/at7[0]-1) > 1e-4 || math.Abs(a[last].Time-b[last].Time) > 1e-5 || math.Abs(a[last].Jump-b[last].Jump) > 1e-5 {
			t.Errorf("%s: N = %v, %v; blow-ups %v, %v", c.name, at6[0], at7[0], a[last], b[last])
		}
		if math.Abs(total(rough)) > 1e-12 || math.Abs(total(fine)) > 1e-12 {
			t.Errorf("%s: ∫n + R − 1 = %.1e, %.1e", c.name, total(rough), total(fine))
		}
	}
}

// TestPolynomial: through gives back a polynomial, reach inverts it.
func TestPolynomial(t *testing.T) {
	c := polynomial{0, 1, -0.3, 0.4, 0.2}
	var values polynomial
	for k := range values {
		values[k] = c.at(float64(k) / 4)
	}
	got := values.through()
	for k := range c {
		if math.Abs(got[k]-c[k]) > 1e-13 {
			t.Errorf("coefficient %d: %v, want %v", k, got[k], c[k])
		}
	}
	if x := c.reach(c.at(0.37)); math.Abs(x-0.37) > 1e-14 {
		t.Errorf("reached %v", x)
	}
}
