package converge

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

// Study is a convergence study that is asked for. Neither workers nor what is known change its results; a budget of time that is
// spent before the precision is reached does.
type Study struct {
	Scenario  *scenario.Scenario
	Sizes     []int         // numbers of neurons, ascending, at least three
	Precision float64       // of the exponents: half the width of their 95 % intervals
	BiasTime  float64       // the time that every size gets for its bias, in that of the largest one for the exponents; 0: 1
	Budget    time.Duration // of this call; 0: none
	Workers   int           // 0: all cores
	Known     []Replica     // of an earlier call, which are not simulated again
	Keep      func(Replica) // receives what a network left as soon as it has ended, one at a time; may be nil
	Progress  func(float64) // receives the fraction done, as far as it can be foreseen, from many goroutines; may be nil
}

// Replica is what a network left, by the measures of the subject.
type Replica struct {
	Level  int           `json:"level"`
	Index  int           `json:"replica"`
	Values []play.Number `json:"values"`
}

// level is a number of neurons and a time step.
type level struct {
	scenario *scenario.Scenario
	n        int
	dt       float64
	found    []*Replica // by their index, nil while they are missing
}

const (
	pilot       = 16      // networks of every size, before anything is known of their scatter
	mostOfLevel = 1 << 16 // networks of one size
	ensemble    = 1 << 22 // from so many neurons on, a network has all workers to itself
	forRounds   = 0.8     // of the budget; the rest is for the halved time step
	ofLimit     = 0.02    // of the progress
)

// runner is a study under way.
type runner struct {
	Study
	subject subject
	grid    []float64 // by measure
	levels  []*level  // those of the sizes, then the one with half the time step
	even    int       // networks of each size that exponents are fitted to
	doubts  int       // how often that number was doubled since 1/2 lay just outside of an interval
	began   time.Time
	spent   bool // the budget
	lock    sync.Mutex
	planned float64 // neurons to be simulated, as far as is known
	done    float64
}

// Run solves the limit, simulates networks until the exponents of the leading measures are known to the precision asked for, or the
// budget is spent, and fits. The result is never nil: with an error, the context's or that of what failed, it says how far the study came.
func (s Study) Run(ctx context.Context) (*Result, error) {
	r := &runner{Study: s, began: time.Now()}
	if r.Progress == nil {
		r.Progress = func(float64) {}
	}
	err := r.run(ctx)
	return newResult(r, err, ctx.Err() != nil), err
}

// run does all but the fits.
func (r *runner) run(ctx context.Context) (err error) {
	if r.subject, err = solved(ctx, r.Scenario, func(f float64) { r.Progress(ofLimit * f) }); err != nil {
		return err
	}
	if r.grid, err = r.subject.grid(ctx); err != nil {
		return err
	}
	r.lay()
	if err = r.adapt(ctx); err == nil {
		err = r.balance(ctx)
	}
	if err == nil {
		err = r.halve(ctx)
	}
	return err
}

// lay makes the levels and puts in what is known.
func (r *runner) lay() {
	_, tail := r.Scenario.Common()
	dt := tail.Particles.Dt
	for _, n := range r.Sizes {
		one := r.Scenario.Resized(n)
		r.levels = append(r.levels, &level{scenario: one, n: one.Size(), dt: dt})
	}
	top := r.levels[len(r.levels)-1]
	r.levels = append(r.levels, &level{scenario: top.scenario.Stepped(dt / 2), n: top.n, dt: dt / 2})
	for _, x := range r.Known {
		if x.Level >= 0 && x.Level < len(r.levels) && x.Index >= 0 && x.Index < mostOfLevel && len(x.Values) == len(r.subject.measures()) {
			r.levels[x.Level].put(x)
		}
	}
}

// put enters what a network left.
func (l *level) put(x Replica) {
	for len(l.found) <= x.Index {
		l.found = append(l.found, nil)
	}
	l.found[x.Index] = &x
}

// whole returns what the networks from the first one on left, without a gap.
func (l *level) whole() []*Replica {
	if k := slices.Index(l.found, nil); k >= 0 {
		return l.found[:k]
	}
	return l.found
}

