package fit

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/neuron/ode"
)

// Plan says what recording is made: a model neuron responds to a current I = Mean + Deviation·x, x being an Ornstein–Uhlenbeck process of variance
// 1, the same in all repeats, and to white noise on its potential, different in each.
type Plan struct {
	Model                        membrane.Model
	Duration, Step               float64 // ms
	Mean, Deviation, Correlation float64 // of the current, in the model's unit, and ms
	Noise                        float64 // σ, mV/√ms
	Repeats                      int
	Seed                         uint64
}

// stimuli are currents to which models fire irregularly at about 20 spikes a second: mean and deviation in their own unit.
var stimuli = map[string][2]float64{"hodgkin-huxley": {3, 5}, "lif": {0.2, 0.2}, "adex": {500, 500}, "izhikevich": {4, 5}, "mat": {0.3, 0.3}}

// Makers returns the models that recordings can be made of.
func Makers() []string { return []string{"hodgkin-huxley", "lif", "adex", "izhikevich", "mat"} }

// NewPlan returns a plan for a model: 20 s at 0.1 ms, a correlation time of 10 ms. The error is neuron.Faults.
func NewPlan(name string) (Plan, error) {
	if !slices.Contains(Makers(), name) {
		return Plan{}, neuron.Faults{{Field: "make", Value: name, Accepted: "one of " + strings.Join(Makers(), ", ")}}
	}
	m, err := membrane.New(name)
	s := stimuli[name]
	return Plan{Model: m, Duration: 20000, Step: 0.1, Mean: s[0], Deviation: s[1], Correlation: 10, Repeats: 1}, err
}

// Validate returns neuron.Faults, or nil.
func (p Plan) Validate() error {
	var fs neuron.Faults
	if err := membrane.Validate(p.Model); err != nil {
		fs = err.(neuron.Faults)
	}
	fs.Add(finite(p.Step) && p.Step > 0, "step", p.Step, "a time > 0 in ms")
	fs.Add(finite(p.Duration) && p.Duration >= 10*p.Step && p.Duration <= 1e7*p.Step, "duration", p.Duration, "a time of 10 to 10⁷ steps, in ms")
	fs.Add(finite(p.Mean), "mean", p.Mean, "a current")
	fs.Add(finite(p.Deviation) && p.Deviation > 0, "deviation", p.Deviation, "a current > 0")
	fs.Add(finite(p.Correlation) && p.Correlation > 0, "correlation", p.Correlation, "a time > 0 in ms")
	fs.Add(finite(p.Noise) && p.Noise >= 0, "noise", p.Noise, "a number ≥ 0, in mV/√ms")
	fs.Add(p.Repeats >= 1 && p.Repeats <= 1000, "repeats", p.Repeats, "a number from 1 to 1000")
	return fs.Err()
}

// Make makes the recording. Without noise the equations are integrated to a relative tolerance of 10⁻⁸; with noise by membrane.NoisyPath in steps of a
// quarter of p.Step. The error is neuron.Faults, *ode.Stuck or that of the context.
func Make(ctx context.Context, p Plan) (*Recording, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	n := int(math.Round(p.Duration / p.Step))
	r := &Recording{Dt: p.Step, Current: p.current(n), Unit: "nA"}
	changes := make([]neuron.Change, n-1)
	for k := range changes {
		changes[k] = neuron.Change{Time: float64(k+1) * p.Step, Current: r.Current[k+1]}
	}
	current := neuron.NewSteps(r.Current[0], changes...)
	start := make([]float64, len(p.Model.Card().Variables))
	for k, rest := range membrane.Rest(p.Model, 0) {
		if k == 0 {
			copy(start, rest)
		}
	}
	for k := range p.Repeats {
		potential, spikes, err := p.respond(ctx, current, start, n, p.Seed+uint64(k)*0x9e3779b97f4a7c15)
		if err != nil {
			return nil, err
		}
		r.Potential, r.Spikes = append(r.Potential, potential), append(r.Spikes, spikes)
	}
	switch p.Model.Card().CurrentUnit {
	case "pA":
		for k := range r.Current {
			r.Current[k] /= 1000
		}
	case "µA/cm²":
		r.Unit = "µA/cm²"
	}
	return r, nil
}

// current draws the samples exactly, I(0) from the stationary law.
func (p Plan) current(n int) []float64 {
	random := rand.New(rand.NewPCG(p.Seed, 0))
	keep := math.Exp(-p.Step / p.Correlation)
	out, x := make([]float64, n), random.NormFloat64()
	for k := range out {
		out[k] = p.Mean + p.Deviation*x
		x = keep*x + math.Sqrt(1-keep*keep)*random.NormFloat64()
	}
	return out
}

// respond returns the potential at the samples and the times of the spikes.
func (p Plan) respond(ctx context.Context, current neuron.Current, start []float64, n int, seed uint64) (potential, spikes []float64, err error) {
	var path interface {
		State() []float64
		Advance(context.Context, float64, []float64) ([]float64, error)
	} = membrane.NewTrajectory(p.Model, current, start, ode.Options{Rtol: 1e-8})
	if p.Noise > 0 {
		path = membrane.NewNoisyPath(p.Model, current, start, p.Noise, p.Step/4, seed)
	}
	potential = make([]float64, n)
	for k := range potential {
		potential[k] = path.State()[0]
		if spikes, err = path.Advance(ctx, float64(k+1)*p.Step, spikes); err != nil {
			return nil, nil, err
		}
	}
	return potential, spikes, nil
}
