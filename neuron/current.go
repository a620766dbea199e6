package neuron

import "math"

// Current is an external input current I(t). Where it jumps, or its slope does, it
// has the value and the slope that it goes on with.
type Current interface {
	// At returns I(t).
	At(t float64) float64
	// Slope returns dI/dt at t.
	Slope(t float64) float64
	// Piece returns the smooth piece that begins at or before t and goes on after it.
	Piece(t float64) Piece
	// Filtered returns ∫_t^{t+h} e^{−leak·(t+h−s)} I(s) ds, what the current adds
	// to a potential during one exact Ornstein–Uhlenbeck step of length h.
	Filtered(leak, t, h float64) float64
	// Constant reports whether I does not depend on time.
	Constant() bool
	// Validate returns Faults, or nil.
	Validate() error
}

// Piece is a smooth current together with the time, later than the one asked for, up
// to which I(t) is that current: a scheme that ends a step there and takes it for
// the whole step, its end included, never sees a discontinuity.
type Piece struct {
	Current         // smooth for all times
	Until   float64 // +∞ when it is the last
	Jump    bool    // at Until I jumps, not its slope alone
}

// smooth is the only piece of a smooth current.
func smooth(c Current) Piece { return Piece{Current: c, Until: math.Inf(1)} }

// NextJump returns the first time after t at which I jumps, +∞ when there is none.
func NextJump(c Current, t float64) float64 {
	p := c.Piece(t)
	for !p.Jump && !math.IsInf(p.Until, 1) {
		p = c.Piece(p.Until)
	}
	return p.Until
}

// Constant is a current that never changes.
type Constant float64

// At returns the current.
func (c Constant) At(float64) float64 { return float64(c) }

// Slope returns 0.
func (c Constant) Slope(float64) float64 { return 0 }

// Piece returns the current.
func (c Constant) Piece(float64) Piece { return smooth(c) }

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

// Piece returns the current.
func (s Sine) Piece(float64) Piece { return smooth(s) }

// Filtered returns the mean's part and Amplitude times the imaginary part of
// e^{iω(t+h)} (1 − e^{−zh})/z, z = leak + iω, without cancellation for small z.
func (s Sine) Filtered(leak, t, h float64) float64 {
	w := 2 * math.Pi * s.Frequency
	mean := s.Mean * Relaxed(leak, h)
	if w == 0 {
		return mean
	}
	sin, cos := math.Sincos(w * h)
	half := math.Sin(w * h / 2)
	lost := complex(2*half*half-cos*math.Expm1(-leak*h), math.Exp(-leak*h)*sin)
	sin1, cos1 := math.Sincos(w * (t + h))
	return mean + s.Amplitude*imag(complex(cos1, sin1)*lost/complex(leak, w))
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
