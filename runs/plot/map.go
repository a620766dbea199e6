package plot

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Scan is the values of a parameter that something was computed at.
type Scan struct {
	Name   string // name, symbol and unit
	Values []float64
	Log    bool // whether they are spaced by ratios
}

// Map is a quantity over two parameters, as colours with a bar.
type Map struct {
	X, Y  Scan
	Name  string      // of the quantity, with its unit
	Value [][]float64 // [y][x]; NaN where there is none
}

// Outcomes is what happens over two parameters, as colours with a legend.
type Outcomes struct {
	X, Y Scan
	What [][]string // [y][x]; "" where nothing is known
}

// outcomes are the colours of outcomes, in the order of the legend.
var outcomes = []struct {
	name   string
	colour color.NRGBA
}{
	{"stationary", color.NRGBA{0x9C, 0xCB, 0xE8, 0xFF}}, {"oscillating", color.NRGBA{0x00, 0x9E, 0x73, 0xFF}},
	{"undecided", color.NRGBA{0xF0, 0xE4, 0x42, 0xFF}}, {"blow-up", vermillion}, {"eternal-blow-up", purple},
	{"ceased", color.NRGBA{0x8C, 0x6D, 0x46, 0xFF}},
	{"refused", grey}, {"failed", ink},
}

// OutcomeNames returns the names that Outcomes and Courses have colours for, in the order of the legend.
func OutcomeNames() (names []string) {
	for _, one := range outcomes {
		names = append(names, one.name)
	}
	return names
}

const (
	mapHeight  = 11 * vg.Centimeter
	barRoom    = vg.Length(66) // right of a map
	noValue    = "no value"
	tintLevels = 255 // with the colour of no value, as many as a picture with a palette has
)

// Figure draws the map.
func (m Map) Figure() *Figure {
	f := &Figure{height: mapHeight, right: barRoom}
	var all []float64
	for _, row := range m.Value {
		all = append(all, row...)
	}
	t := newTint(all, m.Name)
	colours := make([][]color.Color, len(m.Value))
	for j, row := range m.Value {
		colours[j] = make([]color.Color, len(row))
		for i, v := range row {
			if colours[j][i] = t.of(v); colours[j][i] == nil && len(f.key) == 0 {
				f.key = append(f.key, keyEntry{name: noValue, fill: pale})
			}
		}
	}
	if _, logs := t.scale.Tick.Marker.(logTicks); logs && spanOf(all).low < math.Pow(10, t.scale.Min) {
		f.Notes = append(f.Notes, "The scale of the colours is logarithmic; what is too small for it has the lowest colour.")
	}
	p := panel()
	p.Add(newCells(p, m.X, m.Y, colours), t)
	if spanOf(all).empty() {
		p.Add(remark{"There is none at any point."})
	}
	f.panels = [][]*plot.Plot{{p}}
	return f
}

// Figure draws the map.
func (o Outcomes) Figure() *Figure {
	f := &Figure{height: mapHeight, right: barRoom}
	colours, seen := make([][]color.Color, len(o.What)), map[string]bool{}
	for j, row := range o.What {
		colours[j] = make([]color.Color, len(row))
		for i, name := range row {
			seen[name] = true
			for _, one := range outcomes {
				if one.name == name {
					colours[j][i] = one.colour
				}
			}
		}
	}
	if f.key = outcomeKey(seen); len(f.key) > 6 {
		f.right = 0 // the names need the width
	}
	p := panel()
	p.Add(newCells(p, o.X, o.Y, colours))
	f.panels = [][]*plot.Plot{{p}}
	return f
}

// outcomeKey names the colours of the outcomes seen.
func outcomeKey(seen map[string]bool) (key []keyEntry) {
	for _, one := range outcomes {
		if seen[one.name] {
			key = append(key, keyEntry{name: one.name, fill: one.colour})
		}
	}
	if seen[""] {
		key = append(key, keyEntry{name: noValue, fill: pale})
	}
	return key
}

// axis makes an axis carry a scan, out to the edges of its cells, and returns the edges.
func (s Scan) axis(a *plot.Axis) []float64 {
	a.Label.Text = s.Name
	at := slices.Clone(s.Values)
	if s.Log {
		for k := range at {
			at[k] = math.Log10(at[k])
		}
	}
	n := len(at)
	edges := make([]float64, n+1)
	for k := 1; k < n; k++ {
		edges[k] = (at[k-1] + at[k]) / 2
	}
	if edges[0], edges[n] = at[0]-0.5, at[0]+0.5; n > 1 {
		edges[0], edges[n] = at[0]-(at[1]-at[0])/2, at[n-1]+(at[n-1]-at[n-2])/2
	}
	a.Min, a.Max = min(edges[0], edges[n]), max(edges[0], edges[n])
	if s.Log {
		a.Tick.Marker = logTicks{}
	}
	return edges
}

