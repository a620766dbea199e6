package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Verdict says whether chance, the time step, the grid and the finite number of
// neurons explain the difference between network and mean field.
type Verdict string

const (
	// Agrees: every difference is within its null law, and the test is sharp
	// enough to have seen one that matters.
	Agrees Verdict = "agrees"
	// Explained: some difference is beyond chance, and within what the stated
	// budgets of time step, grid and finite N add.
	Explained Verdict = "explained"
	// Disagrees: some difference is beyond chance and beyond every stated budget.
	Disagrees Verdict = "disagrees"
	// NotEnoughData: nothing is beyond chance, but a difference of a quarter of the
	// standard deviation of the potential would not have been seen either.
	NotEnoughData Verdict = "not enough data"
)

const coarsest = 0.25 // of the standard deviation of the potential

// finding is one difference with its bounds.
type finding struct {
	name          string
	size, allowed float64
	of            func(Budget) float64 // its part of a budget
}

// findings lists the differences that are judged. L2 is not: it is read off the
// histogram of L1.
func (a Assessment) findings() []finding {
	list := []finding{
		{"W1", a.W1, a.Null.W1.Q999, func(b Budget) float64 { return b.W1 }},
		{"KS", a.KS, a.Null.KS.Q999, func(b Budget) float64 { return b.KS }},
		{"L1", a.L1, a.Null.L1.Q999, func(b Budget) float64 { return b.L1 }},
		{"mean", math.Abs(a.Mean.Error), a.Mean.Allowed, func(b Budget) float64 { return b.Mean }},
		{"variance", math.Abs(a.Variance.Error), a.Variance.Allowed, func(b Budget) float64 { return b.Variance }},
	}
	if a.Rate != nil {
		list = append(list, finding{"rate", math.Abs(a.Rate.Error), a.Rate.Allowed, func(b Budget) float64 { return b.Rate }})
	}
	if a.Refractory != nil {
		list = append(list, finding{"refractory fraction", math.Abs(a.Refractory.Error), a.Refractory.Allowed, func(b Budget) float64 { return b.Refractory }})
	}
	if a.Joint != nil {
		list = append(list, finding{"joint L1", a.Joint.L1, a.Joint.Null.L1.Q999, func(b Budget) float64 { return b.Joint.L1 }},
			finding{"sliced W1", a.Joint.SlicedW1, a.Joint.Null.SlicedW1.Q999, func(b Budget) float64 { return b.Joint.SlicedW1 }})
	}
	return list
}

// cause is one of the three budgets.
type cause struct {
	name   string
	budget *Budget
}

func (s Snapshot) causes() []cause {
	return []cause{{"the time step", s.Step}, {"the grid", s.Grid}, {"finite N", s.FiniteN}}
}

// judge compares every difference with its null law, then with the budgets.
func judge(s Snapshot, a Assessment) (Verdict, string) {
	var beyond, unexplained []string
	var needed []string // causes that make at least a tenth of an excess
	for _, f := range a.findings() {
		excess := f.size - f.allowed
		if !(excess > 0) {
			continue
		}
		words, total := fmt.Sprintf("%s %.3g > %.3g", f.name, f.size, f.allowed), 0.0
		for _, c := range s.causes() {
			if c.budget == nil {
				continue
			}
			part := f.of(*c.budget)
			total += part
			if part >= excess/10 && !slices.Contains(needed, c.name) {
				needed = append(needed, c.name)
			}
		}
		beyond = append(beyond, words)
		if excess > total {
			if total > 0 {
				words += fmt.Sprintf(" + %.3g", total)
			}
			unexplained = append(unexplained, words)
		}
	}
	switch {
	case len(unexplained) > 0 && s.Amplifying && a.Law == Counting:
		return NotEnoughData, fmt.Sprintf("Not enough data: beyond what counting alone gives (%s), but excitatory neurons share fluctuations that only %d replicas or more show. ",
			strings.Join(unexplained, "; "), minReplicas) + a.basis(s)
	case len(unexplained) > 0:
		return Disagrees, "Disagrees: beyond chance and the budgets given: " + strings.Join(unexplained, "; ") + ". " + s.notMeasured() + a.basis(s)
	case len(beyond) > 0:
		return Explained, "Explained by " + strings.Join(needed, " and ") + ": beyond chance (" + strings.Join(beyond, "; ") + ") but within the budgets given. " + a.basis(s)
	case a.Null.W1.Q999 > coarsest*math.Sqrt(s.Variance):
		return NotEnoughData, fmt.Sprintf("Not enough data: nothing is beyond chance, but chance alone reaches W1 = %.3g, more than a quarter of the standard deviation %.3g. ",
			a.Null.W1.Q999, math.Sqrt(s.Variance)) + a.basis(s)
	case a.Joint != nil && a.Joint.Null.SlicedW1.Q999 > coarsest:
		return NotEnoughData, fmt.Sprintf("Not enough data: nothing is beyond chance, but chance alone reaches a sliced W1 of %.3g standard deviations. ",
			a.Joint.Null.SlicedW1.Q999) + a.basis(s)
	}
	return Agrees, fmt.Sprintf("Agrees: every difference is within what chance alone gives (W1 %.3g ≤ %.3g, KS %.3g ≤ %.3g). A larger W1 would have been seen. ",
		a.W1, a.Null.W1.Q999, a.KS, a.Null.KS.Q999) + a.basis(s)
}

// notMeasured names the causes that no budget was given for.
func (s Snapshot) notMeasured() string {
	var unknown []string
	for _, c := range s.causes() {
		if c.budget == nil {
			unknown = append(unknown, c.name)
		}
	}
	if len(unknown) == 0 {
		return ""
	}
	return "Not measured here: " + strings.Join(unknown, ", ") + ". "
}

// basis says what the bounds stand on.
func (a Assessment) basis(s Snapshot) string {
	const level = "Bounds are exceeded by chance once in 1000; "
	if a.Law == Replicated {
		return fmt.Sprintf(level+"they come from the scatter of %d replicas.", a.Replicas)
	}
	text := fmt.Sprintf(level+"they come from counting %d potentials as independent draws", a.Potentials)
	if w := s.widening(); w > 1 {
		text += fmt.Sprintf(", widened %.3g-fold for the linear response of the network", w)
	}
	return text + fmt.Sprintf(": neurons of one network are not, and fewer than %d replicas cannot tell.", minReplicas)
}

// Overall sums up the assessments of a run, one a snapshot: the worst verdict
// (Disagrees, NotEnoughData, Explained, Agrees in this order) and a sentence. Six
// differences, seven with a refractory state, are judged at each snapshot, with a second coordinate seven more, each at the
// level 1/1000, so chance alone gives a run of S snapshots a wrong Disagrees with probability of S·1.4 % or less.
func Overall(list []Assessment) (Verdict, string) {
	if len(list) == 0 {
		return NotEnoughData, "Nothing was compared."
	}
	count := map[Verdict]int{}
	for _, a := range list {
		count[a.Verdict]++
	}
	for _, v := range []Verdict{Disagrees, NotEnoughData, Explained} {
		if n := count[v]; n > 0 {
			return v, fmt.Sprintf("At %d of %d snapshots the verdict is %q.", n, len(list), string(v))
		}
	}
	if len(list) == 1 {
		return Agrees, "Network and mean field agree at the only snapshot compared."
	}
	return Agrees, fmt.Sprintf("Network and mean field agree at all %d snapshots.", len(list))
}
