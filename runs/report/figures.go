package report

import (
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"slices"
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
	add := func(fig *figure) {
		if fig != nil {
			f.state().axes(fig.drawing)
			fig.Caption = strings.TrimSpace(fig.Caption + " " + strings.Join(fig.drawing.Notes, " "))
			list = append(list, *fig)
		}
	}
	if f.placed() {
		f.fieldFigures(add)
		return list
	}
	add(f.drawRates())
	add(f.drawFractions())
	add(f.drawEntropy())
	for _, draw := range []func(*part) *figure{f.drawDensities, f.drawDistances} {
		for _, p := range f.parts {
			add(draw(p))
		}
	}
	add(f.drawJoint())
	add(f.drawRaster())
	for _, p := range f.parts {
		add(f.drawTraces(p))
	}
	return list
}

func (f *folder) drawRates() *figure {
	var list []plot.Rates
	network, field := false, false
	for _, p := range f.parts {
		r := p.ratesOf()
		r.BlowUps, r.Jumps = f.blowUps(), f.jumps()
		network, field = network || some(r.Network), field || some(r.Rate)
		list = append(list, r)
	}
	var says []string
	if network {
		says = append(says, "Blue: spikes of the network in a bin, divided by the number of neurons and the width of the bin, "+
			"at the middle of the bin; the band is ± 2 standard errors.")
	}
	if field && f.state().spiking {
		says = append(says, "Orange: the same for networks of 2N.")
	} else if field {
		says = append(says, "Orange: "+f.rateMeaning()+" in the mean field.")
	}
	if len(says) == 0 {
		return nil
	}
	if len(f.blowUps()) > 0 {
		says = append(says, "Dashed: blow-up, where the rate of the mean field has no finite value.")
	}
	if len(f.jumps()) > 0 {
		says = append(says, "Dashed blue: a macroscopic part of a network fires at one instant.")
	}
	return &figure{Name: "rates", Title: "Population firing rate N(t)", Caption: strings.Join(says, " "), drawing: plot.RatesFigure(list...)}
}

// rateMeaning says what the rate of the mean field is.
func (f *folder) rateMeaning() string {
	if f.state().Name == "age" {
		return "the density n(0, t) of those that fire,"
	}
	flux, sink := false, false
	for _, p := range f.parts {
		if f.escapes(p) {
			sink = true
		} else {
			flux = true
		}
	}
	switch {
	case flux && sink:
		return "the flux through the threshold, or the rate 1/ε times the mass above it,"
	case sink:
		return "the rate 1/ε times the mass above the threshold"
	}
	return "the flux through the threshold"
}

// ratesOf returns the rates of a population as far as the folder has them.
func (p *part) ratesOf() (r plot.Rates) {
	r.Name = p.name
	if p.rates != nil {
		r.From, r.To = p.rates.floats("time_from"), p.rates.floats("time_to")
		r.Network, r.SE = p.rates.floats("network_rate"), p.rates.floats("network_rate_se")
	}
	if p.meanField != nil {
		r.Time, r.Rate = p.meanField.floats("time"), p.meanField.floats("rate")
	} else if p.rates != nil {
		for i := range r.From {
			r.Time = append(r.Time, (r.From[i]+r.To[i])/2)
		}
		r.Rate = p.rates.floats(p.side + "_rate")
	}
	return r
}

// drawFractions draws the refractory fraction of the populations that have such a state.
func (f *folder) drawFractions() *figure {
	var list []plot.Fractions
	for _, p := range f.parts {
		if f.refractory(p) == "" {
			continue
		}
		one := plot.Fractions{Name: p.name}
		if p.meanField != nil {
			one.Time, one.MeanField = p.meanField.floats("time"), p.meanField.floats("refractory")
		}
		if p.snapshots != nil {
			for i, side := range p.snapshots.text("side") {
				if side == "network" {
					one.At = append(one.At, p.snapshots.floats("time")[i])
					one.Network, one.SE = append(one.Network, p.snapshots.floats("refractory")[i]), append(one.SE, p.snapshots.floats("refractory_se")[i])
				}
			}
		}
		if some(one.MeanField) || some(one.Network) {
			list = append(list, one)
		}
	}
	if list == nil {
		return nil
	}
	return &figure{Name: "refractory", Title: "Refractory fraction R(t)", drawing: plot.FractionsFigure(list...),
		Caption: "Fraction of the neurons in the refractory state: the mean field (orange) and the network at the snapshots (blue, ± 2 standard errors)."}
}

