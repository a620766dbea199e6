package play

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"lapicque/network"
	"lapicque/network/state"
	"lapicque/neuron"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// Options say how a scenario is played; none of them changes a result.
type Options struct {
	Sides    scenario.Sides
	Workers  int           // 0: all cores
	Folder   *store.Folder // nil: nothing is written
	Progress func(float64) // receives the fraction done, from many goroutines; may be nil
	Version  string        // written into the raster

	Checkpoints *Checkpoints // with a Folder only; nil: none

	// Ranks step each network together, nil: this process does. Play is called on rank 0, of a scenario.Spreading; the others Follow.
	Ranks network.Ranks
}

// run is a scenario being played.
type run struct {
	*scenario.Scenario
	options  Options
	head     *scenario.Head
	tail     *scenario.Tail
	plan     plan
	start    []neuron.Initial // of each population, as all that follows
	bins     [][]float64
	planes   []*plane // of each population
	evidence evidence
	approach *approach // nil without a mean field, and for any but one population of model nnlif

	populations []scenario.Population

	crowd    *crowd
	recorder *recorder
	keeper   *keeper                       // nil without checkpoints
	before   map[string]func(*state.Codec) // what phases that are over have left, for checkpoints
	landed   int                           // landings of the replicas so far
	pending  []snapshot
	out      Summary
	total    float64 // model time of all parts together
	done     atomic.Uint64
}

// snapshot is the network at a snapshot whose window is still open.
type snapshot struct {
	index   int
	samples []sample
}

// Play executes a scenario. The summary is complete as far as the run came, also
// when there is an error: the context's when it was cancelled (the outcome is
// Cancelled), else what made it fail (the outcome is Failed).
func Play(ctx context.Context, s *scenario.Scenario, o Options) (*Summary, error) {
	s, note, wrong := stationary(ctx, s)
	r := &run{Scenario: s, options: o, keeper: newKeeper(o.Checkpoints)}
	r.head, r.tail = s.Common()
	r.plan = newPlan(r.head, r.tail)
	play := r.play
	if f, ok := s.Field(); ok {
		play = (&neural{run: r, field: f}).play
	}
	r.out = Summary{Schema: 1, Scenario: s.Name, Title: r.head.Title, Outcome: Completed, Seconds: &Seconds{}, Scales: r.head.Scales, Ended: note}
	if o.Folder != nil {
		r.out.Folder = o.Folder.Dir()
	}
	err := wrong
	if err == nil {
		err = play(ctx)
	}
	err = errors.Join(err, r.keeper.close())
	switch {
	case err != nil && (ctx.Err() != nil || errors.Is(err, context.Canceled)): // the latter of another rank
		r.out.Outcome, err = Cancelled, cmp.Or(ctx.Err(), context.Canceled)
	case err != nil:
		r.out.Outcome, r.out.Error = Failed, err.Error()
	default:
		r.out.Outcome = r.outcome()
		r.out.Expect, err = scenario.Judge(r.claims(), r.out)
	}
	return &r.out, err
}

// play runs both sides and closes the folder's tables, whatever happened.
func (r *run) play(ctx context.Context) (err error) {
	r.populations = r.Populations()
	if r.start, err = r.Neurons().Start(); err != nil {
		return err
	}
	r.recorder, err = newRecorder(r)
	defer func() { err = errors.Join(err, r.recorder.close()) }()
	if err != nil {
		return err
	}
	r.total = 0.1 * r.plan.end
	twice := r.reference()
	if twice != nil {
		r.total = float64(r.tail.Particles.Replicas) * r.plan.end
	}
	if r.options.Sides.Network {
		r.total += float64(r.tail.Particles.Replicas) * r.plan.end
	}
	defer func() { err = errors.Join(err, r.recorder.results(r)) }()
	if twice != nil {
		err = r.doubled(ctx, twice)
	} else {
		err = r.meanField(ctx)
	}
	if err != nil || !r.options.Sides.Network {
		return err
	}
	return r.network(ctx)
}

