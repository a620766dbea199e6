package compare

import (
	"fmt"
	"math"
	"strings"
)

// BudgetInput is what an error budget is made from.
type BudgetInput struct {
	N        int
	Errors   []float64 // signed errors of independent networks of N neurons; two or more
	Averaged int       // replicas whose average is the result; 0 and 1: a single network
	// FiniteN, Step and Grid are the signed errors that the finite number of neurons, the time step and the mean field's grid make;
	// nil: not measured.
	FiniteN, Step, Grid *Estimate
}

// Cause names a part of an error budget.
type Cause string

// The parts of an error budget.
const (
	Sampling Cause = "sampling"
	FiniteN  Cause = "finite N"
	TimeStep Cause = "time step"
	Grid     Cause = "grid"
	Rest     Cause = "not explained"
)

// Part is what one cause adds.
type Part struct {
	Cause Cause `json:"cause"`
	// Error is the signed error that the cause makes; of Sampling, the standard deviation of the result.
	Error Estimate `json:"error"`
	// Square is the part of the mean square error: Error² without the bias SE², at least 0.
	Square float64 `json:"square"`
	Share  float64 `json:"share"` // of the sum of the squares
	Seen   bool    `json:"seen"`  // the interval of Error does not hold 0 inside; of Sampling, always
}

// ErrorBudget splits the mean square error of a result. Errors of different causes may cancel each other; the squares do not show it, so that
// MeanSquare may be less than their sum.
type ErrorBudget struct {
	N          int      `json:"n"`
	MeanSquare Estimate `json:"mean_square"` // scatter and squared bias together
	Parts      []Part   `json:"parts"`
	Refine     Cause    `json:"refine"` // the largest part that is seen
	Text       string   `json:"text"`
}

// NewErrorBudget splits the mean square error E(X̄ − limit)² of a result, the average of Averaged networks, into s²/Averaged of sampling and the squares of
// what finite N, time step and grid add; what the mean error holds besides is Rest. Its interval
// takes the parts as independent, which finite N, fitted to the same networks, is not quite: it is rather too wide. It panics with fewer than five errors.
func NewErrorBudget(in BudgetInput, seed uint64) ErrorBudget {
	averaged := math.Max(1, float64(in.Averaged))
	scatter := VarianceEstimate(in.Errors)
	mean := MeanEstimate(in.Errors, seed)
	b := ErrorBudget{N: in.N}
	b.add(Sampling, rooted(scatter, averaged), scatter.Value/averaged)
	square := func(x float64) float64 { return x * x }
	rest, uncertainty := mean.Value, mean.SE*mean.SE
	down, up := square(mean.Value-mean.Interval.Low), square(mean.Interval.High-mean.Value) // of the interval of the rest (Zou and Donner 2008)
	for _, c := range []struct {
		cause Cause
		error *Estimate
	}{{FiniteN, in.FiniteN}, {TimeStep, in.Step}, {Grid, in.Grid}} {
		if c.error == nil {
			continue
		}
		b.add(c.cause, *c.error, unbiasedSquare(*c.error))
		rest -= c.error.Value
		uncertainty += c.error.SE * c.error.SE
		down += square(c.error.Interval.High - c.error.Value)
		up += square(c.error.Value - c.error.Interval.Low)
	}
	left := Estimate{rest, math.Sqrt(uncertainty), Interval{rest - math.Sqrt(down), rest + math.Sqrt(up)}}
	b.add(Rest, left, unbiasedSquare(left))
	bias := unbiasedSquare(mean)
	b.MeanSquare = normal(scatter.Value/averaged+bias, math.Hypot(scatter.SE/averaged, 2*mean.Value*mean.SE))
	b.MeanSquare.Interval.Low = math.Max(b.MeanSquare.Interval.Low, 0)
	b.share(in)
	return b
}

func (b *ErrorBudget) add(cause Cause, e Estimate, square float64) {
	b.Parts = append(b.Parts, Part{Cause: cause, Error: e, Square: square, Seen: cause == Sampling || !(e.Interval.Low < 0 && e.Interval.High > 0)})
}

// rooted turns the estimate of a variance into that of the standard deviation of an average.
func rooted(variance Estimate, averaged float64) Estimate {
	root := math.Sqrt(variance.Value / averaged)
	if root == 0 {
		return Estimate{}
	}
	return Estimate{root, variance.SE / averaged / (2 * root), Interval{math.Sqrt(variance.Interval.Low / averaged), math.Sqrt(variance.Interval.High / averaged)}}
}

// unbiasedSquare estimates the square of what e estimates.
func unbiasedSquare(e Estimate) float64 { return math.Max(0, e.Value*e.Value-e.SE*e.SE) }

// normal returns an estimate with the normal interval.
func normal(value, se float64) Estimate {
	return Estimate{value, se, Interval{value - 1.959964*se, value + 1.959964*se}}
}

// share fills the shares and says what to refine.
func (b *ErrorBudget) share(in BudgetInput) {
	total := 0.0
	for _, p := range b.Parts {
		total += p.Square
	}
	var words []string
	largest := b.Parts[0]
	for i := range b.Parts {
		p := &b.Parts[i]
		if total > 0 {
			p.Share = p.Square / total
		}
		share := fmt.Sprintf("%.0f %%", 100*p.Share)
		if !p.Seen {
			share += ", not told from 0"
		} else if p.Square > largest.Square {
			largest = *p
		}
		words = append(words, fmt.Sprintf("%s %.3g (%s)", p.Cause, p.Error.Value, share))
	}
	b.Refine = largest.Cause
	b.Text = fmt.Sprintf("At N = %d: %s. %s", in.N, strings.Join(words, ", "), advice[b.Refine])
	if missing := in.missing(); len(missing) > 0 {
		b.Text += " Not measured: " + strings.Join(missing, ", ") + "."
	}
}

var advice = map[Cause]string{
	Sampling: "Add replicas first, or neurons: of the parts that are told from 0, chance is the largest.",
	FiniteN:  "Take more neurons first: more replicas do not lower the bias of finite networks.",
	TimeStep: "Take a smaller time step first.",
	Grid:     "Refine the mean field's grid first.",
	Rest:     "The largest part has none of the causes measured: measure the others, or look for a difference between the two models.",
}

func (in BudgetInput) missing() []string {
	var list []string
	for _, c := range []struct {
		cause Cause
		error *Estimate
	}{{FiniteN, in.FiniteN}, {TimeStep, in.Step}, {Grid, in.Grid}} {
		if c.error == nil {
			list = append(list, string(c.cause))
		}
	}
	return list
}
