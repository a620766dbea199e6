package network

import (
	"math"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// fire restarts the candidates of a block that fire: the time of the crossing is
// drawn, and the rest of the step continued from V_R, where the neuron may cross
// again. before is the offset that the start potentials were stored with.
func (b *block) fire(n *Network, st *step, before float64) {
	others := float64(st.fired - 1)
	shift := float64(st.spread*others) - st.predicted + st.foreign
	drift := st.drift(n, others)
	for k := range b.candidates {
		c := &b.candidates[k]
		if c.kappa > st.cut {
			continue
		}
		id := b.first + c.index
		r := st.key.Stream(id)
		r.Float64() // the draw that list used
		u := st.hitting(st.threshold-(c.start+before), st.threshold-(c.end+shift), &r)
		elapsed := n.law.time(&st.leg, u)
		b.spikes = append(b.spikes, Spike{Time: st.start + elapsed, Neuron: id})
		elapsed += n.law.wait(&r)
		b.v[c.index] = b.restart(n, st, id, u, elapsed, drift, &r) - n.offset
	}
	if b.absent.held > 0 {
		b.welcome(n, st, st.drift(n, float64(st.fired)), n.offset)
	}
}

// maxCrossings bounds the spikes of one neuron in one step; beyond it the step is
// too long for the law, or the law no model of a neuron.
const maxCrossings = 1000

// drift is what kicks add to a neuron that restarts in the step, per unit of time.
func (st *step) drift(n *Network, others float64) float64 {
	drift := st.kick*others/st.h + st.foreign/st.relaxed
	if n.config.Rule == neuron.Hard && n.law.bounces && st.spread*others+st.foreign > st.noise {
		drift = 0 // a step of macroscopic kicks: under Hard none reaches those who fire in it
	}
	return drift + st.arrived/st.relaxed
}

// restart returns the potential at the end of the step of a neuron that goes on from V_R
// after elapsed, when the step's clock showed u: kicks by the others go on as a drift, its
// own kick it takes at once (but under Hard, where it restarts exactly at V_R, and where it
// was refractory meanwhile; one that escaped takes it with all others). It is away when it is
// refractory at the end.
func (b *block) restart(n *Network, st *step, id uint32, u, elapsed, drift float64, r *kernel.Stream) float64 {
	from := n.law.Reset
	if n.config.Rule != neuron.Hard && n.law.bounces {
		from += st.kick
	}
	whole, g, crossings := st.leg, leg{}, 0
	for n.law.rest(&g, &whole, u, elapsed, st.curvature) {
		at := st.start + (st.h - g.h)
		word := r.Uint64()
		end := float64(g.decay*from) + n.law.filtered(&g, at) + float64(drift*g.relaxed) +
			float64(g.noise*float64(kernel.Normal(uint32(word>>32))))
		d1, d2 := g.threshold-from, g.threshold-end
		if near := g.near * d1 * d2; d1 > 0 && (near > kernel.Bound(word) || near > -math.Log(kernel.Uniform(word, r.Float64()))) {
			return end
		}
		if n.law.Firing.Escapes() {
			var fires bool
			if elapsed, fires = n.law.escape(&g, d1, d2, r); !fires {
				return end
			}
		} else {
			u = g.hitting(d1, d2, r)
			elapsed = n.law.time(&g, u)
			b.repeated++
			b.late += math.Exp(-n.law.Leak * (g.h - elapsed))
		}
		whole = g
		b.spikes = append(b.spikes, Spike{Time: at + elapsed, Neuron: id})
		elapsed += n.law.wait(r)
		from = n.law.Reset
		if crossings++; crossings > maxCrossings {
			b.runaway = true
			break
		}
	}
	if n.law.rests() {
		b.absent.add(absence{id - b.first, st.start + (st.h - whole.h) + elapsed})
		return away
	}
	return from
}
