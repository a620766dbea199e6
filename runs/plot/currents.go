package plot

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// FiringCurve is the firing rate of a neuron against its current.
type FiringCurve struct {
	CurrentUnit, RateUnit, TimeUnit string // empty: without dimension
	Current, Up, Down               []float64
	Latency                         []float64    // of the first spike after a step from rest; NaN: none
	Rheobase                        float64      // NaN: not known
	Bistable                        [][2]float64 // ranges of currents
}

// Figure draws the rates of both sweeps over the latency; bistable ranges are shaded, the rheobase is a line.
func (r FiringCurve) Figure() *Figure {
	f := &Figure{height: 13.5 * vg.Centimeter, shares: []float64{1.5, 1}}
	rates, late := panel(), panel()
	x := spanOf(r.Current)
	between(&rates.X, x)
	between(&late.X, x)
	fromZero(&rates.Y, spanOf(r.Up, r.Down).high)
	rates.Y.Label.Text, late.Y.Label.Text, late.X.Label.Text = united("firing rate", r.RateUnit), united("first spike after", r.TimeUnit), united("current I", r.CurrentUnit)
	for _, b := range r.Bistable {
		rates.Add(band{x: b[:], low: []float64{0, 0}, high: []float64{rates.Y.Max, rates.Y.Max}, fill: faint(purple, 45)})
	}
	up, down := solid(blue, 1.4), dashed(vermillion, 1.4)
	rates.Add(curve{x: r.Current, y: r.Up, line: up, dots: 1.6}, curve{x: r.Current, y: r.Down, line: down, dots: 1.1})
	f.key = []keyEntry{{name: "current ascending", line: up}, {name: "descending", line: down}}
	if len(r.Bistable) > 0 {
		f.key = append(f.key, keyEntry{name: "rest and firing stable", fill: faint(purple, 45)})
	}
	if finite(r.Rheobase) {
		line := dotted(ink)
		line.Width = 1
		rates.Add(upright{x: r.Rheobase, line: line})
		late.Add(upright{x: r.Rheobase, name: "rheobase " + short(r.Rheobase), line: line})
		f.key = append(f.key, keyEntry{name: "rheobase", line: line})
	}
	if decades(&late.Y, r.Latency) {
		late.Add(curve{x: r.Current, y: r.Latency, line: solid(ink, 1.1), dots: 1.4})
	} else {
		late.Y.Min, late.Y.Max = 0, 1
		late.Add(remark{"no spike after a step from rest"})
	}
	bare(&rates.X)
	f.panels = [][]*plot.Plot{{rates}, {late}}
	return f
}

// united is the text of an axis.
func united(what, unit string) string {
	if unit == "" || unit == "1" {
		unit = "no unit"
	}
	return fmt.Sprintf("%s (%s)", what, unit)
}

// RestCurve is a piece of the curve of equilibria of one stability.
type RestCurve struct {
	Current, Potential []float64
	Stable             bool
}

// CycleCurve is a piece of a branch of cycles of one stability.
type CycleCurve struct {
	Current, Low, High, Period []float64
	Stable                     bool
}

// CurrentDiagram is the bifurcation diagram of a neuron along its current.
type CurrentDiagram struct {
	CurrentUnit, PotentialUnit, TimeUnit string
	From, To                             float64
	Rest                                 []RestCurve
	Cycles                               []CycleCurve
	Folds, Hopfs                         []Mark // Rate is the potential
	Turns                                []CycleMark
}

// CycleMark is a cycle at which stability changes; Rate is its greatest potential.
type CycleMark struct {
	Mark
	Name string
}

