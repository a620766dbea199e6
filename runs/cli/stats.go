package cli

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/runs/statistics"
	"lapicque/runs/store"
)

// The flags of stats.
var statsFlags = []cli.Flag{
	&cli.Float64Flag{Name: "bin", Usage: "`WIDTH` of the bins of rates, correlations and the spectrum; 0: a two-thousandth of the time"},
	&cli.Float64Flag{Name: "from", Value: math.NaN(), DefaultText: "the start of the raster", Usage: "`TIME` from which spikes count"},
	&cli.Float64Flag{Name: "to", Value: math.NaN(), DefaultText: "the end of the raster", Usage: "`TIME` until which they do"},
	&cli.IntFlag{Name: "neurons", Usage: "only the first `COUNT` of each population; 0: all"},
}

// stats prints the statistics of a raster.
func (s *session) stats(c *cli.Context) error {
	number, err := seedOf(c)
	if c.NArg() != 1 {
		return errors.Join(usage{errors.New("stats takes one raster, or the folder of a run")}, err)
	}
	name := c.Args().First()
	o := statistics.Options{From: c.Float64("from"), To: c.Float64("to"), Bin: c.Float64("bin"), Neurons: c.Int("neurons"), Seed: number}
	base := filepath.Base(filepath.Clean(name))
	dir, refused := folderOf(c, "stats-"+strings.TrimSuffix(base, filepath.Ext(base)))
	if err := merged(err, o.Validate(), refused); err != nil {
		return err
	}
	began := time.Now()
	result, err := statistics.Of(name, o)
	if err != nil {
		return err
	}
	if c.Bool(dryRun.Name) {
		_, err := fmt.Fprintf(s.stdout, "statistics of %s from %.6g to %.6g, bins of %.4g; folder: %s\n", name, result.From, result.To, result.Bin, dir)
		return err
	}
	if err := s.leave(c, dir, number, began, func(folder *store.Folder) error { return result.Write(folder, s.args) }); err != nil {
		return err
	}
	return s.show(c, dir, result, func() {
		s.printStats(result)
		s.where(c, dir)
	})
}

// printStats prints a table a population.
func (s *session) printStats(r *statistics.Result) {
	fmt.Fprintf(s.stdout, "%s: from %.6g to %.6g (%s), bins of %.4g; intervals of 95 %%\n", r.Raster, r.From, r.To, r.Unit, r.Bin)
	for _, p := range r.Populations {
		fmt.Fprintf(s.stdout, "\n%s: %d neurons, %d silent, %d spikes\n", p.Name, p.Neurons, p.Silent, p.Spikes)
		w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
		for _, one := range p.Rows() {
			fmt.Fprintf(w, "%s\t%s\t%s\n", one.Name, one.Value(), one.Range())
		}
		if p.FanoNeurons != nil {
			fmt.Fprintf(w, "fanofactor (of the neurons)\t%.6g\t\n", *p.FanoNeurons)
		}
		w.Flush()
	}
	for _, note := range r.Notes {
		fmt.Fprintln(s.stdout, note)
	}
}
