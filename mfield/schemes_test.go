package mfield

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"lapicque/neuron"
	"pgregory.net/rapid"
)

// What every scheme must do; tests of one scheme alone stand in its own file.

var schemes = []Scheme{FiniteVolume, Spectral}

// each runs a test for every scheme.
func each(t *testing.T, test func(t *testing.T, o Options)) {
	for _, s := range schemes {
		t.Run(s.String(), func(t *testing.T) { test(t, Options{Scheme: s}) })
	}
}

func start(t testing.TB, e NNLIF, law neuron.Initial, o Options) Solver {
	t.Helper()
	s, err := e.NewSolver(law, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSpectralTransients: relative errors against the printed digits of MODELS.md,
// section 3, at the default tolerance; 4·10⁻¹⁰ is what 10 digits resolve.
func TestSpectralTransients(t *testing.T) {
	times := []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}
	driven := standard()
	driven.Current = neuron.Sine{Mean: 1, Amplitude: 0.5, Frequency: 1}
	for _, c := range []struct {
		name string
		e    NNLIF
		rate []float64
	}{
		{"b = 0", NNLIF{Law: standard()}, []float64{0.01464360669502, 0.03022644947915, 0.07495966840225, 0.1112430739363, 0.1253839794842, 0.1230014441373, 0.1200702268124}},
		{"b = 0.5", NNLIF{Law: standard(), B: 0.5}, []float64{0.01467099549, 0.03038047497, 0.07649475684, 0.1165631173, 0.1359539709, 0.1368998922, 0.1348648331}},
		{"driven", NNLIF{Law: driven}, []float64{0, 0, 0, 0.3891522699, 0.3663342789}},
	} {
		s := start(t, c.e, gaussian(0, 0.25), Options{Scheme: Spectral})
		worst := 0.0
		for k, want := range c.rate {
			if got := advance(t, s, times[k]).Rate; want != 0 {
				worst = math.Max(worst, math.Abs(got/want-1))
				near(t, c.name+": N", got, want, 1e-8)
			}
		}
		t.Logf("%s: largest relative error of N %.2g", c.name, worst)
	}
}

// drawn is a random equation with a start.
type drawn struct {
	e   NNLIF
	law neuron.Initial
}

// TestSchemesAgree on random equations and data. What finite volumes owe is taken
// from themselves: their change from 150 to 600 cells is fifteen times the error
// of 600 in second order, three times in first (atoms, kinks).
func TestSchemesAgree(t *testing.T) {
	examples := rapid.Custom(func(r *rapid.T) drawn { e, law := draw(r); return drawn{e, law} })
	compared, blown := 0, 0
	for k := range 24 {
		c := examples.Example(k)
		ends, found, ok := ofSchemes(t, c, []Options{{Scheme: FiniteVolume, Cells: 150}, {Scheme: FiniteVolume, Cells: 600}, {Scheme: Spectral}})
		if !ok {
			continue
		}
		if (found[1] == nil) != (found[2] == nil) {
			t.Errorf("%d: %v %v", k, found[1], found[2])
		} else if found[1] != nil {
			blown++
			if math.Abs(found[1].Time-found[2].Time) > 2e-3*found[2].Time+1e-5 {
				t.Errorf("%d: %+v %+v", k, found[1], found[2])
			}
			continue
		}
		compared++
		for name, of := range map[string]func(State) float64{
			"rate": func(s State) float64 { return s.Rate }, "fired": func(s State) float64 { return s.Fired },
			"mean": func(s State) float64 { return s.Mean }, "variance": func(s State) float64 { return s.Variance },
		} {
			coarse, fine, got := of(ends[0]), of(ends[1]), of(ends[2])
			if math.Abs(got-fine) > math.Abs(coarse-fine)+2e-6*(1+math.Abs(fine)) {
				t.Errorf("%d: %s: spectral %.8g, finite volumes %.8g and %.8g: %+v", k, name, got, coarse, fine, c)
			}
		}
	}
	t.Logf("%d compared, %d blow-ups", compared, blown)
	if compared < 12 {
		t.Error("too few could be compared")
	}
}

// ofSchemes solves to t = 0.3; ok is false when some scheme refuses.
func ofSchemes(t *testing.T, c drawn, choices []Options) (ends []State, found []*BlowUp, ok bool) {
	for _, o := range choices {
		s, err := c.e.NewSolver(c.law, o)
		if err != nil {
			return nil, nil, false
		}
		var blowUp *BlowUp
		var refused *Refused
		err = s.Advance(context.Background(), 0.3)
		if errors.As(err, &refused) {
			return nil, nil, false
		}
		if err != nil && !errors.As(err, &blowUp) {
			t.Fatal(err)
		}
		ends, found = append(ends, s.State()), append(found, blowUp)
		if st := s.State(); math.Abs(st.Mass-1) > 1e-12 || !(st.Variance >= 0) || math.IsNaN(st.Mean+st.Rate+st.Fired) {
			t.Errorf("%v: %+v of %+v", o.Scheme, st, c)
		}
	}
	return ends, found, true
}

// TestSpectralProfile: cell averages on edges that hold V_R and V_F, whose mass and
// mean are those of the state, also for an atom that has not met the mesh yet.
func TestSpectralProfile(t *testing.T) {
	for _, law := range []neuron.Initial{gaussian(0, 0.25), neuron.Point{Potential: 0.5}, neuron.Uniform{From: -1, To: 2}} {
		s := start(t, NNLIF{Law: standard(), B: 0.5}, law, Options{Scheme: Spectral})
		for _, x := range []float64{0, 1e-4, 0.5} {
			st := advance(t, s, x)
			var p Profile
			s.Profile(&p)
			mass, mean, reset := 0.0, 0.0, false
			for i, n := range p.Density {
				h := p.Edges[i+1] - p.Edges[i]
				if !(h > 0) {
					t.Fatalf("edges %v", p.Edges[i:i+2])
				}
				mass += n * h
				mean += n * h * (p.Edges[i] + p.Edges[i+1]) / 2
				reset = reset || p.Edges[i] == 1
			}
			if math.Abs(mass-1) > 1e-9 || math.Abs(mean-st.Mean) > 1e-4 || !reset || p.Edges[len(p.Edges)-1] != 2 {
				t.Errorf("%T at %v: mass − 1 = %g, mean %v of %v, %d cells", law, x, mass-1, mean, st.Mean, len(p.Density))
			}
		}
	}
}

// TestOnStep: ascending times up to the time asked for, and not past it; between
// them ∫N follows from N by the cubic to the accuracy of the scheme.
func TestOnStep(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		last := State{Time: math.Inf(-1)}
		until, stops := 0.0, 0
		worst := 0.0
		o.OnStep = func(st State) error {
			if !(st.Time > last.Time) || st.Time > until {
				t.Fatalf("%v after %v on the way to %v", st.Time, last.Time, until)
			}
			if h := st.Time - last.Time; last.Time > 0.2 {
				worst = math.Max(worst, math.Abs(st.Fired-last.Fired-h*(st.Rate+last.Rate)/2))
			}
			if last = st; st.Time == until {
				stops++
			}
			return nil
		}
		s := start(t, NNLIF{Law: standard(), B: 0.5}, gaussian(0, 0.25), o)
		for k := 1; k <= 20; k++ {
			until = 0.1 * float64(k)
			advance(t, s, until)
		}
		if stops != 20 || worst > 1e-5 {
			t.Errorf("%d stops, ∫N off by %g", stops, worst)
		}
	})
}