// meanField solves the limit equation, and, to bound what its discretisation adds,
// once more with a coarser one. For a network alone a coarse solution, which may fail, only tells
// where the potentials are.
func (r *run) meanField(ctx context.Context) error {
	began := time.Now()
	defer func() { r.out.Seconds.MeanField = time.Since(began).Seconds() }()
	share := func(part float64) func(float64) {
		before := 0.0
		return func(fraction float64) {
			r.advance(part * r.plan.end * (fraction - before))
			before = fraction
		}
	}
	if !r.options.Sides.MeanField {
		rough, err := solve(ctx, r.Scenario, r.start, r.plan, scenario.Rough, share(0.1))
		if err != nil && ctx.Err() != nil {
			return err
		}
		r.bin(rough)
		return nil
	}
	var watchers []watcher
	if _, known := r.NNLIF(); known {
		r.approach = newApproach(r.Scenario)
		watchers = append(watchers, r.approach.observe)
	}
	f, err := solve(ctx, r.Scenario, r.start, r.plan, scenario.AsAsked, share(0.08), watchers...)
	r.out.MeanField, r.evidence.field = f.summary(r.populations), f
	if len(f.curve) > 0 && r.approach != nil {
		r.out.MeanField.Entropy, r.out.Theory = r.approach.summary(f), r.theory(r.approach, f)
	}
	r.bin(f)
	if err != nil || !r.options.Sides.Network {
		return err
	}
	r.evidence.coarse, _ = solve(ctx, r.Scenario, r.start, r.plan, scenario.Coarser, share(0.02))
	return ctx.Err()
}

// bin chooses the bins of the densities.
func (r *run) bin(f *field) {
	for k, p := range r.populations {
		r.bins = append(r.bins, densityBins(f, k, r.start[k], p.Axis, r.tail.Record.DensityBins))
		r.planes = append(r.planes, newPlane(f, k, r.bins[k]))
	}
}

// network runs the replicas from snapshot to snapshot.
func (r *run) network(ctx context.Context) (err error) {
	r.out.Network = &Network{Replicas: r.tail.Particles.Replicas, Snapshots: []NetworkSnapshot{}, BlowUps: []NetworkBlowUp{}}
	for _, p := range r.populations {
		r.out.Network.N += p.N
	}
	r.evidence.bins, r.evidence.planes, r.evidence.populations, r.evidence.seed = r.bins, r.planes, r.populations, r.head.Seed
	if r.evidence.field != nil {
		r.evidence.amplification, r.evidence.exciting = amplification(r.Scenario), r.Neurons().Exciting()
		r.out.Compare = r.evidence.summary(nil)
	}
	if r.crowd, err = newCrowd(r, r.Neurons(), 0, r.recorder.observers(r)); err != nil {
		return err
	}
	r.out.Network.Notes = r.crowd.notes(r.plan.dt)
	if err := r.resume(); err != nil {
		return err
	}
	for _, t := range r.plan.landings()[r.landed:] {
		began := time.Now()
		err := r.reach(ctx, t)
		r.out.Seconds.Network += time.Since(began).Seconds()
		r.count()
		if err := errors.Join(err, r.cascades()); err != nil {
			return errors.Join(err, r.settle(r.crowd.time(), true))
		}
		if k, found := slices.BinarySearch(r.plan.snapshots, t); found {
			r.pending = append(r.pending, snapshot{k, r.crowd.samples()})
		}
		if err := r.settle(t, false); err != nil {
			return err
		}
		r.landed++
	}
	r.out.Network.Notes = r.crowd.notes(r.plan.dt)
	if r.out.Compare != nil { // with the jumps after the last snapshot
		r.out.Compare = r.evidence.summary(r.out.Compare.Snapshots)
	}
	return nil
}

// count writes what the networks did so far into the summary.
func (r *run) count() {
	n := r.out.Network
	n.Engine, n.Spikes = r.crowd.engine(), 0
	sizes := newNamed[NetworkPopulation](r.populations, &n.Populations)
	for k, p := range r.populations {
		spikes := r.crowd.spikes(k)
		n.Spikes += spikes
		sizes.put(k, NetworkPopulation{p.N, spikes})
	}
}

