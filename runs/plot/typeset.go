package plot

import (
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// typeset is a text handler for one line with indices: in "V_{F}" the F is set
// small and low, in "10^{-3}" the −3 small and high.
type typeset struct{ plain text.Handler }

var typesetter = typeset{plot.DefaultTextHandler}

// Sizes of an index, relative to the font.
const (
	indexSize  = 0.72
	indexDrop  = -0.18
	indexRaise = 0.38
)

type run struct {
	text  string
	shift float64 // of the baseline, in font sizes
}

// runs cuts marked-up text where the baseline changes.
func runs(txt string) []run {
	var out []run
	for txt != "" {
		at := strings.Index(txt, "_{")
		if up := strings.Index(txt, "^{"); at < 0 || up >= 0 && up < at {
			at = up
		}
		if at < 0 {
			return append(out, run{txt, 0})
		}
		if at > 0 {
			out = append(out, run{txt[:at], 0})
		}
		shift := indexDrop
		if txt[at] == '^' {
			shift = indexRaise
		}
		body, rest, _ := strings.Cut(txt[at+2:], "}")
		out = append(out, run{body, shift})
		txt = rest
	}
	return out
}

func (r run) font(base font.Font) font.Font {
	if r.shift != 0 {
		base.Size *= indexSize
	}
	return base
}

// Cache returns the fonts.
func (t typeset) Cache() *font.Cache { return t.plain.Cache() }

// Extents returns the extents of a font.
func (t typeset) Extents(f font.Font) font.Extents { return t.plain.Extents(f) }

// Lines returns the text: there is one line.
func (t typeset) Lines(txt string) []string { return []string{txt} }

// Box returns width, height above and depth below the baseline.
func (t typeset) Box(txt string, f font.Font) (width, height, depth vg.Length) {
	e := t.Extents(f)
	for _, r := range runs(txt) {
		face := t.Cache().Lookup(r.font(f), r.font(f).Size)
		width += face.Width(r.text)
	}
	return width, e.Ascent, e.Descent
}

// Draw draws the text with the alignment and rotation of its style.
func (t typeset) Draw(c vg.Canvas, txt string, sty text.Style, pt vg.Point) {
	c.SetColor(sty.Color)
	if sty.Rotation != 0 {
		c.Push()
		defer c.Pop()
		c.Rotate(sty.Rotation)
	}
	sin, cos := math.Sincos(sty.Rotation)
	s, k := vg.Length(sin), vg.Length(cos)
	pt.X, pt.Y = pt.Y*s+pt.X*k, pt.Y*k-pt.X*s
	width, height, depth := t.Box(txt, sty.Font)
	pt.X += vg.Length(sty.XAlign) * width
	pt.Y += vg.Length(sty.YAlign)*(height+depth) + depth
	for _, r := range runs(txt) {
		f := r.font(sty.Font)
		face := t.Cache().Lookup(f, f.Size)
		c.FillString(face, vg.Point{X: pt.X, Y: pt.Y + vg.Length(r.shift)*sty.Font.Size}, r.text)
		pt.X += face.Width(r.text)
	}
}