// values returns a measure of the first networks of a level, so many at most, without those in which it does not exist.
func (l *level) values(measure, most int) (list []float64) {
	found := l.whole()
	for _, x := range found[:min(most, len(found))] {
		if v := float64(x.Values[measure]); !math.IsNaN(v) {
			list = append(list, v)
		}
	}
	return list
}

// adapt simulates as many networks of every size, round by round, until the exponents are known. Most of the time goes to the largest
// ones, however few the others are.
func (r *runner) adapt(ctx context.Context) error {
	want := make([]int, len(r.levels)-1)
	for r.even = pilot; ; {
		for k := range want {
			want[k] = r.even
		}
		if err := r.fill(ctx, want, r.deadline(forRounds)); err != nil || r.spent || !r.more() {
			return err
		}
	}
}

// balance gives every size the time of the largest, or BiasTime of it: many small networks show the bias of finite ones best. Exponents are not fitted to
// them, lest what falls faster than the leading order at small N, known ever so well, passes for another exponent.
func (r *runner) balance(ctx context.Context) error {
	want, top, factor := make([]int, len(r.levels)-1), len(r.levels)-2, r.BiasTime
	if factor == 0 {
		factor = 1
	}
	for k := range want {
		want[k] = max(r.even, int(math.Min(mostOfLevel, factor*float64(r.even)*r.cost(top)/r.cost(k))))
	}
	return r.fill(ctx, want, r.deadline(forRounds))
}

// halve simulates networks of the largest size with half the time step, as many as cost what one step did.
func (r *runner) halve(ctx context.Context) error {
	want := make([]int, len(r.levels))
	want[len(want)-1] = r.even / 2
	return r.fill(ctx, want, r.deadline(1))
}

// deadline returns when a part of the budget is spent.
func (r *runner) deadline(part float64) time.Time {
	if r.Budget <= 0 {
		return r.began.AddDate(1000, 0, 0)
	}
	return r.began.Add(time.Duration(part * float64(r.Budget)))
}

// task is a network to be simulated.
type task struct{ level, index int }

// fill simulates what is missing of the networks wanted at each level, one of every size after the other. None is begun after the deadline.
func (r *runner) fill(ctx context.Context, want []int, deadline time.Time) error {
	var tasks []task
	for k, count := range want {
		for i := range count {
			if l := r.levels[k]; i >= len(l.found) || l.found[i] == nil {
				tasks = append(tasks, task{k, i})
				r.planned += r.cost(k)
			}
		}
	}
	slices.SortStableFunc(tasks, func(a, b task) int { return cmp.Compare(a.index, b.index) })
	workers := r.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for _, t := range tasks {
		if within.Err() != nil {
			break
		}
		if r.levels[t.level].n >= ensemble {
			if err := r.simulate(within, t, workers, deadline); err != nil {
				return err
			}
			continue
		}
		group.Go(func() error { return r.simulate(within, t, 1, deadline) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// cost is about proportional to the time that a network takes.
func (r *runner) cost(k int) float64 {
	const overhead = 3000 // neurons that take as long as what every network needs besides, where small ones shorten their steps
	return float64(r.levels[k].n+overhead) * r.levels[0].dt / r.levels[k].dt
}

// simulate runs a network, unless it is too late.
func (r *runner) simulate(ctx context.Context, t task, workers int, deadline time.Time) (err error) {
	l := r.levels[t.level]
	if time.Now().After(deadline) {
		r.lock.Lock()
		defer r.lock.Unlock()
		r.spent = true
		return nil
	}
	values, err := r.subject.measure(ctx, l.scenario, uint64(t.level)<<32|uint64(t.index), workers)
	if err != nil {
		return fmt.Errorf("network %d of %d neurons: %w", t.index, l.n, err)
	}
	x := Replica{Level: t.level, Index: t.index}
	for _, v := range values {
		x.Values = append(x.Values, play.Number(v))
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if l.put(x); r.Keep != nil {
		r.Keep(x)
	}
	r.done += r.cost(t.level)
	r.Progress(ofLimit + (1-ofLimit)*r.done/r.planned)
	return nil
}
