package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
	"lapicque/runs/fit"
	"lapicque/runs/play"
	"lapicque/runs/store"
)

// The flags of fit.
var fitFlags = []cli.Flag{
	&cli.StringSliceFlag{Name: "model", Usage: "`NAME` of a model to fit: " + strings.Join(fit.Models(), ", ") + "; repeatable; default: all"},
	&cli.Float64Flag{Name: "delta", Value: 2, Usage: "precision δ of a coincidence, in `ms`"},
	&cli.Float64Flag{Name: "split", Value: 0.7, Usage: "`FRACTION` of the recording that models are fitted to; the rest is held out"},
	&cli.IntFlag{Name: "starts", Value: 8, Usage: "`NUMBER` of starts of the search, for each model"},
	&cli.Float64Flag{Name: "threshold", Usage: "`mV` that a recorded potential passes upwards at a spike"},
	&cli.Float64Flag{Name: "refractory", Value: 2, Usage: "`ms` after a crossing in which no other counts"},
	&cli.StringFlag{Name: "make", Usage: "make a recording of a `MODEL` in place of fitting one: " + strings.Join(fit.Makers(), ", ") + "; --set assigns its parameters"},
	&cli.Float64Flag{Name: "duration", Usage: "with --make: length of the recording in `ms`"},
	&cli.Float64Flag{Name: "step", Usage: "with --make: time between its samples in `ms`"},
	&cli.Float64Flag{Name: "mean", Usage: "with --make: mean of the `CURRENT`, in the unit of the model"},
	&cli.Float64Flag{Name: "deviation", Usage: "with --make: its standard deviation, as a `CURRENT`"},
	&cli.Float64Flag{Name: "correlation", Usage: "with --make: its correlation time in `ms`"},
	&cli.Float64Flag{Name: "noise", Usage: "with --make: white noise on the potential, `σ` in mV/√ms"},
	&cli.IntFlag{Name: "repeats", Usage: "with --make: `NUMBER` of repeats with the same current"},
}

// fit fits models to a recording, or makes one.
func (s *session) fit(c *cli.Context) error {
	number, err := seedOf(c)
	if c.IsSet("make") {
		return s.makeRecording(c, number, err)
	}
	if c.NArg() != 1 {
		return errors.Join(usage{errors.New("fit takes the file of one recording (or --make MODEL)")}, err)
	}
	recording, wrong := fit.Read(c.Args().First(), fit.Detection{Threshold: c.Float64("threshold"), Refractory: c.Float64("refractory")})
	o := fit.Options{Models: c.StringSlice("model"), Delta: c.Float64("delta"), Split: c.Float64("split"), Starts: c.Int("starts"), Seed: number, Workers: c.Int(workers.Name)}
	if len(o.Models) == 0 {
		o.Models = fit.Models()
	}
	dir, refused := folderOf(c, "fit-"+strings.TrimSuffix(filepath.Base(c.Args().First()), filepath.Ext(c.Args().First())))
	if err := merged(err, wrong, o.Validate(), refused); err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		fmt.Fprintf(s.stdout, "recording: %g s at steps of %g ms, %d repeats, %d spikes in the first\nmodels: %s\nabout %d evaluations; folder: %s\n",
			recording.Duration()/1000, recording.Dt, len(recording.Spikes), len(recording.Spikes[0]), strings.Join(o.Models, ", "), fit.Evaluations(o), dir)
		return nil
	}
	began := time.Now()
	var stop func()
	o.Progress, stop = s.progressOf(c, "fitting")
	result, err := fit.Run(c.Context, recording, o)
	stop()
	if err != nil {
		return err
	}
	err = s.leave(c, dir, number, began, func(folder *store.Folder) error { return result.Write(folder, s.args) })
	if err != nil {
		return err
	}
	return s.show(c, dir, result, func() {
		s.printFit(result)
		s.where(c, dir)
	})
}

// makeRecording makes a recording by a model.
func (s *session) makeRecording(c *cli.Context, number uint64, err error) error {
	plan, wrong := fit.NewPlan(c.String("make"))
	if wrong != nil || c.NArg() > 0 {
		if c.NArg() > 0 {
			return usage{errors.New("fit --make takes no recording")}
		}
		return merged(err, wrong)
	}
	for name, value := range map[string]*float64{"duration": &plan.Duration, "step": &plan.Step, "mean": &plan.Mean, "deviation": &plan.Deviation, "correlation": &plan.Correlation, "noise": &plan.Noise} {
		if c.IsSet(name) {
			*value = c.Float64(name)
		}
	}
	if c.IsSet("repeats") {
		plan.Repeats = c.Int("repeats")
	}
	plan.Seed = number
	values, unread := numbers(c.StringSlice(set.Name))
	dir, refused := folderOf(c, "recording-"+c.String("make"))
	if err := merged(err, unread, membrane.Set(plan.Model, values), plan.Validate(), refused); err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		fmt.Fprintf(s.stdout, "a recording of %g s at steps of %g ms; folder: %s\n", plan.Duration/1000, plan.Step, dir)
		return nil
	}
	began := time.Now()
	recording, err := fit.Make(c.Context, plan)
	if err != nil {
		return err
	}
	err = s.leave(c, dir, number, began, recording.Write)
	if err != nil {
		return err
	}
	result := struct {
		Model    string         `json:"model"`
		Duration float64        `json:"duration_ms"`
		Spikes   []int          `json:"spikes"`
		File     string         `json:"file,omitempty"`
		Set      map[string]any `json:"parameters"`
	}{plan.Model.Card().Name, recording.Duration(), nil, "", map[string]any{}}
	for _, train := range recording.Spikes {
		result.Spikes = append(result.Spikes, len(train))
	}
	for _, p := range plan.Model.Parameters() {
		result.Set[p.Name] = *p.Value
	}
	if dir != "" {
		result.File = filepath.Join(dir, "recording.csv")
	}
	return s.show(c, dir, result, func() {
		fmt.Fprintf(s.stdout, "%s: %g s, %v spikes\n%s\n", result.Model, result.Duration/1000, result.Spikes, result.File)
	})
}

