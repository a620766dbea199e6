// Package statistics computes the statistics of a raster of spikes under the names of Elephant, with intervals, population by
// population, and draws them.
package statistics
