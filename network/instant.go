package network

import (
	"math"

	"lapicque/neuron"
)

// instant plays the cascade of those who stand at or above the threshold at
// time t, and returns how many fired. trigger is the neuron whose spike, just
// before, set it off (−1: none); before is the number of spikes of the step so far.
func (s *session) instant(t float64, trigger int64, before int) int {
	order := s.standing(trigger)
	if len(order) == 0 {
		return 0
	}
	first := uint16(0)
	if trigger >= 0 {
		first = 1
	}
	generations := spread(order, first, s.law.Threshold, s.kick)
	order = order[:len(generations)]
	size := len(order)
	if trigger >= 0 {
		size++
	}
	recruits := trigger >= 0 || generations[len(generations)-1] > 0
	named := recruits && (len(order) >= before || s.step.resolved) // else the tail of an ordinary step
	var id uint64
	if named {
		s.cascades++
		id = s.cascades
		last := int(generations[len(generations)-1])
		s.frame.Cascades = append(s.frame.Cascades, CascadeEvent{id, t, size, last + 1})
	}
	since := make([]float64, len(order))
	for rank := range order {
		since[rank] = s.kick * float64(len(order)-rank)
	}
	s.leave(t, order, since, s.kick*float64(len(order)), trigger)
	s.record(t, order, generations, id)
	if named && trigger >= 0 {
		s.mark(trigger, t, id)
	}
	return len(order)
}

// leave moves everybody as the rule says at time t: kicks reach all by the offset, those who
// fired, in this order, are put where the rule leaves them, or are refractory from now on, or, if
// they escaped, at V_R; since[r] of the kicks come from the spike of order[r] on.
func (s *session) leave(t float64, order []stander, since []float64, kicks float64, trigger int64) {
	if s.law.rests() {
		s.offset += kicks
		s.park(order, t)
		return
	}
	targets := make([]float64, len(order))
	for rank, one := range order {
		if s.law.Firing.Escapes() {
			targets[rank] = s.law.Reset + kicks
			continue
		}
		targets[rank] = after(s.config.Rule, one.potential, kicks, since[rank], s.law.Threshold, s.law.Reset)
	}
	s.offset += kicks
	for rank, one := range order {
		if b := s.home(one.neuron); b != nil {
			b.v[one.neuron-b.first] = targets[rank] - s.offset
		}
	}
	if trigger >= 0 && s.config.Rule == neuron.Hard {
		if b := s.home(uint32(trigger)); b != nil {
			b.v[uint32(trigger)-b.first] -= kicks
		}
	}
}

// record enters the spikes of an instant in the frame.
func (s *session) record(t float64, order []stander, generations []uint16, id uint64) {
	for rank, one := range order {
		if b := s.home(one.neuron); b != nil {
			b.spikes = append(b.spikes, Spike{t, one.neuron, generations[rank], id})
		}
	}
	s.frame.Count += len(order)
	s.heed(len(order), false)
	s.frame.ready = false
}

// standing returns, in cascade order, every neuron that the cascade can reach,
// none when nobody stands at the threshold.
func (s *session) standing(trigger int64) []stander {
	reach := 0
	for {
		level := s.law.Ceiling()
		if s.kick > 0 {
			level -= s.kick * float64(reach)
		}
		order := s.above(level, trigger)
		if reach == 0 && len(order) == 0 {
			return nil
		}
		if s.kick <= 0 || len(order) <= reach || reach >= s.config.N {
			sortByPotential(order)
			return order
		}
		reach = 4 * len(order)
	}
}

// above returns the neurons at or above level, without the trigger, ascending in index.
func (s *session) above(level float64, trigger int64) []stander {
	found := make([][]stander, len(s.workers))
	stored := level - s.offset
	slack := 1e-12 * (math.Abs(level) + math.Abs(s.offset)) // potentials are compared as sums below
	s.crew.do(func(w int) {
		for k := range s.share(w) {
			b := &s.blocks[k]
			for i, v := range b.v[:b.size] {
				if v >= stored-slack && v+s.offset >= level && int64(b.first)+int64(i) != trigger {
					found[w] = append(found[w], stander{b.first + uint32(i), v + s.offset})
				}
			}
		}
	})
	all := found[0]
	for _, f := range found[1:] {
		all = append(all, f...)
	}
	if s.ranks != nil {
		return s.gatherStanding(all)
	}
	return all
}

// latest returns the neuron of the last spike of the step and its time, −1 and −∞ without one.
func (s *session) latest() (neuron int64, t float64) {
	neuron, t = -1, math.Inf(-1)
	for i := range s.blocks {
		for _, sp := range s.blocks[i].spikes {
			if sp.Time > t {
				neuron, t = int64(sp.Neuron), sp.Time
			}
		}
	}
	if s.ranks != nil {
		t, neuron = s.gatherFirst(t, neuron, more)
	}
	return neuron, t
}

// mark makes the last spike of the trigger part of the cascade at time t.
func (s *session) mark(trigger int64, t float64, id uint64) {
	b := s.home(uint32(trigger))
	if b == nil {
		return
	}
	spikes := b.spikes
	for k := len(spikes) - 1; k >= 0; k-- {
		if int64(spikes[k].Neuron) == trigger && spikes[k].Generation == 0 {
			b.absent.postpone(uint32(trigger)-b.first, t-spikes[k].Time)
			spikes[k].Time, spikes[k].Cascade = t, id
			return
		}
	}
}
