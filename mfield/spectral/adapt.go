package spectral

import "math"

const (
	splitNear    = 0.3 // where an element next to V_F or V_R is cut, as a fraction from there
	mergeBelow   = 0.05
	spill        = 3   // weight of the mass that a long element may misplace
	sharper      = 5   // times as well the elements at V_F and V_R are resolved on the way to a blow-up
	escapeWeight = 0.1 // of what the roughness above V_F would do to the rate if it had a mass
	mergeEvery   = 4   // steps between attempts to merge, and twice as many after each in vain,
	mergeLate    = 64  // up to this many
	mergeRest    = 40  // steps without after elements were cut for what is about to come
)

// adapt fits the mesh to the density in s.now: it cuts elements in which the last
// bubbles are above the tolerance, merges neighbours that one element resolves,
// and moves the far end out.
func (s *Solver) adapt() error {
	scale := s.height(s.now.u)
	if scale == 0 {
		return nil
	}
	s.settle(scale)
	nodes, changed := s.cut(scale)
	if s.patience--; changed {
		s.patience, s.waited = mergeEvery, mergeEvery
	} else if s.patience <= 0 && s.steps >= s.mergeFrom {
		if nodes, changed = s.merge(scale); changed {
			s.waited = mergeEvery
		}
		s.patience = s.waited
		s.waited = min(2*s.waited, mergeLate)
	}
	if need := s.reach.far(s.tail); need < s.mesh.nodes[0] {
		nodes = append([]float64{need - 0.5*(s.mesh.nodes[s.mesh.reset]-need)}, nodes...)
		changed = true
	}
	if s.escapes() {
		if need := s.ceiling.top(s.tail); need > nodes[len(nodes)-1] {
			nodes = append(nodes, need+0.5*(need-s.problem.Law.Threshold))
			changed = true
		}
	}
	if !changed {
		return nil
	}
	if len(nodes)-1 > s.opts.MaxElements {
		return &Refused{s.now.time, "the density needs a finer mesh than is allowed"}
	}
	s.remesh(nodes)
	return nil
}

// remesh carries s.now to the mesh with these nodes.
func (s *Solver) remesh(nodes []float64) {
	s.spare.set(nodes, s.problem.Law.Reset, s.problem.Law.Threshold)
	s.swap.u = resized(s.swap.u, s.p*s.spare.elements())
	s.carry(s.swap.u, s.spare, s.now.u, s.mesh, s.scratch)
	s.closeFar(s.swap.u, s.spare)
	s.now.u, s.swap.u = s.swap.u, s.now.u
	old := s.mesh
	s.resize(s.spare)
	s.spare = old
	if s.escapes() {
		s.now.w = s.firing(s.now.u)
	}
}

// closeFar makes up for the mass and the first moment that a new element at the far
// end gets from its right node, which it shares with the rest: its first two
// bubbles take them away.
func (s *Solver) closeFar(u []float64, m *mesh) {
	if m.nodes[0] < s.mesh.nodes[0] {
		c := s.bubbles(u, 0, m.elements())
		c[0], c[1] = u[1]/(2*s.norm[2]), u[1]/(2*s.norm[3])
	}
}

// excess returns the roughness of element e, of that half length, relative to the
// peak of the density and, in long elements, to a fraction of the density of one
// unit of mass spread over it. The last element is held to what its flow does to the rate.
func (s *Solver) excess(u []float64, e, ne int, half, scale float64) float64 {
	weight := max(1/scale, spill*2*half)
	thr := s.mesh.threshold
	if s.escapes() {
		if low := math.Abs(s.now.w) + lowRate/s.kappa; ne > 1 && e == thr-1 {
			weight = max(weight, s.speed()/low)
		} else if ne > 1 && e >= thr {
			weight = max(weight, (s.speed()+escapeWeight*2*half*s.hazard)/low)
		}
		return weight * s.roughness(u, e, ne)
	}
	if e == ne-1 {
		weight = max(weight, s.speed()/(math.Abs(rate(s.now.w, s.law.kappa))+lowRate/s.kappa))
	}
	if ne > 1 && (e == ne-1 || s.law.kappa > 0 && (e == s.mesh.reset || e+1 == s.mesh.reset)) {
		weight *= sharper
	}
	return weight * s.roughness(u, e, ne)
}

