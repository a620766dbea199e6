package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"text/tabwriter"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/report"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// scenarios lists, shows or describes scenario files.
func (s *session) scenarios(c *cli.Context) error {
	switch action := c.Args().First(); action {
	case "", "list":
		if err := atMost(c, 1); err != nil {
			return err
		}
		return s.listScenarios(c)
	case "show":
		if c.NArg() != 2 {
			return usage{fmt.Errorf("scenarios show takes the name of a scenario")}
		}
		return s.showScenario(c, c.Args().Get(1))
	case "schema":
		if err := atMost(c, 1); err != nil {
			return err
		}
		text, err := scenario.Schema()
		if err == nil {
			fmt.Fprintln(s.stdout, string(text))
		}
		return err
	default:
		return usage{unknown("action", action, []string{"list", "show", "schema"})}
	}
}

func (s *session) listScenarios(c *cli.Context) error {
	type line struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	}
	lines := []line{}
	for _, name := range scenario.Names() {
		one, err := scenario.Load(name, nil, scenario.Sides{})
		if err != nil {
			return err
		}
		head, _ := one.Common()
		lines = append(lines, line{name, head.Title})
	}
	if c.Bool(asJSON.Name) {
		return s.encode(lines)
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 3, ' ', 0)
	for _, l := range lines {
		fmt.Fprintf(w, "%s\t%s\n", l.Name, l.Title)
	}
	return w.Flush()
}

// showScenario prints a scenario as it is written, or, with assignments or as
// JSON, complete.
func (s *session) showScenario(c *cli.Context, name string) error {
	changes := assignments(c)
	one, err := scenario.Load(name, changes, scenario.Sides{})
	if err != nil {
		return err
	}
	text := one.Text
	if len(changes) > 0 || c.Bool(asJSON.Name) {
		if text, err = one.Resolved(); err != nil {
			return err
		}
	}
	if c.Bool(asJSON.Name) {
		resolved, err := yaml.YAMLToJSON(text)
		return errors.Join(err, s.encode(json.RawMessage(resolved)))
	}
	_, err = s.stdout.Write(text)
	return err
}

// rebuild draws and writes the report of a finished run again.
func (s *session) rebuild(c *cli.Context) error {
	if c.NArg() != 1 {
		return usage{fmt.Errorf("report takes the folder of one run")}
	}
	if c.IsSet(output.Name) {
		return usage{fmt.Errorf("report writes into the folder of the run; -o does not apply")}
	}
	dir := c.Args().First()
	manifest, err := store.Open(dir)
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		_, err := fmt.Fprintf(s.stdout, "would draw %s/plots and write %s/report.html\n", dir, dir)
		return err
	}
	if err := store.Verify(dir); err != nil && !c.Bool(force.Name) {
		return neuron.Faults{{Field: "run", Value: dir, Accepted: "a folder that is as its run left it (" + err.Error() + "); --force rebuilds the report all the same"}}
	}
	if err := report.Build(dir); err != nil {
		return err
	}
	if err := store.Seal(dir, manifest.Outcome); err != nil {
		return err
	}
	if c.Bool(asJSON.Name) {
		return s.encode(map[string]string{"folder": dir, "outcome": manifest.Outcome})
	}
	s.where(c, dir)
	return nil
}

// version prints what this program is.
func (s *session) version(c *cli.Context) error {
	if err := atMost(c, 0); err != nil {
		return err
	}
	p := store.NewProvenance(nil, 0, time.Time{})
	if c.Bool(asJSON.Name) {
		return s.encode(map[string]any{"version": p.Version, "revision": p.Revision, "modified": p.Modified, "go": p.Go, "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(s.stdout, "lapicque %s (revision %s), %s %s/%s\n", p.Version, p.Revision, p.Go, p.OS, p.Arch)
	return err
}
