// Package single integrates one neuron under a current, with or without noise, and writes what it did: tables, plots, a
// summary. It also finds the firing rate and the bifurcations of a neuron along its current.
package single
