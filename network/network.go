package network

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/exp/rand"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// Network is N neurons at a time. Make one with New. It is not safe for
// concurrent use; inside Run it uses Config.Workers goroutines.
type Network struct {
	*clock
	span
	config  Config
	law     law
	gauge   window  // of the rate, where noise follows it …
	lag     float64 // … after this delay
	kick    float64 // b/N, 0 with a delay: what a spike does at once
	coupled bool    // whether there are kicks at once, to it or from it
	axons   axons   // what it does later
	key     kernel.Key
	v       []float64 // potentials less offset, padded with −∞ to a multiple of kernel.Unit
	offset  float64   // what everybody is still to be shifted by
	blocks  []block
	workers []worker

	substeps  int64   // passes made so far: the step number of every random key
	last      int     // spikes of the last substep outside cascades …
	lastStep  float64 // … and its length
	prior     int     // of the substep before …
	priorStep float64 // … likewise
	started   bool
	cascades  uint64

	waited    float64 // by event: time between spikes, summed …
	stretches int64   // … over so many

	window  []float64 // workspace of close
	message []uint64  // workspace of what ranks tell each other …
	counts  []int64   // … likewise, of census
	report  Report
}

// block is a fixed part of the neurons with its own random stream.
type block struct {
	first      uint32
	v          []float64 // its part of Network.v, padding included
	size       int       // neurons in it
	lanes      kernel.Lanes
	candidates []candidate
	spikes     []Spike
	late       float64             // decayed kicks of repeated crossings, in units of b/N
	repeated   int                 // repeated crossings
	absent     calendar            // its refractory neurons
	runaway    bool                // a neuron fired more than maxCrossings times in the step
	above      int                 // neurons above the threshold …
	crowd      int                 // … and near it, these included …
	strip      [maxLevel + 2]int32 // … by level
}

// worker is the workspace of one goroutine.
type worker struct {
	scratch kernel.Scratch
	certain int       // its part of close
	open    []float64 // likewise
}

// Report counts what the engine had to do beside plain steps.
type Report struct {
	Dt         float64 // longest step: Config.Dt, or the delay where that is shorter
	Steps      int64   // passes over the network
	Halved     int64   // of these, shorter than asked for because kicks were strong
	Corrected  int64   // passes whose predicted kick was corrected at the close
	Correction float64 // mean absolute correction, in units of the noise of a step
	Overrun    int64   // passes whose kicks ran past what was foreseen, finished by an instant
}

// New returns the network at time 0. It returns neuron.Faults for a Config that
// does not validate.
func New(c Config) (*Network, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	_, own := newSpan(c.Ranks, c.N)
	c.Workers = min(c.Workers, max(1, blocks(own)))
	kick, axons := c.B/float64(c.N), axons{}
	if c.Delay > 0 {
		c.Dt = min(c.Dt, c.Delay)
		kick, axons.delay, axons.kick = 0, c.Delay, kick
	}
	crew := newCrew(c.Workers)
	defer crew.stop()
	n := build(c, newClock(c.Dt), crew)
	n.kick, n.axons, n.coupled, n.lag = kick, axons, kick != 0, c.Delay
	return n, nil
}

// blocks returns the number of blocks of size neurons.
func blocks(size int) int { return (size + kernel.Block - 1) / kernel.Block }

// build returns the neurons of a network at time 0, not yet connected.
func build(c Config, clock *clock, crew *crew) *Network {
	span, own := newSpan(c.Ranks, c.N)
	padded := (own + kernel.Unit - 1) / kernel.Unit * kernel.Unit
	n := &Network{
		clock:   clock,
		span:    span,
		config:  c,
		law:     newLaw(c.Law),
		key:     kernel.NewKey(c.Seed, c.Replica),
		v:       make([]float64, padded),
		blocks:  make([]block, blocks(own)),
		workers: make([]worker, c.Workers),
	}
	if n.gauge.width = c.RateWindow; c.RateWindow == 0 {
		n.gauge.width = c.Dt
	}
	for i := range n.blocks {
		lo := i * kernel.Block
		hi := min(lo+kernel.Block, padded)
		n.blocks[i] = block{first: uint32(span.first*kernel.Block + lo), v: n.v[lo:hi], size: min(own, hi) - lo}
	}
	crew.do(func(w int) {
		for i := range n.share(w) {
			n.blocks[i].start(c, uint64(span.first+i))
		}
	})
	return n
}

