package mfield

import (
	"math"
	"math/cmplx"
	"slices"

	"lapicque/neuron"
)

// characteristic looks for the zeros of a system, which it evaluates once at each λ.
type characteristic struct {
	system
	one    *single // the system, if it is one population
	leak   float64 // the unit of λ
	delay  float64 // longest transmission delay, in units of 1/leak
	lag    float64 // likewise, of delays and fixed refractory times
	ring   float64 // the rate, at whose multiples the responses ring, and
	until  float64 // the height up to which they do
	floor  float64 // what 1 − loop tends to for large λ without delays
	memory [2]map[complex128]complex128
	spent  int
}

// maxSpent bounds the evaluations that one state may cost.
const maxSpent = 12_000

// newCharacteristic returns the equation at a steady state with that rate.
func (e NNLIF) newCharacteristic(rate float64) *characteristic {
	leak := rateUnit(e.Law)
	n := e.environment(rate)
	one := &single{n: n, b: e.B, a1: e.Law.A1, leak: leak, delay: e.Delay * leak, lag: fixedLag(e.Law) * leak}
	c := &characteristic{system: one, one: one, leak: leak, delay: one.delay, lag: math.Max(one.delay, one.lag), ring: rate / leak}
	c.until = 10 * c.ring / n.CV()
	c.floor = noiseFloor(e.Law, rate)
	c.remember()
	return c
}

func (c *characteristic) remember() {
	for k := range c.memory {
		c.memory[k] = map[complex128]complex128{}
	}
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

// entire is an entire function whose zeros are the eigenvalues.
func (c *characteristic) entire(lambda complex128) complex128 {
	if cmplx.Abs(lambda) > 4*highest {
		return cmplx.NaN()
	}
	return c.remembered(0, lambda, func(lambda complex128) complex128 {
		c.spent += int(cmplx.Abs(lambda) / 64) // its cost grows
		_, whole := c.parts(lambda)
		return whole
	})
}

// gain is that of one population for Re λ ≥ 0; further left it has no value.
func (c *characteristic) gain(lambda complex128) complex128 {
	if real(lambda) < 0 {
		return cmplx.NaN()
	}
	return c.remembered(1, lambda, c.one.gain)
}

// loop has the same zeros as entire for Re λ ≥ 0 and no poles there.
func (c *characteristic) loop(lambda complex128) complex128 {
	switch {
	case c.one != nil:
		return 1 - c.one.late(lambda)*c.gain(lambda)
	case real(lambda) < 0:
		return cmplx.NaN()
	}
	return c.remembered(1, lambda, c.system.loop)
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
		var settled bool
		switch {
		case c.delay > 0 && c.one == nil:
			settled = c.settled(complex(0, h), most) && c.settled(complex(0, 4*h), most)
		case c.delay > 0:
			settled = cmplx.Abs(1-near) < most && cmplx.Abs(1-far) < most
		default:
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
	if c.one != nil && c.delay > 0 {
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
	za, zb := c.one.late(a)*ga, c.one.late(b)*gb
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
		return 0, e.silentSpectrum(count)
	}
	c := e.newCharacteristic(rate)
	height := c.height()
	if unstable = c.unstable(height); unstable < 0 {
		return unstable, nil
	}
	return unstable, c.list(unstable, count, height)
}

// list returns up to so many leading eigenvalues in units of time, given the number of unstable ones.
func (c *characteristic) list(unstable, count int, height float64) (list []complex128) {
	if height*c.delay > maxSpent/8 {
		return nil
	}
	if unstable > 0 {
		list = c.growing(unstable, count, height)
	}
	if all := width(list) == unstable; all && len(list) < count && height <= highest {
		list = append(list, c.decaying(count-len(list), height)...)
	}
	for k := range list {
		list[k] *= complex(c.leak, 0)
	}
	return list[:min(count, len(list))]
}

// silentSpectrum is that of a network in which nobody fires: the free Ornstein–Uhlenbeck process, and the
// way out of an exponential refractory state.
func (e NNLIF) silentSpectrum(count int) (list []complex128) {
	for k := range count {
		list = append(list, complex(-e.Law.Leak*float64(k+1), 0))
	}
	if e.Law.Refractory.Law == neuron.ExponentialRefractory {
		list = append(list, complex(-1/e.Law.Refractory.Tau, 0))
		slices.SortFunc(list, byReal)
	}
	return list[:count]
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
	if c.lag > 0 { // the height grows like e^{−2·depth·lag}
		deeper = 1.25
	}
	for depth := -0.7 / math.Max(1, c.lag); depth > deepest && !c.exhausted(); depth *= deeper {
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
	if c.lag > 0 {
		for most := math.Min(0.9, (1+c.floor)/2); height <= highest; height *= 1.5 {
			if c.spent += int(height/64) + 1; c.settled(complex(left, height), most) || c.exhausted() {
				break
			}
		}
	}
	x := c.box(c.entire, left, right, height)
	x.pace = 0.7 / c.lag
	return x
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
	if e.Law.A1 != 0 || e.Delay != 0 || e.Law.Refractory.Law != neuron.NoRefractory {
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
