package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"text/tabwriter"

	"lapicque/network"
	"lapicque/neuron"
)

const steady = 0.1347750799352501 // b = 0.5, N·J(N) = 1; neuron.Stationary gives it too

// result is a scheme at a step: cost per neuron and unit of time, relative error.
type result struct{ dt, cost, err, se float64 }

func config(n int, dt float64, workers int) network.Config {
	return network.Config{
		N: n, Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}, B: 0.5,
		Initial: neuron.TruncatedGaussian{Mean: 0, Variance: 0.8, Upper: 2}, Dt: dt, Seed: math.Float64bits(dt), Workers: workers,
	}
}

// accuracy runs the whole engine on one core at several steps.
func accuracy(w *tabwriter.Writer, units float64) (results []result) {
	const n = 409_600
	fmt.Fprintf(w, "whole engine, b = 0.5, N = %d, one core\tdt\tns/neuron-step\tns/neuron-unit\trate error\t± s.e.\t\n", n)
	for _, dt := range []float64{0.8, 0.4, 0.2, 0.1, 0.05, 0.01} {
		length := math.Ceil(units / n)
		if dt < 0.05 {
			length = math.Ceil(length * dt / 0.05)
		}
		r := run(config(n, dt, 1), length)
		results = append(results, r)
		fmt.Fprintf(w, "\t%v\t%.2f\t%.1f\t%+.5f\t%.5f\t\n", dt, r.cost*dt, r.cost, r.err, r.se)
	}
	fmt.Fprintln(w)
	return results
}

// run measures rate and cost over length after a transient of 5; the standard
// error is that of 20 batches.
func run(c network.Config, length float64) result {
	n, err := network.New(c)
	if err != nil {
		log.Fatal(err)
	}
	edges := make([]float64, 21)
	for k := range edges {
		edges[k] = 5 + length*float64(k)/20
	}
	advance(n, 5)
	count := network.NewCounter(edges)
	ns := best(1, float64(c.N)*length, func() { advance(n, 5+length, count) })
	var sum, square float64
	for _, k := range count.Counts {
		r := float64(k) / float64(c.N) / (length / 20)
		sum += r / 20
		square += r * r / 20
	}
	return result{c.Dt, ns, sum/steady - 1, math.Sqrt((square-sum*sum)/19) / steady}
}

func advance(n *network.Network, until float64, obs ...network.Observer) {
	if err := n.Run(context.Background(), until, obs...); err != nil {
		log.Fatal(err)
	}
}

// opponent runs the textbook program in C; order is that of its error in dt.
func opponent(w *tabwriter.Writer, program string, shift int, steps []float64, order float64) (results []result) {
	name := map[int]string{0: "end-of-step test", 1: "threshold shifted by 0.5826 σ√dt"}[shift]
	fmt.Fprintf(w, "Euler in C, %s (order %v), b = 0.5, N = 100000\tdt\tns/neuron-step\tns/neuron-unit\trate error\t± s.e.\t\n", name, order)
	for _, dt := range steps {
		length := 4000 * dt
		f := fields(exec.Command(program, "100000", fmt.Sprint(dt), fmt.Sprint(length), "0.5", strconv.Itoa(shift), "1"))
		r := result{dt, number(f[0]) / dt, number(f[1])/steady - 1, number(f[2]) / steady}
		results = append(results, r)
		fmt.Fprintf(w, "\t%v\t%.2f\t%.0f\t%+.5f\t%.5f\t\n", dt, r.cost*dt, r.cost, r.err, r.se)
	}
	fmt.Fprintln(w)
	return results
}

// ratios prints the cost at a given accuracy. An error counts as its estimate
// plus twice its standard error for us, as its estimate for the others.
func ratios(w *tabwriter.Writer, ours, plain, shifted []result) {
	fmt.Fprintln(w, "ns per neuron and unit of time at rate error\tours\tdt\tEuler\tshifted Euler\tEuler/ours\tshifted/ours\t")
	for _, level := range []float64{1e-2, 1e-3, 1e-4} {
		k := slices.IndexFunc(ours, func(r result) bool { return math.Abs(r.err)+2*r.se <= level })
		if k < 0 {
			fmt.Fprintf(w, "%v %%\tnot resolved by this run: more -units\t\n", 100*level)
			continue
		}
		cost := ours[k].cost
		a, b := scaled(plain[len(plain)-1], level, 0.5), scaled(shifted[len(shifted)-1], level, 1)
		fmt.Fprintf(w, "%v %%\t%.1f\t%v\t%.3g\t%.3g\t%.0f\t%.0f\t\n", 100*level, cost, ours[k].dt, a, b, a/cost, b/cost)
	}
	fmt.Fprintln(w)
}

// scaled extrapolates the cost of a scheme of known order to an error.
func scaled(r result, level, order float64) float64 {
	return r.cost * math.Pow(math.Abs(r.err)/level, 1/order)
}
