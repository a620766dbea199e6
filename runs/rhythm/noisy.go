package rhythm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

const (
	// NoisyBins is the number of bins of the last half of a run that Noisy resolves.
	NoisyBins = 1 << 12
	// thermal is between the second-order coherence of the amplitude of noise through a resonance, 2,
	// and that of a lasting oscillation, 1.
	thermal = 1.5
	sharp   = 100 // periods for which no damped oscillation is taken to keep its amplitude
	enough  = 16  // periods of all replicas
	batches = 8   // parts of the window that a standard error is taken from, with one replica
)

// Noisy looks at the rate of networks of so many neurons, independent replicas, on [end/2, end].
//
// With I = |c₁|² in single periods, g = ⟨I²⟩/⟨I⟩² is 2 when noise excites a damped oscillation, whose c₁ is complex
// Gaussian, and 1 when the oscillation lasts (Glauber 1963, for light). A damped oscillation keeps its amplitude for
// about F = ⟨I⟩·N·T/rate periods, F being the power of the fundamental relative to that of independent spikes. An
// oscillation is taken to last when g is nearer to 1 and either F > 100, so that a damped one
// would have to lose less than a hundredth of its amplitude in a period, or the run has so many times F periods that
// g would come out so small less than once in a thousand.
func Noisy(signals []Fired, end float64, neurons int) Finding {
	from, out := end/2, newFinding()
	out.Kind = Stationary
	out.mean(signals, 0.75*end, end)
	rows := make([][]float64, len(signals))
	rate, variance := 0.0, 0.0
	for r, f := range signals {
		rows[r] = f.sampled(from, end, NoisyBins)
		mean, v := stat.MeanVariance(rows[r], nil)
		rate, variance = rate+mean/float64(len(signals)), variance+v/float64(len(signals))
	}
	width := (end - from) / NoisyBins
	noise := rate / (float64(neurons) * width) // of independent spikes
	if variance-noise < 5*noise*math.Sqrt(2/float64(NoisyBins*len(signals))) {
		return out
	}
	period := lag(rows, noise) * width
	if math.IsNaN(period) || whole(from, end, period) < 2 {
		return out
	}
	period, turns := tuned(signals, from, end, period)
	out.lasting(turns, period, end, neurons)
	if out.Kind == Oscillating {
		out.mean(signals, end-float64(whole(0.75*end, end, period))*period, end)
		out.phase(turns, period)
	}
	return out
}

// mean fills the rate in a window and its standard error, over replicas or over parts of the window.
func (out *Finding) mean(signals []Fired, from, to float64) {
	var values []float64
	for _, f := range signals {
		if len(signals) > 1 {
			values = append(values, f.mean(from, to))
		} else {
			values = f.sampled(from, to, batches)
		}
	}
	mean, sd := stat.MeanStdDev(values, nil)
	out.Rate, out.RateError = mean, sd/math.Sqrt(float64(len(values)))
}

// lasting tells a lasting oscillation from one that noise excites.
func (out *Finding) lasting(rows [][]complex128, period, end float64, neurons int) {
	var first, second, squares float64
	for _, c := range rows {
		for k, z := range c {
			i := real(z)*real(z) + imag(z)*imag(z)
			squares += i * i
			if half := len(c) / 2; k < half {
				first += i / float64(half*len(rows))
			} else {
				second += i / float64((len(c)-half)*len(rows))
			}
		}
	}
	n := float64(len(rows) * len(rows[0]))
	power := (first + second) / 2
	g := squares / n / (power * power)
	kept := power * float64(neurons) * period / out.Rate
	rare := (n/kept-1)/2*math.Log(1/math.Max(g-1, 1e-9)) > math.Log(1000)
	switch {
	case n < enough && kept > sharp:
		out.Kind = Undecided
		out.Reason = fmt.Sprintf("the last halves of the runs hold %.0f periods of about %.3g, fewer than %d: set time.end to %.3g or more", n, period, enough, 2*(enough+2)*period/float64(len(rows)))
	case n < enough || g >= thermal:
	case (second < 0.6*first || first < 0.6*second) && kept > sharp:
		out.Kind, out.Reason = Undecided, fmt.Sprintf("an oscillation of period %.4g has not found its amplitude yet: set time.end to %.3g or more", period, 2*end)
	case kept > sharp || rare:
		out.Kind, out.Amplitude = Oscillating, 2*math.Sqrt(power)/out.Rate
	default:
		out.Kind, out.Reason = Undecided, fmt.Sprintf("an oscillation of period %.4g may last or be noise through a resonance: a larger particles.N tells", period)
	}
}

// phase fills the period and its standard error, from the scatter of the phase in successive periods.
func (out *Finding) phase(rows [][]complex128, period float64) {
	var list []float64
	for _, c := range rows {
		list = append(list, slips(c)...)
	}
	out.Period = period
	out.PeriodError = period * stat.StdDev(list, nil) / math.Sqrt(float64(len(list)))
}
