package mfield

import (
	"math"

	"lapicque/neuron"
)

// pool is one population of a solution by finite volumes: its density, its refractory state and what it
// hears of the others.
type pool struct {
	index int
	law   neuron.LIF   // a1 is 0 where the noise comes with a delay
	b     []float64    // connectivities without a delay, by sender
	late  []channel    // those with one
	input neuron.Piece // the current, smooth up to input.Until

	mesh    *mesh
	mass    []float64 // in each cell
	rate    float64   // N, consistent with mass
	fired   float64
	resting float64 // R
	floor   float64 // rate below which errors of N are absolute
	speed   float64 // largest velocity at V_F without the network
	edge    float64 // density at V_F of the law that the masses were made from

	returns *neuron.Activity // of a fixed refractory time
	owed    float64          // what should have returned by now and has not, an error of quadrature

	felt drive
	fluxes
	from, to                   []float64 // start and end of a stage
	first, second, base, slope []float64 // stages, right-hand side, dm/dt at the present time
	delta, column, inverse     []float64 // of Newton's method: right-hand side, borders, pivots
	restFrom, rest             float64   // R at the start and the end of a stage
	gain, before               float64   // what was fired in the last step, N before it
}

// channel is a connection with a delay, with the noise that comes through it.
type channel struct {
	from     int
	b, a1    float64
	activity *neuron.Activity
}

// newPool returns population k of a circuit; past are the rates before time 0.
func newPool(c Circuit, k int, past []float64) *pool {
	size := len(c.Populations)
	law := c.Populations[k].Law
	p := &pool{index: k, law: law, b: make([]float64, size), felt: newDrive(size), input: law.Input().Piece(0)}
	for q, b := range c.B[k] {
		d := c.Lag(k, q)
		if d == 0 {
			p.b[q] = b
			continue
		}
		link := channel{from: q, b: b}
		if q == k {
			link.a1, p.law.A1 = law.A1, 0
		}
		if link.b != 0 || link.a1 != 0 {
			link.activity = neuron.NewActivity(d, past[q])
			p.late = append(p.late, link)
		}
	}
	if law.Refractory.Law == neuron.FixedRefractory {
		p.returns = neuron.NewActivity(law.Refractory.Tau, 0)
	}
	return p
}

// lay makes the mesh for a law, the masses, total in all and moved up by shift, and the scales of the problem.
func (p *pool) lay(law datum, s *finiteVolumes, total, shift float64) {
	shape := spreadOf(p.law, law, s.time)
	shape.sink = s.circuit.sink(p.index)
	shape.fed = p.fed()
	shape.lift = p.lift(s.circuit)
	p.mesh = newMesh(p.law, s.options.Cells, shape)
	distance := math.Min(p.law.Gap(), math.Max(shape.sd, p.law.Threshold-shape.mean))
	p.speed = math.Max(shape.drive, p.law.A0/math.Max(distance, 1e-3*p.law.Gap()))
	p.floor = 1e-5 * p.law.A0 / (p.law.Gap() * p.law.Gap())
	p.edge = total * law.Density(p.law.Threshold)
	p.allocate(len(p.mesh.width))
	p.mass = p.mesh.masses(law, shape, shift)
	for i := range p.mass {
		p.mass[i] *= total
	}
}

// fed reports whether some activity moves the population towards V_F at once.
func (p *pool) fed() bool {
	for _, b := range p.b {
		if b > 0 {
			return !p.law.Firing.Escapes()
		}
	}
	return false
}

// lift returns the drift that the network adds at most in the long run, where each neuron fires once
// in ε + τ: what carries neurons above V_F.
func (p *pool) lift(c Circuit) (sum float64) {
	if !p.law.Firing.Escapes() {
		return 0
	}
	for q, b := range c.B[p.index] {
		sender := c.Populations[q].Law
		if rest := sender.Firing.Epsilon + sender.Refractory.Mean(); b > 0 && rest > 0 {
			sum += b / rest
		} else if b > 0 {
			sum += b * sender.A0 / (sender.Gap() * sender.Gap())
		}
	}
	return sum
}

func (p *pool) allocate(cells int) {
	unknowns := len(p.b)
	p.fluxes = newFluxes(cells+1, unknowns)
	for _, a := range []*[]float64{&p.first, &p.second, &p.base, &p.slope, &p.delta, &p.inverse} {
		*a = make([]float64, cells)
	}
	p.column = make([]float64, (cells+1)*unknowns)
}

// shortest returns the first step after what is not smooth.
func (p *pool) shortest() float64 {
	h := p.mesh.width[p.mesh.fire-1]
	return 0.01 * h * h / p.law.A0
}

// outside returns the current and the noise on top of a0 at time t, with what arrives, and their slopes.
func (p *pool) outside(t float64) (current, dCurrent, noise, dNoise float64) {
	current = p.input.At(t)
	if !p.input.Constant() {
		dCurrent = p.input.Slope(t)
	}
	for i := range p.late {
		l := &p.late[i]
		n, dn := l.activity.Arriving(t)
		current, dCurrent = current+l.b*n, dCurrent+l.b*dn
		noise, dNoise = noise+l.a1*n, dNoise+l.a1*dn
	}
	return current, dCurrent, noise, dNoise
}

