package cli

import (
	"errors"
	"fmt"
	"math"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
	"lapicque/runs/contrast"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

var (
	toleranceFlag   = &cli.Float64Flag{Name: "tolerance", Value: 1e-3, Usage: "what two mean fields may differ by, relative to the spread of the potential, the rate and the moments"}
	rasterFlag      = &cli.StringFlag{Name: "raster", Usage: "`FILE` of spikes to hold against the mean field of SCENARIO"}
	potentialsFlag  = &cli.StringFlag{Name: "potentials", Usage: "`FILE` of potentials (CSV, text, Parquet, npy) to hold against the mean field of SCENARIO"}
	columnFlag      = &cli.StringFlag{Name: "column", Usage: "`NAME` of the column of --potentials; the only one, or v, V_m, potential without it"}
	atFlag          = &cli.Float64Flag{Name: "at", Usage: "`TIME` of --potentials (default: the end)"}
	neuronsFlag     = &cli.IntFlag{Name: "neurons", Usage: "`N` that --raster covers; spikes of higher ids are refused"}
	populationFlag  = &cli.StringFlag{Name: "population", Usage: "`NAME` of the population of --raster and --potentials, where the scenario has several"}
	membraneTimeTau = &cli.StringFlag{Name: "membrane-time", Usage: "`DURATION` of one unit of time, such as 20ms, for rasters in ms or s (default: scales.time_ms of the scenario)"}
)

var compareFlags = []cli.Flag{toleranceFlag, rasterFlag, potentialsFlag, columnFlag, atFlag, neuronsFlag, populationFlag, membraneTimeTau}

// compare holds two runs against each other, or somebody's own data against a mean field.
func (s *session) compare(c *cli.Context) error {
	if c.IsSet(rasterFlag.Name) || c.IsSet(potentialsFlag.Name) {
		return s.compareOwn(c)
	}
	var faults neuron.Faults
	faults.Add(c.NArg() == 2, "runs", fmt.Sprintf("%d folders", c.NArg()), "two folders of runs; or --raster FILE or --potentials FILE with a scenario")
	tolerance := c.Float64(toleranceFlag.Name)
	faults.Add(tolerance > 0 && tolerance < 1, toleranceFlag.Name, tolerance, "a number above 0 and below 1")
	err := faults.Err()
	runs := make([]*contrast.Run, c.NArg())
	for k := range runs {
		one, wrong := contrast.Open(c.Args().Get(k))
		runs[k], err = one, errors.Join(err, wrong)
	}
	if dir := c.String(output.Name); dir != "" {
		err = errors.Join(err, store.Check(dir, c.Bool(force.Name)))
	}
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		_, err := fmt.Fprintf(s.stdout, "would compare %s and %s\n", runs[0].Dir, runs[1].Dir)
		return err
	}
	began := time.Now()
	result, err := contrast.Runs(runs[0], runs[1], tolerance)
	if err != nil {
		return err
	}
	if err := s.keepContrast(c, began, result); err != nil {
		return err
	}
	if c.Bool(asJSON.Name) {
		return s.encode(result)
	}
	if !c.Bool(quiet.Name) {
		s.printContrast(result)
	}
	if dir := c.String(output.Name); dir != "" {
		fmt.Fprintf(s.stdout, "\nNumbers, tables and plots in %s\n", dir)
	}
	return nil
}

// written is a result that writes its files.
type written interface {
	Write(*store.Folder) error
}

// keepContrast writes the folder that -o names.
func (s *session) keepContrast(c *cli.Context, began time.Time, result written) error {
	dir := c.String(output.Name)
	if dir == "" {
		return nil
	}
	folder, err := store.Create(dir, c.Bool(force.Name))
	if err != nil {
		return err
	}
	origin := store.NewProvenance(s.args, 0, began)
	origin.Stop, origin.Outcome = time.Now().UTC(), "completed"
	if err := errors.Join(folder.JSON(store.ProvenanceName, origin), result.Write(folder)); err != nil {
		return err
	}
	return store.Seal(dir, "completed")
}

