// Package neuron holds the law of one neuron given the activity of the network
// it sits in: parameters, input currents, initial laws and the closed forms of
// its statistics. It simulates nothing; package network closes the activity by
// counting spikes, package mfield closes it by a probability flux, and both are
// handed the same parameter struct.
//
// Units. Everything is dimensionless unless a name says otherwise: time is in
// units of the membrane time constant (leak 1), potential in the units of the
// threshold.
package neuron
