package main

import (
	"context"
	"slices"

	"lapicque/compare"
	kinetic "lapicque/mfield/conductance"
	"lapicque/network"
	"lapicque/network/conductance"
	"lapicque/neuron"
)

// conductancing is a scenario of voltage–conductance neurons, from V uniform and g Gaussian.
type conductancing struct {
	name  string
	law   neuron.Conductance
	start kinetic.Start
}

func conductances() []conductancing {
	law := neuron.Conductance{Leak: 50, Reversal: 14. / 3, Threshold: 1, Tau: 0.005, G0: 20, A0: 25}
	coupled := law
	coupled.G0, coupled.C, coupled.A1 = 15, 0.1, 0.05
	start := kinetic.Start{FromV: 0, ToV: 1, MeanG: 22, SpreadG: 4}
	return []conductancing{
		{"conductance, uncoupled", law, start},
		{"conductance, coupled", coupled, start},
	}
}

// moments of the comparison: rates in bins of a fifth of the interval of a neuron, laws at two times.
const (
	conductanceBin  = 4e-3
	conductanceBins = 20
	conductanceDt   = 2.5e-4
)

var conductanceTimes = [2]int{5, conductanceBins} // in bins

func (c conductancing) scenario() scenario {
	return scenario{c.name, []string{"rate", "law of v (W₁)", "law of g (W₁)"}, c.solve}
}

// solve keeps the rates in the bins and the marginal laws of the equation.
func (c conductancing) solve(ctx context.Context) (trial, error) {
	s, err := kinetic.Equation{Conductance: c.law}.NewSolver(c.start, 0, kinetic.Options{CellsV: 128, CellsG: 96, Step: 2 * conductanceDt})
	if err != nil {
		return nil, err
	}
	rates := make([]float64, conductanceBins)
	var laws [2][2]compare.Density
	for k := range rates {
		before := s.State().Fired
		if err := s.Advance(ctx, conductanceBin*float64(k+1)); err != nil {
			return nil, err
		}
		rates[k] = (s.State().Fired - before) / conductanceBin
		if at := slices.Index(conductanceTimes[:], k+1); at >= 0 {
			var d kinetic.Density
			s.Density(&d)
			v, g := d.Marginals()
			laws[at] = [2]compare.Density{{Edges: d.V, Values: v}, {Edges: d.G, Values: g}}
		}
	}
	return func(ctx context.Context, n int, seed, replica uint64) ([]float64, error) {
		return c.distances(ctx, n, seed, replica, rates, laws)
	}, nil
}

// distances runs a network.
func (c conductancing) distances(ctx context.Context, n int, seed, replica uint64, rates []float64, laws [2][2]compare.Density) ([]float64, error) {
	net, err := conductance.New(conductance.Config{
		N: n, Law: c.law, Initial: conductance.Start(c.start), Dt: conductanceDt, Seed: seed, Replica: replica, Workers: 1,
	})
	if err != nil {
		return nil, err
	}
	edges := make([]float64, conductanceBins+1)
	for k := range edges {
		edges[k] = conductanceBin * float64(k)
	}
	counter := network.NewCounter(edges)
	far := make([]float64, 3)
	for at, bins := range conductanceTimes {
		if err := net.Run(ctx, edges[bins], counter); err != nil {
			return nil, err
		}
		v, g := net.State(nil, nil)
		for k, sample := range [2][]float64{v, g} {
			slices.Sort(sample)
			far[k+1] += compare.W1(sample, laws[at][k]) / float64(len(conductanceTimes))
		}
	}
	seen := make([]float64, len(rates))
	for k, count := range counter.Counts {
		seen[k] = float64(count) / (float64(n) * conductanceBin)
	}
	far[0] = rms(seen, rates)
	return far, nil
}
