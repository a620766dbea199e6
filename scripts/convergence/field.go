package main

import (
	"context"
	"math"

	equation "lapicque/mfield/neuralfield"
	units "lapicque/network/neuralfield"
	"lapicque/neuron"
	"lapicque/neuron/neuralfield"
)

// relaxingField is a field that goes to rest from a bump.
type relaxingField struct {
	name string
	law  neuralfield.Law
}

func fields() []relaxingField {
	ring := neuralfield.Domain{Dims: 1, Length: 6, Sites: 12}
	torus := neuralfield.Domain{Dims: 2, Length: 6, Sites: 8}
	gain := neuralfield.Logistic{Beta: 3, Theta: 0.5, Top: 1}
	one := func(form neuralfield.Form, d neuralfield.Domain) neuralfield.Law {
		return neuralfield.Law{Form: form, Domain: d,
			Populations: []neuralfield.Population{{Name: "E", Gain: gain, Stimulus: neuron.Constant(0.1)}},
			Kernels:     [][]neuralfield.Footprint{{neuralfield.Bell{Weight: 0.7, Width: 0.6}}}}
	}
	pair := one(neuralfield.Rate, ring)
	pair.Populations = append(pair.Populations, neuralfield.Population{Name: "I", Gain: gain, Absence: 1})
	pair.Populations[0].Absence = 1
	pair.Kernels = [][]neuralfield.Footprint{
		{neuralfield.Bell{Weight: 1.2, Width: 0.6}, neuralfield.Bell{Weight: -0.8, Width: 0.9}},
		{neuralfield.Bell{Weight: 1, Width: 0.6}, nil},
	}
	return []relaxingField{
		{"wilson-cowan, potentials, ring", one(neuralfield.Potential, ring)},
		{"wilson-cowan, E and I, ring", pair},
		{"wilson-cowan, potentials, torus", one(neuralfield.Potential, torus)},
	}
}

const (
	fieldDt    = 0.01
	fieldUntil = 2.0
)

func (f relaxingField) scenario() scenario { return scenario{f.name, []string{"field"}, f.solve} }

// start is a bump at every population.
func (f relaxingField) start() (fields [][]float64) {
	for range f.law.Populations {
		one := make([]float64, f.law.Domain.Total())
		for i := range one {
			x, y := f.law.Domain.Position(i)
			one[i] = 0.8 * math.Exp(-x*x-y*y)
		}
		fields = append(fields, one)
	}
	return fields
}

// solve keeps the field of the equation at the end.
func (f relaxingField) solve(ctx context.Context) (trial, error) {
	s, err := equation.Field{Law: f.law}.NewSolver(f.start(), equation.Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Advance(ctx, fieldUntil); err != nil {
		return nil, err
	}
	var want []float64
	for p := range f.law.Populations {
		want = append(want, s.Field(p)...)
	}
	return func(ctx context.Context, m int, seed, replica uint64) ([]float64, error) {
		n, err := units.New(units.Config{Law: f.law, Units: m, Initial: f.start(), Dt: fieldDt, Seed: seed, Replica: replica, Workers: 1})
		if err != nil {
			return nil, err
		}
		if err := n.Run(ctx, fieldUntil); err != nil {
			return nil, err
		}
		var got []float64
		for p := range f.law.Populations {
			got = append(got, n.Field(p, nil)...)
		}
		return []float64{rms(got, want)}, nil
	}, nil
}
