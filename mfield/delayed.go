package mfield

import (
	"math"

	"lapicque/neuron"
)

// With a transmission delay d > 0 the drift b N(t − d) and the noise a1 N(t − d) are known
// functions of time on every step of length ≤ d (the method of steps), and so is what returns after a
// fixed refractory time. Where every connection has a delay there is no blow-up (Cáceres, Roux, Salort and Schneider 2019).

// checkDelay returns the faults of the delay and of what it cannot be with.
func (e NNLIF) checkDelay() (fs neuron.Faults) {
	fs.Add(finite(e.Delay) && e.Delay >= 0, "coupling.delay", e.Delay, "a finite number ≥ 0")
	fs.Add(finite(e.Past) && e.Past >= 0, "coupling.past", e.Past, "a finite rate ≥ 0")
	fs.Add(e.Past == 0 || e.Delay > 0, "coupling.past", e.Past, "0 without a delay: nothing of the past arrives")
	return fs
}

// histories calls f for each activity that is kept, with the population that fires it and the one that receives it.
func (s *finiteVolumes) histories(f func(a *neuron.Activity, sender int, receiver *pool, link *channel)) {
	for _, p := range s.pools {
		for i := range p.late {
			f(p.late[i].activity, p.late[i].from, p, &p.late[i])
		}
		if p.returns != nil {
			f(p.returns, p.index, p, nil)
		}
	}
}

// mark notes the present as a time at which rates are not smooth.
func (s *finiteVolumes) mark(m neuron.Mark) {
	s.histories(func(a *neuron.Activity, _ int, _ *pool, _ *channel) { a.Mark(m) })
}

func (s *finiteVolumes) markEnd(piece neuron.Piece) {
	s.histories(func(a *neuron.Activity, _ int, _ *pool, _ *channel) { a.MarkEnd(piece) })
}

// impulse notes that a fraction of a population has fired at the present instant.
func (s *finiteVolumes) impulse(sender int, fraction float64) {
	if fraction == 0 {
		return
	}
	s.histories(func(a *neuron.Activity, from int, _ *pool, _ *channel) {
		if from == sender {
			a.Mark(neuron.Mark{Time: s.time, Impulse: fraction})
		}
	})
}

// arrive begins a step and returns how far towards until it may go: no further than each delay, and
// not past a mark that arrives. Where one has arrived, the slopes of N jump, and the steps start again small; an impulse is a
// jump ahead at once.
func (s *finiteVolumes) arrive(until float64) float64 {
	links := 0
	s.histories(func(*neuron.Activity, int, *pool, *channel) { links++ })
	s.histories(func(a *neuron.Activity, sender int, receiver *pool, link *channel) {
		for a.Next() <= s.time {
			m := a.Arrive()
			if m.Impulse > 0 {
				s.strike(receiver, link, m.Impulse)
			}
			if s.stepped = false; m.Level < restarts {
				s.next = math.Min(s.next, s.shortest())
			}
			if link != nil && (links == 1 || m.Level < restarts) {
				s.mark(neuron.Mark{Time: s.time, Level: m.Level + 1})
			}
		}
		a.Begin(s.time)
		until = math.Min(until, math.Min(s.time+a.Delay(), a.Next()))
	})
	return until
}

// restarts is the number of passages through the network after which a step need not start small.
const restarts = 4

// strike lets an impulse arrive: a kick to all of a population, or the return of those who were refractory.
func (s *finiteVolumes) strike(p *pool, link *channel, fraction float64) {
	if s.ahead == nil {
		size := len(s.pools)
		s.ahead = &ahead{time: s.time, kicks: make([]float64, size), returning: make([]float64, size)}
	}
	if link == nil {
		s.ahead.returning[p.index] += fraction
	} else {
		s.ahead.kicks[p.index] += link.b * fraction
	}
}

// remember adds the rates of the last step to the histories.
func (s *finiteVolumes) remember() {
	for _, p := range s.pools {
		if p.returns != nil {
			p.remember(p.returns, s.time)
		}
		for i := range p.late {
			s.pools[p.late[i].from].remember(p.late[i].activity, s.time)
		}
	}
}

// sink returns how far below I/leak delayed inhibition may push population k: in bursts that fire four times the
// steady rate (of a circuit: the rate of a sender alone), and no further than 40 standard deviations. The mesh has its cells down to there.
func (c Circuit) sink(k int) float64 {
	law, sum := c.Populations[k].Law, 0.0
	if law.Leak == 0 || !law.Input().Constant() {
		return 0
	}
	for q, b := range c.B[k] {
		if c.Lag(k, q) == 0 || b >= 0 {
			continue
		}
		alone := NNLIF{Law: c.Populations[q].Law, Rule: neuron.Hard}
		alone.Law.Refractory, alone.Law.Firing = neuron.Refractory{}, neuron.Firing{} // which only slow it down
		if len(c.Populations) == 1 {
			alone.B, alone.Delay = b, c.Lag(k, q)
		}
		if states, err := alone.steadyRates(); err == nil && len(states) > 0 {
			sum -= 4 * b * states[0] / law.Leak
		}
	}
	return math.Min(sum, 40*math.Sqrt(law.A0/law.Leak))
}
