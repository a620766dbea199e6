package contrast

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sbinet/npyio"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/neuron"
	"lapicque/runs/raster"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// Own is somebody's own data for a mean field: a raster, or potentials at one time.
type Own struct {
	Raster, Potentials string   // names of files, one of the two
	Column             string   // of the potentials; "": the only one, or v, V_m, potential
	At                 *float64 // time of the potentials; nil: the end of the scenario
	Neurons            int      // that the raster covers; 0: as the file says
	Population         string   // where the scenario has several
	MembraneTime       string   // length of a unit of time, for a raster in ms or s; "": as the scenario says
}

// Data is what Own names, read and checked.
type Data struct {
	own        Own
	scenario   *scenario.Scenario
	population int
	at         float64
	potentials []float64
	edges      []float64 // of the bins of the rate
	counts     []float64 // of spikes
	neurons    int
}

// Read reads the file for a scenario. The error is neuron.Faults where it does not fit.
func (o Own) Read(s *scenario.Scenario) (*Data, error) {
	var fs neuron.Faults
	d := &Data{own: o, scenario: s, neurons: o.Neurons}
	given := "none"
	if o.Raster != "" {
		given = o.Raster + ", " + o.Potentials
	}
	fs.Add((o.Raster == "") != (o.Potentials == ""), "raster, potentials", given, "one of --raster and --potentials")
	if _, placed := s.Field(); placed {
		fs.Add(false, "scenario", s.Name, "a scenario of a model with densities")
		return nil, fs
	}
	names := []string{}
	for k, p := range s.Populations() {
		if names = append(names, p.Name); p.Name == o.Population {
			d.population = k
		}
	}
	accepted := "one of " + strings.Join(names, ", ")
	if len(names) == 1 {
		accepted = "nothing: the scenario has one population, without a name"
	}
	fs.Add(slices.Contains(names, o.Population), "population", orNone(o.Population), accepted)
	head, _ := s.Common()
	d.at = head.Time.End
	if o.At != nil {
		d.at = *o.At
		fs.Add(d.at > 0 && d.at <= head.Time.End, "at", d.at, fmt.Sprintf("a time above 0 and at most time.end = %v", head.Time.End))
	}
	fs.Add(o.Neurons >= 0, "neurons", o.Neurons, "a number of neurons ≥ 1")
	var err error
	switch {
	case o.Raster != "" && o.Potentials == "":
		err = d.readRaster()
	case o.Potentials != "" && o.Raster == "":
		err = d.readPotentials()
	}
	var more neuron.Faults
	if errors.As(err, &more) {
		return nil, append(fs, more...)
	}
	return d, errors.Join(fs.Err(), err)
}

func orNone(name string) string {
	if name == "" {
		return "none"
	}
	return name
}

// Describe says what was read.
func (d *Data) Describe() string {
	if d.counts == nil {
		return fmt.Sprintf("%d potentials, for the mean field of %s at time %g", len(d.potentials), d.scenario.Name, d.at)
	}
	total := 0.0
	for _, c := range d.counts {
		total += c
	}
	return fmt.Sprintf("%g spikes of %d neurons until %g, for the mean field of %s", total, d.neurons, d.edges[len(d.edges)-1], d.scenario.Name)
}

// unit returns how many units of time of the scenario one of the raster is.
func (d *Data) unit(r *raster.Reader) (float64, error) {
	var fs neuron.Faults
	written := r.Format().Unit
	if u := r.Metadata().Units; written == "" && (u == "ms" || u == "s") {
		written = u
	}
	head, _ := d.scenario.Common()
	membrane := time.Duration(0)
	if d.own.MembraneTime != "" {
		var err error
		membrane, err = time.ParseDuration(d.own.MembraneTime)
		fs.Add(err == nil && membrane > 0, "membrane-time", d.own.MembraneTime, "a duration such as 20ms")
	} else if head.Scales != nil {
		membrane = time.Duration(math.Round(head.Scales.Time * float64(time.Millisecond)))
	}
	if written == "" {
		fs.Add(d.own.MembraneTime == "", "membrane-time", d.own.MembraneTime, "nothing for a raster whose times have no dimension")
		return 1, fs.Err()
	}
	if len(fs) == 0 {
		fs.Add(membrane > 0, "membrane-time", "none", "a duration such as 20ms, one unit of time of the scenario: the raster has times in "+written)
	}
	length := map[string]time.Duration{"ms": time.Millisecond, "s": time.Second}[written]
	return float64(length) / float64(membrane), fs.Err()
}

