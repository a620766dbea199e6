package spectral

import (
	"math"

	"lapicque/neuron"
)

// cloud is the part of the law that has not met the threshold yet: Gaussians,
// among them atoms, with variance 0. As long as they are clear of V_F they follow
// the Ornstein–Uhlenbeck flow and the kicks bN dt exactly and fire nothing; the
// equation is linear in n for a given N, so they need no mesh.
type cloud struct {
	flow
	parts []blob
}

// blob is a Gaussian of some mass.
type blob struct{ mean, variance, mass float64 }

const (
	clearDepth = 34 // e^{−34}: less than a rounding error of the mass is above V_F
	mergeDepth = 45 // at which a cloud goes onto the mesh
	maxBlobs   = 16 // with more atoms than this a law is put on the mesh as it is
)

// lift returns the part of an initial law that is clear of the threshold, as a
// cloud, and the rest, nil if there is none.
func (s *Solver) lift(law neuron.Initial) (c cloud, rest datum) {
	l := s.problem.Law
	c = cloud{flow: s.free}
	if g, ok := law.(neuron.TruncatedGaussian); ok {
		c.parts = []blob{{g.Mean, g.Variance, 1}}
		if c.clear(mergeDepth) {
			return c, nil
		}
		c.parts = nil
		return c, newGaussian(g)
	}
	_, fell := law.(fallen)
	if atoms := law.Atoms(); (fell || len(atoms) > 0) && len(atoms) <= maxBlobs {
		for _, a := range atoms {
			if a.Potential >= l.Ceiling() {
				a.Potential = l.Reset
			}
			c.parts = append(c.parts, blob{a.Potential, 0, a.Mass})
		}
		return c, nil
	}
	return c, law
}

// move advances by dt from time t, while each neuron of the network fires de times.
func (c *cloud) move(t, dt, de float64) {
	if dt <= 0 {
		return
	}
	decay, drift, grow := c.over(t, dt, de)
	for i := range c.parts {
		p := &c.parts[i]
		p.mean = p.mean*decay + drift
		p.variance = p.variance*decay*decay + grow
	}
}

// copyFrom makes c equal to from.
func (c *cloud) copyFrom(from *cloud) {
	c.flow = from.flow
	c.parts = append(c.parts[:0], from.parts...)
}

// clear reports whether at most e^{−depth} of each part is above the threshold.
func (c *cloud) clear(depth float64) bool {
	for _, p := range c.parts {
		d := c.law.Threshold - p.mean
		if d <= 0 || d*d < 2*p.variance*depth {
			return false
		}
	}
	return true
}

// mass returns the mass of the cloud.
func (c *cloud) mass() float64 {
	sum := 0.0
	for _, p := range c.parts {
		sum += p.mass
	}
	return sum
}

// Density returns the density of the parts that have a variance.
func (c *cloud) Density(v float64) float64 {
	sum := 0.0
	for _, p := range c.parts {
		if z := (v - p.mean) * (v - p.mean) / (2 * p.variance); z < 60 {
			sum += p.mass * math.Exp(-z) / math.Sqrt(2*math.Pi*p.variance)
		}
	}
	return sum
}

// below returns the mass at or below v.
func (c *cloud) below(v float64) float64 {
	sum := 0.0
	for _, p := range c.parts {
		switch {
		case p.variance > 0:
			sum += p.mass * math.Erfc((p.mean-v)/math.Sqrt(2*p.variance)) / 2
		case p.mean <= v:
			sum += p.mass
		}
	}
	return sum
}

// Atoms returns none: on the mesh all parts have a variance.
func (c *cloud) Atoms() []neuron.Atom { return nil }

// Breaks returns centres and ends of the Gaussians.
func (c *cloud) Breaks() []float64 {
	var breaks []float64
	for _, p := range c.parts {
		s := 9 * math.Sqrt(p.variance)
		breaks = append(breaks, p.mean-s, p.mean, min(p.mean+s, c.law.Ceiling()))
	}
	return distinct(breaks)
}