// seedOf returns --seed, 1 when it is not given.
func seedOf(c *cli.Context) (uint64, error) {
	if !c.IsSet(seed.Name) {
		return 1, nil
	}
	n, err := strconv.ParseUint(c.String(seed.Name), 10, 64)
	if err != nil {
		return 0, neuron.Faults{{Field: "seed", Value: c.String(seed.Name), Accepted: "a whole number from 0 to 2⁶⁴ − 1"}}
	}
	return n, nil
}

// numbers reads --set NAME=NUMBER.
func numbers(list []string) (map[string]float64, error) {
	var fs neuron.Faults
	values := map[string]float64{}
	for _, text := range list {
		name, value, found := strings.Cut(text, "=")
		x, err := strconv.ParseFloat(value, 64)
		fs.Add(found && err == nil, "set", text, "NAME=NUMBER")
		values[strings.TrimSpace(name)] = x
	}
	return values, fs.Err()
}

// folderOf returns the folder to write to: --output, or a fresh one unless --json is given. The error is neuron.Faults.
func folderOf(c *cli.Context, name string) (string, error) {
	dir := c.String(output.Name)
	if dir == "" && !c.Bool(asJSON.Name) {
		dir = freshFolder(name, time.Now())
	}
	if dir == "" {
		return "", nil
	}
	return dir, store.Check(dir, c.Bool(force.Name))
}

// merged returns the faults of all errors that are neuron.Faults as one, or the first that is something else.
func merged(list ...error) error {
	var all neuron.Faults
	for _, err := range list {
		var fs neuron.Faults
		if err != nil && !errors.As(err, &fs) {
			return err
		}
		all = append(all, fs...)
	}
	return all.Err()
}

// leave makes a folder, lets files write into it and seals it. Without a dir it does nothing.
func (s *session) leave(c *cli.Context, dir string, number uint64, began time.Time, files func(*store.Folder) error) error {
	return s.leaveAs(c, dir, number, began, play.Completed, files)
}

// leaveAs does that for work that ended in some way.
func (s *session) leaveAs(c *cli.Context, dir string, number uint64, began time.Time, outcome play.Outcome, files func(*store.Folder) error) error {
	if dir == "" {
		return nil
	}
	folder, err := store.Create(dir, c.Bool(force.Name))
	if err != nil {
		return err
	}
	origin := store.NewProvenance(s.args, number, began)
	if err := folder.JSON(store.ProvenanceName, origin); err != nil {
		return err
	}
	if err := files(folder); err != nil {
		return err
	}
	return seal(folder, dir, origin, outcome)
}

// printFit prints a line a model.
func (s *session) printFit(r *fit.Result) {
	fmt.Fprintf(s.stdout, "%g s at steps of %g ms, spikes %v; fitted to the first %g s; δ = %g ms\n", r.Duration/1000, r.Step, r.Spikes, r.Split/1000, r.Delta)
	if r.Reliability != nil {
		fmt.Fprintf(s.stdout, "intrinsic reliability %.3f, on held-out data %.3f\n", r.Reliability.Train, r.Reliability.Test)
	}
	fmt.Fprintln(s.stdout)
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "model\tΓ fitted\tΓ held out\trelative\tspikes\trecorded\trms (ms)\t")
	for _, m := range r.Models {
		relative := "–"
		if m.Relative != nil {
			relative = fmt.Sprintf("%.3f", m.Relative.Test)
		}
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%s\t%d\t%.4g\t%.3g\t\n", m.Model, m.Train.Gamma, m.Test.Gamma, relative, m.Test.Spikes, m.Test.Recorded, m.Test.Deviation)
	}
	w.Flush()
	for _, m := range r.Models {
		fmt.Fprintf(s.stdout, "\n%s:", m.Model)
		for _, p := range m.Parameters {
			if !p.Fixed {
				fmt.Fprintf(s.stdout, "  %s = %.5g %s", p.Name, p.Value, p.Unit)
			}
		}
	}
	fmt.Fprintln(s.stdout)
}
