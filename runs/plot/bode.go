package plot

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/plot"
)

// Bode is a Bode plot: gain and phase of transfer functions against the angular
// frequency.
type Bode struct {
	Omega   []float64 // ascending, > 0
	Columns []Transfer
}

// Transfer is a transfer function of one neuron and of the network it belongs to,
// at the frequencies of a Bode.
type Transfer struct {
	Gain          string // label of the gain, with its unit
	Free, Coupled []complex128
}

// Figure draws a column for each transfer function: the gain with logarithmic axes, below it
// the phase in degrees.
func (b Bode) Figure() *Figure {
	f := &Figure{height: 12.5 * 28.35, panels: make([][]*plot.Plot, 2), shares: []float64{1.3, 1}}
	f.key = []keyEntry{{name: "one neuron (uncoupled)", line: dashed(ink, 1.2)}, {name: "network (coupled)", line: solid(vermillion, 1.4)}}
	for _, t := range b.Columns {
		gain, phase := panel(), panel()
		gain.Y.Label.Text, phase.Y.Label.Text = t.Gain, "phase (degrees)"
		b.draw(gain, Gains(t.Free), Gains(t.Coupled))
		decades(&gain.Y, Gains(t.Free), Gains(t.Coupled))
		free, coupled := Phases(t.Free), Phases(t.Coupled)
		b.draw(phase, free, coupled)
		s := spanOf(free, coupled)
		pad := 0.06*(s.high-s.low) + 1
		between(&phase.Y, span{s.low - pad, s.high + pad})
		phase.Y.Tick.Marker = angleTicks{}
		phase.X.Label.Text = "angular frequency ω (rad per membrane time)"
		bare(&gain.X)
		f.panels[0], f.panels[1] = append(f.panels[0], gain), append(f.panels[1], phase)
	}
	return f
}

// draw puts both curves over the frequencies.
func (b Bode) draw(p *plot.Plot, free, coupled []float64) {
	logarithmic(&p.X, b.Omega[0], b.Omega[len(b.Omega)-1])
	p.Add(curve{x: b.Omega, y: coupled, line: solid(vermillion, 1.4)}, curve{x: b.Omega, y: free, line: dashed(ink, 1.2)})
}

// Gains returns the absolute values.
func Gains(values []complex128) []float64 {
	out := make([]float64, len(values))
	for i, z := range values {
		out[i] = cmplx.Abs(z)
	}
	return out
}

// Phases returns the arguments in degrees, unwrapped: continued so that neighbours
// differ by at most 180; the first lies in (−180, 180].
func Phases(values []complex128) []float64 {
	out := make([]float64, len(values))
	turn, last := 0.0, 0.0
	for i, z := range values {
		raw := cmplx.Phase(z) * 180 / math.Pi
		if i > 0 {
			turn -= 360 * math.Round((raw+turn-last)/360)
		}
		last = raw + turn
		out[i] = last
	}
	return out
}

// angleTicks labels multiples of an even part of a full turn.
type angleTicks struct{}

// Ticks returns the ticks from lo to hi degrees.
func (angleTicks) Ticks(lo, hi float64) []plot.Tick {
	step := 360.0
	for _, s := range []float64{1, 5, 15, 30, 45, 90, 180} {
		if (hi-lo)/s <= 6 {
			step = s
			break
		}
	}
	step *= math.Max(1, math.Ceil((hi-lo)/(6*step)))
	var ticks []plot.Tick
	for k := math.Ceil(lo / step); k*step <= hi; k++ {
		ticks = append(ticks, plot.Tick{Value: k * step, Label: number(k*step, 0)})
	}
	return ticks
}
