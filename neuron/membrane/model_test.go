package membrane

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"lapicque/neuron"
)

// each calls f with every model.
func each(t *testing.T, f func(t *testing.T, m Model)) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			m, err := New(name)
			if err != nil {
				t.Fatal(err)
			}
			f(t, m)
		})
	}
}

// drawn returns a random state within the ranges of the card.
func drawn(r *rand.Rand, m Model) []float64 {
	card := m.Card()
	y := make([]float64, len(card.Variables))
	y[0] = card.Potentials[0] + r.Float64()*(card.Potentials[1]-card.Potentials[0])
	for i := 1; i < len(y); i++ {
		y[i] = r.Float64() * card.Variables[i].Scale
	}
	return y
}

// The Jacobian is that of the slope, by central differences, everywhere and with other parameters too.
func TestJacobians(t *testing.T) {
	each(t, func(t *testing.T, m Model) {
		r := rand.New(rand.NewPCG(1, 2))
		card := m.Card()
		n := len(card.Variables)
		j, up, down := make([]float64, n*n), make([]float64, n), make([]float64, n)
		for trial := range 200 {
			if trial == 100 {
				for _, p := range m.Parameters() {
					*p.Value *= 0.9 + 0.2*r.Float64()
				}
			}
			y := drawn(r, m)
			m.Jacobian(y, j)
			for k := range n {
				at, h := y[k], 1e-5*card.Variables[k].Scale
				y[k] = at + h
				m.Slope(3, y, up)
				y[k] = at - h
				m.Slope(3, y, down)
				y[k] = at
				for i := range n {
					got, want := j[i*n+k], (up[i]-down[i])/(2*h)
					// the curvature of these laws is below 1e3 over a scale, rounding 1e-16 of the terms
					if math.Abs(got-want) > 1e-6*(1+math.Abs(want)+math.Abs(up[i])/card.Variables[k].Scale) {
						t.Fatalf("∂%d/∂%d at %v is %v, differences give %v", i, k, y, got, want)
					}
				}
			}
		}
	})
}

// The current enters linearly, and a clamped state is at rest under the current of the clamp.
func TestClamps(t *testing.T) {
	each(t, func(t *testing.T, m Model) {
		r := rand.New(rand.NewPCG(3, 4))
		n := len(m.Card().Variables)
		dy, zero, two := make([]float64, n), make([]float64, n), make([]float64, n)
		for range 100 {
			y := drawn(r, m)
			m.Slope(1, y, dy)
			m.Slope(0, y, zero)
			m.Slope(2, y, two)
			for i := range n {
				if math.Abs(two[i]-2*dy[i]+zero[i]) > 1e-12*(1+math.Abs(dy[i])) {
					t.Fatalf("slope %d is not linear in the current", i)
				}
			}
			current := m.Clamp(y[0], y)
			m.Slope(current, y, dy)
			for i := range n {
				if math.Abs(dy[i]) > 1e-11*(1+math.Abs(current)) {
					t.Fatalf("at %v the slope %d is %v", y, i, dy[i])
				}
			}
		}
	})
}

