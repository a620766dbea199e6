package network

import (
	"fmt"
	"math"

	"lapicque/network/kernel"
)

// Ranks connects the processes that step one network together. Each holds contiguous blocks of
// the neurons and steps them; what all neurons share (times, spikes counted, kicks, who fires in a
// cascade) every process computes for itself, from numbers that are brought together without
// rounding. So the trajectory is that of one process, to the last bit.
//
// Sum, Gather and Broadcast are collectives: every rank calls them in the same order and waits for
// the others. Slices that they return are valid until the next call.
type Ranks interface {
	Rank() int                         // of this process, from 0
	Size() int                         // number of processes
	Sum(x []int64)                     // replaces x, of the same length in all ranks, by its sum over the ranks
	Gather(own []uint64) [][]uint64    // returns what each rank gave, of any length, in the order of the ranks
	Broadcast(from0 []uint64) []uint64 // returns what rank 0 gave; the others give nothing
}

// span is the part of a network's blocks that a process holds.
type span struct {
	ranks      Ranks // nil: one process, which holds all
	first, all int   // the first block held, and how many there are in all ranks
}

// newSpan returns the part of a network of size neurons, and how many neurons it has.
func newSpan(ranks Ranks, size int) (s span, own int) {
	if ranks == nil || ranks.Size() == 1 {
		return span{all: blocks(size)}, size
	}
	s = span{ranks: ranks, all: blocks(size)}
	lo, hi := s.bounds(ranks.Rank())
	s.first = lo
	return s, min(size, hi*kernel.Block) - min(size, lo*kernel.Block)
}

// bounds returns the blocks of a rank: from lo to below hi.
func (s *span) bounds(rank int) (lo, hi int) {
	return rank * s.all / s.ranks.Size(), (rank + 1) * s.all / s.ranks.Size()
}

// whole returns an error when other processes hold neurons: what is kept is kept by one process.
func (s *span) whole() error {
	if s.ranks == nil {
		return nil
	}
	return fmt.Errorf("network: the state of a network on %d ranks is not kept; only one process keeps its state", s.ranks.Size())
}

// home returns the block of a neuron, nil when another process holds it.
func (n *Network) home(neuron uint32) *block {
	k := int(neuron)/kernel.Block - n.first
	if k < 0 || k >= len(n.blocks) {
		return nil
	}
	return &n.blocks[k]
}

// everybody replaces a count by its sum over all ranks.
func (s *span) everybody(count int) int {
	if s.ranks == nil {
		return count
	}
	x := []int64{int64(count)}
	s.ranks.Sum(x)
	return int(x[0])
}

// gatherTimes returns the times of the spikes of the step in all ranks, in the order of the blocks.
func (s *session) gatherTimes() []float64 {
	s.message = s.message[:0]
	for i := range s.blocks {
		for _, spike := range s.blocks[i].spikes {
			s.message = append(s.message, math.Float64bits(spike.Time))
		}
	}
	return floats(nil, s.ranks.Gather(s.message))
}

// gatherClose adds to the neurons that fire for certain those of the other ranks, and to the window their κ.
func (s *session) gatherClose(certain int) int {
	s.message = append(s.message[:0], uint64(certain))
	for _, kappa := range s.window {
		s.message = append(s.message, math.Float64bits(kappa))
	}
	parts := s.ranks.Gather(s.message)
	certain = 0
	for r, part := range parts {
		certain += int(part[0])
		parts[r] = part[1:]
	}
	s.window = floats(s.window[:0], parts)
	return certain
}

// gatherRepeated returns the repeated crossings of all ranks and their decayed kicks, added in the
// order of the blocks as one process does (which may add zeros besides), and takes in whether a neuron ran away.
func (s *session) gatherRepeated() (late float64, repeated int) {
	runaway := uint64(0)
	s.message = append(s.message[:0], 0, 0)
	for i := range s.blocks {
		b := &s.blocks[i]
		repeated += b.repeated
		if b.late != 0 {
			s.message = append(s.message, math.Float64bits(b.late))
		}
		if b.runaway {
			runaway = 1
		}
	}
	s.message[0], s.message[1], repeated = uint64(repeated), runaway, 0
	for _, part := range s.ranks.Gather(s.message) {
		repeated += int(part[0])
		s.runaway = s.runaway || part[1] != 0
		for _, word := range part[2:] {
			late += math.Float64frombits(word)
		}
	}
	return late, repeated
}

// gatherStanding returns the standers of all ranks, ascending.
func (s *session) gatherStanding(own []stander) (all []stander) {
	s.message = s.message[:0]
	for _, one := range own {
		s.message = append(s.message, uint64(one.neuron), math.Float64bits(one.potential))
	}
	for _, part := range s.ranks.Gather(s.message) {
		for k := 0; k < len(part); k += 2 {
			all = append(all, stander{uint32(part[k]), math.Float64frombits(part[k+1])})
		}
	}
	return all
}

// gatherFirst returns the entry for which its number comes first by before, the lowest rank's of equal ones.
func (s *session) gatherFirst(number float64, neuron int64, before func(a, b float64) bool) (float64, int64) {
	s.message = append(s.message[:0], math.Float64bits(number), uint64(neuron))
	parts := s.ranks.Gather(s.message)
	number, neuron = math.Float64frombits(parts[0][0]), int64(parts[0][1])
	for _, part := range parts[1:] {
		if x := math.Float64frombits(part[0]); before(x, number) {
			number, neuron = x, int64(part[1])
		}
	}
	return number, neuron
}

func less(a, b float64) bool { return a < b }
func more(a, b float64) bool { return a > b }

// gatherCensus adds up the census of all ranks, and what is near the threshold by level.
func (s *session) gatherCensus(own census) census {
	counts := append(s.counts[:0], int64(own.crowd), int64(own.above), int64(own.seen))
	if s.sorted {
		for l := range maxLevel + 2 {
			counts = append(counts, int64(s.leavingHere(l)))
		}
	}
	s.ranks.Sum(counts)
	s.counts = counts
	return census{int(counts[0]), int(counts[1]), int(counts[2])}
}