// readRaster counts the spikes of the population in bins of record.rate_bin.
func (d *Data) readRaster() error {
	refuse := func(field string, value any, accepted string) error {
		return neuron.Faults{{Field: field, Value: value, Accepted: accepted}}
	}
	r, err := raster.Open(d.own.Raster)
	if err != nil {
		return refuse("raster", d.own.Raster, "a raster ("+err.Error()+")")
	}
	defer r.Close()
	unit, err := d.unit(r)
	if err != nil {
		return err
	}
	meta := r.Metadata()
	wanted := slices.Index(meta.Populations, d.own.Population)
	if len(meta.Populations) <= 1 {
		wanted = 0
	} else if wanted < 0 {
		return refuse("population", orNone(d.own.Population), "one of those of the raster: "+strings.Join(meta.Populations, ", "))
	}
	if d.neurons == 0 && wanted < len(meta.Neurons) {
		d.neurons = meta.Neurons[wanted]
	}
	if d.neurons == 0 {
		return refuse("neurons", "none", "how many neurons the raster covers, silent ones too: it does not say")
	}
	head, tail := d.scenario.Common()
	from, to := head.Time.BurnIn, head.Time.End
	if meta.End > meta.Start {
		from, to = math.Max(from, meta.Start*unit), math.Min(to, meta.End*unit)
	}
	if from >= to {
		return refuse("raster", d.own.Raster, fmt.Sprintf("one with a part between %g and %g; its spikes were recorded from %g to %g", head.Time.BurnIn, head.Time.End, meta.Start*unit, meta.End*unit))
	}
	for k := 0; ; k++ {
		t := from + float64(k)*tail.Record.RateBin
		if t > to-1e-9*tail.Record.RateBin {
			break
		}
		d.edges = append(d.edges, t)
	}
	d.edges = append(d.edges, to)
	d.counts = make([]float64, len(d.edges)-1)
	return d.count(r, uint8(wanted), unit)
}

