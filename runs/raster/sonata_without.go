//go:build !hdf5 || !cgo

package raster

import "errors"

const tagHDF5 = "hdf5"

var errNoHDF5 = errors.New("raster: this program was built without HDF5: SONATA files need one built with -tags hdf5, cgo and libhdf5")

func openSONATA(input) (source, error)                  { return nil, errNoHDF5 }
func createSONATA(string, Metadata, bool) (Sink, error) { return nil, errNoHDF5 }
