package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/ensemble"
	"lapicque/runs/play"
	"lapicque/runs/report"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

var (
	replicas      = &cli.IntFlag{Name: "replicas", Usage: "`R` independent networks at every point"}
	ensembleGrid  = &cli.StringSliceFlag{Name: "grid", Usage: "`KEY=FROM:TO:COUNT[:log]`: values of any key of the scenario that is a number; repeatable"}
	shardOf       = &cli.StringFlag{Name: "shard", Value: "0/1", Usage: "`I/N`: only part I of N of the members, I from 0; merge joins the folders"}
	resume        = &cli.BoolFlag{Name: "resume", Usage: "go on with what -o holds, repair it where it is damaged, start when there is nothing, leave it when it is complete"}
	windows       = &cli.IntFlag{Name: "windows", Value: 10, Usage: "`K` equal parts of the run, in which rates are measured"}
	withMeanField = &cli.BoolFlag{Name: "mean-field", Usage: "solve the equation once at every point and measure how far its networks are from it"}
	ensembleFlags = []cli.Flag{replicas, ensembleGrid, shardOf, resume, windows, withMeanField, progressAs, overRanks}
)

// ensembleRun is an ensemble that is asked for.
type ensembleRun struct {
	plan   *ensemble.Plan
	header ensemble.Header
	how    ensemble.How
	dir    string
	state  ensemble.State
}

// ensembleAction plays an ensemble.
func (s *session) ensembleAction(c *cli.Context) error {
	if c.Bool(overRanks.Name) {
		return s.overWorld(c, s.ensembleOnRank)
	}
	e, err := newEnsemble(c)
	if err != nil {
		return err
	}
	return s.ensemble(c, e)
}

// ensemble plays an ensemble that is asked for.
func (s *session) ensemble(c *cli.Context, e *ensembleRun) error {
	if c.Bool(dryRun.Name) {
		return s.planEnsemble(c, e)
	}
	if e.state == ensemble.Complete {
		return s.nothingLeft(c, e.dir, e.header)
	}
	sources, err := e.plan.Sources()
	if err != nil {
		return err
	}
	w, err := s.openEnsemble(e.dir, e.header, e.how, sources)
	if err != nil {
		return err
	}
	known := w.folder.Finished()
	if err := w.failed(s.playEnsemble(c, e, w.folder)); err != nil {
		return err
	}
	if known > 0 {
		w.folder.Notes = append(w.folder.Notes, fmt.Sprintf("%d of %d members are from before.", known, e.size()))
	}
	return s.endEnsemble(c, w)
}

// nothingLeft tells that a folder is complete, and with --json what is in it.
func (s *session) nothingLeft(c *cli.Context, dir string, h ensemble.Header) error {
	fmt.Fprintf(s.stderr, "%s is complete: nothing is left to do\n", dir)
	if !c.Bool(asJSON.Name) {
		return nil
	}
	result, err := ensemble.Read(dir, h)
	return errors.Join(err, s.encode(shownEnsemble{result, result.Summary}))
}

// size returns the members of the shard.
func (e *ensembleRun) size() int { return e.header.Shard.Size(e.plan.Members()) }

// newEnsemble reads the command line and reports everything wrong with it together.
func newEnsemble(c *cli.Context) (*ensembleRun, error) {
	e := &ensembleRun{dir: c.String(output.Name), how: ensemble.How{Force: c.Bool(force.Name), Resume: c.Bool(resume.Name)}}
	name := defaultScenario
	if c.Args().Present() {
		name = c.Args().First()
	}
	var faults neuron.Faults
	faults.Add(c.IsSet(replicas.Name), "replicas", "not given", "--replicas R, the networks at every point")
	faults.Add(!e.how.Resume || e.dir != "", "resume", true, "with -o, the folder to go on with")
	faults.Add(!e.how.Resume || !e.how.Force, "resume", true, "without --force, which starts again")
	shard, wrong := ensemble.ParseShard(c.String(shardOf.Name))
	count := c.Int(replicas.Name)
	if !c.IsSet(replicas.Name) {
		count = 1
	}
	plan, err := ensemble.Load(c.Context, name, ensemble.Choices{Set: assignments(c), Grids: c.StringSlice(ensembleGrid.Name),
		Replicas: count, Windows: c.Int(windows.Name), MeanField: c.Bool(withMeanField.Name)})
	err = errors.Join(atMost(c, 1), faults.Err(), wrong, progressFault(c), workersFault(c), err)
	if err != nil {
		if e.dir != "" && !e.how.Resume { // a folder that anything would be refused
			err = errors.Join(err, occupied(e))
		}
		return nil, err
	}
	faults.Add(shard.Count <= plan.Members(), "shard", shard, fmt.Sprintf("at most %d parts, as there are members", plan.Members()))
	e.plan, e.header = plan, ensemble.NewHeader(plan.Description, shard)
	if e.dir == "" {
		e.dir = freshFolder(plan.Scenario, time.Now())
	}
	e.state, err = ensemble.Look(e.dir, e.header, e.how)
	if e.state == ensemble.Complete && !e.how.Resume {
		err = store.Check(e.dir, false)
	}
	return e, errors.Join(faults.Err(), err)
}

// occupied returns the fault of a folder that is not to be written to, whatever the ensemble.
func occupied(e *ensembleRun) error {
	if store.Unfinished(e.dir) {
		return nil
	}
	return store.Check(e.dir, e.how.Force)
}

