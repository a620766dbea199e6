package mfield

import (
	"math"
	"sort"

	"lapicque/neuron"
)

// mesh holds the cells of a finite-volume scheme; V_R is face reset, V_F is face fire: the last one, unless
// neurons go on above it.
type mesh struct {
	edges, centers, width []float64
	per                   []float64 // 1/width
	reset, fire           int
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
	return bump{share, func(v float64) float64 { return -math.Log(threshold - math.Min(v, threshold) + w) }}
}

// fading spreads cells like 1/(v − V_F + w) above V_F and not below.
func fading(share, threshold, w float64) bump {
	return bump{share, func(v float64) float64 { return math.Log(math.Max(v, threshold) - threshold + w) }}
}

// upTo ends a bump at V_F.
func (b bump) upTo(threshold float64) bump {
	return bump{b.share, func(v float64) float64 { return b.primitive(math.Min(v, threshold)) }}
}

// spread holds the scales of a problem that the mesh must resolve.
type spread struct {
	low, high float64 // of the initial law: where it starts and ends
	mean, sd  float64 // mean, standard deviation
	noise     float64 // standard deviation of the free potential
	current   float64
	drive     float64   // largest size of the drift at V_F without the network
	sink      float64   // how far below the mean and the current arrivals may push everybody
	lift      float64   // drift that the network may add, for those who go on above V_F
	fed       bool      // whether activity excites at once
	scars     []float64 // where the law after a jump has an atom or is not continuous
}

// spreadOf measures the law at time t.
func spreadOf(law neuron.LIF, initial datum, t float64) spread {
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
	s := spread{low: lo, high: hi, mean: hi + mean, sd: math.Sqrt(math.Max(0, second-mean*mean))}
	if law.Leak > 0 {
		s.noise = math.Sqrt(law.A0 / law.Leak)
	} else {
		s.noise = math.Max(s.sd, math.Max(law.Gap(), law.Threshold-s.mean))
	}
	s.current = law.Input().At(t)
	s.drive = math.Abs(s.current - law.Leak*law.Threshold)
	if a, ok := initial.(*aftermath); ok {
		s.scars = a.scars()
	}
	return s
}

// newMesh lays cells where they count for N: between the bulk of the data and
// V_F, towards V_F and V_R, and around narrow data. The density of cells is a sum of
// smooth bumps, so the mesh is the image of a uniform one by a smooth map (on
// each side of V_R) and centred differences keep their second order.
func newMesh(law neuron.LIF, cells int, s spread) *mesh {
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
	if s.fed {
		bumps = append(bumps, graded(0.15, vf, 2e-3*scale))
	}
	if law.Firing.Escapes() {
		return layOut([]float64{far, vr, vf, s.top(law)}, cells, s.beyond(law, bumps, scale))
	}
	return layOut([]float64{far, vr, vf}, cells, bumps)
}

// top returns a potential above V_F that few reach: those that fire at rate 1/ε in a drift u and diffusion a are spread
// like e^−kv, a k² + u k = 1/ε, and the free ones like a Gaussian.
func (s spread) top(law neuron.LIF) float64 {
	u := math.Max(0, s.current-law.Leak*law.Threshold+s.lift)
	k := 2 / law.Firing.Epsilon / (u + math.Sqrt(u*u+4*law.A0/law.Firing.Epsilon))
	top := law.Threshold + 16/k
	if law.Leak > 0 {
		top = math.Min(top, math.Max(law.Threshold, (s.current+s.lift)/law.Leak)+8.2*s.noise)
	}
	return math.Max(top, s.high)
}

// beyond returns the bumps of a mesh that goes on above V_F, where the scale is √(aε).
func (s spread) beyond(law neuron.LIF, bumps []bump, scale float64) []bump {
	layer := math.Sqrt(law.A0 * law.Firing.Epsilon)
	list := []bump{fading(0.4, law.Threshold, math.Min(layer, scale))}
	for _, b := range bumps {
		list = append(list, b.upTo(law.Threshold))
	}
	if layer < 0.3*scale {
		list = append(list, lorentz(0.15, law.Threshold, layer).upTo(law.Threshold))
	}
	return list
}

// layOut inverts the cumulated density of cells between knots: the far end, V_R, V_F and, if neurons go on above it, the top.
func layOut(knots []float64, cells int, bumps []bump) *mesh {
	far, end := knots[0], knots[len(knots)-1]
	start, norm := make([]float64, len(bumps)), make([]float64, len(bumps))
	for k, b := range bumps {
		start[k] = b.primitive(far)
		norm[k] = b.share / (b.primitive(end) - start[k])
	}
	count := func(v float64) float64 {
		c := 0.0
		for k, b := range bumps {
			c += norm[k] * (b.primitive(v) - start[k])
		}
		return c
	}
	total := count(end)
	faces := make([]int, len(knots)) // of the knots
	for k := 1; k < len(knots); k++ {
		after := 4 * (len(knots) - 1 - k)
		faces[k] = cells - int(math.Round(float64(cells)*(1-count(knots[k])/total)))
		faces[k] = min(max(faces[k], faces[k-1]+4), cells-after)
	}
	m := &mesh{edges: make([]float64, cells+1), reset: faces[1], fire: faces[2]}
	m.edges[0] = far
	for k := 1; k < len(knots); k++ {
		lo, hi := knots[k-1], knots[k]
		below, part := count(lo), count(hi)-count(lo)
		for f := faces[k-1] + 1; f < faces[k]; f++ {
			target := below + part*float64(f-faces[k-1])/float64(faces[k]-faces[k-1])
			m.edges[f] = invert(count, target, math.Max(lo, m.edges[f-1]), hi)
		}
		m.edges[faces[k]] = hi
	}
	m.measure()
	return m
}

// invert returns the point between lo and hi at which an increasing function takes a value.
func invert(f func(float64) float64, value, lo, hi float64) float64 {
	for range 60 {
		if c := lo + (hi-lo)/2; f(c) < value {
			lo = c
		} else {
			hi = c
		}
	}
	return hi
}

// measure fills what follows from the edges.
func (m *mesh) measure() {
	n := len(m.edges) - 1
	m.centers, m.width, m.per = make([]float64, n), make([]float64, n), make([]float64, n)
	m.gap, m.mid = make([]float64, n+1), make([]float64, n+1)
	for i := range n {
		m.width[i] = m.edges[i+1] - m.edges[i]
		m.centers[i] = m.edges[i] + m.width[i]/2
		m.per[i] = 1 / m.width[i]
	}
	for f := 1; f < n; f++ {
		m.gap[f] = (m.width[f-1] + m.width[f]) / 2
		m.mid[f] = m.centers[f-1] + m.gap[f]/2
	}
	m.gap[n] = m.width[n-1] / 2
	m.mid[n] = m.centers[n-1] + m.gap[n]/2
}

// extended returns the mesh with so many more cells below and above, each a twentieth
// wider than the one before.
func (m *mesh) extended(below, above int) *mesh {
	n := len(m.width)
	edges := make([]float64, below+n+above+1)
	copy(edges[below:], m.edges)
	w := m.width[0]
	for f := below - 1; f >= 0; f-- {
		w *= 1.05
		edges[f] = edges[f+1] - w
	}
	w = m.width[n-1]
	for f := below + n + 1; f < len(edges); f++ {
		w *= 1.05
		edges[f] = edges[f-1] + w
	}
	x := &mesh{edges: edges, reset: m.reset + below, fire: m.fire + below}
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
