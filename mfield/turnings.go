package mfield

import (
	"math"

	"lapicque/neuron"
)

// turnings returns the rates N > 0 at which N·J(N) turns, for a1 = 0, at most two; none for
// b ≤ 0, where it increases.
//
// With w = (V_F − μ)/√a, μ = I + bN, the equation N·J = 1 for b > 0 reads
//
//	0 = (V_F − V_R − b) + D(w),   D(w) = (V_F − I) J − √a Q = ∫₀^∞ e^{sw} κ(s) ds,
//	κ = k·((V_F − I) + √a (ln k)′),   k(s) = e^{−s²/2}(1 − e^{−sΔ})/s,   Δ = (V_F − V_R)/√a,
//
// by parts in J = ∫ k e^{sw} ds. By the rule of signs for Laplace transforms (Pólya and
// Szegő, Part V) D′ has at most as many real zeros as κ has changes of sign, and the equation at most
// as many as the sequence (V_F − V_R − b, κ). As s grows from 0, (ln k)′ = −s + Δ/(e^{sΔ} − 1) − 1/s starts at −Δ/2,
// rises to at most one maximum (only if Δ² > 12) and falls to −∞: κ changes sign at most twice. So there are at
// most three steady states for b < V_F − V_R and at most two for b ≥ V_F − V_R.
func (q balance) turnings() []float64 {
	if q.b <= 0 {
		return nil
	}
	var rates []float64
	for _, w := range q.criticals() {
		if rate := (q.lift - w*math.Sqrt(q.a0)) / q.b; rate > 0 {
			rates = append(rates, rate)
		}
	}
	return rates
}

// criticals returns the zeros of D′(w), descending in w.
func (q balance) criticals() []float64 {
	scale := math.Sqrt(q.a0)
	delta := q.gap / scale
	level := q.lift / scale
	peak, top := logKernelPeak(delta)
	switch {
	case level-delta/2 > 0 || level-delta/2 == 0 && peak > 0: // κ: + −
		return []float64{q.critical(math.Inf(-1), math.Inf(1))}
	case level+top <= 0: // κ ≤ 0
		return nil
	}
	// κ: − + −. For s₀ the second change of sign, e^{−s₀w}D′(w) has its derivative's kernel (s − s₀)sκ with
	// one change: it has one extremum, a maximum, and D′ has zeros only if that is positive.
	far := peak + 1
	for level+logKernel(delta, far) > 0 {
		far *= 2
	}
	s0 := bisect(func(s float64) float64 { return -level - logKernel(delta, s) }, peak, far)
	w, positive := q.summit(s0)
	if !positive {
		return nil
	}
	return []float64{q.critical(w, math.Inf(1)), q.critical(w, math.Inf(-1))}
}

// logKernel returns (ln k)′(s).
func logKernel(delta, s float64) float64 {
	x := s * delta
	if x < 0.1 { // x/(eˣ − 1) − 1 = −x/2 + x²/12 − …
		return -s + delta*(-0.5+x/12-x*x*x/720+x*x*x*x*x/30240)
	}
	return -s + delta/math.Expm1(x) - 1/s
}

// logKernelPeak returns where (ln k)′ is largest and its value there.
func logKernelPeak(delta float64) (s, value float64) {
	if delta*delta > 12 {
		slope := func(s float64) float64 { // −(ln k)″, from negative to positive
			x := s * delta / 2
			if x < 0.05 {
				return 1 - delta*delta/12*(1-x*x/5)
			}
			h := math.Sinh(math.Min(x, 300))
			return 1 - 1/(s*s) + delta*delta/(4*h*h)
		}
		s = bisect(slope, 0, 1.0001)
	}
	return s, logKernel(delta, s)
}

// tilt returns D′(w) = (V_F − I) ∂J − √a ∂Q times e^log.
func (q balance) tilt(w float64) (value, log float64) {
	scale := math.Sqrt(q.a0)
	p := neuron.MeanPassage(w, q.gap/scale)
	return q.lift*p.Slope - scale*p.DeficitSlope, p.Log
}

// critical returns the zero of D′ between two points of opposite sign, either
// possibly infinite: D′ is negative at +∞, and at −∞ it has the sign of κ(0+).
func (q balance) critical(a, b float64) float64 {
	f := func(w float64) float64 { v, _ := q.tilt(w); return v }
	switch {
	case math.IsInf(a, -1): // + … −
		g := func(x float64) float64 { return -f(x) }
		return bisect(g, below(g, 0), above(g, 0))
	case b > a: // at a positive, at +∞ negative
		g := func(x float64) float64 { return -f(x) }
		return bisect(g, a, above(g, a))
	}
	return bisect(f, below(f, a), a) // at −∞ negative, at a positive
}

// summit looks for a point where D′ is positive: it maximises the unimodal
// e^{−s₀w}D′(w), negative at both ends, by golden sections.
func (q balance) summit(s0 float64) (at float64, positive bool) {
	// −ln|·| grows towards the maximum while the function is negative.
	height := func(w float64) float64 {
		v, log := q.tilt(w)
		if v > 0 {
			at, positive = w, true
		}
		return s0*w - log - math.Log(math.Abs(v))
	}
	lo, mid, hi := -1.0, 0.0, 1.0
	best := height(mid)
	for h := height(lo); !positive && h >= best; h = height(lo) {
		hi, mid, lo, best = mid, lo, 2*lo, h
	}
	for h := height(hi); !positive && h >= best; h = height(hi) {
		lo, mid, hi, best = mid, hi, 2*hi, h
	}
	for !positive && hi-lo > 1e-12*(1+math.Abs(mid)) {
		x := mid + 0.381966*(hi-mid)
		if mid-lo > hi-mid {
			x = mid - 0.381966*(mid-lo)
		}
		h := height(x)
		switch {
		case h > best && x > mid:
			lo, mid, best = mid, x, h
		case h > best:
			hi, mid, best = mid, x, h
		case x > mid:
			hi = x
		default:
			lo = x
		}
	}
	return at, positive
}
