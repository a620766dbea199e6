package mfield

import (
	"cmp"
	"context"
	"math"
	"math/cmplx"
)

// Hopf is a point of a curve of steady states where a pair of eigenvalues ± iω crosses the imaginary axis: 1 = e^{−iωd}(b K(iω) + a1 K_a(iω)).
type Hopf struct {
	Value     float64 // of the parameter
	Rate      float64
	Frequency float64 // ω > 0, in radians a unit of time
}

// Period returns 2π/ω.
func (h Hopf) Period() float64 { return 2 * math.Pi / h.Frequency }

func byValue(a, b Hopf) int { return cmp.Compare(a.Value, b.Value) }

// HopfPoints returns the Hopf points along the coupling from one b to another, ascending, as
// 32 strips between from and to show them (Family.Between). The B of the receiver plays no part. Errors
// are neuron.Faults, the context's, or say that states could not be counted.
func (e NNLIF) HopfPoints(ctx context.Context, from, to float64) ([]Hopf, error) {
	if !(from < to) {
		panic("mfield: HopfPoints needs from < to")
	}
	const strips = 32
	f := e.Couplings()
	var points []Hopf
	left := f.Section(from)
	for k := 1; k <= strips && left.Err == nil; k++ {
		right := f.Section(from + (to-from)*float64(k)/strips)
		s, err := f.Between(ctx, left, right)
		if err != nil {
			return nil, err
		}
		points = append(points, s.Hopfs...)
		left = right
	}
	return points, left.Err
}

const hopfDepth = 24

// crossings finds the Hopf points of all branches between two sections without a fold between them.
func (t *tracer) crossings(left, right Section, depth int) {
	for k := range min(len(left.States), len(right.States)) {
		t.crossing(left, right, k, depth)
	}
}

// crossing finds the Hopf points of branch k: it halves the part until the number of unstable
// eigenvalues changes by two and Newton's method stays inside.
func (t *tracer) crossing(left, right Section, k, depth int) {
	before, after := left.States[k].Unstable, right.States[k].Unstable
	switch {
	case t.ctx.Err() != nil || before == after && before >= 0:
		return
	case before < 0 || after < 0 || (before-after)%2 != 0 || depth >= hopfDepth:
		t.out.Open = true
		return
	case before-after == 2 || after-before == 2:
		if h, ok := t.hopf(left, right, k); ok {
			t.out.Hopfs = append(t.out.Hopfs, h)
			return
		}
	}
	middle, ok := t.bare((left.Value + right.Value) / 2)
	if !ok || k >= len(middle.States) {
		t.out.Open = true
		return
	}
	t.crossing(left, middle, k, depth+1)
	t.crossing(middle, right, k, depth+1)
}

// bare returns a section with no more than rates and numbers of unstable eigenvalues.
func (t *tracer) bare(value float64) (s Section, ok bool) {
	e := t.family(value)
	rates, err := e.steadyRates()
	for _, rate := range rates {
		c := e.newCharacteristic(rate)
		s.States = append(s.States, Steady{Rate: rate, Unstable: c.unstable(c.height())})
	}
	s.Value = value
	return s, err == nil
}

// hopf refines the one Hopf point of branch k between two sections: Newton's method on loop(iω) = 0
// for (value, ω), the Jacobian by differences.
func (t *tracer) hopf(left, right Section, k int) (Hopf, bool) {
	from := left
	if right.States[k].Unstable > left.States[k].Unstable {
		from = right
	}
	omega, ok := t.family(from.Value).slowest(from.States[k])
	value, width := from.Value, right.Value-left.Value
	for range 40 {
		if !ok {
			break
		}
		side := 1e-5 * width
		if value+side > right.Value {
			side = -side
		}
		dw := 1e-5 * omega
		g, rate, ok1 := t.imaginary(value, omega, k)
		beside, _, ok2 := t.imaginary(value+side, omega, k)
		above, _, ok3 := t.imaginary(value, omega+dw, k)
		below, _, ok4 := t.imaginary(value, omega-dw, k)
		gp, gw := (beside-g)/complex(side, 0), (above-below)/complex(2*dw, 0)
		move := -imag(cmplx.Conj(gw)*g) / imag(cmplx.Conj(gw)*gp)
		turn := -real((g + gp*complex(move, 0)) / gw)
		if ok = ok1 && ok2 && ok3 && ok4 && finite(move) && finite(turn); !ok {
			break
		}
		value, omega = value+move, omega+turn
		if ok = value >= left.Value && value <= right.Value && omega > 0; !ok {
			break
		}
		if math.Abs(move) <= 1e-9*width && math.Abs(turn) <= 1e-9*omega {
			return Hopf{Value: value, Rate: rate, Frequency: omega}, cmplx.Abs(g) < 1e-7
		}
	}
	return Hopf{}, false
}

// imaginary returns the loop at iω of state k at a value, ω in units of time, and the rate of that state.
func (t *tracer) imaginary(value, omega float64, k int) (loop complex128, rate float64, ok bool) {
	e := t.family(value)
	rates, err := e.steadyRates()
	if err != nil || k >= len(rates) {
		return 0, 0, false
	}
	c := e.newCharacteristic(rates[k])
	return c.loop(complex(0, omega/c.leak)), rates[k], true
}

// slowest returns the frequency of the unstable pair of a state with the smallest real part or, where the eigenvalues
// were not all found, the one at which the loop was seen closest to 0.
func (e NNLIF) slowest(s Steady) (omega float64, ok bool) {
	c := e.newCharacteristic(s.Rate)
	height := c.height()
	if s.Unstable <= mostZeros && height*c.delay < maxSpent/8 {
		list := c.growing(s.Unstable, s.Unstable, height)
		for k := len(list) - 1; k >= 0; k-- {
			if imag(list[k]) > 0 {
				return imag(list[k]) * c.leak, true
			}
		}
	}
	c.unstable(height)
	least := math.Inf(1)
	for lambda := range c.memory[1] {
		if v := cmplx.Abs(c.loop(lambda)); real(lambda) == 0 && imag(lambda) > 0 && v < least {
			least, omega = v, imag(lambda)
		}
	}
	return omega * c.leak, omega > 0
}
