package rhythm

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// integrated returns the spikes of a rate N(t), by Simpson steps and Hermite cubics between them.
func integrated(n func(t float64) float64, end float64) Fired {
	const steps = 200000
	h := end / steps
	f := make([]float64, steps+1)
	for k := range steps {
		t := float64(k) * h
		f[k+1] = f[k] + h/6*(n(t)+4*n(t+h/2)+n(t+h))
	}
	return func(t float64) float64 {
		k := min(int(t/h), steps-1)
		x := t/h - float64(k)
		a, b, da, db := f[k], f[k+1], h*n(float64(k)*h), h*n(float64(k+1)*h)
		return a + x*(da+x*(3*(b-a)-2*da-db+x*(da+db-2*(b-a))))
	}
}

// landauAmplitude solves dA/dt = σA − cA³.
func landauAmplitude(sigma, c, start float64) func(t float64) float64 {
	return func(t float64) float64 {
		g := math.Exp(2 * sigma * t)
		return math.Sqrt(g * start * start / (1 + c*start*start*(g-1)/sigma))
	}
}

func TestSmooth(t *testing.T) {
	const period, end = 2.7741, 100
	constant := func(a float64) func(float64) float64 { return func(float64) float64 { return a } }
	for _, c := range []struct {
		name      string
		amplitude func(t float64) float64
		drift     float64 // of the mean, e^{−drift·t}
		kind      Kind
		says      string
	}{
		{"lasts", constant(0.3), 5, Oscillating, ""},
		{"small and lasts", constant(1e-4), 5, Oscillating, ""},
		{"decays", func(t float64) float64 { return 0.5 * math.Exp(-0.05*t) }, 5, Stationary, "decays"},
		{"decays to nothing", func(t float64) float64 { return 0.5 * math.Exp(-0.24*t) }, 5, Stationary, ""},
		{"decays slowly", landauAmplitude(-0.002, 0.1, 0.3), 5, Stationary, "decays"},
		{"has grown", landauAmplitude(0.05, 0.5, 0.01), 5, Oscillating, ""},
		{"grows", landauAmplitude(0.01, 0.5, 1e-4), 5, Undecided, "still grows"},
		{"shrinks to a cycle", landauAmplitude(0.05, 1, 0.8), 5, Oscillating, ""},
		{"none", constant(0), 1, Stationary, ""},
		{"relaxes in time", constant(0), 0.1, Stationary, ""},
		{"relaxes too slowly", constant(0), 0.005, Undecided, "time.end"},
	} {
		f := integrated(func(t float64) float64 {
			phase := 2 * math.Pi * t / period
			a := c.amplitude(t)
			return 1 + math.Exp(-c.drift*t) + a*math.Cos(phase) + 0.5*a*math.Cos(2*phase+1)
		}, end)
		got := Smooth(f, end, 1e-9)
		if got.Kind != c.kind || !strings.Contains(got.Reason, c.says) {
			t.Errorf("%s: %+v", c.name, got)
		}
		if c.kind != Oscillating {
			if !math.IsNaN(got.Period) {
				t.Errorf("%s: period %v", c.name, got.Period)
			}
			continue
		}
		last := c.amplitude(end - period/2)
		if d := math.Abs(got.Period - period); !(d <= got.PeriodError+1e-12 && d < 1e-4) {
			t.Errorf("%s: period %v ± %v", c.name, got.Period, got.PeriodError)
		}
		if math.Abs(got.Amplitude/last-1) > 1e-3 || math.Abs(got.Rate-1) > math.Max(1e-6, got.RateError) {
			t.Errorf("%s: amplitude %v, want %v; rate %v ± %v", c.name, got.Amplitude, last, got.Rate, got.RateError)
		}
	}
}

// What a run is too short for, or what never repeats itself, is not decided.
func TestSmoothUndecided(t *testing.T) {
	short := integrated(func(t float64) float64 { return 1 + 0.3*math.Cos(t) }, 30)
	if got := Smooth(short, 30, 1e-9); got.Kind != Undecided || !strings.Contains(got.Reason, "time.end to 101") {
		t.Errorf("%+v", got)
	}
	torus := integrated(func(t float64) float64 {
		return 2 + math.Cos(t) + 0.9*math.Cos(math.Sqrt(7)*t) + 0.8*math.Cos(math.Sqrt(3)*t)
	}, 200)
	if got := Smooth(torus, 200, 1e-9); got.Kind != Undecided {
		t.Errorf("%+v", got)
	}
}

