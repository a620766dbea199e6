package plot

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
)

// FieldSnapshot is a field over the sites at one time. A side that is absent has no values.
type FieldSnapshot struct {
	Time                   float64
	Network, SE, MeanField []float64 // SE: standard error of the network's field
}

// Fields is the field of both sides at the snapshots, over one dimension.
type Fields struct {
	At        []float64 // coordinates of the sites
	Place     string    // label of the coordinate
	Name      string    // of the field
	Snapshots []FieldSnapshot
}

// maxSites bounds the points of a band.
const maxSites = 600

// Figure draws one panel a snapshot: the mean field's curve and over it the network's field, thin, with a band of two
// standard errors.
func (d Fields) Figure() *Figure {
	f := &Figure{}
	shown := evenly(f, d.Snapshots, maxPanels)
	cols := columnsFor(len(shown))
	up, own := d.vertical(shown)
	if own {
		f.Notes = append(f.Notes, "Each panel has its own vertical scale.")
	}
	var network, field bool
	for i, s := range shown {
		if i%cols == 0 {
			f.panels = append(f.panels, make([]*plot.Plot, cols))
		}
		p := d.panel(s)
		between(&p.Y, up[i])
		if i%cols == 0 {
			p.Y.Label.Text = d.Name
		} else if !own {
			bare(&p.Y)
		}
		if i+cols >= len(shown) {
			p.X.Label.Text = d.Place
		}
		f.panels[i/cols][i%cols] = p
		network, field = network || len(s.Network) > 0, field || len(s.MeanField) > 0
	}
	f.height = vgHeight(len(f.panels), cols)
	f.key = sidesKey(network, field, faint(blue, 60))
	return f
}

// sidesKey names the colours of the sides; shade is that of the network's band, nil without one.
func sidesKey(network, field bool, shade color.Color) (key []keyEntry) {
	if network {
		key = append(key, keyEntry{"network ± 2 standard errors", solid(blue, 1.2), shade})
	}
	if field {
		key = append(key, keyEntry{name: "mean field", line: solid(vermillion, 1.4)})
	}
	return key
}

// band returns the network's field less and plus two standard errors.
func (s FieldSnapshot) band() (low, high []float64) {
	for i, v := range s.Network {
		e := 0.0
		if len(s.SE) == len(s.Network) && finite(s.SE[i]) {
			e = 2 * s.SE[i]
		}
		low, high = append(low, v-e), append(high, v+e)
	}
	return low, high
}

// vertical returns the ranges of the panels, the same for all unless they differ much.
func (d Fields) vertical(shown []FieldSnapshot) (list []span, own bool) {
	all, least, most := spanOf(), math.Inf(1), 0.0
	for _, s := range shown {
		low, high := s.band()
		one := spanOf(low, high, s.MeanField)
		pad := 0.06 * (one.high - one.low)
		list = append(list, span{one.low - pad, one.high + pad})
		all = all.with(list[len(list)-1])
		if room := one.high - one.low; room > 0 {
			least, most = math.Min(least, room), math.Max(most, room)
		}
	}
	if most > 5*least {
		return list, true
	}
	for i := range list {
		list[i] = all
	}
	return list, false
}

func (d Fields) panel(s FieldSnapshot) *plot.Plot {
	p := panel()
	p.Title.Text = " "
	p.Add(heading{"t = " + short(s.Time)})
	between(&p.X, spanOf(d.At))
	p.X.Tick.Marker, p.Y.Tick.Marker = linearTicks{4}, linearTicks{4}
	if len(s.MeanField) > 0 { // wide, so that it can be seen under a network that agrees
		x, y := thinned(d.At, s.MeanField, maxSites/4)
		p.Add(curve{x: x, y: y, line: solid(vermillion, 2.2)})
	}
	if len(s.Network) > 0 {
		low, high := s.band()
		each := (len(d.At) + maxSites - 1) / maxSites
		x, y := thinned(d.At, s.Network, maxSites/4)
		p.Add(band{every(d.At, each), every(low, each), every(high, each), faint(blue, 60)}, curve{x: x, y: y, line: solid(blue, 0.7)})
	}
	return p
}

// every keeps each so-manieth value.
func every(values []float64, each int) (list []float64) {
	for i := 0; i < len(values); i += each {
		list = append(list, values[i])
	}
	return list
}
