package converge

import (
	"fmt"
	"math"
	"strings"

	"lapicque/compare"
	"lapicque/runs/play"
)

// ResultName is the file that makes a folder that of a study.
const ResultName = "converge.json"

// Result is converge.json.
type Result struct {
	Schema    int          `json:"schema"`
	Scenario  string       `json:"scenario"`
	Title     string       `json:"title,omitempty"`
	Outcome   play.Outcome `json:"outcome"`
	Error     string       `json:"error,omitempty"`
	Sizes     []int        `json:"sizes"`
	Precision float64      `json:"precision"`
	BiasTime  float64      `json:"bias_time"`
	// Spent: the budget of time was spent before all networks wanted had been simulated.
	Spent     bool            `json:"budget_spent"`
	Verdict   compare.Verdict `json:"verdict,omitempty"`
	Text      string          `json:"text,omitempty"`
	Notes     []string        `json:"notes"`
	Measures  []Measure       `json:"measures"`
	Levels    []Level         `json:"levels"`
	Exponents []Exponent      `json:"exponents"`
	Biases    []Bias          `json:"biases"`

	networks []row
}

// doubted says what optional stopping did.
const doubted = "Rounds after which 1/2 was just outside of a 95 %% interval and twice the networks were asked for: %d. This is optional stopping: " +
	"an exponent that is 1/2 then ends outside 2 times in 1000, not 50."

// Level is what networks of one size have in common; the last one has half the time step.
type Level struct {
	N        int     `json:"n"`
	Dt       float64 `json:"dt"`
	Networks int     `json:"networks"`
	Even     int     `json:"networks_of_exponents"` // of these, those that exponents are fitted to
	// Values are means over all networks in which a measure exists, by its name.
	Values map[string]compare.Estimate `json:"values"`
}

// row is a network in the table of all.
type row struct {
	n      int
	dt     float64
	values *Replica
}

// Pending returns what is known before a study begins.
func (s Study) Pending() *Result {
	head, _ := s.Scenario.Common()
	return &Result{Schema: 1, Scenario: s.Scenario.Name, Title: head.Title, Outcome: "running", Sizes: s.Sizes, Precision: s.Precision, BiasTime: s.BiasTime,
		Notes: []string{}, Measures: []Measure{}, Levels: []Level{}, Exponents: []Exponent{}, Biases: []Bias{}}
}

// newResult fits what there is.
func newResult(r *runner, err error, cancelled bool) *Result {
	out := r.Pending()
	out.Outcome, out.Spent = play.Completed, r.spent
	switch {
	case cancelled:
		out.Outcome = play.Cancelled
	case err != nil:
		out.Outcome, out.Error = play.Failed, err.Error()
	}
	if r.levels == nil {
		return out
	}
	out.Notes, out.Measures = append(out.Notes, r.subject.notes()...), r.subject.measures()
	if r.doubts > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf(doubted, r.doubts))
	}
	out.tabulate(r)
	var findings []compare.Finding
	for m, one := range out.Measures {
		if one.Signed {
			if b, ok := r.bias(m, one); ok {
				out.Biases = append(out.Biases, b)
			}
			continue
		}
		e := r.exponent(m, one)
		if out.Exponents = append(out.Exponents, e); one.Leading && one.expects() {
			findings = append(findings, e.Finding)
		}
	}
	out.judge(findings)
	return out
}

// tabulate fills the levels.
func (out *Result) tabulate(r *runner) {
	for k, l := range r.levels {
		line := Level{N: l.n, Dt: l.dt, Networks: len(l.whole()), Values: map[string]compare.Estimate{}}
		if k < len(r.levels)-1 {
			line.Even = min(r.even, line.Networks)
		}
		for m, one := range out.Measures {
			if values := l.values(m, math.MaxInt); scattered(values) {
				line.Values[one.Name] = compare.MeanEstimate(values, r.options().Seed)
			}
		}
		out.Levels = append(out.Levels, line)
		for _, x := range l.whole() {
			out.networks = append(out.networks, row{l.n, l.dt, x})
		}
	}
}

// judge puts the verdict into words.
func (out *Result) judge(findings []compare.Finding) {
	var words []string
	if len(findings) > 0 {
		verdict, text := compare.JudgeStudy(findings)
		out.Verdict, words = verdict, append(words, text)
	}
	if out.Spent {
		words = append(words, "The budget of time was spent before all networks wanted had been simulated: a larger --budget goes further.")
	}
	var seen []string
	for _, b := range out.Biases {
		if b.Seen {
			seen = append(seen, b.Text)
		}
	}
	if len(seen) > 0 {
		words = append(words, fmt.Sprintf("The bias of finite networks is seen: %s.", strings.Join(seen, "; ")))
	} else if len(out.Biases) > 0 {
		words = append(words, "A bias of finite networks that falls like 1/N is not seen.")
	}
	for _, b := range out.Biases {
		if b.Budget != nil && b.Name == leadingBias(out.Biases) {
			words = append(words, b.Budget.Text)
		}
	}
	out.Text = strings.Join(words, " ")
}

// leadingBias returns the error whose budget stands for all: of the mean rate where there is one, else the first.
func leadingBias(list []Bias) string {
	for _, b := range list {
		if b.Name == "rate_mean" {
			return b.Name
		}
	}
	return list[0].Name
}
