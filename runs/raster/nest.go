package raster

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// NEST is the format of the ASCII recordings of NEST 3: two lines of comments,
// the names of the columns, id and time in milliseconds with 3 decimals. Ids are
// indices of neurons and begin with 0.
var NEST = Format{
	Name: "nest", Extension: ".dat", Unit: "ms", Columns: []string{"neuron", "time"}, Lossy: true,
	About: "NEST 3, ascii; raster_plot.from_file, pandas",
	known: func(head []byte) bool { return bytes.HasPrefix(head, []byte(nestComment)) },
	open:  openNEST,
	create: func(name string, meta Metadata, _ bool) (Sink, error) {
		header := fmt.Sprintf("%s 3.0.0 (its layout, written by lapicque %s)\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n", nestComment, meta.Version)
		return newText(name, header, idTime)
	},
}

const nestComment = "# NEST version:"

// openNEST reads the header; columns besides sender and time_ms are passed over.
func openNEST(in input) (source, error) {
	l, err := newLines(in)
	if err != nil {
		return nil, err
	}
	var names [][]byte
	for names == nil {
		line, err := l.next()
		if err == io.EOF {
			return nil, errors.New("raster: the NEST file has no line with the names of its columns: it is cut short")
		}
		if err != nil {
			return nil, err
		}
		if line[0] != '#' {
			names = bytes.Fields(line)
		}
	}
	column := func(name string) int {
		return slices.IndexFunc(names, func(b []byte) bool { return string(b) == name })
	}
	p := &pairs{l, Metadata{Units: "ms"}.named(), len(names), column("sender"), column("time_ms")}
	if p.id < 0 || p.times < 0 {
		return nil, fmt.Errorf("raster: line %d: the NEST file has no columns sender and time_ms (times in steps are not read)", l.number)
	}
	return p, nil
}
