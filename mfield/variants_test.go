package mfield

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"lapicque/neuron"
)

// variant returns the standard equation with a refractory state and a random threshold; 0 is none.
func variant(b float64, law neuron.Refractoriness, tau, epsilon float64) NNLIF {
	e := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}, B: b, Rule: neuron.Hard}
	if tau > 0 {
		e.Law.Refractory = neuron.Refractory{Law: law, Tau: tau}
	}
	e.Law.Firing.Epsilon = epsilon
	return e
}

func TestVariantSteadyRates(t *testing.T) {
	const exponential = neuron.ExponentialRefractory
	for _, c := range []struct {
		b, tau, epsilon float64
		want            []float64
		tolerance       float64
	}{
		{0, 0.025, 0, []float64{0.119617185556696}, 1e-13},
		{0.5, 0.025, 0, []float64{0.134264474159268}, 1e-13},
		{1.5, 0.025, 0, []float64{0.190736129367184, 2.91698765547176, 10.7133751876529}, 1e-13},
		{3, 0.025, 0, []float64{26.411440824}, 1e-10},
		{0, 0, 0.1, []float64{0.0608842993491746}, 1e-13},
		{0.5, 0.1, 0.1, []float64{0.0644073187516751}, 1e-13},
		{0, 0, 0.01, []float64{0.0966182525766299}, 1e-13},
		{1.5, 0, 0.01, []float64{0.138422041937747, 3.52142884143854, 29.4535729077334}, 1e-13},
	} {
		states, err := variant(c.b, exponential, c.tau, c.epsilon).steadyRates()
		name := fmt.Sprintf("b = %v, τ = %v, ε = %v", c.b, c.tau, c.epsilon)
		if err != nil || len(states) != len(c.want) {
			t.Errorf("%s: %v, %v, want %d states", name, states, err, len(c.want))
			continue
		}
		for k, rate := range states {
			if !(math.Abs(rate/c.want[k]-1) < c.tolerance) {
				t.Errorf("%s: rate %.15g, want %.15g", name, rate, c.want[k])
			}
		}
	}
}

// TestVariantFolds: the range of three states, and the number of states beside its ends.
func TestVariantFolds(t *testing.T) {
	const exponential = neuron.ExponentialRefractory
	for _, c := range []struct {
		tau, epsilon float64
		from, to     float64
	}{
		{0.025, 0, 1.4051847, 2.1234692}, {0.01, 0, 1.2527558, 2.1099152}, {0.1, 0, 1.8275693, 2.1938628}, {0, 0.01, 1.3178332, 2.4917572},
	} {
		e := variant(0, exponential, c.tau, c.epsilon)
		folds, err := e.Folds()
		if err != nil || len(folds) != 2 {
			t.Fatalf("τ = %v, ε = %v: %v, %v", c.tau, c.epsilon, folds, err)
		}
		t.Logf("τ = %v, ε = %v: three states for %.10g < b < %.10g", c.tau, c.epsilon, folds[0].Value, folds[1].Value)
		for k, want := range []float64{c.from, c.to} {
			if math.Abs(folds[k].Value-want) > 6e-8 {
				t.Errorf("τ = %v, ε = %v: fold at %.10g, want %v", c.tau, c.epsilon, folds[k].Value, want)
			}
			for _, side := range []float64{-1e-8, 1e-8} {
				e.B = folds[k].Value + side
				rates, err := e.steadyRates()
				if inside := (k == 0) == (side > 0); err != nil || inside != (len(rates) == 3) {
					t.Errorf("τ = %v, ε = %v, b = fold %d %+.0e: %v, %v", c.tau, c.epsilon, k, side, rates, err)
				}
			}
		}
	}
	if folds, err := variant(0, exponential, 1, 0).Folds(); err != nil || len(folds) != 0 {
		t.Errorf("τ = 1: %v, %v: want none", folds, err)
	}
	sharp, _ := variant(0, exponential, 0, 0).Folds()
	weak, _ := variant(0, exponential, 1e-9, 0).Folds()
	if len(sharp) != 1 || len(weak) != 2 || math.Abs(sharp[0].Value-weak[1].Value) > 1e-8 {
		t.Errorf("τ → 0: %v, τ = 0: %v", weak, sharp)
	}
}

