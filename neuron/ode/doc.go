// Package ode integrates ordinary differential equations y′ = f(t, y), stiff or not, with control of the local error,
// dense output and location of events.
package ode
