// Package compare measures how far a finite network is from its mean-field
// limit and says how much of the distance chance alone explains.
//
// Everything here is a pure function of plain slices: samples of potentials,
// densities given by cell averages, spike counts. Nothing is simulated and
// nothing is opened; the only randomness, the draws of a null law, takes its
// seed as an argument.
//
// A comparison is one Snapshot: the potentials of every replica at one time, the
// mean-field density there, the spikes of a window. Assess returns the distances,
// the law each would have if the mean field were exact (its null law), the errors
// of mean, variance, rate and refractory fraction with their standard errors, and a Verdict.
package compare
