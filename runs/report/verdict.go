package report

import (
	"fmt"
	"math"
	"strings"

	"lapicque/compare"
)

// verdict is the answer of the run, in words and numbers.
type verdict struct {
	Class string // of the style sheet
	Word  string
	Text  []string
}

// ranked lists the verdicts, the worst first.
var ranked = []struct {
	verdict     compare.Verdict
	class, word string
}{
	{compare.Disagrees, "disagrees", "Network and mean field disagree"},
	{compare.NotEnoughData, "open", "Not enough data to compare"},
	{compare.Explained, "explained", "Network and mean field differ, within what N, dt and the grid explain"},
	{compare.Agrees, "agrees", "Network and mean field agree"},
	{"not judged", "open", "Network and mean field are not judged against each other"},
}

func (f *folder) verdict() verdict {
	v := verdict{Class: "open", Word: "No comparison"}
	switch {
	case f.summary.Network == nil && f.summary.MeanField == nil:
		v.Text = []string{"Neither side left results."}
	case f.summary.Network == nil:
		v.Text = []string{"This run solved the mean field alone."}
	case f.summary.MeanField == nil && f.summary.Doubled == nil:
		v.Text = []string{"This run simulated the network alone."}
	case !f.compared():
		v.Text = []string{"The run left no snapshot at which both sides exist."}
	default:
		return f.judged()
	}
	return v
}

