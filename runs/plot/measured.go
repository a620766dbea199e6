package plot

import (
	"math"

	"gonum.org/v1/plot"
)

// Measured is a curve that was measured, with a band, and theory where there is one.
type Measured struct {
	Name           string // of the panel; may be empty
	XLabel, YLabel string // with units
	X, Value       []float64
	Low, High      []float64 // of the band; nil: none
	Theory         []float64 // at X; nil: none
	Logarithmic    bool      // both axes, of positive values
	Band           string    // its name in the key
	Level          float64   // of a horizontal line; NaN or 0: none
	LevelName      string
}

// fewPoints are drawn as dots.
const fewPoints = 100

// MeasuredFigure draws a panel a curve.
func MeasuredFigure(list ...Measured) *Figure {
	f := &Figure{height: stackHeight(len(list))}
	for i, m := range list {
		p := m.panel()
		if m.Name != "" {
			p.Title.Text = " "
			p.Add(heading{m.Name})
		}
		f.panels = append(f.panels, []*plot.Plot{p})
		if i > 0 {
			continue
		}
		f.key = append(f.key, keyEntry{name: "measured", line: solid(blue, 1.2)})
		if m.Low != nil {
			f.key = append(f.key, keyEntry{name: m.Band, fill: faint(blue, 60)})
		}
		if m.Theory != nil {
			f.key = append(f.key, keyEntry{name: "theory", line: solid(vermillion, 1.3)})
		}
		if m.Level > 0 {
			f.key = append(f.key, keyEntry{name: m.LevelName, line: dotted(ink)})
		}
	}
	if len(list) > 1 {
		f.height += 28.35 * 0.9 * lengthOf(len(list)) // each panel has its own axis
	}
	return f
}

func (m Measured) panel() *plot.Plot {
	p := panel()
	p.X.Label.Text, p.Y.Label.Text = m.XLabel, m.YLabel
	if m.Logarithmic {
		decades(&p.X, m.X)
		if !decades(&p.Y, m.Value, m.Theory, m.High) {
			p.Add(remark{"nothing above zero"})
			return p
		}
	} else {
		between(&p.X, spanOf(m.X))
		p.X.Min = math.Min(0, p.X.Min)
		fromZero(&p.Y, spanOf(m.Value, m.High, m.Theory).high)
	}
	if m.Low != nil {
		p.Add(band{x: m.X, low: m.Low, high: m.High, fill: faint(blue, 60)})
	}
	if m.Theory != nil {
		p.Add(curve{x: m.X, y: m.Theory, line: solid(vermillion, 1.3)})
	}
	measured := curve{x: m.X, y: m.Value, line: solid(blue, 1)}
	if len(m.X) <= fewPoints {
		measured.dots = 1.6
	}
	if m.Theory != nil && measured.dots > 0 {
		measured.line.Width = 0 // the line is theory's
	}
	p.Add(measured)
	if m.Level > 0 {
		p.Add(curve{x: []float64{m.X[0], m.X[len(m.X)-1]}, y: []float64{m.Level, m.Level}, line: dotted(ink)})
	}
	return p
}

// PowerLaw is a quantity at several numbers of neurons.
type PowerLaw struct {
	Name             string
	N                []float64
	Value, Low, High []float64
	Gamma            float64 // of a line C·N^−γ through the middle of the points; NaN: none
}

// PowerLawFigure draws them on logarithmic axes; what is not positive is left out, and the figure says so.
func PowerLawFigure(label string, list ...PowerLaw) *Figure {
	f := &Figure{height: 9 * 28.35}
	p := panel()
	p.X.Label.Text, p.Y.Label.Text = "number of neurons N", label
	var sizes, values []float64
	for _, s := range list {
		sizes, values = append(sizes, s.N...), append(append(append(values, s.Value...), positive(s.Low)...), s.High...)
	}
	if !decades(&p.X, sizes) || !decades(&p.Y, values) {
		p.Add(remark{"nothing above zero"})
	}
	if v := positive(values); len(v) > 0 {
		s := spanOf(v)
		logarithmic(&p.Y, math.Max(s.low, s.high*1e-12)/1.5, s.high*1.5)
	}
	for k, s := range list {
		colour := palette[k%len(palette)]
		p.Add(whiskers{x: s.N, low: s.Low, high: s.High, line: solid(colour, 1)})
		dots := solid(colour, 0)
		p.Add(curve{x: s.N, y: s.Value, line: dots, dots: 2.4})
		name := s.Name
		if x, y, ok := s.line(); ok {
			p.Add(curve{x: x, y: y, line: dashed(colour, 0.9)})
			name += ", N^{−" + short(s.Gamma) + "}"
		}
		f.key = append(f.key, keyEntry{name: name, line: solid(colour, 1.4)})
		if len(positive(s.Value)) < len(s.Value) {
			f.note("", s.Name+" is not above zero at every N; a logarithmic axis does not show it there.")
		}
	}
	f.panels = [][]*plot.Plot{{p}}
	return f
}

// line returns C·N^−γ through the geometric middle of the positive points.
func (s PowerLaw) line() (x, y []float64, ok bool) {
	logN, logV, count := 0.0, 0.0, 0.0
	for k, v := range s.Value {
		if finite(v) && v > 0 {
			logN, logV, count = logN+math.Log(s.N[k]), logV+math.Log(v), count+1
		}
	}
	if count < 2 || !finite(s.Gamma) {
		return nil, nil, false
	}
	for _, n := range s.N {
		x, y = append(x, n), append(y, math.Exp(logV/count-s.Gamma*(math.Log(n)-logN/count)))
	}
	return x, y, true
}
