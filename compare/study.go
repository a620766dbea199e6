package compare

import (
	"fmt"
	"strings"
)

// Finding is what a study says of one exponent.
type Finding struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"`
}

// JudgeScaling holds the exponent of a fit against what theory expects. Agrees: expected is in the 95 % interval, whose half-width is at most precision, and
// the law fits (P ≥ 1/1000). Disagrees: expected is outside the interval widened to 99.9 %, or, with an interval as narrow as asked for, the
// law does not fit. Anything else is NotEnoughData.
func JudgeScaling(name string, s Scaling, expected, precision float64) Finding {
	f := Finding{Name: name, Verdict: NotEnoughData}
	if !s.Determined {
		f.Text = name + ": not enough data: " + s.Text
		return f
	}
	const wider = 3.290527 / 1.959964 // normal quantiles of 99.9 % and of 95 %
	g := s.Gamma
	half := g.Interval.HalfWidth()
	wide := Interval{g.Value - wider*(g.Value-g.Interval.Low), g.Value + wider*(g.Interval.High-g.Value)}
	inside := g.Interval.Contains(expected)
	switch {
	case !wide.Contains(expected):
		f.Verdict, f.Text = Disagrees, fmt.Sprintf("disagrees: %g is outside of γ's 99.9 %% interval", expected)
	case half > precision:
		f.Text = fmt.Sprintf("not enough data: the half-width %.3f is more than %g", half, precision)
	case s.P < once:
		f.Verdict, f.Text = Disagrees, fmt.Sprintf("disagrees: the errors follow no such law (P = %.1g)", s.P)
	case !inside:
		f.Text = fmt.Sprintf("not enough data: %g is just outside of the 95 %% interval, which happens by chance once in 20", expected)
	default:
		f.Verdict, f.Text = Agrees, fmt.Sprintf("agrees with γ = %g", expected)
	}
	f.Text = name + ": " + f.Text + "; " + s.Text
	return f
}

// JudgeStudy sums up findings: the worst verdict (Disagrees, NotEnoughData, Agrees in this order) and a sentence.
func JudgeStudy(list []Finding) (Verdict, string) {
	if len(list) == 0 {
		return NotEnoughData, "Nothing was measured."
	}
	names := map[Verdict][]string{}
	for _, f := range list {
		names[f.Verdict] = append(names[f.Verdict], f.Name)
	}
	for _, v := range []Verdict{Disagrees, NotEnoughData} {
		if n := names[v]; len(n) > 0 {
			return v, fmt.Sprintf("Leading measures that %s, %d of %d: %s.", verdictWords[v], len(n), len(list), strings.Join(n, ", "))
		}
	}
	return Agrees, fmt.Sprintf("Leading measures that %s, %d of %[2]d: %s.", verdictWords[Agrees], len(list), strings.Join(names[Agrees], ", "))
}

var verdictWords = map[Verdict]string{
	Agrees:        "converge as expected",
	Disagrees:     "do not converge as expected",
	NotEnoughData: "have not enough data",
}
