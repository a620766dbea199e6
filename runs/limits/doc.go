// Package limits asks what a regularised model leaves behind after a jump as its small parameter goes to 0: a transmission
// delay d, the mean time ε that a neuron spends above V_F before it fires, or a refractory time τ. With that parameter each
// solution is unique and its jump, if any, needs no rule; at 0 the rate blows up and three rules exist (neuron.Rule). A Study takes
// the small parameter to 0 and the number of neurons to infinity, in either order, and measures the distance to the mean field
// continued with each rule, the candidates: M1 between cumulative rates, W1 between densities after the jump.
//
// Networks with an escape time step by at most a tenth of it: a jump takes a few of it, and longer steps make one of their own.
//
// What theory says is in docs/study-post-jump.md.
package limits
