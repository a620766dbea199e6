package report

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"sort"
	"strings"

	"lapicque/runs/plot"
	"lapicque/runs/raster"
)

// figure is a picture of the report.
type figure struct {
	Name, Title, Caption string
	Source               template.URL // the picture itself
	drawing              *plot.Figure
}

// A cascade is macroscopic, and marked, from this share of the neurons on.
const (
	macroscopicShare = 0.05
	macroscopicSize  = 10
)

// figures draws what the folder has data for.
func (f *folder) figures() (list []figure) {
	for _, draw := range []func() *figure{f.drawRates, f.drawEntropy, f.drawDensities, f.drawDistances, f.drawRaster, f.drawTraces} {
		if fig := draw(); fig != nil {
			fig.Caption = strings.TrimSpace(fig.Caption + " " + strings.Join(fig.drawing.Notes, " "))
			list = append(list, *fig)
		}
	}
	return list
}

func (f *folder) drawRates() *figure {
	if f.rates == nil && f.meanField == nil {
		return nil
	}
	r := plot.Rates{BlowUps: f.blowUps(), Jumps: f.jumps()}
	var says []string
	if f.rates != nil {
		r.From, r.To = f.rates.floats("time_from"), f.rates.floats("time_to")
		r.Network, r.SE = f.rates.floats("network_rate"), f.rates.floats("network_rate_se")
		if some(r.Network) {
			says = append(says, "Blue: spikes of the network in a bin, divided by the number of neurons and the width of the bin, "+
				"at the middle of the bin; the band is ± 2 standard errors.")
		}
	}
	if f.meanField != nil {
		r.Time, r.Rate = f.meanField.floats("time"), f.meanField.floats("rate")
	} else if f.rates != nil {
		for i := range r.From {
			r.Time = append(r.Time, (r.From[i]+r.To[i])/2)
		}
		r.Rate = f.rates.floats("meanfield_rate")
	}
	if some(r.Rate) {
		says = append(says, "Orange: the flux through the threshold in the mean field.")
	}
	if len(says) == 0 {
		return nil
	}
	if len(r.BlowUps) > 0 {
		says = append(says, "Dashed: blow-up, where the rate of the mean field has no finite value.")
	}
	if len(r.Jumps) > 0 {
		says = append(says, "Dashed blue: a macroscopic part of a network fires at one instant.")
	}
	return &figure{Name: "rates", Title: "Population firing rate N(t)", Caption: strings.Join(says, " "), drawing: r.Figure()}
}

func (f *folder) drawDensities() *figure {
	d := plot.Densities{Edges: f.edges, Reset: f.parameters.number("neuron.V_R"), Threshold: f.parameters.number("neuron.V_F")}
	times := append(append([]float64(nil), f.network.times...), f.fields.times...)
	sort.Float64s(times)
	for i, t := range times {
		if i > 0 && t-times[i-1] <= 1e-9*math.Max(1, t) {
			continue
		}
		d.Snapshots = append(d.Snapshots, plot.Snapshot{Time: t, Network: f.network.at(t), MeanField: f.fields.at(t)})
	}
	if len(d.Snapshots) == 0 {
		return nil
	}
	caption := "Density of the potential at the snapshots. "
	if len(f.network.times) > 0 {
		caption += "Blue: histogram of the network's potentials, count over number and width of the bin. "
	}
	if len(f.fields.times) > 0 {
		caption += "Orange: the mean field, averaged over the same bins, so that nothing is interpolated. "
	}
	if len(f.network.times) > len(f.fields.times) && len(f.fields.times) > 0 {
		caption += "Panels with one curve lie after the end of the mean-field solution. "
	}
	caption += "Dotted: reset V_R and threshold V_F."
	return &figure{Name: "densities", Title: "Densities n(v, t)", Caption: caption, drawing: d.Figure()}
}

func (f *folder) drawDistances() *figure {
	if f.errors == nil || f.errors.rows == 0 {
		return nil
	}
	d := plot.Distances{Time: f.errors.floats("time"), Null: "exceeded once in 1000 by chance alone"}
	for _, c := range []struct{ column, name string }{{"w1", "Wasserstein-1 distance W_{1}"},
		{"ks", "Kolmogorov–Smirnov distance"}, {"l1", "L^{1} distance of densities"}} {
		if v := f.errors.floats(c.column); some(v) {
			d.List = append(d.List, plot.Distance{Name: c.name, Value: v, Null: f.errors.floats(c.column + "_null")})
		}
	}
	if v := f.errors.floats("rate_error"); some(v) {
		d.List = append(d.List, plot.Distance{Name: "rate error", Value: v, SE: f.errors.floats("rate_error_se")})
	}
	if len(d.List) == 0 {
		return nil
	}
	return &figure{Name: "distances", Title: "Distance between network and mean field", drawing: d.Figure(),
		Caption: "Distances between the empirical law of the potentials and the mean-field density at the snapshots; below the dashed level " +
			"a distance is what a finite sample of the mean field itself would show. Rate error: the network's rate minus the mean of the " +
			"mean-field rate over the same window, with ± 2 standard errors."}
}

func (f *folder) drawTraces() *figure {
	if f.traces == nil || f.traces.rows == 0 {
		return nil
	}
	t := plot.Traces{Reset: f.parameters.number("neuron.V_R"), Threshold: f.parameters.number("neuron.V_F"), BlowUps: f.blowUps()}
	spikes, known := f.spikesOf(f.traces.header)
	for _, name := range f.traces.header {
		if id, ok := strings.CutPrefix(name, "v"); ok {
			t.List = append(t.List, plot.Trace{Name: "v_{" + id + "}", Time: f.traces.floats("time"),
				Potential: f.traces.floats(name), Spikes: spikes[name]})
		}
	}
	if len(t.List) == 0 {
		return nil
	}
	caption := "Potentials of the first recorded neurons, as sampled in tables/traces.csv. "
	if known {
		caption += "Dots: spikes, from the raster; the potential rises to V_F and restarts at V_R."
	} else {
		caption += "The run has no readable raster, so spikes are not drawn."
	}
	return &figure{Name: "traces", Title: "Potentials of single neurons", Caption: caption, drawing: t.Figure()}
}

// spikesOf returns the spike times of the neurons that have a trace (column v7
// is neuron 7), and whether there is a raster to tell them.
func (f *folder) spikesOf(columns []string) (map[string][]float64, bool) {
	wanted := map[string]bool{}
	for _, c := range columns {
		wanted[c] = true
	}
	spikes := map[string][]float64{}
	_, err := f.eachSpike(func(list []raster.Spike) {
		for _, s := range list {
			if name := fmt.Sprint("v", s.Neuron); s.Population == 0 && s.Neuron < 4096 && wanted[name] {
				spikes[name] = append(spikes[name], s.Time)
			}
		}
	})
	return spikes, err == nil
}

// eachSpike streams the raster through visit.
func (f *folder) eachSpike(visit func([]raster.Spike)) (raster.Metadata, error) {
	r, err := raster.Open(filepath.Join(f.dir, "raster.parquet"))
	if err != nil {
		return raster.Metadata{}, err
	}
	defer r.Close()
	piece := make([]raster.Spike, 1<<14)
	for {
		n, err := r.Read(piece)
		visit(piece[:n])
		if err == io.EOF {
			return r.Metadata(), nil
		}
		if err != nil {
			return r.Metadata(), err
		}
	}
}

func some(values []float64) bool {
	for _, v := range values {
		if !math.IsNaN(v) {
			return true
		}
	}
	return false
}
