package limits

import (
	"fmt"
	"math"
	"strings"

	"lapicque/runs/play"
)

// Row is where the distance to one candidate goes.
type Row struct {
	Order     string    `json:"order"`
	Rule      string    `json:"rule"`
	Measure   string    `json:"measure"`         // M1 of the cumulative rate, or W1 of the density
	Time      *float64  `json:"time,omitempty"`  // of the density
	Limit     Limit     `json:"limit"`           // both limits taken
	Inner     []Limit   `json:"inner,omitempty"` // the first limit, at each N (key-first) or value (N-first, by networks)
	At        []float64 `json:"at,omitempty"`    // those
	MeanField bool      `json:"mean_field"`      // whether N → ∞ is the mean field's
}

// Verdict is what one order of the limits says.
type Verdict struct {
	Order      string      `json:"order"`
	Answer     string      `json:"answer"` // a rule, "none" or "not decided"
	Time       float64     `json:"time"`   // of the densities that it rests on
	Resolution play.Number `json:"resolution"`
	Words      string      `json:"words"`
}

// Answers beside the rules.
const (
	None      = "none"
	Undecided = "not decided"
)

// A rule is approached when the interval of its distance reaches below nearly of what separates the two nearest candidates, lies
// below that of the others, and is no wider than wide of it. None is approached when the nearest stays above apart of it.
const (
	nearly = 0.03
	wide   = 0.5
	apart  = 0.1
)

// decide compares the limits of the distances to the candidates with the least distance between two of them.
func decide(names []string, limits []Limit, resolution float64) string {
	best := -1
	for k, l := range limits {
		if !l.known() {
			return Undecided
		}
		if best < 0 || l.Value < limits[best].Value {
			best = k
		}
	}
	if best < 0 {
		return Undecided
	}
	if float64(limits[best].Low) > apart*resolution {
		return None
	}
	if float64(limits[best].Low) > nearly*resolution || float64(limits[best].High-limits[best].Low) > wide*resolution {
		return Undecided
	}
	for k, l := range limits {
		if k != best && l.Low <= limits[best].High {
			return Undecided
		}
	}
	return names[best]
}

// conclude takes the limits in each order and judges.
func (r *Result) conclude() {
	r.Rows, r.Verdicts = []Row{}, []Verdict{}
	orders := []string{r.Study.Order}
	if r.Study.Order == Both {
		orders = []string{NFirst, KeyFirst}
	}
	for _, order := range orders {
		table := r.limits(order)
		r.Rows = append(r.Rows, table...)
		r.Verdicts = append(r.Verdicts, r.judge(order, table))
	}
}

// judge rests on the first snapshot at which most distances have a limit.
func (r *Result) judge(order string, table []Row) Verdict {
	v := Verdict{Order: order, Answer: Undecided, Resolution: play.Number(math.NaN())}
	for i, t := range r.Times {
		var list []Limit
		whole := true
		for _, row := range table {
			if row.Time != nil && *row.Time == t {
				list, whole = append(list, row.Limit), whole && row.Limit.known() && row.Limit.Used >= min(leastValues, r.steps(order))
			}
		}
		if !whole || len(list) == 0 {
			continue
		}
		v.Time, v.Resolution = t, r.Separation[i]
		v.Answer = decide(r.names(), list, float64(v.Resolution))
		break
	}
	v.Words = r.words(v, table)
	return v
}

// Snapshot returns the one that the first verdict rests on, the last one without any.
func (r *Result) Snapshot() int {
	for i, t := range r.Times {
		if len(r.Verdicts) > 0 && r.Verdicts[0].Time == t {
			return i
		}
	}
	return len(r.Times) - 1
}

// steps returns how many points the last limit has.
func (r *Result) steps(order string) int {
	if order == KeyFirst {
		return len(r.Study.Sizes)
	}
	return len(r.Study.Values)
}

// words says it in a sentence.
func (r *Result) words(v Verdict, table []Row) string {
	how := fmt.Sprintf("%s → 0 after N → ∞", r.Study.Symbol())
	if v.Order == KeyFirst {
		how = fmt.Sprintf("N → ∞ after %s → 0", r.Study.Symbol())
	}
	if v.Time == 0 {
		return how + ": not decided. At no snapshot is the jump over at three values of " + r.Study.Key + "."
	}
	var parts []string
	for _, row := range table {
		if row.Time != nil && *row.Time == v.Time {
			parts = append(parts, fmt.Sprintf("%s %.3g [%.3g, %.3g]", row.Rule, row.Limit.Value, row.Limit.Low, row.Limit.High))
		}
	}
	text := how + ": "
	switch v.Answer {
	case None:
		text += "none of the rules is approached."
	case Undecided:
		text += "not decided."
	default:
		text += "the rule " + v.Answer + " is approached."
	}
	return fmt.Sprintf("%s W1 of the density at t = %g tends to: %s; the two nearest candidates are %.3g apart.", text, v.Time, strings.Join(parts, ", "), float64(v.Resolution))
}
