package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"lapicque/runs/play"
	"lapicque/runs/rhythm"
	"lapicque/runs/scenario"
)

// neuralTable prints the summary of a neural field: a line a snapshot and population, then the findings.
func (s *session) neuralTable(field *scenario.Field, out *play.Summary) {
	fmt.Fprintf(s.stdout, "%s: %s\n", out.Scenario, out.Title)
	parts, d := out.Neural, field.Law.Domain
	if n := parts.Network; n != nil {
		fmt.Fprintf(s.stdout, "network: %d units at each of %d sites, replicas %d, dt = %v; %d spikes\n",
			n.Units, d.Total(), n.Replicas, field.Particles.Dt, n.Spikes)
	}
	fmt.Fprintln(s.stdout)
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	l := layout{names: field.Names()}
	switch {
	case parts.Compare != nil:
		l.neuralCompared(w, parts)
	case parts.Network != nil:
		l.neural(w, parts.Network.Snapshots)
	case parts.MeanField != nil:
		l.neural(w, parts.MeanField.Snapshots)
	}
	w.Flush()
	s.neuralFindings(parts)
	s.findings(out)
}

// neural prints one side alone.
func (l layout) neural(w io.Writer, list []play.NeuralSnapshot) {
	l.head(w, "mean", "± se", "variance", "least", "greatest", "width")
	for _, line := range list {
		for _, name := range l.names {
			x := line.State(name)
			l.row(w, line.Time, name, long(&x.Mean), long(x.MeanSE), long(&x.Variance), long(&x.Least), long(&x.Greatest), long(x.Width))
		}
	}
}

// long prints eight digits, a dash for what does not exist.
func long(x *play.Number) string {
	if x == nil {
		return "–"
	}
	return dash(float64(*x))
}

// neuralCompared prints both sides and their differences.
func (l layout) neuralCompared(w io.Writer, parts *play.Neural) {
	l.head(w, "network mean", "± se", "mean field", "L2", "by chance ≤", "sup", "by chance ≤", "shift x, y, t", "verdict")
	for k, line := range parts.Compare.Snapshots {
		for _, name := range l.names {
			x, y, d := parts.Network.Snapshots[k].State(name), parts.MeanField.Snapshots[k].State(name), line.Of(name)
			shift := "–"
			if line.Aligned != "" {
				shift = fmt.Sprintf("%.2g, %.2g, %.2g", float64(line.ShiftX), float64(line.ShiftY), float64(line.ShiftT))
			}
			l.row(w, line.Time, name, number(x.Mean), number(*x.MeanSE), number(y.Mean), number(d.L2), number(d.Null.L2), number(d.Sup), number(d.Null.Sup), shift, d.Verdict)
		}
	}
}

// neuralFindings prints the rhythm, the notes and the verdict.
func (s *session) neuralFindings(parts *play.Neural) {
	fmt.Fprintln(s.stdout)
	if f := parts.MeanField; f != nil && f.Rhythm != nil {
		r := f.Rhythm
		fmt.Fprintf(s.stdout, "mean field: %s", r.Kind)
		if r.Kind == rhythm.Oscillating {
			fmt.Fprintf(s.stdout, ", period %.8g ± %.1g, amplitude %.4g", float64(r.Period), float64(r.PeriodError), float64(r.Amplitude))
		}
		if r.Reason != "" {
			fmt.Fprintf(s.stdout, " (%s)", r.Reason)
		}
		fmt.Fprintln(s.stdout)
	}
	if c := parts.Compare; c != nil {
		fmt.Fprintf(s.stdout, "verdict: %s. %s\n", c.Verdict, c.Text)
	}
}
