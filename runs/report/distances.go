package report

import "lapicque/runs/plot"

// measure is a column of errors.csv and its name.
type measure struct{ column, name string }

// What is drawn of densities and of fields.
var (
	densityDistances = []measure{{"w1", "Wasserstein-1 distance W_{1}"}, {"ks", "Kolmogorov–Smirnov distance"}, {"l1", "L^{1} distance of densities"},
		{"joint_l1", "L^{1} distance of p(v, g)"}, {"sliced_w1", "sliced W_{1} of (v, g)"}, {"g_w1", "W_{1} of the conductance"}}
	densityErrors  = []measure{{"rate_error", "rate error"}, {"refractory_error", "error of the refractory fraction"}}
	fieldDistances = []measure{{"l1", "L^{1} distance of fields"}, {"l2", "L^{2} distance of fields"}, {"sup", "largest difference"}}
	fieldErrors    = []measure{{"mean_error", "error of the mean"}}
)

const (
	densityDistancesCaption = "Distances between the empirical law of the potentials and the mean-field density at the snapshots; below the dashed level " +
		"a distance is what a finite sample of the mean field itself would show. Rate error: the network's rate minus the mean of the " +
		"mean-field rate over the same window, with ± 2 standard errors."
	fieldDistancesCaption = "Distances between the network's field, mean over its replicas, and the mean field at the snapshots; below the dashed level a distance is " +
		"what the scatter of the replicas alone makes. Error of the mean: network minus mean field, with ± 2 standard errors."
)

func (f *folder) drawDistances(p *part) *figure {
	if p.errors == nil || p.errors.rows == 0 {
		return nil
	}
	d := plot.Distances{Time: p.errors.floats("time"), Null: "exceeded once in 1000 by chance alone"}
	distances, errors, caption := densityDistances, densityErrors, densityDistancesCaption
	if f.placed() {
		distances, errors, caption = fieldDistances, fieldErrors, fieldDistancesCaption
	}
	for _, c := range distances {
		if v := p.errors.floats(c.column); some(v) {
			d.List = append(d.List, plot.Distance{Name: c.name, Value: v, Null: p.errors.floats(c.column + "_null")})
		}
	}
	for _, c := range errors {
		if v := p.errors.floats(c.column); some(v) {
			d.List = append(d.List, plot.Distance{Name: c.name, Value: v, SE: p.errors.floats(c.column + "_se")})
		}
	}
	if len(d.List) == 0 {
		return nil
	}
	return &figure{Name: p.file("distances"), Title: p.of(f.state().said("Distance between network and mean field")), drawing: d.Figure(), Caption: f.state().said(caption)}
}
