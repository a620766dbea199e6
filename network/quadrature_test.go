package network

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
)

// population is the law of the bridge scheme's potentials at the end of a step,
// as N → ∞, held as point masses that integrate smooth functions of the
// potential to spectral accuracy. Its step is the scheme's own law by
// quadrature: no random number, no particle.
//
// Truth for the quadrature is the scheme, not the model: leg and curvature are
// the engine's. What it assumes of the engine, that hitting and the crossing
// test draw from the bridge's law, is what law_test.go tests. Steps are never
// halved here.
type population struct {
	law    law
	b      float64
	fine   int       // nodes a panel; 12 is good for about 1e−9
	x, m   []float64 // potentials and masses
	t      float64
	rate   float64 // spikes per neuron and unit of time in the last step
	fired  float64 // spikes per neuron since the start
	axons  axons   // kicks under way, in place of b; put in by the test
	rested         // who is refractory

	survivors int       // the first of x: nodes of those who did not fire in the last step
	again     []flight  // the restarts in the last step …
	rests     []float64 // … and their masses
}

// rule is a Gauss–Legendre rule on an interval.
type rule struct{ x, w []float64 }

// units holds the rules on (0, 1) by their number of nodes.
var units = map[int]rule{}

func legendre(n int, lo, hi float64) rule { return panels(n, lo, hi, hi-lo) }

// panels is a composite rule with panels at most width wide.
func panels(n int, lo, hi, width float64) (r rule) {
	count := max(1, int(math.Ceil((hi-lo)/width)))
	unit, ok := units[n]
	if !ok {
		unit = rule{make([]float64, n), make([]float64, n)}
		quad.Legendre{}.FixedLocations(unit.x, unit.w, 0, 1)
		units[n] = unit
	}
	step := (hi - lo) / float64(count)
	for p := range count {
		for i := range n {
			r.x = append(r.x, lo+step*(float64(p)+unit.x[i]))
			r.w = append(r.w, step*unit.w[i])
		}
	}
	return r
}

// interpolation is the barycentric form of the polynomials ℓ_k that are 1 at
// one of the nodes and 0 at the others.
type interpolation struct{ nodes, weights, values []float64 }

func interpolate(nodes []float64) *interpolation {
	p := &interpolation{nodes, make([]float64, len(nodes)), make([]float64, len(nodes))}
	span := nodes[len(nodes)-1] - nodes[0]
	for k := range nodes {
		p.weights[k] = 1
		for j := range nodes {
			if j != k {
				p.weights[k] *= span / 4 / (nodes[k] - nodes[j])
			}
		}
	}
	return p
}

// add adds mass·ℓ_k(s) to into[k].
func (p *interpolation) add(s, mass float64, into []float64) {
	sum := 0.0
	for k, x := range p.nodes {
		if s == x {
			into[k] += mass
			return
		}
		p.values[k] = p.weights[k] / (s - x)
		sum += p.values[k]
	}
	for k, v := range p.values {
		into[k] += mass * v / sum
	}
}

// flight is one neuron's leg: d1 below the threshold at its start, its end
// point without noise at end.
type flight struct {
	leg
	d1, end float64
}

// slope is that of the boundary in the changed time, seen from the start point:
// the boundary starts at d1 and ends at (threshold − end)/decay.
func (f flight) slope() float64 { return ((f.threshold-f.end)/f.decay - f.d1) / f.clock }

// crosses is the probability of a crossing: that of a Brownian motion and a line
// (Siegmund 1985, equation 3.14).
func (f flight) crosses() float64 {
	if f.d1 <= 0 {
		return 1
	}
	beta, root := f.slope(), math.Sqrt(2*f.clock)
	return 0.5*math.Erfc((f.d1+beta*f.clock)/root) + 0.5*math.Exp(-2*f.d1*beta)*math.Erfc((f.d1-beta*f.clock)/root)
}

// survives is the density of the end point y of those who do not cross.
func (f flight) survives(y float64) float64 {
	z := (y - f.end) / f.noise
	if f.d1 <= 0 || y >= f.threshold || math.Abs(z) > 8.5 {
		return 0
	}
	return math.Exp(-z*z/2) / (math.Sqrt(2*math.Pi) * f.noise) * -math.Expm1(-f.near*f.d1*(f.threshold-y))
}

