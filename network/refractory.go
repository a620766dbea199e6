package network

import (
	"math"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// rests reports whether a neuron that fires is refractory for a while.
func (l *law) rests() bool { return l.Refractory.Law != neuron.NoRefractory }

// wait draws how long a neuron that fires is refractory; 0 without that state, and then nothing is drawn.
func (l *law) wait(r *kernel.Stream) float64 {
	if !l.rests() {
		return 0
	}
	return l.absence(r)
}

// absence draws how long a neuron is refractory that is so after every spike.
func (l *law) absence(r *kernel.Stream) float64 {
	if l.Refractory.Law == neuron.ExponentialRefractory {
		return -l.Refractory.Tau * math.Log(r.Float64())
	}
	return l.Refractory.Tau
}

// away is the stored potential of a refractory neuron: no step moves it, no kick reaches it.
var away = math.Inf(-1)

// absence is a refractory neuron of a block and the time of its return.
type absence struct {
	index uint32
	until float64
}

// calendar holds the refractory neurons of a block by the time of their return: a ring of
// buckets of equal width in time, which the revolutions share (Brown 1988). A step looks
// at the buckets that it overlaps.
type calendar struct {
	scale   float64     // 1/width
	buckets [][]absence // a power of two of them
	now     int64       // number of the bucket up to which returns have been taken
	held    int
	due     []absence // workspace of take
}

// mostBuckets bounds the ring; beyond that many steps of refractoriness a bucket is looked
// through more than once before its neurons return.
const mostBuckets = 256

// newCalendar returns an empty calendar at time 0 for steps of dt and absences of mean tau.
func newCalendar(dt, tau float64) calendar {
	size := 4
	for size < mostBuckets && float64(size) < 4*tau/dt {
		size *= 2
	}
	return calendar{scale: 1 / dt, buckets: make([][]absence, size)}
}

// number returns which bucket holds time t, counted from time 0.
func (c *calendar) number(t float64) int64 { return int64(min(t*c.scale, 1<<62)) }

func (c *calendar) bucket(number int64) *[]absence { return &c.buckets[number&int64(len(c.buckets)-1)] }

// add notes an absence.
func (c *calendar) add(a absence) {
	in := c.bucket(max(c.now, c.number(a.until)))
	*in = append(*in, a)
	c.held++
}

// reachable returns the number of the last bucket to look at for returns up to time until:
// all of the ring once at most.
func (c *calendar) reachable(until float64) int64 {
	return min(c.number(until), c.now+int64(len(c.buckets)-1))
}

// take removes and returns those who return up to time until, valid until the next call.
func (c *calendar) take(until float64) []absence {
	c.due = c.due[:0]
	for k := c.now; k <= c.reachable(until); k++ {
		in := c.bucket(k)
		kept := (*in)[:0]
		for _, a := range *in {
			if a.until <= until {
				c.due = append(c.due, a)
			} else {
				kept = append(kept, a)
			}
		}
		*in = kept
	}
	c.now = max(c.now, c.number(until))
	c.held -= len(c.due)
	return c.due
}

// next returns the first return up to time until, +∞ without one.
func (c *calendar) next(until float64) float64 {
	first := math.Inf(1)
	for k := c.now; c.held > 0 && k <= c.reachable(until); k++ {
		for _, a := range *c.bucket(k) {
			first = min(first, a.until)
		}
	}
	if first > until {
		return math.Inf(1)
	}
	return first
}

// postpone moves the return of a neuron, if it is away.
func (c *calendar) postpone(index uint32, by float64) {
	for k := range c.buckets {
		for j, a := range c.buckets[k] {
			if a.index == index {
				last := len(c.buckets[k]) - 1
				c.buckets[k][j] = c.buckets[k][last]
				c.buckets[k] = c.buckets[k][:last]
				c.held--
				c.add(absence{index, a.until + by})
				return
			}
		}
	}
}

// welcome lets those who return in the step live its rest from V_R, with kicks as a drift;
// offset is what potentials are stored less of at the end.
func (b *block) welcome(n *Network, st *step, drift, offset float64) {
	for _, a := range b.absent.take(st.start + st.h) {
		id := b.first + a.index
		r := st.key.Stream(id)
		b.v[a.index] = b.restart(n, st, id, 0, max(0, a.until-st.start), drift, &r) - offset
	}
}

// park makes those who fired at time t refractory.
func (s *session) park(fired []stander, t float64) {
	key := s.key.Step(s.substeps)
	s.substeps++
	for _, one := range fired {
		if b := s.home(one.neuron); b != nil {
			r := key.Stream(one.neuron)
			i := one.neuron - b.first
			b.v[i] = away
			b.absent.add(absence{i, t + s.law.wait(&r)})
		}
	}
}

// readmit puts those who return up to time now at V_R.
func (s *session) readmit(now float64) {
	if !s.law.rests() {
		return
	}
	for k := range s.blocks {
		b := &s.blocks[k]
		for _, a := range b.absent.take(now) {
			b.v[a.index] = s.law.Reset - s.offset
		}
	}
}

// nextReturn returns the first return up to time until, +∞ without one.
func (s *session) nextReturn(until float64) float64 {
	first := math.Inf(1)
	if s.law.rests() {
		for k := range s.blocks {
			first = min(first, s.blocks[k].absent.next(until))
		}
		if s.ranks != nil {
			first, _ = s.gatherFirst(first, 0, less)
		}
	}
	return first
}

// Refractory returns how many neurons are refractory. Under ranks all call it.
func (n *Network) Refractory() (count int) {
	for k := range n.blocks {
		count += n.blocks[k].absent.held
	}
	return n.everybody(count)
}
