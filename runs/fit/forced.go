package fit

import (
	"math"

	"lapicque/neuron/membrane"
)

// forced follows a neuron that is made to fire at the recorded times: from each recorded spike on it has the history of the
// recorded neuron, and its own next spike is early or late. Unlike the spikes of a neuron that is left alone, these errors change smoothly
// with the parameters, so that they lead a search from afar.
type forced struct {
	model   membrane.Hybrid
	current []float64 // in the model's unit
	dt      float64
	held    bool // V rests after a spike
	returns bool // a spike changes V
	pause   float64
	y       []float64
	f, g, h []float64 // stages
}

// latest bounds the errors, in units of the scale at which they count half.
const latest = 5

// prediction is one minus the mean over the first spikes of a repeat of |e|/(|e| + width·δ), e being the error of the time of the
// model's next spike after each of them.
func (t *trial) prediction(c candidate, repeat int, width float64) float64 {
	s, train := t.forced(c), t.trains[repeat]
	train = train[:min(len(train), enough)]
	scale := width * t.delta
	sum, free, late, step := 0.0, 0.0, make([]float64, len(s.y)), 0
	for _, at := range train {
		end := min(int(at/t.dt+0.5), len(s.current))
		first, crossed := s.run(&step, end, free)
		if !crossed {
			copy(late, s.y)
			k := end
			if first, crossed = s.run(&k, min(end+int(latest*scale/t.dt)+1, len(s.current)), free); !crossed {
				first = at + latest*scale
			}
			copy(s.y, late)
		}
		e := math.Min(math.Abs(first-at), latest*scale)
		sum += e / (e + scale)
		s.model.Reset(s.y)
		free = at + s.pause
	}
	return 1 - sum/float64(len(train))
}

// forced returns the candidate before its first spike.
func (t *trial) forced(c candidate) *forced {
	c.feed(t.current, t.fed)
	n := len(c.model.Card().Variables)
	all := make([]float64, 4*n)
	s := &forced{model: c.model, current: t.fed, dt: t.dt, y: all[:n], f: all[n : 2*n], g: all[2*n : 3*n], h: all[3*n:]}
	s.pause, s.held = c.model.Refractory()
	c.rest(s.y)
	fired := make([]float64, n)
	copy(fired, s.y)
	c.model.Reset(fired)
	s.returns = fired[0] != s.y[0]
	return s
}

// run makes steps of Heun's scheme (order 2) up to a sample and returns when the threshold was first passed. From then on a potential that a spike would
// change is kept where it was.
func (s *forced) run(k *int, end int, free float64) (at float64, crossed bool) {
	before := s.model.Excess(s.y)
	for ; *k < end; *k++ {
		now := float64(*k) * s.dt
		rests := now < free && s.held || crossed && s.returns
		old := s.y[0]
		after := s.heun(s.current[*k], rests)
		if !crossed && now >= free && after >= 0 {
			at, crossed = now, true
			if before < 0 {
				at += s.dt * before / (before - after)
			}
			if s.returns {
				s.y[0] = old
			}
		}
		before = after
	}
	return at, crossed
}

// heun makes a step and returns the distance beyond the threshold after it. Where the first stage is already beyond, it ends there, with the other
// variables as they were.
func (s *forced) heun(current float64, rests bool) float64 {
	s.model.Slope(current, s.y, s.f)
	if rests {
		s.f[0] = 0
	}
	for i := range s.y {
		s.g[i] = s.y[i] + s.dt*s.f[i]
	}
	if excess := s.model.Excess(s.g); excess >= 0 && s.returns && !rests {
		return excess
	}
	s.model.Slope(current, s.g, s.h)
	if rests {
		s.h[0] = 0
	}
	for i := range s.y {
		s.y[i] += s.dt / 2 * (s.f[i] + s.h[i])
	}
	return s.model.Excess(s.y)
}