// hits adds, for each node of the rest of the step, mass·∫ g(u) ℓ_k(h − τ(u)) du
// to rests, g being the density of the crossing in the changed time u:
// d1/√(2πu³) exp(−(d1 + slope·u)²/2u), written in ξ = ln(d1/√u).
func (f flight) hits(law law, mass float64, fine int, at *interpolation, rests []float64) {
	if f.d1 <= 0 {
		at.add(f.h, mass, rests)
		return
	}
	lo, hi := math.Log(f.d1/math.Sqrt(f.clock)), math.Log(12)
	if lo >= hi {
		return
	}
	beta, sigma2 := f.slope(), 2*law.diffusion
	r := panels(fine, lo, hi, 0.7)
	for i, xi := range r.x {
		z := math.Exp(xi)
		root := f.d1 / z
		e := z + beta*root
		p := mass * r.w[i] * z * math.Sqrt(2/math.Pi) * math.Exp(-e*e/2)
		if math.Abs(p) < 1e-22 {
			continue
		}
		elapsed := root * root / sigma2
		if law.Leak > 0 {
			elapsed = math.Log1p(2*law.Leak*elapsed) / (2 * law.Leak)
		}
		at.add(f.h-elapsed, p, rests)
	}
}

// flights returns the flights over the step of all points, kicks moving each end by kicked.
func (p *population) flights(g leg, kicked float64) []flight {
	fs := make([]flight, len(p.x))
	current := p.law.input.Filtered(p.law.Leak, p.t, g.h)
	for i, x := range p.x {
		fs[i] = flight{g, g.threshold - x, g.decay*x + current + kicked}
	}
	return fs
}

// close solves the scheme's own equation for the first crossings of the step:
// fired = Σ m P(cross | kicks of fired), by the secant method; arrived is what kicks from before add.
func (p *population) close(g leg, arrived float64) (fired float64, fs []flight) {
	excess := func(fired float64) float64 {
		fs = p.flights(g, p.b*fired*g.relaxed/g.h+arrived)
		sum := 0.0
		for i, f := range fs {
			sum += p.m[i] * f.crosses()
		}
		return sum - fired
	}
	a := p.rate * g.h
	ea := excess(a)
	if p.b == 0 {
		return a + ea, fs
	}
	c := a + ea
	for range 60 {
		ec := excess(c)
		if math.Abs(ec) < 1e-15 || ec == ea {
			break
		}
		a, ea, c = c, ec, c-ec*(c-a)/(ec-ea)
	}
	return c, fs
}

// step takes one step of length h.
func (p *population) step(h float64) {
	v := p.axons.volley(p.t, h, p.law.Leak)
	bend := p.law.curvature(p.t+h/2, p.b*p.rate+v.kicks/h) + v.slope
	g := p.law.leg(h, bend)
	fired, fs := p.close(g, v.moved)
	late := p.restart(g, bend, p.b*fired/h+v.moved/g.relaxed, fs)
	for i := range p.x {
		p.x[i] += p.b * late
	}
}

// restart ends a step of the given flights: those who cross restart, with a drift by
// kicks, and the masses are those at its end. It returns the decayed kicks of repeated crossings.
func (p *population) restart(g leg, bend, drift float64, fs []flight) (late float64) {
	h := g.h
	rests := legendre(p.fine, 0, h).x
	at := interpolate(rests)
	first := make([]float64, len(rests))
	survivors := panels(p.fine, p.law.Reset-lowest, g.threshold, 2.5*g.noise)
	mass := make([]float64, len(survivors.x))
	for i, f := range fs {
		f.hits(p.law, p.m[i], p.fine, at, first)
		for j, y := range survivors.x {
			mass[j] += p.m[i] * survivors.w[j] * f.survives(y)
		}
	}
	again := p.restarts(h, bend, drift, rests)
	all, started := p.repeat(again, h, at, first)
	ends := land(again, started, p.fine)
	p.survivors, p.again, p.rests = len(mass), again, all
	p.x, p.m = append(survivors.x, ends.x...), append(mass, ends.w...)
	spikes := 0.0
	for k, s := range rests {
		late += (all[k] - first[k]) * math.Exp(-p.law.Leak*s)
		spikes += all[k]
	}
	p.t, p.rate, p.fired = p.t+h, spikes/h, p.fired+spikes
	return late
}

