package biophysical

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/exp/rand"

	"lapicque/network"
	"lapicque/network/kernel"
	"lapicque/neuron"
)

// blockSize is the number of neurons of a full block; it does not depend on the workers.
const blockSize = kernel.Chunk

// Network is N neurons at a time. Make one with New. It is not safe for concurrent use; inside Run it uses
// Config.Workers goroutines, and its bits do not depend on how many.
type Network struct {
	config  Config
	current neuron.Current
	scheme  scheme
	level   level
	blocks  []block
	workers []worker

	grid        network.Grid
	passes      int64   // steps, of any length
	step        step    // the last one
	conductance float64 // g, now
	frame       network.Frame
}

// block is a fixed part of the neurons with its own random stream.
type block struct {
	first  uint32
	size   int         // neurons; y is padded beyond
	y      [][]float64 // one slice a variable, the potential first and still without the offset
	armed  []bool      // whether the next passage of the level is a spike
	lanes  kernel.Lanes
	spikes []network.Spike
	lost   bool // a state that is no number any more
}

// worker is the workspace of a goroutine.
type worker struct {
	scratch, second kernel.Scratch
	y, stage, f, g  []float64
}

// level says what a spike is.
type level struct{ spike, rearm, floor, ceiling float64 }

// New returns the network at time 0, or neuron.Faults.
func New(c Config) (*Network, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	card := c.Law.Card()
	n := &Network{config: c, grid: network.Grid{Dt: c.Dt}, current: c.Current, scheme: newScheme(c)}
	if n.current == nil {
		n.current = neuron.Constant(0)
	}
	n.level = newLevel(card.Spike, card.Variables[0].Scale)
	n.blocks = make([]block, (c.N+blockSize-1)/blockSize)
	n.config.Workers = min(c.Workers, len(n.blocks))
	n.workers = make([]worker, n.config.Workers)
	d := len(card.Variables)
	for i := range n.workers {
		w := &n.workers[i]
		w.y, w.stage, w.f, w.g = make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d)
	}
	n.frame = network.NewFrame(n)
	network.Each(n.config.Workers, len(n.blocks), func(w, k int) { n.start(&n.blocks[k], &n.workers[w], k) })
	return n, nil
}

// newLevel returns the levels of a law: a passage counts after the potential has been a tenth of a spike below it, and
// a potential a thousand spikes away is lost.
func newLevel(spike, height float64) level {
	return level{spike, spike - height/10, spike - 1000*height, spike + 1000*height}
}

// start draws the state of block k at time 0.
func (n *Network) start(b *block, w *worker, k int) {
	c := n.config
	b.first, b.size = uint32(k*blockSize), min(blockSize, c.N-k*blockSize)
	padded := (b.size + kernel.Unit - 1) / kernel.Unit * kernel.Unit
	b.lanes = kernel.NewLanes(c.Seed, c.Replica, uint64(k))
	b.armed = make([]bool, padded)
	b.y = make([][]float64, len(w.y))
	for j := range b.y {
		b.y[j] = make([]float64, padded)
	}
	stream := kernel.NewStream(uint64(kernel.NewKey(c.Seed, c.Replica)), math.MaxUint64, uint64(k))
	c.Initial.Sample(b.y[0], rand.NewSource(stream.Uint64()))
	for i, v := range b.y[0] {
		c.Law.Clamp(v, w.y)
		for j := range b.y {
			b.y[j][i] = w.y[j]
		}
		b.armed[i] = v < n.level.spike
	}
}

// Time returns the current time.
func (n *Network) Time() float64 { return n.grid.Time() }

// Report returns what was done so far: the number of steps.
func (n *Network) Report() network.Report {
	return network.Report{Dt: n.config.Dt, Steps: n.passes}
}

// Conductance returns the synaptic conductance g of every neuron.
func (n *Network) Conductance() float64 { return n.conductance }

// Variable copies variable j of all neurons to dst, grown if needed; 0 is the potential. The gates of the splitting are
// those half a step earlier.
func (n *Network) Variable(j int, dst []float64) []float64 {
	dst = slices.Grow(dst[:0], n.config.N)
	shift := 0.0
	if j == 0 {
		shift = n.step.excess
	}
	for k := range n.blocks {
		for _, x := range n.blocks[k].y[j][:n.blocks[k].size] {
			dst = append(dst, x+shift)
		}
	}
	return dst
}

// Size returns N.
func (n *Network) Size() int { return n.config.N }

// Potential returns the potential of neuron i.
func (n *Network) Potential(i int) float64 {
	return n.blocks[i/blockSize].y[0][i%blockSize] + n.step.excess
}

// Parts returns the number of blocks.
func (n *Network) Parts() int { return len(n.blocks) }

// Part returns the spikes of a block in the last step.
func (n *Network) Part(k int) []network.Spike { return n.blocks[k].spikes }

// Run advances to the time until, exactly, and shows each step to the observers. It returns the context's error when
// cancelled, an observer's, or one when the step is too long for the law and its state is no number any more.
func (n *Network) Run(ctx context.Context, until float64, observers ...network.Observer) error {
	return n.grid.March(ctx, until, func(t, h float64) error {
		n.advance(t, h)
		n.passes++
		if slices.ContainsFunc(n.blocks, func(b block) bool { return b.lost }) {
			return fmt.Errorf("biophysical: a state leaves all bounds between %v and %v: a smaller dt is needed", t, t+h)
		}
		for _, o := range observers {
			if err := o.Observe(&n.frame); err != nil {
				return err
			}
		}
		return nil
	})
}
