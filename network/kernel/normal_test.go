package kernel

import (
	"math"
	"testing"
)

// lattice visits every value of Normal with a positive sign, from the rarest on,
// with the number of words, of the 2³⁰ that differ beyond bit 0, that give it.
// From m = 2²⁴ on several m round to one float32, ties to even: the visit then
// goes float by float and counts the odd m up to the last that rounds to it.
func lattice(visit func(z, words float64)) {
	for m := uint32(1); m < 1<<24; m += 2 {
		visit(float64(Normal(m)), 1)
	}
	below := int64(1 << 23) // odd m visited so far
	for f := float32(1 << 24); f <= 1<<31; {
		next := math.Nextafter32(f, math.MaxFloat32)
		last := (int64(f) + int64(next)) / 2
		if math.Float32bits(f)&1 == 1 {
			last--
		}
		last = (min(last, 1<<31-1) - 1) | 1 // odd
		if words := (last+1)/2 - below; words > 0 {
			visit(float64(Normal(uint32(last))), float64(words))
			below += words
		}
		f = next
	}
}

// TestNormalOverItsLattice holds the whole lattice, 2³¹ words without a sample,
// against the normal law: the distance of each value from the exact quantile at
// its midpoint, the moments to order 6, the tails, the end.
func TestNormalOverItsLattice(t *testing.T) {
	const perUnit = 64
	var moments [4]float64 // orders 0, 2, 4, 6
	var bins [8 * perUnit]float64
	largest := 0.0
	lattice(func(z, words float64) {
		z2 := z * z
		moments[0] += words
		moments[1] += words * z2
		moments[2] += words * (z2 * z2)
		moments[3] += words * (z2 * z2 * z2)
		largest = max(largest, z)
		bins[int(z*perUnit)] += words
	})
	const total = 1 << 30
	if moments[0] != total {
		t.Fatalf("the lattice has %v words, want 2³⁰", moments[0])
	}
	// A map within δ of the exact quantile, and blind beyond the lattice's end L,
	// has its k-th moment within k·δ·E|Z|^{k−1} + ∫_{|z|>L} |z|^k of the exact one.
	deviation := worstDeviation()
	end := math.Sqrt2 * math.Erfcinv(0x1p-31) // tail probability 2⁻³², the first midpoint
	absolute := []float64{0, math.Sqrt(2 / math.Pi), 2 * math.Sqrt(2/math.Pi), 8 * math.Sqrt(2/math.Pi)}
	for k, exact := range []float64{1, 1, 3, 15} {
		got := moments[k] / total
		order := float64(2 * k)
		bound := order*deviation*absolute[k] + tailMoment(2*k, end)
		t.Logf("moment %v: %.9f, off by %+.2g, bound %.2g", order, got, got-exact, bound)
		if math.Abs(got-exact) > bound {
			t.Errorf("moment %v is %v, want %v ± %v", order, got, exact, bound)
		}
	}
	t.Logf("largest |z| %.4f, exact %.4f; largest distance from the quantile %.2g", largest, end, deviation)
	if math.Abs(largest-end) > deviation || deviation > 5e-6 {
		t.Errorf("the lattice ends at %v, want %v; distance from the quantile %v, want below 5e−6", largest, end, deviation)
	}
	tails(t, bins[:], perUnit, deviation)
}

// worstDeviation is the largest distance of Normal from the quantile, over
// 2000 words of every octave of the tail probability, its ends included.
func worstDeviation() float64 {
	worst := 0.0
	for e := range 31 {
		lo, hi := int64(1)<<e, int64(2)<<e-1
		for k := range int64(2000) {
			m := uint32(lo+(hi-lo)*k/1999) | 1
			p := float64(float32(m)) / (1 << 32)
			exact := math.Sqrt2 * math.Erfcinv(2*p)
			worst = max(worst, math.Abs(float64(Normal(m))-exact))
		}
	}
	return worst
}

// tailMoment is 2∫_x^∞ z^k φ(z) dz for even k, by parts down to the error function.
func tailMoment(k int, x float64) float64 {
	if k == 0 {
		return math.Erfc(x / math.Sqrt2)
	}
	return 2*math.Pow(x, float64(k-1))*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi) + float64(k-1)*tailMoment(k-2, x)
}

// tails compares P(|Z| > x) at 64 x a unit. What a map within δ of the quantile
// on a lattice of 2³⁰ cells can do: δ shifts x, which costs the hazard (below
// x + 1) times δ; and the tail counts whole cells. Up to 5σ that must stay below 1 %.
func tails(t *testing.T, bins []float64, perUnit int, deviation float64) {
	above, worst := 0.0, map[int]float64{}
	for k := len(bins) - 1; k > 0; k-- {
		above += bins[k]
		x := float64(k) / float64(perUnit)
		exact := math.Erfc(x / math.Sqrt2)
		relative := math.Abs(above/(1<<30)/exact - 1)
		worst[int(x)] = max(worst[int(x)], relative)
		if limit := deviation*(x+1) + 1/(exact*(1<<30)); relative > limit || x <= 5 && relative > 0.01 {
			t.Errorf("P(|Z| > %v) is off by a fraction %v, limit %v", x, relative, limit)
		}
	}
	for x := range 7 {
		t.Logf("%d ≤ x < %d: P(|Z| > x) within a fraction %.2g", x, x+1, worst[x])
	}
}

// TestNormalIsOdd: bit 31 is the sign and nothing else, bit 0 of no account.
func TestNormalIsOdd(t *testing.T) {
	s := NewStream(3, 1, 4)
	for range 100_000 {
		w := uint32(s.Uint64())
		if z := Normal(w); Normal(w^1<<31) != -z || Normal(w^1) != z {
			t.Fatalf("word %x: %v, %v with the sign flipped, %v with bit 0 flipped", w, z, Normal(w^1<<31), Normal(w^1))
		}
	}
}
