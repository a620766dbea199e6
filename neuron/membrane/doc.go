// Package membrane holds the laws of single neurons that are fed a current: the excitable ones, whose
// equations make the spike themselves (Hodgkin–Huxley, FitzHugh–Nagumo, Morris–Lecar,
// Mitchell–Schaeffer), and the hybrid ones, which are reset where they reach a threshold
// (leaky and adaptive exponential integrate-and-fire, Izhikevich, the multi-timescale adaptive threshold). A Trajectory
// integrates any of them, with spikes located to the tolerance of the integrator; a NoisyPath does it with white noise.
package membrane
