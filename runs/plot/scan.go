package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Course is a quantity along a scan.
type Course struct {
	Name         string
	Value, Error []float64 // NaN where there is none; Error may be nil
}

// Courses is quantities along one parameter, under each other, with what happens at each value.
type Courses struct {
	X    Scan
	List []Course
	What []string // outcomes as in Outcomes
}

// Figure draws a panel a quantity; dots have the colour of the outcome.
func (s Courses) Figure() *Figure {
	f := &Figure{height: 28.35 * (1.8 + 5.2*lengthOf(len(s.List))), right: 4}
	seen := map[string]bool{}
	for _, name := range s.What {
		seen[name] = true
	}
	f.key = outcomeKey(seen)
	for k, one := range s.List {
		p := panel()
		s.X.axis(&p.X)
		if k < len(s.List)-1 {
			bare(&p.X)
		}
		p.Y.Label.Text = one.Name
		low, high := one.bounds()
		if spread(one.Value) > logSpread && !(spanOf(one.Value).low < 0) && decades(&p.Y, one.Value) {
			f.Notes = append(f.Notes, "A logarithmic axis has values that are too small for it on its foot.")
		} else {
			s := spanOf(low, high)
			pad := 0.06 * (s.high - s.low)
			between(&p.Y, span{s.low - pad, s.high + pad})
		}
		p.Add(whiskers{s.X.Values, low, high, solid(grey, 0.8)})
		p.Add(curve{x: s.X.Values, y: one.Value, line: solid(grey, 0.8)}, s.dots(one))
		if spanOf(one.Value).empty() {
			p.Add(remark{"There is none at any value."})
		}
		f.panels = append(f.panels, []*plot.Plot{p})
	}
	return f
}

// bounds returns the ends of the error bars.
func (c Course) bounds() (low, high []float64) {
	for k, v := range c.Value {
		e := 0.0
		if c.Error != nil && finite(c.Error[k]) {
			e = c.Error[k]
		}
		low, high = append(low, v-e), append(high, v+e)
	}
	return low, high
}

// dots returns the points of a course in the colours of their outcomes.
func (s Courses) dots(c Course) coloured {
	d := coloured{x: s.X.Values, y: c.Value}
	for _, name := range s.What {
		at := color.Color(pale)
		for _, one := range outcomes {
			if one.name == name {
				at = one.colour
			}
		}
		d.fill = append(d.fill, at)
	}
	return d
}

// coloured is points each of its own colour.
type coloured struct {
	x, y []float64
	fill []color.Color
}

// Plot draws the points, the smaller the more there are.
func (d coloured) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := scales(&c, p)
	radius := vg.Length(math.Max(1.2, math.Min(2.6, 120/float64(len(d.x)))))
	for k := range d.x {
		if !finite(d.y[k]) {
			continue
		}
		at := vg.Point{X: x(d.x[k]), Y: y(d.y[k])}
		c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: radius + 0.4, Shape: draw.CircleGlyph{}}, at)
		c.DrawGlyph(draw.GlyphStyle{Color: d.fill[k], Radius: radius, Shape: draw.CircleGlyph{}}, at)
	}
}
