// Package neuralfield is the law of a neural field: populations at the points of a ring, a line, a torus
// or at a single point, coupled by kernels of distance (Wilson and Cowan 1972, 1973; Amari 1977). The network and
// the mean field both start from a Law, and see the same discrete connections through its Convolution.
package neuralfield
