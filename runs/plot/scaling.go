package plot

import (
	"math"

	"gonum.org/v1/plot"
)

// Scaling is a quantity of networks against their number of neurons N, with the 95 % intervals of its means and the law fitted to them.
type Scaling struct {
	Name      string // heading of the panel, with unit
	N         []float64
	Mean      []float64
	Low, High []float64
	Law       func(n float64) float64 // nil: none
	Signed    bool                    // around zero on a linear axis; else a distance, both axes logarithmic
	Guide     float64                 // exponent of a dashed line ∝ N^−Guide through the first point, 0: none
}

// Scalings are such quantities, a panel each.
type Scalings struct {
	List  []Scaling
	Law   string // of the key: what the curves are
	Guide string // likewise the dashed lines
}

// Figure draws the panels in two columns.
func (s Scalings) Figure() *Figure {
	f := &Figure{}
	const columns = 2
	guided := false
	for i, one := range s.List {
		if i%columns == 0 {
			f.panels = append(f.panels, make([]*plot.Plot, min(columns, len(s.List))))
		}
		p := one.panel()
		if i+columns >= len(s.List) {
			p.X.Label.Text = "neurons N"
		}
		f.panels[i/columns][i%columns] = p
		guided = guided || one.Guide != 0 && !one.Signed
	}
	f.height = vgHeight(len(f.panels), columns)
	f.key = []keyEntry{{name: "networks, 95 % intervals", line: solid(blue, 1.2)}, {name: s.Law, line: solid(vermillion, 1.2)}}
	if guided {
		f.key = append(f.key, keyEntry{name: s.Guide, line: dashed(grey, 1)})
	}
	return f
}

func (s Scaling) panel() *plot.Plot {
	p := panel()
	p.Title.Text = " "
	p.Add(heading{s.Name})
	reach := spanOf(s.N)
	logarithmic(&p.X, reach.low/1.4, reach.high*1.4)
	x, law := s.curve(reach)
	switch {
	case !s.Signed && decades(&p.Y, s.Mean, s.Low, s.High):
		if s.Guide != 0 {
			p.Add(curve{x: s.N, y: s.guide(), line: dashed(grey, 1)})
		}
	default:
		most := 0.0
		for _, v := range [][]float64{s.Low, s.High, law} {
			r := spanOf(v)
			if !r.empty() {
				most = math.Max(most, math.Max(math.Abs(r.low), math.Abs(r.high)))
			}
		}
		if most == 0 {
			most = 1
		}
		between(&p.Y, span{-1.1 * most, 1.1 * most})
		p.Add(level{line: solid(ink, 0.6)})
	}
	p.Add(curve{x: x, y: law, line: solid(vermillion, 1.2)}, whiskers{s.N, s.Low, s.High, solid(blue, 1)},
		curve{x: s.N, y: s.Mean, line: solid(blue, 0), dots: 2})
	return p
}

// curve returns points of the law.
func (s Scaling) curve(reach span) (x, y []float64) {
	const points = 64
	if s.Law == nil {
		return nil, nil
	}
	for k := range points + 1 {
		n := reach.low * math.Pow(reach.high/reach.low, float64(k)/points)
		x, y = append(x, n), append(y, s.Law(n))
	}
	return x, y
}

// guide returns the points of the dashed line.
func (s Scaling) guide() []float64 {
	y := make([]float64, len(s.N))
	for k, n := range s.N {
		y[k] = s.Mean[0] * math.Pow(n/s.N[0], -s.Guide)
	}
	return y
}
