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

	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/report"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

var (
	sweepGrid = &cli.StringSliceFlag{Name: "grid", Usage: "`KEY=FROM:TO:COUNT[:log]`: values of any key of the scenario that is a number; once or twice"}
	sideFlag  = &cli.StringFlag{Name: "side", Value: play.SideMeanField, Usage: "`meanfield` or network: what is played at every point"}
)

// sweep is a sweep that is asked for.
type sweep struct {
	points  *scenario.Points
	side    string
	dir     string // "": nothing is written
	resumed bool   // dir holds a part of this very sweep
	journal *play.Journal
	folder  *store.Folder
	result  play.SweepResult
}

// sweepAction plays a scenario over a grid.
func (s *session) sweepAction(c *cli.Context) error {
	w, err := newSweep(c)
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		return s.planSweep(c, w)
	}
	origin := store.NewProvenance(s.args, w.seed(), time.Now())
	known, err := w.open(c.Bool(force.Name), origin)
	if err != nil {
		return err
	}
	points, err := s.playSweep(c, w, known)
	w.result.Finish(w.points, points)
	if kept := w.close(origin); kept != nil {
		err = errors.Join(err, kept)
	}
	if n := w.result.Broken(); err == nil && n > 0 {
		err = unmet{fmt.Errorf("%d of %d points have no result; the table says why", n, w.result.Total)}
	}
	if w.result.Outcome == play.Cancelled && w.dir != "" {
		fmt.Fprintf(s.stderr, "%d of %d points are finished and kept; the same command with -o %s goes on from there\n", w.result.Finished, w.result.Total, w.dir)
	}
	if c.Bool(asJSON.Name) {
		return errors.Join(s.encode(w.result), err)
	}
	if !c.Bool(quiet.Name) {
		s.printSweep(w, len(known))
	}
	s.where(c, w.dir)
	return err
}

// newSweep reads the command line and reports everything wrong with it together.
func newSweep(c *cli.Context) (*sweep, error) {
	w := &sweep{side: c.String(sideFlag.Name), dir: c.String(output.Name)}
	var faults neuron.Faults
	faults.Add(w.side == play.SideMeanField || w.side == play.SideNetwork, "side", w.side, "meanfield or network")
	grids, wrong := scenario.ParseGrids(c.StringSlice(sweepGrid.Name))
	err := errors.Join(atMost(c, 1), faults.Err(), wrong, workersFault(c))
	if wrong != nil {
		_, loaded := load(c, w.sides())
		err = errors.Join(err, loaded)
	} else {
		name := defaultScenario
		if c.Args().Present() {
			name = c.Args().First()
		}
		var loaded error
		w.points, loaded = scenario.LoadPoints(c.Context, name, assignments(c), grids, w.sides())
		if err = errors.Join(err, loaded); loaded == nil {
			w.result = play.NewSweepResult(w.points, w.side)
			w.resumed = !c.Bool(force.Name) && w.dir != "" && w.begun()
		}
	}
	if w.dir == "" && err == nil && !c.Bool(asJSON.Name) {
		w.dir = freshFolder(w.result.Scenario, time.Now())
	}
	if w.dir != "" && !w.resumed {
		err = errors.Join(err, store.Check(w.dir, c.Bool(force.Name)))
	}
	return w, err
}

func (w *sweep) sides() scenario.Sides {
	return scenario.Sides{Network: w.side == play.SideNetwork, MeanField: w.side != play.SideNetwork}
}

func (w *sweep) seed() uint64 {
	head, _ := w.points.List[0].Common()
	return head.Seed
}

// begun reports whether the folder holds an unfinished sweep of the same scenario, files included, over the same grids.
func (w *sweep) begun() bool {
	var old play.SweepResult
	text, err := os.ReadFile(filepath.Join(w.dir, play.SweepName))
	if err != nil || json.Unmarshal(text, &old) != nil || !store.Unfinished(w.dir) {
		return false
	}
	if old.Side != w.side || !reflect.DeepEqual(old.Grids, w.result.Grids) {
		return false
	}
	resolved, files, err := w.points.List[0].Archive()
	files = append(files, scenario.File{Name: "resolved.yaml", Text: resolved})
	for _, f := range files {
		text, missing := os.ReadFile(filepath.Join(w.dir, f.Name))
		err = errors.Join(err, missing)
		if !bytes.Equal(text, f.Text) {
			return false
		}
	}
	return err == nil
}

