package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/checkpoint"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// The flags of the verbs whose runs are kept on the way.
var (
	keepWall  = &cli.DurationFlag{Name: "checkpoint", Usage: "keep the state of the networks every `TIME`, such as 5m, and when interrupted, so that --resume goes on from there"}
	keepModel = &cli.Float64Flag{Name: "checkpoint-every", Usage: "the same every `T` of model time"}
	takeUp    = &cli.BoolFlag{Name: "resume", Usage: "go on with the run in the folder that -o names, to the same bits as without the interruption"}
)

// again is how to begin from the beginning.
const again = "--force without --resume starts again"

// keeping says what a command line asks for about checkpoints.
type keeping struct {
	wall   time.Duration
	model  float64
	resume bool
}

// newKeeping reads the flags, and returns their faults; kept says whether the run has a folder.
func newKeeping(c *cli.Context, kept bool) (k keeping, faults neuron.Faults) {
	k = keeping{c.Duration(keepWall.Name), c.Float64(keepModel.Name), c.Bool(takeUp.Name)}
	faults.Add(!c.IsSet(keepWall.Name) || k.wall >= 10*time.Millisecond, "checkpoint", k.wall, "a time of at least 10ms, such as 5m")
	faults.Add(!c.IsSet(keepModel.Name) || k.model > 0 && k.model-k.model == 0, "checkpoint-every", k.model, "a model time > 0")
	faults.Add(!k.asked() || kept, "checkpoint", "asked for", "a folder to keep it in: -o DIR")
	faults.Add(!k.resume || c.IsSet(output.Name), "resume", true, "with -o, the folder of the run to go on with")
	faults.Add(!k.resume || !c.Bool(force.Name), "resume", true, "without --force, which starts again")
	return k, faults
}

// asked reports whether checkpoints are to be kept.
func (k keeping) asked() bool { return k.wall > 0 || k.model > 0 }

// loadResumed is load for a run that may be gone on with: without a scenario on the command line it is the one in the folder.
func loadResumed(c *cli.Context, sides scenario.Sides) (*scenario.Scenario, error) {
	dir := c.String(output.Name)
	if !c.Bool(takeUp.Name) || c.Args().Present() || dir == "" {
		return load(c, sides)
	}
	name := filepath.Join(dir, "resolved.yaml")
	if _, err := os.Stat(name); err != nil {
		return nil, neuron.Faults{{Field: "resume", Value: dir, Accepted: "the folder of a run that has begun; this one holds no scenario, so name one"}}
	}
	one, err := scenario.Load(name, assignments(c), sides)
	if err != nil {
		return nil, err
	}
	if known := checkpoint.Name(dir); known != "" {
		one.Name = known
	}
	one.Text, err = os.ReadFile(filepath.Join(dir, "scenario.yaml"))
	return one, err
}

// fingerprint returns the hash of all that fixes the results of a run.
func fingerprint(one *scenario.Scenario, sides scenario.Sides) (string, error) {
	resolved, files, err := one.Archive()
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%v\n%d %s", one.Name, sides, len(resolved), resolved)
	for _, f := range files {
		fmt.Fprintf(sum, "%s %d %s", f.Name, len(f.Text), f.Text)
	}
	return hex.EncodeToString(sum.Sum(nil)), err
}

// finished is the folder of a run that has come to its end already.
type finished struct{ dir string }

func (f finished) Error() string { return f.dir + " is complete: nothing is left to do" }

// folder makes the folder of a run, or takes it up, and says in the options where its state is kept.
func (s *session) folder(c *cli.Context, one *scenario.Scenario, dir string, o *play.Options) (err error) {
	k, _ := newKeeping(c, true)
	if k.asked() || k.resume {
		hash, err := fingerprint(one, o.Sides)
		if err != nil {
			return err
		}
		head := checkpoint.Head{Program: store.Program, Version: store.Version, Scenario: one.Name, Hash: hash, Wall: k.wall, Every: k.model}
		o.Checkpoints = &play.Checkpoints{Store: checkpoint.New(dir, head), Wall: k.wall, Model: k.model, Warn: s.warn}
	}
	entries, absent := os.ReadDir(dir)
	if !k.resume || errors.Is(absent, fs.ErrNotExist) || absent == nil && len(entries) == 0 {
		o.Folder, err = store.Create(dir, c.Bool(force.Name))
		return err
	}
	if err = resumable(dir, c.Command.Name, one); err == nil {
		err = s.latest(dir, k, o.Checkpoints)
	}
	if err != nil {
		return err
	}
	if o.Folder, err = store.Reopen(dir); err != nil {
		return errors.Join(err, o.Checkpoints.Close())
	}
	o.Checkpoints.Store.Sweep()
	return nil
}

