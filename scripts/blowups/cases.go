package main

import (
	"lapicque/mfield"
	"lapicque/neuron"
)

// experiment is one equation with a start, solved on both sides.
type experiment struct {
	seed        uint64
	name, title string
	equation    mfield.NNLIF
	start       neuron.Initial
	jumps       int     // to wait for
	later       float64 // time after the first jump at which the law is looked at again
	dt          float64 // longest step of the networks
	sizes       []size
}

// size is a number of neurons and of networks that have it.
type size struct{ neurons, replicas int }

// cases returns the experiments.
func cases(quick bool) []experiment {
	law := neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}
	driven := neuron.LIF{Threshold: 2, Reset: 1, A0: 0.01, Leak: 1, Current: neuron.Constant(3)}
	near := neuron.TruncatedGaussian{Mean: 1.83, Variance: 0.003, Upper: 2}
	far := neuron.TruncatedGaussian{Mean: 1, Variance: 0.001, Upper: 2}
	one := []size{{100, 5000}, {300, 2000}, {1000, 1500}, {10_000, 200}, {100_000, 20}, {1_000_000, 3}}
	more := []size{{300, 1000}, {1000, 600}, {10_000, 80}, {100_000, 10}, {1_000_000, 3}}
	fewer := []size{{300, 800}, {1000, 500}, {10_000, 60}, {100_000, 10}}
	if quick {
		one = []size{{100, 600}, {300, 300}, {1000, 200}, {10_000, 20}}
		more = []size{{300, 100}, {1000, 60}, {10_000, 8}}
		fewer = more
	}
	return []experiment{
		{1, "once-subtractive", "b = 0.5, Gaussian (1.83, 0.003), subtractive", mfield.NNLIF{Law: law, B: 0.5, Rule: neuron.Subtractive}, near, 1, 0.5, 5e-4, one},
		{2, "once-hard", "b = 0.5, Gaussian (1.83, 0.003), hard", mfield.NNLIF{Law: law, B: 0.5, Rule: neuron.Hard}, near, 1, 0.5, 5e-4, one},
		{3, "synchrony-2", "b = 2, all at V_R, hard", mfield.NNLIF{Law: law, B: 2, Rule: neuron.Hard}, neuron.Point{Potential: 1}, 2, 0.5, 1e-3, more},
		{4, "synchrony-3", "b = 3, all at V_R, hard", mfield.NNLIF{Law: law, B: 3, Rule: neuron.Hard}, neuron.Point{Potential: 1}, 3, 0.2, 1e-3, more},
		{5, "driven-subtractive", "b = 0.5, I = 3, a = 0.01, Gaussian (1, 0.001), subtractive", mfield.NNLIF{Law: driven, B: 0.5, Rule: neuron.Subtractive}, far, 2, 0.3, 1e-3, fewer},
	}
}

// edges returns the bins of the law of the potential: 0.05 wide, V_R in the
// middle of one, so that an atom there is not cut.
func (x experiment) edges() []float64 {
	const width, count = 0.05, 100
	vF := x.equation.Law.Threshold
	list := []float64{vF}
	for k := range count {
		list = append([]float64{vF - width*(float64(k)+0.5)}, list...)
	}
	return list
}
