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

// The rate counts as infinite when q falls below resolved (b·N is then 10⁴ times
// every other velocity), or below unresolved while the boundary layer at V_F, of width a/(bN), is
// thinner than a quarter of the last cell: past that the mesh knows nothing more, and the time left is O(1/N²).
const (
	resolved   = 1e-4
	unresolved = 1e-2
)

// checkBlowUp foresees a blow-up when the clock σ nears q = 0 while q falls.
// In the initial layer of data that do not vanish at V_F the rate is infinite too,
// like t^−1/2, but there q grows from 0.
func (s *finiteVolume) checkBlowUp() {
	if s.last != dilated || s.trail.count < 15 || !s.trail.falling() {
		return
	}
	h := s.mesh.width[len(s.mesh.width)-1]
	thin := s.b*s.rate*h > 4*s.law.Diffusion(s.rate)
	if q := s.pace(); q < resolved || q < unresolved && thin {
		s.foresee()
	}
}

// stuck explains why no step could be made: near a blow-up that the mesh does not
// resolve, the discrete equation for N ceases to have a solution at a finite N.
func (s *finiteVolume) stuck() error {
	if s.kappa > 0 && s.pace() < 0.1 && s.trail.falling() {
		s.foresee()
		return nil
	}
	return fmt.Errorf("mfield: no step from t = %g is short enough (rate %g)", s.time, s.rate)
}

// ahead is a blow-up that is certain and not reached yet.
type ahead struct {
	time  float64 // t*
	left  float64 // time from the last step to t*
	still float64 // δ = ∫N over it
}

// foresee extrapolates the last steps to the zero of q.
func (s *finiteVolume) foresee() {
	left, sigma := s.trail.ending()
	s.ahead = &ahead{s.time + left, left, (sigma - left) / s.kappa}
}

// explode goes through the blow-up ahead, or ends the solution there.
func (s *finiteVolume) explode(ctx context.Context) error {
	if err := s.half.follow(ctx, s); err != nil {
		return err
	}
	found := BlowUp{Time: s.ahead.time, Rule: s.equation.Rule}
	for count := 0; s.ahead != nil; count++ {
		s.quiet(s.ahead.left)
		still := s.ahead.still
		size := jump(s.mesh, s.mass, s.law, s.b, still)
		found.Jump += size
		s.time, s.ahead = found.Time, nil
		if s.ended = s.ending(&found, size+still, count); s.ended != nil {
			break
		}
		after, err := newAftermath(s.mesh, s.mass, s.equation, size+still, still)
		if err == nil {
			err = s.begin(after)
		}
		if err != nil {
			return err
		}
		s.fired += size + still
	}
	found.TimeError, found.JumpError = s.half.difference(found, len(s.blowUps))
	s.blowUps = append(s.blowUps, found)
	return s.ended
}

// quiet moves the masses over a time with leak, current and noise alone, V_F
// closed: what happens to those who do not fire while q goes to 0. One implicit
// step, its error of second order in the time.
func (s *finiteVolume) quiet(span float64) {
	f, w, n := s.fluxes, s.mesh.width, len(s.mass)
	s.evaluate(s.mass, exchange{alpha: 1, current: s.input.At(s.time)})
	f.up[n] = 0
	excess := 1.0
	for i := range n {
		if i > 0 {
			excess = 1 + span*f.down[i]/w[i]*excess/s.pivot[i-1]
		}
		s.pivot[i] = excess + span*f.up[i+1]/w[i]
	}
	copy(s.delta, s.mass)
	s.smooth(span)
	copy(s.mass, s.delta)
}

// half is the same solution on half the cells to ten times the tolerance, solved
// only when and as far as the error of a blow-up is asked for; nil: it never is.
type half struct {
	initial neuron.Initial
	solver  *finiteVolume
}

// follow brings half to the blow-up ahead of s and a tenth of the way from the one before beyond it.
func (h *half) follow(ctx context.Context, s *finiteVolume) error {
	if h == nil {
		return nil
	}
	if h.solver == nil {
		o := s.options
		o.Cells, o.Rtol, o.OnStep = o.Cells/2, math.Min(10*o.Rtol, 0.01), nil
		var err error
		if h.solver, err = newFiniteVolume(s.equation, h.initial, o); err != nil {
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

// difference returns how far the k-th blow-up is from half's: that of a scheme of
// first order or more is no further from the truth. 0 where half has none.
func (h *half) difference(found BlowUp, k int) (time, jump float64) {
	if h == nil || k >= len(h.solver.blowUps) {
		return 0, 0
	}
	other := h.solver.blowUps[k]
	return math.Abs(found.Time - other.Time), math.Abs(found.Jump - other.Jump)
}

// ending returns what ends the solution at a jump, nil if it goes on. With a1 > 0
// a jump is not plain transport, as the noise jumps too.
func (s *finiteVolume) ending(found *BlowUp, x float64, count int) error {
	switch {
	case !s.options.Continue || s.law.A1 > 0:
		return found
	case s.equation.Rule == neuron.Sequential && s.b*x >= s.law.Gap():
		return &Eternal{Time: found.Time, Count: len(s.blowUps) + 1, Reason: "those that fired reach the threshold again within the same cascade"}
	case count == maxAtOnce:
		return &Eternal{Time: found.Time, Count: len(s.blowUps) + 1, Reason: "jump follows jump at the same time"}
	case len(s.blowUps)+1 >= maxBlowUps:
		return &Eternal{Time: found.Time, Count: len(s.blowUps) + 1, Reason: "as many blow-ups as allowed"}
	}
	return nil
}

// jump returns the physical jump (Delarue, Inglis, Rubenthaler and Tanré 2015)
//
//	inf{x > 0 : P(V ≥ V_F − b(x + still)) − still·[bx < V_F − V_R] < x}
//
// of the cell masses at a time when a fraction still is yet to fire before the
// blow-up: the present density is the one at the blow-up moved down by b·still, and what is yet to
// fire sits above V_F − b·still until the jump reaches V_R. Below x = 2·still lies the boundary layer
// at V_F, where the density is below 1/b: the search starts past it, and where the mesh does not
// resolve it, past the cells in which it shows. Inside a cell the tail is linear, so
// the root is exact for the piecewise constant density.
func jump(m *mesh, mass []float64, law neuron.LIF, b, still float64) float64 {
	if b <= 0 {
		return 0
	}
	tail, x0, g0 := 0.0, 0.0, 0.0
	for i := len(mass) - 1; i >= 0; i-- {
		tail += mass[i]
		x := (law.Threshold-m.edges[i])/b - still
		if x <= 2*still {
			continue
		}
		g := tail - x
		if b*x < law.Gap() {
			g -= still
		}
		if g < 0 && x0 == 0 && i >= len(mass)-layerCells {
			continue
		}
		if g < 0 {
			return math.Min(1, x0+(x-x0)*g0/(g0-g))
		}
		x0, g0 = x, g
	}
	return 1
}
