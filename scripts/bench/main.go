// Command bench measures the particle engine beside what people write by hand:
// one table in one run, every figure from this machine. scripts/bench.sh builds
// the C programs and calls it.
//
// Costs are processor time. The rate error of our engine is measured at b = 0.5
// against the steady state 0.1347750799352501; that of the C programs likewise.
// "cost at 1 %" is the cost per neuron and unit of time at the largest step whose
// error is that small: for us the cheapest measured step; for the C programs
// scaled from the step measured by the order of their error, ½ or 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"lapicque/network"
	"lapicque/network/kernel"
	"lapicque/neuron"
)

const steady = 0.1347750799352501 // b = 0.5, N·J(N) = 1; neuron.Stationary gives it too

func main() {
	euler := flag.String("euler", "", "the compiled scripts/bench/peers/euler.c")
	limit := flag.String("limit", "", "the compiled scripts/bench/peers/limit.c")
	units := flag.Float64("units", 2e8, "neuron-units behind each rate of ours")
	flag.Parse()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	kernels(w, *limit)
	ours := accuracy(w, *units)
	if *euler != "" {
		plain := opponent(w, *euler, 0, []float64{0.01, 0.001}, 0.5)
		shifted := opponent(w, *euler, 1, []float64{0.03, 0.01}, 1)
		ratios(w, ours, plain, shifted)
	}
	engine(w)
	w.Flush()
}

// best returns the smallest of repeated times per unit of work.
func best(repeats int, work float64, f func()) float64 {
	least := math.Inf(1)
	for range repeats {
		t := time.Now()
		f()
		least = min(least, float64(time.Since(t).Nanoseconds())/work)
	}
	return least
}

// kernels prints the vector pass beside the same pass in C.
func kernels(w *tabwriter.Writer, limit string) {
	const n, steps = 24 * kernel.Block, 40
	v, s := make([]float64, n), new(kernel.Scratch)
	lanes := make([]kernel.Lanes, n/kernel.Block)
	for i := range lanes {
		lanes[i] = kernel.NewLanes(1, 0, uint64(i))
	}
	p := &kernel.Pass{Decay: 0.99, Noise: 0.14071247279470289, Near: 99.99833335, From: 2, To: 2}
	ns := best(15, n*steps, func() {
		for range steps {
			for k := range lanes {
				block := v[k*kernel.Block : (k+1)*kernel.Block]
				for _, h := range s.Hits[:p.Run(block, &lanes[k], s)] {
					for l := range kernel.Width {
						if y := &block[int(h.Base)+l]; h.Mask>>l&1 == 1 && *y > 1 {
							*y -= 1
						}
					}
				}
			}
		}
	})
	fmt.Fprintf(w, "kernel with bridge, h = 0.01, N = %d\tns/neuron-step\t\n", n)
	fmt.Fprintf(w, "ours (%s)\t%.3f\t\n", kernel.Path(), ns)
	if limit != "" {
		f := fields(limit, strconv.Itoa(n), "40")
		c := number(f[1])
		fmt.Fprintf(w, "C intrinsics (%s)\t%.3f\t\nratio\t%.2f\t\n", f[0], c, ns/c)
	}
	fmt.Fprintln(w)
}

// result is a scheme at a step: cost per neuron and unit of time, relative error.
type result struct{ dt, cost, err, se float64 }

func config(n int, dt float64, workers int) network.Config {
	return network.Config{
		N: n, Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}, B: 0.5,
		Initial: neuron.TruncatedGaussian{Mean: 0, Variance: 0.8, Upper: 2}, Dt: dt, Seed: 1, Workers: workers,
	}
}

// accuracy runs the whole engine on one core at several steps.
func accuracy(w *tabwriter.Writer, units float64) (results []result) {
	const n = 409_600
	fmt.Fprintf(w, "whole engine, b = 0.5, N = %d, one core\tdt\tns/neuron-step\tns/neuron-unit\trate error\t± s.e.\t\n", n)
	for _, dt := range []float64{0.4, 0.2, 0.1, 0.05, 0.01} {
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
		f := fields(program, "100000", fmt.Sprint(dt), fmt.Sprint(length), "0.5", strconv.Itoa(shift), "1")
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

// engine prints the cost by size and workers, the two counts of workers interleaved.
func engine(w *tabwriter.Writer) {
	fmt.Fprintln(w, "whole engine, b = 0.5, dt = 0.05\tN\t1 worker, ns/neuron-step\t2 workers\tspeed-up\t")
	for _, n := range []int{10_000, 30_000, 100_000, 1_000_000, 10_000_000} {
		nets := [2]*network.Network{}
		for i := range nets {
			net, err := network.New(config(n, 0.05, i+1))
			if err != nil {
				log.Fatal(err)
			}
			advance(net, 1)
			nets[i] = net
		}
		steps := max(10, 4_000_000/n)
		var times [2][]float64
		for range 7 {
			for i, net := range nets {
				until := net.Time() + 0.05*float64(steps)
				times[i] = append(times[i], best(1, float64(n*steps), func() { advance(net, until) }))
			}
		}
		one, two := median(times[0]), median(times[1])
		fmt.Fprintf(w, "\t%d\t%.2f\t%.2f\t%.2f\t\n", n, one, two, one/two)
	}
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

func fields(program string, args ...string) []string {
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		log.Fatalf("%s: %v", program, err)
	}
	return strings.Fields(string(out))
}

func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		log.Fatal(err)
	}
	return x
}
