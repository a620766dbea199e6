package renewal

import (
	"cmp"
	"slices"
	"sort"
)

// Spike is one spike of the network.
type Spike struct {
	Time   float64
	Neuron uint32
}

// Observer sees the network after each cell, in the goroutine that called Run. An error stops the run and is returned by Run.
type Observer interface {
	Observe(*Frame) error
}

// Frame is what an observer sees of a cell. It, and all it returns, is valid only during the call and must not be changed.
type Frame struct {
	Start, End float64 // the interval
	Count      int     // spikes in it
	Rate       float64 // intensity of the population at its start
	network    *Network
	sorted     []Spike
	ready      bool
}

func (f *Frame) begin() {
	f.Count, f.ready = 0, false
	for i := range f.network.blocks {
		f.Count += len(f.network.blocks[i].spikes)
	}
}

// N returns the number of neurons.
func (f *Frame) N() int { return f.network.config.N }

// Spikes returns the spikes, ascending in time, ties by neuron.
func (f *Frame) Spikes() []Spike {
	if f.ready {
		return f.sorted
	}
	f.ready, f.sorted = true, f.sorted[:0]
	for i := range f.network.blocks {
		f.sorted = append(f.sorted, f.network.blocks[i].spikes...)
	}
	slices.SortFunc(f.sorted, func(a, b Spike) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Neuron, b.Neuron))
	})
	return f.sorted
}

// Counter counts spikes in bins of time.
type Counter struct {
	edges  []float64
	Counts []int64 // Counts[k] spikes in [edges[k], edges[k+1])
}

// NewCounter returns a counter for the bins between edges, ascending, which it keeps.
func NewCounter(edges []float64) *Counter {
	return &Counter{edges: edges, Counts: make([]int64, max(0, len(edges)-1))}
}

// Observe adds the spikes of the cell.
func (c *Counter) Observe(f *Frame) error {
	if len(c.Counts) == 0 || f.Count == 0 {
		return nil
	}
	at := sort.Search(len(c.edges), func(i int) bool { return c.edges[i] > f.Start }) - 1
	if at >= 0 && at < len(c.Counts) && f.End < c.edges[at+1] {
		c.Counts[at] += int64(f.Count)
		return nil
	}
	for i := range f.network.blocks {
		for _, s := range f.network.blocks[i].spikes {
			if k := sort.Search(len(c.edges), func(i int) bool { return c.edges[i] > s.Time }) - 1; k >= 0 && k < len(c.Counts) {
				c.Counts[k]++
			}
		}
	}
	return nil
}

// Raster hands the spikes of the neurons below Neurons, at times in [From, To), to Sink, cell by cell. The slice is reused.
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