// cells fills rectangles between edges, which are in the coordinates of the axes.
type cells struct {
	x, y    []float64
	colours [][]color.Color // [y][x]; nil: no value
}

// newCells sets the axes of a panel and returns the cells on them.
func newCells(p *plot.Plot, x, y Scan, colours [][]color.Color) cells {
	return cells{x.axis(&p.X), y.axis(&p.Y), colours}
}

// Plot fills the cells. They overlap a little, so that no ground shows between them.
func (m cells) Plot(c draw.Canvas, p *plot.Plot) {
	const overlap = 0.3
	x, y := p.Transforms(&c)
	for j, row := range m.colours {
		for i, colour := range row {
			if colour == nil {
				colour = pale
			}
			left, right := min(x(m.x[i]), x(m.x[i+1])), min(max(x(m.x[i]), x(m.x[i+1]))+overlap, c.Max.X)
			low, high := min(y(m.y[j]), y(m.y[j+1])), min(max(y(m.y[j]), y(m.y[j+1]))+overlap, c.Max.Y)
			c.FillPolygon(colour, []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
		}
	}
}

// tint turns values into colours and draws the bar that says which.
type tint struct {
	name  string
	scale *plot.Axis // of the bar, linear or logarithmic
	shade []color.Color
}

// newTint returns colours for the finite values of a list, on a logarithmic scale where a linear one hides most of them.
func newTint(values []float64, name string) *tint {
	t := linearTint(spanOf(values), name)
	if spread(values) > logSpread && !(spanOf(values).low < 0) {
		decades(t.scale, values)
	}
	return t
}

// linearTint returns colours for the values of a range.
func linearTint(s span, name string) *tint {
	t := &tint{name: name, scale: new(plot.Axis), shade: make([]color.Color, tintLevels)}
	t.scale.Tick.Marker = linearTicks{6}
	between(t.scale, s)
	colours := moreland.Kindlmann()
	colours.SetMin(0)
	colours.SetMax(1)
	for k := range t.shade { // the ends are black and white
		t.shade[k], _ = colours.At(0.12 + 0.83*float64(k)/(tintLevels-1))
	}
	return t
}

// of returns the colour of a value, nil for none.
func (t *tint) of(v float64) color.Color {
	if k := t.level(v); k >= 0 {
		return t.shade[k]
	}
	return nil
}

// level returns which shade a value has, −1 for no value.
func (t *tint) level(v float64) int {
	if !finite(v) {
		return -1
	}
	part := scale(*t.scale, func(x float64) vg.Length { return vg.Length((x - t.scale.Min) / (t.scale.Max - t.scale.Min)) })(v)
	return int(math.Round(math.Max(0, math.Min(1, float64(part))) * (tintLevels - 1)))
}

// Plot draws the bar right of the panel.
func (t *tint) Plot(c draw.Canvas, _ *plot.Plot) {
	const space, wide, tick = vg.Length(12), vg.Length(11), vg.Length(3)
	left, right := c.Max.X+space, c.Max.X+space+wide
	height := c.Max.Y - c.Min.Y
	for k, colour := range t.shade {
		low := c.Min.Y + height*vg.Length(k)/tintLevels
		high := min(low+height/tintLevels+0.3, c.Max.Y)
		c.FillPolygon(colour, []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
	}
	line := solid(ink, 0.6)
	c.StrokeLines(line, []vg.Point{{X: left, Y: c.Min.Y}, {X: right, Y: c.Min.Y}, {X: right, Y: c.Max.Y}, {X: left, Y: c.Max.Y}, {X: left, Y: c.Min.Y}})
	sty := style(smallSize, ink)
	sty.XAlign, sty.YAlign = text.XLeft, -0.69
	widest := vg.Length(0)
	for _, x := range t.scale.Tick.Marker.Ticks(t.scale.Min, t.scale.Max) {
		at := c.Min.Y + height*vg.Length((x.Value-t.scale.Min)/(t.scale.Max-t.scale.Min))
		if at < c.Min.Y-0.01 || at > c.Max.Y+0.01 || x.IsMinor() {
			continue
		}
		c.StrokeLine2(line, right, at, right+tick, at)
		c.FillText(sty, vg.Point{X: right + tick + 2, Y: at}, x.Label)
		widest = max(widest, sty.Width(x.Label))
	}
	label := style(textSize, ink)
	label.Rotation, label.YAlign = math.Pi/2, text.YTop
	c.FillText(label, vg.Point{X: right + tick + widest + 6, Y: c.Center().Y}, t.name)
}
