package raster

import "bytes"

// SONATA is the spike file of the SONATA format (Dai et al. 2020), version 0.1:
// /spikes/NAME/timestamps and node_ids for every population. It needs libhdf5
// and the build tag hdf5; without it the format is known by name alone.
var SONATA = Format{
	Name: "sonata", Extension: ".h5", Unit: "ms", Columns: []string{"time", "neuron", "population"}, Extra: []string{"cascade", "generation"},
	Needs: tagHDF5, About: "HDF5; libsonata, BMTK, h5py",
	known: func(head []byte) bool { return bytes.HasPrefix(head, []byte("\x89HDF\r\n\x1a\n")) },
	open:  openSONATA, create: createSONATA,
}
