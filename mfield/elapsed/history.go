package elapsed

import (
	"math"
	"sort"
)

// history is N(t) up to the present: the polynomial of each step.
type history struct {
	past   float64 // N before time 0
	pieces []piece
}

// piece is N on one step, with the spikes per neuron before it.
type piece struct {
	start, end, fired float64
	shape             nodes
}

// find returns the piece that holds time t: at the end of one the next, or with left the one that ends.
func (h *history) find(t float64, left bool) *piece {
	near := 1.1 * least(t)
	if left {
		near = -near
	}
	i := sort.Search(len(h.pieces), func(i int) bool { return h.pieces[i].end > t+near })
	i = min(i, len(h.pieces)-1)
	if i < 0 || h.pieces[i].start > t+math.Abs(near) || i == 0 && left && t <= h.pieces[0].start+math.Abs(near) {
		return nil
	}
	return &h.pieces[i]
}

// rate returns N(t), at a jump the value after it, or with left the one before.
func (h *history) rate(t float64, left bool) float64 {
	p := h.find(t, left)
	if p == nil {
		return h.past
	}
	return math.Max(0, p.shape.value((t-p.start)/(p.end-p.start)))
}

// fired returns ∫_0^t N for a time t ≥ 0 that is still kept.
func (h *history) fired(t float64) float64 {
	p := h.find(t, false)
	if p == nil {
		return 0
	}
	return p.fired + (p.end-p.start)*p.shape.until((t-p.start)/(p.end-p.start))
}

// forget drops what lies before time t, when it is half of all; the first piece says where time began.
func (h *history) forget(t float64) {
	old := sort.Search(len(h.pieces), func(i int) bool { return h.pieces[i].end > t })
	if t > 0 && 2*old > len(h.pieces) {
		h.pieces = h.pieces[:copy(h.pieces, h.pieces[old:])]
	}
}
