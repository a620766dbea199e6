package renewal

import (
	"math"

	"lapicque/network"
	"lapicque/neuron"
)

// cell is a cell of the time grid, with the input in it.
type cell struct {
	law      *neuron.ElapsedTime
	envelope neuron.Interval
	free     bool // the hazard is the envelope
	sharp    bool
	silence  float64 // σ and 1/φ of the envelope
	scale    float64
	decay    float64 // d of an exponential delay, else 0

	start, end  float64
	first, last float64 // X at start and end, linear between
}

// input returns X(t).
func (c *cell) input(t float64) float64 {
	return c.first + (c.last-c.first)*(t-c.start)/(c.end-c.start)
}

// intensities are those of the population at the start and the end of a cell: between cells it may jump.
type intensities struct{ first, last float64 }

// Jump is a jump of the rate of an instantaneous transmission to another solution of its implicit equation.
type Jump struct{ Time, From, To float64 }

// intensity returns (1/N) Σ r(s_i, x) at the time of the network.
func (n *Network) intensity(t, x float64) float64 {
	phi, _ := n.config.Law.Firing(x)
	sigma := n.config.Law.Sigma.At(x)
	network.Each(n.config.Workers, len(n.blocks), func(_, i int) { n.sums[i] = n.blocks[i].exposed(&n.config.Law, t, sigma) })
	sum := 0.0
	for _, s := range n.sums {
		sum += s
	}
	return phi * sum / float64(n.config.N)
}

// open begins the cell that starts now: it finds the input.
func (n *Network) open() {
	c, s := &n.cell, n.config.Synapses
	before := c.last
	c.start, c.end = n.grid(n.cells), n.grid(n.cells+1)
	switch {
	case s.B == 0:
		n.rate = n.intensity(c.start, 0)
	case s.Transmission == neuron.Discrete:
		n.arrive(before)
	case s.Transmission == neuron.Distributed:
		n.filter()
	default:
		n.implicit(before)
	}
}

// arrive reads the intensities of one delay ago; what this cell's are is known at its end up to a jump of the input there.
func (n *Network) arrive(before float64) {
	c, b := &n.cell, n.config.Synapses.B
	lag := int64(len(n.under))
	arriving := n.under[n.cells%lag]
	c.first, c.last = b*arriving.first, b*arriving.last
	n.rate = n.intensity(c.start, c.first)
	if n.cells > 0 {
		last := n.rate
		if c.first != before {
			last = n.intensity(c.start, before)
		}
		n.under[(n.cells-1)%lag].last = last
		if lag == 1 { // the cell that arrives is the one that has just ended
			c.last = b * last
		}
	}
	n.under[n.cells%lag].first = n.rate
}

// filter takes the spikes of the cell before into d·X' = bN − X, and foresees X with the present intensity. What hazards see stays
// within the bounds of the input, which spikes of few neurons in a short delay may leave.
func (n *Network) filter() {
	c, s := &n.cell, n.config.Synapses
	decayed := math.Exp(-(c.end - c.start) / s.Delay)
	if n.cells == 0 {
		n.begun = s.B * s.Past
	} else {
		seen := 0.0
		for i := range n.blocks {
			seen += n.blocks[i].seen
			n.blocks[i].seen = 0
		}
		n.begun = decayed*n.begun + s.B*(seen/(s.Delay*float64(n.config.N)))
	}
	bounded := func(x float64) float64 { return min(max(x, n.bounds.InputLow), n.bounds.InputHigh) }
	c.first = bounded(n.begun)
	n.rate = n.intensity(c.start, c.first)
	c.last = bounded(decayed*n.begun + (1-decayed)*s.B*n.rate)
}

// implicit solves N = (1/N) Σ r(s_i, bN) now and goes on along the change since the cell before.
func (n *Network) implicit(float64) {
	c, b := &n.cell, n.config.Synapses.B
	if n.cells == 0 {
		n.rate = n.first()
		c.first, c.last = b*n.rate, b*n.rate
		return
	}
	before := n.rate
	rate, jumped := n.solution(c.last / b)
	n.rate = rate
	c.first = b * rate
	c.last = c.first
	if jumped {
		n.jumps = append(n.jumps, Jump{c.start, before, rate})
		return
	}
	c.last += b * (rate - before)
	c.last = min(max(c.last, n.bounds.InputLow), n.bounds.InputHigh)
}

