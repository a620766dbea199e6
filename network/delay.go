package network

import (
	"math"
	"slices"

	"lapicque/neuron"
)

// axons hold the kicks under way from a spike to their arrival, one delay d later
// for all: kicks arrive in the order of the spikes, at t + d to the last bit. The
// zero value is that of a network without delay.
type axons struct {
	delay float64
	kick  float64   // b/N, 0 without delay
	due   []float64 // times of arrival, ascending …
	past  int       // … of which so many have been
}

// carry puts a spike under way.
func (a *axons) carry(spike float64) { a.due = append(a.due, spike+a.delay) }

// next returns the time of the next arrival, +∞ without one.
func (a *axons) next() float64 {
	if a.past == len(a.due) {
		return math.Inf(1)
	}
	return a.due[a.past]
}

// take removes and returns the arrivals up to time until, at most most of them.
// The slice is valid until the next spike is carried. Half of what is kept at
// least is still under way: memory is that of the spikes within d.
func (a *axons) take(until float64, most int) []float64 {
	if 2*a.past > len(a.due) {
		a.due, a.past = a.due[:copy(a.due, a.due[a.past:])], 0
	}
	first := a.past
	for most > 0 && a.next() <= until {
		a.past++
		most--
	}
	return a.due[first:a.past]
}

// volley is what arrives in a step, seen by one neuron.
type volley struct {
	kicks float64   // all kicks together
	moved float64   // what they add to an end point
	slope float64   // change of their rate per unit of time
	times []float64 // of arrival
}

// volley takes the arrivals of the step of length h from t. They move every end
// point by exactly Σ (b/N) e^{−leak·(t+h−s)} over the arrival times s. Inside the
// step they are spread evenly; the path of a neuron with the kicks at their times
// lies above that by −(b/N) Σ (s − t − h/2)/h in the mean over the step, which is
// what kicks at a rate of this slope do.
func (a *axons) volley(t, h, leak float64) (v volley) {
	moment := 0.0
	v.times = a.take(t+h, math.MaxInt)
	for _, s := range v.times {
		since := max(0, s-t)
		v.kicks += a.kick
		v.moved += a.kick * math.Exp(-leak*(h-since))
		moment += a.kick * (since - h/2)
	}
	v.slope = 12 * moment / (h * h * h)
	return v
}

// depart puts the spikes of the frame under way.
func (s *session) depart() {
	if s.axons.delay > 0 {
		s.send(&s.axons)
	}
}

// send puts the spikes of the frame under way on axons.
func (s *session) send(a *axons) {
	if s.ranks == nil {
		for _, spike := range s.frame.Spikes() {
			a.carry(spike.Time)
		}
		return
	}
	if !s.sent {
		s.departures, s.sent = s.gatherTimes(), true
		slices.Sort(s.departures)
	}
	for _, at := range s.departures {
		a.carry(at)
	}
}

// deliver gives everybody the kicks that arrive by time now, together, and plays
// the instant of those whom they lift over the threshold; under Sequential one
// kick at a time, so that call it until none is left.
func (s *session) deliver(now float64) {
	most := math.MaxInt
	if s.config.Rule == neuron.Sequential {
		most = 1
	}
	s.heed(s.arrive(&s.axons, now, most), true)
	s.instant(now, -1, 0)
}

// arrive gives everybody the kicks that arrive by time now, at most most of them, and
// returns how many they are.
func (s *session) arrive(a *axons, now float64, most int) int {
	n := len(a.take(now, most))
	s.offset += a.kick * float64(n)
	return n
}