// The gating rates are smooth through their removable singularities.
func TestLinoid(t *testing.T) {
	linoid := func(x float64) float64 { return linoid(x, math.Exp(-x)) }
	if linoid(0) != 1 || linoidSlope(0) != 0.5 {
		t.Errorf("at 0: %v, slope %v", linoid(0), linoidSlope(0))
	}
	for v := -150.0; v < 100; v += 0.37 {
		r := ratesAt(v)
		got, want := []float64{r.am, r.bh, r.an, r.ah}, []float64{
			-0.1 * (v + 40) / math.Expm1(-(v+40)/10), 1 / (1 + math.Exp(-(v+35)/10)),
			-0.01 * (v + 55) / math.Expm1(-(v+55)/10), 0.07 * math.Exp(-(v+65)/20),
		}
		for k := range got {
			if math.Abs(got[k]-want[k]) > 1e-14*want[k] {
				t.Errorf("rate %d at %v: %v, want %v", k, v, got[k], want[k])
			}
		}
	}
	for _, x := range []float64{1e-300, 1e-17, 1e-9, 1e-4, 0.01, 0.019999, 0.020001, 0.5} {
		// the series to x⁸; the next term is below 2e-9 at 0.5
		series := 1 + x/2 + x*x/12 - math.Pow(x, 4)/720 + math.Pow(x, 6)/30240 - math.Pow(x, 8)/1209600
		if d := math.Abs(linoid(x) - series); d > 3e-16+math.Pow(x, 10)/4e7 {
			t.Errorf("linoid(%g) is off by %g", x, d)
		}
		if d := math.Abs(linoid(x) - linoid(-x) - x); d > 3e-16 {
			t.Errorf("linoid(%g) − linoid(−%g) is off by %g", x, x, d)
		}
		slope := 0.5 + x/6 - math.Pow(x, 3)/180 + math.Pow(x, 5)/5040 - math.Pow(x, 7)/151200
		if d := math.Abs(linoidSlope(x) - slope); d > 1e-12+math.Pow(x, 9)/4e6 {
			t.Errorf("its slope at %g is off by %g", x, d)
		}
	}
}

func TestSet(t *testing.T) {
	h := NewHodgkinHuxley()
	if err := Set(h, map[string]float64{"V_L": -54.4, "g_Na": 100}); err != nil || h.VL != -54.4 || h.GNa != 100 {
		t.Errorf("%v, %v, %v", err, h.VL, h.GNa)
	}
	var faults neuron.Faults
	err := Set(h, map[string]float64{"V_L": -50, "g_Na": -1, "C": math.NaN(), "x": 1})
	if !errors.As(err, &faults) || len(faults) != 3 {
		t.Errorf("faults %v", err)
	}
	if h.VL != -54.4 || h.GNa != 100 || h.Capacitance != 1 {
		t.Errorf("refused parameters were set: %+v", h)
	}
	if _, err := New("hodgkin"); !errors.As(err, &faults) {
		t.Errorf("error %v", err)
	}
	l := NewLIF()
	if err := Set(l, map[string]float64{"V_reset": -40}); err == nil {
		t.Error("a reset above the threshold was accepted")
	}
}

// Every model's own parameters are accepted, and no two have the same name.
func TestOwnParameters(t *testing.T) {
	each(t, func(t *testing.T, m Model) {
		if err := Validate(m); err != nil {
			t.Error(err)
		}
		seen := map[string]bool{}
		for _, p := range m.Parameters() {
			if seen[p.Name] {
				t.Errorf("two parameters %q", p.Name)
			}
			seen[p.Name] = true
		}
	})
}

// The printed rest, and the number of equilibria where it is known.
func TestRest(t *testing.T) {
	rest := Rest(NewHodgkinHuxley(), 0)
	if len(rest) != 1 || math.Abs(rest[0][0]+64.9963793) > 5e-8 {
		t.Errorf("Hodgkin–Huxley rests at %v", rest)
	}
	for current, want := range map[float64]int{-10: 1, 20: 3, 39.9: 3, 40: 1, 100: 1} {
		if states := Rest(NewMorrisLecar(MorrisLecarSNIC), current); len(states) != want {
			t.Errorf("I = %v: %d states, want %d", current, len(states), want)
		}
	}
	if states := Rest(NewMitchellSchaeffer(), 0); len(states) != 3 || states[0][0] != 0 || states[0][1] != 1 {
		t.Logf("Mitchell–Schaeffer rests at %v", states)
	}
	// far beyond the card: one root of v³/3 − v + (v + a)/b = I
	if states := Rest(NewFitzHughNagumo(), 1000); len(states) != 1 || math.Abs(states[0][0]-14.408) > 0.05 {
		t.Errorf("FitzHugh–Nagumo at I = 1000 rests at %v", states)
	}
	if states := Rest(NewAdaptiveExponential(), 1e5); len(states) != 0 {
		t.Errorf("a neuron that fires rests at %v", states)
	}
}
