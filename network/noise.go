package network

import "math"

// window is the measurement of a rate N(t) that noise follows. Two filters in series,
// E₁′ = (N − E₁)/w and E₂′ = (E₁ − E₂)/w, lag behind by w and 2w; the straight line through
// them, E₁ + (1 + s/w)(E₁ − E₂), tells the rate at a time s ahead without lag: its error is
// −w²N″ + O(w³) at s = 0 and its variance 5/4 times that of a count over w.
type window struct{ width, first, second float64 }

// pass lets a time h go by without a spike.
func (w *window) pass(h float64) {
	keep := math.Exp(-h / w.width)
	w.second = (w.second + w.first*h/w.width) * keep
	w.first *= keep
}

// count takes in a fraction of the network that fired some time ago.
func (w *window) count(fraction, ago float64) {
	now := fraction / w.width * math.Exp(-ago/w.width)
	w.first += now
	w.second += now * ago / w.width
}

// rate returns the rate at a time ahead, at least 0.
func (w *window) rate(ahead float64) float64 {
	return max(0, w.first+(1+ahead/w.width)*(w.first-w.second))
}

// temper sets the diffusion a0 + a1·N̂ of a step of length h from t, N̂ the rate that is measured
// for its middle. With a delay the rate is that of the spikes that arrive, which are known: late
// holds when they do so in the step. Spike by spike the rate is that at its start.
func (s *session) temper(t, h float64, late []float64) {
	if s.law.A1 == 0 {
		return
	}
	ahead := h / 2
	if s.config.Scheme == Event {
		ahead = 0
	} else if s.lag > 0 {
		ahead = -h / 2
		s.gauge.pass(h)
		for _, at := range late {
			s.gauge.count(1/float64(s.config.N), min(h, t+h-at))
		}
	}
	s.law.diffusion = s.law.Diffusion(s.gauge.rate(ahead))
}

// elapse takes in a step of length h from t with its spikes so far, unless temper did.
func (s *session) elapse(t, h float64) {
	if s.law.A1 == 0 || s.lag > 0 {
		return
	}
	s.gauge.pass(h)
	if s.ranks != nil {
		for _, at := range s.gatherTimes() {
			s.gauge.count(1/float64(s.config.N), t+h-at)
		}
		return
	}
	for i := range s.blocks {
		for _, spike := range s.blocks[i].spikes {
			s.gauge.count(1/float64(s.config.N), t+h-spike.Time)
		}
	}
}

// heed takes in spikes at one instant; arriving says whether they arrive then, or leave.
func (s *session) heed(spikes int, arriving bool) {
	if s.law.A1 != 0 && arriving == (s.lag > 0) {
		s.gauge.count(float64(spikes)/float64(s.config.N), 0)
	}
}
