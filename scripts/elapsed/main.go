// Command elapsed compares N renewal neurons with the elapsed-time equation: the error of the rate of one network against the
// equation for N over three decades, with the slope of its fall.
//
//	go run ./scripts/elapsed -replicas 32
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/stat"

	"lapicque/mfield/elapsed"
	"lapicque/network"
	"lapicque/network/renewal"
	"lapicque/neuron"
)

// relaxing is a scenario that relaxes to its steady state.
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

// equation returns the spikes per neuron of the equation in each bin.
func (r relaxing) equation(edges []float64) ([]float64, error) {
	s, err := elapsed.Equation{Law: r.law, Synapses: r.synapses}.NewSolver(r.initial, elapsed.Options{})
	if err != nil {
		return nil, err
	}
	counts := make([]float64, len(edges)-1)
	for k := range counts {
		before := s.State().Fired
		if err := s.Advance(context.Background(), edges[k+1]); err != nil {
			return nil, err
		}
		counts[k] = s.State().Fired - before
	}
	return counts, nil
}

// particles returns the same of a network of n neurons.
func (r relaxing) particles(edges []float64, n int, dt float64, replica uint64) ([]float64, error) {
	net, err := renewal.New(renewal.Config{N: n, Law: r.law, Synapses: r.synapses, Initial: r.initial, Dt: dt, Seed: 1, Replica: replica})
	if err != nil {
		return nil, err
	}
	counter := network.NewCounter(edges)
	if err := net.Run(context.Background(), edges[len(edges)-1], counter); err != nil {
		return nil, err
	}
	counts := make([]float64, len(edges)-1)
	for k, c := range counter.Counts {
		counts[k] = float64(c) / float64(n)
	}
	return counts, nil
}

// distance returns the root mean square of the difference of rates over bins and replicas.
func (r relaxing) distance(n, replicas int, dt float64) (float64, error) {
	edges := bins()
	want, err := r.equation(edges)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for replica := range replicas {
		got, err := r.particles(edges, n, dt, uint64(replica))
		if err != nil {
			return 0, err
		}
		for k := range want {
			d := (got[k] - want[k]) / (edges[k+1] - edges[k])
			sum += d * d
		}
	}
	return math.Sqrt(sum / float64(replicas*len(want))), nil
}

func main() {
	replicas := flag.Int("replicas", 32, "networks of each size")
	dt := flag.Float64("dt", 0.02, "cell of the time grid")
	flag.Parse()
	sizes := []int{100, 1000, 10_000, 100_000}
	fmt.Printf("| scenario | N = %v | slope |\n|---|---|---|\n", sizes)
	for _, r := range relaxations() {
		var x, y []float64
		fmt.Printf("| %s |", r.name)
		for _, n := range sizes {
			d, err := r.distance(n, *replicas, *dt)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf(" %.3g", d)
			x, y = append(x, math.Log(float64(n))), append(y, math.Log(d))
		}
		_, slope := stat.LinearRegression(x, y, nil, false)
		fmt.Printf(" | %.3f |\n", slope)
	}
}
