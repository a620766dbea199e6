package play

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/stat"

	"lapicque/mfield"
	"lapicque/neuron"
	"lapicque/runs/rhythm"
	"lapicque/runs/scenario"
)

// PointOutcome says what one point of a sweep does.
type PointOutcome string

const (
	// Stationary, Oscillating and Undecided are those of package rhythm.
	Stationary  = PointOutcome(rhythm.Stationary)
	Oscillating = PointOutcome(rhythm.Oscillating)
	Undecided   = PointOutcome(rhythm.Undecided)
	// PointBlowUp and PointEternal are BlowUp and EternalBlowUp of a run.
	PointBlowUp  = PointOutcome(BlowUp)
	PointEternal = PointOutcome(EternalBlowUp)
	// PointCeased is Ceased of a run.
	PointCeased = PointOutcome(Ceased)
	// PointRefused: the scheme does not solve this.
	PointRefused PointOutcome = "refused"
	// PointFailed: an error ended the run.
	PointFailed = PointOutcome(Failed)
)

// PointOutcomes lists them in the order of legends.
var PointOutcomes = []PointOutcome{Stationary, Oscillating, Undecided, PointBlowUp, PointEternal, PointCeased, PointRefused, PointFailed}

// Point is what was found at one point of a sweep. Measures that do not exist are NaN.
//
// Rate, RateError, Period, PeriodError and Amplitude are those of rhythm.Finding for the rate of all neurons; after
// blow-ups the period is the time between them, where it is the same at least three times in the last half. Synchrony is the
// χ² of Golomb and Rinzel (1994) over the last half of the run, Var(V̄)/⟨Var(V_i)⟩ with V̄ the mean potential of those not
// refractory and variances in time: 0 when neurons are independent, 1 when they move as one. As neurons of a
// population are alike, Var(V_i) is the variance over neurons, averaged in time, plus Var(V̄).
//
// Of a neural field Rate is the firing rate of a unit, averaged over populations, sites and the last quarter of the run, Pattern the
// standard deviation of the field of the first population over its sites in that time, and Amplitude 2|c₁| in the unit of the field (of
// the rate for a network).
type Point struct {
	Index       int                    `json:"index"`
	Values      []float64              `json:"values"` // of the grids
	Outcome     PointOutcome           `json:"outcome"`
	Rate        Number                 `json:"rate"`
	RateError   Number                 `json:"rate_error"`
	Synchrony   Number                 `json:"synchrony"`
	Period      Number                 `json:"period"`
	PeriodError Number                 `json:"period_error"`
	Amplitude   Number                 `json:"amplitude"`
	Pattern     *Number                `json:"pattern,omitempty"` // of a neural field
	BlowUps     int                    `json:"blow_ups"`          // of the mean field; of all replicas of a network
	FirstTime   Number                 `json:"first_blow_up"`
	FirstJump   Number                 `json:"first_jump"` // largest fraction of a population that fired in it
	Populations map[string]*PointShare `json:"populations,omitempty"`
	Reason      string                 `json:"reason,omitempty"`
}

// PointShare is what was found of one of several populations, rate and synchrony as for the whole.
type PointShare struct {
	Rate      Number `json:"rate"`
	Synchrony Number `json:"synchrony"`
}

// newPoint returns a point at which nothing is known.
func newPoint(one *scenario.Scenario) Point {
	if f, ok := one.Field(); ok {
		return newNeuralPoint(f)
	}
	p := unknownPoint()
	if list := one.Populations(); len(list) > 1 {
		p.Populations = map[string]*PointShare{}
		for _, x := range list {
			p.Populations[x.Name] = &PointShare{nan, nan}
		}
	}
	return p
}

// unknownPoint returns a point without measures.
func unknownPoint() Point {
	return Point{Rate: nan, RateError: nan, Synchrony: nan, Period: nan, PeriodError: nan, Amplitude: nan, FirstTime: nan, FirstJump: nan}
}

// fail says why there is no result.
func (p *Point) fail(err error) {
	p.Outcome, p.Reason = PointFailed, err.Error()
	var refused *mfield.Refused
	var faults neuron.Faults
	if errors.As(err, &refused) || errors.As(err, &faults) {
		p.Outcome = PointRefused
	}
}

// weights returns the parts of the populations in all neurons.
func weights(list []scenario.Population) []float64 {
	w, total := make([]float64, len(list)), 0.0
	for _, x := range list {
		total += float64(x.N)
	}
	for k, x := range list {
		w[k] = float64(x.N) / total
	}
	return w
}

// joined returns the spikes per neuron of all populations together.
func joined(w []float64, fired []rhythm.Fired) rhythm.Fired {
	return func(t float64) (sum float64) {
		for k, f := range fired {
			sum += w[k] * f(t)
		}
		return sum
	}
}

