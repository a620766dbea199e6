package plot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// SpikeTrain is the response of a neuron, or of a model of it, to a current.
type SpikeTrain struct {
	Name      string
	Spikes    []float64 // times in ms, ascending
	Potential []float64 // mV, at the samples of the current; nil: not known
}

// Responses is a stretch of a recording: the current, potentials and spikes that were recorded, and those of models.
type Responses struct {
	Time, Current []float64 // ms, samples
	Unit          string    // of the current
	Recorded      []SpikeTrain
	Models        []SpikeTrain
}

const maxRecorded = 12

// Figure draws the current, the first recorded potential, a potential for each model that has one, and all trains as ticks.
func (r Responses) Figure() *Figure {
	f := &Figure{}
	x := spanOf(r.Time)
	current := panel()
	between(&current.Y, spanOf(r.Current))
	current.Y.Label.Text = fmt.Sprintf("I (%s)", r.Unit)
	tx, ty := thinned(r.Time, r.Current, 2000)
	current.Add(curve{x: tx, y: ty, line: solid(ink, 0.7)})
	f.add(current, x, 1)
	f.key = []keyEntry{{name: "injected current", line: solid(ink, 1.2)}, {name: "recorded", line: solid(blue, 1.4)}, {name: "model", line: solid(vermillion, 1.4)}}
	if len(r.Recorded) > 0 && r.Recorded[0].Potential != nil {
		f.add(r.potential(r.Recorded[0], "V (mV)", solid(blue, 0.8)), x, 1.2)
	}
	for _, m := range r.Models {
		if m.Potential != nil {
			f.add(r.potential(m, "V (mV)", solid(vermillion, 0.8)), x, 1)
		}
	}
	shown := r.Recorded
	if len(shown) > maxRecorded {
		f.Notes = append(f.Notes, fmt.Sprintf("%d of %d repeats are drawn.", maxRecorded, len(shown)))
		shown = shown[:maxRecorded]
	}
	rows := len(shown) + len(r.Models)
	f.add(r.raster(shown), x, 0.24*float64(rows)+0.2)
	for k, row := range f.panels {
		if k < len(f.panels)-1 {
			bare(&row[0].X)
		}
	}
	f.panels[len(f.panels)-1][0].X.Label.Text = "time (ms)"
	f.height = 28.35 * 3
	for _, share := range f.shares {
		f.height += 28.35 * 2.1 * vg.Length(share)
	}
	f.right = 16
	return f
}

// add puts a panel below the others.
func (f *Figure) add(p *plot.Plot, x span, share float64) {
	between(&p.X, x)
	f.panels, f.shares = append(f.panels, []*plot.Plot{p}), append(f.shares, share)
}

// potential draws one, with its spikes as dots along the top.
func (r Responses) potential(t SpikeTrain, label string, line draw.LineStyle) *plot.Plot {
	p := panel()
	s := spanOf(t.Potential)
	s.high += 0.2 * (s.high - s.low)
	between(&p.Y, s)
	p.Y.Tick.Marker = linearTicks{4}
	p.Y.Label.Text = label
	at := make([]float64, len(t.Spikes))
	for k := range at {
		at[k] = p.Y.Max - 0.08*(p.Y.Max-p.Y.Min)
	}
	x, y := thinned(r.Time, t.Potential, 2000)
	dots := line
	dots.Width = 0
	p.Add(curve{x: x, y: y, line: line}, curve{x: t.Spikes, y: at, line: dots, dots: 1.3}, heading{t.Name})
	p.Title.Text, p.Title.Padding = " ", 1 // room for the heading
	return p
}

// raster draws a row of ticks for each train, the first on top.
func (r Responses) raster(shown []SpikeTrain) *plot.Plot {
	p := panel()
	rows := len(shown) + len(r.Models)
	p.Y.Min, p.Y.Max = 0, float64(rows)
	names := namedTicks{}
	for k := range rows {
		t, line := SpikeTrain{}, solid(blue, 0.9)
		if k < len(shown) {
			t = shown[k]
		} else {
			t, line = r.Models[k-len(shown)], solid(vermillion, 0.9)
		}
		low, high := make([]float64, len(t.Spikes)), make([]float64, len(t.Spikes))
		foot := float64(rows - 1 - k)
		for i := range low {
			low[i], high[i] = foot+0.12, foot+0.88
		}
		p.Add(whiskers{x: t.Spikes, low: low, high: high, line: line})
		names = append(names, plot.Tick{Value: foot + 0.5, Label: t.Name})
	}
	p.Y.Tick.Marker, p.Y.Tick.Length = names, 0
	p.Y.Label.Text = "spikes"
	return p
}

// namedTicks are labels at given places.
type namedTicks []plot.Tick

// Ticks returns them.
func (n namedTicks) Ticks(_, _ float64) []plot.Tick { return n }

// Gammas are coincidence factors of models on the part of a recording that was fitted to and on the part that was held out.
type Gammas struct {
	Names       []string
	Train, Test []float64
	Reliability float64 // on the part held out; NaN: not known
}

// Figure draws two bars for each model.
func (g Gammas) Figure() *Figure {
	p := panel()
	low := math.Min(0, math.Min(spanOf(g.Train).low, spanOf(g.Test).low))
	p.Y.Min, p.Y.Max = low, 1.1
	p.X.Min, p.X.Max = -0.5, float64(len(g.Names))-0.5
	names := namedTicks{}
	for k, name := range g.Names {
		x := float64(k)
		p.Add(column(x-0.32, x-0.02, g.Train[k], faint(blue, 110)), column(x+0.02, x+0.32, g.Test[k], vermillion))
		names = append(names, plot.Tick{Value: x, Label: name})
	}
	f := &Figure{height: 7 * 28.35, panels: [][]*plot.Plot{{p}}}
	f.key = []keyEntry{{name: "fitted to", fill: faint(blue, 110)}, {name: "held out", fill: vermillion}}
	if finite(g.Reliability) {
		p.Add(curve{x: []float64{p.X.Min, p.X.Max}, y: []float64{g.Reliability, g.Reliability}, line: dashed(ink, 1.1)})
		f.key = append(f.key, keyEntry{name: "intrinsic reliability, held out", line: dashed(ink, 1.1)})
	}
	p.X.Tick.Marker = names
	p.X.Label.Text, p.Y.Label.Text = "model", "coincidence factor Γ (no unit)"
	return f
}

// column is a filled rectangle from 0 to a height.
func column(left, right, height float64, fill color.Color) band {
	return band{x: []float64{left, right}, low: []float64{math.Min(0, height), math.Min(0, height)}, high: []float64{math.Max(0, height), math.Max(0, height)}, fill: fill}
}
