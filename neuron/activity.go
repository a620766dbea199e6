package neuron

import (
	"math"
	"sort"
)

// Activity is the rate N(t) of a population up to the present and what of it arrives
// after a transmission delay d > 0: N(t − d). It is a polynomial of degree 4 on each
// time step. N is constant before time 0.
//
// Where N is not smooth, at time 0 above all, what arrives is not smooth either: such times
// are marked, and steps must end when a mark arrives. A fraction of the population that
// fired at one instant is an impulse: it arrives at one instant too.
type Activity struct {
	delay  float64
	pieces []piece
	marks  []Mark // in the order in which they were made, which is that of time: those that have not arrived
	slack  float64
}

// piece is N = Σ c_k θ^k, θ = (t − start)/(end − start), with its integral.
type piece struct {
	start, end, fired float64
	c                 [5]float64
}

// Mark is a time at which N is not smooth.
type Mark struct {
	Time    float64
	Impulse float64 // fraction that fired at that instant
	Level   int     // passages through the network since time 0; each makes N smoother by half a derivative
}

// roughest is the number of passages after which a mark is smooth to order 5: N starts like t^−1/2.
const roughest = 11

// NewActivity returns the activity of a population that fired at the rate past before time 0.
func NewActivity(delay, past float64) *Activity {
	if !(delay > 0) || math.IsInf(delay, 1) {
		panic("neuron: an activity needs a positive delay")
	}
	return &Activity{delay: delay, pieces: []piece{{start: -delay, end: 0, c: [5]float64{past}}}}
}

// Delay returns d.
func (a *Activity) Delay() float64 { return a.delay }

// Known returns the time up to which N is known.
func (a *Activity) Known() float64 { return a.pieces[len(a.pieces)-1].end }

// Append adds N from the end of what is known to time end, Σ c_k θ^k with θ from 0 to 1,
// changed by a parabola that vanishes at both ends so that its integral is fired: arrivals then
// move everybody by what was fired, whatever the error of N inside the step.
func (a *Activity) Append(end float64, c [5]float64, fired float64) {
	start := a.Known()
	if !(end > start) {
		return
	}
	mean := 0.0
	for k, x := range c {
		mean += x / float64(k+1)
	}
	bubble := 6 * (fired/(end-start) - mean)
	c[1] += bubble
	c[2] -= bubble
	last := &a.pieces[len(a.pieces)-1]
	if short := shortest * a.delay; last.start >= 0 && last.end-last.start < short && end-last.start < 4*short {
		fired += last.fired
		last.end, last.fired = end, fired
		last.c = [5]float64{fired / (end - last.start)}
		return
	}
	a.pieces = append(a.pieces, piece{start, end, fired, c})
}

// shortest is the length of a piece, in units of d, below which pieces are joined to their mean: at the start of a
// law that does not vanish at V_F steps are shorter than rounding allows t − d to be told apart.
const shortest = 1e-9

// Mark notes a time at which N is not smooth, unless it has become smooth enough.
func (a *Activity) Mark(m Mark) {
	if m.Level < roughest || m.Impulse != 0 {
		a.marks = append(a.marks, m)
	}
}

// MarkEnd marks the end of a piece of the current: after a jump N goes on like √t, after a bend like √t³.
func (a *Activity) MarkEnd(p Piece) {
	level := 4
	if p.Jump {
		level = 2
	}
	a.Mark(Mark{Time: p.Until, Level: level})
}

// Next returns when the next mark arrives, +Inf if none is on its way.
func (a *Activity) Next() float64 {
	if len(a.marks) == 0 {
		return math.Inf(1)
	}
	return a.marks[0].Time + a.delay
}

// Arrive removes the mark that arrives next and returns it.
func (a *Activity) Arrive() Mark {
	m := a.marks[0]
	a.marks = a.marks[1:]
	return m
}

// Begin says that a step starts at time t: what arrived before is forgotten, and at a
// time at which N jumps the value after the jump counts from now on.
func (a *Activity) Begin(t float64) {
	a.slack = 1e-14 * (1 + math.Abs(t))
	old := sort.Search(len(a.pieces)-1, func(i int) bool { return a.pieces[i].end > t-a.delay+a.slack })
	a.pieces = a.pieces[old:]
}

// Arriving returns N(t − d) and its derivative at a time t of the step begun; where N jumps
// at the end of the step, the value before. Past the end of what is known nobody fires.
func (a *Activity) Arriving(t float64) (rate, slope float64) {
	x := t - a.delay
	i := sort.Search(len(a.pieces), func(i int) bool { return a.pieces[i].end+a.slack >= x })
	if i == len(a.pieces) {
		return 0, 0
	}
	return a.pieces[i].at(x)
}

// at returns the polynomial and its derivative.
func (p *piece) at(t float64) (value, slope float64) {
	span := p.end - p.start
	x := (t - p.start) / span
	for k := len(p.c) - 1; k >= 0; k-- {
		slope = slope*x + value
		value = value*x + p.c[k]
	}
	return value, slope / span
}

// Filtered returns ∫_t^{t+h} e^{−leak·(t+h−s)} N(s − d) ds, what the arrivals of a step add
// to a potential, per unit of b.
func (a *Activity) Filtered(leak, t, h float64) float64 {
	sum, last := 0.0, t+h-a.delay
	for i := range a.pieces {
		p := &a.pieces[i]
		lo, hi := math.Max(p.start, t-a.delay), math.Min(p.end, last)
		if !(lo < hi) {
			continue
		}
		half, mid := (hi-lo)/2, (hi+lo)/2
		for k, x := range gaussPoints { // exact to degree 9
			n, _ := p.at(mid + half*x)
			sum += gaussWeights[k] * half * n * math.Exp(-leak*(last-mid-half*x))
		}
	}
	return sum
}

var (
	gaussPoints  = [5]float64{-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831, 0.9061798459386640}
	gaussWeights = [5]float64{0.2369268850561891, 0.4786286704993665, 0.5688888888888889, 0.4786286704993665, 0.2369268850561891}
)
