package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"lapicque/neuron"
	"lapicque/runs/mpi"
	"lapicque/runs/play"
	"lapicque/runs/report"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

const defaultScenario = "inhibitory"

// load reads the scenario that the arguments name; without one the default.
func load(c *cli.Context, sides scenario.Sides) (*scenario.Scenario, error) {
	if err := atMost(c, 1); err != nil {
		return nil, err
	}
	name := defaultScenario
	if c.Args().Present() {
		name = c.Args().First()
	}
	return scenario.Load(name, assignments(c), sides)
}

// loadOne is load for verbs that know one population of model nnlif only.
func loadOne(c *cli.Context) (*scenario.Scenario, error) {
	one, err := load(c, scenario.Sides{})
	if err != nil {
		return one, err
	}
	var faults neuron.Faults
	_, known := one.NNLIF()
	faults.Add(known, "scenario", one.Name, "for this verb a scenario of one population, of model nnlif")
	return one, faults.Err()
}

// simulation returns the action of run, network and meanfield.
func (s *session) simulation(sides scenario.Sides) cli.ActionFunc {
	return func(c *cli.Context) error {
		if c.Bool(overRanks.Name) {
			return s.overWorld(c, func(c *cli.Context, world mpi.World) error { return s.simulateOnRank(c, sides, world) })
		}
		one, dir, err := s.prepare(c, sides)
		if err != nil {
			return err
		}
		return s.simulate(c, one, dir, play.Options{Sides: sides})
	}
}

// simulate plays a scenario, or says what that would take; dir is "" when nothing is to be written.
func (s *session) simulate(c *cli.Context, one *scenario.Scenario, dir string, options play.Options) (err error) {
	options.Workers, options.Version = c.Int(workers.Name), store.Version
	if c.Bool(dryRun.Name) {
		estimate, err := play.NewEstimate(c.Context, one, options)
		if err != nil {
			return err
		}
		return s.plan(c, one, dir, estimate)
	}
	if dir != "" {
		var complete finished
		if err = s.folder(c, one, dir, &options); errors.As(err, &complete) {
			fmt.Fprintln(s.stderr, complete)
			s.where(c, dir)
			return s.known(c, dir)
		}
		if err != nil {
			return err
		}
	}
	summary, err := s.play(c, one, options)
	if options.Checkpoints != nil {
		if err = errors.Join(err, tidy(dir)); err != nil {
			s.advise(c, dir)
		}
	}
	if summary == nil {
		return err
	}
	if claim := (unmet{}); err != nil && summary.Outcome == play.Completed && !errors.As(err, &claim) {
		summary.Outcome = play.Failed // computed, but the folder is not whole
	}
	if c.Bool(asJSON.Name) {
		err = errors.Join(err, s.encode(summary))
	} else if !c.Bool(quiet.Name) {
		s.table(one, summary)
	}
	s.where(c, dir)
	return err
}

// prepare reads the scenario and looks at the folder, and reports the faults of
// both together. dir is "" when nothing is to be written.
func (s *session) prepare(c *cli.Context, sides scenario.Sides) (one *scenario.Scenario, dir string, err error) {
	one, err = loadResumed(c, sides)
	dir = c.String(output.Name)
	kept, faults := newKeeping(c, dir != "" || !c.Bool(asJSON.Name) || sides.Network && sides.MeanField)
	faults.Add(c.Int(workers.Name) >= 0, "workers", c.Int(workers.Name), "a number ≥ 0 (0: all cores)")
	err = errors.Join(err, faults.Err())
	if kept.resume {
		return one, dir, err
	}
	if dir != "" {
		return one, dir, errors.Join(err, store.Check(dir, c.Bool(force.Name)))
	}
	if err != nil || c.Bool(asJSON.Name) && !(sides.Network && sides.MeanField) {
		return one, "", err
	}
	dir = freshFolder(one.Name, time.Now())
	return one, dir, store.Check(dir, false)
}

// freshFolder returns a folder that does not exist yet.
func freshFolder(name string, now time.Time) string {
	base := filepath.Join("lapicque-runs", name+"-"+now.UTC().Format("20060102T150405Z"))
	dir := base
	for k := 2; ; k++ {
		if _, err := os.Lstat(dir); err != nil {
			return dir
		}
		dir = fmt.Sprintf("%s-%d", base, k)
	}
}

