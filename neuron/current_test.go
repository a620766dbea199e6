package neuron

import (
	"errors"
	"math"
	"sort"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"pgregory.net/rapid"
)

// drawCurrent returns a current of any kind.
func drawCurrent(r *rapid.T) Current {
	number := func(lo, hi float64, name string) float64 { return rapid.Float64Range(lo, hi).Draw(r, name) }
	times := func() []float64 {
		list := rapid.SliceOfNDistinct(rapid.Float64Range(-1, 4), 1, 6, rapid.ID[float64]).Draw(r, "times")
		sort.Float64s(list)
		return list
	}
	switch rapid.IntRange(0, 4).Draw(r, "kind") {
	case 0:
		return Constant(number(-3, 3, "I"))
	case 1:
		return Sine{number(-3, 3, "mean"), number(-3, 3, "amplitude"), number(0, 5, "frequency")}
	case 2:
		var changes []Change
		for _, t := range times() {
			changes = append(changes, Change{t, number(-3, 3, "I")})
		}
		return NewSteps(number(-3, 3, "I"), changes...)
	case 3:
		period := number(0.1, 2, "period")
		return Pulses{number(-3, 3, "baseline"), number(-9, 9, "amplitude"), period * number(0.01, 0.99, "width"), period, number(-1, 2, "first")}
	}
	rows := times()
	currents := make([]float64, len(rows))
	for k := range currents {
		currents[k] = number(-3, 3, "I")
	}
	return NewTable(rows, currents)
}

// byQuadrature is Filtered by Gauss–Legendre quadrature between the breaks.
func byQuadrature(c Current, leak, t, h float64) float64 {
	sum, end := 0.0, t+h
	for t < end {
		p := c.Piece(t)
		next := min(p.Until, end)
		sum += quad.Fixed(func(s float64) float64 { return math.Exp(-leak*(end-s)) * p.At(s) }, t, next, 60, quad.Legendre{}, 0)
		t = next
	}
	return sum
}

// TestFilteredIsExact: every current against quadrature, at every leak.
func TestFilteredIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := drawCurrent(r)
		leak := rapid.SampledFrom([]float64{0, 1e-9, 1e-3, 1, 7}).Draw(r, "leak")
		from, h := rapid.Float64Range(-2, 5).Draw(r, "t"), rapid.Float64Range(1e-6, 3).Draw(r, "h")
		got, want := c.Filtered(leak, from, h), byQuadrature(c, leak, from, h)
		if math.Abs(got-want) > 1e-12*(1+h) {
			r.Fatalf("%v: filtered %v, by quadrature %v", c, got, want)
		}
	})
}

// TestPieces: a piece is the current between its ends, differs from it after a
// jump, and pieces follow each other.
func TestPieces(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := drawCurrent(r)
		for x, count := rapid.Float64Range(-2, 5).Draw(r, "t"), 0; x < 6 && count < 20; count++ {
			p := c.Piece(x)
			if !(p.Until > x) {
				r.Fatalf("%v: the piece at %v ends at %v", c, x, p.Until)
			}
			end := min(p.Until, 6)
			for _, f := range []float64{0, 0.3, 0.99} {
				s := x + f*(end-x)
				if s < end && (math.Abs(p.At(s)-c.At(s)) > 1e-12 || math.Abs(p.Slope(s)-c.Slope(s)) > 1e-9) {
					r.Fatalf("%v at %v: %v, its piece says %v", c, s, c.At(s), p.At(s))
				}
			}
			if gap := math.Abs(p.At(end) - c.At(end)); !p.Jump && gap > 1e-9 {
				r.Fatalf("%v jumps by %v at %v, which its piece denies", c, gap, end)
			}
			x = p.Until
		}
	})
}

// TestEdgesOfPulses: at each edge, to the bit, the current has its new value.
func TestEdgesOfPulses(t *testing.T) {
	p := Pulses{Baseline: 1, Amplitude: 2, Width: 0.1, Period: 0.3, First: 0.7}
	if p.At(0.5) != 1 || p.At(0.75) != 3 || p.At(0.95) != 1 {
		t.Error(p.At(0.5), p.At(0.75), p.At(0.95))
	}
	at, want := NextJump(p, 0), 3.0
	for range 10_000 {
		if p.At(at) != want || p.At(math.Nextafter(at, 0)) == want {
			t.Fatalf("at %v: %v after %v", at, p.At(at), p.At(math.Nextafter(at, 0)))
		}
		at, want = NextJump(p, at), 4-want
	}
	if math.Abs(at-(0.7+5000*0.3)) > 1e-9 {
		t.Errorf("edge 10000 at %v", at)
	}
}

// TestNextJump: a table bends, but does not jump.
func TestNextJump(t *testing.T) {
	for _, c := range []struct {
		current Current
		want    float64
	}{
		{Constant(1), math.Inf(1)}, {Sine{1, 1, 1}, math.Inf(1)},
		{NewTable([]float64{0, 1, 2}, []float64{0, 5, 0}), math.Inf(1)},
		{NewSteps(0, Change{1, 2}, Change{3, 0}), 3}, {Pulses{1, 0, 0.1, 1, 0}, math.Inf(1)},
	} {
		if got := NextJump(c.current, 1); got != c.want {
			t.Errorf("%v: next jump after 1 at %v, want %v", c.current, got, c.want)
		}
	}
}

// TestFaultsOfCurrents: all at once, with their fields.
func TestFaultsOfCurrents(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		current Current
		fields  []string
	}{
		{NewSteps(nan, Change{2, 1}, Change{2, inf}), []string{"initial", "steps.1.time", "steps.1.current"}},
		{Pulses{Baseline: inf, Amplitude: 1, Width: 2, Period: 1, First: nan}, []string{"baseline", "width", "first"}},
		{Pulses{Width: 0, Period: -1}, []string{"period", "width"}},
		{NewTable([]float64{0, 1, 1, nan}, []float64{0, nan, 2, 1}), []string{"rows.1.current", "rows.2.time", "rows.3.time"}},
		{NewTable([]float64{0, 1e-300}, []float64{0, 1e9}), []string{"rows.1"}},
	} {
		var fs Faults
		if !errors.As(c.current.Validate(), &fs) || len(fs) != len(c.fields) {
			t.Errorf("%v: %v, want faults of %v", c.current, c.current.Validate(), c.fields)
			continue
		}
		for k, f := range fs {
			if f.Field != c.fields[k] {
				t.Errorf("%v: fault %d is of %s, want %s", c.current, k, f.Field, c.fields[k])
			}
		}
	}
}
