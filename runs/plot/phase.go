package plot

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Phase is the way of a system of two quantities through their plane.
type Phase struct {
	X, Y               string    // labels
	MeanX, MeanY       []float64 // of the mean field, in order of time
	NetworkX, NetworkY []float64 // of the network at the snapshots
	SEX, SEY           []float64 // their standard errors
}

// maxSteps bounds the points that are drawn.
const maxSteps = 4000

// Figure draws the way of the mean field with arrows along it and a ring where it starts, and the network as dots with ± 2
// standard errors both ways.
func (d Phase) Figure() *Figure {
	f := &Figure{}
	p := panel()
	p.X.Label.Text, p.Y.Label.Text = d.X, d.Y
	spread := func(a *plot.Axis, lists ...[]float64) {
		s := spanOf(lists...)
		pad := 0.06 * (s.high - s.low)
		between(a, span{s.low - pad, s.high + pad})
	}
	left, right := ends(d.NetworkX, d.SEX)
	low, high := ends(d.NetworkY, d.SEY)
	spread(&p.X, d.MeanX, left, right)
	spread(&p.Y, d.MeanY, low, high)
	network := !spanOf(d.NetworkX).empty()
	if each := len(d.MeanX)/maxSteps + 1; len(d.MeanX) > 0 {
		p.Add(curve{x: every(d.MeanX, each), y: every(d.MeanY, each), line: solid(vermillion, 1.3)}, arrows{d.MeanX, d.MeanY})
	}
	if network {
		p.Add(whiskers{d.NetworkX, low, high, solid(blue, 1)}, across{d.NetworkY, left, right, solid(blue, 1)},
			curve{x: d.NetworkX, y: d.NetworkY, line: solid(blue, 0), dots: 1.8})
	}
	f.key = sidesKey(network, len(d.MeanX) > 0, nil)
	f.panels = [][]*plot.Plot{{p}}
	f.shaped(0.62)
	return f
}

// ends returns values less and plus two standard errors.
func ends(values, se []float64) (low, high []float64) {
	for i, v := range values {
		e := 0.0
		if i < len(se) && finite(se[i]) {
			e = 2 * se[i]
		}
		low, high = append(low, v-e), append(high, v+e)
	}
	return low, high
}

// across are horizontal error bars.
type across struct {
	y, left, right []float64
	line           draw.LineStyle
}

// Plot draws the bars, clipped to the axes.
func (w across) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := scales(&c, p)
	for i := range w.y {
		if finite(w.y[i]) && finite(w.left[i]) && finite(w.right[i]) {
			c.StrokeLines(w.line, c.ClipLinesXY([]vg.Point{{X: x(w.left[i]), Y: y(w.y[i])}, {X: x(w.right[i]), Y: y(w.y[i])}})...)
		}
	}
}

// arrows are heads along a curve that tell its direction, and a ring at its start.
type arrows struct{ x, y []float64 }

// Plot draws a head after each third of the panel's width along the curve, six at most.
func (a arrows) Plot(c draw.Canvas, p *plot.Plot) {
	const most, size = 6, vg.Length(3.4)
	x, y := scales(&c, p)
	each, gone := float64(c.Size().X)/3, 0.0
	c.DrawGlyph(draw.GlyphStyle{Color: vermillion, Radius: 3, Shape: draw.RingGlyph{}}, vg.Point{X: x(a.x[0]), Y: y(a.y[0])})
	for i, drawn := 1, 0; i < len(a.x) && drawn < most; i++ {
		dx, dy := float64(x(a.x[i])-x(a.x[i-1])), float64(y(a.y[i])-y(a.y[i-1]))
		length := math.Hypot(dx, dy)
		if gone += length; gone < each || length == 0 {
			continue
		}
		gone, drawn = 0, drawn+1
		tip := vg.Point{X: x(a.x[i]), Y: y(a.y[i])}
		ux, uy := vg.Length(dx/length)*size, vg.Length(dy/length)*size
		c.FillPolygon(vermillion, []vg.Point{{X: tip.X + ux, Y: tip.Y + uy}, {X: tip.X - ux - uy*0.8, Y: tip.Y - uy + ux*0.8},
			{X: tip.X - ux + uy*0.8, Y: tip.Y - uy - ux*0.8}})
	}
}
