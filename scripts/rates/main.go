// Command rates measures the error of the step engine's stationary rate: networks of
// 409600 neurons that start from the mean field's steady law, against N·J(N) = 1.
//
// Chunks (independent replicas of 400 units of time) are appended to a
// file as they finish, until every row's standard error is small enough; started
// again with the same file the program goes on. About an hour of two cores.
//
//	go run ./scripts/rates -file rates.csv        prints the table at the end
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"slices"

	"gonum.org/v1/gonum/stat"

	"lapicque/mfield"
	"lapicque/network"
	"lapicque/neuron"
)

const (
	neurons = 409_600
	warmUp  = 2.0
	length  = 400.0
	fewest  = 8 // chunks behind a standard error
)

// row is a coupling and a step, with the standard error asked for.
type row struct {
	b, dt, se float64
}

func main() {
	file := flag.String("file", "rates.csv", "chunks found so far; new ones are appended")
	workers := flag.Int("workers", 0, "goroutines, 0: all cores")
	once := flag.Bool("once", false, "run one chunk of the first row that needs one, then stop")
	se := flag.Float64("se", 7e-5, "relative standard error asked for (b = 2, near the fold: 3e-4 at least)")
	flag.Parse()
	found := read(*file)
	for _, r := range rows(*se) {
		for !r.done(found[r.key()]) {
			k := len(found[r.key()])
			rate := r.run(uint64(k), *workers)
			found[r.key()] = append(found[r.key()], rate)
			keep(*file, fmt.Sprintf("%g,%g,%d,%.10g\n", r.b, r.dt, k, rate))
			if *once {
				return
			}
		}
	}
	table(rows(*se), found)
}

func rows(se float64) (list []row) {
	for _, dt := range []float64{0.1, 0.05} {
		for _, b := range []float64{0.5, 0, -5, 1, 1.5, 2} {
			r := row{b, dt, se}
			if b == 2 {
				r.se = max(se, 3e-4)
			}
			list = append(list, r)
		}
	}
	return list
}

func (r row) key() string { return fmt.Sprintf("%g,%g", r.b, r.dt) }

func (r row) equation() mfield.NNLIF {
	return mfield.NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}, B: r.b, Rule: neuron.Hard}
}

// steady returns the stable state of lowest rate.
func (r row) steady() mfield.Steady {
	states, err := r.equation().SteadyStates()
	if err != nil {
		log.Fatal(err)
	}
	return states[slices.IndexFunc(states, func(s mfield.Steady) bool { return s.Stable })]
}

// error returns the mean relative error of the rates and its standard error.
func (r row) error(rates []float64) (mean, se float64) {
	exact := r.steady().Rate
	mean, sd := stat.MeanStdDev(rates, nil)
	return mean/exact - 1, sd / exact / math.Sqrt(float64(len(rates)))
}

func (r row) done(rates []float64) bool {
	if len(rates) < fewest {
		return false
	}
	_, se := r.error(rates)
	return se <= r.se
}

// run returns the rate of one replica.
func (r row) run(replica uint64, workers int) float64 {
	e := r.equation()
	c := network.Config{N: neurons, Law: e.Law, B: e.B, Initial: e.SteadyLaw(r.steady()), Dt: r.dt, Seed: 1907, Replica: replica, Workers: workers}
	if r.b >= 1 {
		c.Rule = neuron.Hard
	}
	n, err := network.New(c)
	if err != nil {
		log.Fatal(err)
	}
	count := network.NewCounter([]float64{warmUp, warmUp + length})
	ctx := context.Background()
	if err := n.Run(ctx, warmUp); err != nil {
		log.Fatal(err)
	}
	if err := n.Run(ctx, warmUp+length, count); err != nil {
		log.Fatal(err)
	}
	return float64(count.Counts[0]) / (neurons * length)
}

// read returns the chunks of a file by row, none when there is no file.
func read(file string) map[string][]float64 {
	found := map[string][]float64{}
	f, err := os.Open(file)
	if err != nil {
		return found
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var b, dt, rate float64
		var k int
		if _, err := fmt.Sscanf(lines.Text(), "%g,%g,%d,%g", &b, &dt, &k, &rate); err != nil {
			log.Fatalf("%s: %q: %v", file, lines.Text(), err)
		}
		key := row{b: b, dt: dt}.key()
		found[key] = append(found[key], rate)
	}
	return found
}

func keep(file, line string) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(line)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		log.Fatal(err)
	}
}

func table(rows []row, found map[string][]float64) {
	fmt.Println("| b | dt | exact rate | relative error ± s.e. | neuron-units |\n|---|---|---|---|---|")
	for _, r := range rows {
		rates := found[r.key()]
		mean, se := r.error(rates)
		fmt.Printf("| %g | %g | %.10f | %+.1e ± %.1e | %.2g |\n", r.b, r.dt, r.steady().Rate, mean, se, float64(len(rates))*neurons*length)
	}
}
