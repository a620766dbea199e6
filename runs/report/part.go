package report

import (
	"fmt"
	"os"
	"strings"
)

// part is a population as the files of a run tell it. What is absent is nil.
type part struct {
	name string // "" for the only one of a model without names

	rates, meanField, snapshots, errors, traces *table

	edges           []float64
	network, fields profiles // the densities of both sides
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

// loadParts reads the tables and arrays.
func (f *folder) loadParts() {
	table := func(name string) (t *table) {
		f.load("tables/"+name+".csv", func(file *os.File) (err error) { t, err = readTable(file); return })
		return t
	}
	f.entropy, f.cascades = table("entropy"), table("cascades")
	rates, field, snapshots, errors := table("rates"), table("meanfield"), table("snapshots"), table("errors")
	var network, fields []float64
	f.load("arrays/density_network_times.npy", func(file *os.File) (err error) { network, _, err = readArray(file); return })
	f.load("arrays/density_meanfield_times.npy", func(file *os.File) (err error) { fields, _, err = readArray(file); return })
	for _, name := range f.names() {
		p := &part{name: name, rates: rates.only(name), meanField: field.only(name), snapshots: snapshots.only(name), errors: errors.only(name)}
		p.traces = table(p.file("traces"))
		f.load("arrays/"+p.file("density_edges")+".npy", func(file *os.File) (err error) { p.edges, _, err = readArray(file); return })
		p.network = f.profiles(p, "network", network)
		p.fields = f.profiles(p, "meanfield", fields)
		f.parts = append(f.parts, p)
	}
}

// profiles reads the densities of a side at its times.
func (f *folder) profiles(p *part, side string, times []float64) profiles {
	out := profiles{times: times}
	f.load("arrays/"+p.file("density_"+side)+".npy", func(file *os.File) error {
		values, shape, err := readArray(file)
		if err != nil || p.edges == nil || times == nil {
			return err
		}
		bins := len(p.edges) - 1
		if len(values) != bins*len(times) || bins < 1 && len(values) > 0 {
			return fmt.Errorf("its shape %v is not that of %d times and %d bins", shape, len(times), bins)
		}
		for i := range times {
			out.rows = append(out.rows, values[i*bins:(i+1)*bins])
		}
		return nil
	})
	if len(out.rows) != len(times) {
		return profiles{}
	}
	return out
}
