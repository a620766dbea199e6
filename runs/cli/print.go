package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"text/tabwriter"

	"github.com/goccy/go-yaml"
	"github.com/urfave/cli/v2"

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

// table prints a summary: a line a snapshot, then the findings.
func (s *session) table(one *scenario.Scenario, out *play.Summary) {
	fmt.Fprintf(s.stdout, "%s: %s\n", out.Scenario, out.Title)
	if n := out.Network; n != nil {
		_, tail := one.Common()
		fmt.Fprintf(s.stdout, "network: N = %d, replicas %d, dt = %v, %s; %d spikes, %d cascades\n",
			n.N, n.Replicas, tail.Particles.Dt, tail.Particles.Scheme, n.Spikes, n.Cascades)
	}
	fmt.Fprintln(s.stdout)
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	switch {
	case out.Compare != nil:
		s.compared(w, out)
	case out.Network != nil:
		fmt.Fprintln(w, "time\tN(t)\t± se\tmean\tvariance\t")
		for _, x := range out.Network.Snapshots {
			fmt.Fprintf(w, "%v\t%s\t%s\t%s\t%s\t\n", x.Time, number(x.Rate), number(x.RateSE), number(x.Mean), number(x.Variance))
		}
	case out.MeanField != nil:
		fmt.Fprintln(w, "time\tN(t)\tmean\tvariance\tmass − 1\t")
		for _, x := range out.MeanField.Snapshots {
			fmt.Fprintf(w, "%v\t%.10g\t%.8g\t%.8g\t%.1e\t\n", x.Time, float64(x.Rate), float64(x.Mean), float64(x.Variance), float64(x.Mass)-1)
		}
	}
	w.Flush()
	s.findings(out)
}

// compared prints both sides and their differences.
func (s *session) compared(w *tabwriter.Writer, out *play.Summary) {
	fmt.Fprintln(w, "time\tnetwork N\t± se\tmean-field N\tdifference\tW1\tKS\tL1\tverdict\t")
	for _, x := range out.Network.Snapshots {
		fmt.Fprintf(w, "%v\t%s\t%s\t", x.Time, number(x.Rate), number(x.RateSE))
		found := false
		for _, d := range out.Compare.Snapshots {
			if d.Time == x.Time {
				found = true
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t\n", number(x.Rate-d.RateError), number(d.RateError),
					number(d.W1), number(d.KS), number(d.L1), d.Verdict)
			}
		}
		if !found {
			fmt.Fprintln(w, "–\t–\t–\t–\t–\tno mean field\t")
		}
	}
}

// findings prints blow-ups, the verdict and what became of the expectations.
func (s *session) findings(out *play.Summary) {
	fmt.Fprintln(s.stdout)
	if f := out.MeanField; f != nil {
		for _, b := range f.BlowUps {
			fmt.Fprintf(s.stdout, "mean field: blow-up at t = %.8g%s, jump %s\n", b.Time, uncertain(b.TimeError), number(b.Jump))
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
			fmt.Fprintf(s.stdout, "network: macroscopic cascade at t = %.6g, %.4g of the neurons (replica %d)\n", b.Time, b.Jump, b.Replica)
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
