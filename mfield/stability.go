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
}

// entire is an entire function whose zeros are the eigenvalues, those of the
// uncoupled neuron included when b = a1 = 0, without the trivial 0 of conserved mass.
func (c characteristic) entire(lambda complex128) complex128 {
	free, current, diffusion := c.n.Spectral(lambda * complex(c.leak, 0))
	return free - complex(c.b, 0)*current - complex(c.a1, 0)*diffusion
}

// loop is 1 − bK − a1 K_a: the same zeros for Re λ ≥ 0 and no poles there. For large |λ| it
// nears 1 − a1 N/a > 0.
func (c characteristic) loop(lambda complex128) complex128 {
	free, current, diffusion := c.n.Spectral(lambda * complex(c.leak, 0))
	return 1 - (complex(c.b, 0)*current+complex(c.a1, 0)*diffusion)/free
}

// deepest bounds the search for the leading eigenvalue of a stable state, in
// units of the leak.
const deepest = -64

// leading returns whether the steady state of that rate is stable and its leading
// eigenvalue, of the pair the one with positive imaginary part. Eigenvalues are counted by
// the argument principle (on the imaginary axis: Nyquist's criterion), the leading one is
// refined by Muller's method and kept only when the count says that none lies to the right of it.
func (e NNLIF) leading(rate float64) (stable bool, eigenvalue complex128, known bool) {
	if e.Law.Leak == 0 {
		return e.leadingPerfect(rate)
	}
	c := characteristic{n: e.environment(rate), b: e.B, a1: e.Law.A1, leak: e.Law.Leak}
	unit := complex(e.Law.Leak, 0)
	height := c.height()
	right := box{c.loop, 0, height, height}
	if right.count() > 0 {
		eigenvalue, known = right.rightmost()
		return false, eigenvalue * unit, known
	}
	for depth := -0.7; depth > deepest; depth *= 2 {
		left := box{c.entire, depth, 0, math.Max(height, -2*depth)}
		if left.count() > 0 {
			eigenvalue, known = left.rightmost()
			return true, eigenvalue * unit, known
		}
	}
	return true, 0, false
}

// height returns a bound above which the loop stays near its limit at infinity on
// the imaginary axis: no eigenvalue lies higher in the right half plane.
func (c characteristic) height() float64 {
	for h := 16.0; ; h *= 4 {
		near, far := c.loop(complex(0, h)), c.loop(complex(0, 4*h))
		if real(near) > 0 && cmplx.Abs(near-far) < 0.3*cmplx.Abs(far) || h > 1e12 {
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
		c := characteristic{n: e.environment(rate), b: e.B, a1: e.Law.A1, leak: 1}
		return box{c.loop, 0, c.height(), c.height()}.count() == 0, 0, false
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
}

// count returns the number of zeros of f in the box, from the change of its
// argument along the upper half of the boundary.
func (x box) count() int {
	corners := []complex128{complex(x.right, 0), complex(x.right, x.height), complex(x.left, x.height), complex(x.left, 0)}
	total := 0.0
	for k := 1; k < len(corners); k++ {
		total += turning(x.f, corners[k-1], corners[k])
	}
	return int(math.Round(total / math.Pi))
}

// turning returns the change of arg f from a to b: geometric pieces towards the
// real axis, each cut in two until its halves turn by less than half a radian.
func turning(f func(complex128) complex128, a, b complex128) float64 {
	total := 0.0
	at, fa := a, f(a)
	for k := 1; k <= 12; k++ {
		t := complex(float64(k)/12, 0)
		if imag(b) != imag(a) { // finer where the imaginary part is small
			t = complex(math.Pow(float64(k)/12, 3), 0)
			if imag(b) < imag(a) {
				t = complex(1-math.Pow(1-float64(k)/12, 3), 0)
			}
		}
		next := a + t*(b-a)
		fb := f(next)
		total += piece(f, at, next, fa, fb, 0)
		at, fa = next, fb
	}
	return total
}

func piece(f func(complex128) complex128, a, b, fa, fb complex128, depth int) float64 {
	mid := (a + b) / 2
	fm := f(mid)
	first, second := cmplx.Phase(fm/fa), cmplx.Phase(fb/fm)
	if depth > 30 || math.Abs(first) < 0.5 && math.Abs(second) < 0.5 {
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
		half := box{x.f, strip.left, x.right, (low + high) / 2}
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
	ok := real(root) > strip.left-slack && real(root) < strip.right+slack && x.noneBeyond(root)
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
