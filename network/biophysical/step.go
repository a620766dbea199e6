package biophysical

import (
	"math"

	"lapicque/network"
	"lapicque/neuron/membrane"
)

// step is what all neurons share in a step, and what the step leaves for the next.
//
// The spikes of a step are known only after it. Those of the last step are taken to go on at the same rate: pulses then
// act as a drift, the conductance as its mean. What the pulses were beyond that is added to every potential at
// the end, so that each spike moves them by J/N in all and, on average over its place in the step, without delay. With
// rates that are smooth in time the error is of second order.
type step struct {
	start, h        float64
	offset          float64 // what the last step was in excess, added to every potential first
	push            float64 // the drift of the pulses foreseen
	current         float64 // mean of I + g E
	conductance     float64 // mean of g
	noise, recovery float64 // standard deviations over the step
	last            float64 // length of the step before, 0 for the first
	rate            float64 // spikes per neuron and time, measured
	excess          float64 // offset of the next step
}

// scheme moves a block by a step. prepare is called before, once for all blocks.
type scheme interface {
	prepare(*step)
	advance(*block, *worker, *step, level)
}

func newScheme(c Config) scheme {
	if h, ok := c.Law.(*membrane.HodgkinHuxley); ok && c.Scheme == Fastest {
		return newSplitting(*h, c.Dt)
	}
	return heun{c.Law}
}

// advance moves all neurons by h from t.
func (n *Network) advance(t, h float64) {
	c, s := n.config.Coupling, &n.step
	before := *s
	*s = step{start: t, h: h, offset: before.excess, push: c.Pulse * before.rate, last: before.h}
	root := math.Sqrt(h)
	s.noise, s.recovery = n.config.Noise*root, n.config.Recovery*root
	s.current = n.current.Filtered(0, t, h) / h
	if c.Conductance > 0 {
		part := -c.Decay * math.Expm1(-h/c.Decay) // ∫ of e^{−t/τ}
		s.conductance = (n.conductance*part + c.Conductance*before.rate*c.Decay*(h-part)) / h
		s.current += s.conductance * c.Reversal
	}
	n.scheme.prepare(s)
	network.Each(n.config.Workers, len(n.blocks), func(w, k int) {
		n.blocks[k].spikes = n.blocks[k].spikes[:0]
		n.scheme.advance(&n.blocks[k], &n.workers[w], s, n.level)
	})
	n.collect(h)
}

// collect counts the spikes of the step and passes them on.
func (n *Network) collect(h float64) {
	c, s := n.config.Coupling, &n.step
	end, size := s.start+h, float64(n.config.N)
	count, echo := 0, 0.0
	for k := range n.blocks {
		spikes := n.blocks[k].spikes
		count += len(spikes)
		if c.Conductance > 0 {
			for i := range spikes {
				echo += math.Exp((spikes[i].Time - end) / c.Decay)
			}
		}
	}
	if c.Conductance > 0 {
		n.conductance = n.conductance*math.Exp(-h/c.Decay) + c.Conductance*echo/size
	}
	s.rate = float64(count) / (size * h)
	s.excess = c.Pulse*float64(count)/size - s.push*h
	n.frame.Show(s.start, end, count)
}

// note looks at a neuron that ends the step outside the range from the floor to the level of rearming, from x at its start to
// y. The time of a spike is interpolated linearly, with an error of second order.
func (b *block) note(s *step, l level, i int, x, y float64) {
	if !(y > l.floor && y < l.ceiling) {
		b.lost = b.lost || i < b.size
		return
	}
	if y < l.spike || !b.armed[i] {
		return
	}
	b.armed[i] = false
	if i >= b.size {
		return
	}
	part := 0.0
	if x < l.spike {
		part = (l.spike - x) / (y - x)
	}
	b.spikes = append(b.spikes, network.Spike{Time: s.start + part*s.h, Neuron: b.first + uint32(i)})
}
