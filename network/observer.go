package network

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Spike is one spike of the network.
type Spike struct {
	Time       float64
	Neuron     uint32
	Generation uint16 // within its cascade; 0 set it off
	Cascade    uint64 // 0: alone
}

// CascadeEvent is one instant at which neurons fired together because they
// kicked each other over the threshold.
type CascadeEvent struct {
	ID          uint64 // > 0, counted from 1 in each network
	Time        float64
	Size        int // neurons that fired
	Generations int // ≥ 2
}

// Observer sees the network after each step, in the goroutine that called Run.
// An error stops the run and is returned by Run.
type Observer interface {
	Observe(*Frame) error
}

// Frame is what an observer sees of a step. It, and all it returns, is valid
// only during the call and must not be changed.
type Frame struct {
	Start, End float64        // the step's interval
	Count      int            // spikes in it
	Cascades   []CascadeEvent // in it
	who        Crowd
	sorted     []Spike
	loose      []Spike // workspace of Spikes …
	ends       []int32 // … likewise
	ready      bool
}

// Crowd is the neurons that a frame shows, of a network of any model. Its spikes of the step are kept in parts.
type Crowd interface {
	Size() int               // neurons
	Potential(i int) float64 // of neuron i at the end of the step, NaN where it has none
	Parts() int
	Part(k int) []Spike // in any order; belongs to the network
}

// NewFrame returns a frame of a crowd, for the engine of a model; Show makes it that of a step.
func NewFrame(c Crowd) Frame { return Frame{who: c} }

// Show makes the frame that of a step with count spikes.
func (f *Frame) Show(start, end float64, count int) {
	f.Start, f.End, f.Count, f.ready = start, end, count, false
}

// Spikes returns the spikes of the step, ascending in time, ties by neuron and
// within a cascade by rank.
func (f *Frame) Spikes() []Spike {
	if f.ready {
		return f.sorted
	}
	f.ready = true
	f.loose = f.loose[:0]
	for k := range f.who.Parts() {
		f.loose = append(f.loose, f.who.Part(k)...)
	}
	f.distribute()
	return f.sorted
}

// distribute fills sorted from loose: times are spread over the step, so each spike is
// put into one of as many slots as there are spikes, and every slot sorted by itself.
func (f *Frame) distribute() {
	n := len(f.loose)
	f.sorted = slices.Grow(f.sorted[:0], n)[:n]
	f.ends = slices.Grow(f.ends[:0], n+1)[:n+1]
	clear(f.ends)
	slots := float64(n) / (f.End - f.Start)
	slot := func(s *Spike) int {
		x := (s.Time - f.Start) * slots
		if !(x > 0) {
			return 0
		}
		return int(min(x, float64(n-1)))
	}
	for i := range f.loose {
		f.ends[slot(&f.loose[i])+1]++
	}
	for k := range n {
		f.ends[k+1] += f.ends[k]
	}
	for i := range f.loose {
		at := &f.ends[slot(&f.loose[i])] // the slot's beginning, moved to its end
		f.sorted[*at] = f.loose[i]
		*at++
	}
	from := int32(0)
	for _, to := range f.ends[:n] {
		if to > from+1 {
			slices.SortFunc(f.sorted[from:to], earlier)
		}
		from = to
	}
}

// earlier orders spikes by time, within a cascade by generation, then by neuron.
func earlier(a, b Spike) int {
	if c := cmp.Compare(a.Time, b.Time); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Generation, b.Generation); c != 0 {
		return c
	}
	return cmp.Compare(a.Neuron, b.Neuron)
}

// N returns the number of neurons.
func (f *Frame) N() int { return f.who.Size() }

// Potential returns the potential of neuron i at the end of the step, NaN while it is refractory.
func (f *Frame) Potential(i int) float64 { return f.who.Potential(i) }

// Potentials copies the potentials at the end of the step of the neurons that have one, in ascending order of the neurons, to
// dst, grown if needed.
func (f *Frame) Potentials(dst []float64) []float64 {
	if all, ok := f.who.(interface{ Potentials([]float64) []float64 }); ok {
		return all.Potentials(dst)
	}
	dst = dst[:0]
	for i := range f.N() {
		if v := f.Potential(i); !math.IsNaN(v) {
			dst = append(dst, v)
		}
	}
	return dst
}

// crowd shows a Network.
type crowd struct{ *Network }

// Size returns N.
func (c crowd) Size() int { return c.config.N }

// Potential returns the potential of neuron i, NaN while it is refractory.
func (c crowd) Potential(i int) float64 {
	if v := c.potential(i); v != away {
		return v
	}
	return math.NaN()
}

// Parts returns the number of blocks.
func (c crowd) Parts() int { return len(c.blocks) }

// Part returns the spikes of a block.
func (c crowd) Part(k int) []Spike { return c.blocks[k].spikes }

// Counter counts spikes in bins of time.
type Counter struct {
	edges  []float64
	Counts []int64 // Counts[k] spikes in [edges[k], edges[k+1])
}

// NewCounter returns a counter for the bins between edges, ascending, which it keeps.
func NewCounter(edges []float64) *Counter {
	return &Counter{edges: edges, Counts: make([]int64, max(0, len(edges)-1))}
}

// Observe adds the step's spikes; times are looked at only where an edge cuts the step.
func (c *Counter) Observe(f *Frame) error {
	if f.Count == 0 || len(c.Counts) == 0 {
		return nil
	}
	// k is the bin that holds Start, −1 before the first edge.
	k := sort.Search(len(c.edges), func(i int) bool { return c.edges[i] > f.Start }) - 1
	if k == len(c.Counts) || k < 0 && f.End < c.edges[0] {
		return nil
	}
	if k >= 0 && f.End < c.edges[k+1] {
		c.Counts[k] += int64(f.Count)
		return nil
	}
	for part := range f.who.Parts() {
		for _, s := range f.who.Part(part) {
			at := k
			for at+1 < len(c.edges) && s.Time >= c.edges[at+1] {
				at++
			}
			if at >= 0 && at < len(c.Counts) {
				c.Counts[at]++
			}
		}
	}
	return nil
}

// Raster hands the spikes of the neurons below Neurons, at times in [From, To),
// to Sink, step by step. The slice is reused.
type Raster struct {
	Neurons  int
	From, To float64
	Sink     func([]Spike) error
	chosen   []Spike
}

// Observe selects and hands on.
func (r *Raster) Observe(f *Frame) error {
	if f.Count == 0 || f.End < r.From || f.Start >= r.To {
		return nil
	}
	r.chosen = r.chosen[:0]
	for _, s := range f.Spikes() {
		if int(s.Neuron) < r.Neurons && s.Time >= r.From && s.Time < r.To {
			r.chosen = append(r.chosen, s)
		}
	}
	if len(r.chosen) == 0 {
		return nil
	}
	return r.Sink(r.chosen)
}

// CascadeLog collects cascades.
type CascadeLog struct{ Events []CascadeEvent }

// Observe appends the step's cascades.
func (l *CascadeLog) Observe(f *Frame) error {
	l.Events = append(l.Events, f.Cascades...)
	return nil
}
