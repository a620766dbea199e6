package single

import (
	"context"
	"strings"

	"lapicque/neuron"
	"lapicque/neuron/continuation"
	"lapicque/neuron/membrane"
)

// RateOptions are the currents of a curve of firing rates and how it is computed.
type RateOptions struct {
	From, To float64       // ends of the mesh of currents
	Count    int           // of currents, evenly spaced, ends included
	Duration float64       // spent at each current; 0: 60 times the slowest relaxation of the neuron at rest
	Method   string        // of integration, one of Methods
	Accuracy float64       // its relative and absolute tolerance
	Workers  int           // goroutines, 0: all cores; results do not depend on it
	Progress func(float64) // told the fraction that is done; may be nil
}

const maxCurrents = 10000

// Validate returns neuron.Faults, or nil.
func (o RateOptions) Validate() error {
	fs := rangeFaults(o.From, o.To)
	fs.Add(o.Count >= 2 && o.Count <= maxCurrents, "count", o.Count, "a whole number of currents from 2 to 10000")
	fs.Add(o.Duration >= 0 && o.Duration-o.Duration == 0, "duration", o.Duration, "a positive time at each current")
	_, known := methods[o.Method]
	fs.Add(known, "method", o.Method, "one of "+strings.Join(Methods(), ", "))
	fs.Add(o.Accuracy >= 1e-14 && o.Accuracy <= 1e-2, "tolerance", o.Accuracy, "a number from 1e-14 to 1e-2")
	fs.Add(o.Workers >= 0, "workers", o.Workers, "a whole number ≥ 0")
	return fs.Err()
}

// rangeFaults returns what is wrong with the ends of a range of currents.
func rangeFaults(from, to float64) (fs neuron.Faults) {
	fs.Add(from-from == 0, "from", from, "a finite current")
	fs.Add(to-to == 0 && !(to <= from), "to", to, "a finite current above --from")
	return fs
}

// Rates is the firing rate of a neuron against its current.
type Rates struct {
	Header
	Duration   float64   `json:"duration"`     // at each current, of which the last half is counted
	RateUnit   string    `json:"rate_unit"`    // Hz where time is in ms
	Rheobase   *float64  `json:"rheobase"`     // least step of current from rest that makes a spike within the duration; nil: not between two currents of the mesh, or no rest
	Onset      *float64  `json:"onset"`        // least current with repetitive firing: with a stable cycle, where cycles are followed, else of the mesh; nil: none
	Hysteresis []Span    `json:"hysteresis"`   // ranges of the mesh in which one sweep fires and the other rests
	Bistable   []Span    `json:"bistable"`     // the same by continuation, for smooth models
	Firing     []Span    `json:"firing"`       // ranges with a stable cycle, by continuation, for smooth models
	Currents   []RateRow `json:"currents"`     // ascending
	Followed   bool      `json:"continuation"` // whether Bistable and Firing are known
}

// RateRow holds what happens at one current.
type RateRow struct {
	Current float64  `json:"current"`
	Up      float64  `json:"up"`      // rate as the current ascends, in RateUnit
	Down    float64  `json:"down"`    // rate as it descends
	Latency *float64 `json:"latency"` // time from a step of current at rest to the first spike; nil: none within the duration
}

// Span is a range of currents and what happens at its ends.
type Span struct {
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	Begins string  `json:"begins,omitempty"`
	Ends   string  `json:"ends,omitempty"`
}

// FindRates computes firing rates on a mesh of currents. Two sweeps go through it, up and down: the current moves to its next value within a
// quarter of the time spent there, so that the state follows, and stays. Each sweep begins with a step from rest at I = 0 (or, without such a rest, at the current From). A rate is (k − 1) over the time between the first
// and the last of the k ≥ 2 spikes in the last half of the time at a current, and 0 where there are fewer or where they have ceased: less than
// 2/Duration cannot be told from 0. Beside the Hopf points and folds of a smooth model the bistable ranges are those of its continuation (package
// continuation), those of the sweeps are right to the mesh. The error is neuron.Faults, *ode.Stuck or that of the context.
func FindRates(ctx context.Context, m membrane.Model, o RateOptions) (*Rates, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if err := membrane.Validate(m); err != nil {
		return nil, err
	}
	s := newSweeps(m, o)
	r := &Rates{Header: HeaderOf(m), Duration: s.duration, RateUnit: s.unit, Currents: make([]RateRow, o.Count), Followed: follows(m),
		Hysteresis: []Span{}, Bistable: []Span{}, Firing: []Span{}}
	for k := range r.Currents {
		r.Currents[k].Current = s.current(k)
	}
	if err := s.run(ctx, r); err != nil {
		return nil, err
	}
	r.summarise()
	return r, s.threshold(ctx, r)
}

// summarise finds the onset of firing and the ranges in which the sweeps differ.
func (r *Rates) summarise() {
	rows := r.Currents
	for k := range rows {
		if rows[k].Up > 0 || rows[k].Down > 0 {
			r.Onset = &rows[k].Current
			break
		}
	}
	if len(r.Firing) > 0 {
		r.Onset = &r.Firing[0].From
	}
	differs := func(k int) bool { return k < len(rows) && (rows[k].Up > 0) != (rows[k].Down > 0) }
	for k := 0; k < len(rows); k++ {
		if !differs(k) {
			continue
		}
		first := k
		for differs(k + 1) {
			k++
		}
		r.Hysteresis = append(r.Hysteresis, Span{From: rows[first].Current, To: rows[k].Current})
	}
}

// spans writes ranges with the names of their ends.
func spans(list []continuation.Range) []Span {
	out := []Span{}
	for _, r := range list {
		out = append(out, Span{r.From, r.To, r.Begins.String(), r.Ends.String()})
	}
	return out
}

// follows reports whether cycles of the model can be followed: it neither resets nor switches.
func follows(m membrane.Model) bool {
	_, resets := m.(membrane.Hybrid)
	_, switches := m.(membrane.Switching)
	return !resets && !switches
}
