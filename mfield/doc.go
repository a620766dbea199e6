// Package mfield solves the mean-field limit of networks of noisy
// integrate-and-fire neurons: the nonlinear Fokker–Planck (NNLIF) equation
//
//	∂t n + ∂v[(−leak·v + I(t) + bN) n] − a(N) ∂vv n = N δ_{V_R},   v < V_F,
//	n(V_F, t) = n(−∞, t) = 0,   N = −a(N) ∂v n(V_F, t) ≥ 0,   ∫n = 1,
//
// with a(N) = a0 + a1 N (Cáceres, Carrillo and Perthame 2011). The activity
// N(t) is closed by a flux: the rate at which probability leaves through the
// threshold is the input of every neuron.
//
// An equation (NNLIF) is a struct of parameters, numerical choices are Options,
// a Solver holds the state. When the solution ends before the time asked for,
// the solver answers with a *BlowUp; it never returns a NaN. Scheme Spectral
// (package spectral) is the accurate one and the default, FiniteVolume the positive
// and robust one; both can go on after blow-ups.
package mfield
