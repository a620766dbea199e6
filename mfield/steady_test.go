package mfield

import (
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
	"pgregory.net/rapid"
)

// interval2 is a second method for J: Simpson's rule on ∫₀^∞ e^{−s²/2}(e^{s·w_F} − e^{s·w_R})/s ds.
func interval2(e NNLIF, rate float64) float64 {
	scale := math.Sqrt(e.Law.Diffusion(rate) / e.Law.Leak)
	mu := (e.Law.Input().At(0) + e.B*rate) / e.Law.Leak
	top, bottom := (e.Law.Threshold-mu)/scale, (e.Law.Reset-mu)/scale
	reach := math.Max(top, 0) + 9.5
	if top < 0 {
		reach = math.Min(reach, 40/-top)
	}
	const n = 8000
	h := reach / (2 * n)
	f := func(s float64) float64 { return math.Exp(-s*s/2+s*top) * -math.Expm1(s*(bottom-top)) / s }
	sum := top - bottom + f(reach)
	for k := 1; k < 2*n; k++ {
		sum += f(float64(k)*h) * float64(2+2*(k%2))
	}
	return sum * h / 3 / e.Law.Leak
}

// scan returns the roots of N·J(N) = 1 seen on a logarithmic grid, by plain bisection.
func scan(e NNLIF, from, to float64, points int) []float64 {
	f := func(u float64) float64 { return math.Exp(u)*interval2(e, math.Exp(u)) - 1 }
	lo, hi := math.Log(from), math.Log(to)
	var roots []float64
	last := f(lo)
	for k := 1; k <= points; k++ {
		a, b := lo+(hi-lo)*float64(k-1)/float64(points), lo+(hi-lo)*float64(k)/float64(points)
		next := f(b)
		if last*next < 0 {
			up := next > 0
			for range 60 {
				if m := (a + b) / 2; f(m) > 0 == up {
					b = m
				} else {
					a = m
				}
			}
			roots = append(roots, math.Exp((a+b)/2))
		}
		last = next
	}
	return roots
}

func TestSteadyStates(t *testing.T) {
	for _, c := range []struct {
		b     float64
		count int
	}{{-5, 1}, {-1, 1}, {0, 1}, {0.5, 1}, {1, 1}, {1.01, 2}, {1.5, 2}, {2, 2}, {2.1, 2}, {2.11, 0}, {2.2, 0}, {3, 0}} {
		e := NNLIF{Law: standard(), B: c.b}
		states, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		second := scan(e, 0.03, 300, 160)
		if len(states) != c.count || len(second) != c.count {
			t.Fatalf("b = %v: %v states, %v by scanning, want %d", c.b, states, second, c.count)
		}
		for k, s := range states {
			t.Logf("b = %-5v N = %.15g (relative difference of the second method %8.1e) stable %-5v eigenvalue %.12g", c.b, s.Rate, second[k]/s.Rate-1, s.Stable, s.Eigenvalue)
			near(t, "rate", s.Rate, second[k], 1e-10)
			if s.Stable != (k == 0) || !s.Known || s.Residual > 1e-13 || s.Stable != (real(s.Eigenvalue) < 0) {
				t.Errorf("b = %v: %+v", c.b, s)
			}
			if d := s.Mean - (c.b-1)*s.Rate; math.Abs(d) > 1e-12 {
				t.Errorf("b = %v: the mean is off by %g", c.b, d)
			}
		}
	}
}

