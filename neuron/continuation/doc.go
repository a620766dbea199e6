// Package continuation follows the equilibria and the periodic solutions of a single neuron (package membrane) along its input
// current: folds, Hopf points with their period and criticality, periodic branches with their multipliers, the range of
// repetitive firing and the ranges in which rest and firing are both stable.
package continuation
