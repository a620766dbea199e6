package plot

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// Line is a named curve.
type Line struct {
	Name string
	X, Y []float64
	Low  []float64 // error bars; nil: none
	High []float64
}

// rulePalette colours the rules after a jump.
var rulePalette = map[string]color.NRGBA{"subtractive": blue, "hard": vermillion, "sequential": {0x00, 0x9E, 0x73, 0xFF}}

// ruleLine draws a candidate.
func ruleLine(rule string) draw.LineStyle { return dashed(rulePalette[rule], 1.4) }

// Jumps are the spikes per neuron so far, around a jump, for values of a small parameter.
type Jumps struct {
	From, To   float64
	Candidates []Line    // named by rule
	MeanField  []Line    // from the largest value of the parameter to the smallest
	Network    []Line    // likewise, of the largest network; nil: none
	Size       string    // of that
	Snapshots  []float64 // times of the densities
}

// Figure draws a panel for the mean field and one for the network.
func (j Jumps) Figure() *Figure {
	f := &Figure{height: stackHeight(1)}
	row := []*plot.Plot{j.panel("mean field", j.MeanField)}
	if len(j.Network) > 0 {
		row = append(row, j.panel(j.Size, j.Network))
	}
	row[0].Y.Label.Text = "spikes per neuron"
	f.panels = [][]*plot.Plot{row}
	for _, c := range j.Candidates {
		f.key = append(f.key, keyEntry{name: c.Name, line: ruleLine(c.Name)})
	}
	for k, l := range j.MeanField {
		if count := len(j.MeanField); count <= 4 || k == 0 || k == count-1 { // what lies between goes from shade to shade
			f.key = append(f.key, keyEntry{name: l.Name, line: solid(shade(k, count), 1.2)})
		}
	}
	return f
}

func (j Jumps) panel(title string, lines []Line) *plot.Plot {
	p := panel()
	p.Title.Text = " "
	p.Add(heading{title})
	p.X.Label.Text = timeLabel
	between(&p.X, span{j.From, j.To})
	top := 0.0
	for k, l := range lines {
		top = max(top, highest(l, j.To))
		p.Add(curve{x: l.X, y: l.Y, line: solid(shade(k, len(lines)), 1.2)})
	}
	for _, c := range j.Candidates {
		top = max(top, highest(c, j.To))
		p.Add(curve{x: c.X, y: c.Y, line: ruleLine(c.Name)})
	}
	for _, t := range j.Snapshots {
		p.Add(upright{x: t, line: dotted(grey)})
	}
	fromZero(&p.Y, top)
	return p
}

// highest returns the largest value up to a time.
func highest(l Line, to float64) (top float64) {
	for i, t := range l.X {
		if t <= to {
			top = max(top, l.Y[i])
		}
	}
	return top
}

// shade goes from pale to dark as a small parameter goes to 0.
func shade(k, count int) color.NRGBA {
	x := 1.0
	if count > 1 {
		x = float64(k) / float64(count-1)
	}
	level := uint8(190 - 155*x)
	return color.NRGBA{level, level, level, 0xFF}
}

// Approaches are distances to the candidates against a small parameter.
type Approaches struct {
	Key    string // the label of that
	Panels []Approach
}

// Approach is one distance.
type Approach struct {
	Label     string
	MeanField []Line // named by rule
	Network   []Line // named by rule, of the largest network; nil: none
}

