package mfield

import (
	"fmt"
	"math"

	"lapicque/neuron"
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
func (r *trail) falling() bool { return r.count >= 15 && r.q[2] < r.q[1] && r.q[1] < r.q[0] }

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

// checkBlowUp ends the solution when the clock σ nears q = 0 while q falls.
// In the initial layer of data that do not vanish at V_F the rate is infinite too,
// like t^−1/2, but there q grows from 0.
func (s *finiteVolume) checkBlowUp() error {
	if s.last != dilated || !s.trail.falling() {
		return nil
	}
	h := s.mesh.width[len(s.mesh.width)-1]
	thin := s.b*s.rate*h > 4*s.law.Diffusion(s.rate)
	if q := s.pace(); q < resolved || q < unresolved && thin {
		return s.blowUp()
	}
	return nil
}

// stuck explains why no step could be made: near a blow-up that the mesh does not
// resolve, the discrete equation for N ceases to have a solution at a finite N.
func (s *finiteVolume) stuck() error {
	if s.kappa > 0 && s.pace() < 0.1 && s.trail.falling() {
		return s.blowUp()
	}
	return fmt.Errorf("mfield: no step from t = %g is short enough (rate %g)", s.time, s.rate)
}

// blowUp ends the solution at the zero of q.
func (s *finiteVolume) blowUp() error {
	left, sigma := s.trail.ending()
	still := (sigma - left) / s.kappa // ∫N to the blow-up
	s.ended = &BlowUp{
		Time: s.time + left,
		Jump: jump(s.mesh, s.mass, s.law, s.b, still),
		Rule: s.rule,
	}
	s.time = s.ended.Time
	return s.ended
}

// jump returns the physical jump (Delarue, Inglis, Rubenthaler and Tanré 2015)
//
//	inf{x > 0 : P(V ≥ V_F − b(x + still)) − still·[bx < V_F − V_R] < x}
//
// of the cell masses at a time when a fraction still is yet to fire before the
// blow-up: the present density is the one at the blow-up moved down by b·still, and what is yet to
// fire sits above V_F − b·still until the jump reaches V_R. Below x = 2·still lies the boundary layer
// at V_F, where the density is below 1/b: the search starts past it. Inside a cell the tail is linear, so
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
		if g < 0 {
			if g0 <= 0 {
				return x0
			}
			return math.Min(1, x0+(x-x0)*g0/(g0-g))
		}
		x0, g0 = x, g
	}
	return 1
}
