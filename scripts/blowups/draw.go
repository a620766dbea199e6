package main

import (
	"fmt"
	"image/color"
	"math"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Colours that remain apart for the colour-blind (Okabe and Ito 2008).
var (
	blue       = color.NRGBA{0x00, 0x72, 0xB2, 0xFF} // networks
	vermillion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF} // the mean field
)

// draw writes a PNG: two quantities against N over the densities right after the
// first jump and later.
func (r *result) draw(file string) error {
	second := r.rows[1]
	if r.jumps > 1 {
		second = r.find("interval to jump 2")
	}
	largest := r.crowds[len(r.crowds)-1]
	panels := [][]*plot.Plot{
		{r.against(r.rows[0]), r.against(second)},
		{
			r.densities(largest, "density right after the jump", false, func(p passage) portrait { return p.after }),
			r.densities(largest, fmt.Sprintf("density %g later", r.later), true, func(p passage) portrait { return p.later }),
		},
	}
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(20*vg.Centimeter, 15*vg.Centimeter), vgimg.UseDPI(120))}
	tiles := draw.Tiles{Rows: 2, Cols: 2, PadX: 12, PadY: 12, PadTop: 6, PadBottom: 4, PadLeft: 4, PadRight: 10}
	for i, row := range plot.Align(panels, tiles, draw.New(canvas)) {
		for j, c := range row {
			panels[i][j].Draw(c)
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if _, err := canvas.WriteTo(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// find returns the row of that name.
func (r *result) find(name string) row {
	for _, one := range r.rows {
		if one.name == name {
			return one
		}
	}
	panic("blowups: no quantity " + name)
}

// bars are values with errors, as gonum/plot wants them.
type bars struct {
	plotter.XYs
	plotter.YErrors
}

// against draws a quantity against the number of neurons.
func (r *result) against(one row) *plot.Plot {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "neurons N", one.name
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{}
	var b bars
	for _, e := range one.estimates {
		b.XYs = append(b.XYs, plotter.XY{X: e.n, Y: e.value})
		b.YErrors = append(b.YErrors, struct{ Low, High float64 }{2 * e.se, 2 * e.se})
	}
	first, last := one.estimates[0].n, one.estimates[len(one.estimates)-1].n
	p.X.Min, p.X.Max = first/2, 2*last
	dots, _ := plotter.NewScatter(b.XYs)
	dots.GlyphStyle = draw.GlyphStyle{Color: blue, Radius: 2.5, Shape: draw.CircleGlyph{}}
	whiskers, _ := plotter.NewYErrorBars(b)
	whiskers.LineStyle.Color = blue
	level, _ := plotter.NewLine(plotter.XYs{{X: first / 2, Y: one.expected}, {X: 2 * last, Y: one.expected}})
	level.LineStyle = draw.LineStyle{Color: vermillion, Width: 1.2}
	p.Add(plotter.NewGrid(), level, whiskers, dots)
	p.Legend.Add("networks, ± 2 standard errors", dots)
	p.Legend.Add("mean field", level)
	if f := one.fit; f.resolved {
		var xy plotter.XYs
		for k := range 101 {
			n := first * math.Pow(last/first, float64(k)/100)
			xy = append(xy, plotter.XY{X: n, Y: f.limit + f.slope*math.Pow(n, -f.gamma)})
		}
		curve, _ := plotter.NewLine(xy)
		curve.LineStyle = draw.LineStyle{Color: blue, Width: 0.8, Dashes: []vg.Length{3, 2}}
		p.Add(curve)
		p.Legend.Add(fmt.Sprintf("fit, N^−%.2f", f.gamma), curve)
	}
	p.Legend.Top = one.estimates[0].value > one.expected
	return p
}

// densities draws the density averaged over networks as steps and that of the mean field.
func (r *result) densities(c crowd, name string, left bool, of func(passage) portrait) *plot.Plot {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "potential v", name
	edges := r.edges()
	mean := make([]float64, len(edges)-1)
	for _, one := range c.passages {
		for k, n := range of(one).density {
			mean[k] += n / float64(len(c.passages))
		}
	}
	expected := of(r.field).density
	p.X.Max = edges[len(edges)-1]
	for k := range mean {
		if p.X.Min = edges[k]; mean[k]+expected[k] > 1e-3 {
			break
		}
	}
	ours, theirs := steps(edges, mean), steps(edges, expected)
	ours.LineStyle = draw.LineStyle{Color: blue, Width: 2.2}
	theirs.LineStyle = draw.LineStyle{Color: vermillion, Width: 1, Dashes: []vg.Length{4, 2}}
	low := p.X.Min
	p.Add(plotter.NewGrid(), ours, theirs)
	p.X.Min = low
	p.Legend.Add(fmt.Sprintf("%d networks of %d", len(c.passages), c.neurons), ours)
	p.Legend.Add("mean field, same bins", theirs)
	p.Legend.Top, p.Legend.Left = true, left
	p.Y.Max *= 1.15
	return p
}

// steps is the outline of a histogram.
func steps(edges, heights []float64) *plotter.Line {
	var xy plotter.XYs
	for k, h := range heights {
		xy = append(xy, plotter.XY{X: edges[k], Y: h}, plotter.XY{X: edges[k+1], Y: h})
	}
	line, _ := plotter.NewLine(xy)
	return line
}
