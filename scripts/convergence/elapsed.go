package main

import (
	"context"
	"slices"

	"lapicque/compare"
	"lapicque/mfield/elapsed"
	"lapicque/network"
	"lapicque/network/renewal"
	"lapicque/neuron"
)

// relaxing is a scenario of elapsed-time neurons that relaxes to its steady state.
type relaxing struct {
	name     string
	law      neuron.ElapsedTime
	synapses neuron.Synapses
	initial  neuron.Initial
}

func relaxations() []relaxing {
	affine := func(base, slope float64) neuron.Curve {
		return neuron.Curve{Law: neuron.AffineCurve, Base: base, Amplitude: slope}
	}
	rational := neuron.Curve{Law: neuron.HillCurve, Base: 0.5, Amplitude: 10, Scale: 1, Power: 2}
	gentle := neuron.Curve{Law: neuron.HillCurve, Base: 1, Amplitude: 2, Scale: 1, Power: 2}
	smooth := neuron.ElapsedTime{Hazard: neuron.SmoothHazard, Sigma: affine(0.6, 0.5), Phi: gentle, Width: 0.2}
	return []relaxing{
		{"uncoupled", neuron.ElapsedTime{Sigma: affine(1, 0)}, neuron.Synapses{}, neuron.Exponential{Rate: 1}},
		{"step, inhibition, delay", neuron.ElapsedTime{Sigma: affine(0.5, 2)}, neuron.Synapses{B: 1, Transmission: neuron.Discrete, Delay: 0.5, Past: 0.3}, neuron.Exponential{Rate: 1}},
		{"phi-step, excitation, exponential delay", neuron.ElapsedTime{Hazard: neuron.PhiStepHazard, Sigma: affine(0.5, 0), Phi: rational},
			neuron.Synapses{B: 1, Transmission: neuron.Distributed, Delay: 0.5, Past: 1}, neuron.Uniform{From: 0, To: 1}},
		{"smooth, instantaneous", smooth, neuron.Synapses{B: 0.7}, neuron.Exponential{Rate: 1}},
	}
}

// bins are the edges of the bins of time in which rates are compared.
func bins() (edges []float64) {
	for k := range 25 {
		edges = append(edges, 0.25*float64(k))
	}
	return edges
}

// equation returns the spikes per neuron of the equation in each bin, and the solution at the end.
func (r relaxing) equation(ctx context.Context, edges []float64) ([]float64, *elapsed.Solver, error) {
	s, err := elapsed.Equation{Law: r.law, Synapses: r.synapses}.NewSolver(r.initial, elapsed.Options{})
	if err != nil {
		return nil, nil, err
	}
	counts := make([]float64, len(edges)-1)
	for k := range counts {
		before := s.State().Fired
		if err := s.Advance(ctx, edges[k+1]); err != nil {
			return nil, nil, err
		}
		counts[k] = s.State().Fired - before
	}
	return counts, s, nil
}

// particles returns the same of a network of n neurons.
func (r relaxing) particles(ctx context.Context, edges []float64, n int, dt float64, seed, replica uint64) ([]float64, *renewal.Network, error) {
	net, err := renewal.New(renewal.Config{N: n, Law: r.law, Synapses: r.synapses, Initial: r.initial, Dt: dt, Seed: seed, Replica: replica, Workers: 1})
	if err != nil {
		return nil, nil, err
	}
	counter := network.NewCounter(edges)
	if err := net.Run(ctx, edges[len(edges)-1], counter); err != nil {
		return nil, nil, err
	}
	counts := make([]float64, len(edges)-1)
	for k, c := range counter.Counts {
		counts[k] = float64(c) / float64(n)
	}
	return counts, net, nil
}

// elapsedDt is the cell of the time grid.
const elapsedDt = 0.02

func (r relaxing) scenario() scenario {
	return scenario{"elapsed, " + r.name, []string{"rate", "law of ages (W₁)"}, r.solve}
}

// solve keeps the counts in the bins and the law of ages at the end.
func (r relaxing) solve(ctx context.Context) (trial, error) {
	edges := bins()
	want, end, err := r.equation(ctx, edges)
	if err != nil {
		return nil, err
	}
	var p elapsed.Profile
	for k := range 2001 { // no interval is longer
		p.Edges = append(p.Edges, 0.01*float64(k))
	}
	end.Profile(&p)
	ages := compare.Density{Edges: p.Edges, Values: p.Density}
	return func(ctx context.Context, n int, seed, replica uint64) ([]float64, error) {
		got, net, err := r.particles(ctx, edges, n, elapsedDt, seed, replica)
		if err != nil {
			return nil, err
		}
		sample := net.Ages(nil)
		slices.Sort(sample)
		return []float64{rms(got, want) / (edges[1] - edges[0]), compare.W1(sample, ages)}, nil
	}, nil
}
