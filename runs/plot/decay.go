package plot

import (
	"math"

	"gonum.org/v1/plot"
)

// Decay is a positive quantity that decays, against time.
type Decay struct {
	Name          string // label of the axis
	Curve         string // name of the curve in the key
	Time, Value   []float64
	Rate          float64 // of the line C e^{−Rate·t} through the last value above Floor; NaN: no line
	Line          string  // its name in the key
	Floor         float64 // below it lies the error of the scheme; 0: none
	FloorName     string
	WindowFrom    float64 // of a fit, shaded; NaN: none
	WindowTo      float64
	WindowCaption string
}

// Figure draws the curve on a logarithmic axis.
func (d Decay) Figure() *Figure {
	f := &Figure{height: 8.5 * 28.35}
	p := panel()
	p.X.Label.Text, p.Y.Label.Text = timeLabel, d.Name
	between(&p.X, spanOf(d.Time))
	list := span{math.Inf(1), math.Inf(-1)}
	for _, v := range positive(d.Value) {
		list.low, list.high = math.Min(list.low, v), math.Max(list.high, v)
	}
	if list.empty() {
		list = span{0.1, 1}
	}
	logarithmic(&p.Y, math.Max(list.low, list.high*1e-18)/2, list.high*2)
	if finite(d.WindowFrom) && finite(d.WindowTo) {
		low, high := math.Pow(10, p.Y.Min), math.Pow(10, p.Y.Max)
		p.Add(band{[]float64{d.WindowFrom, d.WindowTo}, []float64{low, low}, []float64{high, high}, faint(grey, 40)})
		f.key = append(f.key, keyEntry{name: d.WindowCaption, fill: faint(grey, 40)})
	}
	p.Add(curve{x: d.Time, y: d.Value, line: solid(vermillion, 1.4)})
	f.key = append([]keyEntry{{name: d.Curve, line: solid(vermillion, 1.4)}}, f.key...)
	if t, v, ok := d.anchor(); ok {
		p.Add(curve{x: []float64{d.Time[0], t}, y: []float64{v * math.Exp(math.Min(600, d.Rate*(t-d.Time[0]))), v}, line: dashed(ink, 1)})
		f.key = append(f.key, keyEntry{name: d.Line, line: dashed(ink, 1)})
	}
	if d.Floor > 0 && d.Floor > math.Pow(10, p.Y.Min) {
		p.Add(curve{x: []float64{p.X.Min, p.X.Max}, y: []float64{d.Floor, d.Floor}, line: dotted(grey)})
		f.key = append(f.key, keyEntry{name: d.FloorName, line: dotted(grey)})
	}
	f.panels = [][]*plot.Plot{{p}}
	return f
}

// anchor returns the last point above the floor, through which the line goes.
func (d Decay) anchor() (t, v float64, ok bool) {
	if !finite(d.Rate) {
		return 0, 0, false
	}
	for i := range d.Time {
		if d.Value[i] > d.Floor && finite(d.Value[i]) {
			t, v, ok = d.Time[i], d.Value[i], true
		}
	}
	return t, v, ok
}
