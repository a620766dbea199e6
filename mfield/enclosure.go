package mfield

import (
	"math"

	"lapicque/neuron"
)

// interval is a closed interval.
type interval struct{ lo, hi float64 }

func (x interval) times(y interval) interval {
	a, b, c, d := x.lo*y.lo, x.lo*y.hi, x.hi*y.lo, x.hi*y.hi
	return interval{min(a, b, c, d), max(a, b, c, d)}
}

func (x interval) plus(y interval) interval { return interval{x.lo + y.lo, x.hi + y.hi} }

func (x interval) without(zero float64) bool { return x.lo > zero || x.hi < -zero }

// enclosed returns the roots of r = ln(N·T(N)) for any a1 ≥ 0 by bisection in u = ln N with
// bounds: a box is discarded when the bounds of r exclude 0, by themselves or by the mean value theorem, holds at
// most one root when those of dr/du do, and is cut in two otherwise. The bounds are
// rigorous up to rounding, for which margins are left: J and its derivatives increase both in
// top = (V_F − μ)/√a and in Δ = (V_F − V_R)/√a, because every derivative of the Mills ratio
// is positive, and so do E and ∂E/∂top (neuron.Overshoot).
func (q balance) enclosed() ([]float64, error) {
	lo, hi := -1.0, 1.0
	for !q.bounds(math.Inf(-1), lo).without(0) {
		lo -= 1 - lo/8
	}
	var err error
	if hi, err = q.horizon(); err != nil || hi <= lo {
		return nil, err
	}
	var roots []float64
	boxes := []interval{{lo, hi}}
	for count := 0; len(boxes) > 0; count++ {
		if count > 1_000_000 {
			return nil, errUncertified
		}
		x := boxes[len(boxes)-1]
		boxes = boxes[:len(boxes)-1]
		if q.bounds(x.lo, x.hi).without(1e-13) {
			continue
		}
		slopes := q.slopes(x)
		mid := x.lo + (x.hi-x.lo)/2
		if math.Abs(q.excess(mid)) > 1e-12+(x.hi-x.lo)/2*math.Max(-slopes.lo, slopes.hi) {
			continue
		}
		if slopes.without(1e-9) {
			fl, fh := q.excess(x.lo), q.excess(x.hi)
			switch {
			case fl < 0 && fh >= 0:
				roots = append(roots, rateOf(bisect(q.excess, x.lo, x.hi)))
			case fl >= 0 && fh < 0:
				roots = append(roots, rateOf(bisect(func(u float64) float64 { return -q.excess(u) }, x.lo, x.hi)))
			}
			continue
		}
		if x.hi-x.lo < 1e-9 {
			return nil, errUncertified
		}
		boxes = append(boxes, interval{x.lo, mid}, interval{mid, x.hi})
	}
	return roots, nil
}

// horizon returns ln of a rate above which there is no root.
func (q balance) horizon() (float64, error) {
	if q.rest > 0 {
		return -math.Log(q.rest) + 1e-9, nil
	}
	if q.b <= 0 { // N·J ≥ N·Δ·φ(min(z_R, 0)), which increases with N
		u := 0.0
		for ; ; u++ {
			rate := math.Exp(u)
			scale := math.Sqrt(q.a0 + q.a1*rate)
			reset := math.Min(0, (q.lift-q.gap-q.b*rate)/scale)
			if phi := math.Sqrt(math.Pi/2) * neuron.Erfcx(-reset/math.Sqrt2); rate*q.gap/scale*phi > 1.01 {
				return u, nil
			}
		}
	}
	// Past V_F, J < ln(1 + gap/m) < gap/m with m = μ − V_F.
	if q.b > q.gap {
		if q.lift <= 0 {
			return math.Inf(-1), nil
		}
		return math.Log(q.lift / (q.b - q.gap)), nil
	}
	// And J > ½ ln(((m + gap)² + a)/(m² + a)) > gap(m + gap/2)/(m² + gap·m + gap²/2 + a), so that N·J > 1 past the
	// larger root of c2 m² + c1 m + c0.
	c2 := q.gap - q.b
	c1 := q.gap*(q.lift+q.gap/2-q.b) - q.a1
	c0 := q.gap*q.gap/2*(q.lift-q.b) - q.b*q.a0 - q.a1*q.lift
	m := 0.0
	switch {
	case c2 > 0:
		if disc := c1*c1 - 4*c2*c0; disc > 0 {
			m = (math.Abs(c1) + math.Sqrt(disc)) / (2 * c2)
		}
	case c1 > 0:
		m = math.Max(0, -c0/c1)
	default:
		return 0, errUncertified
	}
	return math.Log((m+math.Max(0, q.lift))/q.b*1.01 + 1e-300), nil
}

