package plot

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// Quantity is a variable over time.
type Quantity struct {
	Name, Unit string // Unit empty: without dimension
	Values     []float64
}

// label is what stands at an axis.
func (q Quantity) label() string {
	if q.Unit == "" {
		return q.Name
	}
	return fmt.Sprintf("%s (%s)", q.Name, q.Unit)
}

// Membrane is the course of a neuron under a current.
type Membrane struct {
	Name      string // of the model
	Time      []float64
	TimeUnit  string
	Variables []Quantity // the potential first
	Current   Quantity
	Spikes    []float64 // their times
}

// Figure draws a panel for each variable, ticks of the spikes over the potential, and the current below.
func (m Membrane) Figure() *Figure {
	f := &Figure{right: 12}
	x := span{m.Time[0], m.Time[len(m.Time)-1]}
	for k, q := range append(slices.Clone(m.Variables), m.Current) {
		p, line, share := panel(), solid(blue, 0.9), 0.8
		s := spanOf(q.Values)
		pad := 0.06 * (s.high - s.low)
		switch k {
		case 0:
			line, share = solid(vermillion, 0.9), 1.6
			p.Add(m.spikes(p, span{s.low - pad, s.high + 3*pad}))
			s.high += 2 * pad
			p.Add(heading{m.Name})
			p.Title.Text, p.Title.Padding = " ", 1 // room for the heading
		case len(m.Variables):
			line, share = solid(ink, 0.9), 0.6
		}
		between(&p.Y, span{s.low - pad, s.high + pad})
		p.Y.Tick.Marker = linearTicks{4}
		p.Y.Label.Text = q.label()
		tx, ty := thinned(m.Time, q.Values, 2000)
		p.Add(curve{x: tx, y: ty, line: line})
		f.add(p, x, share)
		if k < len(m.Variables) {
			bare(&p.X)
		}
	}
	last := f.panels[len(f.panels)-1][0]
	last.X.Label.Text = Quantity{Name: "time", Unit: m.TimeUnit}.label()
	f.key = []keyEntry{{name: "potential", line: solid(vermillion, 1.4)}}
	if len(m.Spikes) > 0 {
		f.key = append(f.key, keyEntry{name: "spikes", line: solid(purple, 1.4)})
	}
	if len(m.Variables) > 1 {
		f.key = append(f.key, keyEntry{name: "other variables", line: solid(blue, 1.4)})
	}
	f.key = append(f.key, keyEntry{name: "current", line: solid(ink, 1.4)})
	f.height = 28.35 * 2.6
	for _, share := range f.shares {
		f.height += 28.35 * 3 * vg.Length(share)
	}
	return f
}

// spikes are ticks at the upper end of a range.
func (m Membrane) spikes(p *plot.Plot, s span) whiskers {
	low, high := make([]float64, len(m.Spikes)), make([]float64, len(m.Spikes))
	for k := range low {
		low[k], high[k] = s.high-0.06*(s.high-s.low), s.high-0.01*(s.high-s.low)
	}
	return whiskers{x: m.Spikes, low: low, high: high, line: solid(purple, 1)}
}

// PhasePlane is the way of a neuron of two variables through their plane.
type PhasePlane struct {
	X, Y          Quantity // in order of time
	Cuts          []int    // rows before which the state jumps, ascending
	Potentials    []float64
	First, Second []float64 // nullclines of X and Y over Potentials
	Current       string    // of the nullclines
	Noisy         bool      // no arrows along the way
}

// Figure draws the way with arrows and a ring at its start, and both nullclines.
func (d PhasePlane) Figure() *Figure {
	f, p := &Figure{right: 12}, panel()
	p.X.Label.Text, p.Y.Label.Text = d.X.label(), d.Y.label()
	s := spanOf(d.Y.Values)
	pad := 0.15 * (s.high - s.low)
	if pad == 0 {
		pad = 0.1
	}
	between(&p.X, spanOf(d.Potentials))
	between(&p.Y, span{s.low - pad, s.high + pad})
	for from, k := 0, 0; k <= len(d.Cuts); k++ {
		to := len(d.X.Values)
		if k < len(d.Cuts) {
			to = d.Cuts[k]
		}
		if to > from {
			p.Add(curve{x: d.X.Values[from:to], y: d.Y.Values[from:to], line: solid(vermillion, 0.9)})
		}
		from = to
	}
	p.Add(curve{x: d.Potentials, y: d.First, line: dashed(blue, 1.2)}, curve{x: d.Potentials, y: d.Second, line: dashed(palette[2], 1.2)})
	until := len(d.X.Values)
	if len(d.Cuts) > 0 && d.Cuts[0] > 0 {
		until = d.Cuts[0]
	}
	if d.Noisy {
		until = 1 // the ring alone
	}
	p.Add(arrows{d.X.Values[:until], d.Y.Values[:until]})
	f.key = []keyEntry{{name: "trajectory", line: solid(vermillion, 1.4)}, {name: fmt.Sprintf("%s′ = 0 at I = %s", d.X.Name, d.Current), line: dashed(blue, 1.4)},
		{name: d.Y.Name + "′ = 0", line: dashed(palette[2], 1.4)}}
	f.panels = [][]*plot.Plot{{p}}
	f.shaped(0.62)
	return f
}
