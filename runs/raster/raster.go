// Package raster writes and reads spike rasters: who fired, when, and in which
// cascade. Each format of file is one source file of this package; Parquet is
// the one that runs stream while they compute.
package raster

// Spike is one row of a raster.
type Spike struct {
	Time       float64 // in the units named by Metadata.Units
	Neuron     uint32  // index within its population
	Population uint8   // index into Metadata.Populations
	Cascade    uint64  // cascade that the spike belongs to, 0 for a spike alone
	Generation uint16  // number of kicks that led to it, 0 for who started
}

// Metadata describes a raster as a whole; it travels inside the file.
type Metadata struct {
	Scenario    string   // name of the scenario
	Seed        uint64   // seed of the run
	Units       string   // unit of time, such as "membrane time constants"
	Version     string   // version of the program that wrote the file
	Populations []string // names; nil stands for one population, "neurons"
}

func (m Metadata) named() Metadata {
	if len(m.Populations) == 0 {
		m.Populations = []string{"neurons"}
	}
	return m
}
