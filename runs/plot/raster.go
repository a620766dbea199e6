package plot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"lapicque/runs/raster"
)

// Population is a group of neurons in a raster.
type Population struct {
	Name    string
	Neurons int // recorded ones, numbered from 0
}

// Cascade is a macroscopic cascade in a population: Share is its size over the number of neurons.
type Cascade struct {
	Time       float64
	Size       int
	Share      float64
	Population string // may be empty
}

// Raster is a spike raster over a histogram of its rate. Set the fields, Add the
// spikes in as many pieces as they come in, then take the Figure: memory does
// not grow with the number of spikes.
type Raster struct {
	From, To    float64
	Bin         float64 // width of a bar, > 0
	Populations []Population
	Spikes      int64 // how many will come: fixes which rows are drawn
	Cascades    []Cascade
	BlowUps     []float64

	stride int
	dots   [][]dot
	counts [][]int64
}

type dot struct{ time, row float64 }

// A figure holds about so many rows and dots before they run together.
const (
	maxRows  = 1000
	maxDots  = 20000
	maxBars  = 600
	maxNamed = 6
)

func (r *Raster) start() {
	if r.counts != nil {
		return
	}
	if !(r.To > r.From) || !(r.Bin > 0) || len(r.Populations) == 0 {
		panic("plot: a raster needs a span of time, a bin and a population")
	}
	for (r.To-r.From)/r.Bin > maxBars {
		r.Bin *= 2
	}
	total := 0
	for _, p := range r.Populations {
		total += p.Neurons
	}
	rows := math.Ceil(float64(total) / maxRows)
	r.stride = max(1, int(math.Max(rows, math.Ceil(float64(r.Spikes)/maxDots))))
	bars := int(math.Ceil((r.To-r.From)/r.Bin - 1e-9))
	for range r.Populations {
		r.counts = append(r.counts, make([]int64, bars))
		r.dots = append(r.dots, nil)
	}
}

// Add counts spikes and keeps those of the rows that are drawn. It keeps
// nothing of the slice.
func (r *Raster) Add(spikes []raster.Spike) {
	r.start()
	for _, s := range spikes {
		k := int(s.Population)
		if k >= len(r.Populations) || s.Time < r.From || s.Time > r.To {
			continue
		}
		bin := min(int((s.Time-r.From)/r.Bin), len(r.counts[k])-1)
		r.counts[k][bin]++
		if int(s.Neuron)%r.stride == 0 {
			r.dots[k] = append(r.dots[k], dot{s.Time, float64(r.offset(k)) + float64(s.Neuron)})
		}
	}
}

func (r *Raster) offset(population int) (n int) {
	for _, p := range r.Populations[:population] {
		n += p.Neurons
	}
	return n
}

// Figure draws the raster, below it the rate: bars of spikes over the number of
// neurons and the width of the bar.
func (r *Raster) Figure() *Figure {
	r.start()
	f := &Figure{height: 11 * vg.Centimeter, shares: []float64{3, 1}}
	top, below := panel(), panel()
	for _, p := range []*plot.Plot{top, below} {
		p.X.Min, p.X.Max = r.From, r.To
	}
	top.Y.Label.Text, below.Y.Label.Text = "neuron", "firing rate"
	below.X.Label.Text = timeLabel
	bare(&top.X)
	below.Y.Tick.Marker = linearTicks{3}
	top.Y.Min, top.Y.Max = -0.5, math.Max(0.5, float64(r.offset(len(r.Populations)))-0.5)
	for k, p := range r.Populations {
		colour := palette[k%len(palette)]
		top.Add(dots{r.dots[k], colour, r.radius()})
		if len(r.Populations) > 1 {
			f.key = append(f.key, keyEntry{name: p.Name, fill: colour})
		}
	}
	if !r.any() {
		top.Add(remark{"no recorded neuron spiked"})
	}
	r.rates(below, f)
	r.marks(top, below, f)
	if r.stride > 1 {
		f.Notes = append(f.Notes, fmt.Sprintf("Of every %d rows one is drawn (neurons 0, %d, %d, …); the rate counts them all.",
			r.stride, r.stride, 2*r.stride))
	}
	f.panels = [][]*plot.Plot{{top}, {below}}
	return f
}

// rates draws the bars. A few that dwarf the rest leave the axis, with a note.
func (r *Raster) rates(p *plot.Plot, f *Figure) {
	var all []float64
	for k, counts := range r.counts {
		neurons := math.Max(1, float64(r.Populations[k].Neurons))
		edges, heights := []float64{r.From}, make([]float64, len(counts))
		for i, n := range counts {
			edge := math.Min(r.From+float64(i+1)*r.Bin, r.To)
			heights[i] = float64(n) / (neurons * (edge - edges[i]))
			edges = append(edges, edge)
		}
		colour := palette[k%len(palette)]
		p.Add(bars{edges, heights, faint(colour, 110), solid(colour, 0.6)})
		all = append(all, heights...)
	}
	highest := spanOf(all).high
	if spread(all) <= logSpread {
		fromZero(&p.Y, highest)
		return
	}
	usual := 0.0
	for _, h := range all {
		if h <= 10*highest/spread(all) {
			usual = math.Max(usual, h)
		}
	}
	fromZero(&p.Y, 1.4*usual)
	f.Notes = append(f.Notes, fmt.Sprintf("Bars of the rate that leave the axis reach up to %s.", short(highest)))
}

func (r *Raster) marks(top, below *plot.Plot, f *Figure) {
	for i, c := range r.Cascades {
		mark := upright{x: c.Time, line: dashed(purple, 0.9), left: i%2 == 1}
		below.Add(mark)
		if i < maxNamed {
			mark.name = fmt.Sprintf("%d neurons (%s %%)", c.Size, short(math.Round(1000*c.Share)/10))
			if c.Population != "" {
				mark.name = c.Population + ": " + mark.name
			}
			mark.down = smallSize * 1.3 * vg.Length(i)
		}
		top.Add(mark)
	}
	if len(r.Cascades) > maxNamed {
		f.Notes = append(f.Notes, fmt.Sprintf("The first %d of %d macroscopic cascades carry their size.", maxNamed, len(r.Cascades)))
	}
	if len(r.Cascades) == 0 {
		for _, t := range r.BlowUps {
			top.Add(upright{x: t, name: "blow-up " + short(t), line: dashed(purple, 0.9), left: true})
			below.Add(upright{x: t, line: dashed(purple, 0.9)})
		}
	}
}

func (r *Raster) any() bool {
	for _, counts := range r.counts {
		for _, n := range counts {
			if n > 0 {
				return true
			}
		}
	}
	return false
}

// radius makes dots smaller the more there are.
func (r *Raster) radius() vg.Length {
	n := 0
	for _, d := range r.dots {
		n += len(d)
	}
	return vg.Length(math.Max(0.35, math.Min(1.4, 40/math.Sqrt(float64(n+1)))))
}

// dots is one population of a raster.
type dots struct {
	list   []dot
	colour color.Color
	radius vg.Length
}

// Plot draws a dot a spike.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := scales(&c, p)
	sty := draw.GlyphStyle{Color: d.colour, Radius: d.radius, Shape: draw.CircleGlyph{}}
	for _, s := range d.list {
		c.DrawGlyph(sty, vg.Point{X: x(s.time), Y: y(s.row)})
	}
}