// Figure draws the potential of equilibria, the extremes of the potential of cycles and, below, their periods: stable ones solid, others dashed.
func (d CurrentDiagram) Figure() *Figure {
	f := &Figure{height: 11 * vg.Centimeter}
	rest := map[bool]draw.LineStyle{true: solid(blue, 1.6), false: dashed(blue, 1.2)}
	cycles := map[bool]draw.LineStyle{true: solid(vermillion, 1.6), false: dashed(vermillion, 1.2)}
	p := panel()
	between(&p.X, span{d.From, d.To})
	p.X.Label.Text, p.Y.Label.Text = united("current I", d.CurrentUnit), united("potential V", d.PotentialUnit)
	d.height(&p.Y)
	drawn := map[[2]bool]bool{}
	for _, c := range d.Cycles {
		drawn[[2]bool{true, c.Stable}] = true
		p.Add(curve{x: c.Current, y: c.High, line: cycles[c.Stable]}, curve{x: c.Current, y: c.Low, line: cycles[c.Stable]})
	}
	for _, r := range d.Rest {
		drawn[[2]bool{false, r.Stable}] = true
		p.Add(curve{x: r.Current, y: r.Potential, line: rest[r.Stable]})
	}
	for _, e := range []struct {
		of   [2]bool
		name string
		line draw.LineStyle
	}{{[2]bool{false, true}, "stable rest", rest[true]}, {[2]bool{false, false}, "unstable rest", rest[false]}, {[2]bool{true, true}, "stable cycle, extremes", cycles[true]}, {[2]bool{true, false}, "unstable cycle", cycles[false]}} {
		if drawn[e.of] {
			f.key = append(f.key, keyEntry{name: e.name, line: e.line})
		}
	}
	d.marks(p)
	f.panels = [][]*plot.Plot{{p}}
	if len(d.Cycles) > 0 {
		f.height, f.shares = 15*vg.Centimeter, []float64{1.8, 1}
		f.panels = append(f.panels, []*plot.Plot{d.periods(cycles)})
		bare(&p.X)
	}
	return f
}

// height sets the axis of potentials to what lies in the range of currents.
func (d CurrentDiagram) height(a *plot.Axis) {
	s := spanOf()
	see := func(current, potential []float64) {
		for k, i := range current {
			if i >= d.From && i <= d.To {
				s = s.with(spanOf(potential[k : k+1]))
			}
		}
	}
	for _, r := range d.Rest {
		see(r.Current, r.Potential)
	}
	for _, c := range d.Cycles {
		see(c.Current, c.High)
		see(c.Current, c.Low)
	}
	air := 0.06 * (s.high - s.low)
	between(a, span{s.low - air, s.high + air})
}

// marks draws the special points with their names.
func (d CurrentDiagram) marks(p *plot.Plot) {
	hidden := map[int]bool{} // names of folds that would lie under that of a Hopf point stand in it
	for k, h := range d.Hopfs {
		name := fmt.Sprintf("Hopf %s, T = %s", precise(h.Value), short(h.Period))
		for i, fold := range d.Folds {
			if math.Abs(fold.Value-h.Value) < 0.2*(p.X.Max-p.X.Min) && math.Abs(fold.Rate-h.Rate) < 0.04*(p.Y.Max-p.Y.Min) {
				name, hidden[i] = name+"; fold "+precise(fold.Value), true
			}
		}
		p.Add(spot{at: h, name: marked(k, name), colour: purple, shape: draw.BoxGlyph{}})
	}
	for k, m := range d.Folds {
		name := marked(k, "fold "+precise(m.Value))
		if hidden[k] {
			name = ""
		}
		p.Add(spot{at: m, name: name, colour: ink, shape: draw.CircleGlyph{}})
	}
	for k, m := range d.Turns {
		p.Add(spot{at: m.Mark, name: marked(k, m.Name+" "+precise(m.Value)), colour: vermillion, shape: draw.TriangleGlyph{}})
	}
}

// periods draws the period of the cycles in the range of currents.
func (d CurrentDiagram) periods(lines map[bool]draw.LineStyle) *plot.Plot {
	p := panel()
	between(&p.X, span{d.From, d.To})
	p.X.Label.Text, p.Y.Label.Text = united("current I", d.CurrentUnit), united("period T", d.TimeUnit)
	var seen []float64
	for _, c := range d.Cycles {
		for k, i := range c.Current {
			if i >= d.From && i <= d.To {
				seen = append(seen, c.Period[k])
			}
		}
		p.Add(curve{x: c.Current, y: c.Period, line: lines[c.Stable]})
	}
	if len(seen) == 0 {
		seen = []float64{1}
	}
	s := spanOf(seen)
	if s.high > 20*s.low {
		logarithmic(&p.Y, s.low/1.2, math.Min(s.high*1.2, 1000*s.low))
		return p
	}
	fromZero(&p.Y, s.high)
	return p
}
