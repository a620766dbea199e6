package mfield

import (
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"

	"lapicque/neuron"
)

// counter is a second way to count steady states, which shares nothing with the first: J by Gauss–Legendre quadrature of
// J = ∫₀^∞ e^{−s²/2}(e^{s·w_F} − e^{s·w_R})/s ds on panels, the signs of ln(N·J) on a fine grid of ln N,
// and a golden-section search wherever the grid shows a hump or a hollow that does not reach 0.
type counter struct {
	e    NNLIF
	x, w []float64
}

// value returns ln(N·J) at ln N = u.
func (c counter) value(u float64) float64 {
	rate := math.Exp(u)
	leak := c.e.Law.Leak
	scale := math.Sqrt(c.e.Law.Diffusion(rate) / leak)
	mu := (c.e.Law.Input().At(0) + c.e.B*rate) / leak
	top, gap := (c.e.Law.Threshold-mu)/scale, c.e.Law.Gap()/scale
	peak := math.Max(top, 0)
	from, to := 0.0, peak+9.5
	if top < 0 {
		to = math.Min(to, 40/-top)
	}
	if peak > 9.5 {
		from = peak - 9.5
	}
	const panels = 6
	sum := 0.0
	h := (to - from) / panels
	for p := range panels {
		for k, x := range c.x {
			s := from + h*(float64(p)+x)
			sum += h * c.w[k] * math.Exp(-(s-peak)*(s-peak)/2+s*math.Min(top, 0)) * -math.Expm1(-s*gap) / s
		}
	}
	if from > 0 { // what lies below, small
		for k, x := range c.x {
			s := from * x
			sum += from * c.w[k] * math.Exp(-(s-peak)*(s-peak)/2) * -math.Expm1(-s*gap) / s
		}
	}
	return u + peak*peak/2 + math.Log(sum/leak)
}

// extremum returns the largest sign·value between a and b.
func (c counter) extremum(a, b, sign float64) float64 {
	const golden = 0.6180339887498949
	f := func(u float64) float64 { return sign * c.value(u) }
	x, y := b-golden*(b-a), a+golden*(b-a)
	fx, fy := f(x), f(y)
	for range 40 {
		if fx > fy {
			b, y, fy = y, x, fx
			x = b - golden*(b-a)
			fx = f(x)
		} else {
			a, x, fx = x, y, fy
			y = a + golden*(b-a)
			fy = f(y)
		}
	}
	return math.Max(fx, fy)
}

// count returns the number of states and how close ln(N·J) came to touching 0 without crossing it.
func (c counter) count(from, to float64) (n int, closest float64) {
	closest = math.Inf(1)
	u0, u1 := from-0.1, from
	f0, f1 := c.value(u0), c.value(u1)
	for u1 < to {
		rate := math.Exp(u1)
		a := c.e.Law.Diffusion(rate) / c.e.Law.Leak
		drift := (c.e.Law.Input().At(0) + c.e.B*rate) / c.e.Law.Leak
		u2 := u1 + 0.05
		if math.Abs(c.e.Law.Threshold-drift) < 8*math.Sqrt(a) { // the fixed point passes V_F
			u2 = u1 + math.Min(0.05, 0.25*math.Sqrt(a)/(math.Abs(c.e.B)*rate/c.e.Law.Leak+1e-9)+1e-3)
		}
		f2 := c.value(u2)
		switch sign := math.Copysign(1, -f1); {
		case f1*f2 < 0:
			n++
		case sign*f1 > sign*f0 && sign*f1 > sign*f2 && f0*f1 > 0: // towards 0 and back
			top := c.extremum(u0, u2, sign)
			if closest = math.Min(closest, math.Abs(top)); top > 0 {
				n += 2
			}
		}
		u0, f0, u1, f1 = u1, f1, u2, f2
	}
	return n, closest
}

// TestStateCounts: random equations, a1 = 0 and a1 > 0, counted in both ways. LAPICQUE_COUNTS sets how many (default 200).
func TestStateCounts(t *testing.T) {
	equations := 200
	if n, err := strconv.Atoi(os.Getenv("LAPICQUE_COUNTS")); err == nil {
		equations = n
	}
	x, w := make([]float64, 20), make([]float64, 20)
	quad.Legendre{}.FixedLocations(x, w, 0, 1)
	rng := rand.New(rand.NewPCG(1, 2))
	counts, refused, close := map[int]int{}, 0, 0
	for k := range equations {
		e := randomEquation(rng, k)
		rates, err := e.steadyRates()
		if err != nil { // only next to a fold
			refused++
			continue
		}
		c := counter{e, x, w}
		lo, hi := math.Log(e.Law.Leak)-30, math.Log(e.Law.Leak)+14
		if silent := 0 - c.value(lo) + lo; silent < lo { // below lo ln(N·J) is ln N + ln J(0)
			lo = silent - 1
		}
		n, closest := c.count(lo, hi)
		if closest < 1e-8 {
			close++
			continue
		}
		if n != len(rates) {
			t.Errorf("%+v: %d states %v, %d by the scan", e, len(rates), rates, n)
		}
		counts[n]++
	}
	t.Logf("%d equations by number of states: %v; %d refused, %d within 1e−8 of a fold", equations, counts, refused, close)
	if refused+close > equations/100+1 {
		t.Errorf("%d refused, %d too close", refused, close)
	}
}

// randomEquation draws b, a0, V_R, V_F, I, leak and, every other time, a1; every fourth has little noise.
func randomEquation(rng *rand.Rand, k int) NNLIF {
	between := func(a, b float64) float64 { return a + (b-a)*rng.Float64() }
	gap, leak := math.Exp(between(-1.5, 1.5)), math.Exp(between(-1, 1))
	law := neuron.LIF{Reset: between(-1, 1), Leak: leak}
	law.Threshold = law.Reset + gap
	noise, below, b := between(-5, 1), between(-0.5, 3), gap*between(-3, 4)
	if k%4 == 3 {
		noise, below, b = between(-6.5, -4), between(0.05, 0.4), gap*between(0.5, 1.2)
	}
	if math.Abs(b/gap-1) < 1e-3 {
		b = gap * 0.99
	}
	law.A0 = leak * gap * gap * math.Exp(noise)
	law.Current = neuron.Constant(leak * (law.Threshold - gap*below))
	if k%2 == 1 && k%4 != 3 || k%8 == 7 {
		law.A1 = gap * gap * math.Exp(between(-5, 0))
	}
	return NNLIF{Law: law, B: b}
}
