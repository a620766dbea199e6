package spectral

import "sort"

// mesh is a partition of [far, top] with V_R and V_F among its nodes; the top is V_F unless neurons escape
// above it. A density on it is held by p·ne numbers: the values at the nodes 0..ne−1 (at the top it
// vanishes), then for each element the coefficients of its bubbles ψ_2..ψ_p.
type mesh struct {
	nodes     []float64 // ne+1, ascending
	half      []float64 // half length of each element
	mid       []float64 // centre of each element
	reset     int       // nodes[reset] = V_R
	threshold int       // nodes[threshold] = V_F
}

func newMesh(nodes []float64, reset, threshold float64) *mesh {
	m := new(mesh)
	m.set(nodes, reset, threshold)
	return m
}

// set copies nodes, reusing the memory of the mesh.
func (m *mesh) set(nodes []float64, reset, threshold float64) {
	m.nodes = append(m.nodes[:0], nodes...)
	m.half, m.mid = m.half[:0], m.mid[:0]
	m.reset, m.threshold = -1, len(nodes)-1
	for e := 0; e+1 < len(nodes); e++ {
		m.half = append(m.half, (nodes[e+1]-nodes[e])/2)
		m.mid = append(m.mid, (nodes[e+1]+nodes[e])/2)
		switch nodes[e] {
		case reset:
			m.reset = e
		case threshold:
			m.threshold = e
		}
	}
	if m.reset < 0 || nodes[m.threshold] != threshold {
		panic("spectral: the reset or the threshold is not a node")
	}
}

func (m *mesh) elements() int { return len(m.half) }

// find returns the element that holds v, the right one at a node; v must lie in
// the mesh.
func (m *mesh) find(v float64) int {
	e := sort.SearchFloat64s(m.nodes, v)
	if e < len(m.nodes) && m.nodes[e] == v {
		e++
	}
	return min(max(e-1, 0), m.elements()-1)
}
