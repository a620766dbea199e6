package mfield

import (
	"fmt"
	"math"

	"lapicque/neuron"
)

// Circuit is the equation of several populations that move each other, such as an excitatory
// and an inhibitory one (Brunel 2000; Cáceres and Schneider 2016): population p has the drift
//
//	−leak·v + I_p(t) + Σ_q b[p][q] N_q(t − d[p][q])
//
// and, where a1 > 0, the diffusion a0 + a1 N_p(t − d[p][p]) that follows its own rate. One population
// makes the equation NNLIF. It is a value; it is never changed once a solver has been made from it.
type Circuit struct {
	Populations []Population
	B           [][]float64 // connectivities, the receiver first: > 0 excitatory, < 0 inhibitory
	Delay       [][]float64 // transmission delays ≥ 0, the receiver first; nil: none
	Rule        neuron.Rule // what a jump leaves behind, of those who are not refractory afterwards
}

// Population is one population of a circuit.
type Population struct {
	Name string // a short one, such as E; fields of faults carry it
	Law  neuron.LIF
}

// SteadyCircuit is one steady state of a circuit.
type SteadyCircuit struct {
	Populations []SteadyPopulation // in the order of the circuit
	Stable      bool               // no eigenvalue in the right half plane
	Unstable    int                // number of eigenvalues in the right half plane; −1: not decided
	Eigenvalue  complex128         // the leading one, imaginary part ≥ 0; 0 when not Known
	Known       bool               // whether Eigenvalue was found
	Residual    float64            // largest |ln(N·(mean interval))|, how well the rates solve their equations
}

// SteadyPopulation describes a population at a steady state; mean and variance are those of the
// potentials of who is not refractory.
type SteadyPopulation struct{ Rate, Mean, Variance, Refractory float64 }

// Lag returns the transmission delay from population q to p.
func (c Circuit) Lag(p, q int) float64 {
	if c.Delay == nil {
		return 0
	}
	return c.Delay[p][q]
}

// Validate returns neuron.Faults that name every parameter out of range, with
// the names of the scenario file (populations.E.neuron.V_F, coupling.b.E.I), or nil.
func (c Circuit) Validate() error {
	fs := c.checkParts()
	fs.Add(c.Rule.Known(), "coupling.reset", c.Rule, "one of subtractive, hard, sequential")
	if len(fs) > 0 || c.Rule != neuron.Subtractive {
		return fs.Err()
	}
	for p, one := range c.Populations {
		if !one.Law.Bounces() {
			continue
		}
		lift := 0.0 // the largest kick that those who fired in a jump take from it
		for q, b := range c.B[p] {
			if c.Lag(p, q) == 0 {
				lift += math.Max(b, 0)
			}
		}
		fs.Add(lift < one.Law.Gap(), "coupling.b."+one.Name, lift,
			fmt.Sprintf("excitatory connectivities without delay whose sum is below V_F − V_R = %g with reset subtractive (reset hard takes any)", one.Law.Gap()))
	}
	return fs.Err()
}

// checkParts returns the faults of everything but the rule.
func (c Circuit) checkParts() (fs neuron.Faults) {
	fs.Add(len(c.Populations) > 0, "populations", len(c.Populations), "at least one population")
	seen := map[string]bool{}
	for k, one := range c.Populations {
		fs.Add(one.Name != "", "populations", fmt.Sprintf("number %d without a name", k+1), "a name for each population")
		fs.Add(!seen[one.Name] || one.Name == "", "populations", one.Name, "each name once")
		seen[one.Name] = true
		fs.Under("populations."+one.Name+".neuron", one.Law.Validate())
	}
	fs = append(fs, c.checkMatrix("coupling.b", c.B, "a finite number", finite)...)
	if c.Delay != nil {
		fs = append(fs, c.checkMatrix("coupling.delay", c.Delay, "a finite number ≥ 0", func(d float64) bool { return finite(d) && d >= 0 })...)
	}
	return fs
}

// checkMatrix returns the faults of a matrix with one row for each receiver and one column for each sender.
func (c Circuit) checkMatrix(field string, m [][]float64, accepted string, good func(float64) bool) (fs neuron.Faults) {
	size := len(c.Populations)
	fs.Add(len(m) == size, field, fmt.Sprintf("%d rows", len(m)), fmt.Sprintf("%d, one for each receiving population", size))
	for p := range min(len(m), size) {
		row := field + "." + c.Populations[p].Name
		fs.Add(len(m[p]) == size, row, fmt.Sprintf("%d numbers", len(m[p])), fmt.Sprintf("%d, one for each sending population", size))
		for q := range min(len(m[p]), size) {
			fs.Add(good(m[p][q]), row+"."+c.Populations[q].Name, m[p][q], accepted)
		}
	}
	return fs
}
