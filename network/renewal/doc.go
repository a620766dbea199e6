// Package renewal simulates N elapsed-time neurons (neuron.ElapsedTime): renewal processes whose hazard depends on the activity
// of all. Spikes come at exact times for the input of a cell of the time grid: candidates by inversion of a hazard that is never
// below, thinned (Lewis and Shedler 1979; Ogata 1981); there is no probability per step. The input X(t) is linear in each cell,
// between intensities of the population, so that what depends on dt is its curvature: order 2.
//
// Reading order: config.go, block.go (spikes), input.go (X), network.go, observer.go.
package renewal