// printContrast prints how two runs differ.
func (s *session) printContrast(r *contrast.Result) {
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	for k, one := range []contrast.Source{r.A, r.B} {
		fmt.Fprintf(w, "%c\t%s\t%s\t%s", 'A'+k, one.Folder, one.Scenario, one.Outcome)
		if one.N > 0 {
			fmt.Fprintf(w, "\tN = %d, replicas %d", one.N, one.Replicas)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	if len(r.Parameters) > 0 {
		fmt.Fprintln(s.stdout, "\nThe scenarios differ in")
		for _, p := range r.Parameters {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", p.Key, orDash(p.A), orDash(p.B))
		}
		w.Flush()
	}
	right := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, p := range r.Pairs {
		fmt.Fprintf(s.stdout, "\n%s of A against %s of B; differences are B − A\n", p.A, p.B)
		fmt.Fprintln(right, "time\tW1\tby chance\tKS\tby chance\tL1\tby chance\trate\t± se\tmean\t± se\tvariance\t± se\t")
		for _, x := range p.Snapshots {
			d := x.Distances
			nulls := [3]play.Number{}
			for k := range nulls {
				nulls[k] = play.Number(math.NaN())
			}
			if d.Null != nil {
				nulls = [3]play.Number{play.Number(d.Null.W1.Q999), play.Number(d.Null.KS.Q999), play.Number(d.Null.L1.Q999)}
			}
			at := fmt.Sprintf("%g", x.Time)
			if x.Population != "" {
				at = x.Population + " " + at
			}
			fmt.Fprintf(right, "%s\t%.4g\t%s\t%.4g\t%s\t%.4g\t%s\t", at, d.W1, number(nulls[0]), d.KS, number(nulls[1]), d.L1, number(nulls[2]))
			for _, one := range []contrast.Deviation{x.Rate, x.Mean, x.Variance} {
				fmt.Fprintf(right, "%s\t%s\t", number(one.Difference), number(one.SE))
			}
			fmt.Fprintln(right)
		}
		right.Flush()
		for _, x := range p.Rates {
			fmt.Fprintf(s.stdout, "rate over time%s, %d bins: root mean square difference %s (chance alone %s), largest %s\n", spaced(x.Population), x.Bins, number(x.RMS), number(x.Chance), number(x.Sup))
		}
		if b := p.BlowUps; b != nil {
			fmt.Fprintf(s.stdout, "first blow-up: time %s and %s, difference %s ± %s; jump %s and %s, difference %s ± %s\n", number(b.Time.A), number(b.Time.B), number(b.Time.Difference), number(b.Time.SE),
				number(b.Jump.A), number(b.Jump.B), number(b.Jump.Difference), number(b.Jump.SE))
		}
		for _, note := range p.Notes {
			fmt.Fprintln(s.stdout, note)
		}
	}
	fmt.Fprintf(s.stdout, "\nverdict: %s. %s\n", r.Verdict, r.Text)
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// compareOwn holds a raster or potentials against the mean field of a scenario.
func (s *session) compareOwn(c *cli.Context) error {
	one, err := load(c, scenario.Sides{MeanField: true})
	own := contrast.Own{Raster: c.String(rasterFlag.Name), Potentials: c.String(potentialsFlag.Name), Column: c.String(columnFlag.Name),
		Neurons: c.Int(neuronsFlag.Name), Population: c.String(populationFlag.Name), MembraneTime: c.String(membraneTimeTau.Name)}
	if c.IsSet(atFlag.Name) {
		at := c.Float64(atFlag.Name)
		own.At = &at
	}
	if dir := c.String(output.Name); dir != "" {
		err = errors.Join(err, store.Check(dir, c.Bool(force.Name)))
	}
	if err != nil {
		return err
	}
	data, err := own.Read(one)
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		_, err := fmt.Fprintln(s.stdout, data.Describe())
		return err
	}
	began := time.Now()
	result, err := data.Against(c.Context)
	if err != nil {
		return err
	}
	if err := s.keepContrast(c, began, result); err != nil {
		return err
	}
	if c.Bool(asJSON.Name) {
		return s.encode(result)
	}
	if !c.Bool(quiet.Name) {
		result.Print(s.stdout)
	}
	if dir := c.String(output.Name); dir != "" {
		fmt.Fprintf(s.stdout, "\nNumbers, tables and plots in %s\n", dir)
	}
	return nil
}