// Figure draws a panel a distance, on logarithmic axes.
func (a Approaches) Figure() *Figure {
	f := &Figure{height: stackHeight(1)}
	var row []*plot.Plot
	networks := false
	for _, one := range a.Panels {
		p := panel()
		p.X.Label.Text, p.Y.Label.Text = a.Key, one.Label
		var x, y []float64
		for _, l := range append(append([]Line(nil), one.MeanField...), one.Network...) {
			x, y = append(x, positive(l.X)...), append(y, positive(l.Y)...)
		}
		if s := spanOf(x); !s.empty() {
			logarithmic(&p.X, s.low/1.3, s.high*1.3)
		}
		if s := spanOf(y); !s.empty() {
			logarithmic(&p.Y, s.low/1.6, s.high*1.6)
		}
		for _, l := range one.MeanField {
			p.Add(curve{x: l.X, y: l.Y, line: solid(rulePalette[l.Name], 1.3), dots: 2})
		}
		for _, l := range one.Network {
			networks = true
			line := dashed(rulePalette[l.Name], 0.9)
			p.Add(whiskers{l.X, l.Low, l.High, solid(rulePalette[l.Name], 0.8)}, curve{x: l.X, y: l.Y, line: line, dots: 1.2})
		}
		row = append(row, p)
	}
	f.panels = [][]*plot.Plot{row}
	if len(a.Panels) > 0 {
		for _, l := range a.Panels[0].MeanField {
			f.key = append(f.key, keyEntry{name: l.Name, line: solid(rulePalette[l.Name], 1.3)})
		}
	}
	if networks {
		f.key = append(f.key, keyEntry{name: "dashed: the largest network ± 2 s.e.", line: dashed(ink, 0.9)})
	}
	return f
}

// Landings are the densities after a jump, a panel a snapshot.
type Landings struct {
	Edges     []float64
	Panels    []Landing
	Value     string // of the small parameter that they are at
	Size      string // of the network; "" without
	Threshold float64
	Reset     float64
}

// Landing is a snapshot.
type Landing struct {
	Time       float64
	Candidates []Line // named by rule; Y averages over the cells, X unused
	MeanField  []float64
	Network    []float64 // nil: none
}

// Figure draws them.
func (l Landings) Figure() *Figure {
	f := &Figure{}
	shown := evenly(f, l.Panels, 4)
	cols := min(2, len(shown))
	mid := make([]float64, len(l.Edges)-1)
	for i := range mid {
		mid[i] = (l.Edges[i] + l.Edges[i+1]) / 2
	}
	for i, one := range shown {
		if i%cols == 0 {
			f.panels = append(f.panels, make([]*plot.Plot, cols))
		}
		f.panels[i/cols][i%cols] = l.panel(one, mid)
		if i%cols == 0 {
			f.panels[i/cols][0].Y.Label.Text = "density n(v, t)"
		}
		if i+cols >= len(shown) {
			f.panels[i/cols][i%cols].X.Label.Text = "potential v"
		}
	}
	f.height = vgHeight(len(f.panels), cols)
	if len(shown) == 0 {
		return f
	}
	for _, c := range shown[0].Candidates {
		f.key = append(f.key, keyEntry{name: c.Name, line: ruleLine(c.Name)})
	}
	f.key = append(f.key, keyEntry{name: "mean field, " + l.Value, line: solid(ink, 1)})
	if l.Size != "" {
		f.key = append(f.key, keyEntry{l.Size, solid(grey, 0.5), faint(grey, 70)})
	}
	return f
}

// panel draws one snapshot. The axis ends above the mean field and the candidates but the narrowest.
func (l Landings) panel(one Landing, mid []float64) *plot.Plot {
	p := panel()
	p.Title.Text = " "
	p.Add(heading{"t = " + short(one.Time)})
	between(&p.X, span{l.Edges[0], l.Edges[len(l.Edges)-1]})
	p.X.Tick.Marker, p.Y.Tick.Marker = linearTicks{4}, linearTicks{4}
	if len(one.Network) > 0 {
		p.Add(bars{l.Edges, one.Network, faint(grey, 70), solid(grey, 0.5)})
	}
	p.Add(curve{x: mid, y: one.MeanField, line: solid(ink, 1)})
	top := spanOf(one.MeanField).high
	for _, c := range one.Candidates {
		p.Add(curve{x: mid, y: c.Y, line: ruleLine(c.Name)})
		top = max(top, min(spanOf(c.Y).high, 3*spanOf(one.MeanField).high))
	}
	p.Add(above{l.Reset, "V_{R}", dotted(ink), -0.5}, above{l.Threshold, "V_{F}", dotted(ink), -0.5})
	fromZero(&p.Y, top)
	return p
}