// count reads the spikes.
func (d *Data) count(r *raster.Reader, population uint8, unit float64) error {
	ids := map[uint32]bool{}
	batch := make([]raster.Spike, 1<<14)
	for {
		n, err := r.Read(batch)
		for _, s := range batch[:n] {
			if s.Population != population {
				continue
			}
			ids[s.Neuron] = true
			t := s.Time * unit
			k, exact := slices.BinarySearch(d.edges, t)
			if !exact {
				k--
			}
			if k >= 0 && k < len(d.counts) {
				d.counts[k]++
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return neuron.Faults{{Field: "raster", Value: d.own.Raster, Accepted: "a whole raster (" + err.Error() + ")"}}
		}
	}
	if len(ids) > d.neurons {
		return neuron.Faults{{Field: "neurons", Value: d.neurons, Accepted: fmt.Sprintf("at least %d, the neurons that fire in the raster", len(ids))}}
	}
	return nil
}

// usual are names of a column of potentials.
var usual = []string{"v", "V_m", "potential"}

// readPotentials reads a column.
func (d *Data) readPotentials() error {
	values, err := d.columnOf(d.own.Potentials)
	if err == nil && len(values) < 2 {
		err = fmt.Errorf("%d numbers", len(values))
	}
	for k, v := range values {
		if v-v != 0 {
			err = fmt.Errorf("no number in value %d", k+1)
			break
		}
	}
	if err != nil {
		return neuron.Faults{{Field: "potentials", Value: d.own.Potentials, Accepted: "a column of at least two finite numbers, CSV, TSV, Parquet or npy (" + err.Error() + ")"}}
	}
	d.potentials = values
	return nil
}

func (d *Data) columnOf(name string) ([]float64, error) {
	if strings.HasSuffix(name, ".npy") {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		var values []float64
		err = npyio.Read(file, &values)
		return values, err
	}
	sheet, err := store.ReadSheet(name)
	if err != nil {
		return nil, err
	}
	k := slices.Index(sheet.Names, d.own.Column)
	if d.own.Column == "" {
		k = slices.IndexFunc(sheet.Names, func(name string) bool { return slices.Contains(usual, strings.TrimSpace(name)) })
		if len(sheet.Names) == 1 {
			k = 0
		}
	}
	if k < 0 {
		return nil, fmt.Errorf("its columns are %s: name one by --column", strings.Join(sheet.Names, ", "))
	}
	return sheet.Columns[k], nil
}

// Against solves the mean field of the scenario and compares. The error is the context's or the solver's.
func (d *Data) Against(ctx context.Context) (*OwnResult, error) {
	neurons := d.scenario.Neurons()
	start, err := neurons.Start()
	if err != nil {
		return nil, err
	}
	solver, err := neurons.Solver(start, scenario.AsAsked, nil)
	if err != nil {
		return nil, err
	}
	out := &OwnResult{Schema: 1, Scenario: d.scenario.Name, Population: d.own.Population, File: d.own.Raster + d.own.Potentials}
	if d.counts != nil {
		return out, d.rates(ctx, solver, out)
	}
	return out, d.density(ctx, solver, out)
}

// rates compares counts of spikes.
func (d *Data) rates(ctx context.Context, solver scenario.Solver, out *OwnResult) error {
	out.Neurons = d.neurons
	expected, total, before := 0.0, 0.0, 0.0
	if d.edges[0] > 0 {
		if err := solver.Advance(ctx, d.edges[0]); err != nil {
			return err
		}
		before = solver.States()[d.population].Fired
	}
	for k, c := range d.counts {
		if err := solver.Advance(ctx, d.edges[k+1]); err != nil {
			return fmt.Errorf("the mean field cannot be solved past %g: %w", d.edges[k], err)
		}
		fired := solver.States()[d.population].Fired
		size, width := float64(d.neurons), d.edges[k+1]-d.edges[k]
		want := math.Max(0, fired-before) * size
		low, high := poissonInterval(c)
		out.Bins = append(out.Bins, Bin{d.edges[k], d.edges[k+1], c, c / size / width, low / size / width, high / size / width, want / size / width, tail(c, want)})
		expected, total, before = expected+want, total+c, fired
	}
	out.judgeRates(total, expected)
	return nil
}

// poissonInterval returns the 95 % interval of the mean of a Poisson count (Garwood 1936).
func poissonInterval(count float64) (low, high float64) {
	if count > 0 {
		low = distuv.Gamma{Alpha: count, Beta: 1}.Quantile(0.025)
	}
	return low, distuv.Gamma{Alpha: count + 1, Beta: 1}.Quantile(0.975)
}

// tail returns the two-sided probability of a Poisson count at least as far from its mean.
func tail(count, mean float64) float64 {
	if mean == 0 {
		if count == 0 {
			return 1
		}
		return 0
	}
	law := distuv.Poisson{Lambda: mean}
	below, above := law.CDF(count), 1.0
	if count > 0 {
		above = 1 - law.CDF(count-1)
	}
	return math.Min(1, 2*math.Min(below, above))
}

// density compares potentials.
func (d *Data) density(ctx context.Context, solver scenario.Solver, out *OwnResult) error {
	if err := solver.Advance(ctx, d.at); err != nil {
		return fmt.Errorf("the mean field cannot be solved to %g: %w", d.at, err)
	}
	state := solver.States()[d.population]
	var p mfield.Profile
	solver.Profile(d.population, &p)
	values := slices.Clone(p.Density)
	for i, v := range values {
		values[i] = math.Max(0, v)
	}
	_, tail := d.scenario.Common()
	low, high := math.Min(slices.Min(d.potentials), p.Edges[0]), math.Max(slices.Max(d.potentials), p.Edges[len(p.Edges)-1])
	bins := make([]float64, tail.Record.DensityBins+1)
	for i := range bins {
		bins[i] = low + (high-low)*float64(i)/float64(tail.Record.DensityBins)
	}
	mf := compare.Density{Edges: slices.Clone(p.Edges), Values: values}
	a := compare.Assess(compare.Snapshot{MeanField: mf, Mean: state.Mean, Variance: state.Variance, Samples: [][]float64{d.potentials}, Bins: bins,
		Amplifying: d.scenario.Neurons().Exciting(), Seed: 1})
	out.At, out.Potentials, out.Assessment, out.Verdict, out.Text = d.at, len(d.potentials), &a, a.Verdict, a.Text
	out.edges, out.histogram, out.meanField = bins, compare.Histogram(d.potentials, bins), compare.Rebin(mf, bins)
	return nil
}
