package neuron

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"
)

func TestVariantFaults(t *testing.T) {
	law := LIF{Threshold: 2, Reset: 1, A0: 1, Refractory: Refractory{ExponentialRefractory, -1}, Firing: Firing{-0.1}}
	err := law.Validate()
	if err == nil {
		t.Fatal("no fault")
	}
	for _, want := range []string{"refractory.tau", "firing.epsilon", "-1", "-0.1"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
	law.Refractory, law.Firing = Refractory{Refractoriness(7), 1}, Firing{}
	if err := law.Validate(); err == nil || !strings.Contains(err.Error(), "refractory.law") {
		t.Errorf("unknown law: %v", err)
	}
	law.Refractory = Refractory{NoRefractory, 1}
	if law.Validate() == nil {
		t.Error("a duration without a law is accepted")
	}
}

// The transform's slope at 0 is minus the mean.
func TestRefractoryTransform(t *testing.T) {
	for _, r := range []Refractory{{}, {ExponentialRefractory, 0.3}, {FixedRefractory, 0.3}} {
		const h = 1e-5
		slope := real(r.Transform(h)-r.Transform(-h)) / (2 * h)
		if math.Abs(slope+r.Mean()) > 1e-8 || cmplx.Abs(r.Transform(0)-1) > 0 {
			t.Errorf("%v: slope %v, mean %v", r.Law, slope, r.Mean())
		}
		if back, err := ParseRefractoriness(r.Law.String()); err != nil || back != r.Law {
			t.Errorf("%v read back as %v, %v", r.Law, back, err)
		}
	}
}