// TestInterruptedAnywhere: an error of OnStep ends Advance, which may be called again.
func TestInterruptedAnywhere(t *testing.T) {
	each(t, func(t *testing.T, o Options) {
		mark := errors.New("enough")
		count := 0
		o.OnStep = func(State) error {
			if count++; count%3 == 0 {
				return mark
			}
			return nil
		}
		s := start(t, NNLIF{Law: standard()}, gaussian(0, 0.25), o)
		err := s.Advance(context.Background(), 0.5)
		if !errors.Is(err, mark) {
			t.Fatal(err)
		}
		for errors.Is(err, mark) {
			err = s.Advance(context.Background(), 0.5)
		}
		if err != nil {
			t.Fatal(err)
		}
		near(t, "N(0.5)", s.State().Rate, 0.1112430739363, 1e-4)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := s.Advance(ctx, 5); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	})
}

// TestContinues: total synchrony at b = 3 fires again every 0.2302, all at once.
func TestContinues(t *testing.T) {
	e := NNLIF{Law: standard(), B: 3, Rule: neuron.Hard}
	s := start(t, e, neuron.Point{Potential: 1}, Options{Scheme: Spectral, Continue: true}).(Continuing)
	advance(t, s, 1)
	list := s.BlowUps()
	if len(list) != 4 {
		t.Fatalf("%+v", list)
	}
	for k, b := range list {
		near(t, "t*", b.Time, 0.230247*float64(k+1), 1e-3)
		if b.Rule != neuron.Hard || math.Abs(b.Jump-1) > 1e-3 || !(b.TimeError > 0 && b.TimeError < 1e-5) {
			t.Errorf("%+v", b)
		}
	}
	// ∫N grows by the jump: right after it, it is what finite volumes have counted plus theirs
	var first *BlowUp
	stops, goes := start(t, e, neuron.Point{Potential: 1}, Options{Scheme: FiniteVolume}), start(t, e, neuron.Point{Potential: 1}, Options{Scheme: Spectral, Continue: true})
	if err := stops.Advance(context.Background(), 1); !errors.As(err, &first) {
		t.Fatal(err)
	}
	near(t, "fired", advance(t, goes, 0.2303).Fired, stops.State().Fired+first.Jump, 5e-3)
	for _, scheme := range schemes {
		if _, ok := start(t, e, gaussian(0, 1), Options{Scheme: scheme}).(Continuing); ok {
			t.Error("a solver that stops says that it continues")
		}
	}
}

// TestEternal: those that fire under the rule sequential reach V_F again at b = 3.
func TestEternal(t *testing.T) {
	s := start(t, NNLIF{Law: standard(), B: 3, Rule: neuron.Sequential}, gaussian(1.5, 0.01), Options{Scheme: Spectral, Continue: true})
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	var eternal *Eternal
	for range 2 {
		if err := s.Advance(ctx, 5); !errors.As(err, &eternal) {
			t.Fatal(err)
		}
	}
}

// TestSpectralSteadyStaysSteady: to the tolerance, amplified by 1/|eigenvalue| near a fold.
func TestSpectralSteadyStaysSteady(t *testing.T) {
	for _, b := range []float64{-5, -1, 0, 0.5, 1.5} {
		e := NNLIF{Law: standard(), B: b, Rule: neuron.Hard}
		states, err := e.SteadyStates()
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range states {
			if !st.Stable {
				continue
			}
			got := advance(t, start(t, e, e.SteadyLaw(st), Options{Scheme: Spectral}), 2)
			slack := 1 + 1/math.Abs(real(st.Eigenvalue))
			near(t, "N", got.Rate, st.Rate, 1e-7*slack)
			near(t, "variance", got.Variance, st.Variance, 1e-7*slack)
		}
	}
}
