package ode

import (
	"context"
	"math"
	"testing"
)

// Conditions Σ b c^k = 1/(k+1) of DOP853 and its two companions, and row sums.
func TestConditions853(t *testing.T) {
	for j, row := range rows853 {
		sum := 0.0
		for _, a := range row {
			sum += a
		}
		if j != 12 && math.Abs(sum-nodes853[j]) > 1e-13 {
			t.Errorf("row %d sums to %v, node %v", j, sum, nodes853[j])
		}
	}
	for k := range 8 {
		eight, five, three := 0.0, 0.0, 0.0
		for j := range 12 {
			b, c := rows853[12][j], math.Pow(nodes853[j], float64(k))
			eight, five, three = eight+b*c, five+(b-error5[j])*c, three+(b-error3[j])*c
		}
		want := 1 / float64(k+1)
		if math.Abs(eight-want) > 1e-14 || k < 5 && math.Abs(five-want) > 1e-14 || k < 3 && math.Abs(three-want) > 1e-14 {
			t.Errorf("condition %d: %v, %v, %v, want %v", k, eight, five, three, want)
		}
	}
}

// forced has the solution cos t, sin t, and depends on time.
func forced(t float64, y, dy []float64) {
	dy[0] = -y[1] + y[0]*(math.Cos(t)-y[0])
	dy[1] = math.Cos(t) + 3*(math.Sin(t)-y[1])
}

// Errors of fixed steps fall with the order of the method, and those of the dense output with one more than its own.
func TestMethodOrders(t *testing.T) {
	for _, c := range []struct {
		method      Method
		steps       []float64
		order, lost float64 // order of the solution; that of the local error inside a step, where it is lower
	}{
		{DormandPrince, []float64{0.2, 0.1, 0.05, 0.025}, 5, 5},
		{DOP853, []float64{0.8, 0.4, 0.2, 0.1}, 8, 8},
		{Rodas5P, []float64{0.2, 0.1, 0.05, 0.025}, 5, 5},
	} {
		var end, inside []float64
		for _, h := range c.steps {
			e, in := fixed(t, c.method, h)
			end, inside = append(end, e), append(inside, in)
		}
		for k := 1; k < len(end); k++ {
			p, q := math.Log2(end[k-1]/end[k]), math.Log2(inside[k-1]/inside[k])
			t.Logf("%v: h = %g, error %.2e, order %.2f; inside %.2e, order %.2f", c.method, c.steps[k], end[k], p, inside[k], q)
		}
		k := len(end) - 1
		p, q := math.Log2(end[0]/end[k])/float64(k), math.Log2(inside[0]/inside[k])/float64(k)
		if p < c.order-0.35 || q < c.lost-0.35 {
			t.Errorf("%v: orders %.2f and %.2f, want %g and %g", c.method, p, q, c.order, c.lost)
		}
	}
}

// fixed returns the errors at t = 4 and inside the steps of a fixed size.
func fixed(t *testing.T, m Method, h float64) (end, inside float64) {
	s := New(forced, 0, []float64{1, 0}, Options{Rtol: 1, Atol: 1e9, Longest: h, Method: m})
	y := make([]float64, 2)
	for s.Time() < 4-1e-9 {
		s.next = h
		if err := s.Step(4); err != nil {
			t.Fatal(err)
		}
		for _, x := range []float64{0.3, 0.7} {
			at := s.Before() + x*(s.Time()-s.Before())
			s.At(at, y)
			inside = math.Max(inside, math.Hypot(y[0]-math.Cos(at), y[1]-math.Sin(at)))
		}
	}
	return math.Hypot(s.State()[0]-math.Cos(4), s.State()[1]-math.Sin(4)), inside
}

// Tolerances are kept by the other methods too.
func TestMethodTolerances(t *testing.T) {
	for _, m := range []Method{DOP853, Rodas5P} {
		for _, rtol := range []float64{1e-4, 1e-7, 1e-10} {
			s := New(forced, 0, []float64{1, 0}, Options{Rtol: rtol, Method: m})
			if err := s.Advance(context.Background(), 20); err != nil {
				t.Fatal(err)
			}
			d := math.Hypot(s.State()[0]-math.Cos(20), s.State()[1]-math.Sin(20))
			t.Logf("%v, rtol %g: error %.1e in %d steps", m, rtol, d, s.Steps)
			if d > 100*rtol {
				t.Errorf("%v, rtol %g: error %g", m, rtol, d)
			}
		}
	}
}