// settle lowers the roughness that is allowed. A start from a law that is not
// smooth is rough by nature; diffusion smooths it, cutting elements shorter than its
// length √(a0 t) would only resolve the noise. So what is allowed in those begins at
// what the start left and follows it down to the tolerance.
func (s *Solver) settle(scale float64) {
	if s.allowed <= s.tol {
		return
	}
	ne := s.mesh.elements()
	top := 0.0
	for e := range ne {
		top = max(top, s.excess(s.now.u, e, ne, s.mesh.half[e], scale))
	}
	if s.allowed = min(s.allowed, 3*top); top <= s.tol {
		s.allowed = s.tol
	}
}

// cut returns the nodes with the rough elements split.
func (s *Solver) cut(scale float64) (nodes []float64, changed bool) {
	m := s.mesh
	ne := m.elements()
	nodes = s.nodes[:0]
	spread := math.Sqrt(s.law.a0 * (s.now.time - s.roughened))
	for e := range ne {
		lo, hi := m.nodes[e], m.nodes[e+1]
		nodes = append(nodes, lo)
		allowed := s.allowed
		if m.half[e] > spread && m.half[e] < 4*spread {
			allowed = s.tol
		}
		if s.excess(s.now.u, e, ne, m.half[e], scale) <= allowed {
			continue
		}
		at := (lo + hi) / 2
		switch {
		case e == m.threshold-1 || e == m.reset-1:
			at = hi - splitNear*(hi-lo)
		case e == m.reset || e == m.threshold:
			at = lo + splitNear*(hi-lo)
		}
		if at > lo && at < hi {
			nodes = append(nodes, at)
			changed = true
		}
	}
	s.nodes = append(nodes, m.nodes[ne])
	return s.nodes, changed
}

// merge returns the nodes without those that are not needed.
func (s *Solver) merge(scale float64) (nodes []float64, changed bool) {
	m := s.mesh
	ne := m.elements()
	nodes = append(s.nodes[:0], m.nodes[0])
	for e := 1; e < ne; e++ {
		lo, hi := nodes[len(nodes)-1], m.nodes[e+1]
		whole := m.nodes[e-1] == lo // the left neighbour was not merged just now
		if e == m.reset || e == m.threshold || !whole || !s.mergeable(e, scale) || !s.smooth(lo, hi, scale) {
			nodes = append(nodes, m.nodes[e])
			continue
		}
		changed = true
	}
	s.nodes = append(nodes, m.nodes[ne])
	return s.nodes, changed
}

// mergeable is a quick look at elements e−1 and e: bubbles grow at least like
// the power p−1 of the length.
func (s *Solver) mergeable(e int, scale float64) bool {
	ne := s.mesh.elements()
	whole := s.mesh.half[e-1] + s.mesh.half[e]
	for _, i := range []int{e - 1, e} {
		grown := s.excess(s.now.u, i, ne, whole, scale) * math.Pow(whole/s.mesh.half[i], float64(s.p-1)/2)
		if grown > s.tol {
			return false
		}
	}
	return true
}

// smooth reports whether one element on (lo, hi) resolves the density.
func (s *Solver) smooth(lo, hi, scale float64) bool {
	s.trial.nodes = append(s.trial.nodes[:0], lo, hi)
	s.trial.half = append(s.trial.half[:0], (hi-lo)/2)
	s.trial.mid = append(s.trial.mid[:0], (hi+lo)/2)
	u := resized(s.trialU, s.p)
	s.trialU = u
	u[0] = 0
	s.carryElement(u, &s.trial, 0, s.now.u, s.mesh, s.scratch)
	return s.excess(u, 0, 1, (hi-lo)/2, scale) <= mergeBelow*s.tol
}

// peak returns max |u_i|.
func peak(u []float64) float64 {
	top := 0.0
	for _, x := range u {
		top = max(top, math.Abs(x))
	}
	return top
}
