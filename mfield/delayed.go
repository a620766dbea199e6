package mfield

import (
	"math"

	"lapicque/neuron"
)

// With a transmission delay d > 0 the drift b N(t − d) and the noise a1 N(t − d) are known
// functions of time on every step of length ≤ d (the method of steps). There is no blow-up (Cáceres,
// Roux, Salort and Schneider 2019).

// checkDelay returns the faults of the delay and of what it cannot be with.
func (e NNLIF) checkDelay() (fs neuron.Faults) {
	fs.Add(finite(e.Delay) && e.Delay >= 0, "coupling.delay", e.Delay, "a finite number ≥ 0")
	fs.Add(finite(e.Past) && e.Past >= 0, "coupling.past", e.Past, "a finite rate ≥ 0")
	fs.Add(e.Past == 0 || e.Delay > 0, "coupling.past", e.Past, "0 without a delay: nothing of the past arrives")
	return fs
}

// delayed is the coupling of finite volumes through arrivals; without activity it is none.
type delayed struct {
	b, a1    float64
	activity *neuron.Activity
}

// delay takes the coupling out of the equation and lets it act by arrivals.
func (s *finiteVolume) delay(e NNLIF) {
	if e.Delay == 0 {
		return
	}
	s.late = delayed{b: e.B, a1: e.Law.A1, activity: neuron.NewActivity(e.Delay, e.Past)}
	s.late.activity.Mark(neuron.Mark{})
	s.b, s.law.A1 = 0, 0
}

// outside returns the current and the noise on top of a0 at time t, with what arrives.
func (s *finiteVolume) outside(t float64) (current, noise float64) {
	current = s.input.At(t)
	if a := s.late.activity; a != nil {
		n, _ := a.Arriving(t)
		current, noise = current+s.late.b*n, s.late.a1*n
	}
	return current, noise
}

// arrive begins a step and returns how far towards until it may go: no further than the delay, and
// not past a mark that arrives. Where one has arrived, the slopes of N jump, and the steps start again small.
func (s *finiteVolume) arrive(until float64) float64 {
	a := s.late.activity
	if a == nil {
		return until
	}
	for a.Next() <= s.time {
		m := a.Arrive()
		a.Mark(neuron.Mark{Time: m.Time + a.Delay(), Level: m.Level + 1})
		if s.stepped = false; m.Level < restarts {
			s.next = math.Min(s.next, s.shortest())
		}
	}
	a.Begin(s.time)
	return math.Min(until, math.Min(s.time+a.Delay(), a.Next()))
}

// restarts is the number of passages through the network after which a step need not start small.
const restarts = 4

// remember adds N to what will arrive, from the state before the last step to the present: the parabola
// through both ends with the right integral, or the lowest that is not negative.
func (s *finiteVolume) remember(rate, fired float64) {
	a := s.late.activity
	if a == nil {
		return
	}
	least := (rate+s.rate)/3 - math.Sqrt(rate*s.rate)/3
	a.Append(s.time, [5]float64{rate, s.rate - rate}, math.Max(s.fired-fired, least*(s.time-a.Known())))
}

// sink returns how far below I/leak delayed inhibition may push everybody: in bursts that fire four times the
// steady rate, and no further than 40 standard deviations. The mesh has its cells down to there.
func (e NNLIF) sink() float64 {
	if e.Delay == 0 || e.B >= 0 || e.Law.Leak == 0 || !e.Law.Input().Constant() {
		return 0
	}
	states, err := e.steadyRates()
	if err != nil || len(states) == 0 {
		return 0
	}
	return math.Min(-4*e.B*states[0]/e.Law.Leak, 40*math.Sqrt(e.Law.A0/e.Law.Leak))
}