// Van der Pol's equation with μ = 100, through two jumps, needs few steps of the stiff method, with its Jacobian or by differences; both
// give the solution of the explicit one.
func TestStiff(t *testing.T) {
	const mu = 100
	vanDerPol := func(_ float64, y, dy []float64) { dy[0], dy[1] = y[1], mu*(1-y[0]*y[0])*y[1]-y[0] }
	jacobian := func(_ float64, y, j []float64) {
		j[0], j[1], j[2], j[3] = 0, 1, -2*mu*y[0]*y[1]-1, mu*(1-y[0]*y[0])
	}
	const end = 200
	reference := New(vanDerPol, 0, []float64{2, 0}, Options{Rtol: 1e-10, Atol: 1e-13, Method: DOP853})
	if err := reference.Advance(context.Background(), end); err != nil {
		t.Fatal(err)
	}
	for _, j := range []func(float64, []float64, []float64){nil, jacobian} {
		s := New(vanDerPol, 0, []float64{2, 0}, Options{Rtol: 1e-8, Atol: 1e-11, Method: Rodas5P, Jacobian: j})
		if err := s.Advance(context.Background(), end); err != nil {
			t.Fatal(err)
		}
		d := math.Abs(s.State()[0] - reference.State()[0])
		t.Logf("%d steps against %d of DOP853, difference %.1e", s.Steps, reference.Steps, d)
		if 4*s.Steps > reference.Steps || d > 1e-7 {
			t.Errorf("%d and %d steps, difference %g", s.Steps, reference.Steps, d)
		}
	}
}

// L-stable: a mode of rate −1e12 is gone after one step of length 1.
func TestLStable(t *testing.T) {
	s := New(func(_ float64, y, dy []float64) { dy[0] = -1e12 * y[0] }, 0, []float64{1}, Options{Rtol: 1, Atol: 1e9, Method: Rodas5P})
	s.next = 1
	if err := s.Step(1); err != nil || math.Abs(s.State()[0]) > 1e-6 {
		t.Errorf("%v, %v", s.State(), err)
	}
}

// Stop lands on zeros with the order of the method: to 1e−12 where the dense output alone would be off by more.
func TestStop(t *testing.T) {
	for _, m := range []Method{DormandPrince, DOP853, Rodas5P} {
		s := New(pendulum, 0, []float64{1, 0}, Options{Rtol: 1e-13, Atol: 1e-14, Method: m})
		worst, zeros := 0.0, 0
		for s.Time() < 20 {
			if err := s.Step(20); err != nil {
				t.Fatal(err)
			}
			if s.Stop(func(_ float64, y []float64) float64 { return y[0] - 0.5*y[1] }, true, s.Before()) {
				phase := math.Mod(s.Time()+math.Atan(2), 2*math.Pi) // cos t + sin t/2 = 0, rising
				worst = math.Max(worst, math.Min(math.Abs(phase), math.Abs(phase-2*math.Pi)))
				zeros++
			}
		}
		t.Logf("%v: %d zeros, worst %.1e", m, zeros, worst)
		if zeros != 3 || worst > 1e-11 {
			t.Errorf("%v: %d zeros, worst error %g", m, zeros, worst)
		}
	}
}

func TestStepsOfMethodsAllocateNothing(t *testing.T) {
	for _, m := range []Method{DOP853, Rodas5P} {
		s := New(pendulum, 0, []float64{1, 0}, Options{Method: m})
		y := make([]float64, 2)
		n := testing.AllocsPerRun(100, func() {
			_ = s.Step(s.Time() + 1)
			s.At((s.Before()+s.Time())/2, y)
		})
		if n > 0 {
			t.Errorf("%v: %v allocations a step", m, n)
		}
	}
}
