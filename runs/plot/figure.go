package plot

import (
	"bytes"
	"image/color"
	"io"
	"math"
	"os"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	width      = 17 * vg.Centimeter
	resolution = 200 // dots per inch of a PNG
	gap        = vg.Length(9)
	edge       = vg.Length(4) // around the figure
	keyHeight  = 2 * textSize
)

// Figure is a finished picture: panels in a grid, the key above them.
type Figure struct {
	// Notes says what the reader of the picture must know and cannot see in it:
	// what was left out, clipped or put on another scale.
	Notes []string

	height vg.Length
	right  vg.Length // room for names right of the panels
	key    []keyEntry
	panels [][]*plot.Plot // rows from the top; nil leaves a place free
	shares []float64      // heights of the rows, relative
}

// Dimensionless takes the membrane time constant from axes of time.
func (f *Figure) Dimensionless() {
	for _, row := range f.panels {
		for _, p := range row {
			if p != nil && p.X.Label.Text == timeLabel {
				p.X.Label.Text = "time"
			}
		}
	}
}

// Relabel replaces words in the labels of the axes and in the key.
func (f *Figure) Relabel(words *strings.Replacer) {
	for _, row := range f.panels {
		for _, p := range row {
			if p != nil {
				p.X.Label.Text, p.Y.Label.Text = words.Replace(p.X.Label.Text), words.Replace(p.Y.Label.Text)
			}
		}
	}
	for i := range f.key {
		f.key[i].name = words.Replace(f.key[i].name)
	}
}

// note adds a note on the panel of a population, "" for the only one.
func (f *Figure) note(population, text string) {
	if population != "" {
		text = population + ": " + text
	}
	f.Notes = append(f.Notes, text)
}

// keyEntry is a sample and its name.
type keyEntry struct {
	name string
	line draw.LineStyle // Width 0: none
	fill color.Color    // nil: none
}

