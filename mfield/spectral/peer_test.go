package spectral

import (
	"math"
	"testing"
	"time"

	"lapicque/neuron"
)

// peer is the published first-order scheme for the NNLIF equation (Hu, Liu, Xie and
// Zhou 2021, arXiv 1911.07619), written from its description: an even grid with
// V_R and V_F on it, fluxes −a M ∂v(n/M) with the Maxwellian M of the drift
// −v + bN and its harmonic mean between points, implicit in n, explicit in N. The
// flux that leaves at V_F enters at V_R. Two readings of its N are kept, the
// difference quotient a n_{k−1}/h and the flux of the scheme itself.
type peer struct {
	ownFlux    bool
	b, h, dt   float64
	reset      int
	n, x, y    []float64
	lo, di, up []float64
	base       []float64 // M_{i+1}/M_i without the kicks
	rate       float64
}

func newPeer(cells int, dt, b float64, ownFlux bool) *peer {
	const far, reset, threshold = -4.0, 1.0, 2.0
	p := &peer{ownFlux: ownFlux, b: b, h: (threshold - far) / float64(cells), dt: dt}
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

// step does one step: a tridiagonal solve for the old density and one for the
// source at V_R, whose strength is the flux that leaves.
func (p *peer) step() {
	k := len(p.n)
	c := p.dt / (p.h * p.h)
	out, kicks := 0.0, math.Exp(p.h*p.b*p.rate)
	for i := range k {
		p.di[i], p.lo[i], p.up[i] = 1, 0, 0
		p.x[i], p.y[i] = p.n[i], 0
	}
	for i := range k { // flux between i and i+1: right·n_{i+1} − left·n_i
		// M_{i+1}/M_i, and the harmonic mean over either of them.
		ratio := kicks * p.base[i]
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

// TestPeer logs error against time of the published scheme and of this one, for
// b = 0.5 from the Gaussian (0, 0.25), at t = 0.1, 0.5, 1 and 2, and checks that the
// peer is a fair one: it converges to the same rates.
func TestPeer(t *testing.T) {
	times := []float64{0.1, 0.5, 1, 2}
	_, want := run(t, Problem{law(), 0.5, neuron.Subtractive, gauss(0, 0.25)}, 1e-9, times...)
	worst := func(got []float64) (e float64) {
		for i := range got {
			e = max(e, math.Abs(got[i]/want[i]-1))
		}
		return e
	}
	for _, ownFlux := range []bool{false, true} {
		var errors []float64
		for _, level := range []struct {
			cells int
			dt    float64
		}{{60, 8e-3}, {120, 2e-3}, {240, 5e-4}} {
			begin := time.Now()
			p := newPeer(level.cells, level.dt, 0.5, ownFlux)
			var got []float64
			step := 0
			for _, at := range times {
				for ; step < int(math.Round(at/level.dt)); step++ {
					p.step()
				}
				got = append(got, p.rate)
			}
			mass := 0.0
			for _, n := range p.n {
				mass += n * p.h
			}
			if math.Abs(mass-1) > 1e-10 {
				t.Errorf("the peer's mass is %v", mass)
			}
			errors = append(errors, worst(got))
			t.Logf("peer, own flux %-5v %4d cells, dt %.4f: error %.1e in %v", ownFlux, level.cells, level.dt, worst(got), time.Since(begin))
		}
		least := 1.7 // first order in h; with the own flux h² and dt fall by four
		if ownFlux {
			least = 3
		}
		if errors[1]/errors[2] < least {
			t.Errorf("own flux %v: the error falls by %.2f only", ownFlux, errors[1]/errors[2])
		}
	}
	for _, rtol := range []float64{1e-3, 1e-4, 1e-6, 1e-8} {
		begin := time.Now()
		_, got := run(t, Problem{law(), 0.5, neuron.Subtractive, gauss(0, 0.25)}, rtol, times...)
		t.Logf("spectral, rtol %.0e: error %.1e in %v", rtol, worst(got), time.Since(begin))
	}
}

// BenchmarkPeer takes the own-flux variant at 480 cells, the cheaper of the two at
// this accuracy (about 1.6e-3).
func BenchmarkPeer(b *testing.B) {
	for b.Loop() {
		p := newPeer(480, 1.2e-4, 0.5, true)
		for range 41667 {
			p.step()
		}
	}
}