// flight returns how long the cloud alone, with nobody firing, stays clear, at most limit. It
// looks in growing steps from a time in which noise cannot reach the threshold, and at
// the end of each piece of the current.
func (c *cloud) flight(t, limit float64) float64 {
	dt := limit
	at, _ := c.late.drive(t, c.law.Input().At(t), 0)
	for _, p := range c.parts {
		d := c.law.Threshold - p.mean
		dt = min(dt, 1e-3*d*d/(c.law.A0+math.Abs(d*at.current)), 0.1)
	}
	var probe cloud
	probe.copyFrom(c)
	for good := 0.0; ; good, dt = dt, min(1.3*dt, limit) {
		dt = min(dt, max(good, c.law.Input().Piece(t+good).Until-t))
		probe.move(t+good, dt-good, 0)
		if !probe.clear(clearDepth) {
			return good
		}
		if dt >= limit {
			return limit
		}
	}
}

// fly moves the cloud, alone until now, to the time at which it must go onto the
// mesh, or reports that it is clear until the time given.
func (s *Solver) fly(until float64) (clear bool, err error) {
	back := math.Inf(1) // when the first of those who fired comes back
	if a := s.away.late; a != nil {
		back = a.Next()
	}
	limit := min(until, back) - s.now.time
	dt := s.cloud.flight(s.now.time, limit)
	if s.escapes() { // an atom at V_F or above: a shift in time that is within the tolerance gives it a width
		dt = min(limit, max(dt, s.opts.Rtol/s.hazard))
	}
	if dt >= limit && until < back {
		return true, nil
	}
	s.cloud.move(s.now.time, dt, 0)
	s.reach.advance(s.now.time, dt, 0)
	s.ceiling.advance(s.now.time, dt, 0)
	s.now.time += dt
	if s.alone = false; dt >= limit {
		s.now.time = back
	}
	s.silent(s.now.time)
	if dt >= limit {
		return false, nil
	}
	return false, s.land()
}

// nodesNear returns nodes with those elements cut that a part reaches into and that
// are long against it, so that no part slips between the points at which a
// density is looked at.
func (c *cloud) nodesNear(nodes []float64) []float64 {
	for _, p := range c.parts {
		sd := math.Sqrt(p.variance)
		var cut []float64
		for i := range len(nodes) - 1 {
			lo, hi := nodes[i], nodes[i+1]
			at := max(lo, min(hi, p.mean))
			if math.Abs(at-p.mean) > 9*sd || hi-lo < 8*sd {
				cut = append(cut, lo)
				continue
			}
			if at > lo {
				cut = append(cut, gradeBetween(lo, at, math.Inf(1), 2*sd)...)
			}
			if at < hi {
				cut = append(cut, gradeBetween(at, hi, 2*sd, math.Inf(1))...)
			}
		}
		nodes = append(cut, nodes[len(nodes)-1])
	}
	return nodes
}

// land puts the cloud onto the mesh, cut to resolve it.
func (s *Solver) land() error {
	top := peak(s.now.u)
	for _, p := range s.cloud.parts {
		top = max(top, s.cloud.Density(p.mean))
	}
	var nodes []float64
	coarse := s.cloud.nodesNear(s.mesh.nodes)
	for i := range len(coarse) - 1 {
		nodes = s.resolve(nodes, &s.cloud, coarse[i], coarse[i+1], s.tol, top, 0)
	}
	nodes = append(nodes, coarse[len(coarse)-1])
	if low := s.cloud.Breaks()[0]; low < nodes[0] {
		nodes = append([]float64{low - (nodes[1] - nodes[0])}, nodes...)
	}
	if len(nodes)-1 > s.opts.MaxElements {
		return &Refused{s.now.time, "the density needs a finer mesh than is allowed"}
	}
	s.remesh(nodes)
	part := make([]float64, len(s.now.u))
	if _, err := s.put(part, &s.cloud, s.cloud.mass(), true); err != nil {
		return err
	}
	axpy(s.now.u, 1, part)
	s.cloud.parts = s.cloud.parts[:0]
	s.began, s.since, s.roughened = false, s.now.time, s.now.time
	return nil
}
