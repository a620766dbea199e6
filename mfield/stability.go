package mfield

import (
	"math"
	"math/cmplx"

	"lapicque/neuron"
)

// characteristic is the equation of the eigenvalues λ of the network linearised at
// a steady state, 1 = b·K(λ) + a1·K_a(λ), K and K_a being the responses of the rate to current
// and to diffusion. λ is in units of the leak.
type characteristic struct {
	n     neuron.Stationary
	b, a1 float64
	leak  float64
	spent int
}

// maxSpent bounds the evaluations that one state may cost.
const maxSpent = 12_000

func (c *characteristic) exhausted() bool {
	c.spent++
	return c.spent > maxSpent
}

// entire is an entire function whose zeros are the eigenvalues, those of the
// uncoupled neuron when b = a1 = 0, without the trivial 0 of conserved mass.
func (c *characteristic) entire(lambda complex128) complex128 {
	c.spent += int(cmplx.Abs(lambda) / 8) // its cost grows
	if c.exhausted() {
		return cmplx.NaN()
	}
	free, current, diffusion := c.n.Spectral(lambda * complex(c.leak, 0))
	return free - complex(c.b, 0)*current - complex(c.a1, 0)*diffusion
}

// loop is 1 − bK − a1 K_a: the same zeros for Re λ ≥ 0 and no poles there. For large |λ| it
// nears 1 − a1 N/a > 0.
func (c *characteristic) loop(lambda complex128) complex128 {
	if c.exhausted() {
		return cmplx.NaN()
	}
	current, diffusion := c.n.Response(lambda * complex(c.leak, 0))
	return 1 - complex(c.b, 0)*current - complex(c.a1, 0)*diffusion
}

// The leading eigenvalue of a stable state is looked for right of deepest and below
// highest, in units of the leak.
const (
	deepest = -64
	highest = 4096
)

// leading returns whether the steady state of that rate is stable and its leading
// eigenvalue, of a pair the one with positive imaginary part. Eigenvalues are counted by
// the argument principle (on the imaginary axis: Nyquist's criterion), the leading one is
// refined by Muller's method and kept only when the count says that none lies to the right of it.
func (e NNLIF) leading(rate float64) (stable bool, eigenvalue complex128, known bool) {
	if e.Law.Leak == 0 {
		return e.leadingPerfect(rate)
	}
	leak := e.Law.Leak
	top, _, scale := newBalance(e).at(rate / leak)
	if slope := top / scale; top > 1 && rate/leak*(1+math.Abs(e.B)*slope+e.Law.A1*slope*slope) < 1e-17 {
		return true, complex(-leak, 0), true // nobody fires: the free Ornstein–Uhlenbeck process
	}
	n := e.environment(rate)
	c := &characteristic{n: n, b: e.B, a1: e.Law.A1, leak: leak}
	height := c.height()
	right := box{f: c.loop, left: 0, right: height, height: height, fine: 2 * rate / leak, until: 10 * rate / leak / n.CV()}
	if count := right.count(); c.spent > maxSpent {
		return false, 0, false
	} else if count > 0 {
		eigenvalue, known = right.rightmost()
		return false, eigenvalue * complex(leak, 0), known
	}
	for depth := -0.7; depth > deepest && height <= highest; depth *= 2 {
		left := right
		left.f, left.left, left.right, left.height = c.entire, depth, 0, math.Max(height, -2*depth)
		if left.count() > 0 {
			eigenvalue, known = left.rightmost()
			break
		}
	}
	return true, eigenvalue * complex(leak, 0), known
}

// height returns a bound above which the loop stays near its limit at infinity on
// the imaginary axis: no eigenvalue lies higher in the right half plane.
func (c *characteristic) height() float64 {
	for h := 16.0; ; h *= 4 {
		near, far := c.loop(complex(0, h)), c.loop(complex(0, 4*h))
		if real(near) > 0 && cmplx.Abs(near-far) < 0.3*cmplx.Abs(far) || !(h < 1e12) {
			return h
		}
	}
}

// leadingPerfect is the case without leak, where 1 − h(V_R) and 1 − bK factor:
// the network's own eigenvalue is −I·b·N/a, those of the neuron −a(2πm/Δ)² ± 2πi m(I + bN)/Δ, Δ = V_F − V_R. In a
// space that forgets how far below the mass sits there is also the continuous spectrum, left of the
// parabola through −(I + bN)²/(4a) at best: Eigenvalue is given when it lies to the right of that.
func (e NNLIF) leadingPerfect(rate float64) (stable bool, eigenvalue complex128, known bool) {
	current, gap := e.Law.Input().At(0), e.Law.Gap()
	a, drift := e.Law.Diffusion(rate), current+e.B*rate
	if e.Law.A1 != 0 {
		c := &characteristic{n: e.environment(rate), b: e.B, a1: e.Law.A1, leak: 1}
		h := c.height()
		return box{f: c.loop, right: h, height: h, fine: h, until: h}.count() == 0, 0, false
	}
	wave := 2 * math.Pi / gap
	eigenvalue = complex(-a*wave*wave, wave*drift)
	if own := -current * e.B * rate / a; e.B*rate > current && own > real(eigenvalue) {
		eigenvalue = complex(own, 0)
	}
	if real(eigenvalue) > -drift*drift/(4*a) {
		return real(eigenvalue) < 0, eigenvalue, true
	}
	return true, 0, false
}

