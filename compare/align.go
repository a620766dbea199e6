package compare

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/floats"
)

// Lattice is the sites of a periodic field: Rows of Columns, the columns following each other along x. One row is a ring.
type Lattice struct{ Rows, Columns int }

// Shift is a translation by X columns and Y rows, not whole ones in general.
type Shift struct{ X, Y float64 }

// Translation returns by how much the fields, one or more that move together, are displaced against the references: where
// Σ_x reference(x)·field(x + shift) is largest, found on the sites by Fourier transform and then between them, where a field is
// its trigonometric interpolation. Both components are within half a side. A field that is the same along a
// direction has no shift along it that means anything.
func Translation(l Lattice, references, fields [][]float64) Shift {
	product := make([]complex128, l.Rows*l.Columns)
	for p := range fields {
		reference := l.transform(references[p])
		for k, x := range l.transform(fields[p]) {
			product[k] += cmplx.Conj(reference[k]) * x
		}
	}
	s := l.peak(product)
	for range 20 {
		before := s
		s.X += l.step(product, s, true)
		s.Y += l.step(product, s, false)
		if math.Hypot(s.X-before.X, s.Y-before.Y) < 1e-10 {
			break
		}
	}
	return Shift{math.Remainder(s.X, float64(l.Columns)), math.Remainder(s.Y, float64(l.Rows))}
}

// Moved returns x ↦ field(x + shift), by trigonometric interpolation.
func (l Lattice) Moved(field []float64, s Shift) []float64 {
	c := l.transform(field)
	along, down := phases(l.Columns, s.X), phases(l.Rows, s.Y)
	for k := range c {
		c[k] *= along[k%l.Columns] * down[k/l.Columns]
	}
	out := make([]float64, len(field))
	for k, x := range l.inverse(c) {
		out[k] = real(x)
	}
	return out
}

// transform returns the Fourier coefficients of a field.
func (l Lattice) transform(field []float64) []complex128 {
	c := make([]complex128, len(field))
	for i, x := range field {
		c[i] = complex(x, 0)
	}
	l.both(c, (*fourier.CmplxFFT).Coefficients)
	return c
}

// inverse turns coefficients into values, in place.
func (l Lattice) inverse(c []complex128) []complex128 {
	l.both(c, (*fourier.CmplxFFT).Sequence)
	for k := range c {
		c[k] /= complex(float64(len(c)), 0)
	}
	return c
}

// both applies a transform to all rows, then to all columns.
func (l Lattice) both(c []complex128, apply func(t *fourier.CmplxFFT, dst, src []complex128) []complex128) {
	t := fourier.NewCmplxFFT(l.Columns)
	for r := range l.Rows {
		row := c[r*l.Columns : (r+1)*l.Columns]
		copy(row, apply(t, nil, row))
	}
	if l.Rows == 1 {
		return
	}
	t = fourier.NewCmplxFFT(l.Rows)
	column, out := make([]complex128, l.Rows), make([]complex128, l.Rows)
	for k := range l.Columns {
		for r := range column {
			column[r] = c[r*l.Columns+k]
		}
		apply(t, out, column)
		for r, x := range out {
			c[r*l.Columns+k] = x
		}
	}
}

// peak returns the site at which the correlation with these coefficients is largest.
func (l Lattice) peak(product []complex128) Shift {
	c := l.inverse(append([]complex128(nil), product...))
	best := 0
	for k, x := range c {
		if real(x) > real(c[best]) {
			best = k
		}
	}
	return Shift{float64(best % l.Columns), float64(best / l.Columns)}
}

// step is Newton's along an axis, at most half a site and none where the correlation is not concave.
func (l Lattice) step(product []complex128, s Shift, x bool) float64 {
	along, down := phases(l.Columns, s.X), phases(l.Rows, s.Y)
	first, second := 0.0, 0.0
	for k, c := range product {
		wave := number(k%l.Columns, l.Columns)
		if !x {
			wave = number(k/l.Columns, l.Rows)
		}
		z := c * along[k%l.Columns] * down[k/l.Columns]
		first -= wave * imag(z)
		second -= wave * wave * real(z)
	}
	if !(second < 0) {
		return 0
	}
	return math.Max(-0.5, math.Min(0.5, -first/second))
}

// number returns the wave number of coefficient k of n, in radians a site; 0 for the highest, which has no direction.
func number(k, n int) float64 {
	switch {
	case 2*k == n:
		return 0
	case 2*k > n:
		k -= n
	}
	return 2 * math.Pi * float64(k) / float64(n)
}

// phases returns by what a translation multiplies the coefficients along an axis.
func phases(n int, shift float64) []complex128 {
	out := make([]complex128, n)
	for k := range out {
		if out[k] = cmplx.Rect(1, number(k, n)*shift); 2*k == n {
			out[k] = complex(math.Cos(math.Pi*shift), 0)
		}
	}
	return out
}

// Phase returns where on a closed orbit, given by states at equal times, a state is nearest to: as a number of those
// times from the first, from 0 to their number, and the state of the orbit there. Between the times the orbit is the cubic through four of them.
func Phase(orbit [][]float64, state []float64) (at float64, nearest []float64) {
	best := math.Inf(1)
	for k, x := range orbit {
		if d := floats.Distance(x, state, 2); d < best {
			best, at = d, float64(k)
		}
	}
	const dt = 1e-3
	rest := make([]float64, len(state))
	for range 20 { // of Gauss and Newton
		nearest = onOrbit(orbit, at)
		slope := onOrbit(orbit, at+dt)
		floats.Sub(slope, onOrbit(orbit, at-dt))
		floats.Scale(1/(2*dt), slope)
		floats.SubTo(rest, state, nearest)
		move := ratio(floats.Dot(rest, slope), floats.Dot(slope, slope))
		at += math.Max(-0.5, math.Min(0.5, move))
		if math.Abs(move) < 1e-9 {
			break
		}
	}
	n := float64(len(orbit))
	at = math.Mod(math.Mod(at, n)+n, n)
	return at, onOrbit(orbit, at)
}

// onOrbit returns the state of an orbit at a time.
func onOrbit(orbit [][]float64, at float64) []float64 {
	n := len(orbit)
	k := int(math.Floor(at))
	x := at - float64(k)
	weights := [4]float64{-x * (x - 1) * (x - 2) / 6, (x + 1) * (x - 1) * (x - 2) / 2, -(x + 1) * x * (x - 2) / 2, (x + 1) * x * (x - 1) / 6}
	out := make([]float64, len(orbit[0]))
	for j, w := range weights {
		floats.AddScaled(out, w, orbit[((k+j-1)%n+n)%n])
	}
	return out
}
