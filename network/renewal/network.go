package renewal

import (
	"context"
	"math"
	"runtime"

	"lapicque/network"
	"lapicque/network/kernel"
	"lapicque/neuron"
)

// Network is N elapsed-time neurons at a time. Make one with New. It is not safe for concurrent use; inside Run it uses
// Config.Workers goroutines.
type Network struct {
	config Config
	bounds neuron.Elapsed
	blocks []block
	sums   []float64 // one a block
	dt     float64
	cells  int64 // of the grid, begun so far, less one
	cell   cell
	under  []intensities // of the cells of the last delay
	begun  float64       // X at the start of the cell, with an exponential delay
	time   float64
	rate   float64
	slope  float64 // of excess, as last seen
	jumps  []Jump
	frame  network.Frame
}

// New returns the network at time 0. It returns neuron.Faults for a Config that does not validate.
func New(c Config) (*Network, error) {
	bounds, err := c.bounds()
	if err != nil {
		return nil, err
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	count := (c.N + kernel.Block - 1) / kernel.Block
	c.Workers = min(c.Workers, count)
	n := &Network{config: c, bounds: bounds, blocks: make([]block, count), sums: make([]float64, count), dt: c.Dt, slope: 1}
	n.cell = cell{law: &n.config.Law, envelope: c.Law.Envelope(bounds), sharp: c.Law.Width == 0,
		free: c.Synapses.B == 0, silence: bounds.SigmaLow, scale: 1 / bounds.Rate}
	switch s := c.Synapses; s.Transmission {
	case neuron.Discrete:
		parts := math.Max(1, math.Ceil(s.Delay/c.Dt*(1-1e-12)))
		n.dt = s.Delay / parts
		n.under = make([]intensities, int(parts))
		for i := range n.under {
			n.under[i] = intensities{s.Past, s.Past}
		}
	case neuron.Distributed:
		n.cell.decay = s.Delay
	}
	network.Each(n.config.Workers, len(n.blocks), func(_, i int) {
		lo := i * kernel.Block
		size := min(c.N-lo, kernel.Block)
		b := &n.blocks[i]
		b.first, b.born, b.next = uint32(lo), make([]float64, size), make([]float64, size)
		b.start(c, n.cell.envelope, uint64(i))
	})
	n.frame = network.NewFrame(n)
	n.open()
	return n, nil
}

// grid returns the time at which a cell starts.
func (n *Network) grid(k int64) float64 { return float64(k) * n.dt }

// Time returns the current time.
func (n *Network) Time() float64 { return n.time }

// Rate returns the intensity of the population at the start of the present cell: (1/N) Σ r(s_i, X).
func (n *Network) Rate() float64 { return n.rate }

// Jumps returns a copy of the jumps of an instantaneous transmission so far.
func (n *Network) Jumps() []Jump { return append([]Jump(nil), n.jumps...) }

// Dt returns the cell of the time grid: Config.Dt, or the part of the delay next below it.
func (n *Network) Dt() float64 { return n.dt }

// Ages copies the ages of all neurons to dst, grown if needed.
func (n *Network) Ages(dst []float64) []float64 {
	dst = dst[:0]
	for i := range n.blocks {
		for _, born := range n.blocks[i].born {
			dst = append(dst, n.time-born)
		}
	}
	return dst
}

// count returns the spikes of the cell.
func (n *Network) count() (sum int) {
	for i := range n.blocks {
		sum += len(n.blocks[i].spikes)
	}
	return sum
}

// Size returns N.
func (n *Network) Size() int { return n.config.N }

// Potential returns the age of neuron i, which is this model's state.
func (n *Network) Potential(i int) float64 {
	return n.time - n.blocks[i/kernel.Block].born[i%kernel.Block]
}

// Parts returns the number of blocks.
func (n *Network) Parts() int { return len(n.blocks) }

// Part returns the spikes of a block in the last cell.
func (n *Network) Part(k int) []network.Spike { return n.blocks[k].spikes }

// Run advances to the time until, exactly, and shows each cell, or the part of it up to until, to the observers. It returns
// the context's error when cancelled, at the end of a cell, or an observer's error.
func (n *Network) Run(ctx context.Context, until float64, observers ...network.Observer) error {
	if math.IsNaN(until) || math.IsInf(until, 0) {
		panic("renewal: Run needs a finite time")
	}
	for n.time < until {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := math.Min(until, n.cell.end)
		if until-end < 1e-9*n.dt && until > end {
			until = end
		}
		network.Each(n.config.Workers, len(n.blocks), func(_, i int) { n.blocks[i].advance(&n.cell, end) })
		n.frame.Show(n.time, end, n.count())
		n.time = end
		if end == n.cell.end {
			n.cells++
			n.open()
		}
		for _, o := range observers {
			if err := o.Observe(&n.frame); err != nil {
				return err
			}
		}
	}
	return nil
}
