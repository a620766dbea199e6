package mfield

import (
	"math"

	"lapicque/neuron"
)

// balance is the equation N·T(N) = 1 of the steady rate, in units of the leak: T is the mean passage J from V_R to V_F,
// with escape > 0 also the mean time E until a neuron that reached V_F fires beyond the mean delay, and rest.
type balance struct {
	lift   float64 // V_F − I: the drift that lifts the fixed point to V_F
	gap    float64 // V_F − V_R
	a0, a1 float64
	b      float64
	rest   float64 // mean refractory time and ε, what does not depend on N
	escape float64 // 1/ε; 0: fires at V_F
}

func newBalance(e NNLIF) balance {
	leak := e.Law.Leak
	q := balance{
		lift: e.Law.Threshold - e.Law.Input().At(0)/leak,
		gap:  e.Law.Gap(), a0: e.Law.A0 / leak, a1: e.Law.A1, b: e.B,
		rest: (e.Law.Refractory.Mean() + e.Law.Firing.Epsilon) * leak,
	}
	if e.Law.Firing.Escapes() {
		q.escape = 1 / (e.Law.Firing.Epsilon * leak)
	}
	if math.Abs(q.b) < 1e-250*q.gap { // below any effect, and rates of the order of 1/b overflow
		q.b = 0
	}
	return q
}

// at returns top = (V_F − μ)/√a, the passage integrals and √a at a rate.
func (q balance) at(rate float64) (top float64, p neuron.Passage, scale float64) {
	scale = math.Sqrt(q.a0 + q.a1*rate)
	top = (q.lift - q.b*rate) / scale
	return top, q.passage(top, q.gap/scale), scale
}

// passage returns MeanPassage; with escape its mean and slope include E.
func (q balance) passage(top, gap float64) neuron.Passage {
	p := neuron.MeanPassage(top, gap)
	if q.escape > 0 {
		mean, slope := neuron.Overshoot(top, q.escape)
		p.Mean, p.Slope = p.Mean+mean, p.Slope+slope
	}
	return p
}

// logInterval returns ln T.
func (q balance) logInterval(p neuron.Passage) float64 {
	if q.rest == 0 {
		return p.LogMean()
	}
	passage, rest := p.LogMean(), math.Log(q.rest)
	return math.Max(passage, rest) + math.Log1p(math.Exp(-math.Abs(passage-rest)))
}

// excess returns ln(N·T(N)) at ln N = log. Where T = J, the fixed point is far above V_F and b is near
// V_F − V_R, N·J is near 1 whatever N; there it comes from
//
//	b·(N·J − 1) = (V_F − V_R − b) + (V_F − I) J − √a Q,
//
// in which nothing cancels but what the problem makes cancel.
func (q balance) excess(log float64) float64 {
	top, p, scale := q.at(math.Exp(log))
	if top > -1 || q.b < q.gap/2 || q.rest > 0 {
		return log + q.logInterval(p)
	}
	return math.Log1p((q.gap - q.b + q.lift*p.Mean - scale*p.Deficit) / q.b)
}

// slope returns the derivative of excess: 1 + (N/T)·(P₁·top′ + φ(z_R)·Δ′) in the notation of slopes, or, where that
// would cancel, T = J and a1 = 0, −D′/(√a·J) in that of turnings.
func (q balance) slope(log float64) float64 {
	rate := math.Exp(log)
	top, p, scale := q.at(rate)
	if q.a1 == 0 && q.rest == 0 && top < -1 && q.b >= q.gap/2 {
		return -(q.lift*p.Slope - scale*p.DeficitSlope) / (scale * p.Mean)
	}
	alpha := q.a1 / (2 * scale * scale)
	gap := q.gap / scale
	return 1 - rate/(p.Mean+q.rest*math.Exp(-p.Log))*(p.Slope*(q.b/scale+alpha*top)+millsAt(top-gap, p.Log)*alpha*gap)
}