// box is the part left ≤ Re λ ≤ right, |Im λ| ≤ height of the plane and a function real on
// the real axis and without poles in it.
type box struct {
	f                   func(complex128) complex128
	left, right, height float64
	fine, until         float64 // on vertical edges the argument is sampled at steps of fine up to until
}

// count returns the number of zeros of f in the box, from the change of its
// argument along the upper half of the boundary.
func (x box) count() int {
	total := x.along(complex(x.left, x.height), complex(x.right, x.height))
	return int(math.Round((x.upright(x.right) - total - x.upright(x.left)) / math.Pi))
}

// upright returns the change of arg f from the real axis up at a real part: in steps
// that grow by half from an eighth, not longer than fine below until, where the response rings at
// multiples of the firing rate.
func (x box) upright(re float64) float64 {
	total, from := 0.0, 0.0
	step := 0.125
	for from < x.height {
		to := from + step
		if from < x.until {
			to = from + math.Min(step, x.fine)
		}
		to = math.Min(to, x.height)
		total += x.along(complex(re, from), complex(re, to))
		from, step = to, 1.5*step
	}
	return total
}

// along returns the change of arg f from a to b; pieces are cut in two until their halves turn by
// less than half a radian.
func (x box) along(a, b complex128) float64 { return piece(x.f, a, b, x.f(a), x.f(b), 0) }

func piece(f func(complex128) complex128, a, b, fa, fb complex128, depth int) float64 {
	mid := (a + b) / 2
	fm := f(mid)
	first, second := cmplx.Phase(fm/fa), cmplx.Phase(fb/fm)
	if depth > 30 || cmplx.IsNaN(fm) || math.Abs(first) < 0.5 && math.Abs(second) < 0.5 {
		return first + second
	}
	return piece(f, a, mid, fa, fm, depth+1) + piece(f, mid, b, fm, fb, depth+1)
}

// rightmost returns the zero with the largest real part of a box that holds one.
func (x box) rightmost() (complex128, bool) {
	if root, ok := x.realRoot(); ok {
		return root, true
	}
	strip := x
	for strip.right-strip.left > 0.02*math.Max(1, math.Abs(strip.left)) {
		half := x
		half.left = (strip.left + strip.right) / 2
		if half.count() > 0 {
			strip.left = half.left
		} else {
			strip.right = half.left
		}
	}
	low, high := 0.0, x.height
	for high-low > 0.05*math.Max(1, low) {
		half := x
		half.left, half.height = strip.left, (low+high)/2
		if half.count() > 0 {
			high = half.height
		} else {
			low = half.height
		}
	}
	root := muller(x.f, complex((strip.left+strip.right)/2, (low+high)/2), 0.01*(1+high-low))
	if imag(root) < 0 {
		root = cmplx.Conj(root)
	}
	slack := 0.2 * (strip.right - strip.left)
	if cmplx.IsNaN(root) {
		return 0, false
	}
	ok := real(root) > strip.left-slack && real(root) < strip.right+slack && x.noneBeyond(root)
	if !ok {
		root = 0
	}
	return root, ok
}

// realRoot looks for the largest real zero and accepts it when no zero lies to the right of it.
func (x box) realRoot() (complex128, bool) {
	at := func(k int) float64 { // from right to left, finer towards 0
		t := float64(k) / 40
		if x.left < 0 {
			return x.right + (x.left-x.right)*t
		}
		return x.left + (x.right-x.left)*math.Pow(1-t, 4)
	}
	f := func(u float64) float64 { return real(x.f(complex(u, 0))) }
	b := x.right
	fb := f(b)
	for k := 1; k <= 40; k++ {
		a := at(k)
		fa := f(a)
		if fa*fb <= 0 {
			sign := 1.0
			if fb < 0 {
				sign = -1
			}
			root := complex(bisect(func(u float64) float64 { return sign * f(u) }, a, b), 0)
			return root, x.noneBeyond(root)
		}
		b, fb = a, fa
	}
	return 0, false
}

// noneBeyond reports whether no zero lies clearly to the right of root.
func (x box) noneBeyond(root complex128) bool {
	beyond := x
	beyond.left = real(root) + 1e-6*math.Max(1, cmplx.Abs(root))
	return beyond.left >= x.right || beyond.count() == 0
}

// muller returns the zero of f that parabolas through three points lead to.
func muller(f func(complex128) complex128, start complex128, spread float64) complex128 {
	x0, x1, x2 := start-complex(spread, 0), start+complex(0, spread), start
	f0, f1, f2 := f(x0), f(x1), f(x2)
	for range 60 {
		d01, d12 := (f1-f0)/(x1-x0), (f2-f1)/(x2-x1)
		bend := (d12 - d01) / (x2 - x0)
		slope := d12 + bend*(x2-x1)
		root := cmplx.Sqrt(slope*slope - 4*bend*f2)
		den := slope + root
		if cmplx.Abs(slope-root) > cmplx.Abs(den) {
			den = slope - root
		}
		if den == 0 {
			break
		}
		next := x2 - 2*f2/den
		x0, x1, x2 = x1, x2, next
		f0, f1, f2 = f1, f2, f(next)
		if cmplx.Abs(x2-x1) <= 1e-14*cmplx.Abs(x2) || f2 == 0 {
			break
		}
	}
	return x2
}
