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
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"lapicque/network"
	"lapicque/network/kernel"
)

func main() {
	euler := flag.String("euler", "", "the compiled scripts/bench/peers/euler.c")
	limit := flag.String("limit", "", "the compiled scripts/bench/peers/limit.c")
	units := flag.Float64("units", 2e8, "neuron-units behind each rate of ours")
	largest := flag.Int("largest", 10_000_000, "neurons of the largest network")
	picture := flag.String("plot", "", "PNG `FILE` for the work–precision diagram")
	alone := flag.Bool("kernel", false, "print the kernel's ns per neuron-step and nothing else")
	flag.Parse()
	if *alone {
		fmt.Println(pass())
		return
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	kernels(w, *limit, *euler)
	ours := accuracy(w, *units)
	if *euler != "" {
		plain := opponent(w, *euler, 0, []float64{0.1, 0.03, 0.01, 0.003, 0.001}, 0.5)
		shifted := opponent(w, *euler, 1, []float64{0.1, 0.03, 0.01, 0.003}, 1)
		ratios(w, ours, plain, shifted)
		if *picture != "" {
			diagram(*picture, ours, plain, shifted)
		}
	}
	engine(w, *largest)
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

// pass returns ns per neuron-step of the vector pass, h = 0.01.
func pass() float64 {
	const steps = 40
	v, s := make([]float64, kernelNeurons), new(kernel.Scratch)
	lanes := make([]kernel.Lanes, kernelNeurons/kernel.Block)
	for i := range lanes {
		lanes[i] = kernel.NewLanes(1, 0, uint64(i))
	}
	p := &kernel.Pass{Decay: 0.99, Noise: 0.14071247279470289, Near: 99.99833335, From: 2, To: 2}
	return best(15, kernelNeurons*steps, func() {
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
}

const kernelNeurons = 24 * kernel.Block

// kernels prints the vector pass beside plain Go, the same pass in C and the
// textbook program in C: medians of seven rounds in which all take their turn.
func kernels(w *tabwriter.Writer, limit, euler string) {
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	var vector, plain, c, textbook []float64
	set := ""
	for range 7 {
		vector = append(vector, pass())
		plain = append(plain, number(fields(exec.Command("env", "LAPICQUE_KERNEL=go", self, "-kernel"))[0]))
		if limit != "" {
			f := fields(exec.Command(limit, strconv.Itoa(kernelNeurons), "40"))
			set, c = f[0], append(c, number(f[1]))
		}
		if euler != "" {
			textbook = append(textbook, number(fields(exec.Command(euler, strconv.Itoa(kernelNeurons), "0.01", "0.5", "0.5", "0", "1"))[0]))
		}
	}
	one := median(vector)
	fmt.Fprintf(w, "kernel with bridge, h = 0.01, N = %d\tns/neuron-step\tratio to ours\t\n", kernelNeurons)
	line := func(name string, x []float64) {
		if len(x) > 0 {
			fmt.Fprintf(w, "%s\t%.3f\t%.2f\t\n", name, median(x), median(x)/one)
		}
	}
	line("ours ("+kernel.Path()+")", vector)
	line("ours (plain Go)", plain)
	line("C intrinsics ("+set+")", c)
	line("Euler in C, no bridge", textbook)
	fmt.Fprintln(w)
}

// engine prints the cost by size and workers, the two counts of workers interleaved.
func engine(w *tabwriter.Writer, largest int) {
	fmt.Fprintln(w, "whole engine, b = 0.5, dt = 0.05\tN\t1 worker, ns/neuron-step\t2 workers\tspeed-up\tbytes/neuron\t")
	for n := 10_000; n <= largest; n *= 10 {
		size(w, n)
		if n == 10_000 {
			size(w, 30_000)
		}
	}
}

// size prints one size: medians of seven rounds.
func size(w *tabwriter.Writer, n int) {
	before := heap()
	nets := [2]*network.Network{}
	for i := range nets {
		net, err := network.New(config(n, 0.05, i+1))
		if err != nil {
			log.Fatal(err)
		}
		nets[i] = net
		advance(net, 0.5)
	}
	bytes := (heap() - before) / float64(2*n)
	steps := max(2, 4_000_000/n)
	var times [2][]float64
	for range 7 {
		for i, net := range nets {
			until := net.Time() + 0.05*float64(steps)
			times[i] = append(times[i], best(1, float64(n*steps), func() { advance(net, until) }))
		}
	}
	one, two := median(times[0]), median(times[1])
	fmt.Fprintf(w, "\t%d\t%.2f\t%.2f\t%.2f\t%.1f\t\n", n, one, two, one/two, bytes)
	w.Flush()
}

// heap returns the bytes of live memory.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

func fields(c *exec.Cmd) []string {
	out, err := c.Output()
	if err != nil {
		log.Fatalf("%s: %v", c.Path, err)
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
