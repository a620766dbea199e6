package conductance

import (
	"math"

	"lapicque/network"
	"lapicque/network/kernel"
)

// step holds what is common to all neurons in a step.
type step struct {
	start, h    float64
	decay       float64 // e^{−h/σ_E}
	shift       float64 // g_in (1 − decay) + decay·(offset of the last step)
	noise       float64 // standard deviation of the conductance at the end
	near        float64 // the bridge from g to g' touches 0 with probability exp(−near·g·g')
	variance    float64 // noise²
	offset      float64 // of the last step
	leak, drive float64 // g_L h, V_E h
	key         kernel.StepKey
}

// touch is the exponent from which on the bridge is taken not to touch 0: e^−28 of the draws are wrong.
const touch = 28

// step advances all neurons by h from t.
func (n *Network) step(t, h float64) {
	l := n.config.Law
	predicted := math.Max(0, 1.5*n.rate-0.5*n.before)
	input, a := l.Input(predicted)
	st := step{start: t, h: h, decay: math.Exp(-h / l.Tau), offset: n.offset, key: n.key.Step(n.passes)}
	n.passes++
	st.shift = input*(1-st.decay) + st.decay*n.offset
	st.variance = a * (1 - st.decay*st.decay)
	st.noise = math.Sqrt(st.variance)
	st.near = 2 * st.decay / st.variance
	st.leak, st.drive = l.Leak*h, l.Reversal*h
	n.each(func(w, k int) { n.blocks[k].advance(&st, n, &n.workers[w]) })
	count := 0
	for k := range n.blocks {
		count += len(n.blocks[k].spikes)
		n.runaway = n.runaway || n.blocks[k].runaway
	}
	n.before, n.rate = n.rate, float64(count)/(float64(n.config.N)*h)
	if n.passes == 1 {
		n.before = n.rate
	}
	n.offset = l.C * (n.rate - predicted) * (1 - st.decay)
	n.frame.Show(t, t+h, count)
}

// advance moves the neurons of a block.
func (b *block) advance(st *step, n *Network, scratch *kernel.Scratch) {
	b.spikes = b.spikes[:0]
	vF := n.config.Law.Threshold
	for lo := 0; lo < len(b.v); lo += kernel.Chunk {
		hi := min(lo+kernel.Chunk, len(b.v))
		z, _ := scratch.Draw(&b.lanes, hi-lo)
		v, g := b.v[lo:hi], b.g[lo:hi][:len(z)]
		for i, x := range v[:len(z)] {
			old := g[i]
			next := float64(st.decay*old) + st.shift + float64(st.noise*float64(z[i]))
			from := old + st.offset
			if st.near*from*next < touch {
				next = b.reflect(st, uint32(lo+i), from, next)
			}
			g[i] = next
			mean := float64(0.5*from) + float64(0.5*next)
			half := float64(0.5*mean)*st.h + float64(0.5*st.leak)
			end := (float64(x*(1-half)) + float64(mean*st.drive)) / (1 + half)
			v[i] = end
			if end >= vF {
				v[i] = b.fire(st, n, uint32(lo+i), x, end, from, next)
			}
		}
	}
}

// reflect returns the conductance at the end of a step whose bridge may touch 0: the Skorokhod reflection of the
// bridge, y + max(0, −min), its minimum drawn from its law. Between x ≥ 0 and y it is a Brownian bridge up to terms of
// higher order in h.
func (b *block) reflect(st *step, i uint32, x, y float64) float64 {
	if int(i) >= b.size {
		return math.Abs(y)
	}
	r := st.key.Stream(b.first + i)
	x = math.Max(0, x)
	d := y - x
	least := (x + y - math.Sqrt(d*d-2*st.variance*math.Log(r.Float64()))) / 2
	return y + math.Max(0, -least)
}

// mostSpikes bounds the spikes of one neuron in one step.
const mostSpikes = 1000

// fire returns the potential at the end of a step in which a neuron reaches V_F: from v to end without a spike, the
// conductance going from g to last.
func (b *block) fire(st *step, n *Network, i uint32, v, end, g, last float64) float64 {
	l := n.config.Law
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
		mean := (g + last) / 2
		half := h * (l.Leak + mean) / 2
		end = mean * l.Reversal * h / (1 + half)
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
