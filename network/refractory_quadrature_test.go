package network

import (
	"math"
	"testing"

	"lapicque/neuron"
)

// rested is the refractory part of a population. A fixed time is a multiple of the step.
type rested struct {
	resting float64
	history [][]float64 // masses that fired, by the nodes of the rest, of the steps so far
}

// pause returns when, in the rest of the step, those come back who fire in it: their
// masses by the nodes of the rest.
func (r *rested) pause(law law, at *interpolation, fired []float64) []float64 {
	tau := law.Refractory.Tau
	switch law.Refractory.Law {
	case neuron.NoRefractory:
		return fired
	case neuron.FixedRefractory:
		return make([]float64, len(fired))
	}
	back := make([]float64, len(fired))
	for k, rest := range at.nodes {
		span := min(rest, 40*tau)
		waits := panels(12, 0, span, tau)
		for i, w := range waits.x {
			at.add(rest-w, fired[k]*waits.w[i]*math.Exp(-w/tau)/tau, back)
		}
	}
	return back
}

// returns adds to that those who were refractory before the step.
func (r *rested) returns(law law, h float64, at *interpolation, fired []float64) []float64 {
	back := append([]float64{}, r.pause(law, at, fired)...)
	tau := law.Refractory.Tau
	switch law.Refractory.Law {
	case neuron.ExponentialRefractory:
		times := panels(12, 0, h, tau)
		for i, s := range times.x {
			at.add(h-s, r.resting*times.w[i]*math.Exp(-s/tau)/tau, back)
		}
	case neuron.FixedRefractory:
		if then := len(r.history) - int(math.Round(tau/h)); then >= 0 {
			copy(back, r.history[then])
		}
	}
	return back
}

// remember books those who fired in the step.
func (r *rested) remember(law law, h float64, at *interpolation, fired []float64) {
	tau := law.Refractory.Tau
	switch law.Refractory.Law {
	case neuron.ExponentialRefractory:
		r.resting *= math.Exp(-h / tau)
		for k, rest := range at.nodes {
			r.resting += fired[k] * math.Exp(-rest/tau)
		}
	case neuron.FixedRefractory:
		r.history, r.resting = append(r.history, fired), 0
		for _, then := range r.history[max(0, len(r.history)-int(math.Round(tau/h))):] {
			r.resting += sum(then)
		}
	}
}

// refractoryPopulation starts from the Gaussian of docs/MODELS.md, section 3.
func refractoryPopulation(r neuron.Refractory, b float64) *population {
	p := gaussianPopulation(12)
	p.law.Refractory, p.b = r, b
	return p
}

// TestOrderWithRefractoriness: spikes per neuron and refractory fraction at several times, of the
// scheme's N → ∞ law: second order in dt, in the largest error, with kicks and without.
func TestOrderWithRefractoriness(t *testing.T) {
	times, steps := []float64{0.4, 1.2}, []float64{0.2, 0.1, 0.05, 0.025}
	for _, r := range []neuron.Refractory{exponential(0.1), fixed(0.4)} {
		for _, b := range []float64{0, 1, -5} {
			got := make([][][2]float64, len(steps))
			for i, h := range steps {
				p := refractoryPopulation(r, b)
				for _, until := range times {
					p.advance(t, until, h)
					got[i] = append(got[i], [2]float64{p.fired, p.resting})
				}
			}
			var worst [3]float64
			for k := range times {
				for j := range 2 {
					exact := got[3][k][j] + (got[3][k][j]-got[2][k][j])/3 // Richardson, order 2
					for i := range worst {
						worst[i] = math.Max(worst[i], math.Abs(got[i][k][j]-exact))
					}
				}
			}
			order := math.Log2(worst[0]/worst[2]) / 2
			t.Logf("%-11v b = %-2v largest error %.1e at dt = 0.2, 0.1, 0.05 of %.6f; order %.2f", r.Law, b, worst, got[3], order)
			if !(order > 1.8) {
				t.Errorf("%v, b = %v: order %v, want 2", r.Law, b, order)
			}
		}
	}
}

// TestRefractoryTransientIsTheMeanFields: b = 0.5, τ = 0.1, exponential: rate and moments of the
// scheme's N → ∞ law tend at second order to the mean field's (docs/MODELS.md, section 5).
func TestRefractoryTransientIsTheMeanFields(t *testing.T) {
	want := [4]float64{0.1320387505, 0.9870008503, -0.04086630139, 0.7368272373} // N(1), ∫n, ∫v n, ∫v² n at t = 1
	var errors [3][4]float64
	for i, h := range []float64{0.1, 0.05, 0.025} {
		p := refractoryPopulation(exponential(0.1), 0.5)
		p.advance(t, 1-2*h, h)
		fired, got := []float64{p.fired}, [4]float64{}
		for k := range 4 {
			p.step(h)
			fired = append(fired, p.fired)
			for j, x := range p.x {
				if k == 1 {
					got[1], got[2], got[3] = got[1]+p.m[j], got[2]+p.m[j]*x, got[3]+p.m[j]*x*x
				}
			}
		}
		got[0] = (8*(fired[3]-fired[1]) - (fired[4] - fired[0])) / (12 * h)
		for j := range want {
			errors[i][j] = got[j] - want[j]
		}
	}
	var worst [3]float64
	for i := range errors {
		t.Logf("dt = %-5v errors of N, mass, moments %+.2e", 0.1*math.Ldexp(1, -i), errors[i])
		for _, e := range errors[i] {
			worst[i] = math.Max(worst[i], math.Abs(e))
		}
	}
	if order := math.Log2(worst[0]/worst[2]) / 2; !(order > 1.8) || worst[2] > 2e-5 {
		t.Errorf("the largest errors %v are of order %v, want 2", worst, order)
	}
}
