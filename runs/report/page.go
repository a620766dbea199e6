package report

import (
	"html/template"
	"strings"
)

// page is what the template prints. Everything in it is text, escaped there.
type page struct {
	Style      template.CSS
	Title      string
	Scenario   string
	Verdict    verdict
	Outcome    string
	Facts      []string
	Problems   []string
	Equation   *equation
	Parameters []parameter
	Figures    []figure
	Snapshots  *grid
	Errors     *comparison
	Claims     *grid
	Theory     []statement
	Entropy    *grid
	Events     bool // whether the model has blow-ups and cascades
	BlowUps    *grid
	Cascades   *cascades
	Provenance []leaf
	Repeat     []string
	Seed       string
	Files      []file
	Raster     bool
	Table      string // a table to begin with
	Edges      string // the file of an array to begin with: the edges of the bins, the sites of a field; "" without one
	Array      string // what it holds, in one word

	SnapshotNote string // what the columns of Snapshots are
}

const snapshotNote = "Rate of the network: spikes in the window about the snapshot over the number of neurons and the width of the window, ± 2 standard errors. " +
	"Rate of the mean field: its value at that instant. Mean and variance are those of the potential, of who is not refractory."

// grid is a table as it is printed.
type grid struct {
	Head []string
	Rows [][]string
}

type parameter struct{ Key, Meaning, Value string }

type file struct{ Name, Holds string }

func (f *folder) page(figures []figure) page {
	p := page{
		Title:      f.title(),
		Scenario:   f.summary.Scenario,
		Verdict:    f.verdict(),
		Outcome:    f.outcome(),
		Facts:      f.facts(),
		Equation:   f.equation(),
		Parameters: f.described(),
		Figures:    figures,
		Snapshots:  f.snapshotGrid(),
		Errors:     f.comparison(),
		Claims:     f.claimGrid(),
		Theory:     f.summary.Theory,
		Entropy:    f.entropyGrid(),
		Events:     f.cascading(),
		BlowUps:    f.blowUpGrid(),
		Cascades:   f.cascadeSummary(),
		Provenance: f.provenance.leaves,
		Repeat:     f.repeat(),
		Seed:       f.parameters.text("seed"),
		Files:      f.files(),
		Raster:     f.has("raster.parquet"),
	}
	p.Table, p.Array, p.SnapshotNote = "rates", "edges", f.state().said(snapshotNote)
	edges := "arrays/" + f.parts[0].file("density_edges") + ".npy"
	if f.placed() {
		p.Table, p.Array, edges = "meanfield", "sites", "arrays/field_axis.npy"
		p.SnapshotNote = "Mean and variance over the sites; of the network means over its replicas, ± 2 standard errors. Width, where there is one: the longest stretch above the threshold."
	}
	if f.has(edges) {
		p.Edges = edges
	}
	p.Problems = append(f.contradictions(), f.absences()...)
	for _, problem := range f.problems {
		p.Problems = append(p.Problems, "Cannot be read: "+problem+".")
	}
	return p
}

func (f *folder) title() string {
	if t := f.parameters.text("title"); t != "" {
		return t
	}
	if f.summary.Scenario != "" {
		return f.summary.Scenario
	}
	return "Run"
}

// cascading reports a model in which spikes draw others with them at one instant.
func (f *folder) cascading() bool {
	model := f.parameters.text("model")
	return model == "nnlif" || model == "" && !f.placed()
}