// WritePNG writes the figure as a PNG picture 17 cm wide at 200 dots per inch.
func (f *Figure) WritePNG(w io.Writer) error {
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, f.height), vgimg.UseDPI(resolution))}
	f.draw(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

// WriteSVG writes the figure as SVG; its letters remain text.
func (f *Figure) WriteSVG(w io.Writer) error {
	c := vgsvg.New(width, f.height)
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	const face = "font-family:Liberation Sans"
	text := bytes.ReplaceAll(b.Bytes(), []byte(face+";"), []byte(face+",Arial,Helvetica,sans-serif;"))
	_, err := w.Write(bytes.ReplaceAll(text, []byte("data:image/jpg;"), []byte("data:image/png;"))) // what pictures in it are
	return err
}

// Save writes base.png and base.svg.
func (f *Figure) Save(base string) error {
	for ending, write := range map[string]func(io.Writer) error{".png": f.WritePNG, ".svg": f.WriteSVG} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		if err := os.WriteFile(base+ending, b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (f *Figure) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, edge, -2*edge-f.right, edge, -edge)
	c.Max.Y -= f.drawKey(c)
	for r, row := range f.place(c) {
		for i, part := range row {
			if p := f.panels[r][i]; p != nil {
				p.Draw(part)
			}
		}
	}
}

// drawKey draws samples and names in one line and returns its height.
func (f *Figure) drawKey(c draw.Canvas) vg.Length {
	if len(f.key) == 0 {
		return 0
	}
	sample, space := vg.Length(16), vg.Length(14)
	sty := style(textSize, ink)
	sty.XAlign = text.XLeft
	total := -space
	for _, k := range f.key {
		total += sample + 4 + sty.Width(k.name) + space
	}
	if total > c.Max.X-c.Min.X { // closer together
		total -= 14 * lengthOf(len(f.key))
		sample, space = 10, 6
	}
	x, y := c.Center().X-total/2, c.Max.Y-textSize/2-1
	for _, k := range f.key {
		if k.fill != nil {
			c.FillPolygon(k.fill, []vg.Point{{X: x, Y: y - 3.5}, {X: x + sample, Y: y - 3.5}, {X: x + sample, Y: y + 3.5}, {X: x, Y: y + 3.5}})
		}
		if k.line.Width > 0 {
			c.StrokeLine2(k.line, x, y, x+sample, y)
		}
		c.FillText(sty, vg.Point{X: x + sample + 4, Y: y}, k.name)
		x += sample + 4 + sty.Width(k.name) + space
	}
	return keyHeight
}

// place cuts the canvas so that the data areas of a column stand under each
// other and those of a row side by side, whatever their labels need.
func (f *Figure) place(c draw.Canvas) [][]draw.Canvas {
	rows, cols := len(f.panels), len(f.panels[0])
	left, right, bottom, top := f.margins(c)
	free := c.Rectangle.Size()
	free.X -= gap * vg.Length(cols-1)
	free.Y -= gap * vg.Length(rows-1)
	for i := range cols {
		free.X -= left[i] + right[i]
	}
	sum := 0.0
	for r := range rows {
		free.Y -= bottom[r] + top[r]
		sum += f.share(r)
	}
	out := make([][]draw.Canvas, rows)
	y := c.Max.Y
	for r, row := range f.panels {
		h := free.Y*vg.Length(f.share(r)/sum) + bottom[r] + top[r]
		x := c.Min.X
		for i, p := range row {
			w := free.X/vg.Length(cols) + left[i] + right[i]
			part := c
			part.Rectangle = vg.Rectangle{Min: vg.Point{X: x, Y: y - h}, Max: vg.Point{X: x + w, Y: y}}
			if p != nil {
				d := p.DataCanvas(part)
				part.Min.X += left[i] - (d.Min.X - part.Min.X)
				part.Max.X -= right[i] - (part.Max.X - d.Max.X)
				part.Min.Y += bottom[r] - (d.Min.Y - part.Min.Y)
				part.Max.Y -= top[r] - (part.Max.Y - d.Max.Y)
			}
			out[r] = append(out[r], part)
			x += w + gap
		}
		y -= h + gap
	}
	return out
}

// margins returns what the labels of the columns and the rows need beside the data.
func (f *Figure) margins(c draw.Canvas) (left, right, bottom, top []vg.Length) {
	rows, cols := len(f.panels), len(f.panels[0])
	left, right = make([]vg.Length, cols), make([]vg.Length, cols)
	bottom, top = make([]vg.Length, rows), make([]vg.Length, rows)
	for r, row := range f.panels {
		for i, p := range row {
			if p != nil {
				d := p.DataCanvas(c)
				left[i], right[i] = max(left[i], d.Min.X-c.Min.X), max(right[i], c.Max.X-d.Max.X)
				bottom[r], top[r] = max(bottom[r], d.Min.Y-c.Min.Y), max(top[r], c.Max.Y-d.Max.Y)
			}
		}
	}
	return left, right, bottom, top
}

// shaped sets the height of the figure so that the data areas have a shape, height over width.
func (f *Figure) shaped(shape float64) {
	rows, cols := lengthOf(len(f.panels)), lengthOf(len(f.panels[0]))
	left, right, bottom, top := f.margins(draw.NewCanvas(&recorder.Canvas{}, width, width))
	free := width - 3*edge - f.right - gap*(cols-1)
	for i := range left {
		free -= left[i] + right[i]
	}
	f.height = free/cols*vg.Length(shape)*rows + 2*edge + gap*(rows-1)
	for r := range bottom {
		f.height += bottom[r] + top[r]
	}
	if len(f.key) > 0 {
		f.height += keyHeight
	}
}

func (f *Figure) share(r int) float64 {
	if f.shares == nil {
		return 1
	}
	return f.shares[r]
}

// vgHeight is the height of so many rows of panels in so many columns.
func vgHeight(rows, cols int) vg.Length {
	each := 4.6 * vg.Centimeter
	if cols <= 2 {
		each = 5.6 * vg.Centimeter
	}
	return 1.6*vg.Centimeter + each*lengthOf(rows)
}

func lengthOf(n int) vg.Length { return vg.Length(n) }

// finite reports that x is a number.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
