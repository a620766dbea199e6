package plot

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// curve is a line through points; a value that is not finite interrupts it. It
// is clipped to the axes.
type curve struct {
	x, y []float64
	line draw.LineStyle
	dots vg.Length // radius of a dot at each point, 0: none
}

// Plot draws the curve.
func (l curve) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := scales(&c, p)
	var part []vg.Point
	stroke := func() {
		c.StrokeLines(l.line, c.ClipLinesXY(part)...)
		part = nil
	}
	for i := range l.x {
		if !finite(l.x[i]) || !finite(l.y[i]) {
			stroke()
			continue
		}
		pt := vg.Point{X: x(l.x[i]), Y: y(l.y[i])}
		part = append(part, pt)
		if l.dots > 0 && c.Contains(pt) {
			c.DrawGlyph(draw.GlyphStyle{Color: l.line.Color, Radius: l.dots, Shape: draw.CircleGlyph{}}, pt)
		}
	}
	stroke()
}

// band fills the strip between low and high, clipped to the axes.
type band struct {
	x, low, high []float64
	fill         color.Color
}

// Plot fills the band, piece by piece where values are absent.
func (b band) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := scales(&c, p)
	for i := 0; i < len(b.x); {
		j := i
		for j < len(b.x) && finite(b.x[j]) && finite(b.low[j]) && finite(b.high[j]) {
			j++
		}
		var outline []vg.Point
		for k := i; k < j; k++ {
			outline = append(outline, vg.Point{X: x(b.x[k]), Y: y(b.high[k])})
		}
		for k := j - 1; k >= i; k-- {
			outline = append(outline, vg.Point{X: x(b.x[k]), Y: y(b.low[k])})
		}
		if len(outline) > 2 {
			c.FillPolygon(b.fill, c.ClipPolygonXY(outline))
		}
		i = j + 1
	}
}

// bars are the columns of a histogram, from the foot of the axis.
type bars struct {
	edges, heights []float64
	fill           color.Color
	line           draw.LineStyle // along the top; Width 0: none
}

// Plot draws the columns as one outline; an absent one has no height.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	if len(b.heights) == 0 {
		return
	}
	x, y := scales(&c, p)
	foot := c.Min.Y
	last := len(b.heights)
	outline := []vg.Point{{X: x(b.edges[0]), Y: foot}}
	for i, h := range b.heights {
		top := foot
		if finite(h) {
			top = y(h)
		}
		outline = append(outline, vg.Point{X: x(b.edges[i]), Y: top}, vg.Point{X: x(b.edges[i+1]), Y: top})
	}
	outline = append(outline, vg.Point{X: x(b.edges[last]), Y: foot})
	c.FillPolygon(b.fill, c.ClipPolygonXY(outline))
	if b.line.Width > 0 {
		c.StrokeLines(b.line, c.ClipLinesXY(outline)...)
	}
}

// whiskers are vertical error bars.
type whiskers struct {
	x, low, high []float64
	line         draw.LineStyle
}

// Plot draws the bars, clipped to the axes.
func (w whiskers) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := scales(&c, p)
	for i := range w.x {
		if finite(w.x[i]) && finite(w.low[i]) && finite(w.high[i]) {
			c.StrokeLines(w.line, c.ClipLinesXY([]vg.Point{{X: x(w.x[i]), Y: y(w.low[i])}, {X: x(w.x[i]), Y: y(w.high[i])}})...)
		}
	}
}

// upright is a vertical line across the panel with a name at its top.
type upright struct {
	x    float64
	name string // may be empty
	line draw.LineStyle
	down vg.Length // lowers the name
	left bool      // the name stands left of the line
}

// Plot draws the line and its name, on the other side where there is no room.
func (u upright) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := scales(&c, p)
	at := x(u.x)
	if !c.ContainsX(at) {
		return
	}
	c.StrokeLine2(u.line, at, c.Min.Y, at, c.Max.Y)
	sty := style(smallSize, u.line.Color)
	sty.XAlign, sty.YAlign = text.XLeft, text.YTop
	left := u.left && at-3-sty.Width(u.name) > c.Min.X || at+3+sty.Width(u.name) > c.Max.X
	if left {
		sty.XAlign = text.XRight
		at -= 6
	}
	write(c, sty, vg.Point{X: at + 3, Y: c.Max.Y - 2 - u.down}, u.name)
}

// above is a vertical line across the panel with a name over its end; align
// shifts the name, so that those of neighbours keep apart.
type above struct {
	x     float64
	name  string
	line  draw.LineStyle
	align text.XAlignment
}

// Plot draws the line and its name.
func (a above) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := scales(&c, p)
	at := x(a.x)
	if !c.ContainsX(at) {
		return
	}
	c.StrokeLine2(a.line, at, c.Min.Y, at, c.Max.Y)
	sty := style(smallSize, a.line.Color)
	sty.XAlign, sty.YAlign = a.align, text.YBottom
	c.FillText(sty, vg.Point{X: at, Y: c.Max.Y + 1}, a.name)
}

// heading names a panel above its left corner.
type heading struct{ text string }

// Plot draws the name.
func (h heading) Plot(c draw.Canvas, _ *plot.Plot) {
	sty := style(textSize, ink)
	sty.XAlign, sty.YAlign = text.XLeft, text.YBottom
	c.FillText(sty, vg.Point{X: c.Min.X + 2, Y: c.Max.Y + 1}, h.text)
}

// remark stands in the middle of a panel that has nothing to show.
type remark struct{ text string }

// Plot draws the text.
func (r remark) Plot(c draw.Canvas, _ *plot.Plot) {
	write(c, style(textSize, grey), c.Center(), r.text)
}

// write puts text on a pale ground, so that it can be read over dots and lines.
func write(c draw.Canvas, sty text.Style, at vg.Point, txt string) {
	if txt == "" {
		return
	}
	w, h := sty.Width(txt), sty.Height(txt)
	x, y := at.X+vg.Length(sty.XAlign)*w, at.Y+vg.Length(sty.YAlign)*h
	c.FillPolygon(faint(white, 215), []vg.Point{{X: x - 1, Y: y}, {X: x + w + 1, Y: y}, {X: x + w + 1, Y: y + h}, {X: x - 1, Y: y + h}})
	c.FillText(sty, at, txt)
}

// level is a horizontal line across the panel with a name at its right end.
type level struct {
	y    float64
	name string
	line draw.LineStyle
	side text.YAlignment // of the name
}

// Plot draws the line, and the name right of the panel.
func (l level) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := scales(&c, p)
	at := y(l.y)
	if !c.ContainsY(at) {
		return
	}
	c.StrokeLine2(l.line, c.Min.X, at, c.Max.X, at)
	sty := style(smallSize, l.line.Color)
	sty.XAlign, sty.YAlign = text.XLeft, l.side
	c.FillText(sty, vg.Point{X: c.Max.X + 3, Y: at}, l.name)
}

func dashed(c color.Color, w vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: w, Dashes: []vg.Length{3, 2}}
}

func dotted(c color.Color) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: 0.7, Dashes: []vg.Length{1, 1.6}}
}

func solid(c color.Color, w vg.Length) draw.LineStyle { return draw.LineStyle{Color: c, Width: w} }