// absences says which part of a whole run this one does not have.
func (f *folder) absences() (list []string) {
	if f.summary.Network == nil {
		text := "The network was not simulated: there is no raster, no cascade and no comparison."
		if f.placed() {
			text = "The network was not simulated: there is no comparison."
		}
		list = append(list, text)
	}
	switch {
	case f.summary.Doubled != nil:
	case f.summary.MeanField == nil && f.state().spiking:
		list = append(list, "No network of 2N was simulated: there is no comparison.")
	case f.summary.MeanField == nil:
		list = append(list, "The mean field was not solved: there is no comparison.")
	}
	if f.parameters.leaves == nil {
		list = append(list, "The folder has no resolved.yaml: parameters are not shown, nor are V_R and V_F in the figures.")
	}
	if f.summary.Network != nil && !f.placed() && !f.has("raster.parquet") {
		list = append(list, "No raster was recorded.")
	}
	if f.incomplete() {
		list = append(list, "The arrays of the densities are not complete; what misses its bins or its times is not drawn.")
	}
	return list
}

// incomplete reports arrays that are there and are not drawn.
func (f *folder) incomplete() bool {
	for _, p := range f.parts {
		if f.has("arrays/"+p.file("density_network")+".npy") && p.network.rows == nil || f.has("arrays/"+p.file("density_meanfield")+".npy") && p.fields.rows == nil {
			return true
		}
	}
	return false
}

// meaningOf explains a key of the scenario; those of a population are those of a model of one.
func meaningOf(model, key string) string {
	if rest, own := strings.CutPrefix(key, "populations."); own {
		_, key, _ = strings.Cut(rest, ".")
	}
	if text := modelMeaning[model][key]; text != "" {
		return text
	}
	for _, matrix := range []string{"coupling.b", "coupling.delay"} {
		if pair, own := strings.CutPrefix(key, matrix+"."); own {
			to, from, _ := strings.Cut(pair, ".")
			return meaning[matrix] + ", to " + to + " from " + from
		}
	}
	if pair, own := strings.CutPrefix(key, "kernel"); own {
		return kernelMeaning(pair)
	}
	return meaning[key]
}

// described lists the parameters with what they mean.
func (f *folder) described() (list []parameter) {
	model := f.parameters.text("model")
	for _, l := range f.parameters.leaves {
		if l.Key == "title" || strings.HasPrefix(l.Key, "expect") {
			continue
		}
		list = append(list, parameter{l.Key, meaningOf(model, l.Key), minus1(l.Value)})
	}
	return list
}

// minus1 gives a number its true minus sign and leaves other text alone.
func minus1(s string) string {
	if strings.HasPrefix(s, "-") {
		return minus(s[:1]) + s[1:]
	}
	return s
}

// modelMeaning explains keys that mean something else in a model, or nothing in another one.
var modelMeaning = map[string]map[string]string{"biophysical": biophysicalMeaning, "elapsed-time": elapsedMeaning, "voltage-conductance": jointMeaning, "wilson-cowan": fieldMeaning}

// meaning explains the keys of a scenario.
var meaning = map[string]string{
	"model": "equations", "seed": "seed of all random numbers",
	"time.end": "end of the run, in membrane time constants", "time.snapshots": "times of the snapshots",
	"time.burn_in": "left out of counts, tables and rasters", "time.stop": "what ends the run before that",
	"scales.time_ms": "a unit of time, in ms", "scales.potential_mV": "a unit of potential, in mV", "scales.rest_mV": "potential 0, in mV",
	"neuron.V_F": "firing threshold", "neuron.V_R": "reset potential",
	"neuron.a0": "diffusion σ²/2 at rest", "neuron.a1": "diffusion per unit of N(t)",
	"neuron.leak": "1/membrane time; 0: no leak", "neuron.current": "external current I",
	"neuron.current.mean": "mean of I(t)", "neuron.current.amplitude": "amplitude of I(t)", "neuron.current.frequency": "frequency of I(t)",
	"neuron.refractory.law": "what follows a spike", "neuron.refractory.tau": "mean refractory time τ",
	"neuron.firing.law": "when a neuron fires", "neuron.firing.epsilon": "mean time ε above V_F until a spike",
	"N":              "neurons of the population",
	"coupling.b":     "connectivity: a spike moves every potential by b/N",
	"coupling.delay": "transmission delay", "coupling.past": "rate before time 0, which arrives during the first delay",
	"coupling.reset": "what a cascade leaves behind",
	"initial.law":    "law of the potentials at time 0", "initial.mean": "its mean", "initial.variance": "its variance",
	"particles.N": "neurons of the network", "particles.dt": "longest step of the network",
	"particles.scheme": "how crossings inside a step are found", "particles.replicas": "independent networks",
	"meanfield.entropy": "relative entropy against the steady state", "meanfield.rtol": "its tolerance", "meanfield.continue": "go on after blow-ups",
	"meanfield.scheme": "how the equation is solved", "meanfield.cells": "cells of its grid",
	"record.rate_bin": "width of a bin of the rate", "record.density_bins": "bins of a density",
	"record.raster.neurons": "neurons in the raster", "record.raster.format": "format of the raster",
	"record.raster.from": "start of the raster", "record.raster.to": "end of the raster",
	"record.traces.neurons": "neurons with a trace",
}

