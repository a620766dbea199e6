package conductance

import (
	"math"

	"lapicque/neuron"
)

// diffusion moves columns of the density in g: Scharfetter–Gummel fluxes, which know the Gaussian, with
// no flux at either end.
type diffusion struct {
	law      neuron.Conductance
	cells    int // in g
	across   int // in v
	lowest   float64
	width    float64
	scale    float64   // span over width of the matrix at hand
	up, down []float64 // coefficients of the flux through face j: up·p_{j−1} − down·p_j
	pivot    []float64
	ratio    []float64
	first    []float64 // stage
	start    []float64
}

func newDiffusion(l neuron.Conductance, across, cells int, lowest, highest float64) diffusion {
	d := diffusion{law: l, cells: cells, across: across, lowest: lowest, width: (highest - lowest) / float64(cells)}
	for _, s := range []*[]float64{&d.up, &d.down, &d.pivot, &d.ratio} {
		*s = make([]float64, cells+1)
	}
	d.first, d.start = make([]float64, cells*across), make([]float64, cells*across)
	return d
}

func (d *diffusion) edge(j int) float64   { return d.lowest + float64(j)*d.width }
func (d *diffusion) center(j int) float64 { return d.lowest + (float64(j)+0.5)*d.width }

// prepare computes the fluxes at a rate.
func (d *diffusion) prepare(rate float64) {
	input, a := d.law.Input(rate)
	strength := a / (d.law.Tau * d.width)
	for j := 1; j < d.cells; j++ {
		peclet := (input - d.edge(j)) * d.width / a
		d.up[j], d.down[j] = strength*bernoulli(-peclet), strength*bernoulli(peclet)
	}
}

// bernoulli returns x/(eˣ − 1).
func bernoulli(x float64) float64 {
	if math.Abs(x) < 1e-5 {
		return 1 - x/2 + x*x/12
	}
	return x / math.Expm1(x)
}

const gamma = 1 - math.Sqrt2/2 // of the two-stage L-stable method (Alexander 1977)

// advance moves all columns by h at a rate.
func (d *diffusion) advance(p []float64, rate, h float64) {
	d.prepare(rate)
	copy(d.start, p)
	d.factor(gamma * h)
	copy(d.first, p)
	d.solve(d.first)
	for i, x := range d.first {
		p[i] = d.start[i] + (1-gamma)/gamma*(x-d.start[i])
	}
	d.solve(p)
	for _, x := range p {
		if x < 0 {
			copy(p, d.start)
			d.factor(h)
			d.solve(p)
			return
		}
	}
}

// factor factorises 1 − span·L, an M-matrix, without pivoting.
func (d *diffusion) factor(span float64) {
	d.scale = span / d.width
	s, last := d.scale, d.cells-1
	for j := range d.cells {
		diagonal := 1.0
		if j > 0 {
			diagonal += s * d.down[j]
		}
		if j < last {
			diagonal += s * d.up[j+1]
		}
		if j > 0 {
			d.ratio[j] = s * d.up[j] / d.pivot[j-1]
			diagonal -= d.ratio[j] * s * d.down[j]
		}
		d.pivot[j] = diagonal
	}
}

// solve replaces the columns of x by those of (1 − span·L)⁻¹x: sweeps over rows, all columns at a time.
func (d *diffusion) solve(x []float64) {
	n := d.across
	for j := 1; j < d.cells; j++ {
		before, row, r := x[(j-1)*n:j*n], x[j*n:(j+1)*n], d.ratio[j]
		for i := range row {
			row[i] += r * before[i]
		}
	}
	for j := d.cells - 1; j >= 0; j-- {
		row, inverse := x[j*n:(j+1)*n], 1/d.pivot[j]
		if j == d.cells-1 {
			for i := range row {
				row[i] *= inverse
			}
			continue
		}
		above, c := x[(j+1)*n:(j+2)*n], d.scale*d.down[j+1]
		for i := range row {
			row[i] = (row[i] + c*above[i]) * inverse
		}
	}
}