// open makes the folder, or takes it again, and returns the points that it already has.
func (w *sweep) open(force bool, origin store.Provenance) (known []play.Point, err error) {
	if w.dir == "" {
		return nil, nil
	}
	if w.resumed {
		w.folder, err = store.Reopen(w.dir)
	} else {
		w.folder, err = store.Create(w.dir, force)
	}
	if err != nil {
		return nil, err
	}
	if err = errors.Join(begin(w.folder, w.points.List[0], origin), w.folder.JSON(play.SweepName, w.result)); err != nil {
		return nil, err
	}
	w.journal, known, err = play.NewJournal(w.folder, len(w.points.List))
	return known, err
}

// playSweep plays the points that are not known.
func (s *session) playSweep(c *cli.Context, w *sweep, known []play.Point) ([]play.Point, error) {
	update, stop := s.progress(c)
	defer stop()
	plan := play.Sweep{Points: w.points.List, Side: w.sides(), Workers: c.Int(workers.Name), Known: known, Progress: update}
	if w.journal != nil {
		plan.Keep = w.journal.Keep
	}
	return plan.Run(c.Context)
}

// close writes the results, the page and the manifest.
func (w *sweep) close(origin store.Provenance) error {
	if w.folder == nil {
		return nil
	}
	err := errors.Join(w.journal.Close(w.result.Outcome == play.Completed), w.result.Write(w.folder, w.points))
	origin.Stop, origin.Outcome = time.Now().UTC(), string(w.result.Outcome)
	if err = errors.Join(err, w.folder.JSON(store.ProvenanceName, origin)); err == nil {
		err = report.Build(w.dir)
	}
	if err != nil {
		return err
	}
	return store.Seal(w.dir, origin.Outcome)
}

// planSweep prints what a sweep would be: one point is timed, the rest is proportion.
func (s *session) planSweep(c *cli.Context, w *sweep) error {
	one := w.points.List[len(w.points.List)/2]
	e, err := play.NewEstimate(c.Context, one, play.Options{Sides: w.sides(), Workers: 1})
	if err != nil {
		return err
	}
	return s.plan(c, one, w.dir, e.Times(len(w.points.List), c.Int(workers.Name)))
}

// printSweep prints the counts, and the points when they are few.
func (s *session) printSweep(w *sweep, known int) {
	r := w.result
	fmt.Fprintf(s.stdout, "%s: %s at %d of %d points", r.Scenario, r.Side, r.Finished, r.Total)
	if known > 0 {
		fmt.Fprintf(s.stdout, ", %d of them from before", known)
	}
	fmt.Fprintln(s.stdout)
	table := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	for _, o := range play.PointOutcomes {
		if n := r.Counts[o]; n > 0 {
			fmt.Fprintf(table, "%s\t%d\n", o, n)
		}
	}
	table.Flush()
	const most = 40
	if len(r.Points) > most {
		return
	}
	fmt.Fprintln(s.stdout)
	for _, g := range r.Grids {
		fmt.Fprintf(table, "%s\t", g.Key)
	}
	measure := "synchrony"
	if len(r.Points) > 0 && r.Points[0].Pattern != nil {
		measure = "pattern"
	}
	fmt.Fprintf(table, "outcome\trate\t%s\tperiod\t\n", measure)
	for _, p := range r.Points {
		for _, x := range p.Values {
			fmt.Fprintf(table, "%.6g\t", x)
		}
		value := p.Synchrony
		if p.Pattern != nil {
			value = *p.Pattern
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", p.Outcome, number(p.Rate), number(value), number(p.Period), p.Reason)
	}
	table.Flush()
}