func (f *folder) drawDensities(p *part) *figure {
	of := f.state()
	d := plot.Densities{Edges: p.edges, State: of.Name, Symbol: of.Symbol, Reset: f.reset(p), Threshold: f.parameters.number(p.key("neuron.V_F"))}
	for _, t := range merged(p.network.times, p.fields.times) {
		d.Snapshots = append(d.Snapshots, plot.Snapshot{Time: t, Network: p.network.at(t), MeanField: p.fields.at(t)})
	}
	if len(d.Snapshots) == 0 {
		return nil
	}
	caption := "Density of the " + of.Name + " at the snapshots. "
	if len(p.network.times) > 0 {
		caption += "Blue: histogram of the network's " + of.Plural + ", count over number and width of the bin. "
	}
	if len(p.fields.times) > 0 {
		caption += "Orange: the mean field, averaged over the same bins, so that nothing is interpolated. "
	}
	if f.refractory(p) != "" {
		caption += "The area under a curve is the fraction of the neurons that is not refractory. "
	}
	if len(p.network.times) > len(p.fields.times) && len(p.fields.times) > 0 {
		caption += "Panels with one curve lie after the end of the mean-field solution. "
	}
	if !math.IsNaN(d.Threshold) {
		caption += "Dotted: reset " + of.Reset + " and threshold V_F."
	}
	return &figure{Name: p.file("densities"), Title: p.of("Densities n(" + of.Symbol + ", t)"), Caption: of.said(caption), drawing: d.Figure()}
}

func (f *folder) drawTraces(p *part) *figure {
	if p.traces == nil || p.traces.rows == 0 {
		return nil
	}
	of := f.state()
	t := plot.Traces{Reset: f.reset(p), Threshold: f.parameters.number(p.key("neuron.V_F")), BlowUps: f.blowUps(),
		Gaps: f.refractory(p) != "", Beyond: f.escapes(p)}
	if of.spiking {
		t.Threshold, t.Level = of.level, "spike"
	}
	spikes, known := f.spikesOf(p)
	for _, name := range p.traces.header {
		if id, ok := strings.CutPrefix(name, "v"); ok {
			t.List = append(t.List, plot.Trace{Name: of.Symbol + "_{" + id + "}" + bracket(of.unit), Time: p.traces.floats("time"),
				Potential: p.traces.floats(name), Spikes: spikes[name]})
		}
	}
	if len(t.List) == 0 {
		return nil
	}
	caption := strings.ToUpper(of.Plural[:1]) + of.Plural[1:] + " of the first recorded neurons, as sampled in tables/" + p.file("traces") + ".csv. "
	switch {
	case of.Name == "age":
		caption += "The age rises with time and restarts at 0 at each spike."
	case !known:
		caption += "The run has no readable raster, so spikes are not drawn."
	case of.spiking:
		caption += "Dots, at the level whose passing upwards counts as a spike: spikes, from the raster. The equations make them, and nothing is reset."
	case t.Beyond:
		caption += "Dots, at the height of V_F: spikes, from the raster; a neuron fires at random above V_F."
	default:
		caption += "Dots: spikes, from the raster; the potential rises to V_F and restarts at " + of.Reset + "."
	}
	if t.Gaps {
		caption += " A gap after a spike is the refractory state."
	}
	return &figure{Name: p.file("traces"), Title: p.of(strings.ToUpper(of.Plural[:1]) + of.Plural[1:] + " of single neurons"), Caption: caption, drawing: t.Figure()}
}

// spikesOf returns the spike times of the neurons of a population that have a trace (column v7
// is neuron 7), and whether there is a raster to tell them.
func (f *folder) spikesOf(p *part) (map[string][]float64, bool) {
	wanted := map[string]bool{}
	for _, c := range p.traces.header {
		wanted[c] = true
	}
	index := slices.Index(f.parts, p)
	spikes := map[string][]float64{}
	_, err := f.eachSpike(func(list []raster.Spike) {
		for _, s := range list {
			if name := fmt.Sprint("v", s.Neuron); int(s.Population) == index && s.Neuron < 4096 && wanted[name] {
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
