// Command doubling measures how networks of biophysical neurons approach their limit N → ∞ where no equation of
// the limit is at hand: what N neurons do is held against what 2N do. Every row has the same
// number of neurons, spread over replicas.
//
//	go run ./scripts/doubling [-law fitzhugh-nagumo]        prints the table
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat"

	"lapicque/network"
	"lapicque/network/biophysical"
	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// study is a network and when it is looked at.
type study struct {
	biophysical.Config
	until float64
}

func studies() map[string]study {
	initial := neuron.Uniform{From: -75, To: -55}
	return map[string]study{
		"hodgkin-huxley": {biophysical.Config{Law: membrane.NewHodgkinHuxley(), Current: neuron.Constant(8), Noise: 2, Dt: 0.05, Initial: initial,
			Coupling: biophysical.Coupling{Pulse: 2, Conductance: 0.1, Decay: 5}}, 60},
		"fitzhugh-nagumo": {biophysical.Config{Law: membrane.NewFitzHughNagumo(), Current: neuron.Constant(0.5), Noise: 0.2, Dt: 0.1, Initial: neuron.Uniform{From: -2, To: 1},
			Coupling: biophysical.Coupling{Pulse: 0.2}}, 120},
		"morris-lecar": {biophysical.Config{Law: membrane.NewMorrisLecar(membrane.MorrisLecarSNIC), Current: neuron.Constant(42), Noise: 2, Dt: 0.1, Initial: initial,
			Coupling: biophysical.Coupling{Pulse: 2}}, 200},
	}
}

// level is what replicas of N neurons gave.
type level struct {
	n          int
	rates      []float64   // spikes per neuron and time, one a replica
	potentials [][]float64 // at the end, one list a replica
}

func main() {
	name := flag.String("law", "hodgkin-huxley", "hodgkin-huxley, fitzhugh-nagumo or morris-lecar")
	smallest := flag.Int("smallest", 50, "neurons of the first row")
	rows := flag.Int("rows", 6, "rows; N doubles from one to the next")
	neurons := flag.Int("neurons", 64000, "neurons behind each row")
	flag.Parse()
	s, ok := studies()[*name]
	if !ok {
		log.Fatalf("no law %q", *name)
	}
	var levels []level
	for k := range *rows {
		l, err := s.level(*smallest<<k, max(2, *neurons/(*smallest<<k)))
		if err != nil {
			log.Fatal(err)
		}
		levels = append(levels, l)
	}
	table(levels)
}

// level runs the replicas of a size.
func (s study) level(n, replicas int) (level, error) {
	l := level{n: n}
	c := s.Config
	c.N = n
	for r := range replicas {
		c.Replica = uint64(n)<<32 | uint64(r)
		crowd, err := biophysical.New(c)
		if err != nil {
			return l, err
		}
		var count counted
		if err := crowd.Run(context.Background(), s.until, &count); err != nil {
			return l, err
		}
		l.rates = append(l.rates, float64(count)/(float64(n)*s.until))
		l.potentials = append(l.potentials, crowd.Variable(0, nil))
	}
	return l, nil
}

type counted int

func (c *counted) Observe(f *network.Frame) error { *c += counted(f.Count); return nil }

// table prints rates, what doubling changes in them and in the law of the potential, each with the size that chance gives it.
func table(levels []level) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "N\treplicas\trate\t±\tsd·√N\trate(N) − rate(2N)\t±\tW1 of V, N against 2N\tby chance\t")
	for k, l := range levels {
		mean, sd := stat.MeanStdDev(l.rates, nil)
		se := sd / math.Sqrt(float64(len(l.rates)))
		fmt.Fprintf(w, "%d\t%d\t%.6f\t%.6f\t%.5f\t", l.n, len(l.rates), mean, se, sd*math.Sqrt(float64(l.n)))
		if k+1 < len(levels) {
			next := levels[k+1]
			m2, sd2 := stat.MeanStdDev(next.rates, nil)
			fmt.Fprintf(w, "%.6f\t%.6f\t%.4f\t%.4f\t", mean-m2, math.Hypot(se, sd2/math.Sqrt(float64(len(next.rates)))),
				distance(l.potentials, next.potentials), chance(l, next))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// distance returns W1 between the laws of two samples.
func distance(a, b [][]float64) float64 {
	x, y := slices.Concat(a...), slices.Concat(b...)
	slices.Sort(x)
	slices.Sort(y)
	sum, n := 0.0, min(len(x), len(y))
	for k := range n {
		p := (float64(k) + 0.5) / float64(n)
		sum += math.Abs(stat.Quantile(p, stat.Empirical, x, nil) - stat.Quantile(p, stat.Empirical, y, nil))
	}
	return sum / float64(n)
}

// chance returns W1 as replicas of one law would give it: distances between the halves of a level, of which each has
// twice the variance of the whole.
func chance(levels ...level) float64 {
	squares := 0.0
	for _, l := range levels {
		half := len(l.potentials) / 2
		d := distance(l.potentials[:half], l.potentials[half:2*half])
		squares += d * d / 2
	}
	return math.Sqrt(squares / float64(len(levels)))
}
