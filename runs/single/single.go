package single

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

// Bounds of a trajectory: rows at equal steps, spikes, and currents as a multiple of the range in which the model lives.
const (
	farthest   = 1000
	mostRows   = 2e6
	mostSpikes = 200000
)

// Plan is what one neuron is put through. Times and currents have the units of the model's Card.
type Plan struct {
	Model     membrane.Model
	Current   neuron.Current
	Written   string // the current as the user wrote it
	Duration  float64
	Sample    float64 // time between rows of the trajectory; 0: a 4000th of Duration, at most 0.05, but never more than 10⁶ rows
	Method    string  // one of Methods, without noise
	Tolerance float64 // of the local error, relative and absolute, without noise
	Noise     float64 // σ of the white noise on the potential, per square root of time
	Step      float64 // of the noisy scheme
	Seed      uint64  // of the noise
}

// methods are the integrators by name; the second word is what is told of their order.
var methods = map[string]struct {
	ode.Method
	order string
}{
	"dormand-prince": {ode.DormandPrince, "order 5, with control of the local error by an embedded order 4"},
	"dop853":         {ode.DOP853, "order 8, with control of the local error by embedded orders 5 and 3"},
	"rodas5p":        {ode.Rodas5P, "order 5, for stiff equations, with control of the local error by an embedded order 4"},
}

// noisyScheme is the scheme with noise.
const (
	noisyScheme = "sra1"
	noisyOrder  = "strong order 3/2, weak order 2 (Rößler 2010)"
	sidesOrder  = ", 1 where the model changes side"
)

// Methods returns the names of the integrators.
func Methods() []string { return []string{"dormand-prince", "dop853", "rodas5p"} }

// NewPlan returns the plan of a model by its name: no current, a duration of 200, Dormand–Prince to 10⁻⁸. The error is neuron.Faults.
func NewPlan(name string) (Plan, error) {
	m, err := membrane.New(name)
	return Plan{Model: m, Current: neuron.Constant(0), Written: "0", Duration: 200, Method: Methods()[0], Tolerance: 1e-8, Step: 0.01, Seed: 1}, err
}

// Validate returns neuron.Faults, or nil. The model's own parameters are checked by membrane.Validate.
func (p Plan) Validate() error {
	var fs neuron.Faults
	fs.Add(finite(p.Duration) && p.Duration > 0, "duration", p.Duration, "a time > 0")
	fs.Add(p.Sample == 0 || finite(p.Sample) && p.Sample > 0 && p.Sample <= p.Duration && p.Duration/p.Sample <= mostRows, "sample", p.Sample, "a time > 0 that the duration holds once to 2·10⁶ times")
	_, known := methods[p.Method]
	fs.Add(known, "method", p.Method, "one of "+fmt.Sprint(Methods()))
	fs.Add(p.Tolerance >= 1e-14 && p.Tolerance <= 1e-2, "tolerance", p.Tolerance, "a number from 1e-14 to 1e-2")
	fs.Add(finite(p.Noise) && p.Noise >= 0, "noise", p.Noise, "a number ≥ 0")
	if card := p.Model.Card(); len(fs) == 0 {
		most := farthest * math.Max(math.Abs(card.Currents[0]), math.Abs(card.Currents[1]))
		peak := p.peak()
		fs.Add(peak <= most, "current", peak, strings.TrimSpace(fmt.Sprintf("a current of at most %.4g %s, %d times what the model lives in", most, card.CurrentUnit, farthest)))
	}
	fs.Add(finite(p.Step) && p.Step > 0 && (p.Noise == 0 || p.Duration/p.Step <= 1e9), "step", p.Step, "a time > 0 that the duration holds at most 10⁹ times")
	return fs.Err()
}

// peak returns the largest magnitude of the current at the rows.
func (p Plan) peak() (most float64) {
	for k, n := 0, p.rows(); k <= n; k++ {
		most = math.Max(most, math.Abs(p.Current.At(p.Duration*float64(k)/float64(n))))
	}
	return most
}

// rows returns the number of intervals between rows.
func (p Plan) rows() int {
	step := p.Sample
	if step == 0 {
		step = math.Max(math.Min(p.Duration/4000, 0.05), p.Duration/1e6)
	}
	return int(math.Max(1, math.Round(p.Duration/step)))
}

