package network

import (
	"context"
	"errors"
	"math"
)

// consensus is a context that ends for all ranks when it ends for one. Err is a collective.
type consensus struct {
	context.Context
	ranks Ranks
}

// Err returns the own error, or context.Canceled when another rank has one.
func (c consensus) Err() error {
	own, ended := c.Context.Err(), []int64{0}
	if own != nil {
		ended[0] = 1
	}
	if c.ranks.Sum(ended); own == nil && ended[0] > 0 {
		return context.Canceled
	}
	return own
}

// What rank 0 asks the others for while its observers look at a step.
const (
	asksNothing = iota // and the run goes on
	asksStop           // an observer failed
	asksSpikes
	asksPotentials // of a glimpse of neurons
)

var errStopped = errors.New("network: stopped by an observer of rank 0")

// meet lets the ranks know whether rank 0 has observers. Without one process by itself it does nothing.
func (s *session) meet() {
	if s.ranks == nil {
		return
	}
	if s.ranks.Rank() != 0 && len(s.observers) > 0 {
		panic("network: observers are those of rank 0")
	}
	s.watched = s.everybody(len(s.observers)) > 0
}

// showTogether is show under ranks: rank 0 shows the frame, the others give what its observers ask for.
func (s *session) showTogether() error {
	if s.ranks.Rank() == 0 {
		s.assembly.whole, s.assembly.glimpsed = false, -1
		err := s.observe()
		verdict := uint64(asksNothing)
		if err != nil {
			verdict = asksStop
		}
		s.ranks.Broadcast([]uint64{verdict})
		return err
	}
	for {
		switch asked := s.ranks.Broadcast(nil); asked[0] {
		case asksNothing:
			return nil
		case asksStop:
			return errStopped
		case asksSpikes:
			s.gatherSpikes()
		case asksPotentials:
			s.gatherGlimpse(int(asked[1]))
		}
	}
}

// assembly shows a network that is spread over ranks, to observers of rank 0. What they look at is
// brought together when they do: all spikes of a step at once, potentials by the glimpse.
type assembly struct {
	*session
	spikes     []Spike // of the step …
	whole      bool    // … once they are there
	potentials []float64
	glimpsed   int // which glimpse they are, −1: none
}

// glimpseSize is how many neurons are looked at together; it divides kernel.Block.
const glimpseSize = 256

// Size returns N.
func (a *assembly) Size() int { return a.config.N }

// Parts returns 1.
func (a *assembly) Parts() int { return 1 }

// Part returns the spikes of the step.
func (a *assembly) Part(int) []Spike {
	if !a.whole {
		a.ranks.Broadcast([]uint64{asksSpikes})
		a.spikes, a.whole = a.gatherSpikes(), true
	}
	return a.spikes
}

// Potential returns the potential of neuron i, NaN while it is refractory.
func (a *assembly) Potential(i int) float64 {
	if k := i / glimpseSize; k != a.glimpsed {
		a.ranks.Broadcast([]uint64{asksPotentials, uint64(k)})
		a.potentials, a.glimpsed = a.gatherGlimpse(k), k
	}
	if v := a.potentials[i%glimpseSize]; v != away {
		return v
	}
	return math.NaN()
}

// gatherSpikes returns the spikes of the step of all ranks.
func (s *session) gatherSpikes() (all []Spike) {
	s.message = s.message[:0]
	for i := range s.blocks {
		for _, spike := range s.blocks[i].spikes {
			s.message = append(s.message, math.Float64bits(spike.Time), uint64(spike.Neuron)|uint64(spike.Generation)<<32, spike.Cascade)
		}
	}
	for _, part := range s.ranks.Gather(s.message) {
		for ; len(part) > 0; part = part[3:] {
			all = append(all, Spike{math.Float64frombits(part[0]), uint32(part[1]), uint16(part[1] >> 32), part[2]})
		}
	}
	return all
}

// gatherGlimpse returns the potentials of the neurons from k·glimpseSize on, away where they are refractory.
func (s *session) gatherGlimpse(k int) []float64 {
	s.message = s.message[:0]
	if b := s.home(uint32(k * glimpseSize)); b != nil {
		from := k*glimpseSize - int(b.first)
		s.message = s.appendPotentials(s.message, b.v[from:min(b.size, from+glimpseSize)])
	}
	return floats(nil, s.ranks.Gather(s.message))
}

// gatherPotentials appends to dst, on rank 0, what Potentials returns; rank after rank and a few
// blocks at a time, so that no other process needs the memory.
func (n *Network) gatherPotentials(dst []float64) []float64 {
	const blocks = 16
	for rank := range n.ranks.Size() {
		lo, hi := n.bounds(rank)
		for ; lo < hi; lo += blocks {
			n.message = n.message[:0]
			if rank == n.ranks.Rank() {
				for k := lo; k < min(hi, lo+blocks); k++ {
					b := &n.blocks[k-n.first]
					n.message = n.appendPotentials(n.message, b.v[:b.size])
				}
			}
			parts := n.ranks.Gather(n.message)
			if n.ranks.Rank() == 0 {
				dst = floats(dst, parts)
			}
		}
	}
	present := dst[:0]
	for _, v := range dst {
		if v != away {
			present = append(present, v)
		}
	}
	return present
}

// appendPotentials appends what potentials that are stored stand for.
func (n *Network) appendPotentials(words []uint64, stored []float64) []uint64 {
	for _, v := range stored {
		words = append(words, math.Float64bits(v+n.offset))
	}
	return words
}

// floats appends the numbers of all parts to dst.
func floats(dst []float64, parts [][]uint64) []float64 {
	for _, part := range parts {
		for _, word := range part {
			dst = append(dst, math.Float64frombits(word))
		}
	}
	return dst
}
