package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/runs/converge"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

var convergeFlags = []cli.Flag{
	&cli.StringFlag{Name: "N", Value: "1e3:1e6:7", Usage: "`FROM:TO:COUNT` numbers of neurons, in geometric progression"},
	&cli.Float64Flag{Name: "precision", Value: 0.03, Usage: "`HALF-WIDTH` of the 95 % intervals of the exponents at which the study is content"},
	&cli.Float64Flag{Name: "bias-time", Value: 1, Usage: "`FACTOR` of the time of the largest networks that every size gets besides, to see the 1/N bias"},
	&cli.DurationFlag{Name: "budget", Value: 10 * time.Minute, Usage: "`TIME` such as 10m or 1h30m after which no network is begun, 0: none"},
}

// convergence is a study that is asked for.
type convergence struct {
	study   converge.Study
	dir     string // "": nothing is written
	resumed bool   // dir holds a part of this very study
	journal *converge.Journal
	folder  *store.Folder
}

// converge measures how networks approach their mean field.
func (s *session) converge(c *cli.Context) error {
	w, err := newConvergence(c)
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		estimate, err := w.study.Estimate(c.Context)
		if err != nil {
			return err
		}
		return s.plan(c, w.study.Scenario, w.dir, estimate)
	}
	head, _ := w.study.Scenario.Common()
	origin := store.NewProvenance(s.args, head.Seed, time.Now())
	if err := w.open(c.Bool(force.Name), origin); err != nil {
		return err
	}
	var stop func()
	w.study.Progress, stop = s.progress(c)
	result, err := w.study.Run(c.Context)
	stop()
	err = errors.Join(err, w.close(result, origin))
	if result.Outcome == play.Cancelled && w.dir != "" {
		fmt.Fprintf(s.stderr, "what is finished is kept; the same command with -o %s goes on from there\n", w.dir)
	}
	if c.Bool(asJSON.Name) {
		return errors.Join(s.encode(result), err)
	}
	if !c.Bool(quiet.Name) {
		s.printConvergence(result, len(w.study.Known))
	}
	s.where(c, w.dir)
	return err
}

// newConvergence reads the command line and reports everything wrong with it together.
func newConvergence(c *cli.Context) (*convergence, error) {
	w := &convergence{dir: c.String(output.Name)}
	one, err := load(c, scenario.Sides{Network: true, MeanField: true})
	sizes, wrong := converge.ParseSizes(c.String("N"))
	w.study = converge.Study{Scenario: one, Sizes: sizes, Precision: c.Float64("precision"), BiasTime: c.Float64("bias-time"), Budget: c.Duration("budget"), Workers: c.Int(workers.Name)}
	err = errors.Join(err, wrong, w.study.Validate(), workersFault(c))
	if err == nil {
		w.resumed = !c.Bool(force.Name) && w.dir != "" && w.begun()
		if w.dir == "" && !c.Bool(asJSON.Name) {
			w.dir = freshFolder(one.Name, time.Now())
		}
	}
	if w.dir != "" && !w.resumed {
		err = errors.Join(err, store.Check(w.dir, c.Bool(force.Name)))
	}
	return w, err
}

// begun reports whether the folder holds an unfinished study of the same scenario, files included, with the same sizes and precision.
func (w *convergence) begun() bool {
	var old converge.Result
	text, err := os.ReadFile(filepath.Join(w.dir, converge.ResultName))
	if err != nil || json.Unmarshal(text, &old) != nil || !store.Unfinished(w.dir) {
		return false
	}
	return slices.Equal(old.Sizes, w.study.Sizes) && old.Precision == w.study.Precision && old.BiasTime == w.study.BiasTime && archived(w.dir, w.study.Scenario)
}

// archived reports whether a folder holds exactly this scenario, with its files.
func archived(dir string, one *scenario.Scenario) bool {
	resolved, files, err := one.Archive()
	for _, f := range append(files, scenario.File{Name: "resolved.yaml", Text: resolved}) {
		text, missing := os.ReadFile(filepath.Join(dir, f.Name))
		if missing != nil || !bytes.Equal(text, f.Text) {
			return false
		}
	}
	return err == nil
}

