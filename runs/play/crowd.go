package play

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"lapicque/network"
)

// crowd is the replicas of a network, run in lockstep.
type crowd struct {
	members  []*member
	parallel int // replicas that run at a time
	neurons  int
}

// member is one replica with its observers.
type member struct {
	net       *network.Network
	counter   *network.Counter
	tally     tally
	cascades  network.CascadeLog
	observers []network.Observer
}

// tally counts all spikes and reports how far the replica has come.
type tally struct {
	spikes   int64
	progress func(float64)
}

// Observe counts.
func (t *tally) Observe(f *network.Frame) error {
	t.spikes += int64(f.Count)
	t.progress(f.End - f.Start)
	return nil
}

// share splits workers goroutines between replicas that run at a time and the
// inside of each; results depend on neither.
func share(workers, replicas int) (parallel, inner int) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	parallel = min(workers, replicas)
	return parallel, workers / parallel
}

// newCrowd makes the replicas. first are the observers of replica 0 alone;
// progress receives model time advanced, by any replica, from many goroutines.
func newCrowd(c network.Config, replicas, workers int, p plan, first []network.Observer, progress func(float64)) (*crowd, error) {
	out := &crowd{members: make([]*member, replicas), neurons: c.N}
	out.parallel, c.Workers = share(workers, replicas)
	edges := append([]float64(nil), p.edges...)
	edges[len(edges)-1] = math.Nextafter(p.end, math.Inf(1)) // a spike exactly at the end counts
	var group errgroup.Group
	group.SetLimit(out.parallel)
	for r := range out.members {
		group.Go(func() error {
			one := c
			one.Replica = uint64(r)
			net, err := network.New(one)
			if err != nil {
				return err
			}
			m := &member{net: net, counter: network.NewCounter(edges), tally: tally{progress: progress}}
			m.observers = []network.Observer{m.counter, &m.tally, &m.cascades}
			if r == 0 {
				m.observers = append(m.observers, first...)
			}
			out.members[r] = m
			return nil
		})
	}
	return out, group.Wait()
}

// advance brings every replica to a time. After an error they stand at different times.
func (c *crowd) advance(ctx context.Context, until float64) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.parallel)
	for _, m := range c.members {
		group.Go(func() error { return m.net.Run(ctx, until, m.observers...) })
	}
	return group.Wait()
}

// time returns how far all replicas have come.
func (c *crowd) time() float64 {
	t := math.Inf(1)
	for _, m := range c.members {
		t = math.Min(t, m.net.Time())
	}
	return t
}

// potentials copies the potentials of every replica.
func (c *crowd) potentials() [][]float64 {
	samples := make([][]float64, len(c.members))
	for r, m := range c.members {
		samples[r] = m.net.Potentials(nil)
	}
	return samples
}

// counted returns the spikes of every replica in an interval between edges of the plan.
func (c *crowd) counted(p plan, from, to float64) []float64 {
	counts := make([]float64, len(c.members))
	for r, m := range c.members {
		counts[r] = p.counted(m.counter.Counts, from, to)
	}
	return counts
}

// spikes returns the spikes of all replicas so far.
func (c *crowd) spikes() (sum int64) {
	for _, m := range c.members {
		sum += m.tally.spikes
	}
	return sum
}

// engine sums the reports of the replicas.
func (c *crowd) engine() (sum Engine) {
	for _, m := range c.members {
		r := m.net.Report()
		sum.Steps += r.Steps
		sum.Halved += r.Halved
		sum.Corrected += r.Corrected
		sum.Overrun += r.Overrun
		sum.Correction += Number(r.Correction * float64(r.Corrected))
	}
	sum.Correction /= Number(max(1, sum.Corrected))
	return sum
}

// notes says what the engine does otherwise than the configuration reads.
func (c *crowd) notes(asked network.Config) (notes []string) {
	if dt := c.members[0].net.Report().Dt; dt < asked.Dt {
		notes = append(notes, fmt.Sprintf("The delay is below dt = %v: steps are at most as long as the delay, %v.", asked.Dt, dt))
	}
	return notes
}

// macroscopic returns the size from which a cascade counts as a blow-up: a
// hundredth of the network, and at least 50 neurons.
func macroscopic(neurons int) int { return max(50, (neurons+99)/100) }
