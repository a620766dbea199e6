package plot

import (
	"math"

	"gonum.org/v1/plot"
)

// Distance is one distance between the sides, or one error, at the snapshots.
type Distance struct {
	Name  string
	Value []float64
	Null  []float64 // level that chance alone exceeds rarely; nil: none
	SE    []float64 // standard error, drawn as ± 2; nil: none
}

// Distances are the distances against time.
type Distances struct {
	Time []float64
	List []Distance
	Null string // what the null level is, for the key
}

// Figure draws one panel a distance; errors with a sign stand on a linear axis
// around zero, distances on a logarithmic one.
func (d Distances) Figure() *Figure {
	f := &Figure{}
	const cols = 2
	for i, one := range d.List {
		if i%cols == 0 {
			f.panels = append(f.panels, make([]*plot.Plot, min(cols, len(d.List))))
		}
		p := d.panel(one)
		if i+cols >= len(d.List) {
			p.X.Label.Text = timeLabel
		}
		f.panels[i/cols][i%cols] = p
	}
	f.height = vgHeight(len(f.panels), cols)
	f.key = []keyEntry{{name: "network against mean field", line: solid(blue, 1.2)}}
	for _, one := range d.List {
		if !spanOf(one.Null).empty() {
			f.key = append(f.key, keyEntry{name: d.Null, line: dashed(grey, 1)})
			break
		}
	}
	return f
}

func (d Distances) panel(one Distance) *plot.Plot {
	p := panel()
	p.Y.Label.Text = one.Name
	d.horizontal(p)
	if one.SE == nil && decades(&p.Y, one.Value, one.Null) {
		if one.Null != nil {
			p.Add(curve{x: d.Time, y: one.Null, line: dashed(grey, 1)})
		}
		p.Add(curve{x: d.Time, y: one.Value, line: solid(blue, 1.2), dots: 2})
		return p
	}
	low, high := make([]float64, len(d.Time)), make([]float64, len(d.Time))
	for i := range d.Time {
		se := 0.0
		if one.SE != nil {
			se = one.SE[i]
		}
		low[i], high[i] = one.Value[i]-2*se, one.Value[i]+2*se
	}
	reach := spanOf(low, high, one.Value)
	most := 1.15 * math.Max(math.Abs(reach.low), math.Abs(reach.high))
	if !finite(most) || most == 0 {
		most = 1
	}
	between(&p.Y, span{-most, most})
	p.Add(level{line: solid(ink, 0.6)}, whiskers{d.Time, low, high, solid(blue, 1)})
	p.Add(curve{x: d.Time, y: one.Value, line: solid(blue, 0), dots: 2})
	return p
}

// horizontal takes a logarithmic time axis when the snapshots span more than a
// factor 20, with room at both ends.
func (d Distances) horizontal(p *plot.Plot) {
	s := spanOf(d.Time)
	if s.low > 0 && s.high > 20*s.low {
		logarithmic(&p.X, s.low/1.2, s.high*1.2)
		return
	}
	pad := 0.04 * (s.high - s.low)
	between(&p.X, span{s.low - pad, s.high + pad})
}