// settle compares and records the snapshots whose windows are complete at time
// now, and with force those also whose windows never will be.
func (r *run) settle(now float64, force bool) error {
	began := time.Now()
	defer func() { r.out.Seconds.Compare += time.Since(began).Seconds() }()
	for len(r.pending) > 0 {
		one := r.pending[0]
		w := r.plan.windows[one.index]
		complete := w[1] <= now
		if !complete && !force {
			return nil
		}
		line := NetworkSnapshot{Time: r.plan.snapshots[one.index], RateWindow: w}
		states := newNamed[NetworkState](r.populations, &line.Populations)
		var counts [][]float64
		for k, p := range r.populations {
			var fired []float64
			if complete {
				fired = r.crowd.counted(k, r.plan, w[0], w[1])
				counts = append(counts, fired)
			}
			states.put(k, stateOf(one.samples[k], fired, p.N, w[1]-w[0]))
		}
		line.NetworkState = states.only
		r.out.Network.Snapshots = append(r.out.Network.Snapshots, line)
		difference, compared := r.evidence.assess(r.plan, one.index, one.samples, counts)
		if compared {
			r.out.Compare = r.evidence.summary(append(r.out.Compare.Snapshots, difference))
		}
		r.recorder.density(r, one.samples, line.Time)
		r.pending = r.pending[1:]
	}
	return nil
}

// stateOf returns the state of a population of so many neurons from its sample and its spikes in a window, nil while it is open.
func stateOf(one sample, spikes []float64, neurons int, width float64) NetworkState {
	state := NetworkState{Rate: nan, RateSE: nan}
	if spikes != nil {
		state.Rate, state.RateSE = numbers(rateOf(spikes, neurons, width))
	}
	state.Mean, state.Variance = numbers(momentsOf(one.potentials))
	state.Refractory, state.RefractorySE = numbers(fractionOf(one.refractory, neurons))
	state.Joint = one.jointState()
	return state
}

// cascades records and empties the replicas' cascade logs.
func (r *run) cascades() error {
	for k, m := range r.crowd.members {
		m.drain(func(c network.CascadeEvent, sizes []int) {
			if c.Time < r.plan.burnIn {
				return
			}
			r.out.Network.Cascades++
			r.recorder.cascade(k, c, sizes)
			line, large := NetworkBlowUp{Time: c.Time, Replica: k}, false
			jumps := newNamed[Number](r.populations, &line.Populations)
			for p, one := range r.populations {
				jump := float64(sizes[p]) / float64(one.N)
				jumps.put(p, Number(jump))
				line.Jump, large = math.Max(line.Jump, jump), large || sizes[p] >= macroscopic(one.N)
			}
			if large {
				r.out.Network.BlowUps = append(r.out.Network.BlowUps, line)
				r.evidence.jumps = r.out.Network.BlowUps
			}
		})
	}
	return nil
}

// advance reports model time that some part has covered.
func (r *run) advance(part float64) {
	if r.options.Progress == nil {
		return
	}
	done := r.done.Add(uint64(part / r.total * 1e12))
	r.options.Progress(float64(done) / 1e12)
}

// outcome says whether either side blew up.
func (r *run) outcome() Outcome {
	if f := r.evidence.field; f != nil && f.eternal != nil {
		return EternalBlowUp
	}
	if f := r.evidence.field; f != nil && f.ceased != nil {
		return Ceased
	}
	if f := r.out.MeanField; f != nil && len(f.BlowUps) > 0 {
		return BlowUp
	}
	if n := r.out.Network; n != nil && len(n.BlowUps) > 0 {
		return BlowUp
	}
	return Completed
}

// claims returns the expectations that this run can judge: those about a side
// that was not asked for are left out.
func (r *run) claims() (list []scenario.Expectation) {
	for _, c := range r.tail.Expect {
		part, _, _ := strings.Cut(c.Path, ".")
		sides := r.options.Sides
		if part == "network" && !sides.Network || part == "meanfield" && !sides.MeanField ||
			(part == "compare" || part == "doubled") && !(sides.Network && sides.MeanField) {
			continue
		}
		list = append(list, c)
	}
	return list
}

// Unmet returns an error that lists the expectations that do not hold, or nil.
func (s *Summary) Unmet() error {
	var lines []string
	for _, v := range s.Expect {
		if !v.Holds {
			lines = append(lines, fmt.Sprintf("expected %s, got %v", v.Claim, v.Value))
		}
	}
	if lines == nil {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}
