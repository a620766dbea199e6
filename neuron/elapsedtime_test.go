package neuron

import (
	"math"
	"testing"
)

// TestCurves: slopes against differences, inverses against values.
func TestCurves(t *testing.T) {
	for _, c := range []Curve{
		{Law: AffineCurve, Base: 0.5, Amplitude: 2},
		{Law: ExponentialCurve, Base: 0.2, Amplitude: 1.3, Scale: 0.7},
		{Law: HillCurve, Base: 0.5, Amplitude: 10, Scale: 1, Power: 2},
		{Law: HillCurve, Base: 2, Amplitude: -1, Scale: 0.4, Power: 1},
		{Law: LogarithmicCurve, Base: 1, Amplitude: 1, Scale: 0.6},
	} {
		for _, x := range []float64{0.1, 0.5, 2, 7} {
			h := 1e-5 * x
			near(t, c.String()+", slope", (c.At(x+h)-c.At(x-h))/(2*h), c.Slope(x), 1e-7*(1+math.Abs(c.Slope(x))))
			near(t, c.String()+", inverse", c.Inverse(c.At(x)), x, 1e-12*x+1e-13*math.Abs(c.At(x)/c.Slope(x)))
		}
		if err := c.Validate(); err != nil {
			t.Error(err)
		}
	}
}

// TestIntervalIsItsHazard: Age inverts Spent, Spent is the integral of the rate, and the mean that of the survival.
func TestIntervalIsItsHazard(t *testing.T) {
	for _, l := range []ElapsedTime{
		{Sigma: Curve{Base: 0.7}},
		{Hazard: PhiStepHazard, Sigma: Curve{Base: 0.3}, Phi: Curve{Base: 2.5}},
		{Hazard: SmoothHazard, Sigma: Curve{Base: 0.8}, Phi: Curve{Base: 1.7}, Width: 0.13},
		{Hazard: SmoothHazard, Sigma: Curve{}, Phi: Curve{Base: 0.4}, Width: 2},
	} {
		i := l.Interval(0)
		for _, e := range []float64{1e-6, 0.1, 1, 5, 30} {
			near(t, "age", i.Spent(i.Age(e)), e, 1e-9)
		}
		at := i.Age(0.9)
		from := l.Sigma.Base // of a step; a smooth hazard is integrated from 0
		if l.Width > 0 {
			from = 0
		}
		near(t, "spent", simpson(i.Rate, from, at, 4000), 0.9, 1e-8)
		end := i.Age(40)
		near(t, "mean", from+simpson(i.Survival, from, end, 40000), i.Mean(), 1e-8*(1+i.Mean()))
		mean, variance := i.Ages()
		interval := i.Mean()
		of := func(f func(s float64) float64) float64 { // over the ages
			whole := func(s float64) float64 { return f(s) * i.Survival(s) / interval }
			return simpson(whole, 0, from, 400) + simpson(whole, from, end, 40000)
		}
		near(t, "mean age", of(func(s float64) float64 { return s }), mean, 1e-8*(1+mean))
		near(t, "variance of the ages", of(func(s float64) float64 { return (s - mean) * (s - mean) }), variance, 1e-7*(1+variance))
	}
}

// TestBoundsOfElapsedTime: hazards that are unbounded or negative and ages σ < 0 are refused, with the field.
func TestBoundsOfElapsedTime(t *testing.T) {
	rising := Curve{Law: AffineCurve, Base: 1, Amplitude: 1}
	for _, c := range []struct {
		law   ElapsedTime
		b     float64
		field string
	}{
		{ElapsedTime{Hazard: PhiStepHazard, Phi: rising}, 1, "neuron.phi"},
		{ElapsedTime{Hazard: PhiStepHazard, Phi: rising}, -2, "neuron.phi"}, // negative at X = −2
		{ElapsedTime{Hazard: PhiStepHazard, Phi: Curve{}}, 1, "neuron.phi"},
		{ElapsedTime{Sigma: Curve{Law: AffineCurve, Base: 0.5, Amplitude: -1}}, 1, "neuron.sigma"},
		{ElapsedTime{Sigma: Curve{Law: HillCurve, Amplitude: 1, Scale: 1, Power: 2}}, -1, "neuron.sigma"},
		{ElapsedTime{Sigma: Curve{Base: math.NaN()}}, 1, "neuron.sigma.base"},
		{ElapsedTime{Width: 1}, 1, "neuron.width"},
		{ElapsedTime{Hazard: SmoothHazard, Phi: Curve{Base: 1}}, 1, "neuron.width"},
		{ElapsedTime{}, math.Inf(1), "coupling.b"},
	} {
		_, err := c.law.Bounds(c.b)
		fs, ok := err.(Faults)
		if !ok || fs[0].Field != c.field {
			t.Errorf("%+v, b = %v: %v, want a fault of %s", c.law, c.b, err, c.field)
		}
	}
	e, err := ElapsedTime{Sigma: rising}.Bounds(0.5)
	if want := (Elapsed{1, 0, 0.5, 1, 1.5}); err != nil || e != want {
		t.Errorf("%+v, %v, want %+v", e, err, want)
	}
}
