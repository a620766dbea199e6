package single

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"lapicque/neuron"
	"lapicque/neuron/continuation"
	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

// sweeps is what all parts of one computation need.
type sweeps struct {
	RateOptions
	model    membrane.Model
	rest     []float64
	resting  bool // whether rest is a stable equilibrium
	duration float64
	unit     string
	factor   float64 // from 1/time to the unit of rates
	done     atomic.Int64
}

func newSweeps(m membrane.Model, o RateOptions) *sweeps {
	s := &sweeps{RateOptions: o, model: m, unit: "1", factor: 1, duration: o.Duration}
	if m.Card().TimeUnit == "ms" {
		s.unit, s.factor = "Hz", 1000
	}
	slowest := s.settle(0)
	if !s.resting {
		slowest = s.settle(o.From)
	}
	if s.duration == 0 {
		s.duration = 60 / slowest
	}
	return s
}

// settle takes the stable equilibrium of lowest potential at a current for the state of rest, or what the clamp gives at the lowest
// potential where there is none, and returns the rate of its slowest relaxation.
func (s *sweeps) settle(current float64) float64 {
	for _, e := range continuation.At(s.model, current) {
		if e.Stable() {
			s.rest, s.resting = e.State, true
			return -real(e.Eigenvalues[0])
		}
	}
	card := s.model.Card()
	n := len(card.Variables)
	s.rest = make([]float64, n)
	s.model.Clamp(card.Potentials[0], s.rest)
	j := make([]float64, n*n)
	s.model.Jacobian(s.rest, j)
	slowest := math.Inf(1)
	for i := range n {
		if d := math.Abs(j[i*n+i]); d > 0 {
			slowest = math.Min(slowest, d)
		}
	}
	return slowest
}

func (s *sweeps) current(k int) float64 {
	return s.From + (s.To-s.From)*float64(k)/float64(s.Count-1)
}

// run makes the sweeps, the latencies and the continuation, side by side.
func (s *sweeps) run(ctx context.Context, r *Rates) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(cmp.Or(s.Workers, runtime.GOMAXPROCS(0)))
	rows := r.Currents
	group.Go(func() error { return s.stairs(ctx, rows, func(row *RateRow) *float64 { return &row.Up }) })
	descending := make([]RateRow, len(rows))
	for k := range rows {
		descending[len(rows)-1-k].Current = rows[k].Current
	}
	group.Go(func() error { return s.stairs(ctx, descending, func(row *RateRow) *float64 { return &row.Down }) })
	if r.Followed {
		group.Go(func() error {
			d, err := continuation.NewDiagram(ctx, s.model, s.From, s.To)
			if err == nil {
				r.Bistable, r.Firing = spans(d.Bistable()), spans(d.Firing())
			}
			return err
		})
	}
	for k := range rows {
		group.Go(func() (err error) {
			rows[k].Latency, err = s.latency(ctx, rows[k].Current)
			s.tell()
			return err
		})
	}
	err := group.Wait()
	for k := range rows {
		rows[k].Down = descending[len(rows)-1-k].Down
	}
	return err
}

// stairs goes through the currents in their order and writes the rate at each.
func (s *sweeps) stairs(ctx context.Context, rows []RateRow, rate func(*RateRow) *float64) error {
	t := s.trajectory(s.staircase(rows))
	var spikes []float64
	for k := range rows {
		var err error
		half, end := (float64(k)+0.5)*s.duration, float64(k+1)*s.duration
		if spikes, err = t.Advance(ctx, half, spikes[:0]); err != nil {
			return err
		}
		if spikes, err = t.Advance(ctx, end, spikes[:0]); err != nil {
			return err
		}
		*rate(&rows[k]) = s.factor * steady(spikes, end)
		s.tell()
	}
	return nil
}

// staircase returns the current of a sweep. A rest that has lost its stability would be left too slowly near a Hopf point: where equilibria are there and
// none is stable, a pulse of a hundredth of the time and a tenth of the model's range drives the neuron away.
func (s *sweeps) staircase(rows []RateRow) neuron.Current {
	var times, currents []float64
	add := func(at, current float64) { times, currents = append(times, at), append(currents, current) }
	lives := s.model.Card().Currents
	for k, row := range rows {
		begins := float64(k) * s.duration
		add(begins, rows[max(k-1, 0)].Current)
		add(begins+0.25*s.duration, row.Current)
		if s.restless(row.Current) {
			add(begins+0.255*s.duration, row.Current+0.1*(lives[1]-lives[0]))
			add(begins+0.26*s.duration, row.Current)
		}
	}
	return neuron.NewTable(times, currents)
}

// restless reports whether there are equilibria at a current and none is stable.
func (s *sweeps) restless(current float64) bool {
	states := continuation.At(s.model, current)
	return len(states) > 0 && !slices.ContainsFunc(states, continuation.Equilibrium.Stable)
}

func (s *sweeps) trajectory(current neuron.Current) *membrane.Trajectory {
	return membrane.NewTrajectory(s.model, current, s.rest, ode.Options{Method: methods[s.Method].Method, Rtol: s.Accuracy, Atol: s.Accuracy})
}

// steady returns the rate of a train that goes on until the end, 0 where it has ceased: where the silence at the end is twice the longest interval.
func steady(spikes []float64, end float64) float64 {
	n := len(spikes)
	if n < 2 {
		return 0
	}
	longest := 0.0
	for k := 1; k < n; k++ {
		longest = math.Max(longest, spikes[k]-spikes[k-1])
	}
	if end-spikes[n-1] > 2*longest {
		return 0
	}
	return float64(n-1) / (spikes[n-1] - spikes[0])
}

// latency returns the time of the first spike after a step from rest, nil without one.
func (s *sweeps) latency(ctx context.Context, current float64) (*float64, error) {
	if !s.resting {
		return nil, nil
	}
	t := s.trajectory(neuron.Constant(current))
	for t.Time() < s.duration {
		if err := cmp.Or(ctx.Err(), t.Step(s.duration)); err != nil {
			return nil, err
		}
		if at, fired := t.Spike(); fired {
			return &at, nil
		}
	}
	return nil, nil
}

// tell reports progress: each current is met three times.
func (s *sweeps) tell() {
	done := s.done.Add(1)
	if s.Progress != nil {
		s.Progress(float64(done) / float64(3*s.Count))
	}
}

// threshold finds the rheobase by bisection to 10⁻⁸ of itself.
func (s *sweeps) threshold(ctx context.Context, r *Rates) error {
	first := slices.IndexFunc(r.Currents, func(row RateRow) bool { return row.Latency != nil })
	if first < 1 {
		return nil
	}
	low, high := r.Currents[first-1].Current, r.Currents[first].Current
	for high-low > math.Max(1e-8*math.Abs(high), 1e-13*(s.To-s.From)) {
		mid := low + (high-low)/2
		latency, err := s.latency(ctx, mid)
		if err != nil {
			return err
		}
		if latency != nil {
			high = mid
		} else {
			low = mid
		}
	}
	r.Rheobase = &high
	return nil
}
