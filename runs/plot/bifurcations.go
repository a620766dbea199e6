package plot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Stability of a point of a branch.
type Stability int

// The three answers.
const (
	Undecided Stability = iota
	Stable
	Unstable
)

// Curve is a branch of steady states in order along it. A point where the branch turns
// may be Undecided: it takes the style of its neighbour.
type Curve struct {
	Value, Rate []float64
	Stability   []Stability
}

// Mark is a bifurcation point.
type Mark struct{ Value, Rate, Period float64 }

// Bifurcations is the diagram of steady states over a parameter.
type Bifurcations struct {
	Parameter string  // name and symbol
	From, To  float64 // the range of the parameter
	Log       bool    // whether the parameter was spaced by ratios
	Curves    []Curve
	Folds     []Mark
	Hopfs     []Mark // with periods
}

// A rate whose range is wider than this many decades has a logarithmic axis.
const linearDecades = 2.5

var styles = map[Stability]draw.LineStyle{
	Stable: solid(blue, 1.5), Unstable: dashed(vermillion, 1.2), Undecided: dotted(grey),
}

// Figure draws the rate against the parameter: stable states solid, unstable ones dashed, those whose stability
// is not known dotted; folds as dots, Hopf points as diamonds, with their values.
func (b Bifurcations) Figure() *Figure {
	f := &Figure{height: 11 * vg.Centimeter}
	p := panel()
	p.X.Label.Text, p.Y.Label.Text = b.Parameter, "steady firing rate N"
	var rates []float64
	seen := map[Stability]bool{}
	for _, c := range b.Curves {
		rates = append(rates, c.Rate...)
	}
	b.axes(p, f, spanOf([]float64{b.From, b.To}), rates)
	for _, c := range b.Curves {
		for _, part := range c.parts() {
			seen[part.stability] = true
			p.Add(curve{x: part.x, y: part.y, line: styles[part.stability]})
		}
	}
	for k, name := range []string{"stability not known", "stable", "unstable"} {
		if seen[Stability(k)] {
			f.key = append(f.key, keyEntry{name: name, line: styles[Stability(k)]})
		}
	}
	for k, m := range b.Folds {
		p.Add(spot{at: m, name: marked(k, "fold "+precise(m.Value)), colour: ink, shape: draw.CircleGlyph{}})
	}
	for k, m := range b.Hopfs {
		p.Add(spot{at: m, name: marked(k, fmt.Sprintf("Hopf %s, T = %s", precise(m.Value), short(m.Period))), colour: purple, shape: draw.BoxGlyph{}})
	}
	f.panels = [][]*plot.Plot{{p}}
	return f
}

// marked returns a name for the first few points only: more would hide each other.
func marked(k int, name string) string {
	if k < 3 {
		return name
	}
	return ""
}

// precise writes six significant digits.
func precise(v float64) string { return minus(fmt.Sprintf("%.6g", v)) }

// axes chooses linear or logarithmic axes.
func (b Bifurcations) axes(p *plot.Plot, f *Figure, values span, rates []float64) {
	if b.Log && values.low > 0 {
		logarithmic(&p.X, values.low, values.high)
	} else {
		between(&p.X, values)
	}
	s := spanOf(positive(rates))
	if s.empty() || s.high <= s.low*math.Pow(10, linearDecades) {
		fromZero(&p.Y, s.high)
		return
	}
	low := math.Max(s.low, s.high*1e-30)
	if low > s.low || len(positive(rates)) < len(rates) {
		f.Notes = append(f.Notes, "Rates too small for the axis lie on its foot.")
	}
	logarithmic(&p.Y, low/1.4, s.high*1.4)
}

// stretch is a part of a curve of one style.
type stretch struct {
	x, y      []float64
	stability Stability
}

// parts cuts a curve where its stability changes; a segment between a stable point and another one
// has the style of the other one, unless that is a point where the branch turns.
func (c Curve) parts() (list []stretch) {
	for k := 0; k+1 < len(c.Value); k++ {
		a, b := c.Stability[k], c.Stability[k+1]
		s := b
		switch {
		case b == Undecided || a == Unstable:
			s = a
		case a == Undecided:
			s = b
		}
		if n := len(list); n == 0 || list[n-1].stability != s {
			list = append(list, stretch{x: c.Value[k : k+1 : k+1], y: c.Rate[k : k+1 : k+1], stability: s})
		}
		last := &list[len(list)-1]
		last.x, last.y = append(last.x, c.Value[k+1]), append(last.y, c.Rate[k+1])
	}
	if len(c.Value) == 1 {
		list = append(list, stretch{c.Value, c.Rate, c.Stability[0]})
	}
	return list
}

// spot is a marked point with its name beside it.
type spot struct {
	at     Mark
	name   string
	colour color.NRGBA
	shape  draw.GlyphDrawer
}

// Plot draws the point, its name right of it or, where there is no room, left.
func (s spot) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := scales(&c, p)
	at := vg.Point{X: x(s.at.Value), Y: y(s.at.Rate)}
	if !c.Contains(at) {
		return
	}
	c.DrawGlyph(draw.GlyphStyle{Color: s.colour, Radius: 3, Shape: s.shape}, at)
	sty := style(smallSize, s.colour)
	sty.XAlign, sty.YAlign = text.XLeft, text.YCenter
	shift := vg.Length(6)
	if at.X+shift+sty.Width(s.name) > c.Max.X {
		sty.XAlign, shift = text.XRight, -shift
	}
	write(c, sty, vg.Point{X: at.X + shift, Y: at.Y}, s.name)
}
