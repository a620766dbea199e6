// Package elapsed solves the elapsed-time equation (Pakdaman, Perthame and Salort 2010)
//
//	∂t n + ∂s n + r(s, X(t)) n = 0,   N(t) = n(0, t) = ∫ r n ds,   s the age of a neuron,
//
// with X = bN(t), bN(t − d) or an exponentially delayed bN, along its characteristics: a neuron born (which last fired)
// at τ stays in the cohort of τ, so nothing diffuses from age to age. A step of time is a collocation at eight Gauss
// points, and the neurons born in it are a cohort with the same points.
//
// Reading order: equation.go (what is solved), gauss.go, cohort.go and history.go (what is kept), trial.go (one step),
// sharp.go and smooth.go (the two kinds of hazard), marks.go (where N is not smooth), solver.go (all together),
// solutions.go (N(t) without delay, of which there may be several), steady.go, stability.go and cycle.go.
package elapsed
