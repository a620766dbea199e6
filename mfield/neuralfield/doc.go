// Package neuralfield solves neural fields: rates or potentials of populations at the points of
// a ring, a line, a torus or at a single point, coupled by kernels of distance (Wilson and Cowan 1972,
// 1973; Amari 1977; Ermentrout and Cowan 1979).
package neuralfield
