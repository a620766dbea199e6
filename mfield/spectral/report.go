package spectral

// Time returns the time at which the solver stands.
func (s *Solver) Time() float64 { return s.view }

// Rate returns N(t).
func (s *Solver) Rate() float64 { return rate(s.out.w, s.law.kappa) }

// Fired returns ∫₀ᵗ N, the jumps included.
func (s *Solver) Fired() float64 { return s.out.fired }

// Refractory returns R(t), the fraction in the refractory state.
func (s *Solver) Refractory() float64 { return s.out.refractory }

// Moments returns ∫n, and mean and variance of the potential of those who are not refractory
// (V_R and 0 when all are).
func (s *Solver) Moments() (mass, mean, variance float64) {
	mass, first, second := s.moments(s.mesh, s.out.u)
	for _, p := range s.viewed.parts {
		mass += p.mass
		first += p.mass * p.mean
		second += p.mass * (p.mean*p.mean + p.variance)
	}
	if mass < 1e-13 {
		return mass, s.problem.Law.Reset, 0
	}
	mean = first / mass
	return mass, mean, second/mass - mean*mean
}

// Density returns n(v, t), without the atoms that a law may have at a start.
func (s *Solver) Density(v float64) float64 {
	return s.value(s.mesh, s.out.u, v, s.scratch[:s.p+1]) + s.viewed.Density(v)
}

// Below returns P(V ≤ v), the integral of the density.
func (s *Solver) Below(v float64) float64 {
	return s.below(s.mesh, s.out.u, v, s.scratch[:s.p+2]) + s.viewed.below(v)
}

// Averages fills dst with the exact cell averages of the density between
// consecutive edges (ascending, one more than dst).
func (s *Solver) Averages(dst, edges []float64) {
	if len(edges) != len(dst)+1 {
		panic("spectral: edges must be one more than averages")
	}
	last := s.Below(edges[0])
	for i := range dst {
		next := s.Below(edges[i+1])
		dst[i] = (next - last) / (edges[i+1] - edges[i])
		last = next
	}
}

// Nodes returns a copy of the nodes of the mesh, from the far end to V_F.
func (s *Solver) Nodes() []float64 { return append([]float64(nil), s.mesh.nodes...) }

// BlowUps returns the blow-ups so far, a copy.
func (s *Solver) BlowUps() []BlowUp { return append([]BlowUp(nil), s.blowUps...) }

// Cost returns the number of steps accepted and rejected.
func (s *Solver) Cost() (accepted, rejected int) { return s.steps, s.rejected }
