package plot

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Colours that remain apart for the colour-blind (Okabe and Ito 2008).
var (
	blue       = color.NRGBA{0x00, 0x72, 0xB2, 0xFF} // the network
	vermillion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF} // the mean field
	purple     = color.NRGBA{0x8F, 0x4E, 0x8B, 0xFF} // blow-ups and macroscopic cascades
	white      = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
	ink        = color.NRGBA{0x22, 0x22, 0x22, 0xFF}
	grey       = color.NRGBA{0x8A, 0x8A, 0x8A, 0xFF}
	pale       = color.NRGBA{0xE4, 0xE4, 0xE4, 0xFF} // the grid
)

// palette colours excitatory, inhibitory and further populations.
var palette = []color.NRGBA{blue, vermillion, {0x00, 0x9E, 0x73, 0xFF}, {0xCC, 0x79, 0xA7, 0xFF}, {0xE6, 0x9F, 0x00, 0xFF}}

func faint(c color.NRGBA, alpha uint8) color.NRGBA {
	c.A = alpha
	return c
}

const (
	textSize  = vg.Length(9)
	smallSize = vg.Length(8)
	timeLabel = "time (membrane time constants)"
)

func style(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
		XAlign:  text.XCenter,
		YAlign:  text.YCenter,
		Handler: typesetter,
	}
}

// panel is an empty plot in the style of the package, with a grid.
func panel() *plot.Plot {
	p := plot.New()
	p.TextHandler = typesetter
	p.Title.TextStyle = style(textSize, ink)
	p.Title.TextStyle.YAlign = text.YTop
	p.Title.Padding = 3
	dress(&p.X)
	dress(&p.Y)
	p.X.Label.TextStyle.YAlign = text.YBottom
	p.X.Tick.Label.YAlign = text.YTop
	p.Y.Label.TextStyle.YAlign = text.YBottom
	p.Y.Tick.Label.XAlign = text.XRight
	p.Y.Tick.Label.YAlign = -0.69 // centred: gonum draws these labels a descent too high
	p.Add(grid{})
	return p
}

func dress(a *plot.Axis) {
	line := draw.LineStyle{Color: ink, Width: 0.6}
	a.Label.TextStyle = style(textSize, ink)
	a.Label.Padding = 3
	a.Tick.Label = style(smallSize, ink)
	a.Tick.LineStyle = line
	a.Tick.Length = 3
	a.Tick.Marker = linearTicks{5}
	a.LineStyle = line
	a.Padding = 0
}

// bare removes the labels of an axis that shares them with the panel below.
func bare(a *plot.Axis) {
	a.Label.Text = ""
	a.Label.TextStyle = style(0.1, color.Transparent) // the space between it and the ticks follows its size
	a.Tick.Label = style(0.1, color.Transparent)
	a.Tick.Length = 0
}

// grid draws thin lines at the labelled ticks.
type grid struct{}

// Plot draws the grid.
func (grid) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	line := draw.LineStyle{Color: pale, Width: 0.5}
	for _, t := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if !t.IsMinor() && t.Value > p.X.Min && t.Value <= p.X.Max {
			c.StrokeLine2(line, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
		}
	}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if !t.IsMinor() && t.Value > p.Y.Min && t.Value <= p.Y.Max {
			c.StrokeLine2(line, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}
