package plot

import "gonum.org/v1/plot"

// History is a firing rate of its own name.
type History struct {
	Name string
	Rate []float64 // in each bin
}

// PairFigure draws the rates of a population in two runs, at the middle of the bins that they share.
func PairFigure(name string, from, to []float64, a, b History) *Figure {
	f := &Figure{height: stackHeight(1)}
	p := panel()
	p.Y.Label.Text = "firing rate N(t)"
	middle := make([]float64, len(from))
	for i := range middle {
		middle[i] = (from[i] + to[i]) / 2
	}
	between(&p.X, spanOf(from, to))
	fromZero(&p.Y, spanOf(a.Rate, b.Rate).high)
	p.Add(curve{x: middle, y: a.Rate, line: solid(blue, 1.4)}, curve{x: middle, y: b.Rate, line: dashed(vermillion, 1.2)})
	f.key = []keyEntry{{name: a.Name, line: solid(blue, 1.4)}, {name: b.Name, line: dashed(vermillion, 1.2)}}
	stacked(p, name, true)
	f.panels = [][]*plot.Plot{{p}}
	return f
}
