package conductance

import (
	"math"
	"math/bits"

	"lapicque/network"
	"lapicque/network/kernel"
	"lapicque/neuron"
)

// step holds what is common to all neurons in a step.
type step struct {
	law      *neuron.Conductance
	start, h float64
	variance float64 // of the conductance at the end
	pass     kernel.Synaptic
	key      kernel.StepKey
}

// touch is the exponent from which on the bridge is taken not to touch 0: e^−28 of the draws are wrong.
const touch = 28

// step advances all neurons by h from t.
func (n *Network) step(t, h float64) {
	l := n.config.Law
	predicted := math.Max(0, 1.5*n.rate-0.5*n.before)
	input, a := l.Input(predicted)
	decay := math.Exp(-h / l.Tau)
	st := step{law: &n.config.Law, start: t, h: h, variance: a * (1 - decay*decay), key: n.key.Step(n.passes)}
	n.passes++
	st.pass = kernel.Synaptic{
		Decay: decay, Shift: input * (1 - decay), Noise: math.Sqrt(st.variance), Offset: n.offset,
		Slope: 0.25 * h, Leak: 0.5 * l.Leak * h, Drive: 0.5 * l.Reversal * h, Threshold: l.Threshold,
		Near: 2 * decay / st.variance, Touch: touch, // the bridge from g to g' touches 0 with probability exp(−Near·g·g')
	}
	network.Each(n.config.Workers, len(n.blocks), func(w, k int) { n.blocks[k].advance(&st, &n.workers[w]) })
	count := 0
	for k := range n.blocks {
		count += len(n.blocks[k].spikes)
		n.runaway = n.runaway || n.blocks[k].runaway
	}
	n.before, n.rate = n.rate, float64(count)/(float64(n.config.N)*h)
	if n.passes == 1 {
		n.before = n.rate
	}
	n.offset = l.C * (n.rate - predicted) * (1 - decay)
	n.frame.Show(t, t+h, count)
}

// sweep is the workspace of one goroutine.
type sweep struct {
	kernel.Scratch
	list [kernel.Chunk / kernel.Width]kernel.Listed
}

// advance moves the neurons of a block: all by the pass, and then those whose conductance may touch 0 or who reach
// V_F by themselves.
func (b *block) advance(st *step, w *sweep) {
	b.spikes = b.spikes[:0]
	for lo := 0; lo < len(b.v); lo += kernel.Chunk {
		hi := min(lo+kernel.Chunk, len(b.v))
		normals, _ := w.Draw(&b.lanes, hi-lo)
		for k := range st.pass.Run(b.v[lo:hi], b.g[lo:hi], normals, &w.list) {
			l := &w.list[k]
			for mask := l.Mask; mask != 0; mask &= mask - 1 {
				lane := bits.TrailingZeros32(mask)
				b.settle(st, uint32(lo+lane)+l.Base, l.V[lane], math.Max(0, l.G[lane]+st.pass.Offset))
			}
		}
	}
}

// settle corrects the end of the step of neuron i, which was at v and g.
func (b *block) settle(st *step, i uint32, v, g float64) {
	p := &st.pass
	next, end := b.g[i], b.v[i]
	if float64(p.Near*g)*next < p.Touch {
		if more := b.below(st, i, g, next); more > 0 {
			next += more
			end = st.midpoint(v, g, next, st.h)
		}
	}
	if end >= p.Threshold {
		end = b.fire(st, i, v, end, g, next)
	}
	b.g[i], b.v[i] = next, end
}

// midpoint returns the potential after h at the mean of two conductances, by the implicit midpoint rule.
func (st *step) midpoint(v, g, last, h float64) float64 {
	half := 0.25*h*(g+last) + 0.5*h*st.law.Leak
	return (v*(1-half) + 0.5*h*(g+last)*st.law.Reversal) / (1 + half)
}

// below returns by how much the bridge from g to next goes below 0, 0 where it does not: its minimum is drawn from its law. Between
// g ≥ 0 and next it is a Brownian bridge up to terms of higher order in h. Added to next it is Skorokhod's reflection.
func (b *block) below(st *step, i uint32, g, next float64) float64 {
	if int(i) >= b.size {
		return math.Max(0, -2*next)
	}
	r := st.key.Stream(b.first + i)
	u := r.Float64()
	if e := 2 * g * next / st.variance; e > 0 && u*(1+e+0.5*e*e) >= 1 {
		return 0 // u > exp(−e): the minimum is above 0
	}
	return math.Max(0, (math.Hypot(next-g, math.Sqrt(-2*st.variance*math.Log(u)))-g-next)/2)
}

// mostSpikes bounds the spikes of one neuron in one step.
const mostSpikes = 1000

// fire returns the potential at the end of a step in which a neuron reaches V_F: from v to end without a spike, the
// conductance going from g to last.
func (b *block) fire(st *step, i uint32, v, end, g, last float64) float64 {
	l := st.law
	at, h, inside := 0.0, st.h, int(i) < b.size
	for spikes := 0; ; spikes++ {
		rise := h * l.Velocity(v, g)
		x := crossing(rise, end-v-rise, l.Threshold-v)
		at += x * h
		if inside {
			b.spikes = append(b.spikes, network.Spike{Time: st.start + at, Neuron: b.first + i})
		}
		g += x * (last - g)
		v, h = 0, h*(1-x)
		end = st.midpoint(0, g, last, h)
		if end < l.Threshold || !(h > 0) {
			return end
		}
		if spikes == mostSpikes {
			b.runaway = true
			return 0
		}
	}
}

// crossing returns the x in [0, 1] at which rise·x + bend·x² first reaches height, which it does by x = 1.
func crossing(rise, bend, height float64) float64 {
	if height <= 0 {
		return 0
	}
	root := math.Sqrt(math.Max(0, rise*rise+4*bend*height))
	if x := 2 * height / (rise + root); x > 0 && x <= 1 {
		return x
	}
	return 1
}