// open makes the folder, or takes it again with the networks that it already has.
func (w *convergence) open(force bool, origin store.Provenance) (err error) {
	if w.dir == "" {
		return nil
	}
	if w.resumed {
		w.folder, err = store.Reopen(w.dir)
	} else {
		w.folder, err = store.Create(w.dir, force)
	}
	if err != nil {
		return err
	}
	if err = errors.Join(begin(w.folder, w.study.Scenario, origin), w.folder.JSON(converge.ResultName, w.study.Pending())); err != nil {
		return err
	}
	w.journal, w.study.Known, err = converge.NewJournal(w.folder)
	if err == nil {
		w.study.Keep = w.journal.Keep
	}
	return err
}

// close writes the results, the page and the manifest. The journal goes when the study is complete and all of that is written.
func (w *convergence) close(result *converge.Result, origin store.Provenance) error {
	if w.folder == nil {
		return nil
	}
	origin.Stop, origin.Outcome = time.Now().UTC(), string(result.Outcome)
	err := errors.Join(result.Write(w.folder, origin.Arguments), w.folder.JSON(store.ProvenanceName, origin))
	if err = errors.Join(err, w.journal.Close(err == nil && result.Outcome == play.Completed)); err != nil {
		return err
	}
	return store.Seal(w.dir, origin.Outcome)
}

// printConvergence prints the sizes, the exponents, the biases and the verdict.
func (s *session) printConvergence(r *converge.Result, known int) {
	total := 0
	for _, l := range r.Levels {
		total += l.Networks
	}
	fmt.Fprintf(s.stdout, "%s: %s, %d networks", r.Scenario, r.Outcome, total)
	if known > 0 {
		fmt.Fprintf(s.stdout, ", %d of them from before", known)
	}
	fmt.Fprint(s.stdout, "\n\n")
	if len(r.Levels) > 0 {
		s.printLevels(r)
	}
	table := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	if len(r.Exponents) > 0 {
		fmt.Fprintln(table, "\ndistance\tγ\t95 % interval\tC\tverdict\t")
	}
	for _, x := range r.Exponents {
		if !x.Fit.Determined {
			fmt.Fprintf(table, "%s\t—\t—\t—\t%s\t\n", x.Name, x.Finding.Verdict)
			continue
		}
		fmt.Fprintf(table, "%s\t%.4f\t%.4f to %.4f\t%.4g\t%s\t\n", x.Name, x.Fit.Gamma.Value, x.Fit.Gamma.Interval.Low, x.Fit.Gamma.Interval.High, x.Fit.C.Value, x.Finding.Verdict)
	}
	if len(r.Biases) > 0 {
		fmt.Fprintln(table, "\nmean error\tδ1 (1/N)\t95 % interval\tδ0\t95 % interval\t")
	}
	for _, x := range r.Biases {
		fmt.Fprintf(table, "%s\t%.4g\t%.4g to %.4g\t%.4g\t%.4g to %.4g\t\n", x.Name, x.Fit.Slope.Value, x.Fit.Slope.Interval.Low, x.Fit.Slope.Interval.High,
			x.Fit.Floor.Value, x.Fit.Floor.Interval.Low, x.Fit.Floor.Interval.High)
	}
	table.Flush()
	fmt.Fprintf(s.stdout, "\n%s: %s\n", r.Verdict, r.Text)
	for _, note := range r.Notes {
		fmt.Fprintln(s.stdout, note)
	}
}

// printLevels prints a line a size: the leading distances, and errors with a sign.
func (s *session) printLevels(r *converge.Result) {
	table := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "N\tdt\tnetworks\t")
	for _, m := range r.Measures {
		if m.Leading || m.Signed {
			fmt.Fprintf(table, "%s\t±\t", m.Name)
		}
	}
	fmt.Fprintln(table)
	for _, l := range r.Levels {
		fmt.Fprintf(table, "%d\t%g\t%d\t", l.N, l.Dt, l.Networks)
		for _, m := range r.Measures {
			if m.Leading || m.Signed {
				e := l.Values[m.Name]
				fmt.Fprintf(table, "%.4g\t%.2g\t", e.Value, e.Interval.HalfWidth())
			}
		}
		fmt.Fprintln(table)
	}
	table.Flush()
}
