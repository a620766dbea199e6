package mfield

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
)

// counts are the bounds for the number of steady states, for a1 = 0 and a leak.
func (e NNLIF) counts(number int) []Statement {
	made := e.plainCounts(number)
	if !e.Law.Bounces() {
		made = e.variantCounts(number)
	}
	for k := range made {
		made[k].Computed = fmt.Sprintf("%d steady states", number)
		if number == 1 {
			made[k].Computed = "1 steady state"
		}
		if made[k].Holds == No {
			made[k].Verdict = NothingToSay
		}
	}
	return made
}

// variantCounts are the bounds with a refractory state or a random threshold, where N·T(N) goes from 0 to ∞ with N. Without random
// threshold, db/dw of NNLIF.Folds is the Laplace transform of sκ(s) in the notation of turnings less a mass at 0, which has
// at most two changes of sign: so there are at most two folds.
func (e NNLIF) variantCounts(number int) []Statement {
	const source = "Cáceres and Perthame 2014: N times the mean interval goes from 0 to ∞"
	made := []Statement{
		{Name: "steady states: at least one", Source: source, Says: "for every b at least one", Holds: Yes, Verdict: claim(number >= 1)},
		{Name: "steady states: inhibition", Source: source, Says: "if b ≤ 0, exactly one", Holds: answer(e.B <= 0), Verdict: claim(number == 1)},
	}
	if !e.Law.Firing.Escapes() {
		made = append(made, Statement{Name: "steady states: at most", Source: "rule of signs of Pólya and Szegő, derived in docs/numerics-meanfield.md",
			Says: "at most three", Holds: Yes, Verdict: claim(number <= 3)})
	}
	for k := range made {
		made[k].Numbers = fmt.Sprintf("b = %.4g, τ = %.4g, ε = %.4g", e.B, e.Law.Refractory.Mean(), e.Law.Firing.Epsilon)
	}
	return made
}

// plainCounts are those of neurons that restart at once. V_F and V_R are
// taken less the current, and a in units of the leak, so that theorems for I = 0 and leak 1 apply.
func (e NNLIF) plainCounts(number int) []Statement {
	q := newBalance(e)
	b, a, f, r := q.b, q.a0, q.lift, q.lift-q.gap
	_, p, _ := q.at(0)
	silent := math.Exp(p.LogMean()) // mean interval at N = 0
	strong := 2*a*b < q.gap*q.gap*r
	const source = "Cáceres, Carrillo and Perthame 2011"
	made := []Statement{
		{Name: "steady states: inhibition", Source: source, Says: "if b ≤ 0, exactly one", Holds: answer(b <= 0), Verdict: claim(number == 1)},
		{Name: "steady states: at least one", Source: source, Says: "if 0 < b < V_F − V_R or 0 < 2ab < (V_F − V_R)² V_R, at least one",
			Holds: answer(b > 0 && (b < q.gap || strong)), Verdict: claim(number >= 1)},
		{Name: "steady states: at least two", Source: source, Says: "if b > V_F − V_R and 2ab < (V_F − V_R)² V_R, at least two",
			Holds: answer(b > q.gap && strong), Verdict: claim(number >= 2)},
		{Name: "steady states: none", Source: source, Says: "if b > 2 max(V_F − V_R, V_F J(0)), J(0) the mean interval of a neuron alone, none",
			Holds: answer(f > 0 && b > 2*math.Max(q.gap, f*silent)), Verdict: claim(number == 0)},
		{Name: "steady states: at most", Source: "rule of signs of Pólya and Szegő, derived in docs/numerics-meanfield.md",
			Says:  "at most three if b < V_F − V_R (one if also a ≥ (V_F − V_R)²/12), at most two if b ≥ V_F − V_R",
			Holds: Yes, Verdict: claim(number <= most(b, a, q.gap))},
	}
	for k := range made {
		made[k].Numbers = fmt.Sprintf("b = %.4g, V_F = %.4g, V_R = %.4g, a = %.4g", b, f, r, a)
	}
	return made
}

// most is the largest number of steady states that the rule of signs allows.
func most(b, a, gap float64) int {
	switch {
	case b >= gap:
		return 2
	case a >= gap*gap/12:
		return 1
	}
	return 3
}

func answer(holds bool) Answer {
	if holds {
		return Yes
	}
	return No
}

func claim(holds bool) Verdict {
	if holds {
		return Consistent
	}
	return Contradicted
}

// stability holds two criteria for the zeros of 1 − bK(λ) in the right half plane against the computed
// stability of each steady state: a small gain excludes them for every delay, bK(0) > 1 makes a real one.
func (e NNLIF) stability(states []Steady) []Statement {
	small := Statement{Name: "stability: small gain", Source: "Nyquist's criterion on the linearisation of Cáceres, Cañizo and Ramos-Lora 2024",
		Says: "a steady state with |b| max |K(iω)| < 1 is linearly stable", Holds: No, Verdict: NothingToSay}
	steep := Statement{Name: "stability: slope", Source: small.Source,
		Says: "a steady state with b K(0) > 1, K(0) = dN/dI, is linearly unstable", Holds: No, Verdict: NothingToSay}
	var gains, slopes, found []string
	for _, s := range states {
		if !(s.Rate > 0) {
			continue
		}
		gain, slope := e.loopGain(s)
		gains, slopes = append(gains, fmt.Sprintf("%.4g", gain)), append(slopes, fmt.Sprintf("%.4g", slope))
		word := "unstable"
		if s.Stable {
			word = "stable"
		}
		if found = append(found, word); !s.Stable && !s.Known {
			found[len(found)-1] = "not decided"
			continue
		}
		if gain < 0.999 { // the maximum is taken on a grid
			small.Holds, small.Verdict = Yes, worse(small.Verdict, claim(s.Stable))
		}
		if slope > 1+1e-9 {
			steep.Holds, steep.Verdict = Yes, worse(steep.Verdict, claim(!s.Stable))
		}
	}
	if found == nil {
		return nil
	}
	small.Numbers, steep.Numbers = "|b| max |K| = "+strings.Join(gains, ", "), "b K(0) = "+strings.Join(slopes, ", ")
	small.Computed, steep.Computed = strings.Join(found, ", "), strings.Join(found, ", ")
	return []Statement{small, steep}
}

func worse(a, b Verdict) Verdict {
	if a == Contradicted {
		return a
	}
	return b
}

// loopGain returns |b| max |K(iω)| over a grid that has every resonance of the neuron on it, and
// b K(0).
func (e NNLIF) loopGain(s Steady) (gain, slope float64) {
	one := e.environment(s.Rate)
	look := func(omega float64) complex128 {
		k, _ := one.Response(complex(0, omega))
		return k * complex(e.B, 0)
	}
	first := look(0)
	gain = cmplx.Abs(first)
	scale := e.Law.Leak + s.Rate
	for x := -6.0; x < 6; x += 0.1 {
		gain = math.Max(gain, cmplx.Abs(look(scale*math.Exp(x))))
	}
	cv := one.CV() // resonances at multiples of 2π·rate, about π·CV²·rate wide, one below the other
	for k := -8.0; k <= 8; k++ {
		gain = math.Max(gain, cmplx.Abs(look(2*math.Pi*s.Rate*math.Max(0.05, 1+cv*cv*k/8))))
	}
	return gain, real(first)
}