// start returns the state at time 0: the equilibrium of least potential without current; where there is none, the state of a Hybrid after a
// spike, else rest at the middle of the potentials.
func (p Plan) start() []float64 {
	if rest := membrane.Rest(p.Model, 0); len(rest) > 0 {
		return rest[0]
	}
	card := p.Model.Card()
	y := make([]float64, len(card.Variables))
	p.Model.Clamp((card.Potentials[0]+card.Potentials[1])/2, y)
	if h, ok := p.Model.(membrane.Hybrid); ok {
		h.Reset(y)
	}
	return y
}

// Run integrates the neuron. When the context ends or no step is small enough, the result reaches as far as the solution did and the error says why:
// neuron.Faults (then without a result), *ode.Stuck or that of the context. progress, unless nil, is told the fraction done.
func Run(ctx context.Context, p Plan, progress func(float64)) (*Result, error) {
	if err := errors.Join(p.Validate(), membrane.Validate(p.Model), p.Current.Validate()); err != nil {
		return nil, err
	}
	r := newResult(p)
	path := p.path(r.add)
	n := p.rows()
	for k := range n + 1 {
		at := p.Duration * float64(k) / float64(n)
		var err error
		if r.Spikes, err = path.advance(ctx, at, r.Spikes); err != nil {
			r.summarise()
			return r, err
		}
		if slices.ContainsFunc(path.state(), func(x float64) bool { return !finite(x) }) {
			r.summarise()
			return r, &ode.Stuck{Time: at}
		}
		if len(r.Spikes) > mostSpikes {
			return nil, neuron.Faults{{Field: "current", Value: p.Written, Accepted: "a current at which at most 200000 spikes fall into the duration"}}
		}
		r.add(at, path.state())
		if progress != nil && k%1024 == 0 {
			progress(float64(k) / float64(n))
		}
	}
	r.summarise()
	return r, nil
}

// course is a solution that is asked for states at ascending times.
type course interface {
	advance(ctx context.Context, until float64, spikes []float64) ([]float64, error)
	state() []float64
}

// path returns the solution from the start; row takes states besides those asked for, in order of time.
func (p Plan) path(row func(at float64, y []float64)) course {
	y := p.start()
	if p.Noise > 0 {
		return noisy{membrane.NewNoisyPath(p.Model, p.Current, y, p.Noise, p.Step, p.Seed)}
	}
	o := ode.Options{Method: methods[p.Method].Method, Rtol: p.Tolerance, Atol: p.Tolerance}
	return &smooth{Trajectory: membrane.NewTrajectory(p.Model, p.Current, y, o), model: p.Model, row: row, end: p.Duration, y: slices.Clone(y)}
}

// noisy is a path with noise.
type noisy struct{ *membrane.NoisyPath }

func (n noisy) advance(ctx context.Context, until float64, spikes []float64) ([]float64, error) {
	return n.Advance(ctx, until, spikes)
}

func (n noisy) state() []float64 { return n.State() }

// smooth is a trajectory whose steps are not cut at the times asked for: states between them come from the dense output.
type smooth struct {
	*membrane.Trajectory
	model membrane.Model
	row   func(at float64, y []float64)
	end   float64
	y     []float64
	fired bool // in the last step
}

func (s *smooth) advance(ctx context.Context, until float64, spikes []float64) ([]float64, error) {
	for k := 0; s.Time() < until && len(spikes) <= mostSpikes; k++ {
		if k%64 == 0 && ctx.Err() != nil {
			return spikes, ctx.Err()
		}
		if s.fired {
			s.jump()
		}
		if err := s.Step(s.end); err != nil {
			return spikes, err
		}
		var at float64
		if at, s.fired = s.Spike(); s.fired {
			spikes = append(spikes, at)
		}
	}
	if s.Time() < until {
		return spikes, nil
	}
	if until > s.Before() && s.Time() > 0 {
		s.At(until, s.y)
	}
	return spikes, ctx.Err()
}

// jump makes two rows at the time of a spike of a Hybrid, before and after its reset.
func (s *smooth) jump() {
	if hybrid, ok := s.model.(membrane.Hybrid); ok {
		copy(s.y, s.State())
		s.row(s.Time(), s.y)
		hybrid.Reset(s.y)
		s.row(s.Time(), s.y)
	}
}

func (s *smooth) state() []float64 { return s.y }

func finite(x float64) bool { return x-x == 0 }
