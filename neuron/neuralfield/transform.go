package neuralfield

import (
	"math"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"
)

// transform is the discrete Fourier transform of a real field on a Domain, unscaled there and scaled
// back. On a line with open ends the field is padded with zeros to twice its length.
type transform struct {
	rows, columns int // of the coefficients; columns = side/2 + 1
	side          int // of the padded field
	domain        Domain
	workers       []worker
	padded        []float64
}

// worker is what one goroutine needs.
type worker struct {
	real    *fourier.FFT
	complex *fourier.CmplxFFT
	column  []complex128
}

// parallelFrom is the number of points from which goroutines pay.
const parallelFrom = 1 << 14

func newTransform(d Domain) *transform {
	t := &transform{rows: 1, side: max(1, d.Sites), domain: d}
	if d.Dims == 0 {
		t.side = 1
	}
	if d.Open {
		t.side *= 2
		t.padded = make([]float64, t.side)
	}
	if d.Dims == 2 {
		t.rows = d.Sites
	}
	t.columns = t.side/2 + 1
	count := 1
	if d.Total() >= parallelFrom {
		count = runtime.GOMAXPROCS(0)
	}
	for range count {
		w := worker{real: fourier.NewFFT(t.side)}
		if d.Dims == 2 {
			w.complex, w.column = fourier.NewCmplxFFT(t.rows), make([]complex128, t.rows)
		}
		t.workers = append(t.workers, w)
	}
	return t
}

// size returns the number of coefficients.
func (t *transform) size() int { return t.rows * t.columns }

// wave returns the length of the wave vector of a coefficient.
func (t *transform) wave(index int) float64 {
	if t.side == 1 {
		return 0
	}
	unit := 2 * math.Pi / (t.domain.Spacing() * float64(t.side))
	x, y := index%t.columns, index/t.columns
	if y > t.rows/2 {
		y -= t.rows
	}
	return unit * math.Hypot(float64(x), float64(y))
}

// forward writes the coefficients of field into dst.
func (t *transform) forward(dst []complex128, field []float64) {
	if t.domain.Open {
		copy(t.padded, field)
		clear(t.padded[len(field):])
		field = t.padded
	}
	n, m := t.side, t.columns
	t.each(t.rows, func(w *worker, i int) { w.real.Coefficients(dst[i*m:(i+1)*m], field[i*n:(i+1)*n]) })
	if t.rows > 1 {
		t.each(m, func(w *worker, j int) {
			t.gather(w.column, dst, j)
			w.complex.Coefficients(w.column, w.column)
			t.scatter(dst, w.column, j)
		})
	}
}

// backward writes the field of the coefficients, which it destroys, into dst.
func (t *transform) backward(dst []float64, coefficients []complex128) {
	n, m := t.side, t.columns
	if t.rows > 1 {
		t.each(m, func(w *worker, j int) {
			t.gather(w.column, coefficients, j)
			w.complex.Sequence(w.column, w.column)
			t.scatter(coefficients, w.column, j)
		})
	}
	scale := 1 / float64(n*t.rows)
	if t.domain.Open {
		t.workers[0].real.Sequence(t.padded, coefficients)
		for i := range dst {
			dst[i] = scale * t.padded[i]
		}
		return
	}
	t.each(t.rows, func(w *worker, i int) {
		row := dst[i*n : (i+1)*n]
		w.real.Sequence(row, coefficients[i*m:(i+1)*m])
		for k := range row {
			row[k] *= scale
		}
	})
}

func (t *transform) gather(column, from []complex128, j int) {
	for i := range column {
		column[i] = from[i*t.columns+j]
	}
}

func (t *transform) scatter(to, column []complex128, j int) {
	for i, c := range column {
		to[i*t.columns+j] = c
	}
}

// each calls do for 0 … n−1, shared by the workers.
func (t *transform) each(n int, do func(w *worker, i int)) {
	if len(t.workers) == 1 || n == 1 {
		for i := range n {
			do(&t.workers[0], i)
		}
		return
	}
	var group sync.WaitGroup
	for k := range t.workers {
		group.Go(func() {
			for i := k * n / len(t.workers); i < (k+1)*n/len(t.workers); i++ {
				do(&t.workers[k], i)
			}
		})
	}
	group.Wait()
}
