package mfield

import (
	"context"
	"fmt"
	"math"

	"lapicque/neuron"
)

const (
	maxBlowUps = 100_000 // after so many the solution is called eternal
	maxAtOnce  = 100     // jumps at one time are one; after so many likewise
	layerCells = 4       // cells over which an unresolved boundary layer may spread
)

// trail keeps the last three points (σ, t, q) of the clock σ.
type trail struct {
	sigma, time, q [3]float64
	count          int
}

func (r *trail) add(size, time, q float64) {
	r.sigma[0], r.time[0], r.q[0] = r.sigma[1], r.time[1], r.q[1]
	r.sigma[1], r.time[1], r.q[1] = r.sigma[2], r.time[2], r.q[2]
	r.sigma[2] += size
	r.time[2], r.q[2] = time, q
	r.count++
}

// falling reports whether q has decreased over the last points.
func (r *trail) falling() bool { return r.count >= 3 && r.q[2] < r.q[1] && r.q[1] < r.q[0] }

// ending extrapolates q(σ) to its zero by the parabola through the last three
// points: the time left and the length of σ left.
func (r *trail) ending() (time, sigma float64) {
	x0, x1 := r.sigma[0]-r.sigma[2], r.sigma[1]-r.sigma[2]
	d0, d1 := (r.q[0]-r.q[2])/x0, (r.q[1]-r.q[2])/x1
	bend := (d0 - d1) / (x0 - x1)
	slope := d0 - bend*x0 // q(x) = q2 + slope·x + bend·x²
	if slope >= 0 {
		slope, bend = d1, 0
	}
	sigma = -r.q[2] / slope
	if disc := slope*slope - 4*bend*r.q[2]; disc > 0 {
		sigma = 2 * r.q[2] / (-slope + math.Sqrt(disc))
	}
	return sigma * (r.q[2] + sigma*(slope/2+sigma*bend/3)), sigma
}

// Rates count as infinite when q = dt/dσ falls below resolved (b·N is then 10⁴ times
// every other velocity), or below unresolved while the boundary layer at V_F, of width a/(bN), is
// thinner than a quarter of the last cell: past that the mesh knows nothing more, and the time left is O(1/N²).
const (
	resolved   = 1e-4
	unresolved = 1e-2
)

// checkBlowUp foresees a blow-up when the clock σ nears q = 0 while q falls.
// In the initial layer of data that do not vanish at V_F the rate is infinite too,
// like t^−1/2, but there q grows from 0.
func (s *finiteVolumes) checkBlowUp() {
	if s.last != dilated || s.trail.count < 15 || !s.trail.falling() {
		return
	}
	if q := s.pace(); q < resolved || q < unresolved && s.thin() {
		s.foresee()
	}
}

// thin reports whether the boundary layer of some population at V_F is thinner than a quarter of its last cell.
func (s *finiteVolumes) thin() bool {
	for _, p := range s.pools {
		push := 0.0
		for q, b := range p.b {
			push += b * s.pools[q].rate
		}
		h := p.mesh.width[p.mesh.fire-1]
		if !p.law.Firing.Escapes() && push*h > 4*p.law.Diffusion(p.rate) {
			return true
		}
	}
	return false
}

// stuck explains why no step could be made: near a blow-up that the mesh does not
// resolve, the discrete equations for the rates cease to have a solution at finite rates.
func (s *finiteVolumes) stuck() error {
	if s.feeds() && s.pace() < 0.1 && s.trail.falling() {
		s.foresee()
		return nil
	}
	rates := make([]float64, len(s.pools))
	for k, p := range s.pools {
		rates[k] = p.rate
	}
	return fmt.Errorf("mfield: no step from t = %g is short enough (rates %g)", s.time, rates)
}

// ahead is a jump that is certain and not reached yet.
type ahead struct {
	time      float64   // t*
	left      float64   // time from the last step to t*
	still     []float64 // δ = ∫N over it; nil: nobody
	kicks     []float64 // what arrives of earlier jumps moves a population by so much …
	returning []float64 // … or returns to V_R; both nil: a blow-up
}

// foresee extrapolates the last steps to the zero of q.
func (s *finiteVolumes) foresee() {
	left, sigma := s.trail.ending()
	still, sum := make([]float64, len(s.pools)), 0.0
	for k, p := range s.pools {
		sum += s.kappa[k] * p.rate
	}
	for k, p := range s.pools {
		still[k] = p.rate * (sigma - left) / sum
	}
	s.ahead = &ahead{time: s.time + left, left: left, still: still}
}

// ignites reports whether the present laws blow up at once: mass at V_F that excites somebody, or densities at V_F such that
// a cascade in them grows. Of one population: b·n(V_F) ≥ 1.
func (s *finiteVolumes) ignites(at []float64) bool {
	n := len(s.pools)
	fronts, some := make([]*front, n), false
	for k, p := range s.pools {
		if s.kappa[k]*at[k] > 0 {
			return true
		}
		fronts[k] = newFront(nil, nil, 0)
		if p.edge > 0 && !p.law.Firing.Escapes() {
			some = true
			m := &mesh{edges: []float64{-1, 0}, width: []float64{1}}
			fronts[k] = newFront(m, []float64{p.edge}, 0)
		}
	}
	if !some || !s.feeds() {
		return false
	}
	c := newCascade(s.instantly(), fronts)
	return c.lead(0) && c.rises()
}

