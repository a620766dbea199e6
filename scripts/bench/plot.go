package main

import (
	"image/color"
	"log"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// exactError is the relative error of the rate of the scheme itself, N → ∞, by
// quadrature: go test ./network -run TestSteadyErrorWithKicks -v.
var exactError = map[float64]float64{0.2: 1.5e-5, 0.1: 2.7e-6}

// diagram draws the error of the rate against its cost. What a run does not resolve is
// drawn hollow, at twice its standard error; below it what quadrature knows.
func diagram(file string, ours, plain, shifted []result) {
	p := plot.New()
	p.Title.Text = "Stationary rate, b = 0.5: error against cost, one core"
	p.X.Label.Text = "cost, ns per neuron and unit of time"
	p.Y.Label.Text = "relative error of the rate"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	p.Add(plotter.NewGrid())
	p.Title.Padding, p.Legend.Padding = vg.Points(6), vg.Points(3)
	curve(p, "Lapicque, scheme bridge", color.RGBA{0x1b, 0x6c, 0xa8, 255}, ours)
	curve(p, "Euler in C, threshold shifted", color.RGBA{0x2e, 0x8b, 0x57, 255}, shifted)
	curve(p, "Euler in C", color.RGBA{0xc2, 0x3b, 0x22, 255}, plain)
	var known []result
	for _, r := range ours {
		if e, ok := exactError[r.dt]; ok {
			known = append(known, result{dt: r.dt, cost: r.cost, err: e})
		}
	}
	curve(p, "Lapicque, N → ∞, by quadrature", color.RGBA{0x7f, 0xb2, 0xe5, 255}, known)
	hollow, err := plotter.NewScatter(plotter.XYs{{X: ours[0].cost, Y: ours[0].shown()}})
	if err != nil {
		log.Fatal(err)
	}
	hollow.GlyphStyle = draw.GlyphStyle{Radius: vg.Points(4), Shape: draw.RingGlyph{}}
	p.Legend.Add("hollow: below noise, two standard errors", hollow)
	if err := p.Save(18*vg.Centimeter, 12*vg.Centimeter, file); err != nil {
		log.Fatal(err)
	}
}

// shown returns the error, where it is resolved.
func (r result) shown() float64 { return max(math.Abs(r.err), 2*r.se) }

func curve(p *plot.Plot, name string, c color.Color, results []result) {
	points := make(plotter.XYs, len(results))
	for k, r := range results {
		points[k] = plotter.XY{X: r.cost, Y: r.shown()}
	}
	line, marks, err := plotter.NewLinePoints(points)
	if err != nil {
		log.Fatal(err)
	}
	line.Color = c
	marks.GlyphStyleFunc = func(k int) draw.GlyphStyle {
		style := draw.GlyphStyle{Color: c, Radius: vg.Points(4), Shape: draw.CircleGlyph{}}
		if math.Abs(results[k].err) < 2*results[k].se {
			style.Shape = draw.RingGlyph{}
		}
		return style
	}
	p.Add(marks)
	if resolved(results) {
		p.Add(line)
	}
	p.Legend.Add(name, line)
}

// resolved reports whether most of the errors stand out of the noise.
func resolved(results []result) bool {
	n := 0
	for _, r := range results {
		if math.Abs(r.err) >= 2*r.se {
			n++
		}
	}
	return 2*n > len(results)
}
