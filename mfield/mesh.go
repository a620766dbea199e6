package mfield

import (
	"math"
	"sort"

	"lapicque/neuron"
)

// mesh holds the cells of a finite-volume scheme; V_R is face reset, V_F the last face.
type mesh struct {
	edges, centers, width []float64
	reset                 int
	// gap[f] is the distance over which the flux of face f is taken (between the
	// centres of its cells; at V_F the last half cell), mid[f] the middle of it.
	gap, mid []float64
}

// bump is one part of the density of cells: a share of the cells spread as the
// antiderivative primitive says.
type bump struct {
	share     float64
	primitive func(v float64) float64
}

// lorentz spreads cells like 1/(1 + ((v − c)/w)²).
func lorentz(share, c, w float64) bump {
	return bump{share, func(v float64) float64 { return w * math.Atan((v-c)/w) }}
}

// shelf spreads cells evenly above c and like 1/(1 + ((v − c)/w)²) below it.
func shelf(share, c, w float64) bump {
	return bump{share, func(v float64) float64 {
		if v > c {
			return v - c
		}
		return w * math.Atan((v-c)/w)
	}}
}

// graded spreads cells like 1/(V_F − v + w): geometrically towards V_F.
func graded(share, threshold, w float64) bump {
	return bump{share, func(v float64) float64 { return -math.Log(threshold - v + w) }}
}

// spread holds the scales of a problem that the mesh must resolve.
type spread struct {
	low, mean, sd float64 // of the initial law: where it starts, mean, standard deviation
	noise         float64 // standard deviation of the free potential
	current       float64
	drive         float64   // largest size of the drift at V_F without the network
	sink          float64   // how far below the mean and the current arrivals may push everybody
	scars         []float64 // where the law after a jump has an atom or is not continuous
}

// spreadOf measures the law at time t.
func spreadOf(e NNLIF, initial datum, t float64) spread {
	breaks := initial.Breaks()
	lo, hi := breaks[0], breaks[len(breaks)-1]
	const panels = 512
	h := (hi - lo) / panels
	mean, second := 0.0, 0.0 // of V − hi, by parts: −∫F and −2∫(v − hi)F
	for k := 0; k < panels && h > 0; k++ {
		for _, g := range [2]float64{0.5 - 0.5/math.Sqrt(3), 0.5 + 0.5/math.Sqrt(3)} {
			v := lo + (float64(k)+g)*h
			f := initial.CDF(v) * h / 2
			mean -= f
			second -= 2 * (v - hi) * f
		}
	}
	s := spread{low: lo, mean: hi + mean, sd: math.Sqrt(math.Max(0, second-mean*mean))}
	law := e.Law
	if law.Leak > 0 {
		s.noise = math.Sqrt(law.A0 / law.Leak)
	} else {
		s.noise = math.Max(s.sd, math.Max(law.Gap(), law.Threshold-s.mean))
	}
	s.current = law.Input().At(t)
	s.drive = math.Abs(s.current - law.Leak*law.Threshold)
	s.sink = e.sink()
	if a, ok := initial.(*aftermath); ok {
		s.scars = a.scars()
	}
	return s
}

// newMesh lays cells where they count for N: between the bulk of the data and
// V_F, towards V_F and V_R, and around narrow data. The density of cells is a sum of
// smooth bumps, so the mesh is the image of a uniform one by a smooth map (on
// each side of V_R) and centred differences keep their second order.
func newMesh(e NNLIF, cells int, s spread) *mesh {
	law := e.Law
	vf, vr := law.Threshold, law.Reset
	far := math.Min(s.low, vr-6*s.noise)
	if law.Leak > 0 {
		far = math.Min(s.low, math.Min(s.current/law.Leak, vr)-8.2*s.noise)
	}
	scale := math.Max(s.noise, s.sd)
	reach := math.Max(1.5*scale, math.Min(3*scale, vf-s.mean))
	if s.sink > 0 {
		far -= s.sink
		reach = math.Max(reach, vf-s.current/law.Leak+s.sink+1.5*scale)
	}
	bumps := []bump{
		shelf(1, vf-reach, 0.7*scale),
		lorentz(0.08, vf, scale/5),
		lorentz(0.06, vr, scale/5),
	}
	if s.sd < 0.3*scale {
		bumps = append(bumps, lorentz(0.15, s.mean, math.Max(2*s.sd, 0.02*scale)))
	}
	if s.noise < 0.3*scale {
		bumps = append(bumps, lorentz(0.15, math.Min(vf, s.current/law.Leak), 2*s.noise))
	}
	for _, v := range s.scars {
		bumps = append(bumps, lorentz(0.1, v, 0.02*scale))
	}
	if layer := law.A0 / (s.drive + 1e-300); layer < 0.1*scale {
		bumps = append(bumps, graded(0.1, vf, math.Max(layer/4, 1e-5*scale)))
	}
	if law.Gap() < 0.3*scale {
		bumps = append(bumps, graded(0.2, vf, law.Gap()/8), lorentz(0.1, vr, law.Gap()))
	}
	if e.B > 0 {
		bumps = append(bumps, graded(0.15, vf, 2e-3*scale))
	}
	return layOut(far, vr, vf, cells, bumps)
}

