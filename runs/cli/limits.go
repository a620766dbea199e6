package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/runs/limits"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// The flags of limits.
var (
	keyFlag   = &cli.StringFlag{Name: "key", Value: "coupling.delay=0.001:0.0001:3:log", Usage: "`KEY=FROM:TO:COUNT[:log]`: the small parameter and its values: coupling.delay, neuron.firing.epsilon or neuron.refractory.tau"}
	sizesFlag = &cli.StringFlag{Name: "N", Usage: "`FROM:TO:COUNT`: numbers of neurons, log-spaced; none: the mean field alone"}
	orderFlag = &cli.StringFlag{Name: "order", Usage: "`ORDER` of the limits: N-first (N → ∞ is the mean field), key-first or both; default: both with --N, else N-first"}
)

const limitsScenario = "post-jump"

// limitStudy is a study that is asked for.
type limitStudy struct {
	problem *limits.Problem
	dir     string // "": nothing is written
	resumed bool   // dir holds a part of this very study
	folder  *store.Folder
	journal *limits.Journal
	began   time.Time
}

// limits takes a small parameter to 0 and N to infinity around a blow-up.
func (s *session) limits(c *cli.Context) error {
	w, err := s.newLimits(c)
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		return s.planLimits(c, w)
	}
	if err := w.problem.Prepare(c.Context); err != nil {
		return err
	}
	known, err := w.open(s, c)
	if err != nil {
		return err
	}
	update, stop := s.progressOf(c, "solving and simulating")
	o := limits.Options{Workers: c.Int(workers.Name), Known: known, Progress: update}
	if w.journal != nil {
		o.Keep = w.journal.Keep
	}
	result, err := w.problem.Run(c.Context, o)
	stop()
	err = errors.Join(err, w.close(s, result))
	if n := result.Broken(); err == nil && n > 0 {
		err = unmet{fmt.Errorf("%d of %d points have no result; the table says why", n, result.Total)}
	}
	if result.Outcome == play.Cancelled && w.dir != "" {
		fmt.Fprintf(s.stderr, "%d of %d points are finished and kept; the same command with -o %s goes on from there\n", result.Finished, result.Total, w.dir)
	}
	err = errors.Join(err, s.show(c, w.dir, result, func() { s.printLimits(result) }))
	s.where(c, w.dir)
	return err
}

// newLimits reads the command line and reports everything wrong with it together.
func (s *session) newLimits(c *cli.Context) (*limitStudy, error) {
	if err := atMost(c, 1); err != nil {
		return nil, err
	}
	study := limits.Study{Scenario: limitsScenario, Set: assignments(c), Order: c.String(orderFlag.Name)}
	if c.Args().Present() {
		study.Scenario = c.Args().First()
	}
	err := study.Grids(c.String(keyFlag.Name), c.String(sizesFlag.Name))
	if !c.IsSet(orderFlag.Name) {
		study.Order = limits.Both
		if len(study.Sizes) == 0 {
			study.Order = limits.NFirst
		}
	}
	w := &limitStudy{dir: c.String(output.Name), began: time.Now()}
	one, loaded := scenario.Load(study.Scenario, study.Set, scenario.Sides{})
	if loaded == nil {
		_, tail := one.Common()
		study.Replicas = tail.Particles.Replicas
		if study.Key != "" {
			err = errors.Join(err, study.Validate())
		}
		if err == nil {
			w.problem, err = study.Pose()
		}
	}
	err = errors.Join(err, loaded, workersFault(c))
	if w.dir == "" && err == nil && !c.Bool(asJSON.Name) {
		w.dir = freshFolder(one.Name+"-limits", time.Now())
	}
	if err == nil && w.dir != "" && !c.Bool(force.Name) {
		w.resumed = w.begun()
	}
	if w.dir != "" && !w.resumed {
		err = errors.Join(err, store.Check(w.dir, c.Bool(force.Name)))
	}
	return w, err
}

