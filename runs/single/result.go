package single

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"lapicque/neuron/membrane"
)

// Result is what a neuron did.
type Result struct {
	Model      string             `json:"model"`
	Title      string             `json:"title"`
	Source     string             `json:"source"`
	Parameters map[string]float64 `json:"parameters"`
	TimeUnit   string             `json:"time_unit"`    // empty: without dimension, as in the next
	Unit       string             `json:"current_unit"` // of the current
	Current    string             `json:"current"`
	Duration   float64            `json:"duration"` // that was reached
	Scheme     Scheme             `json:"scheme"`
	Start      map[string]float64 `json:"start"`
	Rest       []Equilibrium      `json:"rest"`
	Spikes     []float64          `json:"spikes"`
	Latency    *float64           `json:"latency,omitempty"` // time of the first spike
	Rate       float64            `json:"rate"`              // spikes in the last half over its length, in 1/time
	Interval   *float64           `json:"interval,omitempty"`
	Variation  *float64           `json:"variation,omitempty"` // of the intervals of the last half: standard deviation over mean

	plan   Plan
	card   membrane.Card
	times  []float64
	inputs []float64
	states [][]float64 // a slice a variable
}

// Scheme says how the equations were integrated.
type Scheme struct {
	Name      string  `json:"name"`
	Order     string  `json:"order"`
	Tolerance float64 `json:"tolerance,omitempty"`
	Noise     float64 `json:"noise,omitempty"`
	Step      float64 `json:"step,omitempty"`
	Seed      uint64  `json:"seed,omitempty"`
}

// Equilibrium is a state of rest at a constant current.
type Equilibrium struct {
	Current float64            `json:"current"`
	State   map[string]float64 `json:"state"`
}

func newResult(p Plan) *Result {
	card := p.Model.Card()
	r := &Result{Model: card.Name, Title: card.Title, Source: card.Source, TimeUnit: card.TimeUnit, Unit: card.CurrentUnit, Current: p.Written, Parameters: map[string]float64{},
		Scheme: Scheme{Name: p.Method, Order: methods[p.Method].order, Tolerance: p.Tolerance}, plan: p, card: card, states: make([][]float64, len(card.Variables)), Spikes: []float64{}, Rest: []Equilibrium{}}
	if p.Noise > 0 {
		r.Scheme = Scheme{Name: noisyScheme, Order: noisyOrder, Noise: p.Noise, Step: p.Step, Seed: p.Seed}
		if _, switches := p.Model.(membrane.Switching); switches {
			r.Scheme.Order += sidesOrder
		}
	}
	for _, q := range p.Model.Parameters() {
		r.Parameters[q.Name] = *q.Value
	}
	r.Start = r.named(p.start())
	currents := []float64{0}
	if p.Current.Constant() && p.Current.At(0) != 0 {
		currents = append(currents, p.Current.At(0))
	}
	for _, current := range currents {
		for _, y := range membrane.Rest(p.Model, current) {
			r.Rest = append(r.Rest, Equilibrium{current, r.named(y)})
		}
	}
	return r
}

// named returns a state by the names of its variables.
func (r *Result) named(y []float64) map[string]float64 {
	out := map[string]float64{}
	for k, v := range r.card.Variables {
		out[v.Name] = y[k]
	}
	return out
}

// Written is a state with names and units.
func (r *Result) Written(state map[string]float64) string {
	var parts []string
	for _, v := range r.card.Variables {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s = %.6g %s", v.Name, state[v.Name], v.Unit)))
	}
	return strings.Join(parts, ", ")
}

// add appends a row.
func (r *Result) add(at float64, y []float64) {
	r.times, r.inputs = append(r.times, at), append(r.inputs, r.plan.Current.At(at))
	for k, v := range y {
		r.states[k] = append(r.states[k], v)
	}
}

// summarise computes what the spikes up to the last row say.
func (r *Result) summarise() {
	if len(r.times) == 0 {
		return
	}
	r.Duration = r.times[len(r.times)-1]
	r.Spikes = r.Spikes[:sort.Search(len(r.Spikes), func(k int) bool { return r.Spikes[k] > r.Duration })]
	if len(r.Spikes) > 0 {
		r.Latency = &r.Spikes[0]
	}
	late := r.Spikes[sort.SearchFloat64s(r.Spikes, r.Duration/2):]
	if r.Duration > 0 {
		r.Rate = float64(len(late)) / (r.Duration / 2)
	}
	if n := len(late) - 1; n > 0 {
		mean, square := (late[n]-late[0])/float64(n), 0.0
		for k := range n {
			d := late[k+1] - late[k] - mean
			square += d * d
		}
		variation := math.Sqrt(square/float64(n)) / mean
		r.Interval, r.Variation = &mean, &variation
	}
}