// take enters a finding; rate is the mean rate of a population between two times.
func (p *Point) take(f rhythm.Finding, end float64, populations []scenario.Population, rate func(k int, from, to float64) float64) {
	p.Outcome, p.Reason = PointOutcome(f.Kind), f.Reason
	p.Rate, p.RateError = Number(f.Rate), Number(f.RateError)
	p.Period, p.PeriodError, p.Amplitude = Number(f.Period), Number(f.PeriodError), Number(f.Amplitude)
	from := 0.75 * end
	if !math.IsNaN(f.Period) {
		from = end - math.Floor(end/2/f.Period)*f.Period
	}
	for k, x := range populations {
		if share := p.Populations[x.Name]; share != nil {
			share.Rate = Number(rate(k, from, end))
		}
	}
}

// jumped enters blow-ups at ascending times; after them there is no rhythm but theirs.
func (p *Point) jumped(times []float64, jump float64, end float64) {
	p.Outcome, p.Reason = PointBlowUp, ""
	p.BlowUps, p.FirstTime, p.FirstJump = len(times), Number(times[0]), Number(jump)
	period, e := rhythm.Repeating(times, end/2)
	p.Period, p.PeriodError, p.Amplitude = Number(period), Number(e), nan
}

// moments gathers the mean and the variance of the potentials of each population over time.
type moments struct {
	time           []float64
	mean, variance [][]float64 // [population][time]
}

func newMoments(populations int) *moments {
	return &moments{mean: make([][]float64, populations), variance: make([][]float64, populations)}
}

// synchrony returns χ² of each population and of all, at the weights given.
func (m *moments) synchrony(w []float64) (each []float64, all float64) {
	if len(m.time) < 3 {
		return nil, math.NaN()
	}
	width := make([]float64, len(m.time)) // of the trapezoidal rule
	for k := 1; k < len(m.time); k++ {
		width[k-1] += m.time[k] - m.time[k-1]
		width[k] += m.time[k] - m.time[k-1]
	}
	whole, single := make([]float64, len(m.time)), 0.0
	for p := range m.mean {
		common := stat.PopVariance(m.mean[p], width)
		own := stat.Mean(m.variance[p], width)
		each = append(each, common/(common+own))
		single += w[p] * (common + own)
		for k, v := range m.mean[p] {
			whole[k] += w[p] * v
		}
	}
	return each, stat.PopVariance(whole, width) / single
}

// synchronous enters χ².
func (p *Point) synchronous(m *moments, populations []scenario.Population) {
	each, all := m.synchrony(weights(populations))
	p.Synchrony = Number(all)
	for k, x := range populations {
		if share := p.Populations[x.Name]; share != nil && each != nil {
			share.Synchrony = Number(each[k])
		}
	}
}

// fieldPoint solves the mean field.
func fieldPoint(ctx context.Context, s *scenario.Scenario, progress func(float64)) (Point, error) {
	head, tail := s.Common()
	p, populations := newPoint(s), s.Populations()
	start, err := s.Neurons().Start()
	if err != nil {
		return p, err
	}
	end := head.Time.End
	gathered := newMoments(len(populations))
	watch := func(_ scenario.Solver, states []mfield.State) {
		if states[0].Time < end/2 {
			return
		}
		gathered.time = append(gathered.time, states[0].Time)
		for k, x := range states {
			gathered.mean[k] = append(gathered.mean[k], x.Mean)
			gathered.variance[k] = append(gathered.variance[k], x.Variance)
		}
	}
	f, err := solve(ctx, s, start, plan{end: end}, scenario.AsAsked, progress, watch)
	if err != nil {
		return p, err
	}
	fired := make([]rhythm.Fired, len(populations))
	for k := range fired {
		fired[k] = func(t float64) float64 { return f.firedAt(k, t) }
	}
	if !f.ended && f.eternal == nil {
		p.take(rhythm.Smooth(joined(weights(populations), fired), end, tail.MeanField.Numerics().Tolerance()), end, populations,
			func(k int, from, to float64) float64 { return f.meanRate(k, from, to) })
		p.synchronous(gathered, populations)
	}
	if len(f.blowUps) > 0 {
		times, jump := make([]float64, len(f.blowUps)), 0.0
		for k, b := range f.blowUps {
			times[k] = b.Time
		}
		for _, x := range f.blowUps[0].Jumps {
			jump = math.Max(jump, x)
		}
		p.jumped(times, jump, end)
	}
	if f.ceased != nil {
		p.Outcome, p.Reason = PointCeased, f.ceased.Error()
	}
	if f.eternal != nil {
		p.Outcome, p.Reason = PointEternal, f.eternal.Error()
	}
	return p, nil
}
