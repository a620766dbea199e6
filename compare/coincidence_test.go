package compare

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"lapicque/neuron"
)

// poissonTrain returns a Poisson train of a rate.
func poissonTrain(r *rand.Rand, rate, duration float64) (train []float64) {
	for t := r.ExpFloat64() / rate; t < duration; t += r.ExpFloat64() / rate {
		train = append(train, t)
	}
	return train
}

// regular returns n spikes an interval apart, the first at from.
func regular(n int, from, interval float64) []float64 {
	return floats.Span(make([]float64, n), from, from+float64(n-1)*interval)
}

// TestCoincidenceLimits: equal trains give 1, trains shifted within the window 1, beyond it the value of no pair at all; half of the
// spikes predicted gives the formula's value.
func TestCoincidenceLimits(t *testing.T) {
	const duration, delta = 1000, 2
	data := regular(20, 10, 50)
	chance := 2 * 20.0 / duration * delta
	half := 2 * 10.0 / duration * delta
	for name, c := range map[string]struct {
		model []float64
		want  float64
		pairs int
		rms   float64
	}{
		"equal":            {data, 1, 20, 0},
		"shifted by δ":     {regular(20, 10+delta, 50), 1, 20, delta},
		"shifted beyond δ": {regular(20, 10+1.01*delta, 50), -chance / (1 - chance), 0, 0},
		"every second":     {regular(10, 10, 100), (10 - half*20) / 15 / (1 - half), 10, 0},
	} {
		got, err := CoincidenceFactor(data, c.model, duration, delta)
		if err != nil || math.Abs(got.Gamma-c.want) > 1e-14 || got.Pairs != c.pairs || math.Abs(got.Deviation-c.rms) > 1e-14 {
			t.Errorf("%s: %+v %v, want Γ = %v", name, got, err, c.want)
		}
	}
}

// TestCoincidencePoisson holds trains without any relation against the exact mean number of pairs, and Γ against 0: its mean is off by what
// one partner for each spike takes from the chance level, of second order in νδ, and the rest is within 4 standard errors.
func TestCoincidencePoisson(t *testing.T) {
	const trains, duration, delta = 4000, 20000.0, 2.0
	r := rand.New(rand.NewPCG(1, 1))
	for _, rates := range [][2]float64{{0.01, 0.01}, {0.02, 0.005}, {0.1, 0.05}} {
		n := trains
		if rates[0] > 0.05 {
			n /= 10
		}
		pairs, gammas := make([]float64, n), make([]float64, n)
		for k := range n {
			c, err := CoincidenceFactor(poissonTrain(r, rates[0], duration), poissonTrain(r, rates[1], duration), duration, delta)
			if err != nil {
				t.Fatal(err)
			}
			pairs[k], gammas[k] = float64(c.Pairs), c.Gamma
		}
		mean, _ := Moments(pairs)
		exact := ChanceCoincidences(rates[0], rates[1], delta)
		if want, se := exact*duration, StandardError(pairs); math.Abs(mean-want) > 4*se {
			t.Errorf("rates %v: %v pairs, want %v ± %v", rates, mean, want, se)
		}
		mean, _ = Moments(gammas)
		x := 2 * rates[1] * delta
		taken := (exact - x*rates[0]) / ((rates[0] + rates[1]) / 2 * (1 - x))
		se := StandardError(gammas)
		t.Logf("rates %v: Γ = %.5f ± %.5f, one partner a spike takes %.5f", rates, mean, se, taken)
		if math.Abs(mean-taken) > 4*se {
			t.Errorf("rates %v: Γ = %v ± %v", rates, mean, se)
		}
		if bound := 2 * math.Pow(2*delta*(rates[0]+rates[1]), 2); math.Abs(taken) > bound {
			t.Errorf("rates %v: %v is not of second order", rates, taken)
		}
	}
}

