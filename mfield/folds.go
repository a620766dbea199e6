package mfield

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// Folds returns the folds of the curve of steady states in b, ascending in b; the B of the receiver plays no part, a1 must
// be 0. In w = (V_F − μ)/√a, with T the mean interval, every N > 0 belongs to one b,
//
//	b(w) = (V_F − I − √a w)·T(w),   N = 1/T(w),
//
// and the folds are the zeros of db/dw with b > 0. Without refractory state and random threshold these are at most two,
// by the rule of signs of turnings, and those beyond the largest number are left out. With them db/dw < 0 at both ends and
// the zeros between are enclosed; two closer together than 1e−7 in w, next to a cusp, may be missed.
func (e NNLIF) Folds() (folds []Fold, err error) {
	if err := e.CheckSteady(); err != nil {
		return nil, err
	}
	if e.Law.A1 != 0 {
		return nil, fmt.Errorf("mfield: folds are followed for a1 = 0, not for a1 = %g", e.Law.A1)
	}
	if e.Law.Leak == 0 {
		return e.perfectFolds(), nil
	}
	e.B = 1
	q := newBalance(e)
	zeros := q.curveTurnings
	if q.rest == 0 {
		zeros = q.criticals
	}
	for _, w := range zeros() {
		drift := q.lift - w*math.Sqrt(q.a0)
		if b := q.coupling(w); drift > 0 && b > 0 && !math.IsInf(b, 1) {
			folds = append(folds, Fold{Value: b, Rate: drift / b * e.Law.Leak})
		}
	}
	slices.SortFunc(folds, func(x, y Fold) int { return cmp.Compare(x.Value, y.Value) })
	return folds, nil
}

// Fold returns the fold with the largest b, nil when there is none (without refractory state and random threshold there is then one
// state for each b below V_F − V_R and none above; with them one for each b).
func (e NNLIF) Fold() (*Fold, error) {
	folds, err := e.Folds()
	if len(folds) == 0 {
		return nil, err
	}
	return &folds[len(folds)-1], nil
}

// perfectFolds is the case without leak: N·gap = (I + bN)(1 − τN) gives b(N) = gap/(1 − τN) − I/N.
func (e NNLIF) perfectFolds() []Fold {
	current, tau := e.Law.Input().At(0), e.Law.Refractory.Mean()
	if !(current < 0) || tau == 0 {
		return nil
	}
	// τ·gap N² = −I (1 − τN)², N < 1/τ
	root := math.Sqrt(-current / (tau * e.Law.Gap()))
	rate := root / (1 + tau*root)
	return []Fold{{Value: e.Law.Gap()/(1-tau*rate) - current/rate, Rate: rate}}
}

// coupling returns b(w), as in excess where terms would cancel.
func (q balance) coupling(w float64) float64 {
	scale := math.Sqrt(q.a0)
	drift := q.lift - w*scale
	p := q.passage(w, q.gap/scale)
	if p.Log > 0 || w > -1 {
		return drift * (p.Mean*math.Exp(p.Log) + q.rest)
	}
	plain := neuron.MeanPassage(w, q.gap/scale)
	return q.gap + q.lift*plain.Mean - scale*plain.Deficit + drift*(p.Mean-plain.Mean+q.rest)
}

// curveSlope returns bounds of db/dw over a box, times e^−log, the Log of the passage at its upper end:
//
//	db/dw = (V_F − I) ∂J − √a ∂Q + (V_F − I − √a w) ∂E − √a (E + rest).
func (q balance) curveSlope(x interval) (bounds interval, log float64) {
	scale := math.Sqrt(q.a0)
	end := func(w float64) (p neuron.Passage, mean, slope float64) {
		p = neuron.MeanPassage(w, q.gap/scale)
		if q.escape > 0 {
			mean, slope = neuron.Overshoot(w, q.escape)
		}
		return p, mean, slope
	}
	low, lowMean, lowSlope := end(x.lo)
	high, highMean, highSlope := end(x.hi)
	fade := math.Exp(low.Log - high.Log)
	level := interval{q.lift, q.lift}
	minus := interval{-scale, -scale}
	bounds = level.times(interval{low.Slope * fade, high.Slope})
	bounds = bounds.plus(minus.times(interval{low.DeficitSlope * fade, high.DeficitSlope}))
	bounds = bounds.plus(interval{q.lift - scale*x.hi, q.lift - scale*x.lo}.times(interval{lowSlope * fade, highSlope}))
	rest := q.rest * math.Exp(-high.Log)
	return bounds.plus(minus.times(interval{lowMean*fade + rest, highMean + rest})), high.Log
}

// curveTurnings returns the zeros of db/dw with b > 0 for rest > 0, descending in w, by bisection with curveSlope.
func (q balance) curveTurnings() (zeros []float64) {
	slope := func(w float64) float64 {
		s, _ := q.curveSlope(interval{w, w})
		return s.lo
	}
	boxes := []interval{{q.curveEnd(), q.lift / math.Sqrt(q.a0)}}
	for len(boxes) > 0 {
		x := boxes[len(boxes)-1]
		boxes = boxes[:len(boxes)-1]
		bounds, log := q.curveSlope(x)
		if !(x.lo < x.hi) || bounds.without(1e-14*q.rest*math.Exp(-log)) {
			continue
		}
		if x.hi-x.lo < 1e-7*(1+math.Abs(x.lo)) {
			low, high := slope(x.lo) >= 0, slope(x.hi) >= 0
			switch {
			case low && !high:
				zeros = append(zeros, bisect(func(w float64) float64 { return -slope(w) }, x.lo, x.hi))
			case high && !low:
				zeros = append(zeros, bisect(slope, x.lo, x.hi))
			}
			continue
		}
		mid := x.lo + (x.hi-x.lo)/2
		boxes = append(boxes, interval{x.lo, mid}, interval{mid, x.hi})
	}
	return zeros
}

// curveEnd returns a w below which db/dw < 0, as ∂J ≤ Δ/w² and ∂E ≤ 5(1 + ε)/|w|³ for w < 0: φ < 1/|w|, φ′ < 1/w² and,
// since 0 < κ′ < 1 increases, κ < (1 + s)/|w| and κ′ < 4(1 + s)/w² in the notation of neuron.Overshoot.
func (q balance) curveEnd() float64 {
	scale := math.Sqrt(q.a0)
	size := math.Abs(q.lift) / scale
	for w := 1.0; ; w *= 2 {
		slope := size * q.gap / scale / (w * w)
		if q.escape > 0 {
			slope += (size + w) * 5 * (1 + 1/q.escape) / (w * w * w)
		}
		if slope < q.rest/2 {
			return -w
		}
	}
}
