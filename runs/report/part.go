package report

import (
	"os"
	"strings"
)

// part is a population as the files of a run tell it. What is absent is nil.
type part struct {
	name string // "" for the only one of a model without names
	side string // what the network is held against, in the files

	rates, meanField, snapshots, errors, traces *table

	edges           []float64
	network, fields profiles // the densities of both sides

	field sites // of a model whose neurons have places
}

// names returns the populations in the order of the scenario, one without a name if it has none.
func (f *folder) names() (names []string) {
	for _, l := range f.parameters.under("populations") {
		name, _, _ := strings.Cut(strings.TrimPrefix(l.Key, "populations."), ".")
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	if names == nil {
		names = []string{""}
	}
	return names
}

// several reports whether the populations have names.
func (f *folder) several() bool { return f.parts[0].name != "" }

// file returns the name of a file of the population.
func (p *part) file(base string) string {
	if p.name == "" {
		return base
	}
	return base + "_" + p.name
}

// of says whose something is.
func (p *part) of(what string) string {
	if p.name == "" {
		return what
	}
	return what + " of population " + p.name
}

// key returns the key of a parameter of the population.
func (p *part) key(name string) string {
	if p.name == "" {
		return name
	}
	return "populations." + p.name + "." + name
}

// side names what the network is held against in the files.
func (f *folder) side() string {
	if f.summary.Doubled != nil {
		return "doubled"
	}
	return "meanfield"
}

// loadParts reads the tables and arrays.
func (f *folder) loadParts() {
	table := func(name string) (t *table) {
		f.load("tables/"+name+".csv", func(file *os.File) (err error) { t, err = readTable(file); return })
		return t
	}
	f.entropy, f.cascades = table("entropy"), table("cascades")
	rates, field, snapshots, errors := table("rates"), table("meanfield"), table("snapshots"), table("errors")
	network, fields := f.vector("density_network_times"), f.vector("density_"+f.side()+"_times")
	for _, name := range f.names() {
		p := &part{name: name, side: f.side(), rates: rates.only(name), meanField: field.only(name), snapshots: snapshots.only(name), errors: errors.only(name)}
		p.traces = table(p.file("traces"))
		p.edges = f.vector(p.file("density_edges"))
		p.network = f.rows(p.file("density_network"), network, len(p.edges)-1)
		p.fields = f.rows(p.file("density_"+f.side()), fields, len(p.edges)-1)
		f.parts = append(f.parts, p)
	}
	if f.placed() {
		f.loadSites()
	}
}
