package raster

import "regexp"

// GDF is the format of NEST 2: no header, id and time in milliseconds with 3
// decimals. Ids are indices of neurons and begin with 0.
var GDF = Format{
	Name: "gdf", Extension: ".gdf", Unit: "ms", Columns: []string{"neuron", "time"}, Lossy: true,
	About: "NEST 2; Neo NestIO, Elephant",
	known: regexp.MustCompile(`^\s*[0-9]+[\t ]+[-+0-9.eE]+\s*[\n\r]`).Match,
	open: func(in input) (source, error) {
		l, err := newLines(in)
		return &pairs{l, Metadata{Units: "ms"}.named(), 2, 0, 1}, err
	},
	create: func(name string, _ Metadata, _ bool) (Sink, error) { return newText(name, "", idTime) },
}
