// Package converge measures how fast networks of N neurons approach their mean field. The equation is solved once; at every
// number of neurons so many independent networks are simulated that the exponent γ of
//
//	error ≈ bias + C·N^(−γ)
//
// is known as closely as was asked for. A network leaves numbers only: its distances from the limit and its errors. They are kept
// in a journal while the study goes on, so that an interrupted one continues, with the same results.
//
// A Study is what is asked for, a subject what can be measured of a model, a Result what was found. Estimates, fits and verdicts are
// those of package compare.
package converge