// play runs a scenario and completes its folder, however it ended.
func (s *session) play(c *cli.Context, one *scenario.Scenario, o play.Options) (*play.Summary, error) {
	head, _ := one.Common()
	origin := store.NewProvenance(s.args, head.Seed, time.Now())
	if err := begin(o.Folder, one, origin); err != nil {
		return nil, err
	}
	var stop func()
	o.Progress, stop = s.progress(c)
	summary, err := play.Play(c.Context, one, o)
	stop()
	if err == nil {
		if broken := summary.Unmet(); broken != nil {
			err = unmet{broken}
		}
	}
	if o.Folder == nil {
		return summary, err
	}
	origin.Stop, origin.Outcome = time.Now().UTC(), string(summary.Outcome)
	return summary, errors.Join(err, finish(o.Folder, origin, summary))
}

// begin writes what is known before the run.
func begin(f *store.Folder, one *scenario.Scenario, origin store.Provenance) error {
	if f == nil {
		return nil
	}
	resolved, files, err := one.Archive()
	for _, file := range files {
		err = errors.Join(err, f.Text(file.Name, file.Text))
	}
	return errors.Join(err,
		f.JSON(store.ProvenanceName, origin),
		f.Text("scenario.yaml", one.Text),
		f.Text("resolved.yaml", resolved))
}

// finish writes what is known after the run and, when all of it is there, the manifest. Who interrupts a run may soon
// kill it, as mpirun does: then the manifest is there before the report, and once more after it.
func finish(f *store.Folder, origin store.Provenance, summary any) error {
	err := errors.Join(f.JSON(store.ProvenanceName, origin), f.JSON("summary.json", summary))
	if err == nil && origin.Outcome == string(play.Cancelled) {
		err = store.Seal(f.Dir(), origin.Outcome)
	}
	if err == nil {
		err = report.Build(f.Dir())
	}
	if err != nil {
		return err
	}
	return store.Seal(f.Dir(), origin.Outcome)
}

// progress returns a progress bar with the time left, when standard error is a
// terminal, and what takes it away.
func (s *session) progress(c *cli.Context) (update func(float64), stop func()) {
	return s.progressOf(c, "simulating")
}

// progressOf is progress with a word for what is going on.
func (s *session) progressOf(c *cli.Context, doing string) (update func(float64), stop func()) {
	file, ok := s.stderr.(*os.File)
	if !ok || c.Bool(quiet.Name) || !term.IsTerminal(int(file.Fd())) {
		return nil, func() {}
	}
	const parts = 10000
	bar := progressbar.NewOptions(parts,
		progressbar.OptionSetWriter(file),
		progressbar.OptionSetDescription(doing),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish())
	return func(fraction float64) { _ = bar.Set(min(parts-1, int(fraction*parts))) }, func() { _ = bar.Finish() }
}

// keep leaves the folder of a computation that is over at once: the scenario, what files
// writes, where it comes from and, when all of that is there, the manifest. Without a
// dir it does nothing.
func (s *session) keep(c *cli.Context, one *scenario.Scenario, dir string, began time.Time, files func(*store.Folder) error) error {
	if dir == "" {
		return nil
	}
	folder, err := store.Create(dir, c.Bool(force.Name))
	if err != nil {
		return err
	}
	head, _ := one.Common()
	origin := store.NewProvenance(s.args, head.Seed, began)
	if err := begin(folder, one, origin); err != nil {
		return err
	}
	if err := files(folder); err != nil {
		return err
	}
	return seal(folder, dir, origin, play.Completed)
}

// seal says how it ended and closes the folder.
func seal(folder *store.Folder, dir string, origin store.Provenance, outcome play.Outcome) error {
	origin.Stop, origin.Outcome = time.Now().UTC(), string(outcome)
	if err := folder.JSON(store.ProvenanceName, origin); err != nil {
		return err
	}
	return store.Seal(dir, origin.Outcome)
}

// show prints a result that may also have gone to dir.
func (s *session) show(c *cli.Context, dir string, result any, table func()) error {
	if c.Bool(asJSON.Name) {
		return s.encode(result)
	}
	if !c.Bool(quiet.Name) || dir == "" {
		table()
	}
	return nil
}
