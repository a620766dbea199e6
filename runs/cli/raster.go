package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/raster"
)

// The flags of raster.
var rasterFlags = []cli.Flag{
	&cli.StringFlag{Name: "to", Usage: "convert: `FORMAT` of OUT: " + strings.Join(raster.Names(), ", ") + "; default: by its name"},
	&cli.StringFlag{Name: "membrane-time", Usage: "convert: `DURATION`, such as 20ms or 0.02s, that is one unit of time of a raster without dimension"},
	&cli.StringFlag{Name: "population", Usage: "convert: keep one population alone, by its `NAME`"},
	&cli.StringFlag{Name: "columns", Value: "default", Usage: "convert: `default`, or all that the format can hold (csv, sonata: cascade and generation, too)"},
	asJSON, quiet, force, dryRun,
}

var rasterActions = []string{"convert", "info"}

// raster converts rasters and says what they hold.
func (s *session) raster(c *cli.Context) error {
	switch action := c.Args().First(); action {
	case "convert":
		if c.NArg() != 3 {
			return usage{errors.New("raster convert takes a raster or the folder of a run, and the file to write")}
		}
		return s.convert(c, c.Args().Get(1), c.Args().Get(2))
	case "info":
		if c.NArg() != 2 {
			return usage{errors.New("raster info takes a raster or the folder of a run")}
		}
		return s.rasterInfo(c, c.Args().Get(1))
	default:
		return usage{unknown("action", action, rasterActions)}
	}
}

// openRaster opens a file, or the raster of a run folder. What cannot be read is the user's.
func openRaster(name string) (*raster.Reader, error) {
	path := name
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		path = filepath.Join(name, "raster.parquet")
	}
	r, err := raster.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && path != name:
		err = neuron.Faults{{Field: "raster", Value: name, Accepted: "the folder of a run with a raster (there is no raster.parquet in it)"}}
	case err != nil:
		err = neuron.Faults{{Field: "raster", Value: path, Accepted: "a file that can be read (" + strings.TrimPrefix(err.Error(), path+": ") + ")"}}
	}
	return r, err
}

// whole makes damage that was found while reading a fault of the user's.
func whole(name string, err error) error {
	var damage raster.Damage
	if errors.As(err, &damage) {
		return neuron.Faults{{Field: "raster", Value: name, Accepted: "a raster that is whole (" + damage.Error() + ")"}}
	}
	return err
}

// conversion is the line that convert prints, or its JSON.
type conversion struct {
	From        string   `json:"from"`
	To          string   `json:"to"`
	Format      string   `json:"format"`
	Unit        string   `json:"unit"`
	Populations []string `json:"populations"`
	Spikes      int64    `json:"spikes"`
}

// convert writes a raster in another format.
func (s *session) convert(c *cli.Context, from, to string) error {
	plan, wrong := conversionOf(c, to)
	in, err := openRaster(from)
	if err == nil {
		defer in.Close()
		if plan.To != nil {
			err = plan.Validate(in.Format(), in.Metadata())
		}
	}
	if err := merged(wrong, err, writableFile(to, c.Bool(force.Name))); err != nil {
		return err
	}
	written := plan.Describe(in)
	out := conversion{From: from, To: to, Format: plan.To.Name, Unit: written.Units, Populations: written.Populations}
	if c.Bool(dryRun.Name) {
		_, err := fmt.Fprintf(s.stdout, "would write %s: %s, times in %s, populations: %s\n", to, plan.To.Name, unitName(out.Unit), strings.Join(out.Populations, ", "))
		return err
	}
	update, stop := s.progressOf(c, "converting")
	out.Spikes, err = plan.Run(c.Context, in, to, func(spikes int64) {
		if total := in.Len(); update != nil && total > 0 {
			update(float64(spikes) / float64(total))
		}
	})
	stop()
	if err != nil {
		return whole(from, err)
	}
	return s.show(c, to, out, func() {
		fmt.Fprintf(s.stdout, "%s: %d spikes, %s, times in %s\n", to, out.Spikes, plan.To.Name, unitName(out.Unit))
	})
}

