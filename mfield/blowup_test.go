package mfield

import (
	"context"
	"errors"
	"math"
	"testing"

	"lapicque/neuron"
)

// explode advances until the blow-up that must come.
func explode(t testing.TB, s Solver, until float64) *BlowUp {
	t.Helper()
	var found *BlowUp
	if err := s.Advance(context.Background(), until); !errors.As(err, &found) {
		t.Fatalf("no blow-up: %v at %+v", err, s.State())
	}
	return found
}

// TestBlowUp compares with MODELS.md section 4 and the cases of MEANFIELD.md: t* and the jump.
func TestBlowUp(t *testing.T) { each(t, testBlowUp) }

func testBlowUp(t *testing.T, o Options) {
	delarue := neuron.LIF{Threshold: 1, Reset: 0, A0: 0.5}
	for _, c := range []struct {
		name       string
		e          NNLIF
		start      neuron.Initial
		time, jump float64
		relative   float64 // tolerance of the time
		absolute   float64 // of the jump
	}{
		{"b = 3", NNLIF{Law: standard(), B: 3, Rule: neuron.Hard}, gaussian(-1, 0.5), 3.41737422, 0.997348, 5e-5, 2e-5},
		{"b = 0.5, narrow", NNLIF{Law: standard(), B: 0.5}, gaussian(1.83, 0.003), 0.0024657, 0.8106, 5e-4, 5e-4},
		{"total synchrony, b = 2", NNLIF{Law: standard(), B: 2, Rule: neuron.Hard}, neuron.Point{Potential: 1}, 0.762396, 0.99489, 5e-5, 5e-5},
		{"total synchrony, b = 3", NNLIF{Law: standard(), B: 3, Rule: neuron.Hard}, neuron.Point{Potential: 1}, 0.230247, 1, 5e-5, 1e-3},
		{"Delarue, α = 0.4", NNLIF{Law: delarue, B: 0.4}, neuron.Point{Potential: 0.8}, 0.01575394, 0.4106, 2e-4, 5e-4},
		{"Delarue, α = 0.5", NNLIF{Law: delarue, B: 0.5}, neuron.Point{Potential: 0.8}, 0.011774277, 0.747792, 3e-4, 5e-4},
		{"Delarue, α = 0.8", NNLIF{Law: delarue, B: 0.8}, neuron.Point{Potential: 0.8}, 0.0083785, 0.8972, 4e-4, 5e-4},
	} {
		s := start(t, c.e, c.start, o)
		found := explode(t, s, 5)
		t.Logf("%s: t* = %.9g (error %.2g), jump %.6g (error %.2g)", c.name, found.Time, found.Time-c.time, found.Jump, found.Jump-c.jump)
		near(t, c.name+": t*", found.Time, c.time, c.relative)
		if math.Abs(found.Jump-c.jump) > c.absolute {
			t.Errorf("%s: jump %v, want %v", c.name, found.Jump, c.jump)
		}
		st := s.State()
		if math.Abs(st.Mass-1) > 1e-12 || st.Time != found.Time || math.IsInf(st.Rate, 0) || math.IsNaN(st.Rate+st.Mean+st.Variance) {
			t.Errorf("%s: %+v", c.name, st)
		}
		if again := explode(t, s, 10); again != found {
			t.Errorf("another blow-up: %v", again)
		}
	}
}

// TestNoBlowUp: a large finite rate is none. The truncated Gaussian does not vanish at V_F and has
// N ~ t^−1/2; below the critical coupling of the Delarue benchmark, 0.38426, the rate only peaks.
func TestNoBlowUp(t *testing.T) {
	s := solver(t, NNLIF{Law: standard(), B: 0.9}, neuron.Uniform{From: 1, To: 2}, Options{})
	largest := 0.0
	s.options.OnStep = func(st State) error { largest = math.Max(largest, st.Rate); return nil }
	advance(t, s, 1)
	if largest < 100 {
		t.Errorf("largest rate %v", largest)
	}
	law := neuron.LIF{Threshold: 1, Reset: 0, A0: 0.5}
	s = solver(t, NNLIF{Law: law, B: 0.384}, neuron.Point{Potential: 0.8}, Options{})
	advance(t, s, 0.1)
	s = solver(t, NNLIF{Law: law, B: 0.3846}, neuron.Point{Potential: 0.8}, Options{})
	explode(t, s, 0.1)
}

// TestBlowUpAtOnce: data with b·n(V_F) ≥ 1, or with mass at V_F, jump at t = 0.
func TestBlowUpAtOnce(t *testing.T) { each(t, testBlowUpAtOnce) }

func testBlowUpAtOnce(t *testing.T, o Options) {
	e := NNLIF{Law: standard(), B: 3, Rule: neuron.Hard}
	s := start(t, e, neuron.Uniform{From: 1.5, To: 2}, o)
	if found := explode(t, s, 0); found.Time != 0 || math.Abs(found.Jump-1) > 1e-9 {
		t.Errorf("%+v", found)
	}
	// Mass 0.4 just below V_F and the rest out of reach of b = 0.5: 0.4 fires and pushes by 0.2.
	e.B = 0.5
	s = start(t, e, neuron.NewEmpirical([]float64{2, 2, -1, -1, -1}), o)
	if found := explode(t, s, 1); found.Time != 0 || math.Abs(found.Jump-0.4) > 0.01 {
		t.Errorf("%+v", found)
	}
}

// TestJump on a hand-made density: 0.5 on the last unit below V_F, 0.25 on the two below it, b = 2.5. With x
// the part that fires, P(V ≥ 2 − 2.5x) = min(1.25x, 0.5 + 0.25(2.5x − 1)) = x at x = 2/3.
func TestJump(t *testing.T) {
	m := layOut([]float64{-1, 1, 2}, 3000, []bump{{1, func(v float64) float64 { return v }}})
	mass := make([]float64, len(m.width))
	for i, c := range m.centers {
		mass[i] = m.width[i] * 0.25
		if c > 1 {
			mass[i] = m.width[i] * 0.5
		}
	}
	f := newFront(m, mass, 2)
	newCascade([][]float64{{2.5}}, []*front{f}).run(nil)
	near(t, "jump", f.fired, 2./3, 1e-9)
}
