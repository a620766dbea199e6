package plot

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/plot"
)

// Snapshot is the density of the potential at one time. A side that is absent
// has no values.
type Snapshot struct {
	Time               float64
	Network, MeanField []float64 // cell averages
}

// Densities is the density of both sides at the snapshots.
type Densities struct {
	Edges     []float64 // of the cells, the same on both sides
	Snapshots []Snapshot
	State     string  // what the densities are of; "" is the potential,
	Symbol    string  // and v
	Reset     float64 // V_R, NaN when there is none
	Threshold float64 // V_F, NaN when there is none
}

const maxPanels = 12

// Figure draws one panel a snapshot.
func (d Densities) Figure() *Figure {
	f := &Figure{}
	shown := evenly(f, d.Snapshots, maxPanels)
	cols := columnsFor(len(shown))
	top, common := commonTop(shown)
	if !common {
		f.Notes = append(f.Notes, "Each panel has its own vertical scale.")
	}
	across := d.support(shown)
	for i, s := range shown {
		if i%cols == 0 {
			f.panels = append(f.panels, make([]*plot.Plot, cols))
		}
		p := d.panel(s, across)
		if common {
			fromZero(&p.Y, top)
		} else {
			fromZero(&p.Y, spanOf(s.Network, s.MeanField).high)
		}
		if i%cols == 0 {
			p.Y.Label.Text = "density n(" + cmp.Or(d.Symbol, "v") + ", t)"
		}
		if i+cols >= len(shown) {
			p.X.Label.Text = cmp.Or(d.State, "potential") + " " + cmp.Or(d.Symbol, "v")
		}
		f.panels[i/cols][i%cols] = p
	}
	f.height = vgHeight(len(f.panels), cols)
	f.key = d.key(shown)
	return f
}

// evenly returns so many snapshots of a list at most, the first and the last among them, and notes what it leaves out.
func evenly[T any](f *Figure, list []T, most int) (shown []T) {
	n := len(list)
	if n <= most {
		return list
	}
	for k := range most {
		shown = append(shown, list[k*(n-1)/(most-1)])
	}
	f.Notes = append(f.Notes, fmt.Sprintf("%d of %d snapshots are drawn, evenly spread.", most, n))
	return shown
}

func (d Densities) key(shown []Snapshot) (key []keyEntry) {
	var network, field bool
	for _, s := range shown {
		network = network || len(s.Network) > 0
		field = field || len(s.MeanField) > 0
	}
	if network {
		key = append(key, keyEntry{"network (histogram)", solid(blue, 0.6), faint(blue, 70)})
	}
	if field {
		key = append(key, keyEntry{name: "mean field", line: solid(vermillion, 1.3)})
	}
	return key
}

func (d Densities) panel(s Snapshot, across span) *plot.Plot {
	p := panel()
	p.Title.Text = " " // room for the time and for the names of the marks
	p.Add(heading{"t = " + short(s.Time)})
	between(&p.X, across)
	p.X.Tick.Marker, p.Y.Tick.Marker = linearTicks{4}, linearTicks{4}
	if len(s.Network) > 0 {
		p.Add(bars{d.Edges, s.Network, faint(blue, 70), solid(blue, 0.6)})
	}
	if len(s.MeanField) > 0 {
		mid := make([]float64, len(s.MeanField))
		for i := range mid {
			mid[i] = (d.Edges[i] + d.Edges[i+1]) / 2
		}
		p.Add(curve{x: mid, y: s.MeanField, line: solid(vermillion, 1.3)})
	}
	if finite(d.Reset) {
		p.Add(above{d.Reset, "V_{R}", dotted(ink), -0.8})
	}
	if finite(d.Threshold) {
		p.Add(above{d.Threshold, "V_{F}", dotted(ink), -0.2})
	}
	return p
}

// support is where some density exceeds 1/2000 of the largest, with V_R and V_F.
func (d Densities) support(shown []Snapshot) span {
	all := spanOf()
	for _, s := range shown {
		for _, side := range [][]float64{s.Network, s.MeanField} {
			floor := spanOf(side).high / 2000
			for i, v := range side {
				if v > floor {
					all.low, all.high = math.Min(all.low, d.Edges[i]), math.Max(all.high, d.Edges[i+1])
				}
			}
		}
	}
	marks := spanOf([]float64{d.Reset, d.Threshold})
	all = span{math.Min(all.low, marks.low), math.Max(all.high, marks.high)}
	if all.empty() {
		return all
	}
	room := all.high - all.low
	return span{all.low - 0.02*room, all.high + 0.05*room}
}

// commonTop returns the largest density, and whether one scale serves all.
func commonTop(shown []Snapshot) (top float64, common bool) {
	low := math.Inf(1)
	for _, s := range shown {
		high := spanOf(s.Network, s.MeanField).high
		if finite(high) && high > 0 {
			top, low = math.Max(top, high), math.Min(low, high)
		}
	}
	return top, top <= 5*low
}

func columnsFor(n int) int {
	switch {
	case n <= 3:
		return max(n, 1)
	case n == 4:
		return 2
	case n <= 6, n == 9:
		return 3
	}
	return 4
}
