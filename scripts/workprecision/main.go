// Command workprecision prints the error of N(t) against the time of one core, set-up
// included, of the two schemes of the mean field and of the published first-order
// scheme, all in one run, and draws it. The case is b = 0.5 from the Gaussian (0, 0.25)
// to t = 5; the error is the largest relative one at t = 0.05, 0.1, 0.25, 0.5, 1, 2, 5.
//
//	go run ./scripts/workprecision -o docs/img/workprecision.png
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"text/tabwriter"
	"time"

	"lapicque/mfield"
	"lapicque/neuron"
)

const coupling = 0.5

var times = []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}

// series is one scheme at several settings.
type series struct {
	name   string
	points []point
}

type point struct {
	setting        string
	seconds, error float64
}

func main() {
	file := flag.String("o", "workprecision.png", "where the figure goes")
	flag.Parse()
	want, err := solve(spectral(1e-10))
	if err != nil {
		log.Fatal(err)
	}
	all := []series{spectralSeries(want), volumeSeries(want), peerSeries(want, true), peerSeries(want, false)}
	table(all)
	ratios(all)
	if err := figure(all, *file); err != nil {
		log.Fatal(err)
	}
}

func spectral(rtol float64) mfield.Options {
	return mfield.Options{Scheme: mfield.Spectral, Rtol: rtol}
}

// solve returns the rates at the times.
func solve(o mfield.Options) (rates []float64, err error) {
	e := mfield.NNLIF{Law: neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1}, B: coupling}
	s, err := e.NewSolver(neuron.TruncatedGaussian{Mean: 0, Variance: 0.25, Upper: 2}, o)
	if err != nil {
		return nil, err
	}
	for _, t := range times {
		if err := s.Advance(context.Background(), t); err != nil {
			return nil, err
		}
		rates = append(rates, s.State().Rate)
	}
	return rates, nil
}

// worst returns the largest relative error.
func worst(got, want []float64) (e float64) {
	for i := range want {
		e = max(e, math.Abs(got[i]/want[i]-1))
	}
	return e
}

// timed returns the rates and the shortest time of runs that take half a second
// together, at least one and at most 1000.
func timed(run func() []float64) (rates []float64, seconds float64) {
	seconds = math.Inf(1)
	spent := 0.0
	for n := 0; n == 0 || n < 1000 && spent < 0.5; n++ {
		begun := time.Now()
		rates = run()
		took := time.Since(begun).Seconds()
		seconds, spent = min(seconds, took), spent+took
	}
	return rates, seconds
}

func (s *series) measure(setting string, want []float64, run func() []float64) {
	got, seconds := timed(run)
	s.points = append(s.points, point{setting, seconds, worst(got, want)})
}

func ours(o mfield.Options) func() []float64 {
	return func() []float64 {
		rates, err := solve(o)
		if err != nil {
			log.Fatal(err)
		}
		return rates
	}
}

func spectralSeries(want []float64) series {
	s := series{name: "spectral"}
	for _, rtol := range []float64{1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 5e-9, 1e-9} {
		s.measure(fmt.Sprintf("rtol %.0e", rtol), want, ours(spectral(rtol)))
	}
	return s
}

func volumeSeries(want []float64) series {
	s := series{name: "finite volumes"}
	for _, cells := range []int{100, 200, 400, 800, 1600, 3200} {
		rtol := min(1e-5, 1e-7*math.Pow(800/float64(cells), 2))
		s.measure(fmt.Sprintf("%d cells", cells), want, ours(mfield.Options{Scheme: mfield.FiniteVolume, Cells: cells, Rtol: rtol}))
	}
	return s
}

// peerSeries balances the errors of space and time: the difference quotient is of
// first order in both, the scheme's own flux of second order in the cells.
func peerSeries(want []float64, ownFlux bool) series {
	s := series{name: "HLXZ, N = a n/h"}
	levels := [][2]int{{240, 50}, {720, 150}, {2160, 450}, {7200, 1000}}
	if ownFlux {
		s.name = "HLXZ, N = own flux"
		levels = [][2]int{{120, 26}, {240, 104}, {480, 416}, {960, 1660}, {1920, 6000}}
	}
	for _, l := range levels {
		dt := times[0] / float64(l[1])
		s.measure(fmt.Sprintf("%d cells, dt %.1e", l[0], dt), want, func() []float64 {
			return newHLXZ(l[0], dt, coupling, ownFlux).run(times)
		})
	}
	return s
}

func table(all []series) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| scheme\t| setting\t| error of N\t| ms\t|")
	fmt.Fprintln(w, "|---\t|---\t|---\t|---\t|")
	for _, s := range all {
		for _, p := range s.points {
			fmt.Fprintf(w, "| %s\t| %s\t| %.1e\t| %.3g\t|\n", s.name, p.setting, p.error, 1000*p.seconds)
		}
	}
	w.Flush()
}

// ratios prints how much cheaper the spectral scheme is at each error that a peer reached.
func ratios(all []series) {
	for _, peer := range all[1:] {
		last := peer.points[len(peer.points)-1]
		cost := math.Inf(1)
		for _, p := range all[0].points {
			if p.error <= last.error {
				cost = min(cost, p.seconds)
			}
		}
		fmt.Printf("%s: %.1e costs %.0f times the spectral scheme\n", peer.name, last.error, last.seconds/cost)
	}
}
