package plot

import (
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// span is the range of the finite values it was shown.
type span struct{ low, high float64 }

func spanOf(lists ...[]float64) span {
	s := span{math.Inf(1), math.Inf(-1)}
	for _, list := range lists {
		for _, v := range list {
			if finite(v) {
				s.low, s.high = math.Min(s.low, v), math.Max(s.high, v)
			}
		}
	}
	return s
}

// with returns the range of both.
func (s span) with(t span) span { return span{math.Min(s.low, t.low), math.Max(s.high, t.high)} }

func (s span) empty() bool { return s.low > s.high }

// between sets an axis to the span, and to something drawable when the span is
// empty or a point.
func between(a *plot.Axis, s span) {
	if s.empty() {
		s = span{0, 1}
	}
	if s.high-s.low <= 1e-9*math.Max(math.Abs(s.low), math.Abs(s.high)) {
		pad := math.Max(0.5*math.Abs(s.low), 1e-3)
		s = span{s.low - pad, s.high + pad}
	}
	a.Min, a.Max = s.low, s.high
}

// fromZero sets an axis to [0, high] with some air above.
func fromZero(a *plot.Axis, high float64) {
	if !finite(high) || high <= 0 {
		high = 1
	}
	a.Min, a.Max = 0, 1.08*high
}

// logarithmic makes an axis carry log10 of its values, low > 0 to high. (The
// logarithmic scale of gonum misplaces the label of the axis.)
func logarithmic(a *plot.Axis, low, high float64) {
	a.Tick.Marker = logTicks{}
	a.Min, a.Max = math.Log10(low), math.Log10(high)
}

// scales returns the maps from values to the canvas. What a logarithmic axis
// cannot show, zero and below, it shows at its foot.
func scales(c *draw.Canvas, p *plot.Plot) (x, y func(float64) vg.Length) {
	x, y = p.Transforms(c)
	return scale(p.X, x), scale(p.Y, y)
}

func scale(a plot.Axis, linear func(float64) vg.Length) func(float64) vg.Length {
	if _, logs := a.Tick.Marker.(logTicks); !logs {
		return linear
	}
	return func(v float64) vg.Length {
		if !(v > 0) {
			return linear(a.Min)
		}
		return linear(math.Max(math.Log10(v), a.Min))
	}
}

// decades makes an axis logarithmic over the positive values of the lists, but
// no further down than a thousandth of their median. Without any it reports
// false and leaves the axis alone.
func decades(a *plot.Axis, lists ...[]float64) bool {
	var values []float64
	for _, list := range lists {
		values = append(values, positive(list)...)
	}
	if len(values) == 0 {
		return false
	}
	sort.Float64s(values)
	low := math.Max(values[0], values[len(values)/2]/1000)
	logarithmic(a, low/1.4, values[len(values)-1]*1.4)
	return true
}

func positive(values []float64) (list []float64) {
	for _, v := range values {
		if finite(v) && v > 0 {
			list = append(list, v)
		}
	}
	return list
}

// spread is the ratio of the largest value to the median of the positive ones,
// 1 without any: how unfit a linear axis from zero is.
func spread(values []float64) float64 {
	list := positive(values)
	if len(list) == 0 {
		return 1
	}
	sort.Float64s(list)
	return list[len(list)-1] / list[len(list)/2]
}

// thinned keeps of a long curve, in each of so many pieces, the first, the
// lowest, the highest and the last point: the drawn line is the same.
func thinned(x, y []float64, pieces int) (tx, ty []float64) {
	n := len(x)
	if n <= 4*pieces {
		return x, y
	}
	for k := range pieces {
		from, to := k*n/pieces, (k+1)*n/pieces
		low, high := from, from
		for i := from; i < to; i++ {
			if y[i] < y[low] {
				low = i
			}
			if y[i] > y[high] {
				high = i
			}
		}
		last := -1
		for _, i := range []int{from, min(low, high), max(low, high), to - 1} {
			if i != last {
				tx, ty, last = append(tx, x[i]), append(ty, y[i]), i
			}
		}
	}
	return tx, ty
}
