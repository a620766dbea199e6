package fit

import (
	"errors"
	"fmt"
	"math"

	"lapicque/runs/store"
)

// Write writes the recording as recording.csv and recording.parquet in the form that Read reads; a spike is put into the nearest row.
func (r *Recording) Write(folder *store.Folder) error {
	n := len(r.Current)
	times := make([]float64, n)
	for k := range times {
		times[k] = math.Round(float64(k)*r.Dt*1e9) / 1e9
	}
	columns := []store.Column{{Name: "time [ms]", Values: times}, {Name: "current [" + r.Unit + "]", Values: r.Current}}
	for k, train := range r.Spikes {
		marks := make([]int, n)
		for _, at := range train {
			marks[min(n-1, int(at/r.Dt+0.5))] = 1
		}
		columns = append(columns, store.Column{Name: column("spikes", k, len(r.Spikes)), Values: marks})
	}
	for k, v := range r.Potential {
		columns = append(columns, store.Column{Name: column("potential", k, len(r.Potential)) + " [mV]", Values: v})
	}
	return folder.Columns("recording", columns)
}

// Write writes fit.json, the tables gammas, parameters and spikes as CSV and Parquet, the plots and report.html.
func (r *Result) Write(folder *store.Folder, argv []string) error {
	err := errors.Join(folder.JSON("fit.json", r), r.gammas(folder), r.parameters(folder), r.trains(folder))
	if err != nil {
		return err
	}
	return r.page(folder, argv)
}

// gammas writes a row a model and part.
func (r *Result) gammas(folder *store.Folder) error {
	var model, part []string
	var gamma, relative, spikes, recorded, pairs, deviation []float64
	for _, m := range r.Models {
		for k, s := range []Score{m.Train, m.Test} {
			model, part = append(model, m.Model), append(part, [...]string{"train", "test"}[k])
			gamma, spikes, recorded = append(gamma, s.Gamma), append(spikes, float64(s.Spikes)), append(recorded, s.Recorded)
			pairs, deviation = append(pairs, s.Pairs), append(deviation, s.Deviation)
			share := math.NaN()
			if m.Relative != nil {
				share = [...]float64{m.Relative.Train, m.Relative.Test}[k]
			}
			relative = append(relative, share)
		}
	}
	return folder.Columns("tables/gammas", []store.Column{{Name: "model", Values: model}, {Name: "part", Values: part}, {Name: "gamma", Values: gamma},
		{Name: "relative", Values: relative}, {Name: "spikes", Values: spikes}, {Name: "recorded", Values: recorded}, {Name: "coincidences", Values: pairs}, {Name: "rms_ms", Values: deviation}})
}

// parameters writes a row a model and parameter.
func (r *Result) parameters(folder *store.Folder) error {
	var model, name, unit, meaning, fixed []string
	var value []float64
	for _, m := range r.Models {
		for _, p := range m.Parameters {
			model, name, unit, meaning = append(model, m.Model), append(name, p.Name), append(unit, p.Unit), append(meaning, p.Meaning)
			value, fixed = append(value, p.Value), append(fixed, fmt.Sprint(p.Fixed))
		}
	}
	return folder.Columns("tables/parameters", []store.Column{{Name: "model", Values: model}, {Name: "parameter", Values: name}, {Name: "value", Values: value},
		{Name: "unit", Values: unit}, {Name: "meaning", Values: meaning}, {Name: "fixed", Values: fixed}})
}

// trains writes a row a spike, recorded or of a model.
func (r *Result) trains(folder *store.Folder) error {
	var train []string
	var times []float64
	add := func(name string, spikes []float64) {
		for _, at := range spikes {
			train, times = append(train, name), append(times, at)
		}
	}
	for k, spikes := range r.recording.Spikes {
		add(column("recorded", k, len(r.recording.Spikes)), spikes)
	}
	for _, m := range r.Models {
		add(m.Model, m.spikes)
	}
	return folder.Columns("tables/spikes", []store.Column{{Name: "train", Values: train}, {Name: "time_ms", Values: times}})
}
