package mfield

import (
	"math"
	"math/cmplx"
	"slices"

	"lapicque/neuron"
)

// characteristic is the equation of the eigenvalues λ of the network linearised at
// a steady state,
//
//	1 = e^{−λd}·(b·K(λ) + a1·K_a(λ)),
//
// K and K_a being the responses of the rate to current and to diffusion: a spike moves the
// others, and adds to their noise, after the delay d. λ is in units of the leak, d in units of its inverse.
type characteristic struct {
	n            neuron.Stationary
	b, a1, delay float64
	leak         float64 // 1 when there is none
	ring         float64 // the rate, at whose multiples the responses ring, and
	until        float64 // the height up to which they do
	floor        float64 // a1·N/a, which a1·K_a tends to for large λ
	memory       [2]map[complex128]complex128
	spent        int
}

// maxSpent bounds the evaluations that one state may cost.
const maxSpent = 12_000

// newCharacteristic returns the equation at a steady state with that rate.
func (e NNLIF) newCharacteristic(rate float64) *characteristic {
	c := &characteristic{n: e.environment(rate), b: e.B, a1: e.Law.A1, leak: e.Law.Leak, floor: e.Law.A1 * rate / e.Law.Diffusion(rate)}
	if c.leak == 0 {
		c.leak = 1
	}
	c.delay = e.Delay * c.leak
	c.ring = rate / c.leak
	c.until = 10 * c.ring / c.n.CV()
	for k := range c.memory {
		c.memory[k] = map[complex128]complex128{}
	}
	return c
}

func (c *characteristic) exhausted() bool { return c.spent > maxSpent }

// remembered returns f(λ), evaluated once for each λ, NaN when too much has been spent.
func (c *characteristic) remembered(kind int, lambda complex128, f func(complex128) complex128) complex128 {
	if v, ok := c.memory[kind][lambda]; ok {
		return v
	}
	if c.spent++; c.exhausted() {
		return cmplx.NaN()
	}
	v := f(lambda)
	c.memory[kind][lambda] = v
	return v
}

// entire is an entire function whose zeros are the eigenvalues, those of the
// uncoupled neuron when b = a1 = 0, without the trivial 0 of conserved mass.
func (c *characteristic) entire(lambda complex128) complex128 {
	if cmplx.Abs(lambda) > 4*highest {
		return cmplx.NaN()
	}
	return c.remembered(0, lambda, func(lambda complex128) complex128 {
		c.spent += int(cmplx.Abs(lambda) / 64) // its cost grows
		free, current, diffusion := c.n.Spectral(lambda * complex(c.leak, 0))
		return free - c.late(lambda)*(complex(c.b, 0)*current+complex(c.a1, 0)*diffusion)
	})
}

// gain is bK + a1 K_a for Re λ ≥ 0; further left it has no value.
func (c *characteristic) gain(lambda complex128) complex128 {
	if real(lambda) < 0 {
		return cmplx.NaN()
	}
	return c.remembered(1, lambda, func(lambda complex128) complex128 {
		current, diffusion := c.n.Response(lambda * complex(c.leak, 0))
		return complex(c.b, 0)*current + complex(c.a1, 0)*diffusion
	})
}

// loop is 1 − e^{−λd}(bK + a1 K_a): the same zeros for Re λ ≥ 0 and no poles there.
func (c *characteristic) loop(lambda complex128) complex128 {
	return 1 - c.late(lambda)*c.gain(lambda)
}

// late returns e^{−λd}.
func (c *characteristic) late(lambda complex128) complex128 {
	if c.delay == 0 {
		return 1
	}
	return cmplx.Exp(-lambda * complex(c.delay, 0))
}

// box returns the box of a function right of a real part, with the fineness that the delay and the
// ringing ask for.
func (c *characteristic) box(f func(complex128) complex128, left, right, height float64) box {
	return box{f: f, left: left, right: right, height: height, fine: 2 * c.ring, until: c.until, pace: 0.7 / c.delay}
}

// height returns a bound outside which, in the right half plane, the loop stays in the disc
// |loop − 1| < 1 or, without delay, near its positive limit 1 − a1 N/a: no eigenvalue lies there and the
// argument of the loop is its phase.
func (c *characteristic) height() float64 {
	most := math.Min(0.9, (1+c.floor)/2)
	for h := math.Max(1, 0.3*c.until); ; h *= 2 {
		near, far := c.loop(complex(0, h)), c.loop(complex(0, 4*h))
		settled := cmplx.Abs(1-near) < most && cmplx.Abs(1-far) < most
		if c.delay == 0 {
			settled = real(near) > 0 && cmplx.Abs(near-far) < 0.3*cmplx.Abs(far)
		}
		if settled || !(h < 1e12) || c.exhausted() {
			return h
		}
	}
}