// layOut inverts the cumulated density of cells.
func layOut(far, vr, vf float64, cells int, bumps []bump) *mesh {
	start, norm := make([]float64, len(bumps)), make([]float64, len(bumps))
	for k, b := range bumps {
		start[k] = b.primitive(far)
		norm[k] = b.share / (b.primitive(vf) - start[k])
	}
	count := func(v float64) float64 {
		c := 0.0
		for k, b := range bumps {
			c += norm[k] * (b.primitive(v) - start[k])
		}
		return c
	}
	total, below := count(vf), count(vr)
	above := min(max(int(math.Round(float64(cells)*(1-below/total))), 4), cells-4)
	m := &mesh{edges: make([]float64, cells+1), reset: cells - above}
	previous := far
	for f := 1; f < cells; f++ {
		target := below * float64(f) / float64(m.reset)
		lo, hi := previous, vr
		if f > m.reset {
			target = below + (total-below)*float64(f-m.reset)/float64(above)
			lo, hi = math.Max(previous, vr), vf
		}
		for range 60 {
			if c := lo + (hi-lo)/2; count(c) < target {
				lo = c
			} else {
				hi = c
			}
		}
		m.edges[f], previous = hi, hi
	}
	m.edges[0], m.edges[m.reset], m.edges[cells] = far, vr, vf
	m.measure()
	return m
}

// measure fills what follows from the edges.
func (m *mesh) measure() {
	n := len(m.edges) - 1
	m.centers, m.width = make([]float64, n), make([]float64, n)
	m.gap, m.mid = make([]float64, n+1), make([]float64, n+1)
	for i := range n {
		m.width[i] = m.edges[i+1] - m.edges[i]
		m.centers[i] = m.edges[i] + m.width[i]/2
	}
	for f := 1; f < n; f++ {
		m.gap[f] = (m.width[f-1] + m.width[f]) / 2
		m.mid[f] = m.centers[f-1] + m.gap[f]/2
	}
	m.gap[n] = m.width[n-1] / 2
	m.mid[n] = m.centers[n-1] + m.gap[n]/2
}

// extended returns the mesh with count more cells at the far end, each a twentieth
// wider than the one before.
func (m *mesh) extended(count int) *mesh {
	edges := make([]float64, count+len(m.edges))
	copy(edges[count:], m.edges)
	w := m.width[0]
	for f := count - 1; f >= 0; f-- {
		w *= 1.05
		edges[f] = edges[f+1] - w
	}
	x := &mesh{edges: edges, reset: m.reset + count}
	x.measure()
	return x
}

// masses returns the mass of initial in each cell, the law moved up by shift.
// Cells carry differences of the distribution function; an atom, and a law
// narrower than two cells, is shared between the two nearest centres in
// proportion, which keeps its mean.
func (m *mesh) masses(initial datum, s spread, shift float64) []float64 {
	n := len(m.width)
	mass := make([]float64, n)
	atoms := initial.Atoms()
	if len(atoms) == 0 {
		at := m.cell(s.mean + shift)
		if s.sd < m.width[at] {
			atoms = []neuron.Atom{{Potential: s.mean, Mass: 1}}
		}
	}
	held := 0.0
	for _, a := range atoms {
		m.share(mass, a.Potential+shift, a.Mass)
		held += a.Mass
	}
	if held >= 1-1e-12 {
		return mass
	}
	previous := 0.0 // the little below the far end goes into the first cell
	for i := range mass {
		c := 1.0
		if i < n-1 {
			c = smooth(initial, atoms, m.edges[i+1]-shift)
		} else {
			c -= held
		}
		mass[i] += math.Max(0, c-previous)
		previous = math.Max(previous, c)
	}
	return mass
}

// smooth is the distribution function of the part of a law without its atoms.
func smooth(initial datum, atoms []neuron.Atom, v float64) float64 {
	c := initial.CDF(v)
	for _, a := range atoms {
		if a.Potential <= v {
			c -= a.Mass
		}
	}
	return c
}

// share adds a point mass at v to the two nearest cells so that mass and mean are kept.
func (m *mesh) share(mass []float64, v, amount float64) {
	i := m.cell(v)
	j := i + 1
	if v < m.centers[i] {
		j = i - 1
	}
	if j < 0 || j >= len(mass) {
		mass[i] += amount
		return
	}
	x := (v - m.centers[i]) / (m.centers[j] - m.centers[i])
	mass[i] += amount * (1 - x)
	mass[j] += amount * x
}

// cell returns the cell of v, the first or the last one outside.
func (m *mesh) cell(v float64) int {
	i := sort.SearchFloat64s(m.edges, v) - 1
	return min(max(i, 0), len(m.width)-1)
}
