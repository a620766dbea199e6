package fluctuations

import (
	"fmt"
	"math"

	"lapicque/compare"
	"lapicque/runs/scenario"
)

const level = 0.95 // of intervals and bands

// Result is what a study found. A value that could not be measured is left out.
type Result struct {
	Schema      int          `json:"schema"`
	Scenario    string       `json:"scenario"`
	Title       string       `json:"title"`
	Model       string       `json:"model"`
	Unit        string       `json:"time_unit"`
	Seed        uint64       `json:"seed"`
	Outcome     string       `json:"outcome"` // completed, cancelled or failed
	Error       string       `json:"error,omitempty"`
	Time        float64      `json:"time"`
	BurnIn      float64      `json:"burn_in"`
	Step        float64      `json:"step"`
	Bin         float64      `json:"bin"`
	Window      float64      `json:"window"`
	Segment     float64      `json:"segment"`
	Precision   float64      `json:"precision"`
	Notes       []string     `json:"notes,omitempty"`
	Verdict     string       `json:"verdict"`
	Text        string       `json:"text"`
	Populations []Population `json:"populations"`
}

// Population is what was found of one.
type Population struct {
	Name   string  `json:"name,omitempty"`
	Theory *Theory `json:"theory,omitempty"`
	Sizes  []Size  `json:"sizes"`
	Checks []Check `json:"checks"`
}

// Size is a population at one number of neurons.
type Size struct {
	N           int               `json:"N"` // in the population
	Replicas    int               `json:"replicas"`
	Rate        compare.Estimate  `json:"rate"`
	LongWindow  compare.Estimate  `json:"long_window"` // N·S(0) = N·L·Var(rate over L), L → ∞
	CV          *compare.Estimate `json:"cv,omitempty"`
	Fano        *compare.Estimate `json:"fano,omitempty"` // of a neuron in a long window
	Chi         *compare.Estimate `json:"chi,omitempty"`
	States      *compare.Estimate `json:"state_correlation,omitempty"` // of the potentials of two neurons
	Spikes      *compare.Estimate `json:"spike_correlation,omitempty"` // of their binned spikes
	Contingency *compare.Estimate `json:"contingency,omitempty"`       // φ², of the law of two potentials and the product
	Spectrum    Curve             `json:"spectrum"`
	Intervals   *Curve            `json:"intervals,omitempty"`
}

// Curve is a function with a simultaneous band, and theory where there is one.
type Curve struct {
	X      []float64 `json:"x"` // angular frequency; middle of a bin
	Value  []float64 `json:"value"`
	Low    []float64 `json:"low"`
	High   []float64 `json:"high"`
	Theory []float64 `json:"theory,omitempty"` // as the estimate would show it: through tapers, sampling and bins
	Exact  []float64 `json:"exact,omitempty"`  // of the spectrum, without
	Inside int       `json:"inside,omitempty"` // points at which the theory is in the band
	Wide   int       `json:"-"`                // … in one of level 99.9 %
}

// Check is a number held against what theory says of it.
type Check struct {
	Quantity string           `json:"quantity"`
	At       string           `json:"at"` // the number of neurons, or "N → ∞"
	Measured compare.Estimate `json:"measured"`
	Theory   float64          `json:"theory"`
	Verdict  compare.Verdict  `json:"verdict"`
	Text     string           `json:"text"`
}

func newResult(p Plan, s settings) *Result {
	head, _ := p.Scenario.Common()
	return &Result{Schema: 1, Scenario: p.Scenario.Name, Title: head.Title, Model: head.Model, Unit: p.Scenario.TimeUnit(), Seed: head.Seed, Outcome: "completed", Time: p.Time, BurnIn: p.BurnIn,
		Step: s.step, Bin: s.bin, Window: s.window, Segment: float64(s.segment) * s.step, Precision: p.Precision}
}

// begin enters the populations with the theory of the state that the pilot is in.
func (r *Result) begin(s *study, pilot []sample) {
	list := theories(s.Scenario)
	for k, x := range s.Scenario.Populations() {
		p := Population{Name: x.Name, Sizes: []Size{}, Checks: []Check{}}
		if len(list) > 0 {
			p.Theory = nearest(list, pilot[k].rate)
		}
		r.Populations = append(r.Populations, p)
	}
	if len(list) == 0 {
		r.Notes = append(r.Notes, "There is no linear-response theory of this scenario here, or none of its states is stable: what was measured stands by itself.")
		if s.Window == 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("The slowest relaxation time is not known: the window, %.4g, is a hundredth of the time, and nothing shows that it is long. "+
				"Compare N·S(0) and the Fano factor with those of another --window.", r.Window))
		}
	}
	if len(list) > 1 {
		r.Notes = append(r.Notes, "The equation has several stable states; the theory is that of the one whose rate is nearest to the network's.")
	}
}