// TestVariantCounts: as many states as the curve b(w) has crossings on a fine grid, for random equations.
func TestVariantCounts(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 17))
	counts := map[int]int{}
	for range 40 {
		e := variant(8*random.Float64()-1, neuron.FixedRefractory, math.Exp(-6*random.Float64()), math.Exp(-7*random.Float64()))
		e.Law.A0 = math.Exp(2 - 4*random.Float64())
		e.Law.Leak = math.Exp(1 - 2*random.Float64())
		e.Law.Current = neuron.Constant(2*random.Float64() - 1)
		if random.Float64() < 0.4 {
			e.Law.Firing.Epsilon = 0
		}
		rates, err := e.steadyRates()
		if err != nil {
			t.Errorf("%+v: %v", e, err)
			continue
		}
		crossings, before := 0, 0.0
		q := newBalance(e)
		for k := range 4000 { // from rates near 0 up
			s := q.excess(-30 + (30-math.Log(q.rest))*float64(k)/3999)
			if before*s < 0 {
				crossings++
			}
			before = s
		}
		if counts[len(rates)]++; crossings != len(rates) && rates[0] > 1e-12 {
			t.Errorf("%+v: %v, but %d crossings", e, rates, crossings)
		}
		for _, rate := range rates {
			if n := e.environment(rate); math.Abs(math.Log(rate)-n.LogRate()) > 1e-12*(1+math.Abs(math.Log(rate))) {
				t.Errorf("%+v: rate %v, the neuron's own %v", e, rate, n.Rate())
			}
		}
	}
	t.Log("states: equations", counts)
}

// TestHostileVariants: times far from 1 and strong couplings give finite states.
func TestHostileVariants(t *testing.T) {
	for _, e := range []NNLIF{
		variant(2, neuron.ExponentialRefractory, 1e-6, 0), variant(2, neuron.FixedRefractory, 100, 0), variant(50, neuron.FixedRefractory, 1, 0),
		variant(2, 0, 0, 1e-6), variant(2, 0, 0, 100), variant(50, neuron.ExponentialRefractory, 1, 1e-3), variant(-300, neuron.FixedRefractory, 0.1, 10),
	} {
		e.Delay = 0.5
		states, err := e.SteadyStates()
		if err != nil || len(states)%2 != 1 {
			t.Errorf("%+v: %d states, %v", e, len(states), err)
		}
		for _, s := range states {
			if !finite(s.Rate) || !finite(s.Mean) || !(s.Variance > 0) || !(s.Residual < 1e-11) || s.Refractory != s.Rate*e.Law.Refractory.Mean() {
				t.Errorf("%+v: %+v", e, s)
			}
		}
	}
}

// TestVariantTheory: with escape nothing is said that is proved for firing at V_F only.
func TestVariantTheory(t *testing.T) {
	start := neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 2}
	for name, e := range map[string]NNLIF{"refractory": variant(3, neuron.ExponentialRefractory, 0.1, 0), "escape": variant(3, 0, 0, 0.1)} {
		states, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]Statement{}
		for _, s := range e.Theory(start, Solution{End: 1, Steady: states, Known: true, Rise: math.NaN()}) {
			said[s.Name] = s
			if s.Verdict == Contradicted {
				t.Errorf("%s: %+v", name, s)
			}
		}
		for statement, where := range map[string]string{"blow-up": "refractory", "bounded rate": "escape", "steady states: at most": "refractory", "convergence": "", "global existence": ""} {
			if _, ok := said[statement]; ok != (where == name) {
				t.Errorf("%s: statement %q: %v", name, statement, ok)
			}
		}
	}
}
