package neuron

import (
	"math"
	"testing"
)

// TestActivity: a polynomial of degree 4 in pieces comes back exactly after the delay, with its slope, its
// filtered integral, and on either side of its jump at time 0.
func TestActivity(t *testing.T) {
	const d, past = 0.7, 0.3
	n := func(t float64) float64 { return 1 + t*(2+t*(-1+t*(0.5-0.2*t))) }
	slope := func(t float64) float64 { return 2 + t*(-2+t*(1.5-0.8*t)) }
	integral := func(t float64) float64 { return t * (1 + t*(1+t*(-1./3+t*(0.125-0.04*t)))) }
	a := NewActivity(d, past)
	a.Mark(Mark{Impulse: 0.25})
	for start := 0.0; start < 2; {
		h := 0.1 + 0.1*start
		// Taylor's polynomial at start, in θ = (t − start)/h.
		c := [5]float64{n(start), h * slope(start), h * h * (-2 + start*(3-2.4*start)) / 2, h * h * h * (3 - 4.8*start) / 6, -0.2 * h * h * h * h}
		a.Append(start+h, c, integral(start+h)-integral(start))
		start = a.Known()
	}
	if a.Next() != d {
		t.Fatalf("the mark of time 0 arrives at %v", a.Next())
	}
	a.Begin(0.5)
	if got, _ := a.Arriving(d); got != past {
		t.Errorf("at the end of a step that lands on d: %v, want the rate before", got)
	}
	if got, want := a.Filtered(0.8, 0.5, 0.2), past*Relaxed(0.8, 0.2); math.Abs(got-want) > 1e-15 {
		t.Errorf("filtered past %v, want %v", got, want)
	}
	a.Begin(d)
	if m := a.Arrive(); m.Impulse != 0.25 || !math.IsInf(a.Next(), 1) {
		t.Errorf("arrived %+v, next %v", m, a.Next())
	}
	if got, _ := a.Arriving(d); math.Abs(got-n(0)) > 1e-14 {
		t.Errorf("at the start of a step at d: %v, want the rate after", got)
	}
	for x := 0.01; x < 2; x += 0.0937 {
		got, dn := a.Arriving(x + d)
		if math.Abs(got-n(x)) > 1e-13 || math.Abs(dn-slope(x)) > 1e-11 {
			t.Errorf("t = %v: %v and %v, want %v and %v", x+d, got, dn, n(x), slope(x))
		}
	}
	sum, panels := 0.0, 20000
	for k := range panels {
		x := (float64(k) + 0.5) * 1.3 / float64(panels)
		sum += n(x) * math.Exp(-0.8*(1.3-x)) * 1.3 / float64(panels)
	}
	if got := a.Filtered(0.8, d, 1.3); math.Abs(got-sum) > 1e-8 {
		t.Errorf("filtered %v, want %v", got, sum)
	}
}

// TestActivityKeepsCount: whatever the polynomial, and however short the pieces, what arrives is what was fired.
func TestActivityKeepsCount(t *testing.T) {
	a := NewActivity(1, 0)
	fired := 0.0
	for k, h := range []float64{1e-13, 5e-13, 1e-11, 1e-9, 1e-6, 1e-3, 0.1, 0.4} {
		n := 1 / float64(k+1)
		a.Append(a.Known()+h, [5]float64{n, 0.1, -0.3}, n*h)
		fired += n * h
	}
	if got := a.Filtered(0, 1, a.Known()); math.Abs(got-fired) > 1e-14 {
		t.Errorf("%v arrived, %v fired", got, fired)
	}
}