// conversionOf reads the flags. Without a format To is nil.
func conversionOf(c *cli.Context, to string) (plan raster.Conversion, err error) {
	var faults neuron.Faults
	known := strings.Join(raster.Names(), ", ")
	if name := c.String("to"); name != "" {
		plan.To = raster.ByName(name)
		faults.Add(plan.To != nil, "to", name, "one of "+known)
	} else {
		plan.To = raster.ByExtension(to)
		faults.Add(plan.To != nil, "to", "none", fmt.Sprintf("one of %s: the name %s does not tell the format", known, to))
	}
	if text := c.String("membrane-time"); text != "" {
		plan.Membrane, err = time.ParseDuration(text)
		faults.Add(err == nil && plan.Membrane > 0, "membrane-time", text, "a duration > 0, such as 20ms or 0.02s")
		if err != nil || plan.Membrane <= 0 {
			plan.To = nil // said already, and what else is asked of it depends on it
		}
	}
	columns := c.String("columns")
	plan.All, plan.Population = columns == "all", c.String("population")
	faults.Add(plan.All || columns == "default", "columns", columns, "default or all")
	return plan, faults.Err()
}

// writableFile returns a fault when a file is there already, or cannot be made.
func writableFile(name string, force bool) error {
	var faults neuron.Faults
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		faults.Add(false, "output", name, "the name of a file; this is a folder")
	case err == nil:
		faults.Add(force, "output", name, "a new file; --force replaces one")
	default:
		parent, err := os.Stat(filepath.Dir(name))
		faults.Add(err == nil && parent.IsDir(), "output", name, "a file in a folder that exists")
	}
	return faults.Err()
}

// unitName says in words what no file says.
func unitName(unit string) string {
	if unit == "" {
		return "a unit that the file does not name"
	}
	return unit
}

// rasterFacts is what info prints.
type rasterFacts struct {
	File        string            `json:"file"`
	Format      string            `json:"format"`
	Unit        string            `json:"unit"`
	Scenario    string            `json:"scenario,omitempty"`
	Seed        *uint64           `json:"seed,omitempty"`
	Version     string            `json:"version,omitempty"`
	Spikes      int64             `json:"spikes"`
	First       float64           `json:"first"`
	Last        float64           `json:"last"`
	Recorded    *[2]float64       `json:"recorded,omitempty"`
	Populations []populationFacts `json:"populations"`
}

type populationFacts struct {
	Name     string `json:"name"`
	Spikes   int64  `json:"spikes"`
	Active   int    `json:"active"`             // neurons that fired
	Recorded *int   `json:"recorded,omitempty"` // neurons, silent ones too
}

// rasterInfo says what a raster holds.
func (s *session) rasterInfo(c *cli.Context, name string) error {
	in, err := openRaster(name)
	if err != nil {
		return err
	}
	defer in.Close()
	found, err := raster.NewSurvey(c.Context, in)
	if err != nil {
		return whole(name, err)
	}
	out := rasterFacts{File: name, Format: in.Format().Name, Unit: found.Units, Scenario: found.Scenario, Version: found.Version,
		Spikes: found.Spikes, First: found.First, Last: found.Last}
	if found.Scenario != "" {
		out.Seed = &found.Seed
	}
	if found.End > found.Start {
		out.Recorded = &[2]float64{found.Start, found.End}
	}
	for k, p := range found.Populations {
		one := populationFacts{Name: p, Spikes: found.Counts[k], Active: found.Active[k]}
		if k < len(found.Neurons) {
			one.Recorded = &found.Neurons[k]
		}
		out.Populations = append(out.Populations, one)
	}
	return s.show(c, "", out, func() { s.printRaster(out) })
}

func (s *session) printRaster(f rasterFacts) {
	fmt.Fprintf(s.stdout, "%s: %s, times in %s\n%d spikes", f.File, f.Format, unitName(f.Unit), f.Spikes)
	if f.Spikes > 0 {
		fmt.Fprintf(s.stdout, " from %g to %g", f.First, f.Last)
	}
	if f.Recorded != nil {
		fmt.Fprintf(s.stdout, ", recorded from %g to %g", f.Recorded[0], f.Recorded[1])
	}
	if f.Scenario != "" {
		fmt.Fprintf(s.stdout, "\nscenario %s, seed %d, lapicque %s", f.Scenario, *f.Seed, f.Version)
	}
	fmt.Fprintln(s.stdout)
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	for _, p := range f.Populations {
		fmt.Fprintf(w, "%s\t%d spikes\t%d neurons fired", p.Name, p.Spikes, p.Active)
		if p.Recorded != nil {
			fmt.Fprintf(w, "\tof %d recorded", *p.Recorded)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}
