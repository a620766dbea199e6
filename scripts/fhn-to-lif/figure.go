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

	"lapicque/compare"
)

// Colours that remain apart for the colour-blind (Okabe and Ito 2008), of the models in their order, the fitted LIF last.
var colours = []color.NRGBA{
	{0x00, 0x72, 0xB2, 0xFF}, {0x00, 0x9E, 0x73, 0xFF}, {0xE6, 0x9F, 0x00, 0xFF}, {0xD5, 0x5E, 0x00, 0xFF}, {0xCC, 0x79, 0xA7, 0xFF},
}

// figure writes a PNG with a row for each study: distances against ε, densities at the smallest ε.
func figure(file string, studies []study) error {
	var panels [][]*plot.Plot
	for _, s := range studies {
		panels = append(panels, []*plot.Plot{s.against(), s.densities()})
	}
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(25*vg.Centimeter, 20*vg.Centimeter), vgimg.UseDPI(110))}
	tiles := draw.Tiles{Rows: len(panels), Cols: 2, PadX: 14, PadY: 14, PadTop: 6, PadBottom: 4, PadLeft: 4, PadRight: 12}
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

// bars are values with intervals, as gonum/plot wants them.
type bars struct {
	plotter.XYs
	plotter.YErrors
}

// against draws W1 from each model over ε, with the slopes 2/3 and 2/5 and the level of chance.
func (s *study) against() *plot.Plot {
	p := plot.New()
	p.Title.Text = s.name
	p.X.Label.Text, p.Y.Label.Text = "separation of time scales ε", "W1 / mean"
	var ticks plot.ConstantTicks
	for _, r := range s.rows {
		ticks = append(ticks, plot.Tick{Value: r.epsilon, Label: fmt.Sprint(r.epsilon)})
	}
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, ticks
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, inside{}
	p.Add(plotter.NewGrid())
	top, bottom := 0.0, math.Inf(1)
	for k, colour := range colours {
		var b bars
		for _, r := range s.rows {
			d := r.distances[k].w1
			b.XYs = append(b.XYs, plotter.XY{X: r.epsilon, Y: d[0]})
			b.YErrors = append(b.YErrors, struct{ Low, High float64 }{d[0] - math.Max(math.Min(d[1], d[0]), d[0]/10), math.Max(d[2], d[0]) - d[0]})
			top, bottom = math.Max(top, d[0]), math.Min(bottom, d[0])
		}
		line, _ := plotter.NewLine(b.XYs)
		line.LineStyle = draw.LineStyle{Color: colour, Width: 1.4}
		if k == 1 { // next to the limit
			line.LineStyle.Dashes = []vg.Length{6, 6}
		}
		dots, _ := plotter.NewScatter(b.XYs)
		dots.GlyphStyle = draw.GlyphStyle{Color: colour, Radius: 2.5, Shape: draw.CircleGlyph{}}
		whiskers, _ := plotter.NewYErrorBars(b)
		whiskers.LineStyle.Color = colour
		p.Add(line, whiskers, dots)
		p.Legend.Add(s.names()[k], line, dots)
	}
	from, to := s.rows[len(s.rows)-1].epsilon, s.rows[0].epsilon
	low := s.rows[len(s.rows)-1].distances[0].w1[0]
	for k, power := range []float64{2. / 3, 2. / 5} {
		slope, _ := plotter.NewLine(plotter.XYs{{X: from, Y: low}, {X: to, Y: low * math.Pow(to/from, power)}})
		slope.LineStyle = draw.LineStyle{Color: color.Gray{0x60}, Width: 0.9, Dashes: []vg.Length{vg.Length(5 - 3*k), 3}}
		p.Add(slope)
		p.Legend.Add([]string{"slope 2/3", "slope 2/5"}[k], slope)
	}
	n := len(s.rows[0].intervals)
	chance := compare.CountingW1(s.models[0].density, n) / s.models[0].mean
	level, _ := plotter.NewLine(plotter.XYs{{X: from, Y: chance}, {X: to, Y: chance}})
	level.LineStyle = draw.LineStyle{Color: color.Gray{0x90}, Width: 0.9, Dashes: []vg.Length{1, 2}}
	p.Add(level)
	p.Legend.Add(fmt.Sprintf("chance, %d intervals", n), level)
	p.Y.Min, p.Y.Max = math.Min(bottom, chance)/300, top*1.6
	p.X.Min, p.X.Max = from/1.2, to*1.2
	p.Legend.Left = true
	p.Legend.TextStyle.Font.Size, p.Legend.Padding = 9, 1
	return p
}

// inside are the ticks of a logarithmic axis that lie on it: the label of another would take room.
type inside struct{}

// Ticks returns them.
func (inside) Ticks(low, high float64) (ticks []plot.Tick) {
	for _, one := range (plot.LogTicks{}).Ticks(low, high) {
		if one.Value >= low && one.Value <= high {
			ticks = append(ticks, one)
		}
	}
	return ticks
}

// names are those of the models in the order of the distances.
func (s *study) names() (names []string) {
	for _, m := range s.models {
		names = append(names, m.name)
	}
	return append(names, s.rows[0].fitted.name)
}

// densities draws the intervals at a middle and the smallest ε beside the limit and the LIF neurons.
func (s *study) densities() *plot.Plot {
	p := plot.New()
	p.Title.Text = s.name
	p.X.Label.Text, p.Y.Label.Text = "interspike interval, slow time", "density"
	p.Add(plotter.NewGrid())
	last := s.rows[len(s.rows)-1]
	middle := s.rows[len(s.rows)/2]
	high := middle.intervals[len(middle.intervals)*98/100]
	edges := make([]float64, 101)
	for k := range edges {
		edges[k] = high * float64(k) / 100
	}
	for k, r := range []row{middle, last} {
		line, _ := plotter.NewLine(outline(edges, compare.Histogram(r.intervals, edges)))
		line.LineStyle = draw.LineStyle{Color: color.Gray{uint8(0xB0 - 0x90*k)}, Width: 1}
		p.Add(line)
		p.Legend.Add(fmt.Sprintf("FitzHugh–Nagumo, ε = %g", r.epsilon), line)
	}
	for _, k := range []int{0, 3, 4} {
		m := append(append([]model(nil), s.models...), last.fitted)[k]
		var xy plotter.XYs
		for i, f := range m.density.Values {
			if x := (m.density.Edges[i] + m.density.Edges[i+1]) / 2; x < high {
				xy = append(xy, plotter.XY{X: x, Y: f})
			}
		}
		line, _ := plotter.NewLine(xy)
		line.LineStyle = draw.LineStyle{Color: colours[k], Width: 1.6}
		p.Add(line)
		p.Legend.Add(m.name, line)
	}
	p.Legend.Top = true
	p.Legend.TextStyle.Font.Size, p.Legend.Padding = 9, 1
	p.Y.Max *= 1.1
	return p
}

// outline is that of a histogram.
func outline(edges, heights []float64) (xy plotter.XYs) {
	for k, h := range heights {
		xy = append(xy, plotter.XY{X: edges[k], Y: h}, plotter.XY{X: edges[k+1], Y: h})
	}
	return xy
}
