package neuron

import "math"

// Current is an external input current I(t).
type Current interface {
	// At returns I(t).
	At(t float64) float64
	// Slope returns dI/dt at t.
	Slope(t float64) float64
	// Filtered returns ∫_t^{t+h} e^{−leak·(t+h−s)} I(s) ds, what the current adds
	// to a potential during one exact Ornstein–Uhlenbeck step of length h.
	Filtered(leak, t, h float64) float64
	// Constant reports whether I does not depend on time.
	Constant() bool
	// Validate returns Faults, or nil.
	Validate() error
}

// Constant is a current that never changes.
type Constant float64

// At returns the current.
func (c Constant) At(float64) float64 { return float64(c) }

// Slope returns 0.
func (c Constant) Slope(float64) float64 { return 0 }

// Filtered returns I·(1 − e^{−leak·h})/leak.
func (c Constant) Filtered(leak, _, h float64) float64 { return float64(c) * Relaxed(leak, h) }

// Constant returns true.
func (c Constant) Constant() bool { return true }

// Validate refuses a current that is not finite.
func (c Constant) Validate() error {
	var fs Faults
	fs.Add(finite(float64(c)), "mean", float64(c), "a finite number")
	return fs.Err()
}

// Sine is I(t) = Mean + Amplitude·sin(2π·Frequency·t).
type Sine struct{ Mean, Amplitude, Frequency float64 }

// At returns I(t).
func (s Sine) At(t float64) float64 {
	return s.Mean + s.Amplitude*math.Sin(2*math.Pi*s.Frequency*t)
}

// Slope returns dI/dt.
func (s Sine) Slope(t float64) float64 {
	w := 2 * math.Pi * s.Frequency
	return s.Amplitude * w * math.Cos(w*t)
}

// Filtered returns the exact filtered current of a step.
func (s Sine) Filtered(leak, t, h float64) float64 {
	w := 2 * math.Pi * s.Frequency
	mean := s.Mean * Relaxed(leak, h)
	if w == 0 {
		return mean
	}
	sin1, cos1 := math.Sincos(w * (t + h))
	sin0, cos0 := math.Sincos(w * t)
	decay := math.Exp(-leak * h)
	primitive := (leak*sin1 - w*cos1) - decay*(leak*sin0-w*cos0)
	return mean + s.Amplitude*primitive/(leak*leak+w*w)
}

// Constant reports whether the amplitude or the frequency is zero.
func (s Sine) Constant() bool { return s.Amplitude == 0 || s.Frequency == 0 }

// Validate refuses numbers that are not finite and a negative frequency.
func (s Sine) Validate() error {
	var fs Faults
	fs.Add(finite(s.Mean), "mean", s.Mean, "a finite number")
	fs.Add(finite(s.Amplitude), "amplitude", s.Amplitude, "a finite number")
	fs.Add(finite(s.Frequency) && s.Frequency >= 0, "frequency", s.Frequency, "a finite number ≥ 0")
	return fs.Err()
}

// Relaxed returns (1 − e^{−leak·h})/leak, and h without leak: the response of a
// potential to a unit current after time h.
func Relaxed(leak, h float64) float64 {
	if leak == 0 {
		return h
	}
	return -math.Expm1(-leak*h) / leak
}