// feel fills the drive of a stage that began at time since, at its end.
func (p *pool) feel(x exchange, since, span float64) {
	f, t := &p.felt, since+span*x.alpha
	current, dCurrent, noise, dNoise := p.outside(t)
	own := x.theta[p.index]
	a0 := p.law.A0 + noise
	f.still, f.leak, f.noise = x.alpha*current, x.alpha*p.law.Leak, x.alpha*a0+own*p.law.A1
	hazard := 0.0
	if p.law.Firing.Escapes() {
		hazard = 1 / p.law.Firing.Epsilon
	}
	f.sink = x.alpha * hazard
	later := span * x.alpha // d/dw of a function of t, times w
	back, byPace, byOwn := p.back(x, t, span)
	f.source = back
	for q, k := range x.kappa {
		f.still += p.b[q] * x.theta[q]
		f.dStill[q] = p.b[q] - k*(current+later*dCurrent)
		f.dLeak[q] = -k * p.law.Leak
		f.dNoise[q] = -k * (a0 + later*dNoise)
		f.dSink[q] = -k * hazard
		f.dSource[q] = -k * byPace
	}
	f.dNoise[p.index] += p.law.A1
	f.dSource[p.index] += byOwn
}

// back returns what enters at V_R per unit of σ, and its derivatives in w and in θ. Without a refractory state that is what
// fires, else R/τ with R at the end of the stage, R = from + span(θ − wR/τ), or N(t − τ).
func (p *pool) back(x exchange, t, span float64) (source, byPace, byOwn float64) {
	own, tau := x.theta[p.index], p.law.Refractory.Tau
	switch p.law.Refractory.Law {
	case neuron.ExponentialRefractory:
		keep := 1 / (1 + span*x.alpha/tau)
		out := (p.restFrom + span*own) * keep / tau // R/τ
		return x.alpha * out, out * keep, x.alpha * span * keep / tau
	case neuron.FixedRefractory:
		n, dn := p.returns.Arriving(t)
		n += p.owed / tau
		if all := p.restFrom + span*own; span*x.alpha*n > all { // no more than there is
			return math.Max(0, all/span), 0, 1
		}
		return x.alpha * math.Max(0, n), n + x.alpha*span*dn, 0
	}
	return own, 0, 1
}

// settle ends a stage: R = from + span(θ − source).
func (p *pool) settle(x exchange, since, span float64) {
	if p.law.Refractory.Law == neuron.NoRefractory {
		return
	}
	source, _, _ := p.back(x, since+span*x.alpha, span)
	p.rest = p.restFrom + span*(x.theta[p.index]-source)
}

// remember adds N to what will arrive elsewhere or come back, from the time before the last step to the present: the
// parabola through both ends with the right integral, or the lowest that is not negative.
func (p *pool) remember(a *neuron.Activity, now float64) {
	least := (p.before+p.rate)/3 - math.Sqrt(p.before*p.rate)/3
	a.Append(now, [5]float64{p.before, p.rate - p.before}, math.Max(p.gain, least*(now-a.Known())))
}

// extend adds cells at an end when mass comes near it.
func (p *pool) extend() {
	count, n := len(p.mass)/10, len(p.mass)
	below, over := 0, 0
	if p.mass[0] > 1e-14 {
		below = count
	}
	if p.mesh.fire < n && p.mass[n-1] > 1e-14 {
		over = count
	}
	if below+over == 0 {
		return
	}
	p.mesh = p.mesh.extended(below, over)
	mass, slope := make([]float64, n+below+over), make([]float64, n+below+over)
	copy(mass[below:], p.mass)
	copy(slope[below:], p.slope)
	p.allocate(len(mass))
	p.mass, p.slope = mass, slope
}

// state returns the statistics of the density.
func (p *pool) state(time float64) State {
	st := State{Time: time, Rate: p.rate, Fired: p.fired, Refractory: math.Max(0, p.resting)}
	origin := p.law.Threshold
	active, first, second := 0.0, 0.0, 0.0
	for i, m := range p.mass {
		c, w := p.mesh.centers[i]-origin, p.mesh.width[i]
		active += m
		first += m * c
		second += m * (c*c + w*w/12)
	}
	st.Mass, st.Mean = active+p.resting, p.law.Reset // where all are refractory: of those who return
	if active > 1e-13 {
		first, second = first/active, second/active
		st.Mean, st.Variance = origin+first, second-first*first
	}
	return st
}

// profile copies the density.
func (p *pool) profile(into *Profile) {
	into.Edges = append(into.Edges[:0], p.mesh.edges...)
	into.Density = into.Density[:0]
	for i, m := range p.mass {
		into.Density = append(into.Density, m/p.mesh.width[i])
	}
}
