package network

import (
	"math"

	"lapicque/network/kernel"
)

// euler takes the textbook step: Euler–Maruyama, then an end-of-step threshold
// test, then the cascade of all who stand above. It misses every crossing inside
// a step; its rate is low by 0.2147·√dt at b = 0 to leading order.
func (s *session) euler(t, h float64) {
	s.clear(t, t+h)
	s.substeps++
	late := s.axons.volley(t, h, s.law.Leak)
	s.temper(t, h, late.times)
	s.elapse(t, h) // its spikes are at its end
	pass := kernel.Pass{
		Decay: 1 - s.law.Leak*h,
		Shift: (1-s.law.Leak*h)*s.offset + h*s.law.input.At(t) + late.moved,
		Noise: math.Sqrt(2 * s.law.diffusion * h),
		Near:  0, From: 1, To: math.Inf(-1),
	}
	s.crew.do(func(w int) {
		scratch := &s.workers[w].scratch
		for i := range s.share(w) {
			b := &s.blocks[i]
			pass.Run(b.v, &b.lanes, scratch)
		}
	})
	s.offset = 0
	s.readmit(t + h)
	s.report.Steps++
	if s.law.Firing.Escapes() {
		s.release(t+h, s.escaping(h))
		s.readmit(t + h)
		return
	}
	for i, v := range s.v { // the overshoot is the scheme's, not the neuron's
		if v > s.law.Threshold {
			s.v[i] = s.law.Threshold
		}
	}
	s.instant(t+h, -1, 0)
}