// TestSpikyPeriod: a train of narrow pulses, with the period measured to the accuracy of the quadrature.
func TestSpikyPeriod(t *testing.T) {
	const period, end = 3.7, 80
	f := integrated(func(t float64) float64 {
		x := math.Mod(t, period) - period/2
		return 1e-12 + math.Exp(-x*x/2/0.03)
	}, end)
	got := Smooth(f, end, 1e-9)
	if got.Kind != Oscillating || math.Abs(got.Period-period) > 1e-8 {
		t.Errorf("%+v", got)
	}
}

// poisson draws spikes of so many neurons of rate N(t), in bins of an eightieth.
func poisson(rng *rand.Rand, neurons int, end float64, rate func(t float64) float64) Fired {
	const bin = 1.0 / 80
	sums := []float64{0}
	for t := 0.0; t < end; t += bin {
		mean := rate(t+bin/2) * bin * float64(neurons)
		count := math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
		sums = append(sums, sums[len(sums)-1]+count/float64(neurons))
	}
	return func(t float64) float64 {
		k := min(int(t/bin), len(sums)-2)
		return sums[k] + (t/bin-float64(k))*(sums[k+1]-sums[k])
	}
}

func TestNoisy(t *testing.T) {
	const period, neurons = 2.5, 20000
	for seed := range uint64(5) {
		rng := rand.New(rand.NewPCG(seed, 7))
		cosine := func(a float64) func(float64) float64 {
			return func(t float64) float64 { return 0.3 + a*math.Cos(2*math.Pi*t/period) }
		}
		got := Noisy([]Fired{poisson(rng, neurons, 200, cosine(0.05))}, 200, neurons)
		if got.Kind != Oscillating || math.Abs(got.Period-period) > 4*got.PeriodError+1e-12 || math.Abs(got.Rate-0.3) > 4*got.RateError {
			t.Errorf("seed %d, lasting: %+v", seed, got)
		}
		if got = Noisy([]Fired{poisson(rng, neurons, 200, cosine(0))}, 200, neurons); got.Kind != Stationary || math.Abs(got.Rate-0.3) > 5*got.RateError {
			t.Errorf("seed %d, none: %+v", seed, got)
		}
		// Noise through a resonance that forgets its phase in four periods.
		z, w := 0.0, 0.0
		resonant := func(float64) float64 {
			const h = 1.0 / 80
			decay, sd := math.Exp(-h/(4*period)), 0.02*math.Sqrt(-math.Expm1(-2*h/(4*period)))
			sin, cos := math.Sincos(2 * math.Pi * h / period)
			z, w = decay*(z*cos-w*sin)+sd*rng.NormFloat64(), decay*(z*sin+w*cos)+sd*rng.NormFloat64()
			return 0.3 + z
		}
		if got = Noisy([]Fired{poisson(rng, neurons, 800, resonant)}, 800, neurons); got.Kind == Oscillating {
			t.Errorf("seed %d, resonant: %+v", seed, got)
		}
	}
	if got := Noisy([]Fired{poisson(rand.New(rand.NewPCG(1, 1)), neurons, 30, func(t float64) float64 { return 0.3 + 0.1*math.Cos(2*math.Pi*t/period) })}, 30, neurons); got.Kind != Undecided || !strings.Contains(got.Reason, "time.end") {
		t.Errorf("short: %+v", got)
	}
}

func TestRepeating(t *testing.T) {
	if period, e := Repeating([]float64{0.1, 2, 3, 4, 5.001}, 2); math.Abs(period-1) > 1e-3 || !(e > 0) {
		t.Error(period, e)
	}
	if period, _ := Repeating([]float64{2, 3, 4, 6}, 2); !math.IsNaN(period) {
		t.Error(period)
	}
}
