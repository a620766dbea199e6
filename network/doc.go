// Package network is the N-neuron engine: noisy integrate-and-fire neurons that
// kick each other by b/N at every spike, with cascades (the system of Delarue,
// Inglis, Rubenthaler and Tanré 2015).
//
// A step takes every potential over the exact Ornstein–Uhlenbeck transition
// (package kernel), finds threshold crossings inside the step by the bridge
// law, draws the crossing times, closes the kicks of the step implicitly
// (closure.go) and restarts the neurons that fired inside the step (crossing.go).
// What no step can resolve, a macroscopic cascade, is an instant of its own
// (cascade.go). The order in dt is stated and measured in docs/NUMERICS.md.
package network
