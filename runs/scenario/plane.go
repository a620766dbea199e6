package scenario

import (
	"lapicque/compare"
)

// PlaneNetwork is a network whose neurons have a state of two coordinates: the potential v and a second one, g.
type PlaneNetwork interface {
	Network
	// Pairs copies both coordinates of each neuron of population k into v and g.
	Pairs(k int, v, g []float64) ([]float64, []float64)
}

// PlaneSolver is the limit equation of such neurons. Its Profile is the marginal density of v.
type PlaneSolver interface {
	Solver
	// Joint returns the density of population k; the caller may keep it.
	Joint(k int) Joint
}

// Joint is a density over (v, g), X being the edges in v, with what is known of it beyond cell averages.
type Joint struct {
	compare.Joint
	Mean, Variance float64 // of g
	Current        float64 // ∬ J p, which is V_F N in a steady state
}
