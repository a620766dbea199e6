package mfield

import (
	"math"
	"testing"

	"lapicque/neuron"
)

// A neuron without leak: the interval has Wald's law. All neurons: the survival integrates to the mean, and twice t times it to the second moment.
func TestIntervals(t *testing.T) {
	perfect := NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 0.5, Current: neuron.Constant(1.5)}}
	one := Intervals{passing: perfect.Law.Stationary(1.5, 0.5)}
	for _, x := range []float64{0.05, 0.2, 0.7, 2, 5} {
		mu, sigma := 1.5, math.Sqrt(2*0.5*x)
		want := 1 - (0.5*math.Erfc((1-mu*x)/sigma/math.Sqrt2) + math.Exp(2*mu/(2*0.5))*0.5*math.Erfc((1+mu*x)/sigma/math.Sqrt2))
		if got := one.Survival(x); !(math.Abs(got-want) < 2e-8) {
			t.Errorf("without leak, t = %v: %v, not %v", x, got, want)
		}
	}
	leaky := neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}
	rest, pause := leaky, leaky
	pause.Refractory = neuron.Refractory{Law: neuron.ExponentialRefractory, Tau: 0.3}
	rest.Refractory = neuron.Refractory{Law: neuron.FixedRefractory, Tau: 0.3}
	for name, e := range map[string]NNLIF{"leaky": {Law: leaky, B: 0.5}, "fixed": {Law: rest, B: -2}, "exponential": {Law: pause}} {
		states, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		law := e.Intervals(states[0])
		const step = 0.2                                                 // trapezia, in √t so that the steep start is resolved
		shift := law.rest                                                // until which all survive
		mean, second := shift+step*step/6, shift*shift+shift*step*step/3 // Euler and Maclaurin's terms of the first trapezium
		for x := step; x*x < 30*law.Mean(); x += step {
			s := law.Survival(shift + x*x)
			mean, second = mean+2*x*step*s, second+4*x*(shift+x*x)*step*s
		}
		cv := math.Sqrt(second/(mean*mean) - 1)
		t.Logf("%s: mean %.7f, 1/rate %.7f; CV %.7f, %.7f", name, mean, law.Mean(), cv, law.CV())
		if !(math.Abs(mean/law.Mean()-1) < 1e-4 && math.Abs(cv/law.CV()-1) < 1e-4) {
			t.Errorf("%s: mean %v, not %v; CV %v, not %v", name, mean, law.Mean(), cv, law.CV())
		}
	}
}
