// Package spectral solves the NNLIF equation, its refractory states and random thresholds among it, to high accuracy: Legendre elements
// with V_R and V_F on their edges, the firing rate as one bordered algebraic unknown,
// Rodas5P in time, a mesh that follows the density, and a clock in which a blow-up
// is an ordinary point, so that the solution goes through it and on.
//
// Reading order: problem.go (what is solved), element.go, mesh.go, operator.go and
// solve.go (space), rodas.go and clock.go (time), begin.go, start.go, cloud.go and grid.go
// (how a law gets onto the mesh), adapt.go (how the mesh follows), jump.go, profile.go
// and restart.go (through a blow-up), solver.go (all together). The variants: delayed.go (a transmission
// delay), refractory.go, escape.go (a random threshold).
//
// The scheme is not positive: where the density is far below its accuracy it may
// be negative by about that accuracy.
package spectral
