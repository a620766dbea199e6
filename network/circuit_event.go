package network

import "math"

// event takes the populations from t over length spike by spike: what a single network
// does (session.event), with the earliest of all crossings.
func (j *joint) event(t, length float64) {
	j.clear(t, t+length)
	end := t + length
	for now := t; ; {
		next := j.arrival()
		if next <= now {
			j.deliver(now)
			continue
		}
		if now >= end {
			return
		}
		stop := min(end, next)
		for _, s := range j.sessions {
			s.readmit(now)
			stop = min(stop, s.nextReturn(end))
		}
		h := stop - now
		if mean := j.waited / float64(j.stretches+1); j.stretches > 0 && h > 2*mean {
			h = 2 * mean
		}
		first, at := j.earliest(now, h)
		j.stretches++
		if first == nobody {
			j.waited += h
			if now += h; stop-now < 1e-12*length {
				now = stop
			}
			continue
		}
		j.waited += at
		now += at
		j.release(now, first)
		j.instant(now, nobody, 0)
		j.sessions[0].report.Steps++
	}
}

// arrival returns when the next kick under way arrives, +∞ without one.
func (j *joint) arrival() float64 {
	next := math.Inf(1)
	for p := range j.axons {
		for q := range j.axons[p] {
			next = min(next, j.axons[p][q].next())
		}
	}
	return next
}

// earliest moves everybody to the first crossing within h from now, or over h when
// there is none, and returns the neuron and how long that took; it then stands on its
// threshold.
func (j *joint) earliest(now, h float64) (first member, at float64) {
	stretches := make([]stretch, len(j.sessions))
	first, at = nobody, h
	for p, s := range j.sessions {
		stretches[p] = s.stretch(now, h)
		if spike := s.earliest(&stretches[p]); spike.Time <= at {
			first, at = member{p, int64(spike.Neuron)}, spike.Time
		}
	}
	for p, s := range j.sessions {
		if first == nobody {
			s.survive(&stretches[p], -1)
			continue
		}
		own := int64(-1)
		if p == first.population {
			own = first.neuron
		}
		st := s.stretch(now, at)
		s.survive(&st, own)
	}
	return first, at
}

// release fires a neuron that escaped, apart from any cascade; its kicks reach everybody.
func (j *joint) release(t float64, m member) {
	if own := j.sessions[m.population]; own.law.Firing.Escapes() {
		own.release(t, []stander{{neuron: uint32(m.neuron)}})
		for p, s := range j.sessions {
			if p != m.population {
				s.offset += j.kicks[p][m.population]
			}
		}
	}
}