// ranges returns the ranges of top and Δ over lo ≤ u ≤ hi.
func (q balance) ranges(lo, hi float64) (top, gap interval) {
	at := func(rate float64) float64 { return (q.lift - q.b*rate) / math.Sqrt(q.a0+q.a1*rate) }
	n0, n1 := math.Exp(lo), math.Exp(hi)
	a, b := at(n0), at(n1)
	top = interval{math.Min(a, b), math.Max(a, b)}
	if turn := -(2*q.b*q.a0 + q.a1*q.lift) / (q.a1 * q.b); turn > n0 && turn < n1 {
		c := at(turn)
		top = interval{math.Min(top.lo, c), math.Max(top.hi, c)}
	}
	return top, interval{q.gap / math.Sqrt(q.a0+q.a1*n1), q.gap / math.Sqrt(q.a0+q.a1*n0)}
}

// bounds returns bounds of r over lo ≤ u ≤ hi; lo may be −∞.
func (q balance) bounds(lo, hi float64) interval {
	top, gap := q.ranges(lo, hi)
	return interval{lo + q.logInterval(q.passage(top.lo, gap.lo)), hi + q.logInterval(q.passage(top.hi, gap.hi))}
}

// slopes returns bounds of dr/du = 1 + (N/T)·(P₁·top′ + φ(z_R)·Δ′), with Δ′ = −αΔ, top′ = −b/√a − α·top,
// α = a1/(2a).
func (q balance) slopes(x interval) interval {
	top, gap := q.ranges(x.lo, x.hi)
	n := interval{math.Exp(x.lo), math.Exp(x.hi)}
	a := interval{q.a0 + q.a1*n.lo, q.a0 + q.a1*n.hi}
	low, high := q.passage(top.lo, gap.lo), q.passage(top.hi, gap.hi)
	log := high.Log
	fade := math.Exp(low.Log - log)
	rest := q.rest * math.Exp(-log)
	mean := interval{low.Mean*fade + rest, high.Mean + rest}
	slope := interval{low.Slope * fade, high.Slope}
	phi := interval{millsAt(top.lo-gap.hi, log), millsAt(top.hi-gap.lo, log)}
	alpha := interval{q.a1 / (2 * a.hi), q.a1 / (2 * a.lo)}
	drop := interval{-q.b / math.Sqrt(a.lo), -q.b / math.Sqrt(a.hi)}
	if drop.lo > drop.hi {
		drop.lo, drop.hi = drop.hi, drop.lo
	}
	minus := interval{-1, -1}
	turn := drop.plus(minus.times(alpha.times(top)))
	change := slope.times(turn).plus(minus.times(phi.times(alpha.times(gap))))
	return interval{1, 1}.plus(change.times(n).times(interval{1 / mean.hi, 1 / mean.lo}))
}

// millsAt returns φ(z)·e^{−log}.
func millsAt(z, log float64) float64 {
	if z > 0 {
		return math.Sqrt(math.Pi/2) * math.Erfc(-z/math.Sqrt2) * math.Exp(z*z/2-log)
	}
	return math.Sqrt(math.Pi/2) * neuron.Erfcx(-z/math.Sqrt2) * math.Exp(-log)
}
