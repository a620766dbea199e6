package mfield

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// beats follows a solution and returns the mean period of N over the cycles that begin after from,
// timed by its passages upwards through a level, the amplitude (max − min)/2 of each and the extremes over all.
func beats(t *testing.T, e NNLIF, start neuron.Initial, o Options, level, from, until float64) (period float64, amplitudes []float64, least, most float64) {
	t.Helper()
	var times []float64
	last := State{}
	lo, hi := math.Inf(1), 0.0
	least = math.Inf(1)
	o.OnStep = func(s State) error {
		if s.Time > from {
			lo, hi = math.Min(lo, s.Rate), math.Max(hi, s.Rate)
			least, most = math.Min(least, s.Rate), math.Max(most, s.Rate)
			if last.Rate < level && s.Rate >= level {
				x := (level - last.Rate) / (s.Rate - last.Rate)
				times = append(times, last.Time+x*(s.Time-last.Time))
				amplitudes = append(amplitudes, (hi-lo)/2)
				lo, hi = math.Inf(1), 0
			}
		}
		if math.Abs(s.Mass-1) > 1e-12 {
			t.Fatalf("mass %v at t = %v", s.Mass, s.Time)
		}
		last = s
		return nil
	}
	solver, err := e.NewSolver(start, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := solver.Advance(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	if n := len(times); n > 1 {
		period, amplitudes = (times[n-1]-times[0])/float64(n-1), amplitudes[1:]
	}
	return period, amplitudes, least, most
}

// TestDelayReference compares I = 5, b = −4, d = 0.5 with independent values of N and the mean.
func TestDelayReference(t *testing.T) {
	l := standard()
	l.Current = neuron.Constant(5)
	s := start(t, NNLIF{Law: l, B: -4, Delay: 0.5}, neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 2}, Options{})
	for _, want := range [][3]float64{
		{0.05, 0.0810251386, 0.242216607}, {0.1, 0.349423392, 0.464622667}, {0.25, 1.90520503, 0.940338759}, {0.5, 3.37619122, 1.21167399},
		{1, 0.000463894078, -0.717653226}, {2, 2.58311256, 1.13067336}, {5, 0.249759898, 0.688091643},
	} {
		got := advance(t, s, want[0])
		t.Logf("t = %v: N %.9f (off by %.1e), mean %.9f (%.1e)", want[0], got.Rate, got.Rate/want[1]-1, got.Mean, got.Mean-want[2])
		if math.Abs(got.Rate/want[1]-1) > 1e-8 || math.Abs(got.Mean-want[2]) > 1e-8 {
			t.Errorf("t = %v: N %.10f, mean %.10f, want %v and %v", want[0], got.Rate, got.Mean, want[1], want[2])
		}
	}
}

// TestDelayHopf: near the Hopf point small oscillations about the steady state grow or decay, and turn,
// as the leading eigenvalue says.
func TestDelayHopf(t *testing.T) {
	for _, b := range []float64{-38, -43} {
		e := NNLIF{Law: standard(), B: b, Delay: 1}
		states, err := e.SteadyStates()
		if err != nil || len(states) != 1 {
			t.Fatal(states, err)
		}
		s := states[0]
		e.Past = 1.02 * s.Rate
		period, amplitudes, _, _ := beats(t, e, e.SteadyLaw(s), Options{Rtol: 1e-8}, s.Rate, 15, 60)
		n := len(amplitudes) - 1
		growth := math.Log(amplitudes[n]/amplitudes[0]) / (float64(n) * period)
		t.Logf("b = %v: growth %.5f, eigenvalue %.5f; period %.5f, eigenvalue %.5f", b, growth, real(s.Eigenvalue), period, 2*math.Pi/imag(s.Eigenvalue))
		if math.Abs(growth-real(s.Eigenvalue)) > 5e-4 {
			t.Errorf("b = %v: growth %.5f, eigenvalue %v", b, growth, s.Eigenvalue)
		}
		if want := 2 * math.Pi / imag(s.Eigenvalue); math.Abs(period/want-1) > 1e-3 {
			t.Errorf("b = %v: period %.5f, eigenvalue says %.5f", b, period, want)
		}
	}
}

// TestDelayCycles holds limit cycles against published and independent figures (Ikeda, Roux, Salort and Smets
// 2022), to the digits that these have; where N falls below 1e−40, finite volumes keep it positive.
func TestDelayCycles(t *testing.T) {
	for _, c := range []struct {
		name           string
		vF, vR, a, b   float64
		mean           float64
		o              Options
		from, until    float64
		period, within float64
		most, near     float64
		deep           bool
	}{
		{"b = −43", 2, 1, 1, -43, 0, Options{Rtol: 1e-7}, 400, 440, 2.780, 2.8e-3, 0, 0, false},
		{"Ikeda 1", 1, 0, 0.2, -45, -1, Options{Rtol: 1e-7}, 40, 60, 2.839, 1e-3, 0.0212, 1e-4, false},
		{"Ikeda 2", 0, -2, 0.2, -35, -3, Options{Rtol: 1e-8}, 15, 40, 3.70, 0.01, 0, 0, false},
		{"Ikeda 2, finite volumes", 0, -2, 0.2, -35, -3, Options{Scheme: FiniteVolume, Rtol: 1e-5}, 7, 20, 3.70, 0.015, 0, 0, true},
	} {
		e := NNLIF{Law: neuron.LIF{Threshold: c.vF, Reset: c.vR, A0: c.a, Leak: 1}, B: c.b, Delay: 1}
		states, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		start := neuron.TruncatedGaussian{Mean: c.mean, Variance: min(c.a, 0.25), Upper: c.vF}
		period, _, least, most := beats(t, e, start, c.o, states[0].Rate, c.from, c.until)
		t.Logf("%s: period %.4f, N from %.3g to %.5f", c.name, period, least, most)
		if !(math.Abs(period-c.period) <= c.within) {
			t.Errorf("%s: period %.4f, want %v ± %v", c.name, period, c.period, c.within)
		}
		if c.most > 0 && math.Abs(most-c.most) > c.near {
			t.Errorf("%s: largest rate %.5f, want %v", c.name, most, c.most)
		}
		if c.deep && !(least > 0 && least < 1e-40) {
			t.Errorf("%s: least rate %v, want one in (0, 1e−40)", c.name, least)
		}
	}
}

// TestDelaySchemesAgree: finite volumes extrapolated to cells of size 0 against the spectral scheme.
func TestDelaySchemesAgree(t *testing.T) {
	noisy := standard()
	noisy.A1 = 0.3
	for name, e := range map[string]NNLIF{
		"inhibition": {Law: standard(), B: -10, Delay: 0.3},
		"excitation": {Law: standard(), B: 3, Delay: 0.2},
		"noise":      {Law: noisy, B: -5, Delay: 0.2, Past: 0.2},
	} {
		law := neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 2}
		coarse := start(t, e, law, Options{Scheme: FiniteVolume, Cells: 200, Rtol: 1e-8})
		fine := start(t, e, law, Options{Scheme: FiniteVolume, Cells: 400, Rtol: 1e-8})
		other := start(t, e, law, Options{Scheme: Spectral})
		worst := 0.0
		for _, x := range []float64{0.1, 0.19, 0.25, 0.35, 0.55, 1.1, 2} {
			c, f, s := advance(t, coarse, x).Rate, advance(t, fine, x).Rate, advance(t, other, x).Rate
			worst = math.Max(worst, math.Abs((4*f-c)/3/s-1))
			if slack := math.Abs(f-c)/10 + 1e-5*s; math.Abs((4*f-c)/3-s) > slack {
				t.Errorf("%s, t = %v: finite volumes %.9f and %.9f, spectral %.9f", name, x, c, f, s)
			}
		}
		t.Logf("%s: extrapolated finite volumes and spectral differ by %.1e", name, worst)
	}
}