// excess returns N − (1/N) Σ r(s_i, bN) now.
func (n *Network) excess(rate float64) float64 {
	return rate - n.intensity(n.cell.start, n.config.Synapses.B*rate)
}

// first returns the lowest or the highest solution at time 0.
func (n *Network) first() float64 {
	const mesh = 128
	at := func(k int) float64 {
		if n.config.Start == neuron.Highest {
			k = mesh - k
		}
		return n.bounds.Rate * float64(k) / mesh
	}
	last := n.excess(at(0))
	if last == 0 {
		return at(0)
	}
	for k := 1; k <= mesh; k++ {
		f := n.excess(at(k))
		if (f > 0) != (last > 0) || f == 0 {
			return n.bracketed(at(k-1), at(k), last)
		}
		last = f
	}
	return at(mesh)
}

// solution returns the solution next to a guess, and whether it was far from it: more than the population's fluctuations explain.
func (n *Network) solution(guess float64) (rate float64, far bool) {
	guess = min(max(guess, 0), n.bounds.Rate)
	unit := n.bounds.Rate / math.Sqrt(float64(n.config.N))
	f := n.excess(guess)
	if f == 0 {
		return guess, false
	}
	if rate, ok := n.secant(guess, f, unit); ok {
		return rate, false
	}
	low, high := guess, guess
	fl, fh := f, f
	for width := 0.5 * unit; low > 0 || high < n.bounds.Rate; width *= 2 {
		was, wasF := low, fl
		if low > 0 {
			if low = max(0, guess-width); true {
				fl = n.excess(low)
			}
			if (fl > 0) != (wasF > 0) || fl == 0 {
				return n.bracketed(low, was, fl), width > 20*unit
			}
		}
		was, wasF = high, fh
		if high < n.bounds.Rate {
			high = min(n.bounds.Rate, guess+width)
			fh = n.excess(high)
			if (fh > 0) != (wasF > 0) || fh == 0 {
				return n.bracketed(was, high, wasF), width > 20*unit
			}
		}
	}
	return guess, false
}

// secant looks for the solution near a guess at which excess is f, from the slope of excess that the last search left; ok is false when that
// leads nowhere within the population's fluctuations, unit.
func (n *Network) secant(guess, f, unit float64) (rate float64, ok bool) {
	enough := n.bounds.Rate / float64(n.config.N)
	rate = guess
	for range 6 {
		if math.Abs(f) <= enough {
			return rate, true
		}
		next := rate - f/n.slope
		if !(math.Abs(next-guess) <= 10*unit && next >= 0 && next <= n.bounds.Rate) {
			break
		}
		was := f
		f = n.excess(next)
		if slope := (f - was) / (next - rate); math.Abs(slope) > 0.05 {
			n.slope = slope
		}
		rate = next
	}
	n.slope = 1
	return rate, false
}

// bracketed returns a change of sign of excess between two rates, at the lower of which it is fl, to a part of 1/N: regula falsi
// with halved ends (Illinois).
func (n *Network) bracketed(low, high, fl float64) float64 {
	fh := n.excess(high)
	enough := n.bounds.Rate / (8 * float64(n.config.N))
	if (fl > 0) == (fh > 0) { // at an end
		if math.Abs(fl) < math.Abs(fh) {
			return low
		}
		return high
	}
	side := 0
	for k := 0; high-low > enough && k < 60; k++ {
		m := high - fh*(high-low)/(fh-fl)
		if k%8 == 7 || !(m > low && m < high) {
			m = low + (high-low)/2
		}
		switch f := n.excess(m); {
		case f == 0:
			return m
		case (f > 0) == (fh > 0):
			if high, fh = m, f; side == 1 {
				fl /= 2
			}
			side = 1
		default:
			if low, fl = m, f; side == -1 {
				fh /= 2
			}
			side = -1
		}
	}
	return low + (high-low)/2
}
