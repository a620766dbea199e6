package main

import "math"

// hlxz is the published first-order scheme for the NNLIF equation (Hu, Liu, Xie and
// Zhou 2021, arXiv 1911.07619), written from its description: an even grid with
// V_R and V_F on it, fluxes −a M ∂v(n/M) with the Maxwellian M of the drift
// −v + bN and its harmonic mean between points, implicit in n, explicit in N. The
// flux that leaves at V_F enters at V_R. Two readings of its N are kept, the
// difference quotient a n_{k−1}/h and the flux of the scheme itself.
type hlxz struct {
	ownFlux    bool
	b, h, dt   float64
	reset      int
	n, x, y    []float64
	lo, di, up []float64
	base       []float64 // M_{i+1}/M_i without the kicks
	rate       float64
}

// newHLXZ starts from the Gaussian (0, 0.25) on [−4, 2], V_R = 1; cells is a multiple of 6.
func newHLXZ(cells int, dt, b float64, ownFlux bool) *hlxz {
	const far, reset, threshold = -4.0, 1.0, 2.0
	p := &hlxz{ownFlux: ownFlux, b: b, h: (threshold - far) / float64(cells), dt: dt}
	p.reset = int(math.Round((reset - far) / p.h))
	mass := 0.0
	for i := range cells {
		v := far + float64(i)*p.h
		p.n = append(p.n, math.Exp(-v*v/0.5))
		mass += p.n[i] * p.h
		p.base = append(p.base, math.Exp(-p.h*(v+p.h/2)))
	}
	for i := range p.n {
		p.n[i] /= mass
	}
	for _, s := range []*[]float64{&p.x, &p.y, &p.lo, &p.di, &p.up} {
		*s = make([]float64, cells)
	}
	p.rate = p.n[cells-1] / p.h
	return p
}

// run returns the rates at the times, which must be multiples of the step.
func (p *hlxz) run(times []float64) (rates []float64) {
	step := 0
	for _, t := range times {
		for ; step < int(math.Round(t/p.dt)); step++ {
			p.step()
		}
		rates = append(rates, p.rate)
	}
	return rates
}

// step does one step: a tridiagonal solve for the old density and one for the
// source at V_R, whose strength is the flux that leaves.
func (p *hlxz) step() {
	k := len(p.n)
	out := p.assemble()
	p.y[p.reset] = p.dt / p.h
	for i := 1; i < k; i++ {
		m := p.lo[i] / p.di[i-1]
		p.di[i] -= m * p.up[i-1]
		p.x[i] -= m * p.x[i-1]
		p.y[i] -= m * p.y[i-1]
	}
	p.x[k-1] /= p.di[k-1]
	p.y[k-1] /= p.di[k-1]
	for i := k - 2; i >= 0; i-- {
		p.x[i] = (p.x[i] - p.up[i]*p.x[i+1]) / p.di[i]
		p.y[i] = (p.y[i] - p.up[i]*p.y[i+1]) / p.di[i]
	}
	flux := out * p.x[k-1] / (1 - out*p.y[k-1])
	for i := range p.n {
		p.n[i] = p.x[i] + flux*p.y[i]
	}
	p.rate = p.n[k-1] / p.h
	if p.ownFlux {
		p.rate = flux
	}
}

// assemble fills the matrix and the right-hand sides, and returns the flux that
// leaves at V_F per unit of the last density.
func (p *hlxz) assemble() (out float64) {
	k := len(p.n)
	c := p.dt / (p.h * p.h)
	kicks := math.Exp(p.h * p.b * p.rate)
	for i := range k {
		p.di[i], p.lo[i], p.up[i] = 1, 0, 0
		p.x[i], p.y[i] = p.n[i], 0
	}
	for i := range k { // flux between i and i+1: right·n_{i+1} − left·n_i
		ratio := kicks * p.base[i] // M_{i+1}/M_i, and the harmonic mean over either of them
		left, right := 2*ratio/(1+ratio), 2/(1+ratio)
		p.di[i] += c * left
		if i+1 < k {
			p.up[i] -= c * right
			p.di[i+1] += c * right
			p.lo[i+1] -= c * left
		} else {
			out = left / p.h
		}
	}
	return out
}
