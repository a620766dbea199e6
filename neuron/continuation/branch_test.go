package continuation

import (
	"context"
	"errors"
	"math"
	"math/cmplx"
	"os"
	"testing"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

func diagram(t *testing.T, m membrane.Model, from, to float64) *Diagram {
	t.Helper()
	d, err := NewDiagram(context.Background(), m, from, to)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.Branches {
		t.Logf("branch from %v at %.6f: %d cycles, %v at %.6f", b.Begins, b.From, len(b.Cycles), b.Ends, b.To)
		for _, c := range b.Turns {
			t.Logf("%v at %.7f, period %.6f, multipliers %.4g", c.Kind, c.Current, c.Period, c.Multipliers)
		}
	}
	t.Logf("rest %v", d.Resting())
	t.Logf("firing %v", d.Firing())
	t.Logf("both %v", d.Bistable())
	return d
}

// The squid axon: the branch from the subcritical point turns at three folds and ends at the supercritical one; repetitive firing is
// stable from the last fold on, 6.2603 ± 0.0003 elsewhere. Rates at 7, 10 and 20 to nine digits.
func TestHodgkinHuxleyCycles(t *testing.T) {
	d := diagram(t, membrane.NewHodgkinHuxley(), 0, 180)
	if len(d.Branches) != 1 || d.Branches[0].Ends != HopfPoint {
		t.Fatalf("%d branches", len(d.Branches))
	}
	firing, both := d.Firing(), d.Bistable()
	if len(firing) != 1 || firing[0].Begins != FoldOfCycles || firing[0].Ends != HopfPoint || len(both) != 1 || both[0].Ends != HopfPoint {
		t.Fatalf("firing %v, bistable %v", firing, both)
	}
	near(t, "onset", firing[0].From, 6.2603, 5e-5)
	near(t, "end", firing[0].To, 154.5224, 5e-5)
	near(t, "bistable from", both[0].From, 6.2603, 5e-5)
	near(t, "bistable to", both[0].To, 9.775438, 5e-7)
	for current, period := range map[float64]float64{7: 17.1446999, 10: 14.63621, 20: 11.5646975} {
		cycles := d.Cycles(current)
		c := cycles[len(cycles)-1]
		near(t, "period", c.Period, period, 1e-7)
		if !c.Stable() {
			t.Errorf("unstable at %v: %v", current, c.Multipliers)
		}
		t.Logf("I = %v: period %.8f, rate %.4f Hz, peak %.6f mV", current, c.Period, 1000/c.Period, c.High)
	}
	near(t, "peak at 10", d.Cycles(10)[0].High, 30.430914, 1e-6)
}

// FitzHugh–Nagumo is symmetric about I = a/b, whatever the branch has gone through; the period at 0.5 is printed to three digits.
func TestFitzHughNagumoCycles(t *testing.T) {
	d := diagram(t, membrane.NewFitzHughNagumo(), 0, 2)
	if len(d.Branches) != 1 || len(d.Branches[0].Turns) != 2 {
		t.Fatalf("%d branches", len(d.Branches))
	}
	near(t, "period at 0.5", d.Cycles(0.5)[0].Period, 39.474, 5e-4)
	turns := d.Branches[0].Turns
	near(t, "symmetry of the folds", turns[0].Current+turns[1].Current, 1.75, 1e-8)
	near(t, "symmetry of their periods", turns[0].Period, turns[1].Period, 1e-3)
}

// The two sets of Morris and Lecar: folds of cycles against a Hopf point; firing that begins at rate 0 on a saddle-node.
func TestMorrisLecarCycles(t *testing.T) {
	d := diagram(t, membrane.NewMorrisLecar(membrane.MorrisLecarHopf), 0, 260)
	if f := d.Firing(); len(f) != 1 || f[0].Begins != FoldOfCycles || f[0].Ends != FoldOfCycles || len(d.Bistable()) != 2 {
		t.Errorf("firing %v", f)
	}
	d = diagram(t, membrane.NewMorrisLecar(membrane.MorrisLecarSNIC), 0, 60)
	f := d.Firing()
	if len(f) != 1 || f[0].Begins != SaddleNodeOnCircle || len(d.Bistable()) != 0 {
		t.Fatalf("firing %v", f)
	}
	near(t, "saddle-node", f[0].From, 39.963, 5e-4)
	// the period grows like |I − I*|^{−1/2}
	near, far := d.Cycles(f[0].From + 0.02)[0], d.Cycles(f[0].From + 0.08)[0]
	if ratio := near.Period / far.Period; math.Abs(ratio-2) > 0.05 {
		t.Errorf("periods %.3f and %.3f at distances 0.02 and 0.08", near.Period, far.Period)
	}
}

// Cycles and multipliers against integration: a small deviation comes back after a period multiplied by the first multiplier,
// and for two variables the multiplier is the exponential of the integral of the trace.
func TestMultipliers(t *testing.T) {
	m := membrane.NewFitzHughNagumo()
	h := FindEquilibria(m, 0, 2).Hopfs[0]
	b, err := Follow(context.Background(), m, h, 0.2, 0.6)
	if err != nil {
		t.Fatal(err)
	}
	if b.Ends != RangeEnd || math.Abs(b.To-0.6) > 1e-12 {
		t.Errorf("%v at %v", b.Ends, b.To)
	}
	j := make([]float64, 4)
	for k := 0; k < len(b.Cycles); k += 5 {
		c := b.Cycles[k]
		if cmplx.Abs(c.Multipliers[0]) < 1e-9 {
			continue
		}
		flow := ode.New(func(_ float64, y, dy []float64) {
			m.Slope(c.Current, y[:2], dy[:2])
			m.Jacobian(y[:2], j)
			dy[2] = j[0] + j[3]
		}, 0, []float64{c.State[0], c.State[1], 0}, ode.Options{Method: ode.DOP853, Rtol: 1e-12})
		if err := flow.Advance(context.Background(), c.Period); err != nil {
			t.Fatal(err)
		}
		y := flow.State()
		// an error of 1e-10 grows by the largest expansion along the cycle
		if d := math.Hypot(y[0]-c.State[0], y[1]-c.State[1]); d > 1e-5 {
			t.Errorf("I = %v: open by %g", c.Current, d)
		}
		if got := real(c.Multipliers[0]); math.Abs(got/math.Exp(y[2])-1) > 1e-4 {
			t.Errorf("I = %v: multiplier %v, trace gives %v", c.Current, got, math.Exp(y[2]))
		}
	}
}

// Near a Hopf point the amplitude follows the normal form: a² = −Re λ/Re c, with an error of the order of the distance.
func TestCriticality(t *testing.T) {
	for _, name := range []string{"hodgkin-huxley", "fitzhugh-nagumo", "morris-lecar"} {
		m, _ := membrane.New(name)
		card := m.Card()
		for _, h := range FindEquilibria(m, 0, card.Currents[1]).Hopfs {
			side := -1.0
			step := 1e-3 * (card.Currents[1] - card.Currents[0])
			// the real part at a neighbouring equilibrium
			growth := func(d float64) float64 {
				e := At(m, h.Current+d)
				best := e[0]
				for _, x := range e {
					if math.Abs(x.State[0]-h.State[0]) < math.Abs(best.State[0]-h.State[0]) {
						best = x
					}
				}
				return real(best.Eigenvalues[0])
			}
			if growth(step)*h.Cubic < 0 {
				side = 1
			}
			b, err := Follow(context.Background(), m, h, h.Current-5*step, h.Current+5*step)
			if err != nil {
				t.Fatal(err)
			}
			var errors []float64
			for _, x := range b.Cycles[:2] {
				d := x.Current - h.Current
				if d*side <= 0 {
					t.Errorf("%s at %.4f: a cycle on the other side", name, h.Current)
				}
				amplitude := (x.High - x.Low) / 2
				errors = append(errors, math.Abs(amplitude*amplitude*h.Cubic/-growth(d)-1))
			}
			t.Logf("%s at %.4f: a² over that of the normal form is off by %.2g and %.2g", name, h.Current, errors[0], errors[1])
			if errors[0] > 0.1 {
				t.Errorf("%s at %.4f: off by %g", name, h.Current, errors)
			}
		}
	}
}

// Slow ramps of the current up and down lose rest and firing where the diagram says; deviations from an unstable rest need time to grow.
func TestSweeps(t *testing.T) {
	h := membrane.NewHodgkinHuxley()
	for _, c := range []struct {
		from, to float64
		want     bool
	}{{5, 9.6, false}, {5, 11, true}, {12, 6.4, true}, {12, 6.2, false}} {
		y := membrane.Rest(h, c.from)[0]
		if c.from > 10 {
			y[0] += 5 // off the unstable state of rest
		}
		s := membrane.NewTrajectory(h, neuron.NewTable([]float64{0, 200, 1200, 1600}, []float64{c.from, c.from, c.to, c.to}), y, ode.Options{Method: ode.DOP853})
		spikes, err := s.Advance(context.Background(), 1600, nil)
		if err != nil {
			t.Fatal(err)
		}
		if fires := len(spikes) > 0 && spikes[len(spikes)-1] > 1500; fires != c.want {
			t.Errorf("from %v to %v: fires %v", c.from, c.to, fires)
		}
	}
}

// Hybrid neurons lose rest at the threshold, or at a Hopf point: for Izhikevich's where 0.08 v + 5 = a, in closed form.
func TestHybridRest(t *testing.T) {
	for name, want := range map[string]Range{
		"lif": {To: 0.3, Ends: Threshold}, "mat": {To: 0.4, Ends: Threshold}, "izhikevich": {To: 3.7975, Ends: HopfPoint},
	} {
		m, _ := membrane.New(name)
		d := diagram(t, m, 0, 6*want.To)
		rest := d.Resting()
		if len(rest) != 1 || rest[0].Ends != want.Ends || rest[0].From != 0 {
			t.Fatalf("%s: rest %v", name, rest)
		}
		near(t, name, rest[0].To, want.To, 1e-9)
	}
	var faults neuron.Faults
	if _, err := NewDiagram(context.Background(), &membrane.LIF{}, 1, math.NaN()); !errors.As(err, &faults) || len(faults) < 2 {
		t.Errorf("error %v", err)
	}
}

// With ε = 0.01 the branch from the Hopf point disappears in a canard explosion; the relaxation oscillation is found by integration, and followed
// to the same current from the other side. With b = 1.5 the cycles end in orbits homoclinic to the saddle.
func TestCanardsAndHomoclinics(t *testing.T) {
	f := membrane.NewFitzHughNagumo()
	f.Decay = 1.5
	d := diagram(t, f, 0, 1)
	if len(d.Branches) != 2 || d.Branches[0].Ends != HomoclinicOrbit || len(d.Firing()) != 0 {
		t.Errorf("%d branches, firing %v", len(d.Branches), d.Firing())
	}
	near(t, "symmetry", d.Branches[0].To+d.Branches[1].To, 2*0.7/1.5, 1e-8)
	if os.Getenv("LAPICQUE_LONG") == "" {
		return
	}
	f = membrane.NewFitzHughNagumo()
	f.Rate = 0.01
	d = diagram(t, f, 0, 2)
	firing := d.Firing()
	if len(firing) != 1 || firing[0].Begins != Canard || d.Branches[0].Ends != Canard {
		t.Fatalf("firing %v", firing)
	}
	near(t, "the explosion from both sides", firing[0].From, d.Branches[0].To, 1e-10)
	near(t, "symmetry", firing[0].From+firing[0].To, 1.75, 1e-9)
}

// A cycle found by integration is followed both ways: to the ends of the range, through the period that the branch from the Hopf point has.
func TestSettle(t *testing.T) {
	b, err := Settle(context.Background(), membrane.NewFitzHughNagumo(), 0.8, 0.45, 1)
	if err != nil || b == nil {
		t.Fatal(err)
	}
	if b.Begins != RangeEnd || b.Ends != RangeEnd || math.Abs(b.From+b.To-1.45) > 1e-9 {
		t.Errorf("from %v at %v to %v at %v", b.Begins, b.From, b.Ends, b.To)
	}
	near(t, "period at 0.5", b.At(0.5)[0].Period, 39.474, 5e-4)
	if b, err := Settle(context.Background(), membrane.NewFitzHughNagumo(), 0, -0.1, 0.1); b != nil || err != nil {
		t.Errorf("a neuron at rest settles to a cycle: %v", err)
	}
}