// rises reports whether the overshoots of those who fire do not fall.
func (c *cascade) rises() bool {
	for p, x := range c.along {
		if x > 0 {
			return c.change[p] >= 0
		}
	}
	return false
}

// instantly returns the connectivities without a delay.
func (s *finiteVolumes) instantly() [][]float64 {
	b := make([][]float64, len(s.pools))
	for k, p := range s.pools {
		b[k] = p.b
	}
	return b
}

// explode goes through the jump ahead, or ends the solution there.
func (s *finiteVolumes) explode(ctx context.Context) error {
	if err := s.half.follow(ctx, s); err != nil {
		return err
	}
	size := len(s.pools)
	found := CircuitBlowUp{Time: s.ahead.time, Rule: s.circuit.Rule, Jumps: make([]float64, size), JumpErrors: make([]float64, size)}
	for count := 0; s.ahead != nil; count++ {
		a := *s.ahead
		parts := s.instant(a)
		s.settleHistories(a, parts)
		s.ahead = nil
		sum := 0.0
		for k, x := range parts {
			found.Jumps[k] += x.jump
			sum += x.jump
		}
		if a.kicks != nil && sum == 0 && count == 0 {
			return s.resume(parts) // nobody fired: no blow-up
		}
		if s.ended = s.ending(&found, parts, count); s.ended != nil {
			break
		}
		if err := s.resume(parts); err != nil {
			return err
		}
	}
	s.half.differ(&found, len(s.blowUps))
	s.blowUps = append(s.blowUps, found)
	return s.ended
}

// impact is what an instant does to one population.
type impact struct {
	jump      float64   // fraction that fires in the instant
	recent    float64   // fraction that fired in the rest of the time before it
	begun     float64   // S of the rest alone
	shift     float64   // S, what it moves those by who do not fire
	cut       float64   // the lowest potential of those who fired, before they moved
	path      []stretch // how they fired
	returning float64   // mass that comes back to V_R
}

// instant moves the masses over the time left and follows the cascade. The present densities are those at the instant
// moved down by S of what is yet to fire before it, which sits at the top. Below 2δ more lies the boundary layer at V_F,
// where the density is below 1/b: a blow-up starts past it, and where the mesh does not resolve it, past the cells in which it shows.
func (s *finiteVolumes) instant(a ahead) []impact {
	size := len(s.pools)
	parts, fronts := make([]impact, size), make([]*front, size)
	for k, p := range s.pools {
		p.quiet(s.time, a.left)
		if a.kicks != nil {
			back := math.Max(0, math.Min(a.returning[k], p.resting)) // the rest is the error of what came back before
			p.owed += a.returning[k] - back
			parts[k].shift, parts[k].returning = a.kicks[k], back
		}
		for q, b := range p.b {
			if a.still != nil {
				parts[k].shift += b * a.still[q]
			}
		}
		fronts[k] = newFront(nil, nil, p.law.Threshold)
		if !p.law.Firing.Escapes() {
			fronts[k] = p.front(a.recent(k), parts[k].shift)
		}
		fronts[k].shift, parts[k].begun = parts[k].shift, parts[k].shift
	}
	var thin *layer
	if a.kicks == nil {
		thin = &layer{make([]float64, size), make([]bool, size)}
		for k := range size {
			thin.skip[k], thin.excites[k] = 2*a.recent(k), s.kappa[k] > 0
		}
	}
	newCascade(s.instantly(), fronts).run(thin)
	for k, f := range fronts {
		x := &parts[k]
		x.recent, x.jump, x.cut, x.shift, x.path = a.recent(k), math.Min(1, f.fired), math.Inf(1), f.shift, f.path
		if f.cell >= 0 {
			x.cut = f.potential()
		} else if len(f.mass) > 0 {
			x.cut = math.Inf(-1)
		}
	}
	return parts
}

// recent returns what population k fires in the time left.
func (a *ahead) recent(k int) float64 {
	if a.still == nil {
		return 0
	}
	return a.still[k]
}

// front returns the front of the present masses at the instant: those who fired recently have left the top, and where they are not refractory
// they have come to V_R, which is below where the others are counted from by their shift.
func (p *pool) front(recent, shift float64) *front {
	mass := p.mass
	if recent > 0 && p.law.Bounces() {
		mass = append([]float64(nil), mass...)
		p.mesh.share(mass, p.law.Reset-shift, recent)
	}
	f := newFront(p.mesh, mass, p.law.Threshold)
	f.drop(recent)
	return f
}

