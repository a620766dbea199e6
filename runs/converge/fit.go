package converge

import (
	"fmt"
	"math"
	"slices"

	"lapicque/compare"
	"lapicque/runs/play"
)

const mostWithout = 256 // networks of every size, after which an exponent that they do not fix is given up

const draws = 1000 // of the bootstrap

const theory = 0.5 // exponent of fluctuations: errors of a network are sums of N weakly dependent terms

// Exponent is the law of a distance in N.
type Exponent struct {
	Name    string          `json:"name"`
	Fit     compare.Scaling `json:"fit"`     // to the networks of Level.Even
	Finding compare.Finding `json:"finding"` // no verdict on what nothing is expected of
	// Step is what the time step adds to the distance at the largest N, nil where it was not measured.
	Step *compare.Estimate `json:"time_step,omitempty"`
	// Grid bounds what the discretisation of the mean field adds; of W2 it is not known.
	Grid play.Number `json:"grid"`
}

// Bias is the law of a mean error with a sign: Floor + Slope/N.
type Bias struct {
	Name string            `json:"name"`
	Fit  compare.Bias      `json:"fit"`
	Seen bool              `json:"seen"` // the interval of the slope does not hold 0
	Step *compare.Estimate `json:"time_step,omitempty"`
	Grid play.Number       `json:"grid"`
	// Budget splits the error of one network of the largest size, nil with fewer than eight of them.
	Budget *compare.ErrorBudget `json:"budget,omitempty"`
	Text   string               `json:"text"`
}

// points returns the levels of the sizes at which a measure can be fitted, of so many networks at most.
func (r *runner) points(measure, most int) (list []compare.Level) {
	for _, l := range r.levels[:len(r.levels)-1] {
		if values := l.values(measure, most); scattered(values) {
			list = append(list, compare.Level{N: l.n, Values: values})
		}
	}
	return list
}

// scattered reports whether values can be resampled: there are eight or more, and no value makes up most of them.
func scattered(values []float64) bool {
	const least, most = 8, 0.7
	times := map[float64]int{}
	for _, v := range values {
		if times[v]++; float64(times[v]) > most*float64(len(values)) {
			return false
		}
	}
	return len(values) >= least
}

// options are those of fits; the draws of the bootstrap have the scenario's seed.
func (r *runner) options() compare.ScalingOptions {
	head, _ := r.Scenario.Common()
	return compare.ScalingOptions{Seed: head.Seed, Draws: draws}
}

// more raises the number of networks of every size that exponents are fitted to, at most to twice as many, and reports whether it did.
// Where an exponent has its precision and 1/2 lies just outside of its interval, which chance does once in 20, it asks for twice the networks. That is optional
// stopping: it goes on until 1/2 is inside of the interval, or outside of that of 99.9 % (TestOptionalStopping).
func (r *runner) more() bool {
	need, doubts := r.even, false
	for m, one := range r.subject.measures() {
		levels := r.points(m, r.even)
		if !one.Leading || len(levels) < len(r.levels)-1 {
			continue
		}
		plan := compare.Enough(levels, r.options(), r.Precision, nil)
		switch half := plan.HalfWidth; {
		case slices.Max(plan.More) == 0 && !(one.expects() && r.doubtful(one, levels)):
		case half == 0: // no exponent yet
			if need < 2*r.even && r.even < mostWithout {
				need = 2 * r.even
			}
		case half > r.Precision:
			const margin = 1.1
			more := margin * float64(r.even) * math.Pow(half/r.Precision, 2)
			need = max(need, r.even+1, int(math.Min(more, float64(2*r.even))))
		default:
			need, doubts = 2*r.even, true
		}
	}
	if doubts {
		r.doubts++
	}
	before := r.even
	r.even = min(need, 2*r.even, mostOfLevel)
	return r.even > before
}

// doubtful reports that an exponent is known well enough and yet nothing can be said.
func (r *runner) doubtful(m Measure, levels []compare.Level) bool {
	return compare.JudgeScaling(m.Name, compare.FitScaling(levels, r.options()), theory, r.Precision).Verdict == compare.NotEnoughData
}

// exponent fits a distance.
func (r *runner) exponent(m int, one Measure) Exponent {
	out := Exponent{Name: one.Name, Step: r.step(m), Grid: play.Number(math.Abs(r.coarseness(m)))}
	levels := r.points(m, r.even)
	if len(levels) < leastSizes {
		out.Finding.Name, out.Finding.Verdict, out.Finding.Text = one.Title, compare.NotEnoughData, fmt.Sprintf("%s: not enough data: networks of %d sizes have it.", one.Title, len(levels))
		return out
	}
	out.Fit = compare.FitScaling(levels, r.options())
	out.Finding = compare.Finding{Name: one.Title, Text: one.Title + ": " + out.Fit.Text}
	if one.expects() {
		out.Finding = compare.JudgeScaling(one.Title, out.Fit, theory, r.Precision)
	}
	return out
}

// bias fits an error with a sign, false where there are too few networks.
func (r *runner) bias(m int, one Measure) (out Bias, ok bool) {
	levels := r.points(m, math.MaxInt)
	if len(levels) < leastSizes {
		return out, false
	}
	out = Bias{Name: one.Name, Fit: compare.FitBias(levels, r.options().Seed), Step: r.step(m), Grid: play.Number(r.coarseness(m))}
	out.Seen = !out.Fit.Slope.Interval.Contains(0)
	out.Text = fmt.Sprintf("%s: %.3g/N in [%.3g, %.3g]/N", one.Title, out.Fit.Slope.Value, out.Fit.Slope.Interval.Low, out.Fit.Slope.Interval.High)
	if !out.Seen {
		out.Text += ", which is not told from 0"
	}
	if top := levels[len(levels)-1]; top.N == r.levels[len(r.levels)-2].n {
		in := compare.BudgetInput{N: top.N, Errors: top.Values, Step: out.Step}
		finite := out.Fit.At(1 / float64(top.N))
		in.FiniteN = &finite
		if g := r.coarseness(m); !math.IsNaN(g) {
			in.Grid = &compare.Estimate{Value: g, Interval: compare.Interval{Low: math.Min(0, g), High: math.Max(0, g)}}
		}
		budget := compare.NewErrorBudget(in, r.options().Seed)
		out.Budget = &budget
	}
	return out, true
}

// step returns what the time step adds to a measure at the largest N, by the order of the network's scheme, nil where that was not
// measured.
func (r *runner) step(m int) *compare.Estimate {
	n := len(r.levels)
	full, half := r.levels[n-2], r.levels[n-1]
	a, b := full.values(m, math.MaxInt), half.values(m, math.MaxInt)
	if !scattered(a) || !scattered(b) {
		return nil
	}
	order := r.order()
	e := compare.Extrapolate([]compare.Step{{Size: full.dt, Values: a}, {Size: half.dt, Values: b}}, order, r.options().Seed).At(math.Pow(full.dt, order))
	return &e
}

// order is that of the network's scheme in its time step: 2, but for the test at the end of a step, 1/2.
func (r *runner) order() float64 {
	if _, tail := r.Scenario.Common(); tail.Particles.Scheme == "euler" {
		return 0.5
	}
	return 2
}

// coarseness bounds what the grid adds: half of what a coarser one changes. On half the cells a scheme of second order is off by a third of
// that, with 30 times the tolerance by far less.
func (r *runner) coarseness(m int) float64 { return r.grid[m] / 2 }
