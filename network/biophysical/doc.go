// Package biophysical simulates N neurons whose equations make the spike themselves (Hodgkin–Huxley, FitzHugh–Nagumo,
// Morris–Lecar: the excitable models of package membrane) with white noise, coupled all to all by pulses or through a
// synaptic conductance that the spikes of the population open.
//
// Neuron i has the state y_i, the potential V_i first, and obeys
//
//	dy_i = f(y_i, I(t) + g(t)(E − V_i)) dt + e₁ (J/N) dS(t) + σ e₁ dW_i,   dg = −g/τ dt + (G/N) dS(t),
//
// where S counts the spikes of the population, the neuron's own included. A spike is the potential passing the level of
// the model upwards; with noise it would pass it infinitely often at a time, so that the next spike is counted
// only after the potential has been a tenth of its spike's height below the level.
package biophysical
