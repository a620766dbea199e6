package plot

import (
	"math"

	"gonum.org/v1/plot"
)

// Fractions is the refractory fraction R(t) of a population on both sides against time.
type Fractions struct {
	Name            string // of the population; may be empty
	At              []float64
	Network, SE     []float64 // of the network, at the times At
	Time, MeanField []float64 // of the mean field, at its own times
}

// FractionsFigure draws a panel a population: the mean field's curve and over it the network's fraction as
// dots with two standard errors.
func FractionsFigure(list ...Fractions) *Figure {
	f := &Figure{height: stackHeight(len(list))}
	for i, one := range list {
		p := one.panel()
		stacked(p, one.Name, i == len(list)-1)
		f.panels = append(f.panels, []*plot.Plot{p})
	}
	f.key = sidesKey(!spanOf(list[0].Network).empty(), !spanOf(list[0].MeanField).empty(), nil)
	return f
}

func (r Fractions) panel() *plot.Plot {
	p := panel()
	p.Y.Label.Text = "refractory fraction R(t)"
	low, high := make([]float64, len(r.At)), make([]float64, len(r.At))
	for i := range r.At {
		low[i], high[i] = math.Max(0, r.Network[i]-2*r.SE[i]), math.Min(1, r.Network[i]+2*r.SE[i])
	}
	between(&p.X, spanOf([]float64{0}, r.At, r.Time))
	fromZero(&p.Y, spanOf(high, r.MeanField).high)
	x, y := thinned(r.Time, r.MeanField, 1200)
	p.Add(curve{x: x, y: y, line: solid(vermillion, 1.4)})
	p.Add(whiskers{r.At, low, high, solid(blue, 1.2)}, curve{x: r.At, y: r.Network, line: solid(blue, 0), dots: 2})
	return p
}