// unstable returns the number of eigenvalues in the right half plane by Nyquist's criterion, −1
// when that costs too much.
func (c *characteristic) unstable(height float64) int {
	axis := c.box(c.loop, 0, 0, height)
	if c.delay > 0 {
		axis.pace, axis.change = math.Inf(1), c.delayed
		axis.f = c.gain
	}
	turns := (cmplx.Phase(c.loop(complex(0, height))) - axis.upright(0)) / math.Pi
	if c.exhausted() || math.IsNaN(turns) {
		return -1
	}
	return int(math.Round(turns))
}

// delayed returns the change of arg(1 − z), z = e^{−λd} g, over a short piece of the imaginary axis on which
// the gain g hardly turns, however often e^{−λd} does: where |z| > 1, arg(1 − z) = arg(−z) + arg(1 − 1/z) and the last
// stays within a quarter turn of 0, as arg(1 − z) does where |z| < 1.
func (c *characteristic) delayed(a, b, ga, gb complex128) float64 {
	if cmplx.IsNaN(ga + gb) {
		return math.NaN()
	}
	za, zb := c.late(a)*ga, c.late(b)*gb
	outside, after := cmplx.Abs(za) > 1, cmplx.Abs(zb) > 1
	switch {
	case outside != after && cmplx.Abs(b-a) > 1e-14*cmplx.Abs(b):
		mid := (a + b) / 2
		gm := c.gain(mid)
		return c.delayed(a, mid, ga, gm) + c.delayed(mid, b, gm, gb)
	case outside && after:
		return cmplx.Phase(gb/ga) - imag(b-a)*c.delay + cmplx.Phase(1-1/zb) - cmplx.Phase(1-1/za)
	case outside != after:
		return 0
	}
	return cmplx.Phase(1-zb) - cmplx.Phase(1-za)
}

// The eigenvalues of a stable state are looked for right of deepest and below highest, in units of the leak.
const (
	deepest = -64
	highest = 4096
)

// spectrum returns the number of unstable eigenvalues, −1 when it could not be decided,
// and up to so many leading eigenvalues, by descending real part, a pair once with positive
// imaginary part. Eigenvalues are counted by the argument principle and refined by Muller's method; the list
// is cut short where not all those of a box were found.
func (e NNLIF) spectrum(rate float64, count int) (unstable int, list []complex128) {
	if e.Law.Leak == 0 {
		return e.perfectSpectrum(rate)
	}
	leak := e.Law.Leak
	top, _, scale := newBalance(e).at(rate / leak)
	if slope := top / scale; top > 1 && rate/leak*(1+math.Abs(e.B)*slope+e.Law.A1*slope*slope) < 1e-17 {
		for k := range count { // nobody fires: the free Ornstein–Uhlenbeck process
			list = append(list, complex(-leak*float64(k+1), 0))
		}
		return 0, list
	}
	c := e.newCharacteristic(rate)
	height := c.height()
	if unstable = c.unstable(height); unstable < 0 {
		return unstable, nil
	}
	if height*c.delay > maxSpent/8 {
		return unstable, nil
	}
	if unstable > 0 {
		list = c.growing(unstable, count, height)
	}
	if all := width(list) == unstable; all && len(list) < count && height <= highest {
		list = append(list, c.decaying(count-len(list), height)...)
	}
	for k := range list {
		list[k] *= complex(leak, 0)
	}
	return unstable, list[:min(count, len(list))]
}

// width returns the number of eigenvalues in a list, two for a pair.
func width(list []complex128) (n int) {
	for _, z := range list {
		if n++; imag(z) != 0 {
			n++
		}
	}
	return n
}

// mostZeros bounds the number of zeros that are looked for in one box.
const mostZeros = 40

// growing returns leading eigenvalues right of the imaginary axis, all of them or at least so many, nil when they
// were not found.
func (c *characteristic) growing(unstable, count int, height float64) []complex128 {
	x := c.box(c.loop, 0, 0.25, height)
	for ; x.right < height && x.count() < unstable && !c.exhausted(); x.right *= 4 {
	}
	x.right = math.Min(x.right, height)
	for left := 1.0 / 64; unstable > 2*count && left < x.right && !c.exhausted(); left *= 2 {
		part := c.box(c.loop, left, x.right, height)
		n := part.count()
		if n < 2*count {
			break
		}
		x, unstable = part, n
	}
	return x.leading(unstable)
}

