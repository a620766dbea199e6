package spectral

import "math"

// Sample calls visit at the points of a quadrature of the density, ascending: Gauss–Legendre in each
// element, where the density is a polynomial of the degree of the mesh and the rule exact to twice that; the
// part of the law that is not on the mesh gets elements of its own. Σ weight·f(v, density) approximates ∫ f dv. It
// reports false, and visits nothing, when the law has an atom and so no density.
func (s *Solver) Sample(visit func(v, weight, density float64)) bool {
	if len(s.viewed.parts) == 0 {
		s.sampleMesh(visit)
		return true
	}
	low := math.Inf(1)
	for _, p := range s.viewed.parts {
		if p.variance == 0 {
			return false
		}
		low = math.Min(low, p.mean-9*math.Sqrt(p.variance))
	}
	nodes := s.Nodes()
	if low < nodes[0] {
		nodes = append([]float64{low}, nodes...)
	}
	nodes = s.viewed.nodesNear(nodes)
	for i := range len(nodes) - 1 {
		half, mid := (nodes[i+1]-nodes[i])/2, (nodes[i+1]+nodes[i])/2
		for j, xi := range s.points {
			v := mid + half*xi
			visit(v, half*s.weights[j], s.Density(v))
		}
	}
	return true
}

// sampleMesh is Sample when all of the law is on the mesh.
func (s *Solver) sampleMesh(visit func(v, weight, density float64)) {
	m, u, ne := s.mesh, s.out.u, s.mesh.elements()
	for e := range ne {
		left, right := ends(u, e, ne)
		bubbles := s.bubbles(u, e, ne)
		for j, xi := range s.points {
			shape := s.shape[j*(s.p+1):][:s.p+1]
			n := (left+right)/2*shape[0] + (right-left)/2*shape[1]
			for k, c := range bubbles {
				n += c * shape[k+2]
			}
			visit(m.mid[e]+m.half[e]*xi, m.half[e]*s.weights[j], n)
		}
	}
}