// contents lists the files of a run folder and what they hold.
var contents = []file{
	{"summary.json", "outcome and results, for programs"},
	{"scenario.yaml", "the scenario as it was given"},
	{"resolved.yaml", "the scenario with every default filled in"},
	{"provenance.json", "version, machine, command, times"},
	{"tables/rates.csv", "rate of both sides in the same bins"},
	{"tables/meanfield.csv", "rate, mass, moments and refractory fraction of the mean field at its own steps"},
	{"tables/entropy.csv", "relative entropy of the mean field against the steady state it approaches"},
	{"tables/snapshots.csv", "rate, moments and refractory fraction of both sides at the snapshots"},
	{"tables/errors.csv", "distances, errors, their standard errors and null levels"},
	{"tables/cascades.csv", "every cascade of two neurons or more"},
	{"tables/traces.csv", "potentials of single neurons"},
	{"arrays/joint_v_edges.npy", "edges of the cells of the density p(v, g) in v"},
	{"arrays/joint_g_edges.npy", "edges of its cells in g"},
	{"arrays/joint_network.npy", "density p(v, g) of the network, snapshots × cells in g × cells in v, at the times of density_network_times"},
	{"arrays/joint_meanfield.npy", "density p(v, g) of the mean field, likewise"},
	{"arrays/field_axis.npy", "coordinates of the sites along a side"},
	{"arrays/field_network.npy", "field of the network, mean over its replicas, snapshots × sites (on a torus × sites again, y before x)"},
	{"arrays/field_network_se.npy", "its standard error"},
	{"arrays/field_network_times.npy", "their times"},
	{"arrays/field_meanfield.npy", "field of the mean field, snapshots × sites"},
	{"arrays/field_meanfield_times.npy", "their times"},
	{"arrays/density_edges.npy", "edges of the bins of the densities"},
	{"arrays/density_network.npy", "densities of the network, snapshots × bins"},
	{"arrays/density_network_times.npy", "their times"},
	{"arrays/density_meanfield.npy", "densities of the mean field, snapshots × bins"},
	{"arrays/density_meanfield_times.npy", "their times"},
	{"arrays/density_doubled.npy", "densities of networks of 2N, snapshots × bins"},
	{"arrays/density_doubled_times.npy", "their times"},
	{"raster.parquet", "spikes: time, neuron, population, cascade (0: alone), generation"},
}

func (f *folder) files() (list []file) {
	for _, one := range contents {
		if own := fieldContents[one.Name]; f.placed() && own != "" {
			one.Holds = own
		}
		one.Holds = f.state().said(one.Holds)
		if f.has(one.Name) {
			list = append(list, one)
			continue
		}
		for _, p := range f.parts { // a file a population
			base, ending, _ := strings.Cut(one.Name, ".")
			if name := p.file(base) + "." + ending; name != one.Name && f.has(name) {
				list = append(list, file{name, p.of(one.Holds)})
			}
		}
	}
	return append(list, file{"plots/", "the figures of this page, as PNG and SVG"})
}
