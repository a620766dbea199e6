package main

import (
	"context"
	"log"
	"math"

	"lapicque/network"
	"lapicque/network/biophysical"
	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// effort says how much is sampled.
type effort struct {
	neurons, each int
	dt            float64
}

// sample is what uncoupled neurons did.
type sample struct {
	intervals []float64 // in slow time
	jump      float64   // mean of w at a spike
}

// sample runs neurons at an ε until each has fired so often that no interval is left out for being long. noise acts on v, per
// root of fast time.
func (f family) sample(epsilon, noise float64, how effort, seed uint64) sample {
	c := biophysical.Config{
		N: how.neurons, Law: &membrane.FitzHughNagumo{Rate: epsilon, Shift: f.a, Decay: f.b}, Current: neuron.Constant(f.current),
		Noise: noise, Recovery: f.sigma * math.Sqrt(epsilon), Initial: neuron.Uniform{From: -2, To: -1}, Dt: how.dt, Seed: seed,
	}
	crowd, err := biophysical.New(c)
	if err != nil {
		log.Fatal(err)
	}
	o := &observer{crowd: crowd, unit: epsilon, each: how.each, missing: how.neurons,
		last: make([]float64, how.neurons), count: make([]int, how.neurons)}
	for until := 1.0; o.missing > 0; until++ {
		if err := crowd.Run(context.Background(), until/epsilon, o); err != nil {
			log.Fatal(err)
		}
	}
	return sample{o.intervals, o.sum / float64(o.spikes)}
}

// observer collects intervals of every neuron, from its second spike on.
type observer struct {
	crowd         *biophysical.Network
	unit          float64
	each, missing int
	last          []float64
	count         []int
	intervals     []float64
	w             []float64
	sum           float64
	spikes        int
}

// Observe adds the intervals that end in the step.
func (o *observer) Observe(f *network.Frame) error {
	if f.Count == 0 {
		return nil
	}
	o.w = o.crowd.Variable(1, o.w)
	for _, s := range f.Spikes() {
		k, at := s.Neuron, s.Time*o.unit
		if o.count[k]++; o.count[k] == 1 || o.count[k] > o.each+2 {
			continue // the first spike begins where nothing else does
		}
		o.sum += o.w[k]
		o.spikes++
		if o.count[k] > 2 {
			o.intervals = append(o.intervals, at-o.last[k])
		}
		o.last[k] = at
		if o.count[k] == o.each+2 {
			o.missing--
		}
	}
	return nil
}