// TestCoincidencesAreMost: no other matching has more pairs, by trying all of them on short trains.
func TestCoincidencesAreMost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) []float64 {
			gaps := rapid.SliceOfN(rapid.Float64Range(0, 3), 0, 7).Draw(t, name)
			floats.CumSum(gaps, gaps)
			return gaps
		}
		a, b := draw("a"), draw("b")
		delta := rapid.Float64Range(0.1, 2).Draw(t, "delta")
		got, squares := Coincidences(a, b, delta)
		if back, same := Coincidences(b, a, delta); got != most(a, b, delta) || back != got || same != squares {
			t.Fatalf("%d pairs, %d the other way round, at most %d", got, back, most(a, b, delta))
		}
	})
}

// most tries every partner of the first spike, and none.
func most(a, b []float64, delta float64) int {
	if len(a) == 0 {
		return 0
	}
	best := most(a[1:], b, delta)
	for j := range b {
		if math.Abs(a[0]-b[j]) <= delta {
			rest := append(append([]float64{}, b[:j]...), b[j+1:]...)
			best = max(best, 1+most(a[1:], rest, delta))
		}
	}
	return best
}

// TestReliability: repeats with independent jitter of deviation σ agree within δ with probability erf(δ/2σ), when intervals are long.
func TestReliability(t *testing.T) {
	const n, repeats, interval, delta, sigma = 400, 6, 100.0, 2.0, 1.5
	r := rand.New(rand.NewPCG(2, 2))
	trains := make([][]float64, repeats)
	for k := range trains {
		for i := range n {
			trains[k] = append(trains[k], (float64(i)+0.5)*interval+sigma*r.NormFloat64())
		}
	}
	got, err := Reliability(trains, n*interval, delta)
	if err != nil {
		t.Fatal(err)
	}
	p, chance := math.Erf(delta/(2*sigma)), 2*delta/interval
	want := (p - chance) / (1 - chance)
	// pairs that share a repeat are correlated by at most ½ each way: the effective number of pairs is at least repeats/2
	se := math.Sqrt(p*(1-p)/(n*repeats/2)) / (1 - chance)
	if math.Abs(got-want) > 4*se {
		t.Errorf("%v, want %v ± %v", got, want, se)
	}
}

// TestCoincidenceRefusals: every fault by name, several at once.
func TestCoincidenceRefusals(t *testing.T) {
	one := []float64{1}
	for _, c := range []struct {
		data, model     []float64
		duration, delta float64
		want            []string
	}{
		{nil, nil, 10, 1, []string{"data: ", "model: "}},
		{one, one, 0, math.NaN(), []string{"duration: 0", "delta: NaN"}},
		{one, regular(100, 0, 1), 100, 0.5, []string{"delta: 0.5"}},
	} {
		_, err := CoincidenceFactor(c.data, c.model, c.duration, c.delta)
		var faults neuron.Faults
		if !errors.As(err, &faults) || len(faults) != len(c.want) {
			t.Errorf("%v", err)
			continue
		}
		for k, w := range c.want {
			if !strings.Contains(faults[k].Error(), w) {
				t.Errorf("no %q in %v", w, err)
			}
		}
	}
	if _, err := Reliability([][]float64{one}, 10, 1); err == nil || !strings.Contains(err.Error(), "repeats: 1") {
		t.Errorf("%v", err)
	}
	if _, err := Reliability([][]float64{one, nil}, 10, 1); err == nil {
		t.Error("an empty repeat passes")
	}
}

// TestOverlap holds the recursion against the double sum.
func TestOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	a, b := poissonTrain(r, 0.05, 2000), poissonTrain(r, 0.02, 2000)
	for _, tau := range []float64{0.5, 20} {
		want := 0.0
		for _, x := range a {
			for _, y := range b {
				want += math.Exp(-math.Abs(x-y) / tau)
			}
		}
		if got := Overlap(a, b, tau); math.Abs(got-want) > 1e-12*want {
			t.Errorf("τ = %v: %v, want %v", tau, got, want)
		}
	}
	if got := Overlap(a, a, 1e-9); math.Abs(got-float64(len(a))) > 1e-9 || Overlap(a, nil, 1) != 0 {
		t.Errorf("%v spikes overlap %v with themselves", len(a), got)
	}
}
