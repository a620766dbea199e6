package mfield

import (
	"context"
	"math"
	"math/cmplx"
	"testing"

	"lapicque/neuron"
)

// follow joins the strips of a family over ascending values.
func follow(t *testing.T, f Family, values ...float64) (sections []Section, folds []Fold, hopfs []Hopf) {
	t.Helper()
	for k, v := range values {
		right := f.Section(v)
		if right.Err != nil {
			t.Fatal(right.Err)
		}
		if k > 0 {
			s, err := f.Between(context.Background(), sections[len(sections)-1], right)
			if err != nil || s.Open {
				t.Fatalf("between %v and %v: %v, open %v", values[k-1], v, err, s.Open)
			}
			sections, folds, hopfs = append(sections, s.Sections...), append(folds, s.Folds...), append(hopfs, s.Hopfs...)
		}
		sections = append(sections, right)
	}
	return sections, folds, hopfs
}

// published returns 1 − b e^{−λd} K(λ), K by the quotient of hitting times,
// K = (N/(1 + λ))·(h′(V_F) − h′(V_R))/(1 − h(V_R)) (leak 1): another formula than the solver's.
func published(e NNLIF, rate float64, lambda complex128) complex128 {
	n := e.environment(rate)
	h, reset := n.Hitting(lambda, e.Law.Reset)
	_, top := n.Hitting(lambda, e.Law.Threshold)
	k := complex(rate, 0) / (1 + lambda) * (top - reset) / (1 - h)
	return 1 - complex(e.B, 0)*cmplx.Exp(-lambda*complex(e.Delay, 0))*k
}

func TestHopfPoints(t *testing.T) {
	e := NNLIF{Law: standard(), Delay: 1}
	points, err := e.HopfPoints(context.Background(), -80, 0.5)
	if err != nil || len(points) != 1 {
		t.Fatal(points, err)
	}
	h := points[0]
	t.Logf("b = %.12g, N = %.12g, T = %.12g", h.Value, h.Rate, h.Period())
	if math.Abs(h.Value+41.9644) > 5e-5 || math.Abs(h.Period()-2.7741) > 5e-5 {
		t.Errorf("%+v, period %v", h, h.Period())
	}
	e.B = h.Value
	if r := published(e, h.Rate, complex(0, h.Frequency)); cmplx.Abs(r) > 1e-9 {
		t.Errorf("1 − b e^{−iωd} K(iω) = %g", r)
	}
	for _, d := range []float64{2, 4} { // other delays, against the published formula
		e.Delay = d
		points, err := e.HopfPoints(context.Background(), -60, -1)
		if err != nil || len(points) == 0 {
			t.Fatal(d, points, err)
		}
		for _, h := range points {
			e.B = h.Value
			if r := published(e, h.Rate, complex(0, h.Frequency)); cmplx.Abs(r) > 1e-9 {
				t.Errorf("d = %v, %+v: residual %g", d, h, r)
			}
		}
	}
}

// TestDelayedCount holds the count of unstable eigenvalues, which does not follow e^{−λd}, against plain sampling of the loop.
func TestDelayedCount(t *testing.T) {
	counts := map[int]bool{}
	for _, d := range []float64{0.1, 2} {
		for _, b := range []float64{-100, -5, 1.4, 2} {
			e := NNLIF{Law: standard(), B: b, Delay: d}
			rates, err := e.steadyRates()
			if err != nil {
				t.Fatal(err)
			}
			for _, rate := range rates {
				c := e.newCharacteristic(rate)
				height := c.height()
				turns, last := 0.0, c.loop(0)
				step := 0.02 / (1 + d)
				for w := step; w < height && turns < 1e9; w += step {
					delete(c.memory[1], complex(0, w))
					c.spent = 0
					next := c.loop(complex(0, w))
					turns += cmplx.Phase(next / last)
					last = next
				}
				plain := int(math.Round((cmplx.Phase(last) - turns) / math.Pi))
				c = e.newCharacteristic(rate)
				if got := c.unstable(c.height()); got != plain {
					t.Errorf("b = %v, d = %v, N = %v: %d unstable eigenvalues, %d by sampling", b, d, rate, got, plain)
				}
				counts[plain] = true
			}
		}
	}
	if len(counts) < 3 {
		t.Errorf("few different counts: %v", counts)
	}
}

// TestFoldsInAnyParameter: the fold in a0, V_R, I or a1 at a coupling is the fold in b at that value.
func TestFoldsInAnyParameter(t *testing.T) {
	base := NNLIF{Law: standard(), B: 1.5}
	for name, c := range map[string]struct {
		f        Family
		from, to float64
	}{
		"b":   {base.Couplings(), 1.2, 3},
		"a0":  {func(x float64) NNLIF { e := base; e.Law.A0 = x; return e }, 1, 3},
		"V_R": {func(x float64) NNLIF { e := base; e.Law.Reset = x; return e }, 0.9, 1.7},
		"I":   {func(x float64) NNLIF { e := base; e.Law.Current = neuron.Constant(x); return e }, 0, 1},
		"V_F": {func(x float64) NNLIF { e := base; e.Law.Threshold = x; return e }, 1.6, 2},
	} {
		_, folds, _ := follow(t, c.f, c.from, (c.from+c.to)/2, c.to)
		if len(folds) != 1 {
			t.Fatalf("%s: %+v", name, folds)
		}
		e := c.f(folds[0].Value)
		want, err := e.Fold()
		if err != nil || want == nil {
			t.Fatal(err)
		}
		t.Logf("%-3s fold at %.14g, N = %.12g", name, folds[0].Value, folds[0].Rate)
		near(t, name, want.Value, e.B, 1e-12)
		near(t, name+" rate", folds[0].Rate, want.Rate, 1e-9)
	}
	noisy := func(x float64) NNLIF { e := base; e.Law.A1 = x; return e }
	_, folds, _ := follow(t, noisy, 0.5, 1)
	if len(folds) != 1 {
		t.Fatal(folds)
	}
	for _, x := range []float64{0.999, 1, 1.001} { // N·J touches 1 from below
		r := x*folds[0].Rate*interval2(noisy(folds[0].Value), x*folds[0].Rate) - 1
		if x == 1 && math.Abs(r) > 1e-10 || x != 1 && !(r < 0) {
			t.Errorf("a1: N·J − 1 = %g at %v of the fold", r, x)
		}
	}
}

// TestBranches: an S that lies between two values of the grid is seen, and is one curve that turns twice.
func TestBranches(t *testing.T) {
	law := standard()
	law.A0 = 0.02
	f := func(x float64) NNLIF {
		e := NNLIF{Law: law, B: 0.9}
		e.Law.Current = neuron.Constant(x)
		return e
	}
	var first []Fold
	for _, values := range [][]float64{{1.4, 1.8}} {
		sections, folds, _ := follow(t, f, values...)
		branches := Branches(sections, folds)
		if len(folds) != 2 || len(branches) != 1 {
			t.Fatalf("%d folds, %d branches", len(folds), len(branches))
		}
		turns := 0
		for k, p := range branches[0] {
			if p.Fold {
				turns++
			}
			if k > 0 && !(p.Rate > branches[0][k-1].Rate) {
				t.Errorf("the rate does not grow along the S: %v after %v", p.Rate, branches[0][k-1].Rate)
			}
		}
		if turns != 2 || len(branches[0]) < len(sections) {
			t.Errorf("%d turns, %d points of %d sections", turns, len(branches[0]), len(sections))
		}
		if first == nil {
			first = folds
		}
		for k := range folds {
			near(t, "fold", folds[k].Value, first[k].Value, 1e-11)
		}
	}
}
