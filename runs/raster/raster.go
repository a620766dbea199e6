// Package raster writes and reads spike rasters: who fired, when, and in which
// cascade. Each format of file is one source file of this package and one of
// Formats; Parquet is the one that runs stream while they compute.
package raster

import "errors"

// Spike is one row of a raster.
type Spike struct {
	Time       float64 // in the units named by Metadata.Units
	Neuron     uint32  // index within its population
	Population uint8   // index into Metadata.Populations
	Cascade    uint64  // cascade that the spike belongs to, 0 for a spike alone
	Generation uint16  // number of kicks that led to it, 0 for who started
}

// Metadata describes a raster as a whole; it travels inside the file as far as
// the format can carry it.
type Metadata struct {
	Scenario    string   // name of the scenario
	Seed        uint64   // seed of the run
	Units       string   // unit of time, such as "membrane time constants" or "ms"; "" when the file does not say
	Version     string   // version of the program that wrote the file
	Populations []string // names; nil stands for one population, "neurons"
	Start, End  float64  // times between which spikes were recorded; both 0 when the file does not say
	Neurons     []int    // how many neurons of each population were recorded, silent ones too; nil when the file does not say
}

func (m Metadata) named() Metadata {
	if len(m.Populations) == 0 {
		m.Populations = []string{"neurons"}
	}
	return m
}

// populations numbers the populations of a file by their names. Those that it
// does not announce are appended as they are met.
type populations struct {
	meta  Metadata
	index map[string]uint8
}

// declare sets the names that a file announces.
func (p *populations) declare(names []string) {
	p.meta.Populations, p.index = names, map[string]uint8{}
	for i, name := range names {
		p.index[name] = uint8(i)
	}
}

// find returns the number of a population.
func (p *populations) find(name string) (uint8, error) {
	if i, ok := p.index[name]; ok {
		return i, nil
	}
	if len(p.meta.Populations) == 256 {
		return 0, errors.New("raster: more than 256 populations")
	}
	i := uint8(len(p.meta.Populations))
	p.meta.Populations = append(p.meta.Populations, name)
	p.index[name] = i
	return i, nil
}

// Metadata returns what the file says of itself.
func (p *populations) Metadata() Metadata { return p.meta }