// judged takes the run's own overall verdict, and without one the worst of
// the snapshots.
func (f *folder) judged() verdict {
	v := verdict{Class: "open", Word: "No verdict was recorded"}
	var said []string
	for _, p := range f.parts {
		said = append(said, p.errors.text("verdict")...)
	}
	if f.summary.Compare != nil && f.summary.Compare.Verdict != "" {
		said = []string{f.summary.Compare.Verdict}
	}
	for _, r := range ranked {
		if contains(said, string(r.verdict)) {
			v.Class, v.Word = r.class, f.state().said(r.word)
			break
		}
	}
	if c := f.summary.Compare; c != nil && c.Text != "" {
		v.Text = append(v.Text, c.Text)
	}
	times := f.parts[0].errors.rows
	for _, p := range f.parts {
		text := p.extremes()
		if f.several() {
			text = "Population " + p.name + ": " + text
		}
		v.Text = append(v.Text, text)
	}
	v.Text[len(v.Text)-len(f.parts)] = count(int64(times), "snapshot is", "snapshots are") + " compared. " + v.Text[len(v.Text)-len(f.parts)]
	return v
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// extremes says how far apart the sides of a population are at most, against what chance does.
func (p *part) extremes() (text string) {
	times := p.errors.floats("time")
	var parts []string
	for _, d := range []struct{ column, name string }{{"w1", "W₁"}, {"ks", "KS"}, {"l1", "L¹"}, {"l2", "L²"}, {"sup", "the largest difference"},
		{"joint_l1", "L¹ of p(v, g)"}, {"sliced_w1", "sliced W₁ of (v, g)"}, {"g_w1", "W₁ of g"}} {
		value, null := p.errors.floats(d.column), p.errors.floats(d.column+"_null")
		if i := largest(value, null); i >= 0 {
			parts = append(parts, fmt.Sprintf("%s = %s at t = %s, %s of its null level", d.name,
				number(value[i], 3), short(times[i]), percent(value[i]/null[i])))
		}
	}
	if len(parts) > 0 {
		text = "Furthest out, against the null level that chance alone exceeds once in 1000: " + strings.Join(parts, "; ") + "."
	}
	for _, e := range []struct{ column, name string }{{"rate_error", "rate error"}, {"refractory_error", "error of the refractory fraction"}} {
		value, se := p.errors.floats(e.column), p.errors.floats(e.column+"_se")
		if i := largest(value, se); i >= 0 {
			text += fmt.Sprintf(" Largest %s: %s at t = %s, %s standard errors.", e.name, number(value[i], 3), short(times[i]),
				number(math.Abs(value[i])/se[i], 2))
		}
	}
	return text
}

// largest returns the index of the largest |value|/unit, −1 without any.
func largest(value, unit []float64) int {
	best, at := math.Inf(-1), -1
	for i := range value {
		if r := math.Abs(value[i]) / unit[i]; unit[i] > 0 && r > best {
			best, at = r, i
		}
	}
	return at
}

func percent(x float64) string { return whole(int64(math.Round(100*x))) + "\u202f%" }

// outcome says how the run ended.
func (f *folder) outcome() string {
	switch o := f.summary.Outcome; o {
	case "completed":
		if f.summary.Ended != "" {
			return "Completed. " + f.summary.Ended
		}
		return "Completed: the run reached its end time."
	case "blow-up":
		return "Blow-up: the firing rate of the mean field became infinite (or a macroscopic part of the network fired at one instant) before the end time. " +
			"This is a result, not a failure."
	case "eternal-blow-up":
		return "Eternal blow-up: the blow-ups follow each other without end, so that the solution cannot be continued. This is a result, not a failure."
	case "ceased":
		return "Ceased: the continuous solution of the mean field ended before the end time. This is a result, not a failure."
	case "cancelled":
		return "Cancelled: the run was interrupted. What follows is what had been computed by then."
	case "failed":
		text := "Failed: the run ended with an error. What follows is what had been computed by then."
		if f.summary.Error != "" {
			text += " Error: " + f.summary.Error
		}
		return text
	case "":
		return "The folder does not say how the run ended."
	default:
		return "Outcome: " + o + "."
	}
}

// facts counts what was computed.
func (f *folder) facts() (list []string) {
	if n := f.summary.Network; n != nil {
		text := fmt.Sprintf("Network: %s, %s, %s", f.size(n.N), count(int64(n.Replicas), "replica", "replicas"), count(n.Spikes, "spike", "spikes"))
		if f.cascading() {
			text += ", " + count(n.Cascades, "cascade of two neurons or more", "cascades of two neurons or more")
		}
		list = append(list, text+".")
		list = append(append(list, n.Engine.facts()...), n.Notes...)
	}
	if d := f.summary.Doubled; d != nil {
		list = append(list, fmt.Sprintf("Networks of 2N: %s, %s, %s.", f.size(d.N), count(int64(d.Replicas), "replica", "replicas"), count(d.Spikes, "spike", "spikes")))
	}
	if m := f.summary.MeanField; m != nil {
		text := "Mean field: " + count(int64(len(m.Snapshots)), "snapshot", "snapshots")
		if f.cascading() {
			text += ", " + count(int64(len(m.BlowUps)), "blow-up", "blow-ups")
		}
		list = append(list, text+".")
		if worst := f.massError(); !math.IsNaN(worst) {
			list = append(list, fmt.Sprintf("Mass of the mean field: |mass − 1| ≤ %s at all its steps.", number(worst, 2)))
		}
		if text := m.Rhythm.text(); text != "" {
			list = append(list, text)
		}
		list = append(list, m.Notes...)
	}
	return list
}

// facts says how the steps went.
func (e engine) facts() (list []string) {
	if e.Steps == 0 {
		return nil
	}
	text := fmt.Sprintf("Engine: %s", count(e.Steps, "step", "steps"))
	if e.Halved > 0 {
		text += fmt.Sprintf(", %s of them shortened because kicks were strong", whole(e.Halved))
	}
	if e.Corrected > 0 {
		text += fmt.Sprintf("; the kicks foretold were corrected in %s, by %s of a step's noise in the mean",
			count(e.Corrected, "step", "steps"), number(e.Correction, 2))
	}
	if e.Overrun > 0 {
		text += fmt.Sprintf("; in %s they ran past what was foreseen and a cascade finished the step", count(e.Overrun, "step", "steps"))
	}
	return []string{text + "."}
}

// massError is the largest |mass − 1| of the mean field, the refractory fraction included; NaN when there is none.
func (f *folder) massError() float64 {
	worst := math.NaN()
	for _, p := range f.parts {
		if p.meanField == nil {
			continue
		}
		for _, m := range p.meanField.floats("mass") {
			if d := math.Abs(m - 1); !math.IsNaN(d) && !(d <= worst) {
				worst = d
			}
		}
	}
	return worst
}
