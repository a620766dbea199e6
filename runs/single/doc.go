// Package single integrates one neuron under a current, with or without noise, and writes what it did: tables, plots, a
// summary.
package single
