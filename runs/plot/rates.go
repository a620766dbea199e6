package plot

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// Rates is the firing rate of a population on both sides against time.
type Rates struct {
	Name        string    // of the population; may be empty
	From, To    []float64 // bins of the network's rate
	Network, SE []float64 // rate and standard error in each bin
	Time, Rate  []float64 // the mean field's rate, at its own times
	BlowUps     []float64 // times of blow-ups
	Jumps       []float64 // times at which a macroscopic part of a network fired at once
}

// logSpread is the ratio of the largest to the median value above which a
// figure takes a logarithmic axis.
const logSpread = 30

// Figure draws the rate of one population.
func (r Rates) Figure() *Figure { return RatesFigure(r) }

// RatesFigure draws a panel a population: the network's rate at the middle of its bins with a band of two
// standard errors, and the mean field's curve over it.
func RatesFigure(list ...Rates) *Figure {
	f := &Figure{height: stackHeight(len(list))}
	for i, r := range list {
		p := r.panel(f, i == 0)
		stacked(p, r.Name, i == len(list)-1)
		f.panels = append(f.panels, []*plot.Plot{p})
	}
	return f
}

// stackHeight is the height of so many panels above each other.
func stackHeight(panels int) vg.Length {
	if panels <= 1 {
		return 8.5 * 28.35
	}
	return 28.35 * (1.5 + 5*lengthOf(panels))
}

// stacked names a panel and leaves the time to the lowest one.
func stacked(p *plot.Plot, name string, lowest bool) {
	if name != "" {
		p.Title.Text = " "
		p.Add(heading{name})
	}
	if lowest {
		p.X.Label.Text = timeLabel
	} else {
		bare(&p.X)
	}
}

// panel draws the rates; with keyed it makes the key.
func (r Rates) panel(f *Figure, keyed bool) *plot.Plot {
	p := panel()
	p.Y.Label.Text = "firing rate N(t)"
	mid, low, high := make([]float64, len(r.From)), make([]float64, len(r.From)), make([]float64, len(r.From))
	for i := range mid {
		mid[i] = (r.From[i] + r.To[i]) / 2
		low[i], high[i] = math.Max(0, r.Network[i]-2*r.SE[i]), r.Network[i]+2*r.SE[i]
	}
	between(&p.X, spanOf(r.From, r.To, r.Time))
	r.vertical(p, f, high)
	var key []keyEntry
	if !spanOf(r.Network).empty() {
		key = append(key, keyEntry{"network ± 2 standard errors", solid(blue, 1.2), faint(blue, 60)})
		p.Add(band{mid, low, high, faint(blue, 60)}, curve{x: mid, y: r.Network, line: solid(blue, 1.2)})
	}
	if !spanOf(r.Rate).empty() {
		key = append(key, keyEntry{name: "mean field", line: solid(vermillion, 1.4)})
		x, y := thinned(r.Time, r.Rate, 1200)
		p.Add(curve{x: x, y: y, line: solid(vermillion, 1.4)})
	}
	if len(r.Jumps) > 0 {
		line := dashed(faint(blue, 140), 0.7)
		key = append(key, keyEntry{name: "jump of a network", line: line})
		for _, t := range r.Jumps {
			p.Add(upright{x: t, line: line})
		}
	}
	blowUps(p, r.BlowUps)
	if keyed {
		f.key = key
	}
	return p
}

// vertical chooses the rate's axis: from zero, or logarithmic when a blow-up
// dwarfs the rest. Only the mean field's singular start is clipped.
func (r Rates) vertical(p *plot.Plot, f *Figure, high []float64) {
	later, first := r.later()
	all := append(append([]float64(nil), r.Network...), later...)
	if spread(all) > logSpread && decades(&p.Y, all) {
		f.note(r.Name, "The rate is on a logarithmic axis; what is too small for it, and bins without a spike, lie on its foot.")
		return
	}
	top := spanOf(r.Network, high, later).high
	fromZero(&p.Y, top)
	if first > p.Y.Max {
		f.note(r.Name, fmt.Sprintf("The mean-field rate begins at %s, outside the axis: "+
			"the initial law does not vanish at the threshold.", short(first)))
	}
}

// later returns the mean-field rate without its first 2 % of the time, and the
// largest rate within those, if that is not larger than the later ones by
// accident of a slow decay.
func (r Rates) later() (rest []float64, first float64) {
	s := spanOf(r.Time)
	for i, t := range r.Time {
		if t > s.low+0.02*(s.high-s.low) {
			rest = append(rest, r.Rate[i])
		} else if finite(r.Rate[i]) {
			first = math.Max(first, r.Rate[i])
		}
	}
	return rest, first
}

func blowUps(p *plot.Plot, times []float64) {
	for i, t := range times {
		name := ""
		if i < 8 {
			name = "blow-up " + short(t)
		}
		p.Add(upright{x: t, name: name, line: dashed(purple, 0.9), left: true})
	}
}
