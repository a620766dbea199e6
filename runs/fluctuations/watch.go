package fluctuations

import (
	"math"
	"slices"
	"sort"

	"lapicque/compare"
	"lapicque/network"
)

// frame is what all replicas of a study share of a population: where values are measured from, and cells of values and intervals.
type frame struct {
	origin    float64   // of the state of a neuron
	edges     []float64 // of the cells of its state, inner ones
	intervals []float64 // edges of the histogram of intervals
}

// watch looks at one population of a replica from a time on.
type watch struct {
	frame
	n                  int
	from, last, width  float64 // last: an interval that begins later is not counted
	window             float64
	states, counted    compare.Pairs
	pairs              *compare.PairCells
	golomb             compare.Golomb
	looks, bins, panes int // times looked at, bins and windows closed

	values []float64
	inCell []int
	count  []int32 // spikes of each neuron in the open bin, of …
	active []uint32
	square int64
	total  int64

	pane, before []int32 // spikes of each neuron in the open window and the one before it
	fano         [2]struct{ sum, square, count float64 }

	spiked             []float64 // last spike of each neuron
	intervals, sum, sq float64
	histogram          []float64
	collected          *pilot // nil but for the pilot
	chi                float64
	settled            bool // whether there is a chi
}

func newWatch(f frame, n int, from, time, bin, window float64) *watch {
	w := &watch{frame: f, n: n, from: from, last: from + (1-margin)*time, width: bin, window: window, pairs: compare.NewPairCells(len(f.edges) + 1)}
	w.values, w.inCell = make([]float64, n), make([]int, len(f.edges)+1)
	w.count, w.pane, w.before = make([]int32, n), make([]int32, n), make([]int32, n)
	w.spiked = make([]float64, n)
	for i := range w.spiked {
		w.spiked[i] = math.NaN()
	}
	w.histogram = make([]float64, max(0, len(f.intervals)-1))
	return w
}

// Observe takes a step.
func (w *watch) Observe(f *network.Frame) error {
	if f.End <= w.from {
		return nil
	}
	if f.Count > 0 {
		for _, s := range f.Spikes() {
			if s.Time >= w.from {
				w.close(s.Time)
				w.spike(s)
			}
		}
	}
	w.close(f.End * (1 + 1e-12))
	if f.End*(1+1e-12) >= w.from+float64(w.looks+1)*w.width {
		w.look(f)
	}
	return nil
}

// close ends the bins and windows that end by a time.
func (w *watch) close(t float64) {
	for t >= w.from+float64(w.bins+1)*w.width {
		w.counted.Add(float64(w.total), float64(w.square), w.n)
		for _, i := range w.active {
			w.count[i] = 0
		}
		w.active, w.square, w.total = w.active[:0], 0, 0
		w.bins++
	}
	for t >= w.from+float64(w.panes+1)*w.window {
		w.panes++
		for i, c := range w.pane {
			w.fano[0].sum += float64(c)
			w.fano[0].square += float64(c) * float64(c)
			if w.panes%2 == 0 {
				both := float64(c + w.before[i])
				w.fano[1].sum += both
				w.fano[1].square += both * both
			}
		}
		w.fano[0].count += float64(w.n)
		if w.panes%2 == 0 {
			w.fano[1].count += float64(w.n)
		}
		w.pane, w.before = w.before, w.pane
		clear(w.pane)
	}
}

func (w *watch) spike(s network.Spike) {
	i := s.Neuron
	if w.count[i] == 0 {
		w.active = append(w.active, i)
	}
	w.square += 2*int64(w.count[i]) + 1
	w.count[i]++
	w.total++
	w.pane[i]++
	if before := w.spiked[i]; before < w.last { // NaN is not
		d := s.Time - before
		w.intervals++
		w.sum += d
		w.sq += d * d
		if k := sort.SearchFloat64s(w.frame.intervals, d); k > 0 && k <= len(w.histogram) {
			w.histogram[k-1]++
		}
		if w.collected != nil {
			w.collected.interval(d)
		}
	}
	w.spiked[i] = s.Time
}

// look takes the states.
func (w *watch) look(f *network.Frame) {
	w.looks++
	sum, squares, present := 0.0, 0.0, 0
	clear(w.inCell)
	for i := range w.values {
		x := f.Potential(i) - w.origin
		if w.values[i] = x; math.IsNaN(x) {
			continue
		}
		sum, squares, present = sum+x, squares+x*x, present+1
		k, _ := slices.BinarySearch(w.edges, x+w.origin)
		w.inCell[k]++
	}
	w.golomb.Add(w.n, func(i int) float64 { return w.values[i] })
	if present >= 2 {
		w.states.Add(sum, squares, present)
		w.pairs.Add(w.inCell)
	}
	if w.collected != nil {
		w.collected.look(w.values)
	}
}

// cv returns the coefficient of variation of the intervals.
func (w *watch) cv() (float64, bool) {
	if w.intervals < 2 {
		return 0, false
	}
	mean := w.sum / w.intervals
	return math.Sqrt(math.Max(0, w.sq/w.intervals-mean*mean)) / mean, true
}

// fanoLimit returns the Fano factor of a neuron in a long window: like the variance of the rate from windows L and 2L, the term in 1/L taken away.
func (w *watch) fanoLimit() (float64, bool) {
	var f [2]float64
	for k, x := range w.fano {
		if x.sum == 0 {
			return 0, false
		}
		mean := x.sum / x.count
		f[k] = (x.square/x.count - mean*mean) / mean
	}
	return 2*f[1] - f[0], true
}

// density returns the histogram of intervals as a density.
func (w *watch) density() ([]float64, bool) {
	if w.intervals == 0 {
		return nil, false
	}
	out := make([]float64, len(w.histogram))
	for k, c := range w.histogram {
		out[k] = c / w.intervals / (w.frame.intervals[k+1] - w.frame.intervals[k])
	}
	return out, true
}

// mostCollected bounds what a pilot keeps.
const mostCollected = 200_000

// pilot collects states and intervals of one replica, to choose frames by.
type pilot struct{ states, lengths []float64 }

func (p *pilot) interval(d float64) {
	if len(p.lengths) < mostCollected {
		p.lengths = append(p.lengths, d)
	}
}

func (p *pilot) look(values []float64) {
	for _, x := range values {
		if len(p.states) < mostCollected && !math.IsNaN(x) {
			p.states = append(p.states, x)
		}
	}
}

const intervalBins = 40

// frame returns the mean of the states as origin, cells that are visited alike, and bins of intervals, of one ratio, between their quantiles 0.002 and 0.998.
func (p *pilot) frame() (f frame) {
	slices.Sort(p.states)
	slices.Sort(p.lengths)
	if len(p.states) > 0 {
		f.origin, _ = compare.Moments(p.states)
		for k := 1; k < cells; k++ {
			f.edges = append(f.edges, p.states[k*len(p.states)/cells])
		}
		f.edges = slices.Compact(f.edges)
	}
	if len(p.lengths) > 0 {
		low, high := p.lengths[len(p.lengths)/500], p.lengths[len(p.lengths)*499/500]
		for k := 0; k <= intervalBins && low > 0 && high > low; k++ {
			f.intervals = append(f.intervals, low*math.Pow(high/low, float64(k)/intervalBins))
		}
	}
	return f
}
