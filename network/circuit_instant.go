package network

import (
	"math"

	"lapicque/neuron"
)

// member names a neuron of a circuit.
type member struct {
	population int
	neuron     int64
}

// nobody is no neuron.
var nobody = member{-1, -1}

// avalanche is a cascade through populations.
type avalanche struct {
	sequence    []int      // the population of each spike, in order
	fired       []int      // spikes of each population
	generations [][]uint16 // their generations, in order
}

// unfold plays a cascade (see Circuit) among neurons of the given potentials, each
// population's descending, when a spike of population q moves population p by
// kicks[p][q]. A neuron is of generation first when the kicks of no other are needed
// to lift it, and of the next when those of all generations before are not enough.
func unfold(potentials [][]float64, thresholds []float64, kicks [][]float64, first uint16) avalanche {
	size := len(potentials)
	a := avalanche{fired: make([]int, size), generations: make([][]uint16, size)}
	shift, complete := make([]float64, size), make([]float64, size)
	for {
		best, highest := -1, 0.0
		for p, v := range potentials {
			if a.fired[p] == len(v) {
				continue
			}
			if over := v[a.fired[p]] + shift[p] - thresholds[p]; over >= 0 && (best < 0 || over > highest) {
				best, highest = p, over
			}
		}
		if best < 0 {
			return a
		}
		if potentials[best][a.fired[best]]+complete[best] < thresholds[best] {
			first = max(first, first+1) // saturates
			copy(complete, shift)
		}
		a.sequence = append(a.sequence, best)
		a.generations[best] = append(a.generations[best], first)
		a.fired[best]++
		for p := range shift {
			shift[p] = moved(kicks[p], a.fired)
		}
	}
}

// moved returns the kicks of so many spikes of each population.
func moved(kicks []float64, spikes []int) (sum float64) {
	for q, n := range spikes {
		sum += kicks[q] * float64(n)
	}
	return sum
}

// since returns, for each spike of each population, the kicks that reach its
// population from that spike on.
func (a *avalanche) since(kicks [][]float64) [][]float64 {
	left, out := make([]int, len(a.fired)), make([][]float64, len(a.fired))
	for p, n := range a.fired {
		out[p] = make([]float64, n)
	}
	for k := len(a.sequence) - 1; k >= 0; k-- {
		p := a.sequence[k]
		left[p]++
		out[p][a.fired[p]-left[p]] = moved(kicks[p], left)
	}
	return out
}

// instant plays the cascade of those who stand at or above their threshold at time t,
// and returns how many fired. trigger is the neuron whose spike, just before, set it
// off; before is the number of spikes of the step so far.
func (j *joint) instant(t float64, trigger member, before int) int {
	orders, a := j.standing(trigger)
	if len(a.sequence) == 0 {
		return 0
	}
	id, generations := j.name(&a, trigger, before)
	since := a.since(j.kicks)
	for p, s := range j.sessions {
		own := int64(-1)
		if p == trigger.population {
			own = trigger.neuron
		}
		order := orders[p][:a.fired[p]]
		s.leave(t, order, since[p], moved(j.kicks[p], a.fired), own)
		s.record(t, order, a.generations[p], id)
		if id == 0 {
			continue
		}
		size := len(order)
		if own >= 0 {
			size++
			s.mark(own, t, id)
		}
		if size > 0 {
			s.frame.Cascades = append(s.frame.Cascades, CascadeEvent{id, t, size, generations})
		}
	}
	return len(a.sequence)
}

// name returns the ID of a cascade and its number of generations; 0 when nobody was
// recruited, or the cascade is the tail of an ordinary step.
func (j *joint) name(a *avalanche, trigger member, before int) (id uint64, generations int) {
	resolved := false
	for p, s := range j.sessions {
		resolved = resolved || s.step.resolved
		if g := a.generations[p]; len(g) > 0 {
			generations = max(generations, int(g[len(g)-1])+1)
		}
	}
	recruits := trigger != nobody || generations > 1
	if !recruits || len(a.sequence) < before && !resolved {
		return 0, generations
	}
	j.cascades++
	return j.cascades, generations
}

// standing returns the cascade of those who stand at or above their threshold, and for
// each population, in cascade order, at least the neurons that fire in it.
func (j *joint) standing(trigger member) ([][]stander, avalanche) {
	size := len(j.sessions)
	reach, orders := make([]int, size), make([][]stander, size)
	potentials, thresholds := make([][]float64, size), make([]float64, size)
	for {
		for p := range size {
			thresholds[p] = j.sessions[p].law.Ceiling()
			orders[p], potentials[p] = j.above(p, reach, trigger)
		}
		first := uint16(0)
		if trigger != nobody {
			first = 1
		}
		a := unfold(potentials, thresholds, j.kicks, first)
		inside := true
		for q, fired := range a.fired {
			if fired > reach[q] {
				inside, reach[q] = false, 4*fired
			}
		}
		if inside {
			return orders, a
		}
	}
}

// above returns the neurons of population p, in cascade order and with their
// potentials, that reach spikes of each population can lift over the threshold.
func (j *joint) above(p int, reach []int, trigger member) (order []stander, potentials []float64) {
	s := j.sessions[p]
	level := s.law.Ceiling()
	if math.IsInf(level, 1) {
		return nil, nil
	}
	for q, n := range reach {
		level -= max(0, j.kicks[p][q]) * float64(n)
	}
	level -= 1e-12 * math.Abs(level) // sums of kicks are rounded otherwise where they are compared
	own := int64(-1)
	if p == trigger.population {
		own = trigger.neuron
	}
	order = s.above(level, own)
	sortByPotential(order)
	for _, one := range order {
		potentials = append(potentials, one.potential)
	}
	return order, potentials
}

// latest returns the neuron of the last spike of the step.
func (j *joint) latest() member {
	last, at := nobody, math.Inf(-1)
	for p, s := range j.sessions {
		if i, t := s.latest(); t > at {
			last, at = member{p, i}, t
		}
	}
	return last
}

// deliver gives everybody the kicks that arrive by time now, together, and plays the
// instant of those whom they lift over the threshold; under Sequential one kick at a
// time, so that call it until none is left.
func (j *joint) deliver(now float64) {
	most := math.MaxInt
	if j.circuit.Rule == neuron.Sequential {
		most = 1
	}
	for p, s := range j.sessions {
		for q := range j.sessions {
			arrived := s.arrive(&j.axons[p][q], now, most)
			if p == q {
				s.heed(arrived, true)
			}
			if arrived == most {
				j.instant(now, nobody, 0)
				return
			}
		}
	}
	j.instant(now, nobody, 0)
}
