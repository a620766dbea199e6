package plot

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Side is a side of a rectangle: what it measures, and from where to where.
type Side struct {
	Label    string
	From, To float64
}

// Plane is a quantity over a rectangle, in equal cells.
type Plane struct {
	Title  string
	Value  [][]float64 // [y][x], the lowest row first; NaN where there is none; empty: the place remains free
	X, Y   Side
	Disk   bool      // a round picture, which keeps its shape and has no axes
	Levels []float64 // dashed lines across, at these heights
}

// Planes is pictures of one quantity in rows, with bars that say which colour is which value. Rows
// share the scale of the colours unless their ranges differ much; planes of one row always do.
type Planes struct {
	Name  string    // of the quantity, with its unit
	Rows  [][]Plane // from the top, all of one length
	Shape float64   // of a picture, height over width
	Zero  bool      // the scale of the colours begins at 0
}

const (
	maxPlaneRows = 4
	// A picture has at least so many dots along its longer side, and less than twice as many.
	pictureDots = 512
)

// Figure draws the planes.
func (m Planes) Figure() *Figure {
	f := &Figure{right: barRoom}
	rows := paired(evenly(f, m.Rows, maxPlaneRows))
	tints := m.tints(f, rows)
	for r, row := range rows {
		line, last := make([]*plot.Plot, len(row)), -1
		for i, one := range row {
			if len(one.Value) == 0 {
				continue
			}
			line[i], last = one.panel(tints[r]), i
			if below := r + 1; below < len(rows) && len(rows[below][i].Value) > 0 && rows[below][i].X == one.X {
				bare(&line[i].X)
			}
			if i > 0 && len(row[i-1].Value) > 0 && row[i-1].Y == one.Y {
				bare(&line[i].Y)
			}
			if s := stride(one.Value); s > 1 && r == 0 && i == 0 {
				f.Notes = append(f.Notes, "Of so many cells the pictures show a part, evenly spread; the arrays have all.")
			}
		}
		if last >= 0 {
			line[last].Add(tints[r])
		}
		f.panels = append(f.panels, line)
	}
	f.shaped(m.Shape)
	return f
}

// paired puts planes that stand alone in their rows two in a row.
func paired(rows [][]Plane) [][]Plane {
	if len(rows) < 2 || len(rows[0]) != 1 {
		return rows
	}
	var out [][]Plane
	for i := 0; i < len(rows); i += 2 {
		pair := []Plane{rows[i][0], {}}
		if i+1 < len(rows) {
			pair[1] = rows[i+1][0]
		}
		out = append(out, pair)
	}
	return out
}

// tints returns the colours of each row.
func (m Planes) tints(f *Figure, rows [][]Plane) []*tint {
	all, least, most := spanOf(), math.Inf(1), 0.0
	spans := make([]span, len(rows))
	for r, row := range rows {
		spans[r] = spanOf()
		for _, one := range row {
			spans[r] = spans[r].with(spanOf(one.Value...))
		}
		if m.Zero && !spans[r].empty() {
			spans[r].low = math.Min(0, spans[r].low)
		}
		all = all.with(spans[r])
		if room := spans[r].high - spans[r].low; room > 0 {
			least, most = math.Min(least, room), math.Max(most, room)
		}
	}
	own := most > 5*least
	if own {
		f.Notes = append(f.Notes, "Each row has its own scale of colours.")
	}
	list := make([]*tint, len(rows))
	for r := range rows {
		if list[r] = linearTint(all, m.Name); own {
			list[r] = linearTint(spans[r], m.Name)
		}
	}
	return list
}

// panel draws one plane.
func (one Plane) panel(t *tint) *plot.Plot {
	p := panel()
	p.Title.Text = " "
	p.Add(heading{one.Title}, painted{one.Value, t, one.Disk})
	if one.Disk {
		p.HideAxes()
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -1, 1, -1, 1
		return p
	}
	p.X.Label.Text, p.X.Min, p.X.Max = one.X.Label, one.X.From, one.X.To
	p.Y.Label.Text, p.Y.Min, p.Y.Max = one.Y.Label, one.Y.From, one.Y.To
	for _, y := range one.Levels {
		p.Add(level{y: y, line: solid(ink, 1.2)}, level{y: y, line: dashed(white, 1.2)})
	}
	return p
}

// painted is a picture over the whole of a panel, or round in its middle.
type painted struct {
	value [][]float64
	tint  *tint
	disk  bool
}

// Plot draws the picture.
func (m painted) Plot(c draw.Canvas, _ *plot.Plot) {
	if !m.disk {
		c.DrawImage(c.Rectangle, m.picture())
		return
	}
	size, mid := c.Size(), c.Center()
	half := min(size.X, size.Y) / 2
	c.DrawImage(vg.Rectangle{Min: vg.Point{X: mid.X - half, Y: mid.Y - half}, Max: vg.Point{X: mid.X + half, Y: mid.Y + half}}, m.picture())
	var rim vg.Path
	rim.Move(vg.Point{X: mid.X + half, Y: mid.Y})
	rim.Arc(mid, half, 0, 2*math.Pi)
	c.SetLineStyle(solid(ink, 0.6))
	c.Stroke(rim)
}

// picture returns the cells as dots; small ones are many dots wide, so that scaling keeps them sharp.
func (m painted) picture() image.Image {
	nothing := color.Color(pale)
	if m.disk {
		nothing = color.Transparent
	}
	s := stride(m.value)
	rows, cols := (len(m.value)+s-1)/s, (len(m.value[0])+s-1)/s
	each := (pictureDots + max(rows, cols) - 1) / max(rows, cols)
	out := image.NewPaletted(image.Rect(0, 0, cols*each, rows*each), append(color.Palette{nothing}, m.tint.shade...))
	for j := range rows {
		for i := range cols {
			shade := uint8(1 + m.tint.level(m.value[j*s][i*s]))
			for y := (rows - 1 - j) * each; y < (rows-j)*each; y++ {
				for x := i * each; x < (i+1)*each; x++ {
					out.Pix[y*out.Stride+x] = shade
				}
			}
		}
	}
	return out
}

// stride is how many cells a picture goes on from one dot to the next, 1 unless there are very many.
func stride(value [][]float64) int {
	return max(1, max(len(value), len(value[0]))/pictureDots)
}