// playEnsemble plays the members that are not known. An interrupted ensemble is no error here.
func (s *session) playEnsemble(c *cli.Context, e *ensembleRun, f *ensemble.Folder) error {
	m := s.meter(c, "members", e.size(), f.Finished())
	defer m.stop()
	return ensemble.Run(c.Context, e.plan, e.header.Shard, ensemble.Options{Workers: c.Int(workers.Name), Known: f.Known,
		Keep: func(r ensemble.Record) error {
			if err := f.Keep(r); err != nil {
				return err
			}
			m.one(r.Failed())
			return nil
		}})
}

// ensembleWriter is the folder of an ensemble with where it comes from.
type ensembleWriter struct {
	s      *session
	dir    string
	folder *ensemble.Folder
	origin store.Provenance
	header ensemble.Header
}

// openEnsemble makes the folder or takes it again.
func (s *session) openEnsemble(dir string, h ensemble.Header, how ensemble.How, sources []scenario.File) (*ensembleWriter, error) {
	w := &ensembleWriter{s: s, dir: dir, origin: store.NewProvenance(s.args, h.Description.Seed, time.Now()), header: h}
	var err error
	if w.folder, err = ensemble.Open(dir, h, how); err != nil {
		if known := ensemble.Kept(dir, h); known > 0 && !errors.As(err, &neuron.Faults{}) {
			w.advise(err, known)
		}
		return nil, err
	}
	return w, w.failed(w.folder.Describe(w.origin, sources))
}

// failed closes the journal after an error other than an interruption, and says what is kept.
func (w *ensembleWriter) failed(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	if kept := w.folder.Close(); !errors.Is(err, kept) {
		err = errors.Join(err, kept)
	}
	w.advise(err, w.folder.Finished())
	return err
}

// advise says what an error leaves, and how to go on.
func (w *ensembleWriter) advise(err error, finished int) {
	what := "the same command with -o " + w.dir + " goes on from there"
	if errors.Is(err, syscall.ENOSPC) {
		what = "make room, and " + what
	}
	fmt.Fprintf(w.s.stderr, "%d of %d members are finished and kept; %s\n", finished, w.header.Shard.Size(w.header.Description.Members()), what)
}

// endEnsemble writes tables, page and manifest of what is finished, and tells of it.
func (s *session) endEnsemble(c *cli.Context, w *ensembleWriter) error {
	result, err := w.folder.Finish()
	if err == nil {
		w.origin.Stop, w.origin.Outcome = time.Now().UTC(), result.Outcome
		err = w.folder.JSON(store.ProvenanceName, w.origin)
	}
	if err == nil {
		err = report.Build(w.dir)
	}
	if err := w.failed(err); err != nil {
		return err
	}
	if err := errors.Join(w.folder.Close(), store.Seal(w.dir, result.Outcome)); err != nil {
		return err
	}
	for _, note := range w.folder.Notes {
		fmt.Fprintln(s.stderr, note)
	}
	if result.Failed > 0 {
		err = unmet{fmt.Errorf("%d of %d members have no result although each was tried twice; tables/members.csv says why", result.Failed, result.Total)}
	}
	if result.Outcome == ensemble.Cancelled {
		fmt.Fprintf(s.stderr, "%d of %d members are finished and kept; the same command with -o %s goes on from there\n", result.Played, result.Total, w.dir)
		err = errors.Join(context.Canceled, err)
	}
	if c.Bool(asJSON.Name) {
		return errors.Join(s.encode(shownEnsemble{result, result.Summary}), err)
	}
	if !c.Bool(quiet.Name) {
		s.printEnsemble(result)
	}
	s.where(c, w.dir)
	return err
}

// shownEnsemble is the result as --json prints it.
type shownEnsemble struct {
	ensemble.Result
	Summary []ensemble.Estimate `json:"summary"`
}

// printEnsemble prints the estimates of the measures without windows, when the points are few.
func (s *session) printEnsemble(r ensemble.Result) {
	fmt.Fprintf(s.stdout, "%s: %d of %d members, %d points × %d replicas", r.Scenario, r.Played, r.Total, r.Points(), r.Replicas)
	if r.Shard != ensemble.Whole {
		fmt.Fprintf(s.stdout, ", shard %s", r.Shard)
	}
	fmt.Fprintln(s.stdout)
	const most = 20
	if r.Points() > most || r.Played == 0 {
		fmt.Fprintln(s.stdout, "tables/summary.csv has the estimates")
		return
	}
	fmt.Fprintln(s.stdout)
	table := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	for _, g := range r.Grids {
		fmt.Fprintf(table, "%s\t", g.Key)
	}
	fmt.Fprintln(table, "measure\tn\tmean\ts.e.\t95 % interval\tmean field")
	for _, e := range r.Summary {
		if windowed(e.Measure) || e.Count == 0 {
			continue
		}
		for _, x := range r.At(e.Point) {
			fmt.Fprintf(table, "%.6g\t", x)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s … %s\t%s\n", e.Measure, e.Count, number(e.Mean), number(e.Error), number(e.Low), number(e.High), number(e.MeanField))
	}
	table.Flush()
}

// windowed reports whether a measure is the rate of one window.
func windowed(measure string) bool {
	rest, found := strings.CutPrefix(measure, "rate_")
	return found && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// planEnsemble prints what an ensemble would be: one member is timed, the rest is proportion.
func (s *session) planEnsemble(c *cli.Context, e *ensembleRun) error {
	one := e.plan.Points[len(e.plan.Points)/2]
	x, err := play.NewEstimate(c.Context, one, play.Options{Sides: scenario.Sides{Network: true}, Workers: 1})
	if err != nil {
		return err
	}
	return s.plan(c, one, e.dir, x.Times(e.size(), c.Int(workers.Name)))
}