// start draws the initial potentials and keys the lanes.
func (b *block) start(c Config, index uint64) {
	b.lanes = kernel.NewLanes(c.Seed, c.Replica, index)
	seed := kernel.NewStream(uint64(kernel.NewKey(c.Seed, c.Replica)), math.MaxUint64, index)
	c.Initial.Sample(b.v[:b.size], rand.NewSource(seed.Uint64()))
	for i := b.size; i < len(b.v); i++ {
		b.v[i] = away
	}
	if r := c.Law.Refractory; r.Law != neuron.NoRefractory {
		b.absent = newCalendar(c.Dt, r.Tau)
	}
}

// share returns the blocks of a worker: contiguous, so that memory stays local.
func (n *Network) share(w int) func(func(int) bool) {
	lo, hi := w*len(n.blocks)/n.config.Workers, (w+1)*len(n.blocks)/n.config.Workers
	return func(yield func(int) bool) {
		for i := lo; i < hi && yield(i); i++ {
		}
	}
}

// Report returns what the engine did so far.
func (n *Network) Report() Report {
	r := n.report
	r.Dt = n.config.Dt
	if r.Corrected > 0 {
		r.Correction /= float64(r.Corrected)
	}
	return r
}

// Potentials copies the potentials of the neurons that are not refractory, in ascending
// order of the neurons, to dst, grown if needed: N − Refractory() values. Under ranks all
// call it; rank 0 gets them, the others nothing.
func (n *Network) Potentials(dst []float64) []float64 {
	if n.ranks != nil {
		return n.gatherPotentials(dst[:0])
	}
	dst = slices.Grow(dst[:0], n.config.N)
	for i := range n.config.N {
		if v := n.potential(i); v != away {
			dst = append(dst, v)
		}
	}
	return dst
}

// potential returns that of a neuron; this process holds all.
func (n *Network) potential(i int) float64 { return n.v[i] + n.offset }

// Run advances to the time until, exactly, and shows each step to the observers.
// Times that are whole multiples of Dt do not alter the trajectory, others
// shorten the step before them. It returns the context's error when cancelled
// (the network then stands at the end of a step of Dt), an observer's error, or
// an error when a potential is no longer a number. Under ranks all call it, with the
// same times; observers are those of rank 0, and an interruption of one rank is one of all.
func (n *Network) Run(ctx context.Context, until float64, observers ...Observer) error {
	s := n.open(observers, newCrew(n.config.Workers))
	defer s.crew.stop()
	if s.meet(); n.ranks != nil {
		ctx = consensus{ctx, n.ranks}
	}
	if err := s.begin(); err != nil {
		return err
	}
	if err := n.march(ctx, until, s); err != nil {
		return err
	}
	return s.check()
}

// check returns an error when the potentials are no longer numbers.
func (s *session) check() error {
	wrong := make([]stander, len(s.workers))
	s.crew.do(func(w int) {
		for k := range s.share(w) {
			b := &s.blocks[k]
			for i, v := range b.v[:b.size] {
				if x := v + s.offset; x-x != 0 && wrong[w].potential == 0 && !(v == away && s.law.rests()) { // NaN or infinite
					wrong[w] = stander{b.first + uint32(i), x}
				}
			}
		}
	})
	if s.ranks != nil {
		wrong = s.gatherStanding(slices.DeleteFunc(wrong, func(one stander) bool { return one.potential == 0 }))
	}
	for _, one := range wrong {
		if one.potential != 0 {
			return fmt.Errorf("network: the potential of neuron %d is %v at time %v", one.neuron, one.potential, s.Time())
		}
	}
	return nil
}