// lowest is the distance below the reset beyond which there is nobody.
const lowest = 8.5

// restarts returns the flights from the reset over the rests of a step.
func (p *population) restarts(h, bend, drift float64, rests []float64) []flight {
	legs := make([]flight, len(rests))
	for k, rest := range rests {
		g := p.law.leg(rest, bend)
		end := g.decay*p.law.Reset + p.law.input.Filtered(p.law.Leak, p.t+h-rest, rest) + drift*g.relaxed
		legs[k] = flight{g, g.threshold - p.law.Reset, end}
	}
	return legs
}

// repeat adds to the first crossings of the step those that follow in it, and returns
// who started at the reset, too.
func (p *population) repeat(legs []flight, h float64, at *interpolation, first []float64) (all, started []float64) {
	all, started = append(all, first...), make([]float64, len(legs))
	wave := p.returns(p.law, h, at, first)
	for total := 1.0; total > 1e-17; {
		next := make([]float64, len(legs))
		for k, f := range legs {
			started[k] += wave[k]
			f.hits(p.law, wave[k], p.fine, at, next)
		}
		total = 0
		for k, m := range next {
			all[k] += m
			total += math.Abs(m)
		}
		wave = p.pause(p.law, at, next)
	}
	p.remember(p.law, h, at, all)
	return all, started
}

// land returns where restarts that do not cross again end.
func land(legs []flight, masses []float64, fine int) (ends rule) {
	for k, f := range legs {
		r := legendre(2*fine, f.end-8.5*f.noise, min(f.end+8.5*f.noise, f.threshold))
		for i, y := range r.x {
			ends.x = append(ends.x, y)
			ends.w = append(ends.w, masses[k]*r.w[i]*f.survives(y))
		}
	}
	return ends
}

// advance steps to time until, a multiple of h, and checks that no mass is lost.
func (p *population) advance(t *testing.T, until, h float64) {
	t.Helper()
	for p.t < until-h/2 {
		p.step(h)
	}
	if mass := sum(p.m) + p.resting; math.Abs(mass-1) > 1e-6 {
		t.Fatalf("h = %v, t = %v: the quadrature has mass %v", h, p.t, mass)
	}
}

// stationaryRate solves for the law that a step of length h leaves as it is, at
// b = 0, and returns its rate: the step is then a matrix on the masses of the
// survivors' nodes and of the rests.
func stationaryRate(t *testing.T, l law, h float64, fine int) float64 {
	t.Helper()
	p := &population{law: l, fine: fine, x: []float64{l.Reset}, m: []float64{1}}
	p.step(h)
	nodes, legs, size := p.x[:p.survivors], p.again, p.survivors+len(p.rests)
	a, mass := mat.NewDense(size, size, nil), make([]float64, size)
	for c := range size {
		q := &population{law: l, fine: fine}
		if c < len(nodes) {
			q.x, q.m = []float64{nodes[c]}, []float64{1}
		} else {
			unit := make([]float64, len(legs))
			unit[c-len(nodes)] = 1
			ends := land(legs, unit, fine)
			q.x, q.m = ends.x, ends.w
		}
		mass[c] = sum(q.m)
		q.step(h)
		a.SetCol(c, append(append([]float64{}, q.m[:len(nodes)]...), q.rests...))
		a.Set(c, c, a.At(c, c)-1)
	}
	heaviest := len(nodes) / 2
	a.SetRow(heaviest, mass) // the balance of one node follows from the others'
	one := mat.NewVecDense(size, nil)
	one.SetVec(heaviest, 1)
	var steady mat.VecDense
	if err := steady.SolveVec(a, one); err != nil {
		t.Fatal(err)
	}
	return sum(steady.RawVector().Data[len(nodes):]) / h
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}