// begun reports whether the folder holds an unfinished study of the same problem.
func (w *limitStudy) begun() bool {
	var old limits.Result
	text, err := os.ReadFile(filepath.Join(w.dir, limits.ResultName))
	if err != nil || json.Unmarshal(text, &old) != nil || !store.Unfinished(w.dir) || !reflect.DeepEqual(old.Study, w.problem.Study) {
		return false
	}
	resolved, _, err := w.problem.Scenario().Archive()
	kept, missing := os.ReadFile(filepath.Join(w.dir, "resolved.yaml"))
	return err == nil && missing == nil && bytes.Equal(resolved, kept)
}

// open makes the folder, or takes it again, and returns the points that it already has.
func (w *limitStudy) open(s *session, c *cli.Context) (known []limits.Point, err error) {
	if w.dir == "" {
		return nil, nil
	}
	if w.resumed {
		w.folder, err = store.Reopen(w.dir)
	} else {
		w.folder, err = store.Create(w.dir, c.Bool(force.Name))
	}
	if err != nil {
		return nil, err
	}
	if err := errors.Join(begin(w.folder, w.problem.Scenario(), w.origin(s)), w.folder.JSON(limits.ResultName, w.problem.Begun())); err != nil {
		return nil, err
	}
	w.journal, known, err = limits.NewJournal(w.folder)
	return known, err
}

func (w *limitStudy) origin(s *session) store.Provenance {
	head, _ := w.problem.Scenario().Common()
	return store.NewProvenance(s.args, head.Seed, w.began)
}

// close writes the results, the page and the manifest. The journal goes when the study is complete and all of that is written.
func (w *limitStudy) close(s *session, r *limits.Result) error {
	if w.folder == nil {
		return nil
	}
	err := r.Write(w.folder, s.args)
	if err = errors.Join(err, w.journal.Close(err == nil && r.Outcome == play.Completed)); err != nil {
		return err
	}
	return seal(w.folder, w.dir, w.origin(s), r.Outcome)
}

// planLimits prints what the study would take: the networks at the smallest value are timed, the rest is proportion.
func (s *session) planLimits(c *cli.Context, w *limitStudy) error {
	one := w.problem.Scenario()
	sides, count := scenario.Sides{MeanField: true}, len(w.problem.Values)+3
	if sizes := w.problem.Sizes; len(sizes) > 0 {
		sides.Network = true
		one = one.Resized(sizes[len(sizes)-1])
	}
	e, err := play.NewEstimate(c.Context, one, play.Options{Sides: sides, Workers: 1})
	if err != nil {
		return err
	}
	return s.plan(c, one, w.dir, e.Times(count, c.Int(workers.Name)))
}

// printLimits prints the distances at the time that the verdicts rest on, and the verdicts.
func (s *session) printLimits(r *limits.Result) {
	fmt.Fprintf(s.stdout, "%s: %s → 0 over %d values\n", r.Study.Scenario, r.Study.Key, len(r.Study.Values))
	fmt.Fprintf(s.stdout, "without it: blow-up at t = %.7g, a fraction %.5g fires\n", r.Candidates[0].JumpTime, r.Candidates[0].Jump)
	for rule, why := range r.Absent {
		fmt.Fprintf(s.stdout, "no candidate %s: %s\n", rule, why)
	}
	at := r.Snapshot()
	fmt.Fprintf(s.stdout, "\ndensities at t = %g\n", r.Times[at])
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s\tN\t", r.Study.Key)
	for _, measure := range []string{"W1", "M1"} {
		for _, one := range r.Candidates {
			fmt.Fprintf(w, "%s %s\t", measure, one.Rule)
		}
	}
	fmt.Fprintln(w)
	for _, p := range r.Points {
		size := "∞"
		if p.N > 0 {
			size = fmt.Sprint(p.N)
		}
		fmt.Fprintf(w, "%.3g\t%s\t", p.Value, size)
		switch {
		case p.Reason != "":
			fmt.Fprint(w, p.Reason, "\t")
		case !p.Landmarks[at].Over:
			fmt.Fprint(w, "the jump is not over\t")
		default:
			for _, d := range append(append([]limits.Distance(nil), p.Landmarks[at].W1...), p.M1...) {
				fmt.Fprintf(w, "%.5f\t", d.Value)
			}
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	for _, v := range r.Verdicts {
		fmt.Fprintf(s.stdout, "\n%s\n", v.Words)
	}
}
