package mfield

import (
	"math"
	"math/cmplx"
)

// box is the part left ≤ Re λ ≤ right, |Im λ| ≤ height of the plane and a function that is real on
// the real axis and has no poles in it.
type box struct {
	f                   func(complex128) complex128
	left, right, height float64
	fine, until         float64 // on vertical edges the argument is sampled at steps of at most fine up to until
	pace                float64 // and of at most pace everywhere
	// change, if there is one, returns the change of the argument that counts over a piece [a, b] over which that of f hardly
	// changes, f(a) and f(b) given; else it is that of f.
	change func(a, b, fa, fb complex128) float64
}

// count returns the number of zeros of f in the box, from the change of its
// argument along the upper half of the boundary.
func (x box) count() int {
	total := x.along(complex(x.left, x.height), complex(x.right, x.height))
	return int(math.Round((x.upright(x.right) - total - x.upright(x.left)) / math.Pi))
}

// upright returns the change of arg f from the real axis up at a real part: in steps
// that grow by half from an eighth, within the bounds of the box.
func (x box) upright(re float64) float64 {
	total, from := 0.0, 0.0
	step := 0.125
	for from < x.height {
		to := math.Min(from+math.Min(step, x.pace), x.height)
		if from < x.until {
			to = math.Min(to, from+x.fine)
		}
		turn := x.along(complex(re, from), complex(re, to))
		if total += turn; math.IsNaN(total) {
			break
		}
		from, step = to, 1.5*step
	}
	return total
}

// along returns the change of arg f from a to b; pieces are cut in two until their halves turn by
// less than half a radian.
func (x box) along(a, b complex128) float64 { return x.piece(a, b, x.f(a), x.f(b), 0) }

func (x box) piece(a, b, fa, fb complex128, depth int) float64 {
	mid := (a + b) / 2
	fm := x.f(mid)
	first, second := cmplx.Phase(fm/fa), cmplx.Phase(fb/fm)
	switch {
	case depth <= 30 && !cmplx.IsNaN(fm) && !(math.Abs(first) < 0.5 && math.Abs(second) < 0.5) && fa != 0 && fb != 0:
		return x.piece(a, mid, fa, fm, depth+1) + x.piece(mid, b, fm, fb, depth+1)
	case x.change != nil:
		return x.change(a, mid, fa, fm) + x.change(mid, b, fm, fb)
	}
	return first + second
}

// zeros returns the zeros of a box that holds so many, a pair once and with positive imaginary part,
// and whether it found them all: Muller's method, the zeros already known divided out, from the
// heights at which counting sees zeros.
func (x box) zeros(count int) (inside []complex128, complete bool) {
	var known []complex128
	reach := 4 * (x.height + x.right - x.left)
	f := func(at complex128) complex128 {
		if !(cmplx.Abs(at) < reach) {
			return cmplx.NaN()
		}
		return x.f(at)
	}
	deflated := func(at complex128) complex128 {
		v := f(at)
		for _, z := range known {
			v /= at - z
			if imag(z) != 0 {
				v /= at - cmplx.Conj(z)
			}
		}
		return v
	}
	left := count
	if z, found := x.realZero(); found {
		known, inside, left = append(known, z), append(inside, z), left-1
	}
	starts := x.starts(0, 0, x.height, count, nil)
	for try := 0; left > 0 && try < 4*count+12; try++ {
		z := muller(deflated, starts[try%len(starts)].point(try/len(starts)), 0.02)
		z = muller(f, z, 1e-6*(1+cmplx.Abs(z)))
		if cmplx.IsNaN(z) || cmplx.IsInf(z) {
			continue
		}
		if math.Abs(imag(z)) < 1e-9*(1+cmplx.Abs(z)) {
			z = complex(real(z), 0)
		} else if imag(z) < 0 {
			z = cmplx.Conj(z)
		}
		if isKnown(known, z) {
			continue
		}
		known = append(known, z)
		if real(z) > x.left && real(z) < x.right && imag(z) < x.height {
			inside = append(inside, z)
			if left--; imag(z) != 0 {
				left--
			}
		}
	}
	return inside, left == 0
}

// realZero brackets a zero on the real axis when f has different signs at its ends.
func (x box) realZero() (zero complex128, found bool) {
	f := func(u float64) float64 { return real(x.f(complex(u, 0))) }
	low, high := f(x.left), f(x.right)
	if !(low*high < 0) {
		return 0, false
	}
	return complex(bisect(func(u float64) float64 { return math.Copysign(1, high) * f(u) }, x.left, x.right), 0), true
}

func isKnown(known []complex128, z complex128) bool {
	for _, k := range known {
		if cmplx.Abs(z-k) < 1e-9*(1+cmplx.Abs(z)) {
			return true
		}
	}
	return false
}

// place is where a search begins: a strip of heights between two real parts.
type place struct{ left, right, low, high float64 }

// point returns the k-th place to begin at.
func (s place) point(k int) complex128 {
	const golden = 0.6180339887498949
	_, u := math.Modf(0.5 + golden*float64(k))
	_, v := math.Modf(0.5 + golden*golden*float64(k))
	return complex(s.left+(s.right-s.left)*u, s.low+(s.high-s.low)*v)
}

// starts appends the strips of heights between low and high, below which there are so many zeros,
// that hold zeros, one for each zero or pair.
func (x box) starts(low float64, below int, high float64, count int, list []place) []place {
	if count <= below {
		return list
	}
	if high-low <= 0.3*(1+low) || cmplx.IsNaN(x.f(complex(x.left, high))) {
		for n := below; n < count; n += 2 {
			list = append(list, place{x.left, x.right, low, high})
		}
		return list
	}
	part := x
	part.height = low + 0.47*(high-low)
	n := min(max(part.count(), below), count)
	return x.starts(part.height, n, high, count, x.starts(low, below, part.height, n, list))
}

// muller returns the zero of f that parabolas through three points lead to, NaN when they lead nowhere.
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
		next := x2 - 2*f2/den
		if f2 == 0 {
			return x2
		}
		x0, x1, x2 = x1, x2, next
		f0, f1, f2 = f1, f2, f(next)
		switch {
		case cmplx.IsNaN(f2) || cmplx.IsNaN(x2):
			return cmplx.NaN()
		case cmplx.Abs(x2-x1) <= 1e-14*cmplx.Abs(x2):
			return x2
		}
	}
	if cmplx.Abs(x2-x1) > 1e-9*cmplx.Abs(x2) {
		return cmplx.NaN()
	}
	return x2
}
