// Package plot draws the figures of a run: the raster with the rate below it,
// the rate and the densities of both sides, potentials of single neurons, and
// the distances between the two sides against time.
//
// Each figure is one file and one type that holds its data; Figure lays it out
// and a Figure is written as PNG or SVG. A value that is absent (a cell that was
// empty in a table) is a NaN in the data and a gap in the figure. The same data
// give the same bytes.
package plot
