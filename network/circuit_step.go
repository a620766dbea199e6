package network

import (
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// joint is one call of Run on the populations of a circuit, which take every step
// together.
type joint struct {
	*Populations
	crew     *crew
	sessions []*session

	move, sift, reset func(int) // a pass over all populations, bound once so that a step allocates nothing
	next              []int     // of each window, by close: the first κ that was not passed yet
	counts            []census  // workspace of wanted
}

// open returns a session on all populations.
func (n *Populations) open(observers [][]Observer, crew *crew) *joint {
	j := &joint{Populations: n, crew: crew, next: make([]int, len(n.parts)), counts: make([]census, len(n.parts))}
	for k, part := range n.parts {
		var own []Observer
		if observers != nil {
			own = observers[k]
		}
		j.sessions = append(j.sessions, part.open(own, crew))
	}
	j.move = j.each(func(s *session) func(int) { return s.move })
	j.sift = j.each(func(s *session) func(int) { return s.sift })
	j.reset = j.each(func(s *session) func(int) { return s.reset })
	return j
}

// each returns the job that does a job of every population.
func (j *joint) each(job func(*session) func(int)) func(int) {
	var jobs []func(int)
	for _, s := range j.sessions {
		jobs = append(jobs, job(s))
	}
	return func(w int) {
		for _, do := range jobs {
			do(w)
		}
	}
}

// begin fires what stands at or above the threshold at the start.
func (j *joint) begin() error {
	if j.started {
		return nil
	}
	j.started = true
	j.foretell()
	j.level = j.wanted()
	j.clear(j.Time(), j.Time())
	if j.instant(j.Time(), nobody, 0) == 0 {
		return nil
	}
	j.depart()
	return j.show()
}

func (j *joint) clear(start, end float64) {
	for _, s := range j.sessions {
		s.clear(start, end)
	}
}

func (j *joint) foretell() {
	for _, s := range j.sessions {
		s.foretell()
	}
}

func (j *joint) show() error {
	for _, s := range j.sessions {
		if err := s.show(); err != nil {
			return err
		}
	}
	return nil
}

// nextJump returns when one of the currents jumps next.
func (j *joint) nextJump(t float64) float64 {
	next := math.Inf(1)
	for _, s := range j.sessions {
		next = min(next, neuron.NextJump(s.law.input, t))
	}
	return next
}

// substep takes one substep and shows it.
func (j *joint) substep(t, h, end float64) error {
	if j.circuit.Scheme == Event {
		j.event(t, h)
	} else {
		j.bridge(t, h)
	}
	for k, s := range j.sessions {
		if err := s.bounded(t, end); err != nil {
			return fmt.Errorf("population %s: %w", j.circuit.Populations[k].Name, err)
		}
		s.frame.Start, s.frame.End = t, end
	}
	j.depart()
	return j.show()
}

// bridge takes one step of length h from t: that of a single network (session.bridge),
// but for the kicks, which come from all populations and are closed together.
func (j *joint) bridge(t, h float64) {
	j.clear(t, t+h)
	for p, s := range j.sessions {
		s.prepare(j.plan(p, t, h))
	}
	j.crew.do(j.move)
	overrun := j.close()
	for _, s := range j.sessions {
		s.settle()
	}
	j.crew.do(j.reset)
	for q, s := range j.sessions {
		late := s.book() // decayed by the leak of q, which differs from that of p by O(h) of these few
		for p, to := range j.sessions {
			to.offset += j.kicks[p][q] * late
		}
	}
	if overrun {
		j.overrun(t + h)
	}
}

// plan predicts the kicks that population p takes in the step from the spikes of the last one.
func (j *joint) plan(p int, t, h float64) step {
	s, foretold, late := j.sessions[p], 0.0, volley{}
	for q, from := range j.sessions {
		rate, trend := from.rate(h)
		foretold += j.kicks[p][q] * rate
		late.slope += j.kicks[p][q] * trend
		if axons := &j.axons[p][q]; axons.delay > 0 {
			from := axons.volley(t, h, s.law.Leak)
			late.join(from)
			if p == q {
				late.times = from.times
			}
		}
	}
	st := s.lay(t, h, foretold, late)
	for q, from := range j.sessions {
		kick := j.kicks[p][q]
		rate, _ := from.rate(h)
		st.expect(kick, rate)
		if from.lastStep == 0 && kick > 0 && st.noise > fineness*kick {
			st.margin += strongKick * st.noise // at the start no rate is known: what halving lets pass
		}
	}
	return st
}

// join adds what arrives from another population.
func (v *volley) join(w volley) {
	v.kicks += w.kicks
	v.moved += w.moved
	v.slope += w.slope
}

// close finds how many neurons of each population fire in the step: as long as there
// are neurons whose κ the kicks so far have passed, of those the one that is passed
// furthest fires. It stops for any signs. Between excitatory populations this is the
// smallest fixed point, in whatever order. In general nobody fires whom the final
// kicks do not pass as long as a unit of κ brings less than one unit of inhibition by
// those that it makes fire, which the halving of steps sees to: the map from kicks to
// kicks then contracts and its one fixed point is found. It reports whether kicks ran
// past the margin up to which candidates are known.
func (j *joint) close() (overrun bool) {
	for _, s := range j.sessions {
		s.step.low, s.step.high = -s.step.predicted, s.step.margin
	}
	for q, from := range j.sessions {
		if !j.inhibits(q) {
			continue
		}
		listed := float64(from.listed())
		for p, s := range j.sessions {
			if j.kicks[p][q] < 0 {
				s.step.low += j.spread(p, q) * listed
			}
		}
	}
	j.crew.do(j.sift)
	for p, s := range j.sessions {
		s.gather(&s.step)
		j.next[p] = 0
	}
	for p := range j.sessions {
		j.relay(p)
	}
	for q := j.passed(); q >= 0; q = j.passed() {
		s := j.sessions[q]
		s.step.cut = s.window[j.next[q]]
		j.next[q]++
		s.step.fired++
		for p := range j.sessions {
			j.relay(p)
		}
	}
	for _, s := range j.sessions {
		overrun = overrun || s.overran()
	}
	return overrun
}

// inhibits reports whether a spike of population q inhibits any population at once.
func (j *joint) inhibits(q int) bool {
	return slices.ContainsFunc(j.kicks, func(to []float64) bool { return to[q] < 0 })
}

// spread returns what one spike of population q adds to the end points of p.
func (j *joint) spread(p, q int) float64 {
	st := &j.sessions[p].step
	return j.kicks[p][q] * st.relaxed / st.h
}

// relay sets what the spikes of the others add to population p.
func (j *joint) relay(p int) {
	foreign := 0.0
	for q, s := range j.sessions {
		if q != p {
			foreign += j.spread(p, q) * float64(s.step.fired)
		}
	}
	j.sessions[p].step.foreign = foreign
}

// passed returns the population of the neuron that the kicks so far have passed
// furthest among those who do not fire yet, −1 when there is none.
func (j *joint) passed() int {
	best, furthest := -1, 0.0
	for p, s := range j.sessions {
		if j.next[p] == len(s.window) {
			continue
		}
		if by := s.step.shift(s.step.fired) - s.window[j.next[p]]; by >= 0 && (best < 0 || by > furthest) {
			best, furthest = p, by
		}
	}
	return best
}

// overrun plays the instant that kicks beyond all that was foreseen ask for.
func (j *joint) overrun(t float64) {
	j.overruns++
	fired := 0
	for _, s := range j.sessions {
		fired += s.step.fired
	}
	if j.instant(t, j.latest(), fired) > 0 {
		j.foretell()
	}
}

// depart puts the spikes of the frames under way.
func (j *joint) depart() {
	for q, s := range j.sessions {
		for p := range j.sessions {
			if axons := &j.axons[p][q]; axons.delay > 0 {
				s.send(axons)
			}
		}
	}
}
