package biophysical

import "lapicque/neuron/membrane"

// heun is the stochastic Heun method for any law,
//
//	Y = y + h f(y) + σ ΔW,   y ← y + h (f(y) + f(Y))/2 + σ ΔW,
//
// of weak order 2 for additive noise.
type heun struct{ law membrane.Model }

func (heun) prepare(*step) {}

func (m heun) advance(b *block, w *worker, s *step, l level) {
	potential := b.y[0]
	z, _ := w.scratch.Draw(&b.lanes, len(potential))
	second := z // looked at only where there is noise on the second variable
	if s.recovery > 0 {
		second, _ = w.second.Draw(&b.lanes, len(potential))
	}
	for i, v := range potential {
		x := v + s.offset
		y0, rise0, rise1 := x, s.noise*float64(z[i]), s.recovery*float64(second[i])
		if len(b.y) == 2 {
			y0 = m.pair(w, s, x, &b.y[1][i], rise0, rise1)
		} else {
			y0 = m.many(w, s, b, i, x, rise0)
		}
		potential[i] = y0
		if !(y0 > l.floor && y0 < l.rearm) {
			b.note(s, l, i, x, y0)
		} else if !b.armed[i] {
			b.armed[i] = true
		}
	}
}

// pair moves a neuron of two variables, the second in place, and returns its potential.
func (m heun) pair(w *worker, s *step, y0 float64, second *float64, rise0, rise1 float64) float64 {
	y, f, h, y1 := w.y[:2], w.f[:2], s.h, *second
	y[0], y[1] = y0, y1
	m.law.Slope(s.current-s.conductance*y0, y, f)
	f0, f1 := f[0]+s.push, f[1]
	y[0], y[1] = y0+h*f0+rise0, y1+h*f1+rise1
	m.law.Slope(s.current-s.conductance*y[0], y, f)
	*second = y1 + h/2*(f1+f[1]) + rise1
	return y0 + h/2*(f0+(f[0]+s.push)) + rise0
}

// many moves neuron i of any number of variables, all but the potential in place, and returns its potential.
func (m heun) many(w *worker, s *step, b *block, i int, v, rise float64) float64 {
	w.y[0] = v
	for j := 1; j < len(w.y); j++ {
		w.y[j] = b.y[j][i]
	}
	m.law.Slope(s.current-s.conductance*v, w.y, w.f)
	w.f[0] += s.push
	for j, y := range w.y {
		w.stage[j] = y + s.h*w.f[j]
	}
	w.stage[0] += rise
	m.law.Slope(s.current-s.conductance*w.stage[0], w.stage, w.g)
	w.g[0] += s.push
	for j := 1; j < len(w.y); j++ {
		b.y[j][i] = w.y[j] + s.h/2*(w.f[j]+w.g[j])
	}
	return v + s.h/2*(w.f[0]+w.g[0]) + rise
}
