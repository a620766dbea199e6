package play

import (
	"context"
	"fmt"
	"math"

	"lapicque/network"
	"lapicque/runs/scenario"
)

// What rank 0 tells the others to do with it, the first word of a message; the second is the replica.
const (
	toEnd = iota
	toRun
	toGivePotentials
	toGiveRefractory
)

// member returns a replica, which other processes step with this one where there are some.
func (r *run) member(neurons scenario.Neurons, replica uint64, workers int) (scenario.Network, error) {
	if r.options.Ranks == nil {
		return neurons.Network(r.start, replica, workers)
	}
	s, can := neurons.(scenario.Spreading)
	if !can {
		panic("play: networks of this model are not spread over ranks")
	}
	net, err := s.Spread(r.start, replica, workers, r.options.Ranks)
	return leader{net, r.options.Ranks, replica}, err
}

// leader is rank 0's part of a network, which tells the other ranks what to do.
type leader struct {
	scenario.Network
	ranks   network.Ranks
	replica uint64
}

// Run runs all ranks.
func (l leader) Run(ctx context.Context, until float64, observers [][]network.Observer) error {
	l.ranks.Broadcast([]uint64{toRun, l.replica, math.Float64bits(until)})
	return l.Network.Run(ctx, until, observers)
}

// Potentials gathers those of all ranks.
func (l leader) Potentials(k int, dst []float64) []float64 {
	l.ranks.Broadcast([]uint64{toGivePotentials, l.replica, uint64(k)})
	return l.Network.Potentials(k, dst)
}

// Refractory adds up those of all ranks.
func (l leader) Refractory(k int) int {
	l.ranks.Broadcast([]uint64{toGiveRefractory, l.replica, uint64(k)})
	return l.Network.Refractory(k)
}

// Dismiss ends Follow on the other ranks.
func Dismiss(ranks network.Ranks) { ranks.Broadcast([]uint64{toEnd}) }

// Follow holds this rank's part of the networks that rank 0 plays, until it dismisses the others. A context that ends
// here interrupts the run of all ranks.
func Follow(ctx context.Context, s scenario.Spreading, workers int, ranks network.Ranks) error {
	start, err := s.Start()
	replicas := map[uint64]scenario.Network{}
	alone := make([][]network.Observer, len(s.Populations()))
	for {
		told := ranks.Broadcast(nil)
		if told[0] == toEnd {
			return err
		}
		what, replica, argument := told[0], told[1], told[2]
		net := replicas[replica]
		if net == nil && err == nil {
			net, err = s.Spread(start, replica, workers, ranks)
			replicas[replica] = net
		}
		if err != nil {
			panic(fmt.Sprintf("play: rank 0 has made a network that this rank cannot make: %v", err))
		}
		switch what {
		case toRun:
			_ = net.Run(ctx, math.Float64frombits(argument), alone) // rank 0 has the same error, or the reason of it
		case toGivePotentials:
			net.Potentials(int(argument), nil)
		case toGiveRefractory:
			net.Refractory(int(argument))
		}
	}
}
