package renewal

import (
	"math"
	"slices"

	"golang.org/x/exp/rand"

	"lapicque/network"
	"lapicque/network/kernel"
	"lapicque/neuron"
)

// block is a fixed part of the neurons with its own random stream.
type block struct {
	first  uint32
	born   []float64 // time of the last spike
	next   []float64 // time of the next candidate for a spike
	spikes []network.Spike
	lanes  kernel.Lanes
	words  [64]uint64
	batch  [256]uint64
	due    [kernel.Block]uint32
	used   int
	seen   float64 // Σ e^{(spike − end of the cell)/d} over the cell
}

// start draws the ages and the first candidates.
func (b *block) start(c Config, envelope neuron.Interval, index uint64) {
	b.lanes, b.used = kernel.NewLanes(c.Seed, c.Replica, index), len(b.words)
	seed := kernel.NewStream(uint64(kernel.NewKey(c.Seed, c.Replica)), math.MaxUint64, index)
	c.Initial.Sample(b.born, rand.NewSource(seed.Uint64()))
	for i, age := range b.born {
		b.born[i] = -max(0, age)
		b.next[i] = b.born[i] + envelope.Age(envelope.Spent(-b.born[i])+b.exponential())
	}
}

// word returns 64 random bits.
func (b *block) word() uint64 {
	if b.used == len(b.words) {
		b.lanes.Fill(b.words[:])
		b.used = 0
	}
	b.used++
	return b.words[b.used-1]
}

// uniform returns a uniform in (0, 1).
func (b *block) uniform() float64 { return (float64(b.word()>>11) + 0.5) * 0x1p-53 }

// advance fires all spikes of the block up to a time inside the cell.
func (b *block) advance(c *cell, until float64) {
	b.spikes = b.spikes[:0]
	due := b.due[:len(b.next)]
	n := 0
	for i, next := range b.next { // without a branch: whether a neuron is due cannot be foreseen
		due[n] = uint32(i)
		if next <= until {
			n++
		}
	}
	if c.free && c.sharp {
		for n > 0 {
			n = b.renew(c, due[:n], until)
		}
	} else {
		for _, i := range due[:n] {
			b.next[i] = b.thin(c, i, b.next[i], until)
		}
	}
	if c.decay > 0 {
		for _, s := range b.spikes {
			b.seen += math.Exp((s.Time - c.end) / c.decay)
		}
	}
}

// renew fires one spike of each neuron that is due, whose hazard is the step of the envelope, so that each candidate is a spike.
// It moves those who are still due to the front of due and returns their number.
func (b *block) renew(c *cell, due []uint32, until float64) (left int) {
	at := len(b.spikes)
	b.spikes = slices.Grow(b.spikes, len(due))[:at+len(due)]
	spikes := b.spikes[at:]
	silence, scale := c.silence, c.scale
	for lo := 0; lo < len(due); lo += len(b.batch) {
		part := due[lo:min(lo+len(b.batch), len(due))]
		b.lanes.Fill(b.batch[:(len(part)+kernel.Width-1)&^(kernel.Width-1)]) // what is left of them is not used
		for k, i := range part {
			t := b.next[i]
			spikes[lo+k] = network.Spike{Time: t, Neuron: b.first + i}
			b.born[i] = t
			w := b.batch[k]
			l := &ziggurat.layer[w&(layers-1)]
			place := float64(w >> 11)
			e := place * l.width
			if place >= l.sure {
				e = b.unsure(w)
			}
			t += silence + scale*e
			b.next[i] = t
			due[left] = i
			if t <= until {
				left++
			}
		}
	}
	return left
}

// thin fires the spikes of a neuron among its candidates, each with the ratio of its hazard to the envelope's.
func (b *block) thin(c *cell, i uint32, next, until float64) float64 {
	for next <= until {
		age := next - b.born[i]
		rate, most := c.law.Rate(age, c.input(next)), c.envelope.Rate(age)
		if c.free || rate >= most || b.uniform()*most < rate {
			b.spikes = append(b.spikes, network.Spike{Time: next, Neuron: b.first + i})
			b.born[i], age = next, 0
		}
		next = max(next, b.born[i]+c.envelope.Age(c.envelope.Spent(age)+b.exponential()))
	}
	return next
}

// exposed returns Σ L(t − born − σ): for a step the number of neurons born before t − σ.
func (b *block) exposed(law *neuron.ElapsedTime, t, sigma float64) (sum float64) {
	if law.Width == 0 {
		front, n := t-sigma, 0
		for _, born := range b.born {
			if born < front {
				n++
			}
		}
		return float64(n)
	}
	for _, born := range b.born {
		rise, _ := law.Rise(t - born - sigma)
		sum += rise
	}
	return sum
}