// enter adds what was measured at a size.
func (r *Result) enter(s *study, n int, one *scenario.Scenario, all [][]sample, spectra []*compare.Spectrum) {
	for k, x := range one.Populations() {
		p := &r.Populations[k]
		value := func(f func(sample) (float64, bool)) *compare.Estimate { return measured(gather(all, k, f)) }
		size := Size{N: x.N, Replicas: len(all),
			Rate:       *value(func(x sample) (float64, bool) { return x.rate, true }),
			LongWindow: *value(func(x sample) (float64, bool) { return x.variance, true }),
			CV:         value(func(x sample) (float64, bool) { return x.cv() }),
			Fano:       value(func(x sample) (float64, bool) { return x.fanoLimit() }),
			Chi:        value(func(x sample) (float64, bool) { return x.chi, x.settled }),
		}
		size.pairs(all, k)
		size.Spectrum = s.spectrum(p, x.N, spectra[k])
		size.Intervals = s.intervals(p.Theory, s.frames[k], all, k)
		p.Sizes = append(p.Sizes, size)
	}
}

// measured returns the mean with its interval, nil of fewer than two values.
func measured(values []float64) *compare.Estimate {
	if len(values) < 2 {
		return nil
	}
	m := compare.Student(values)
	return &m
}

// pairs enters the correlations.
func (x *Size) pairs(all [][]sample, k int) {
	var states, spikes []compare.Pairs
	var laws []*compare.PairCells
	for _, r := range all {
		states, spikes, laws = append(states, r[k].states), append(spikes, r[k].counted), append(laws, r[k].pairs)
	}
	for _, one := range []struct {
		into *(*compare.Estimate)
		m    compare.Estimate
	}{{&x.States, compare.PairCorrelation(states)}, {&x.Spikes, compare.PairCorrelation(spikes)}, {&x.Contingency, compare.Chaos(laws)}} {
		if m := one.m; !math.IsNaN(m.Value) && !math.IsNaN(m.SE) {
			*one.into = &m
		}
	}
}

// highest is the highest frequency that is shown, as a part of that of the step: above, time steps alter what a network does.
const highest = 0.2

// wide is the level of the intervals outside of which a verdict is that theory and network disagree.
const wide = 0.999

// spectrum returns N·S(ω) with its band.
func (s *study) spectrum(p *Population, n int, found *compare.Spectrum) (c Curve) {
	c.X = found.Frequencies(highest * math.Pi / s.step)
	count := len(c.X)
	low, high := found.Band(level, count)
	for _, v := range found.Values(count) {
		v *= float64(n)
		c.Value, c.Low, c.High = append(c.Value, v), append(c.Low, v*low), append(c.High, v*high)
	}
	switch {
	case p.Theory == nil:
		return c
	case len(p.Sizes) > 0:
		c.Theory, c.Exact = p.Sizes[0].Spectrum.Theory, p.Sizes[0].Spectrum.Exact
	default:
		c.Theory = found.Expected(count, p.Theory.Rate, p.Theory.spectrum)
		for _, omega := range c.X {
			c.Exact = append(c.Exact, p.Theory.spectrum(omega))
		}
	}
	low, high = found.Band(wide, count)
	c.judge(func(k int) (float64, float64) { return c.Value[k] * low, c.Value[k] * high })
	return c
}

// judge counts the points whose theory is inside; the wide band is given.
func (c *Curve) judge(band func(k int) (low, high float64)) {
	for k, theory := range c.Theory {
		if c.Low[k] <= theory && theory <= c.High[k] {
			c.Inside++
		}
		if low, high := band(k); low <= theory && theory <= high {
			c.Wide++
		}
	}
}

// intervals returns the density of the interval with its band, nil without intervals.
func (s *study) intervals(t *Theory, f frame, all [][]sample, k int) *Curve {
	var rows [][]float64
	for _, r := range all {
		if d, ok := r[k].density(); ok {
			rows = append(rows, d)
		}
	}
	if len(rows) < batch || len(f.intervals) < 2 {
		return nil
	}
	count := len(f.intervals) - 1
	reach := func(level float64) float64 {
		return compare.StudentReach(len(rows), math.Pow(level, 1/float64(count)))
	}
	near, far := reach(level), reach(wide)
	var c Curve
	errors := make([]float64, count)
	for b := range count {
		values := make([]float64, len(rows))
		for r, row := range rows {
			values[r] = row[b]
		}
		m := compare.Student(values)
		errors[b] = m.SE
		c.X, c.Value = append(c.X, math.Sqrt(f.intervals[b]*f.intervals[b+1])), append(c.Value, m.Value)
		c.Low, c.High = append(c.Low, math.Max(0, m.Value-near*m.SE)), append(c.High, m.Value+near*m.SE)
	}
	if t != nil {
		c.Theory = t.density(f.intervals)
		c.judge(func(k int) (float64, float64) { return c.Value[k] - far*errors[k], c.Value[k] + far*errors[k] })
	}
	return &c
}
