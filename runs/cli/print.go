package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/goccy/go-yaml"
	"github.com/urfave/cli/v2"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// encode writes a value as the one JSON document on standard output.
func (s *session) encode(value any) error {
	e := json.NewEncoder(s.stdout)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// where says what to open, once the folder is finished.
func (s *session) where(c *cli.Context, dir string) {
	_, err := store.Open(dir)
	switch {
	case dir == "" || err != nil || c.Bool(asJSON.Name):
	case c.Bool(quiet.Name):
		fmt.Fprintln(s.stdout, dir)
	default:
		fmt.Fprintf(s.stdout, "\nEvidence in %s; open %s\n", dir, filepath.Join(dir, "report.html"))
	}
}

// table prints a summary: a line a snapshot and population, then the findings.
func (s *session) table(one *scenario.Scenario, out *play.Summary) {
	if field, ok := one.Field(); ok {
		s.neuralTable(field, out)
		return
	}
	fmt.Fprintf(s.stdout, "%s: %s\n", out.Scenario, out.Title)
	if out.Ended != "" {
		fmt.Fprintln(s.stdout, out.Ended)
	}
	if out.Scales != nil {
		fmt.Fprintln(s.stdout, *out.Scales)
	}
	if n := out.Network; n != nil {
		_, tail := one.Common()
		fmt.Fprintf(s.stdout, "network: N = %d, replicas %d, dt = %v, %s; %d spikes, %d cascades\n",
			n.N, n.Replicas, tail.Particles.Dt, tail.Particles.Scheme, n.Spikes, n.Cascades)
	}
	if d := out.Doubled; d != nil {
		fmt.Fprintf(s.stdout, "held against networks of 2N = %d, in place of an equation: replicas %d; %d spikes\n", d.N, d.Replicas, d.Spikes)
	}
	fmt.Fprintln(s.stdout)
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	l := newLayout(one)
	switch {
	case out.Compare != nil:
		l.compared(w, out)
	case out.Network != nil:
		l.network(w, out.Network)
	case out.MeanField != nil:
		l.meanField(w, out.MeanField)
	}
	w.Flush()
	s.findings(out)
}

// layout is what the columns of a table of snapshots depend on.
type layout struct {
	names      []string // of the populations, "" for the only one
	refractory bool     // some population has a refractory state
	joint      bool     // states have two coordinates
}

func newLayout(one *scenario.Scenario) (l layout) {
	for _, p := range one.Populations() {
		l.names = append(l.names, p.Name)
		l.refractory = l.refractory || p.Refractory
	}
	_, l.joint = one.VoltageConductance()
	return l
}

// head prints the titles: time, the population where they have names, then the others; those that begin with R only with
// a refractory state.
func (l layout) head(w io.Writer, titles ...string) {
	cells := []any{"time"}
	if l.names[0] != "" {
		cells = append(cells, "population")
	}
	for _, t := range titles {
		cells = append(cells, t)
	}
	l.row(w, cells...)
}

// row prints cells; one that is nil is left out.
func (l layout) row(w io.Writer, cells ...any) {
	for _, c := range cells {
		if c != nil && c != "" {
			fmt.Fprintf(w, "%v\t", c)
		}
	}
	fmt.Fprintln(w)
}

// fraction returns a title or value of the refractory fraction, nothing where there is no such state.
func (l layout) fraction(text string) string {
	if !l.refractory {
		return ""
	}
	return text
}

// pair returns a title or value about the second coordinate of states, nothing where they have one.
func (l layout) pair(text string) string {
	if !l.joint {
		return ""
	}
	return text
}

// second is the law of the second coordinate as it is printed.
type second struct{ mean, variance string }

func secondOf(s *play.JointState) second {
	if s == nil {
		return second{}
	}
	return second{fmt.Sprintf("%.8g", float64(s.MeanG)), fmt.Sprintf("%.8g", float64(s.VarianceG))}
}

// apart is how far two laws of pairs are apart, as it is printed.
type apart struct{ w1, sliced, l1 string }

func jointOf(d *play.JointDifference) apart {
	if d == nil {
		return apart{"–", "–", "–"}
	}
	return apart{number(play.Number(d.W1)), number(play.Number(d.SlicedW1)), number(play.Number(d.L1))}
}

// worst returns the verdict on a population, that on its pairs included.
func worst(d *play.Difference) compare.Verdict {
	if d.Joint == nil {
		return d.Verdict
	}
	v, _ := compare.Overall([]compare.Assessment{{Verdict: d.Verdict}, {Verdict: d.Joint.Verdict}})
	return v
}

// network prints the network alone.
func (l layout) network(w io.Writer, n *play.Network) {
	l.head(w, "N(t)", "± se", "mean", "variance", l.fraction("R(t)"), l.pair("mean g"), l.pair("variance g"))
	for _, line := range n.Snapshots {
		for _, name := range l.names {
			x := line.State(name)
			l.row(w, line.Time, name, number(x.Rate), number(x.RateSE), number(x.Mean), number(x.Variance), l.fraction(number(x.Refractory)),
				l.pair(secondOf(x.Joint).mean), l.pair(secondOf(x.Joint).variance))
		}
	}
}

// meanField prints the mean field alone.
func (l layout) meanField(w io.Writer, f *play.MeanField) {
	l.head(w, "N(t)", "mean", "variance", l.fraction("R(t)"), l.pair("mean g"), l.pair("variance g"), "mass − 1")
	for _, line := range f.Snapshots {
		for _, name := range l.names {
			x := line.State(name)
			l.row(w, line.Time, name, fmt.Sprintf("%.10g", float64(x.Rate)), fmt.Sprintf("%.8g", float64(x.Mean)), fmt.Sprintf("%.8g", float64(x.Variance)),
				l.fraction(fmt.Sprintf("%.8g", float64(x.Refractory))), l.pair(secondOf(x.Joint).mean), l.pair(secondOf(x.Joint).variance), fmt.Sprintf("%.1e", float64(x.Mass)-1))
		}
	}
}

// compared prints both sides and their differences.
func (l layout) compared(w io.Writer, out *play.Summary) {
	reference := "mean-field N"
	if out.Doubled != nil {
		reference = "2N neurons"
	}
	l.head(w, "network N", "± se", reference, "difference", l.fraction("network R"), l.fraction("difference"), "W1", "KS", "L1",
		l.pair("W1 of g"), l.pair("sliced W1"), l.pair("L1 of (v, g)"), "verdict")
	for _, line := range out.Network.Snapshots {
		for _, name := range l.names {
			x := line.State(name)
			cells := []any{line.Time, name, number(x.Rate), number(x.RateSE), "–", "–", l.fraction(number(x.Refractory)), l.fraction("–"), "–", "–", "–", l.pair("–"), l.pair("–"), l.pair("–"), "no mean field"}
			for _, d := range out.Compare.Snapshots {
				if d.Time == line.Time {
					y := d.Of(name)
					copy(cells[4:], []any{number(x.Rate - y.RateError), number(y.RateError), l.fraction(number(x.Refractory)), l.fraction(number(y.RefractoryError)),
						number(y.W1), number(y.KS), number(y.L1), l.pair(jointOf(y.Joint).w1), l.pair(jointOf(y.Joint).sliced), l.pair(jointOf(y.Joint).l1), worst(y)})
				}
			}
			l.row(w, cells...)
		}
	}
}

// findings prints blow-ups, the verdict and what became of the expectations.
func (s *session) findings(out *play.Summary) {
	fmt.Fprintln(s.stdout)
	if f := out.MeanField; f != nil {
		for _, b := range f.BlowUps {
			fmt.Fprintf(s.stdout, "mean field: blow-up at t = %.8g%s, jump %s%s\n", b.Time, uncertain(b.TimeError), number(b.Jump), each(b.Populations))
		}
		if e := f.Entropy; e != nil && e.Decay != nil && e.Theory != nil {
			fmt.Fprintf(s.stdout, "mean field: the relative entropy (%s) decays at %.5g ± %.1g; twice the leading eigenvalue: %.7g\n",
				e.Kind, float64(e.Decay.Rate), float64(e.Decay.Error), float64(*e.Theory))
		}
		for _, note := range f.Notes {
			fmt.Fprintln(s.stdout, "mean field:", note)
		}
	}
	if n := out.Network; n != nil {
		const shown = 5
		for i, b := range n.BlowUps {
			if i == shown {
				fmt.Fprintf(s.stdout, "network: … %d macroscopic cascades more\n", len(n.BlowUps)-shown)
				break
			}
			fmt.Fprintf(s.stdout, "network: macroscopic cascade at t = %.6g, %.4g of the neurons%s (replica %d)\n", b.Time, b.Jump, each(b.Populations), b.Replica)
		}
		for _, note := range n.Notes {
			fmt.Fprintln(s.stdout, "network:", note)
		}
	}
	if out.Compare != nil {
		fmt.Fprintf(s.stdout, "verdict: %s\n", out.Compare.Text)
	}
	for _, line := range out.Theory {
		if line.Verdict == mfield.Contradicted {
			fmt.Fprintf(s.stdout, "THEORY CONTRADICTED (%s; %s): %s; computed: %s\n", line.Name, line.Source, line.Says, line.Computed)
		}
	}
	for _, v := range out.Expect {
		word := "holds"
		if !v.Holds {
			word = "DOES NOT HOLD"
		}
		fmt.Fprintf(s.stdout, "expected %s: %s (%v)\n", v.Claim, word, v.Value)
	}
	fmt.Fprintf(s.stdout, "outcome: %s\n", out.Outcome)
}

// each prints the fractions of the populations, nothing of the only one.
func each(fractions map[string]*play.Number) string {
	if fractions == nil {
		return ""
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(fractions)) {
		list = append(list, name+" "+number(*fractions[name]))
	}
	return " (" + strings.Join(list, ", ") + ")"
}

// uncertain prints an error, nothing when there is no estimate of it.
func uncertain(e play.Number) string {
	if e == 0 {
		return ""
	}
	return fmt.Sprintf(" ± %.1g", float64(e))
}

// number prints four digits, a dash for what does not exist.
func number(x play.Number) string {
	if math.IsNaN(float64(x)) {
		return "–"
	}
	return fmt.Sprintf("%.4g", float64(x))
}

// plan prints what a run would be.
func (s *session) plan(c *cli.Context, one *scenario.Scenario, dir string, e play.Estimate) error {
	text, err := one.Resolved()
	if err != nil {
		return err
	}
	if c.Bool(asJSON.Name) {
		resolved, err := yaml.YAMLToJSON(text)
		return errors.Join(err, s.encode(map[string]any{
			"scenario": one.Name, "resolved": json.RawMessage(resolved), "folder": dir, "estimate": e}))
	}
	_, err = fmt.Fprintf(s.stdout, "%s\n# folder: %s\n# about %s, %s of memory, %s on disk\n", text, dir,
		duration(e.Seconds), size(e.Memory), size(e.Disk))
	return err
}

func duration(seconds float64) string {
	switch {
	case seconds < 90:
		return fmt.Sprintf("%.1f s", seconds)
	case seconds < 5400:
		return fmt.Sprintf("%.1f min", seconds/60)
	}
	return fmt.Sprintf("%.1f h", seconds/3600)
}

func size(n int64) string {
	const unit = 1024.0
	x := float64(n)
	for _, name := range []string{"B", "KiB", "MiB", "GiB"} {
		if x < unit {
			return fmt.Sprintf("%.3g %s", x, name)
		}
		x /= unit
	}
	return fmt.Sprintf("%.3g TiB", x)
}