func TestSteadyValues(t *testing.T) {
	noisy := standard()
	noisy.A1 = 0.1
	for _, c := range []struct {
		e     NNLIF
		rates []float64
	}{
		{NNLIF{Law: standard()}, []float64{0.119975965239105}},
		{NNLIF{Law: standard(), B: 0.5}, []float64{0.13477507993525}},
		{NNLIF{Law: standard(), B: 1.5}, []float64{0.192364012568479, 2.28912570774686}},
		{NNLIF{Law: noisy}, []float64{0.122873652370422}},
		{NNLIF{Law: noisy, B: 0.5}, []float64{0.138703400296325}},
		{NNLIF{Law: noisy, B: 1.5}, []float64{0.203268713402124, 2.07633700187449}},
	} {
		got, err := c.e.steadyRates()
		if err != nil || len(got) != len(c.rates) {
			t.Fatal(c.e, got, err)
		}
		for k := range got {
			near(t, "rate", got[k], c.rates[k], 1e-13)
		}
	}
	// A noiseless neuron with I = 3, b = 0.5: N·ln((μ − 1)/(μ − 2)) = 1.
	e := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1e-9, Leak: 1, Current: neuron.Constant(3)}, B: 0.5}
	got, _ := e.steadyRates()
	mu := 3 + 0.5*got[0]
	near(t, "N ln", got[0]*math.Log((mu-1)/(mu-2)), 1, 1e-8)
	// Time in other units: leak, noise and current scale together.
	slow := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 0.01, Leak: 0.01}, B: 1.5}
	got, _ = slow.steadyRates()
	near(t, "leak 0.01", got[1], 0.0228912570774686, 1e-13)
	perfect := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Current: neuron.Constant(1)}, B: 0.5}
	got, _ = perfect.steadyRates()
	near(t, "no leak", got[0], 2, 1e-15)
}

func TestFold(t *testing.T) {
	for a, want := range map[float64]float64{1: 2.100967760456, 0.5: 6.1066961, 2: 1.3879407, 4: 1.1649031} {
		e := NNLIF{Law: standard()}
		e.Law.A0 = a
		f, err := e.Fold()
		if err != nil {
			t.Fatal(err)
		}
		near(t, "fold", f.Value, want, 5e-8)
		e.B = f.Value
		for _, x := range []float64{0.99, 1, 1.01} { // N·J(N) touches 1 from below
			if r := x*f.Rate*interval2(e, x*f.Rate) - 1; (x != 1 && !(r < 0)) || math.Abs(r) > 1e-10 && x == 1 {
				t.Errorf("a = %v: N·J − 1 = %g at %v of the fold", a, r, x)
			}
		}
		for _, side := range []float64{-1, 1} { // two states just below, none just above, by either method
			e.B = f.Value * (1 + side*1e-9)
			first, err := e.steadyRates()
			second, err2 := newBalance(e).enclosed()
			if want := 1 - int(side); len(first) != want || len(second) != want || err != nil || err2 != nil {
				t.Errorf("a = %v, b = b*(1 %+g): %v and %v, %v %v", a, side*1e-9, first, second, err, err2)
			}
		}
	}
	f, _ := NNLIF{Law: standard()}.Fold()
	near(t, "fold", f.Value, 2.100967760456, 1e-12)
	near(t, "N at the fold", f.Rate, 0.42422435979, 1e-9)
	high := standard()
	high.Current = neuron.Constant(1.8) // past (V_F + V_R)/2: one state below b = 1, none above
	if f, err := (NNLIF{Law: high}).Fold(); f != nil || err != nil {
		t.Error(f, err)
	}
}

// TestCountsAgree: the rule of signs against the enclosures, on random equations, many with little noise where there
// are three states.
func TestCountsAgree(t *testing.T) {
	counts := map[int]int{}
	rapid.Check(t, func(r *rapid.T) {
		reset, gap := rapid.Float64Range(-1, 1).Draw(r, "reset"), math.Exp(rapid.Float64Range(-1.5, 1.5).Draw(r, "ln gap"))
		law := neuron.LIF{Reset: reset, Threshold: reset + gap, Leak: 1}
		noise, below, b := rapid.Float64Range(-6, 1), rapid.Float64Range(-0.5, 3), gap*rapid.Float64Range(-3, 4).Draw(r, "b")
		if rapid.Bool().Draw(r, "little noise") {
			noise, below, b = rapid.Float64Range(-7, -4), rapid.Float64Range(0.05, 0.4), gap*rapid.Float64Range(0.4, 1.2).Draw(r, "b near the gap")
		}
		law.A0 = gap * gap * math.Exp(noise.Draw(r, "ln a0"))
		law.Current = neuron.Constant(law.Threshold - gap*below.Draw(r, "below"))
		if math.Abs(b/gap-1) < 1e-3 {
			b = gap * 0.99
		}
		e := NNLIF{Law: law, B: b}
		first, err := e.steadyRates()
		second, err2 := newBalance(e).enclosed()
		if err != nil || err2 != nil || len(first) != len(second) {
			r.Fatalf("%v %v, %v %v", first, err, second, err2)
		}
		counts[len(first)]++
	})
	t.Logf("equations by number of states: %v", counts)
	for k := range 4 {
		if counts[k] == 0 {
			t.Errorf("no equation with %d states was tried", k)
		}
	}
}

