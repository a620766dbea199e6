package converge

import (
	"context"
	"errors"
	"math"
	"slices"

	"lapicque/compare"
	"lapicque/network"
	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// neurons is the subject of a model whose neurons have no place. Distances are root mean squares over snapshots and populations,
// errors with a sign means over them, of the populations by their numbers of neurons.
type neurons struct {
	scenario   *scenario.Scenario
	start      []neuron.Initial
	limit      *limit
	shares     []float64 // of the populations in all neurons
	refractory bool
}

func newNeurons(ctx context.Context, s *scenario.Scenario, progress func(float64)) (*neurons, error) {
	n := &neurons{scenario: s}
	total := float64(s.Size())
	for _, p := range s.Populations() {
		n.shares = append(n.shares, float64(p.N)/total)
		n.refractory = n.refractory || p.Refractory
	}
	var err error
	if n.start, err = s.Neurons().Start(); err != nil {
		return nil, err
	}
	n.limit, err = solveLimit(ctx, s, n.start, scenario.AsAsked, progress)
	return n, err
}

func (n *neurons) notes() []string {
	if n.limit.why == "" {
		return nil
	}
	return []string{n.limit.why}
}

// state names the state of a neuron.
func (n *neurons) state() string {
	if _, aged := n.scenario.ElapsedTime(); aged {
		return "age"
	}
	return "potential"
}

// measures lists those of the densities where there is a snapshot, of the rates where there is a bin, of the jump where there is one.
func (n *neurons) measures() (list []Measure) {
	state, time := n.state(), n.scenario.TimeUnit()
	if len(n.limit.times) > 0 {
		list = append(list,
			Measure{Name: "w1", Title: "Wasserstein distance W1", Unit: state, Leading: true},
			Measure{Name: "w2", Title: "Wasserstein distance W2", Unit: state},
			Measure{Name: "ks", Title: "Kolmogorov–Smirnov distance"},
			Measure{Name: "l1", Title: "L1 distance of the densities"},
			Measure{Name: "l2", Title: "L2 distance of the densities", Unit: "1/√" + state},
			Measure{Name: "mean", Title: "mean " + state, Unit: state, Signed: true},
			Measure{Name: "variance", Title: "variance of the " + state, Unit: state + "²", Signed: true})
		if n.refractory {
			list = append(list, Measure{Name: "refractory", Title: "refractory fraction", Signed: true})
		}
	}
	if len(n.limit.rates) > 0 {
		list = append(list,
			Measure{Name: "rate_l2", Title: "rate in L2(0,T)", Unit: "1/√time", Leading: true},
			Measure{Name: "rate_sup", Title: "rate, largest error", Unit: "1/time"},
			Measure{Name: "rate_mean", Title: "mean rate over (0,T)", Unit: "1/time", Signed: true})
	}
	if n.limit.jump != nil {
		leading := len(list) == 0
		list = append(list,
			Measure{Name: "jump_time", Title: "time of the jump", Unit: time, Leading: leading},
			Measure{Name: "jump_size", Title: "size of the jump", Leading: leading},
			Measure{Name: "jump_time_error", Title: "time of the jump", Unit: time, Signed: true},
			Measure{Name: "jump_size_error", Title: "size of the jump", Signed: true})
	}
	return list
}

// measure runs a network.
func (n *neurons) measure(ctx context.Context, s *scenario.Scenario, replica uint64, workers int) ([]float64, error) {
	net, err := s.Neurons().Network(n.start, replica, workers)
	if err != nil {
		return nil, err
	}
	populations := s.Populations()
	w := newWatch(n.limit, populations)
	var seen []sight
	for k, t := range n.limit.times {
		if err := net.Run(ctx, t, w.observers); err != nil {
			return nil, err
		}
		for p := range populations {
			seen = append(seen, n.see(net, n.limit.laws[k][p], p, populations[p].N))
		}
	}
	if err := n.finish(ctx, s, net, w); err != nil {
		return nil, err
	}
	values := n.ofDensities(seen)
	values = append(values, n.ofRates(w, populations)...)
	return append(values, n.ofJump(w)...), nil
}

// finish runs a network on to the end of the comparison, or, where there is a jump to come, until it has jumped.
func (n *neurons) finish(ctx context.Context, s *scenario.Scenario, net scenario.Network, w *watch) error {
	until := n.limit.until
	if n.limit.jump != nil {
		head, _ := s.Common()
		until = head.Time.End
	}
	if w.last = true; net.Time() >= until || !math.IsNaN(w.time) {
		return nil
	}
	if err := net.Run(ctx, until, w.observers); !errors.Is(err, errJumped) {
		return err
	}
	return nil
}

// sight is a population of a network at a snapshot.
type sight struct {
	distances                  compare.NetworkDistances
	mean, variance, refractory float64 // errors
}

// see compares a population with its law. Distances that do not exist are NaN.
func (n *neurons) see(net scenario.Network, one law, population, size int) (out sight) {
	nan := math.NaN()
	out = sight{compare.NetworkDistances{Distances: compare.Distances{W1: nan, KS: nan, L1: nan, L2: nan}, W2: nan}, nan, nan,
		float64(net.Refractory(population))/float64(size) - one.refractory}
	sample := net.Potentials(population, nil)
	if len(sample) == 0 || one.empty {
		return out
	}
	slices.Sort(sample)
	mean, variance := compare.Moments(sample)
	out.mean, out.variance = mean-one.mean, variance-one.variance
	out.distances = one.reference.Distances(sample)
	return out
}

// ofDensities puts the sights of all snapshots together.
func (n *neurons) ofDensities(seen []sight) []float64 {
	if len(seen) == 0 {
		return nil
	}
	root := func(of func(sight) float64) float64 {
		sum := 0.0
		for _, s := range seen {
			sum += of(s) * of(s)
		}
		return math.Sqrt(sum / float64(len(seen)))
	}
	mean := func(of func(sight) float64) (sum float64) {
		for i, s := range seen {
			sum += n.shares[i%len(n.shares)] * of(s)
		}
		return sum * float64(len(n.shares)) / float64(len(seen))
	}
	values := []float64{
		root(func(s sight) float64 { return s.distances.W1 }), root(func(s sight) float64 { return s.distances.W2 }),
		root(func(s sight) float64 { return s.distances.KS }), root(func(s sight) float64 { return s.distances.L1 }),
		root(func(s sight) float64 { return s.distances.L2 }),
		mean(func(s sight) float64 { return s.mean }), mean(func(s sight) float64 { return s.variance }),
	}
	if n.refractory {
		values = append(values, mean(func(s sight) float64 { return s.refractory }))
	}
	return values
}

// ofRates compares the counted rates with those of the equation over the same bins.
func (n *neurons) ofRates(w *watch, populations []scenario.Population) []float64 {
	if len(n.limit.rates) == 0 {
		return nil
	}
	square, sup, mean, length := 0.0, 0.0, 0.0, 0.0
	for k := range n.limit.rates[0] {
		width := n.limit.edges[k+1] - n.limit.edges[k]
		length += width
		for p, one := range populations {
			d := float64(w.counters[p].Counts[k])/(float64(one.N)*width) - n.limit.rates[p][k]
			square += d * d * width / float64(len(populations))
			sup = math.Max(sup, math.Abs(d))
			mean += n.shares[p] * d * width
		}
	}
	return []float64{math.Sqrt(square), sup, mean / length}
}

// ofJump compares the first macroscopic cascade with the jump of the equation.
func (n *neurons) ofJump(w *watch) []float64 {
	if n.limit.jump == nil {
		return nil
	}
	time, size := w.time-n.limit.jump.Time, w.size-slices.Max(n.limit.jump.Jumps)
	return []float64{math.Abs(time), math.Abs(size), time, size}
}

// grid compares with a coarser solution, at the snapshots and in the bins that both have.
func (n *neurons) grid(ctx context.Context) ([]float64, error) {
	coarse, err := solveLimit(ctx, n.scenario, n.start, scenario.Coarser, func(float64) {})
	if err != nil {
		return nil, err
	}
	var seen []sight
	for k := range min(len(n.limit.times), len(coarse.times)) {
		for p, fine := range n.limit.laws[k] {
			seen = append(seen, refined(fine, coarse.laws[k][p]))
		}
	}
	values := n.ofDensities(seen)
	square, sup, mean, length := 0.0, 0.0, 0.0, 0.0
	for p, rates := range n.limit.rates {
		for k := range min(len(rates), len(coarse.edges)-1) {
			width := n.limit.edges[k+1] - n.limit.edges[k]
			d := rates[k] - coarse.rates[p][k]
			square += d * d * width / float64(len(n.limit.rates))
			sup, mean, length = math.Max(sup, math.Abs(d)), mean+n.shares[p]*d*width, length+n.shares[p]*width
		}
	}
	if len(n.limit.rates) > 0 {
		values = append(values, math.Sqrt(square), sup, mean/length)
	}
	if jump := n.limit.jump; jump != nil {
		time, size := math.NaN(), math.NaN()
		if coarse.jump != nil {
			time, size = jump.Time-coarse.jump.Time, slices.Max(jump.Jumps)-slices.Max(coarse.jump.Jumps)
		}
		values = append(values, math.Abs(time), math.Abs(size), time, size)
	}
	return values, nil
}

// refined compares two solutions at a snapshot.
func refined(fine, coarse law) sight {
	if fine.empty || coarse.empty {
		return sight{}
	}
	d := compare.NetworkDistances{Distances: compare.Refinement(fine.density, coarse.density, fine.bins), W2: math.NaN()}
	return sight{distances: d,
		mean: fine.mean - coarse.mean, variance: fine.variance - coarse.variance, refractory: fine.refractory - coarse.refractory}
}

// watch looks at a network while it runs.
type watch struct {
	counters  []*network.Counter
	observers [][]network.Observer
	time      float64 // of the first cascade that is macroscopic in a population, NaN before it
	size      float64 // of it: the largest fraction of a population
	last      bool    // nothing is to be seen after the jump
}

// errJumped ends a run after the jump.
var errJumped = errors.New("converge: the network has jumped")

// crowd looks for the jump in a population.
type crowd struct {
	*watch
	size int
}

// Observe notes the first macroscopic cascade, which other populations of the same step may take part in, and ends the run after it.
func (c crowd) Observe(f *network.Frame) error {
	if c.last && c.time < f.Start {
		return errJumped
	}
	for _, e := range f.Cascades {
		fraction := float64(e.Size) / float64(c.size)
		if e.Size >= macroscopic(c.size) && !(e.Time > c.time) && !(e.Time == c.time && fraction <= c.watch.size) {
			c.time, c.watch.size = e.Time, fraction
		}
	}
	return nil
}

// newWatch counts spikes in the bins of a limit and, where that jumps, looks for the jump.
func newWatch(l *limit, populations []scenario.Population) *watch {
	w := &watch{time: math.NaN(), size: math.NaN()}
	edges := slices.Clone(l.edges)
	if n := len(edges); n > 0 {
		edges[n-1] = math.Nextafter(edges[n-1], math.Inf(1)) // a spike exactly at the end counts
	}
	for _, p := range populations {
		counter := network.NewCounter(edges)
		w.counters = append(w.counters, counter)
		list := []network.Observer{counter}
		if l.jump != nil {
			list = append(list, crowd{w, p.N})
		}
		w.observers = append(w.observers, list)
	}
	return w
}

// macroscopic returns the size in a population from which a cascade counts as a jump: a hundredth of it, and at least 50 neurons.
func macroscopic(neurons int) int { return max(50, (neurons+99)/100) }
