package play

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"lapicque/network"
	"lapicque/runs/scenario"
)

// crowd is the replicas of a network, run in lockstep.
type crowd struct {
	populations []scenario.Population
	members     []*member
	parallel    int // replicas that run at a time
	keeper      *keeper
}

// member is one replica with what looks at each of its populations.
type member struct {
	net       scenario.Network
	parts     []*part
	observers [][]network.Observer
}

// part is what is counted in one population of a replica.
type part struct {
	counter  *network.Counter
	tally    tally
	cascades network.CascadeLog
}

// sample is a population at one time, in every replica.
type sample struct {
	potentials [][]float64 // of who is not refractory
	refractory []float64   // neurons that are
	second     [][]float64 // second coordinates of the same neurons, nil where states have one
}

// tally counts the spikes from a time on and reports how far the replica has come.
type tally struct {
	from     float64
	spikes   int64
	progress func(float64)
}

// Observe counts.
func (t *tally) Observe(f *network.Frame) error {
	if f.Start >= t.from {
		t.spikes += int64(f.Count)
	}
	if t.progress != nil {
		t.progress(f.End - f.Start)
	}
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

// newCrowd makes the replicas of a document, numbered from a number. first are the observers of the first one alone, a list a population;
// progress receives model time advanced, by any replica, from many goroutines.
func newCrowd(r *run, neurons scenario.Neurons, from uint64, first [][]network.Observer) (*crowd, error) {
	out := &crowd{populations: r.populations, members: make([]*member, r.tail.Particles.Replicas), keeper: r.keeper}
	var inner int
	out.parallel, inner = share(r.options.Workers, len(out.members))
	if r.options.Ranks != nil { // which do one thing at a time, together
		out.parallel, inner = 1, r.options.Workers
	}
	edges := append([]float64(nil), r.plan.edges...)
	edges[len(edges)-1] = math.Nextafter(r.plan.end, math.Inf(1)) // a spike exactly at the end counts
	var group errgroup.Group
	group.SetLimit(out.parallel)
	for k := range out.members {
		group.Go(func() error {
			net, err := r.member(neurons, from+uint64(k), inner)
			if err != nil {
				return err
			}
			m := &member{net: net}
			for p := range out.populations {
				one := &part{counter: network.NewCounter(edges), tally: tally{from: r.plan.burnIn}}
				list := []network.Observer{one.counter, &one.tally, &one.cascades}
				if k == 0 {
					list = append(list, first[p]...)
				}
				m.parts, m.observers = append(m.parts, one), append(m.observers, list)
			}
			m.parts[0].tally.progress = r.advance
			out.members[k] = m
			return nil
		})
	}
	return out, group.Wait()
}

// advance brings every replica to a time. After an error, or a pause of the keeper, they stand at different times.
func (c *crowd) advance(ctx context.Context, until float64) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.parallel)
	for _, m := range c.members {
		group.Go(func() error { return c.keeper.watched(m.net.Run(c.keeper.pausing(ctx, m.net), until, m.observers)) })
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

// samples copies the potentials of every replica, population by population.
func (c *crowd) samples() []sample {
	list := make([]sample, len(c.populations))
	for p := range list {
		for _, m := range c.members {
			if net, ok := m.net.(scenario.PlaneNetwork); ok {
				v, g := net.Pairs(p, nil, nil)
				list[p].potentials, list[p].second = append(list[p].potentials, v), append(list[p].second, g)
			} else {
				list[p].potentials = append(list[p].potentials, m.net.Potentials(p, nil))
			}
			list[p].refractory = append(list[p].refractory, float64(m.net.Refractory(p)))
		}
	}
	return list
}

// counted returns the spikes of a population, in every replica, in an interval between edges of the plan.
func (c *crowd) counted(population int, p plan, from, to float64) []float64 {
	counts := make([]float64, len(c.members))
	for r, m := range c.members {
		counts[r] = p.counted(m.parts[population].counter.Counts, from, to)
	}
	return counts
}

// spikes returns the spikes of a population in all replicas so far.
func (c *crowd) spikes(population int) (sum int64) {
	for _, m := range c.members {
		sum += m.parts[population].tally.spikes
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

// notes says what the engine does otherwise than the scenario reads, and what the first replica tells.
func (c *crowd) notes(asked float64) (notes []string) {
	if one, ok := c.members[0].net.(scenario.Telling); ok {
		for _, note := range one.Notes() {
			notes = append(notes, "Replica 0: "+note)
		}
		return notes
	}
	if dt := c.members[0].net.Report().Dt; dt < asked {
		notes = append(notes, fmt.Sprintf("The delay is below dt = %v: steps are at most as long as the delay, %v.", asked, dt))
	}
	return notes
}

// drain empties the cascade logs of a replica: visit sees each cascade of two neurons or more with its
// size in every population.
func (m *member) drain(visit func(c network.CascadeEvent, sizes []int)) {
	at := make([]int, len(m.parts))
	for {
		var id uint64
		for p, one := range m.parts { // a cascade has the same id in all its populations, and ids ascend
			if events := one.cascades.Events; at[p] < len(events) && (id == 0 || events[at[p]].ID < id) {
				id = events[at[p]].ID
			}
		}
		if id == 0 {
			break
		}
		var whole network.CascadeEvent
		sizes := make([]int, len(m.parts))
		for p, one := range m.parts {
			if events := one.cascades.Events; at[p] < len(events) && events[at[p]].ID == id {
				e := events[at[p]]
				sizes[p] = e.Size
				whole = network.CascadeEvent{ID: id, Time: e.Time, Size: whole.Size + e.Size, Generations: max(whole.Generations, e.Generations)}
				at[p]++
			}
		}
		if whole.Size >= 2 {
			visit(whole, sizes)
		}
	}
	for _, one := range m.parts {
		one.cascades.Events = one.cascades.Events[:0]
	}
}

// macroscopic returns the size in a population from which a cascade counts as a blow-up: a
// hundredth of it, and at least 50 neurons.
func macroscopic(neurons int) int { return max(50, (neurons+99)/100) }