// TestDelayOrderInTime: finite volumes are of second order in the step with arrivals too.
func TestDelayOrderInTime(t *testing.T) {
	var sizes []float64
	var rates [][]float64
	for _, step := range []float64{0.02, 0.01, 0.005, 0.0025} {
		e := busy()
		e.B, e.Delay, e.Past = -4, 0.25, 0.1
		s := solver(t, e, calm(t), Options{Cells: 200})
		s.options.step = step
		sizes = append(sizes, step)
		rates = append(rates, []float64{advance(t, s, 0.9).Rate, advance(t, s, 1.2).Rate, advance(t, s, 1.6).Rate})
	}
	if order := orders(t, "delay", sizes, rates); !(order >= 1.9) {
		t.Errorf("order %.3f in time, declared 2", order)
	}
}

// TestDelayFaults: what a delay cannot be is refused, all at once.
func TestDelayFaults(t *testing.T) {
	e := NNLIF{Law: standard(), B: 1, Rule: neuron.Hard, Delay: -1, Past: -2}
	_, err := e.NewSolver(neuron.TruncatedGaussian{Variance: 0.25, Upper: 2}, Options{})
	if fs, ok := err.(neuron.Faults); !ok || len(fs) != 3 {
		t.Errorf("got %v, want faults of delay, past and a past without delay", err)
	}
	e.Delay, e.Past = 1, 0
	if _, err := e.NewSolver(neuron.Point{Potential: 2}, Options{}); err == nil {
		t.Error("neurons at V_F were taken")
	}
}
