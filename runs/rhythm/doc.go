// Package rhythm tells a population rate that settles from one that oscillates, and measures
// the rate, the period and the amplitude. It looks at the last half of a run through the spikes
// per neuron F(t) = ∫₀ᵗ N, which both a mean field and a network have.
//
// The period is first the lag after which the rate repeats itself (de Cheveigné and Kawahara 2002),
// then made exact by the phase of the fundamental from period to period. Whether an oscillation lasts
// is told from its amplitude in successive periods: without noise by the amplitude equation
// (Landau 1944), with noise by whether the amplitude scatters like that of noise through a resonance.
// What cannot be told is Undecided, with the reason.
package rhythm

import "math"

// Kind says what a rate does in the end.
type Kind string

const (
	// Stationary: the rate settles, perhaps through an oscillation that decays.
	Stationary Kind = "stationary"
	// Oscillating: the rate repeats itself for ever.
	Oscillating Kind = "oscillating"
	// Undecided: the run is too short, or the rate neither settles nor repeats itself.
	Undecided Kind = "undecided"
)

// Fired returns the spikes per neuron until t, on the last half of a run.
type Fired func(t float64) float64

// Finding is what a rate does in the last half of a run.
type Finding struct {
	Kind Kind
	// Rate is the mean over the last quarter of the run; where a period was found, over the whole
	// periods in it.
	Rate float64
	// RateError is, without noise, how far the rate may be from that of an endless run; with noise
	// its standard error. NaN where that is not known.
	RateError float64
	// Period, its error (without noise the largest deviation of one period, with noise the standard error) and
	// Amplitude = 2|c₁|/Rate, c₁ = (1/T)∫ N(t) e^{−2πit/T} dt over one period, are NaN unless Oscillating.
	Period, PeriodError, Amplitude float64
	Reason                         string // why it is Undecided, or what else a reader should know
}

// newFinding returns a finding without a period.
func newFinding() Finding {
	nan := math.NaN()
	return Finding{Rate: nan, RateError: nan, Period: nan, PeriodError: nan, Amplitude: nan}
}

// mean returns the mean rate between two times.
func (f Fired) mean(from, to float64) float64 { return (f(to) - f(from)) / (to - from) }

// sampled returns the mean rates in so many equal bins.
func (f Fired) sampled(from, to float64, bins int) []float64 {
	x := make([]float64, bins)
	width, before := (to-from)/float64(bins), f(from)
	for i := range x {
		now := f(from + float64(i+1)*width)
		x[i], before = (now-before)/width, now
	}
	return x
}
