package ode

import (
	"context"
	"errors"
	"math"
	"testing"
)

// pendulum has the solution (cos t, −sin t).
func pendulum(_ float64, y, dy []float64) { dy[0], dy[1] = y[1], -y[0] }

// The formulas hold the conditions Σ b c^k = 1/(k+1) of their orders, and every row sums to its node.
func TestConditions(t *testing.T) {
	for j, row := range weights {
		sum := 0.0
		for _, a := range row {
			sum += a
		}
		if math.Abs(sum-nodes[j]) > 1e-14 {
			t.Errorf("row %d sums to %v, node %v", j, sum, nodes[j])
		}
	}
	for k := range 5 {
		five, four := 0.0, 0.0
		for j := range stages {
			b := 0.0
			if j < stages-1 {
				b = weights[stages-1][j]
			}
			five += b * math.Pow(nodes[j], float64(k))
			four += (b - embedded[j]) * math.Pow(nodes[j], float64(k))
		}
		want := 1 / float64(k+1)
		if math.Abs(five-want) > 1e-14 {
			t.Errorf("order 5, condition %d: %v, want %v", k, five, want)
		}
		if k < 4 && math.Abs(four-want) > 1e-14 {
			t.Errorf("order 4, condition %d: %v, want %v", k, four, want)
		}
	}
}

// The error per unit of time falls with the fifth power of fixed steps, dense output with the fourth
// (its local error with the fifth).
func TestOrder(t *testing.T) {
	end, inside := make([]float64, 0, 4), make([]float64, 0, 4)
	for _, h := range []float64{0.4, 0.2, 0.1, 0.05} {
		s := New(pendulum, 0, []float64{1, 0}, Options{Rtol: 1, Atol: 1e9, Longest: h})
		s.next = h
		worst, y := 0.0, make([]float64, 2)
		for s.Time() < 4 {
			s.next = h
			if err := s.Step(4); err != nil {
				t.Fatal(err)
			}
			for _, x := range []float64{0.3, 0.7} {
				at := s.Before() + x*(s.Time()-s.Before())
				s.At(at, y)
				worst = math.Max(worst, math.Abs(y[0]-math.Cos(at)))
			}
		}
		end = append(end, math.Abs(s.State()[0]-math.Cos(4)))
		inside = append(inside, worst)
	}
	for k := 1; k < len(end); k++ {
		p, q := math.Log2(end[k-1]/end[k]), math.Log2(inside[k-1]/inside[k])
		t.Logf("order %.2f at the end, %.2f inside (errors %.1e, %.1e)", p, q, end[k], inside[k])
		if k > 1 && (p < 4.7 || q < 4.7) {
			t.Errorf("orders %.2f and %.2f, want 5", p, q)
		}
	}
}

// The tolerance is kept over ten periods up to the growth of errors with time, and a jump of the
// state is taken by Restart.
func TestToleranceAndRestart(t *testing.T) {
	for _, rtol := range []float64{1e-4, 1e-7, 1e-10} {
		s := New(pendulum, 0, []float64{1, 0}, Options{Rtol: rtol})
		if err := s.Advance(context.Background(), 20*math.Pi); err != nil {
			t.Fatal(err)
		}
		if d := math.Hypot(s.State()[0]-1, s.State()[1]); d > 100*rtol {
			t.Errorf("rtol %g: error %g", rtol, d)
		}
		s.State()[0] = 2
		s.Restart()
		if err := s.Advance(context.Background(), 22*math.Pi); err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(s.State()[0] - 2); d > 150*rtol {
			t.Errorf("rtol %g after a jump: error %g", rtol, d)
		}
	}
}

func TestCrossing(t *testing.T) {
	s := New(pendulum, 0, []float64{1, 0}, Options{Rtol: 1e-12})
	var zeros []float64
	for s.Time() < 20 {
		if err := s.Step(20); err != nil {
			t.Fatal(err)
		}
		for from := s.Before(); ; {
			at, found := s.Crossing(func(_ float64, y []float64) float64 { return y[0] }, true, from)
			if !found {
				break
			}
			zeros = append(zeros, at)
			from = math.Nextafter(at, math.Inf(1))
		}
	}
	if len(zeros) != 3 {
		t.Fatalf("%d rising zeros, want 3", len(zeros))
	}
	for k, z := range zeros {
		if want := (2*float64(k) + 1.5) * math.Pi; math.Abs(z-want) > 1e-9 {
			t.Errorf("zero %d at %v, want %v", k, z, want)
		}
	}
}

// y′ = y² ends at t = 1.
func TestStuck(t *testing.T) {
	s := New(func(_ float64, y, dy []float64) { dy[0] = y[0] * y[0] }, 0, []float64{1}, Options{})
	var stuck *Stuck
	if err := s.Advance(context.Background(), 2); !errors.As(err, &stuck) || math.Abs(stuck.Time-1) > 1e-6 {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := New(pendulum, 0, []float64{1, 0}, Options{}).Advance(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	s := New(pendulum, 0, []float64{1, 0}, Options{})
	if n := testing.AllocsPerRun(100, func() { _ = s.Step(s.Time() + 1) }); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
}
