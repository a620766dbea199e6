package biophysical

import (
	"math"

	"lapicque/neuron/membrane"
)

// splitting is the scheme for Hodgkin–Huxley neurons: at fixed potential the gates obey linear equations, at fixed gates the
// potential does. Gates move from the middle of one step to the middle of the next, the potential from
// end to end (Strang's splitting, with the half steps of the gates that meet joined into one), of weak order 2. The gates'
// step is exact, read from a table over the potential; the potential's is the implicit midpoint rule, stable for
// every step. After a step whose successor has another length the middle moves along.
type splitting struct {
	law     membrane.HodgkinHuxley
	regular *gates // for steps of the length dt
	other   *gates // for another
	now     *gates
}

func newSplitting(law membrane.HodgkinHuxley, dt float64) *splitting {
	return &splitting{law: law, regular: newGates(&law, dt)}
}

func (p *splitting) prepare(s *step) {
	length := (s.last + s.h) / 2
	switch {
	case length == p.regular.length:
		p.now = p.regular
	case p.other == nil || p.other.length != length:
		p.other = newGates(&p.law, length)
		fallthrough
	default:
		p.now = p.other
	}
}

// advance moves a block. With G the total conductance and S the current at potential 0,
//
//	V ← (V (1 − Gh/2C) + (S/C + push) h + σ ΔW) / (1 + Gh/2C).
func (p *splitting) advance(b *block, w *worker, s *step, l level) {
	table, law := p.now, &p.law
	potential := b.y[0]
	z, _ := w.scratch.Draw(&b.lanes, len(potential))
	m, h, n, armed := b.y[1][:len(z)], b.y[2][:len(z)], b.y[3][:len(z)], b.armed[:len(z)]
	scale := s.h / law.Capacitance
	half := scale / 2
	gL := law.GL + s.conductance
	rest := law.GL*law.VL + s.current
	push := s.push * s.h
	beyond := float64(len(table.cells))
	for i, v := range potential[:len(z)] {
		x := v + s.offset
		gm, gh, gn := m[i], h[i], n[i]
		at := (x - table.from) * table.perMillivolt
		if at >= 0 && at < beyond {
			k := int(at)
			c, t := &table.cells[k], at-float64(k)
			gm = c[0].at(t) + c[1].at(t)*gm
			gh = c[2].at(t) + c[3].at(t)*gh
			gn = c[4].at(t) + c[5].at(t)*gn
		} else {
			gm, gh, gn = table.direct(x, gm, gh, gn)
		}
		m[i], h[i], n[i] = gm, gh, gn
		gNa, gK := law.GNa*gm*gm*gm*gh, law.GK*(gn*gn)*(gn*gn)
		a := (gNa + gK + gL) * half
		y := (x*(1-a) + (gNa*law.VNa+gK*law.VK+rest)*scale + push + s.noise*float64(z[i])) / (1 + a)
		potential[i] = y
		if !(y > l.floor && y < l.rearm) {
			b.note(s, l, i, x, y)
		} else if !armed[i] {
			armed[i] = true
		}
	}
}

// gates is the exact step of the gates at fixed potential, x ← A(V) + B(V) x with B = e^{−(a + b)·length}, as cubics in cells
// of the potential. Outside of the table the step is computed.
type gates struct {
	law                *membrane.HodgkinHuxley
	length             float64
	from, perMillivolt float64
	cells              [][6]cubic // A and B of m, h, n
}

// cubic is a polynomial of degree 3 on (0, 1), lowest power first.
type cubic [4]float64

func (c *cubic) at(t float64) float64 { return c[0] + t*(c[1]+t*(c[2]+t*c[3])) }

// interpolate returns the cubic through values at 0, 1/3, 2/3 and 1.
func interpolate(f0, f1, f2, f3 float64) cubic {
	return cubic{f0, (-11*f0 + 18*f1 - 9*f2 + 2*f3) / 2, (18*f0 - 45*f1 + 36*f2 - 9*f3) / 2, 9 * (f3 - f0 + 3*(f1-f2)) / 2}
}

// cellsPerMillivolt keeps the error of a cubic below 1e−9: the rates vary over 10 mV.
const cellsPerMillivolt = 2

// newGates tabulates the step from 30 mV below the lowest potential of the law to 30 mV above the highest.
func newGates(law *membrane.HodgkinHuxley, length float64) *gates {
	r := law.Card().Potentials
	from := math.Floor(math.Min(r[0], math.Min(law.VK, law.VL)) - 30)
	to := math.Max(r[1], law.VNa) + 30
	count := math.Min(mostCells, math.Ceil((to-from)*cellsPerMillivolt))
	g := &gates{law: law, length: length, from: from, perMillivolt: cellsPerMillivolt, cells: make([][6]cubic, int(count))}
	left := g.exact(from)
	for k := range g.cells {
		third := func(j int) [6]float64 { return g.exact(from + (float64(k)+float64(j)/3)/cellsPerMillivolt) }
		one, two, right := third(1), third(2), third(3)
		for j := range left {
			g.cells[k][j] = interpolate(left[j], one[j], two[j], right[j])
		}
		left = right
	}
	return g
}

// mostCells bounds the table where a reversal potential is far away.
const mostCells = 4000

// exact returns A and B of the three gates at a potential. In the law x′ is linear in the gate: its values at 0 and 1 are a
// and −b.
func (g *gates) exact(v float64) (out [6]float64) {
	var closed, open [4]float64
	g.law.Slope(0, []float64{v, 0, 0, 0}, closed[:])
	g.law.Slope(0, []float64{v, 1, 1, 1}, open[:])
	for j := range 3 {
		a, b := closed[j+1], -open[j+1]
		kept := math.Exp(-(a + b) * g.length)
		out[2*j], out[2*j+1] = -a/(a+b)*math.Expm1(-(a+b)*g.length), kept
	}
	return out
}

// direct is the step without the table.
func (g *gates) direct(v, m, h, n float64) (float64, float64, float64) {
	e := g.exact(v)
	return e[0] + e[1]*m, e[2] + e[3]*h, e[4] + e[5]*n
}
