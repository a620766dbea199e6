package network

import (
	"math"

	"lapicque/network/kernel"
)

// event takes the network from t over length spike by spike, each kick delivered
// at its own instant: the reference that the step engine is tested against. Its
// cost grows as N² a unit of time.
//
// Until the next spike neurons are independent. Each draws an end point over a
// stretch and, if its bridge crosses, the time; the earliest crossing is the next
// spike, and its instant a cascade by the definition. Of all others it is then
// only known that they have not crossed before, so they draw their potential at
// that time anew, by rejection, from the bridges that stay below the threshold.
// The one error is that of the bridge test over a stretch, at most length.
func (s *session) event(t, length float64) {
	s.clear(t, t+length)
	end := t + length
	for now := t; ; {
		if s.axons.next() <= now {
			s.deliver(now)
			continue
		}
		s.readmit(now)
		if now >= end {
			return
		}
		stop := min(end, s.axons.next(), s.nextReturn(end))
		h := stop - now
		if mean := s.waited / float64(s.stretches+1); s.stretches > 0 && h > 2*mean {
			h = 2 * mean
		}
		st := s.stretch(now, h)
		first := s.earliest(&st)
		s.stretches++
		if first.Time > h {
			s.waited += h
			s.survive(&st, -1)
			if now += h; stop-now < 1e-12*length {
				now = stop
			}
			continue
		}
		s.waited += first.Time
		st = s.stretch(now, first.Time)
		s.survive(&st, int64(first.Neuron))
		now += first.Time
		if s.law.Firing.Escapes() {
			s.release(now, []stander{{neuron: first.Neuron}})
		} else {
			s.instant(now, -1, 0)
		}
		s.report.Steps++
	}
}

// stretch is a time over which no neuron is kicked.
type stretch struct {
	leg
	current float64 // what the external current adds
	key     kernel.StepKey
}

// stretch returns the one from now over h.
func (s *session) stretch(now, h float64) stretch {
	s.temper(now, h, nil)
	st := stretch{leg: s.law.leg(h, s.law.curvature(now+h/2, 0)), key: s.key.Step(s.substeps)}
	st.current = s.law.filtered(&st.leg, now)
	s.substeps++
	return st
}

// draw returns an end point and whether the bridge to it crosses.
func (st *stretch) draw(x float64, r *kernel.Stream) (y float64, crosses bool) {
	y = float64(st.decay*x) + st.current + float64(st.noise*float64(kernel.Normal(uint32(r.Uint64()>>32))))
	d := st.near * max(st.threshold-x, 0) * (st.threshold - y)
	return y, d < 40 && d <= -math.Log(r.Float64())
}

// spikes returns when a neuron that reaches the threshold on its bridge from x to y fires, if
// it does.
func (s *session) spikes(st *stretch, x, y float64, r *kernel.Stream) (at float64, fires bool) {
	d1, d2 := st.threshold-x, st.threshold-y
	if s.law.Firing.Escapes() {
		return s.law.escape(&st.leg, d1, d2, r)
	}
	return s.law.time(&st.leg, st.hitting(d1, d2, r)), true
}

// falls reports whether a neuron that is known not to fire on the stretch would on its bridge
// from x to y, which reaches the threshold.
func (s *session) falls(st *stretch, x, y float64, r *kernel.Stream) bool {
	if s.law.Firing.Escapes() {
		_, fires := s.spikes(st, x, y, r)
		return fires
	}
	return x < st.threshold
}

// earliest returns the first crossing of the stretch: neuron and time since its
// start, which is beyond h when nobody crosses.
func (s *session) earliest(st *stretch) Spike {
	firsts := make([]Spike, len(s.workers))
	s.crew.do(func(w int) {
		first := Spike{Time: math.Inf(1)}
		for k := range s.share(w) {
			b := &s.blocks[k]
			for i := range b.v[:b.size] {
				id := b.first + uint32(i)
				r := st.key.Stream(id)
				x := b.v[i] + s.offset
				y, crosses := st.draw(x, &r)
				if !crosses {
					continue
				}
				if at, fires := s.spikes(st, x, y, &r); fires && at < first.Time {
					first = Spike{Time: at, Neuron: id}
				}
			}
		}
		firsts[w] = first
	})
	best := firsts[0]
	for _, f := range firsts[1:] {
		if f.Time < best.Time {
			best = f
		}
	}
	if s.ranks != nil {
		at, neuron := s.gatherFirst(best.Time, int64(best.Neuron), less)
		best = Spike{Time: at, Neuron: uint32(neuron)}
	}
	return best
}

// survive moves everybody to the end of the stretch, given that nobody crosses
// in it; the neuron spiking, if any, is put on the threshold (where it does not matter if it escapes).
func (s *session) survive(st *stretch, spiking int64) {
	if s.law.A1 != 0 {
		s.gauge.pass(st.h) // spikes are heeded at their instants
	}
	s.crew.do(func(w int) {
		for k := range s.share(w) {
			b := &s.blocks[k]
			for i := range b.v[:b.size] {
				id := b.first + uint32(i)
				r := st.key.Stream(id)
				x := b.v[i] + s.offset
				y, crosses := st.draw(x, &r)
				for crosses && int64(id) != spiking && s.falls(st, x, y, &r) {
					y, crosses = st.draw(x, &r)
				}
				if int64(id) == spiking {
					y = s.law.Threshold
				}
				b.v[i] = y
			}
		}
	})
	s.offset = 0
}
