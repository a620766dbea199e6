package mfield

import (
	"math"
)

// Inner is the inside of a jump whose coupling is made regular by small times: a transmission delay d, a mean time ε that a neuron
// spends above V_F before it fires, a mean refractory time τ (exponential) in which it takes no kick. As they go to 0 at fixed ratios, a jump takes a time
// of their size, in which diffusion and drift move nobody, and only the ratios matter. With F the fraction that has fired, A(s) = F(s − d) the kicks that have arrived, over b, and
// G(x) the mass within x below V_F just before:
//
//	C = G(bA) has reached V_F,  F' = (C − F)/ε (F = C without ε),  Z' = (F − Z)/τ (Z = F without τ) is back at V_R.
//
// Who comes back while A has arrived takes the kicks that are still to come, and ends at V_R + b(Δ − A). So d alone is subtractive,
// ε alone sequential, τ large against the others hard: docs/study-post-jump.md. Nobody is taken to fire twice: bΔ < V_F − V_R.
type Inner struct{ Delay, Escape, Refractory float64 }

// Landed is where those who fire in a jump are after it: Mass[i] at Potential[i], ascending.
type Landed struct {
	Fired           float64 // Δ, the first fraction at which G(bΔ) = Δ again
	Potential, Mass []float64
}

// innerSteps is the number of steps in the shortest of the times; the scheme is of first order in them.
const innerSteps = 64

// Land follows a jump. reach is G, from 0 and non-decreasing up to 1, b > 0 and vR is V_R. It reports false when no jump grows: G(bη) ≤ η for all η; and
// it panics without any time > 0 but τ.
func (in Inner) Land(reach func(x float64) float64, b, vR float64) (Landed, bool) {
	return in.land(reach, b, vR, innerSteps)
}

func (in Inner) land(reach func(x float64) float64, b, vR float64, steps int) (Landed, bool) {
	if !(in.Delay >= 0 && in.Escape >= 0 && in.Refractory >= 0 && in.Delay+in.Escape > 0 && b > 0) {
		panic("mfield: the inside of a jump needs times ≥ 0, a delay or an escape time > 0, and b > 0")
	}
	seed, grows := ignition(reach, b)
	if !grows {
		return Landed{}, false
	}
	h, lag := in.step(steps)
	fired := make([]float64, lag+1) // F at the steps from −d on, where it grows from the seed as it will go on to
	for k := range fired {
		fired[k] = seed * math.Pow(math.Max(1, reach(b*seed)/seed), float64(k)/float64(max(1, lag)))
	}
	back, last := fired[lag], seed
	var levels, masses []float64
	for k := range steps { // before, growth was slow: who fired as a fraction had fired came back as the kicks of that had arrived
		levels, masses = append(levels, seed*(float64(k)+0.5)/float64(steps)), append(masses, back/float64(steps))
	}
	for n := 0; ; n++ {
		f := fired[n+lag]
		arrived := fired[min(n+1, n+lag)]
		crossed := reach(b * arrived)
		next := math.Max(f, crossed+(f-crossed)*decline(h, in.Escape))
		rest := math.Max(back, next+(back-next)*decline(h, in.Refractory))
		levels, masses = append(levels, (arrived+last)/2), append(masses, rest-back)
		fired, back, last = append(fired, next), rest, arrived
		if settled := 1e-9; math.Max(crossed, next)-arrived < settled && next-f < settled*math.Min(1, h) {
			levels, masses = append(levels, next), append(masses, next-back) // who is back later takes no kick any more
			break
		}
	}
	var landed Landed
	landed.Fired = fired[len(fired)-1]
	for i := len(levels) - 1; i >= 0; i-- {
		landed.Potential = append(landed.Potential, vR+b*(landed.Fired-levels[i]))
		landed.Mass = append(landed.Mass, masses[i])
	}
	return landed, true
}

// step returns the step, which divides the delay, and how many of them the delay is: so many in the shortest of the times, but no
// more than sixteen times as many in d or ε.
func (in Inner) step(steps int) (h float64, lag int) {
	h = math.Inf(1)
	for _, t := range []float64{in.Delay, in.Escape, in.Refractory} {
		if t > 0 {
			h = math.Min(h, t/float64(steps))
		}
	}
	h = math.Max(h, math.Max(in.Delay, in.Escape)/float64(16*steps))
	if in.Delay > 0 {
		lag = int(math.Ceil(in.Delay / h))
		h = in.Delay / float64(lag)
	}
	return h, lag
}

// decline returns e^{−h/t}, 0 for t = 0.
func decline(h, t float64) float64 {
	if t == 0 {
		return 0
	}
	return math.Exp(-h / t)
}

// ignition returns the fraction that a jump is followed from: the least above the layer at V_F, in which a density is below 1/b, from
// which the next fraction is larger by a twentieth. Up to there a jump that begins at the margin takes a long time and little mass.
func ignition(reach func(x float64) float64, b float64) (seed float64, grows bool) {
	const grid, growth = 20_000, 0.05
	gain := func(k int) float64 { return reach(b*float64(k)/grid) - float64(k)/grid }
	top := 0
	for k := 1; k < grid; k++ {
		if gain(k) > gain(top) {
			top = k
		}
	}
	if top == 0 {
		return 0, false
	}
	k := top
	for k > 1 && gain(k-1) > growth*float64(k-1)/grid {
		k--
	}
	return float64(k) / grid, true
}
