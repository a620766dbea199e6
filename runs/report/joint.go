package report

import (
	"fmt"
	"math"
	"slices"

	"lapicque/runs/plot"
)

// jointMeaning explains the keys of model voltage-conductance.
var jointMeaning = map[string]string{
	"time.end":   "end of the run, in the unit of time of 1/g_L and σ_E",
	"neuron.g_L": "leak conductance, the inverse of the membrane time", "neuron.V_E": "reversal potential of the synapses", "neuron.sigma_E": "decay time of the conductance",
	"input.g_0": "conductance from outside: g_in = g_0 + c N(t)", "input.c": "coupling: a spike adds c/(N σ_E) to every conductance",
	"input.a0": "variance of the conductance at rest: a = a0 + a1 N(t)", "input.a1": "its growth with the rate",
	"initial.v.from": "potentials at time 0 are uniform from here", "initial.v.to": "to here", "initial.g.mean": "conductances at time 0 are Gaussian: their mean", "initial.g.spread": "and standard deviation",
	"meanfield.cells_v": "cells of its grid in v", "meanfield.cells_g": "cells of its grid in g", "meanfield.step": "its time step; 0: chosen", "meanfield.highest_g": "where its grid ends in g; 0: chosen",
}

// merged returns the times of two lists, ascending, each once.
func merged(a, b []float64) (times []float64) {
	all := slices.Sorted(slices.Values(slices.Concat(a, b)))
	for i, t := range all {
		if i == 0 || t-all[i-1] > 1e-9*math.Max(1, t) {
			times = append(times, t)
		}
	}
	return times
}

// drawJoint draws the density of potential and conductance on both sides.
func (f *folder) drawJoint() *figure {
	p := f.parts[0]
	v, g := f.vector("joint_v_edges"), f.vector("joint_g_edges")
	if len(v) < 2 || len(g) < 2 {
		return nil
	}
	cells := (len(v) - 1) * (len(g) - 1)
	network := f.rows("joint_network", f.vector("density_network_times"), cells)
	field := f.rows("joint_meanfield", f.vector("density_meanfield_times"), cells)
	d := plot.Planes{Name: "density p(v, g, t)", Shape: 0.75, Zero: true}
	x, y := plot.Side{Label: "potential v", From: v[0], To: v[len(v)-1]}, plot.Side{Label: "conductance g", From: g[0], To: g[len(g)-1]}
	caption := "Density of potential and conductance: left the network's histogram, right the mean field on the same cells, in the same colours. "
	if len(network.rows) == 0 || len(field.rows) == 0 {
		caption = "Density of potential and conductance. "
	}
	var marks []float64
	if at := f.exitConductance(); at > y.From && at < y.To {
		marks = []float64{at}
		caption += fmt.Sprintf("Dashed: g = g_F = %s, above which the drift carries neurons over the threshold V_F, to come back at v = 0 with the same conductance.", number(at, 5))
	}
	for _, t := range merged(network.times, field.times) {
		var row []plot.Plane
		plane := func(side string, of profiles) {
			if len(of.rows) > 0 {
				row = append(row, plot.Plane{Title: side + ", t = " + short(t), Value: lines(of.at(t), len(v)-1), X: x, Y: y, Levels: marks})
			}
		}
		plane("network", network)
		plane("mean field", field)
		d.Rows = append(d.Rows, row)
	}
	if d.Rows == nil {
		return nil
	}
	return &figure{Name: p.file("joint"), Title: "Density p(v, g, t)", Caption: caption, drawing: d.Figure()}
}

// exitConductance returns g_F = g_L V_F/(V_E − V_F), NaN where the parameters are not known.
func (f *folder) exitConductance() float64 {
	threshold := f.parameters.number("neuron.V_F")
	return f.parameters.number("neuron.g_L") * threshold / (f.parameters.number("neuron.V_E") - threshold)
}

// lines cuts a list into rows of n values.
func lines(values []float64, n int) (rows [][]float64) {
	for i := 0; i+n <= len(values); i += n {
		rows = append(rows, values[i:i+n])
	}
	return rows
}

// jointGrid is what errors.csv and snapshots.csv say about conductances and pairs, nil without them.
func (f *folder) jointGrid() *grid {
	p := f.parts[0]
	if p.errors == nil || !some(p.errors.floats("joint_l1")) {
		return nil
	}
	g := &grid{Head: []string{"t", "L¹ of p(v, g) (null)", "sliced W₁ (null)", "W₁ of g (null)", "KS of g (null)", "error of the mean of g", "error of its variance", "verdict"}}
	c := p.errors.floats
	for i, t := range c("time") {
		row := []string{short(t)}
		for _, name := range []string{"joint_l1", "sliced_w1", "g_w1", "g_ks"} {
			row = append(row, withNull(c(name)[i], c(name + "_null")[i]))
		}
		g.Rows = append(g.Rows, append(row, interval(c("mean_g_error")[i], c("mean_g_error_se")[i]), interval(c("variance_g_error")[i], c("variance_g_error_se")[i]),
			p.errors.text("joint_verdict")[i]))
	}
	return g
}
