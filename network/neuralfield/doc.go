// Package neuralfield simulates spiking units that converge to a neural field: M units a site and population fire
// as Poisson processes whose rates follow the law of the field, and every spike leaves a trace that decays at rate 1.
package neuralfield