func TestSteadyRefusals(t *testing.T) {
	e := NNLIF{Law: standard()}
	e.Law.Current = neuron.Sine{Mean: 1, Amplitude: 1, Frequency: 1}
	var fs neuron.Faults
	if _, err := e.SteadyStates(); !errors.As(err, &fs) {
		t.Error(err)
	}
	e = NNLIF{Law: neuron.LIF{Threshold: 1, A0: 1}, B: 1}
	if _, err := e.SteadyStates(); !errors.As(err, &fs) {
		t.Errorf("every rate is steady: %v", err)
	}
}

// TestHostileSteady: extreme parameters end soon, without NaN, with residuals at rounding.
func TestHostileSteady(t *testing.T) {
	for _, c := range [][7]float64{ // V_R, a0, I, b, a1, leak, number of states
		{1, 1e-6, 0, 0.5, 0, 1, 1}, {1, 1e-6, 3, 0.5, 0, 1, 1}, {1, 1e-6, 3, -5, 0, 1, 1}, {1, 1e-6, 1.9, 0.5, 0, 1, 3},
		{1, 1, 0, 1000, 0, 1, 0}, {1, 1, 0, -1000, 0, 1, 1}, {1, 1, 100, -1000, 0, 1, 1}, {1, 1, -100, 50, 0, 1, 2},
		{2 - 1e-9, 1, 0, 0.5, 0, 1, 0}, {2 - 1e-9, 1, 0, 5e-10, 0, 1, 1}, {2 - 1e-9, 1, 0, -0.5, 0, 1, 1},
		{1, 1, 1.5, 1, 0, 1, 0}, {1, 0.05, 1.5, 1, 0, 1, 1}, {1, 1e3, 0, 0.5, 0, 1, 1}, {1, 1, 0, 0.5, 0, 1e-6, 1},
		{1, 1e-6, 3, 0.5, 0.1, 1, 1}, {1, 1, 0, -1000, 10, 1, 1}, {1, 1, 0, 2, 1000, 1, 0}, {1, 1, -1, 1.5, 0, 0, 1},
	} {
		e := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: c[0], A0: c[1], A1: c[4], Leak: c[5], Current: neuron.Constant(c[2])}, B: c[3]}
		start := time.Now()
		states, err := e.SteadyStates()
		if spent := time.Since(start); spent > 60*time.Second {
			t.Errorf("%v took %v", c, spent)
		}
		if err != nil || len(states) != int(c[6]) {
			t.Errorf("%v: %+v %v", c, states, err)
		}
		for _, s := range states {
			if math.IsNaN(s.Rate+s.Mean+s.Variance+real(s.Eigenvalue)+imag(s.Eigenvalue)) || s.Residual > 1e-12 || s.Variance <= 0 {
				t.Errorf("%v: %+v", c, s)
			}
		}
	}
}

func BenchmarkSteadyStates(b *testing.B) {
	for b.Loop() {
		if _, err := (NNLIF{Law: standard(), B: 1.5}).SteadyStates(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestStrongestInhibition: the rate at b = −10⁹, which is found between tops of 6 and 10⁹,
// satisfies N·J(N) = 1 by the second method.
func TestStrongestInhibition(t *testing.T) {
	for _, b := range []float64{-1e6, -1e9} {
		e := NNLIF{Law: standard(), B: b}
		states, err := e.SteadyStates()
		if err != nil || len(states) != 1 {
			t.Fatal(b, states, err)
		}
		if n := states[0].Rate; math.Abs(n*interval2(e, n)-1) > 1e-9 || !states[0].Stable {
			t.Errorf("b = %g: %+v, N·J = %v", b, states[0], n*interval2(e, n))
		}
	}
}

// TestFoldBeyondNumbers: a nearly deterministic neuron below its threshold folds at a b of e^{V_F²/2a0}.
func TestFoldBeyondNumbers(t *testing.T) {
	e := NNLIF{Law: standard()}
	e.Law.A0 = 1e-6
	if f, err := e.Fold(); f != nil || err != nil {
		t.Error(f, err)
	}
}
