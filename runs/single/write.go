package single

import (
	"errors"
	"os"

	"lapicque/runs/plot"
	"lapicque/runs/store"
)

// Write writes neuron.json, the tables trajectory and spikes as CSV and Parquet, and the plots.
func (r *Result) Write(folder *store.Folder) error {
	columns := []store.Column{{Name: headed("time", r.TimeUnit), Values: r.times}, {Name: headed("current", r.Unit), Values: r.inputs}}
	for k, v := range r.card.Variables {
		columns = append(columns, store.Column{Name: headed(v.Name, v.Unit), Values: r.states[k]})
	}
	err := errors.Join(folder.JSON("neuron.json", r), folder.Columns("tables/trajectory", columns),
		folder.Columns("tables/spikes", []store.Column{{Name: headed("time", r.TimeUnit), Values: r.Spikes}}))
	if err != nil || len(r.times) < 2 {
		return err
	}
	return r.draw(folder)
}

// headed is the header of a column.
func headed(name, unit string) string {
	if unit == "" {
		return name
	}
	return name + " [" + unit + "]"
}

// draw draws the plots.
func (r *Result) draw(folder *store.Folder) error {
	if err := os.MkdirAll(folder.Path("plots"), 0o755); err != nil {
		return err
	}
	course := plot.Membrane{Name: r.Title, Time: r.times, TimeUnit: r.TimeUnit, Current: plot.Quantity{Name: "I", Unit: r.Unit, Values: r.inputs}, Spikes: r.Spikes}
	for k, v := range r.card.Variables {
		course.Variables = append(course.Variables, plot.Quantity{Name: v.Name, Unit: v.Unit, Values: r.states[k]})
	}
	err := course.Figure().Save(folder.Path("plots/trajectory"))
	if err != nil || len(r.states) != 2 {
		return err
	}
	return r.phase(course.Variables).Figure().Save(folder.Path("plots/phase"))
}
