package main

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

var colours = []color.Color{
	color.RGBA{R: 0x1f, G: 0x5f, B: 0xa8, A: 0xff}, color.RGBA{R: 0x2a, G: 0x8c, B: 0x4a, A: 0xff},
	color.RGBA{R: 0xc4, G: 0x4e, B: 0x20, A: 0xff}, color.RGBA{R: 0x7a, G: 0x7a, B: 0x7a, A: 0xff},
}

var shapes = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.TriangleGlyph{}, draw.PyramidGlyph{}}

// figure draws error against time on logarithmic axes and saves it.
func figure(all []series, file string) error {
	p := plot.New()
	p.Title.Text = "NNLIF, b = 0.5 to t = 5: error of N(t) against time of one core"
	p.X.Label.Text = "time, set-up included (ms)"
	p.Y.Label.Text = "largest relative error of N at t = 0.05 … 5"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: 1}, plot.LogTicks{Prec: 1}
	p.Legend.Top = true
	p.Legend.Padding = vg.Points(3)
	p.Add(plotter.NewGrid())
	for k, s := range all {
		var xy plotter.XYs
		for _, q := range s.points {
			xy = append(xy, plotter.XY{X: 1000 * q.seconds, Y: q.error})
		}
		line, dots, err := plotter.NewLinePoints(xy)
		if err != nil {
			return err
		}
		line.Color, dots.Color, dots.Shape = colours[k], colours[k], shapes[k]
		line.Width, dots.Radius = vg.Points(1.5), vg.Points(3.5)
		p.Add(line, dots)
		p.Legend.Add(s.name, line, dots)
	}
	return p.Save(20*vg.Centimeter, 13*vg.Centimeter, file)
}