// quiet moves the masses over a time with leak, current and what arrives alone, V_F
// closed: what happens to those who do not fire while q goes to 0. One implicit
// step, its error of second order in the time.
func (p *pool) quiet(now, span float64) {
	if span == 0 {
		return
	}
	per, n := p.mesh.per, len(p.mass)
	zeros := make([]float64, len(p.b))
	p.restFrom = 0
	p.feel(exchange{alpha: 1, theta: zeros, kappa: zeros}, now, 0)
	p.felt.source = 0
	p.evaluate(p.mass)
	p.up[n] = 0
	excess := 0.0
	for i := range n {
		own := 1 + span*p.down[i]*per[i]*excess
		p.inverse[i] = 1 / (own + span*p.up[i+1]*per[i])
		excess = own * p.inverse[i]
	}
	copy(p.delta, p.mass)
	p.smooth(span)
	copy(p.mass, p.delta)
}

// settleHistories adds what is fired in the time left, and the instant's part, to the histories.
func (s *finiteVolumes) settleHistories(a ahead, parts []impact) {
	s.time = a.time
	for k, p := range s.pools {
		p.before, p.gain = p.rate, a.recent(k)
	}
	s.remember()
	for k, x := range parts {
		s.impulse(k, x.jump)
	}
}

// resume goes on from what an instant leaves behind.
func (s *finiteVolumes) resume(parts []impact) error {
	starts := make([]origin, len(s.pools))
	for k, p := range s.pools {
		x := parts[k]
		p.fired += x.jump + x.recent
		if x.jump+x.recent+x.returning == 0 && x.shift == 0 {
			continue
		}
		after, err := newAftermath(p, s.circuit.Rule, x)
		if err != nil {
			return err
		}
		if p.law.Refractory.Law != neuron.NoRefractory {
			p.resting += after.all - after.total
		}
		starts[k] = origin{law: after, total: after.total}
		if after.total == 0 {
			clear(p.mass)
			starts[k].law = nil
		}
	}
	return s.begin(starts)
}

// ending returns what ends the solution at a jump, nil if it goes on. With a1 > 0
// a jump is not plain transport, as the noise jumps too.
func (s *finiteVolumes) ending(found *CircuitBlowUp, parts []impact, count int) error {
	eternal := func(reason string) error {
		return &Eternal{Time: found.Time, Count: len(s.blowUps) + 1, Reason: reason}
	}
	again := false
	for k, p := range s.pools {
		x := parts[k]
		if s.circuit.Populations[k].Law.A1 > 0 && (x.jump > 0 || s.leads(k)) {
			return found
		}
		again = again || s.circuit.Rule == neuron.Sequential && p.law.Bounces() && x.reach() >= p.law.Gap()
	}
	switch {
	case !s.options.Continue:
		return found
	case again:
		return eternal("those that fired reach the threshold again within the same cascade")
	case count == maxAtOnce:
		return eternal("jump follows jump at the same time")
	case len(s.blowUps)+1 >= maxBlowUps:
		return eternal("as many blow-ups as allowed")
	}
	return nil
}

// leads reports whether population k makes at least half of the pace of the clock before a blow-up.
func (s *finiteVolumes) leads(k int) bool {
	return 2*s.kappa[k]*s.pools[k].rate*s.pace() >= 1-s.pace() && s.kappa[k] > 0
}

// reach returns how far at most those who fired are moved afterwards.
func (x *impact) reach() (most float64) {
	if x.jump > 0 && x.recent > 0 {
		most = x.shift
	}
	low := math.Inf(1)
	for i := range x.path {
		low = math.Min(low, x.path[i].from)
		most = math.Max(most, x.path[i].to-low)
	}
	return most
}

// half is the same solution on half the cells to ten times the tolerance, solved
// only when and as far as the error of a blow-up is asked for; nil: it never is.
type half struct {
	initials []neuron.Initial
	past     []float64
	solver   *finiteVolumes
}

// follow brings half to the jump ahead of s and a tenth of the way from the blow-up before beyond it.
func (h *half) follow(ctx context.Context, s *finiteVolumes) error {
	if h == nil {
		return nil
	}
	if h.solver == nil {
		o := s.options
		o.Cells, o.Rtol, o.OnStep, o.OnStates = o.Cells/2, math.Min(10*o.Rtol, 0.01), nil, nil
		var err error
		if h.solver, err = newFiniteVolumes(s.circuit, h.initials, h.past, o); err != nil {
			return err
		}
		h.solver.half = nil
	}
	before := 0.0
	if n := len(s.blowUps); n > 0 {
		before = s.blowUps[n-1].Time
	}
	until := s.ahead.time + 0.1*(s.ahead.time-before)
	err := h.solver.Advance(ctx, math.Max(until, h.solver.time))
	if err != nil && err == ctx.Err() {
		return err
	}
	return nil // its own end is no end of s
}

// differ fills the errors of the k-th blow-up by how far it is from half's: that of a scheme of
// first order or more is no further from the truth. They stay 0 where half has none.
func (h *half) differ(found *CircuitBlowUp, k int) {
	if h == nil || k >= len(h.solver.blowUps) {
		return
	}
	other := h.solver.blowUps[k]
	found.TimeError = math.Abs(found.Time - other.Time)
	for p, x := range other.Jumps {
		found.JumpErrors[p] = math.Abs(found.Jumps[p] - x)
	}
}