// leading returns the zeros of a box that holds so many, by descending real part, nil when they were not all found.
func (x box) leading(zeros int) []complex128 {
	if zeros > mostZeros {
		return nil
	}
	list, complete := x.zeros(zeros)
	if !complete {
		return nil
	}
	slices.SortFunc(list, byReal)
	return list
}

// byReal orders eigenvalues by descending real part.
func byReal(a, b complex128) int {
	switch {
	case real(a) > real(b):
		return -1
	case real(a) < real(b):
		return 1
	}
	return 0
}

// decaying returns at least so many leading eigenvalues left of the imaginary axis, all those of a
// strip, nil when they were not found.
func (c *characteristic) decaying(count int, height float64) []complex128 {
	deeper := 2.0
	if c.delay > 0 { // the height grows like e^{−2·depth·d}
		deeper = 1.25
	}
	for depth := -0.7 / math.Max(1, c.delay); depth > deepest && !c.exhausted(); depth *= deeper {
		strip := c.strip(depth, 0, height)
		if strip.height > highest {
			return nil
		}
		if n := strip.count(); n >= count {
			strip, n = c.narrow(strip, n, count)
			if list := strip.leading(n); len(list) >= count {
				return list
			}
		}
	}
	return nil
}

// strip returns the box between two real parts ≤ 0. With a delay it is as high as its left edge asks for: above,
// e^{−λd}(bK + a1 K_a) is smaller than 1.
func (c *characteristic) strip(left, right, height float64) box {
	height = math.Max(height, -2*left)
	if c.delay > 0 {
		for ; height <= highest; height *= 1.5 {
			lambda := complex(left, height)
			free, current, diffusion := c.n.Spectral(lambda * complex(c.leak, 0))
			gain := c.late(lambda) * (complex(c.b, 0)*current + complex(c.a1, 0)*diffusion) / free
			if c.spent += int(height/64) + 1; cmplx.Abs(gain) < math.Min(0.9, (1+c.floor)/2) || c.exhausted() {
				break
			}
		}
	}
	return c.box(c.entire, left, right, height)
}

// narrow moves the left edge of a strip to the right while enough zeros remain.
func (c *characteristic) narrow(x box, zeros, count int) (box, int) {
	least := x.right
	for k := 0; k < 12 && zeros > 2*count && !c.exhausted(); k++ {
		part := c.strip((x.left+least)/2, x.right, 0)
		part.height = x.height
		if n := part.count(); n >= 2*count {
			x, zeros = part, n
		} else {
			least = part.left
		}
	}
	return x, zeros
}

// Spectrum returns the leading eigenvalues of the equation linearised at one of its steady states:
// up to count of them, by descending real part, a pair once with positive imaginary part. The trivial
// eigenvalue 0 of conserved mass is left out. The list is shorter where they could
// not all be found (nearly deterministic neurons, large delays), and complete as far as it goes.
func (e NNLIF) Spectrum(s Steady, count int) []complex128 {
	if count < 1 {
		panic("mfield: Spectrum needs a positive count")
	}
	_, list := e.spectrum(s.Rate, count)
	return list
}

// perfectSpectrum is the case without leak, where 1 − h(V_R) and 1 − bK factor when there is no delay:
// the network's own eigenvalue is −I·b·N/a, those of the neuron −a(2πm/Δ)² ± 2πi m(I + bN)/Δ, Δ = V_F − V_R. In a
// space that forgets how far below the mass sits there is also the continuous spectrum, left of the
// parabola through −(I + bN)²/(4a) at best: the leading eigenvalue is given when it lies to the right of that.
func (e NNLIF) perfectSpectrum(rate float64) (unstable int, list []complex128) {
	if e.Law.A1 != 0 || e.Delay != 0 {
		c := e.newCharacteristic(rate)
		return c.unstable(c.height()), nil
	}
	current, gap := e.Law.Input().At(0), e.Law.Gap()
	a, drift := e.Law.Diffusion(rate), current+e.B*rate
	wave := 2 * math.Pi / gap
	eigenvalue := complex(-a*wave*wave, wave*drift)
	if own := -current * e.B * rate / a; e.B*rate > current && own > real(eigenvalue) {
		eigenvalue = complex(own, 0)
	}
	if real(eigenvalue) <= -drift*drift/(4*a) {
		return 0, nil
	}
	if real(eigenvalue) > 0 {
		unstable = 1
	}
	return unstable, []complex128{eigenvalue}
}
