package fit

import (
	"cmp"
	"slices"

	"lapicque/compare"
)

// Result is what fits found.
type Result struct {
	Duration    float64  `json:"duration_ms"`
	Step        float64  `json:"step_ms"`
	CurrentUnit string   `json:"current_unit"`
	Spikes      []int    `json:"spikes"` // of each repeat
	Delta       float64  `json:"delta_ms"`
	Split       float64  `json:"split_ms"`
	Reliability *Parts   `json:"reliability"` // mean Γ between repeats; nil without repeats
	Models      []Fitted `json:"models"`      // the best on held-out data first

	name      string // of the recording
	recording *Recording
	split     Split
}

// Parts are numbers for the part that was fitted to and the part that was held out.
type Parts struct {
	Train float64 `json:"train"`
	Test  float64 `json:"test"`
}

// Fitted is a model with the parameters that were found.
type Fitted struct {
	Model      string      `json:"model"`
	Title      string      `json:"title"`
	Source     string      `json:"source"`
	Train      Score       `json:"train"`
	Test       Score       `json:"test"`
	Relative   *Parts      `json:"relative"` // Γ over the reliability; nil without repeats, or where it is not above 0
	Parameters []Parameter `json:"parameters"`
	Edges      []string    `json:"edges"` // of the ranges at whose ends parameters were found

	spikes, potential []float64
}

// Parameter is a number of a fitted model. Fixed ones are those of the model's source.
type Parameter struct {
	Name    string  `json:"name"`
	Unit    string  `json:"unit,omitempty"`
	Meaning string  `json:"meaning"`
	Value   float64 `json:"value"`
	Fixed   bool    `json:"fixed,omitempty"`
}

// Score holds the spikes of a model against those of the repeats. Means are over the repeats.
type Score struct {
	Gamma     float64 `json:"gamma"`  // 0 for a silent model, −1 for one that is too fast for Γ (2νδ ≥ 1)
	Spikes    int     `json:"spikes"` // of the model
	Recorded  float64 `json:"recorded"`
	Pairs     float64 `json:"coincidences"`
	Deviation float64 `json:"rms_ms"` // of coincident spikes
}

// newScore compares a model's spikes with the repeats over a time.
func newScore(trains [][]float64, model []float64, duration, delta float64) Score {
	s, n := Score{Spikes: len(model)}, float64(len(trains))
	for _, train := range trains {
		s.Recorded += float64(len(train)) / n
		if len(model) == 0 {
			continue
		}
		c, err := compare.CoincidenceFactor(train, model, duration, delta)
		if err != nil {
			c.Gamma = -1
		}
		s.Gamma, s.Pairs, s.Deviation = s.Gamma+c.Gamma/n, s.Pairs+float64(c.Pairs)/n, s.Deviation+c.Deviation/n
	}
	return s
}

// result tries the best place of each model on the whole recording.
func (f *fitting) result(ended [][]place) (*Result, error) {
	r := f.recording
	out := &Result{Duration: r.Duration(), Step: r.Dt, CurrentUnit: r.Unit, Delta: f.Delta, Split: f.split.At, name: r.Name, recording: r, split: f.split}
	var train, test [][]float64
	for _, spikes := range r.Spikes {
		out.Spikes = append(out.Spikes, len(spikes))
		train, test = append(train, f.split.train(spikes)), append(test, f.split.test(spikes))
	}
	held := f.split.End - f.split.At
	if len(train) > 1 {
		before, err := compare.Reliability(train, f.split.At, f.Delta)
		if err != nil {
			return nil, err
		}
		after, err := compare.Reliability(test, held, f.Delta)
		if err != nil {
			return nil, err
		}
		out.Reliability = &Parts{before, after}
	}
	for k, s := range f.spaces {
		one := s.fitted(ended[k][0].x, r)
		one.Train = newScore(train, f.split.train(one.spikes), f.split.At, f.Delta)
		one.Test = newScore(test, f.split.test(one.spikes), held, f.Delta)
		if p := out.Reliability; p != nil && p.Train > 0 && p.Test > 0 {
			one.Relative = &Parts{one.Train.Gamma / p.Train, one.Test.Gamma / p.Test}
		}
		out.Models = append(out.Models, one)
	}
	slices.SortStableFunc(out.Models, func(a, b Fitted) int { return cmp.Compare(b.Test.Gamma, a.Test.Gamma) })
	return out, nil
}

// fitted describes a place and lets its model respond to the whole recording.
func (s space) fitted(x []float64, r *Recording) Fitted {
	c := s.candidate(x)
	card := c.model.Card()
	out := Fitted{Model: s.name, Title: card.Title, Source: card.Source, Edges: []string{}, potential: make([]float64, len(r.Current))}
	for k, a := range s.axes {
		if a.edge(x[k]) {
			out.Edges = append(out.Edges, a.name)
		}
	}
	out.spikes = c.respond(r.Current, make([]float64, len(r.Current)), r.Dt, nil, out.potential)

	for _, p := range c.model.Parameters() {
		out.Parameters = append(out.Parameters, Parameter{p.Name, p.Unit, p.Meaning, *p.Value, slices.Contains(s.fixed, p.Name)})
	}
	if s.name == "izhikevich" {
		out.Parameters = append(out.Parameters, Parameter{"gain", "mV/ms per " + r.Unit, "of the recorded current", c.gain, false},
			Parameter{"offset", "mV/ms", "added to the current", c.offset, false})
	}
	return out
}
