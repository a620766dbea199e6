package plot

import "gonum.org/v1/plot"

// Interval is a quantity that is estimated along a scan; NaN where there is none.
type Interval struct {
	Name             string
	Value, Low, High []float64
	Reference        []float64 // what it is held against; may be nil
}

// Estimates is estimated quantities along one parameter or time, under each other.
type Estimates struct {
	X         Scan
	List      []Interval
	Is        string // what values and bars are, for the key
	Reference string // what references are
}

// Figure draws a panel a quantity: dots with their intervals, and the reference as a line.
func (e Estimates) Figure() *Figure {
	f := &Figure{height: 28.35 * (1.8 + 5.2*lengthOf(len(e.List))), right: 4, key: []keyEntry{{name: e.Is, line: solid(blue, 1.2)}}}
	referred := false
	for k, one := range e.List {
		p := panel()
		e.X.axis(&p.X)
		if k < len(e.List)-1 {
			bare(&p.X)
		}
		p.Y.Label.Text = one.Name
		s := spanOf(one.Value, one.Low, one.High, one.Reference)
		pad := 0.06 * (s.high - s.low)
		between(&p.Y, span{s.low - pad, s.high + pad})
		if !spanOf(one.Reference).empty() {
			referred = true
			p.Add(curve{x: e.X.Values, y: one.Reference, line: solid(vermillion, 1.2)})
		}
		p.Add(whiskers{e.X.Values, one.Low, one.High, solid(blue, 1)}, curve{x: e.X.Values, y: one.Value, line: solid(blue, 0), dots: 2})
		if spanOf(one.Value).empty() {
			p.Add(remark{"There is none at any value."})
		}
		f.panels = append(f.panels, []*plot.Plot{p})
	}
	if referred {
		f.key = append(f.key, keyEntry{name: e.Reference, line: solid(vermillion, 1.2)})
	}
	return f
}
