package plot

import "gonum.org/v1/plot"

// Activity is the mean of a population's field over the sites against time, on both sides.
type Activity struct {
	Name            string    // of the population; may be empty
	Label           string    // of the axis
	Time, MeanField []float64 // of the mean field, at its own times
	Least, Greatest []float64 // over the sites, at those times; nil: not drawn
	At, Network, SE []float64 // of the network, at the times At
}

// ActivitiesFigure draws a panel a population: the mean field's curve, pale the range over its sites, and over it
// the network as dots with two standard errors.
func ActivitiesFigure(list ...Activity) *Figure {
	f := &Figure{height: stackHeight(len(list))}
	network, field, wide := false, false, false
	for i, one := range list {
		p := one.panel()
		stacked(p, one.Name, i == len(list)-1)
		f.panels = append(f.panels, []*plot.Plot{p})
		network, field = network || !spanOf(one.Network).empty(), field || !spanOf(one.MeanField).empty()
		wide = wide || !spanOf(one.Least).empty()
	}
	f.key = sidesKey(network, field, nil)
	if wide {
		f.key = append(f.key, keyEntry{name: "least to greatest over the sites", fill: faint(vermillion, 45)})
	}
	return f
}

func (a Activity) panel() *plot.Plot {
	p := panel()
	p.Y.Label.Text = a.Label
	low, high := make([]float64, len(a.At)), make([]float64, len(a.At))
	for i := range a.At {
		low[i], high[i] = a.Network[i]-2*a.SE[i], a.Network[i]+2*a.SE[i]
	}
	between(&p.X, spanOf([]float64{0}, a.At, a.Time))
	s := spanOf(low, high, a.Network, a.MeanField, a.Least, a.Greatest)
	pad := 0.06 * (s.high - s.low)
	between(&p.Y, span{s.low - pad, s.high + pad})
	if len(a.Least) > 0 {
		x, least := thinned(a.Time, a.Least, 300)
		p.Add(band{x, least, matching(a.Time, a.Greatest, x), faint(vermillion, 45)})
	}
	x, y := thinned(a.Time, a.MeanField, 1200)
	p.Add(curve{x: x, y: y, line: solid(vermillion, 1.4)})
	p.Add(whiskers{a.At, low, high, solid(blue, 1.2)}, curve{x: a.At, y: a.Network, line: solid(blue, 0), dots: 2})
	return p
}

// matching returns the values that belong to some of the ascending places of a curve.
func matching(x, y, some []float64) (list []float64) {
	i := 0
	for _, place := range some {
		for x[i] < place {
			i++
		}
		list = append(list, y[i])
	}
	return list
}
