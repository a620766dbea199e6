package network

import (
	"math"
	"math/bits"

	"lapicque/network/kernel"
)

// escape follows a neuron that fires at the rate 1/ε above V_F over a leg, from d1 to d2 below
// the raised threshold, which it is known to reach, and returns when it fires in it, if it does.
//
// A path of the free neuron fires at the first point of a Poisson process of rate 1/ε at which
// it is above V_F. So nothing of the hazard is integrated: from the time at which V_F is reached the
// path is looked at one exponential time later only. It is then above, and fires, or below, and
// then reaches V_F again before the end of the leg, at a time that is drawn, or does not. This takes
// a few draws however small ε is. The path is the bridge between the ends of the leg in the
// changed time of law.leg, and distances here are those of that picture.
func (l *law) escape(g *leg, d1, d2 float64, r *kernel.Stream) (elapsed float64, fires bool) {
	raise := g.threshold - l.Threshold
	u, near, far := 0.0, d1-raise, (d2-raise)*g.growth
	if d1 > 0 {
		u, near = g.hitting(d1, d2, r), 0
		elapsed = l.time(g, u)
	}
	for {
		at := elapsed - l.Firing.Epsilon*math.Log(r.Float64())
		if at >= g.h {
			return 0, false
		}
		next, left := l.clock(at), g.elapsed-u
		share := min(1, (next-u)/left)
		near += (far-near)*share + math.Sqrt(g.sigma2*left*share*(1-share))*float64(kernel.Normal(uint32(r.Uint64()>>32)))
		growth := math.Sqrt(1 + 2*l.Leak*next)
		near += growth * g.bend * (at - elapsed) * (g.h - at) / 2
		if near < 0 {
			return at, true
		}
		u, elapsed, left = next, at, g.elapsed-next
		raise = g.bend * (g.h - at) * (g.h - at) / 12
		d1, d2 = near+growth*raise, far+g.growth*raise
		if !(left > 0) || d1 > 0 && 2*d1*d2 > -math.Log(r.Float64())*g.sigma2*left {
			return 0, false
		}
		u, near = u+left*reaching(d1, d2, g.sigma2*left, r), 0
		elapsed = l.time(g, u)
	}
}

// clock returns what the clock of a leg shows after a time.
func (l *law) clock(elapsed float64) float64 {
	if l.Leak == 0 {
		return elapsed
	}
	return math.Expm1(2*l.Leak*elapsed) / (2 * l.Leak)
}

// release fires those among the hits who escape in the step, and lets them and those who
// return live its rest. It runs in pass one, with the predicted kicks: what the kicks are
// beyond them reaches everybody at the end of the step.
func (b *block) release(n *Network, st *step, pass *kernel.Pass, hits []kernel.Hit) {
	drift := (st.predicted + st.arrived) / st.relaxed
	for k := range hits {
		hit := &hits[k]
		for mask := hit.Mask; mask != 0; mask &= mask - 1 {
			l := bits.TrailingZeros32(mask)
			index := hit.Base + uint32(l)
			id := b.first + index
			r := st.key.Stream(id)
			d1, d2 := pass.From-hit.Start[l], st.threshold-b.v[index]
			if d1 > 0 && st.near*d1*d2 > -math.Log(kernel.Uniform(hit.Random[l], r.Float64())) {
				continue
			}
			if elapsed, fires := n.law.escape(&st.leg, d1, d2, &r); fires {
				b.spikes = append(b.spikes, Spike{Time: st.start + elapsed, Neuron: id})
				b.v[index] = b.restart(n, st, id, 0, elapsed+n.law.wait(&r), drift, &r)
			}
		}
	}
	if b.absent.held > 0 {
		b.welcome(n, st, drift, 0)
	}
}

// escaping returns who of those above V_F at the end of a step of length h fires there.
func (s *session) escaping(h float64) (fired []stander) {
	key := s.key.Step(s.substeps)
	s.substeps++
	for _, one := range s.above(s.law.Threshold, -1) {
		r := key.Stream(one.neuron)
		if r.Float64() < -math.Expm1(-h/s.law.Firing.Epsilon) {
			fired = append(fired, one)
		}
	}
	return fired
}

// release fires neurons at time t, apart from any cascade.
func (s *session) release(t float64, fired []stander) {
	kicks := s.kick * float64(len(fired))
	s.leave(t, fired, make([]float64, len(fired)), kicks, -1)
	s.record(t, fired, make([]uint16, len(fired)), 0)
}
