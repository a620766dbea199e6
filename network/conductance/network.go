package conductance

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/network"
	"lapicque/network/kernel"
	"lapicque/neuron"
)

// Start is the law of a neuron at time 0: V uniform on an interval, g Gaussian, cut at 0, independent.
type Start struct{ FromV, ToV, MeanG, SpreadG float64 }

// Config fixes a network; all fields but Workers fix its trajectory.
type Config struct {
	N       int
	Law     neuron.Conductance
	Initial Start
	Dt      float64 // step; a fraction of σ_E and of the time between spikes
	Seed    uint64
	Replica uint64
	Workers int // goroutines; 0 means all cores
}

// Validate returns neuron.Faults that name every field out of range, or nil.
func (c Config) Validate() error {
	var fs neuron.Faults
	fs.Add(c.N >= 1 && c.N <= network.MaxNeurons, "particles.N", c.N, fmt.Sprintf("a number of neurons from 1 to %d", network.MaxNeurons))
	fs.Under("neuron", c.Law.Validate())
	a := c.Initial
	fs.Add(a.FromV >= 0 && a.FromV <= a.ToV && a.ToV <= c.Law.Threshold, "initial.v", fmt.Sprintf("%v to %v", a.FromV, a.ToV), "an interval inside 0 to V_F")
	fs.Add(a.SpreadG >= 0 && a.SpreadG-a.SpreadG == 0, "initial.g.spread", a.SpreadG, "a finite number ≥ 0")
	fs.Add(a.MeanG-a.MeanG == 0 && a.MeanG >= -5*a.SpreadG, "initial.g.mean", a.MeanG, "a finite number, not so negative that nothing is left above 0")
	fs.Add(c.Dt > 0 && !math.IsInf(c.Dt, 0) && !(c.Law.Tau > 0 && c.Dt > 2*c.Law.Tau), "particles.dt", c.Dt, fmt.Sprintf("a step > 0 and at most 2 σ_E = %v: its error is of second order in the ratio", 2*c.Law.Tau))
	fs.Add(c.Workers >= 0, "workers", c.Workers, "a number ≥ 0 (0: all cores)")
	return fs.Err()
}

// Network is N neurons at a time. Make one with New. It is not safe for concurrent use; inside Run it uses
// Config.Workers goroutines, and its bits do not depend on how many.
//
// In a step the conductance is an exact Ornstein–Uhlenbeck step, reflected at 0 by its minimum (Lépingle 1995), and
// the potential an implicit midpoint step with the mean of the conductances at its ends; a crossing of V_F is located
// on the parabola through the ends, and the rest of the step begins at 0. The weak order is 2. The spikes of a
// step act on g_in at the rate extrapolated from the two steps before; what they are beyond that is added to every
// conductance at its end.
type Network struct {
	config  Config
	blocks  []block
	workers []sweep
	key     kernel.Key

	grid         network.Grid
	passes       int64
	rate, before float64 // of the last two steps
	offset       float64 // what every conductance is still to be shifted by
	runaway      bool
	frame        network.Frame
}

// block is a fixed part of the neurons with its own random stream.
type block struct {
	first   uint32
	size    int
	v, g    []float64
	lanes   kernel.Lanes
	spikes  []network.Spike
	runaway bool
}

// New returns the network at time 0, or neuron.Faults.
func New(c Config) (*Network, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	n := &Network{config: c, grid: network.Grid{Dt: c.Dt}, key: kernel.NewKey(c.Seed, c.Replica)}
	n.blocks = make([]block, (c.N+kernel.Block-1)/kernel.Block)
	n.config.Workers = min(c.Workers, len(n.blocks))
	n.workers = make([]sweep, n.config.Workers)
	n.frame = network.NewFrame(n)
	network.Each(n.config.Workers, len(n.blocks), func(w, k int) {
		b := &n.blocks[k]
		b.first, b.size = uint32(k*kernel.Block), min(kernel.Block, c.N-k*kernel.Block)
		padded := (b.size + kernel.Unit - 1) / kernel.Unit * kernel.Unit
		b.v, b.g = make([]float64, padded), make([]float64, padded)
		b.lanes = kernel.NewLanes(c.Seed, c.Replica, uint64(k))
		b.start(c, kernel.NewStream(uint64(n.key), math.MaxUint64, uint64(k)))
	})
	return n, nil
}

// start draws the state at time 0.
func (b *block) start(c Config, stream kernel.Stream) {
	source := rand.NewSource(stream.Uint64())
	place := distuv.Uniform{Min: c.Initial.FromV, Max: c.Initial.ToV, Src: source}
	normal := distuv.Normal{Mu: c.Initial.MeanG, Sigma: c.Initial.SpreadG, Src: source}
	for i := range b.size {
		b.v[i] = c.Initial.FromV
		if c.Initial.ToV > c.Initial.FromV {
			b.v[i] = place.Rand()
		}
		for b.g[i] = -1; b.g[i] < 0; {
			b.g[i] = c.Initial.MeanG
			if c.Initial.SpreadG > 0 {
				b.g[i] = normal.Rand()
			}
		}
	}
}

// Time returns the current time.
func (n *Network) Time() float64 { return n.grid.Time() }

// State copies potentials and conductances, growing the slices if needed.
func (n *Network) State(v, g []float64) (potentials, conductances []float64) {
	v, g = slices.Grow(v[:0], n.config.N), slices.Grow(g[:0], n.config.N)
	for k := range n.blocks {
		b := &n.blocks[k]
		v = append(v, b.v[:b.size]...)
		for _, x := range b.g[:b.size] {
			g = append(g, math.Max(0, x+n.offset))
		}
	}
	return v, g
}

// Report returns what was done so far: the number of steps.
func (n *Network) Report() network.Report {
	return network.Report{Dt: n.config.Dt, Steps: n.passes}
}

// Size returns N.
func (n *Network) Size() int { return n.config.N }

// Potential returns the potential of neuron i.
func (n *Network) Potential(i int) float64 { return n.blocks[i/kernel.Block].v[i%kernel.Block] }

// Parts returns the number of blocks.
func (n *Network) Parts() int { return len(n.blocks) }

// Part returns the spikes of a block in the last step.
func (n *Network) Part(k int) []network.Spike { return n.blocks[k].spikes }

// Run advances to the time until, exactly, and shows each step to the observers. It returns the context's error
// when cancelled, an observer's, or one when the state is no longer a number.
func (n *Network) Run(ctx context.Context, until float64, observers ...network.Observer) error {
	return n.grid.March(ctx, until, func(t, h float64) error {
		n.step(t, h)
		if n.runaway {
			return fmt.Errorf("conductance: a neuron fires more than %d times between %v and %v: a smaller dt is needed", mostSpikes, t, t+h)
		}
		if !(math.Abs(n.rate) <= math.MaxFloat64) || n.offset-n.offset != 0 {
			return fmt.Errorf("conductance: the rate is %v at time %v", n.rate, t+h)
		}
		for _, o := range observers {
			if err := o.Observe(&n.frame); err != nil {
				return err
			}
		}
		return nil
	})
}
