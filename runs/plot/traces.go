package plot

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/plot"
)

// Trace is the potential of one neuron.
type Trace struct {
	Name            string
	Time, Potential []float64
	Spikes          []float64 // times, ascending
}

// Traces is the potential of a few neurons against time.
type Traces struct {
	List      []Trace
	Reset     float64 // V_R, NaN when there is none
	Threshold float64 // V_F, NaN when there is none
	Level     string  // what the threshold is called, V_F when empty
	BlowUps   []float64
	Gaps      bool // a neuron does not restart in the instant of its spike
	Beyond    bool // it spikes somewhere above V_F
}

const maxTraces = 8

// Figure draws one strip a neuron; a spike rises to V_F and falls to V_R, unless Beyond or Gaps leave a gap there.
func (t Traces) Figure() *Figure {
	f := &Figure{}
	shown := t.List
	if len(shown) > maxTraces {
		f.Notes = append(f.Notes, fmt.Sprintf("%d of %d recorded neurons are drawn.", maxTraces, len(shown)))
		shown = shown[:maxTraces]
	}
	across, up := spanOf(), spanOf([]float64{t.Reset, t.Threshold})
	for _, tr := range shown {
		x, y := spanOf(tr.Time), spanOf(tr.Potential)
		across = span{math.Min(across.low, x.low), math.Max(across.high, x.high)}
		up = span{math.Min(up.low, y.low), math.Max(up.high, y.high)}
	}
	room := 0.1 * (up.high - up.low)
	up.high += room
	if t.Reset <= up.low { // its name is not to stand in the labels of the axis
		up.low -= 1.5 * room
	}
	for i, tr := range shown {
		p := panel()
		between(&p.X, across)
		between(&p.Y, up)
		p.Y.Tick.Marker = linearTicks{3}
		p.Y.Label.Text = tr.Name
		x, y := t.drawn(tr)
		p.Add(level{t.Reset, "V_{R}", dotted(ink), -0.75}, level{t.Threshold, cmp.Or(t.Level, "V_{F}"), dotted(ink), -0.25})
		p.Add(curve{x: x, y: y, line: solid(blue, 0.8)})
		p.Add(t.peaks(tr))
		for _, at := range t.BlowUps {
			p.Add(upright{x: at, line: dashed(purple, 0.9)})
		}
		if i == len(shown)-1 {
			p.X.Label.Text = timeLabel
		} else {
			bare(&p.X)
		}
		f.panels = append(f.panels, []*plot.Plot{p})
	}
	f.height = 28.35 * (1.2 + 2.1*lengthOf(len(shown)))
	f.right = 16
	return f
}

// peaks are dots at V_F, one a spike.
func (t Traces) peaks(tr Trace) curve {
	at := make([]float64, len(tr.Spikes))
	for i := range at {
		at[i] = t.Threshold
	}
	return curve{x: tr.Spikes, y: at, line: solid(ink, 0), dots: 1.5}
}

// drawn inserts each spike between the samples around it.
func (t Traces) drawn(tr Trace) (x, y []float64) {
	next := 0
	for i := range tr.Time {
		for next < len(tr.Spikes) && tr.Spikes[next] <= tr.Time[i] {
			if finite(t.Threshold) && finite(t.Reset) {
				up, down := t.Threshold, t.Reset
				if t.Beyond {
					up = math.NaN()
				}
				if t.Gaps {
					down = math.NaN()
				}
				x = append(x, tr.Spikes[next], tr.Spikes[next])
				y = append(y, up, down)
			}
			next++
		}
		x, y = append(x, tr.Time[i]), append(y, tr.Potential[i])
	}
	return thinned(x, y, 2000)
}