// warn tells what does not end a run.
func (s *session) warn(text string) { fmt.Fprintln(s.stderr, "warning: "+text) }

// resumable returns why the run in a folder cannot be gone on with by a verb; that it is finished is a reason too.
func resumable(dir, verb string, one *scenario.Scenario) error {
	m, err := store.Open(dir)
	_, absent := os.Stat(filepath.Join(dir, store.ManifestName))
	refused := func(accepted string) error {
		return neuron.Faults{{Field: "resume", Value: dir, Accepted: accepted}}
	}
	switch {
	case errors.Is(absent, fs.ErrNotExist) && !store.Unfinished(dir):
		return refused("the folder of a run; this one holds other things")
	case errors.Is(absent, fs.ErrNotExist):
		return nil // killed
	case err != nil:
		return err
	case begunBy(dir) != verb:
		return refused(fmt.Sprintf("the folder of %s; this one is that of %s", verb, begunBy(dir)))
	case m.Outcome == string(play.Cancelled) || m.Outcome == string(play.Failed):
		if !checkpoint.Any(dir) {
			return refused("a folder with checkpoints (--checkpoint, --checkpoint-every); this run kept none. " + again)
		}
		return nil
	}
	resolved, _, err := one.Archive()
	there, unread := os.ReadFile(filepath.Join(dir, "resolved.yaml"))
	if err := errors.Join(err, unread); err != nil {
		return err
	}
	if string(there) != string(resolved) {
		return refused("a folder of this scenario as it is given here; the one there is complete, and another one")
	}
	return errors.Join(checkpoint.Remove(dir), store.Release(dir), finished{dir})
}

// begunBy returns the verb that wrote a folder.
func begunBy(dir string) string {
	var origin store.Provenance
	text, err := os.ReadFile(filepath.Join(dir, store.ProvenanceName))
	if err != nil || json.Unmarshal(text, &origin) != nil || len(origin.Arguments) < 2 {
		return "another program"
	}
	return origin.Arguments[1]
}

// advise says how a run that did not come to its end is gone on with, when a checkpoint was kept.
func (s *session) advise(c *cli.Context, dir string) {
	if checkpoint.Any(dir) {
		fmt.Fprintf(s.stderr, "its state is kept; lapicque %s --resume -o %s goes on from there\n", c.Command.Name, dir)
	}
}

// known prints with --json what a folder that is complete says of its run.
func (s *session) known(c *cli.Context, dir string) error {
	if !c.Bool(asJSON.Name) {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err == nil {
		_, err = s.stdout.Write(text)
	}
	return err
}

// latest finds the checkpoint to go on from.
func (s *session) latest(dir string, k keeping, o *play.Checkpoints) error {
	found, err := o.Store.Latest()
	for _, note := range found.Notes {
		s.warn(note)
	}
	switch {
	case err != nil:
	case found.Reader == nil && found.Broken > 0:
		err = neuron.Faults{{Field: "resume", Value: dir, Accepted: "a folder with a checkpoint that is whole; " + again}}
	case found.Reader == nil:
		fmt.Fprintln(s.stderr, "no checkpoint was kept yet: from the beginning")
	default:
		o.From = found.Reader
		if !k.asked() {
			o.Wall, o.Model = found.Reader.Head.Wall, found.Reader.Head.Every
		}
		fmt.Fprintf(s.stderr, "going on from t = %.6g\n", found.Reader.Head.Time)
	}
	return err
}

// tidy removes the checkpoints of a run that has come to its end.
func tidy(dir string) error {
	m, err := store.Open(dir)
	if err != nil || m.Outcome == string(play.Cancelled) || m.Outcome == string(play.Failed) {
		return nil // they are still needed
	}
	return checkpoint.Remove(dir)
}
