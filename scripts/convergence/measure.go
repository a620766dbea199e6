package main

import (
	"context"
	"fmt"
	"io"
	"math"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"
)

// sizes are the numbers of neurons, or of units a site: three decades.
var sizes = []int{100, 1000, 10_000, 100_000}

// trial runs one network of a size and returns a distance from the mean field for each quantity of its scenario.
type trial func(ctx context.Context, size int, seed, replica uint64) ([]float64, error)

// scenario is a model with parameters and a start, from which the solution relaxes.
type scenario struct {
	name       string
	quantities []string
	solve      func(ctx context.Context) (trial, error) // solves the equation
}

// row is how the distance of one quantity falls.
type row struct {
	scenario, quantity string
	distances          []float64 // at the sizes
	errors             []float64 // standard errors of their logarithms
}

// measure runs networks of all sizes.
func (s scenario) measure(ctx context.Context, replicas, workers int, seed uint64) ([]row, error) {
	run, err := s.solve(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	rows := make([]row, len(s.quantities))
	for k, q := range s.quantities {
		rows[k] = row{scenario: s.name, quantity: q}
	}
	for index, size := range sizes {
		count := replicas * min(16, int(math.Sqrt(float64(sizes[len(sizes)-1]/size))))
		squares := make([][]float64, len(rows))
		for k := range squares {
			squares[k] = make([]float64, count)
		}
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(workers)
		for r := range count {
			group.Go(func() error {
				d, err := run(ctx, size, seed, uint64(index*1_000_000+r))
				for k := range d {
					squares[k][r] = d[k] * d[k]
				}
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return nil, fmt.Errorf("%s, %d: %w", s.name, size, err)
		}
		for k := range rows {
			rows[k].add(squares[k])
		}
	}
	return rows, nil
}

// add takes the squared distances of the networks of the next size.
func (r *row) add(squares []float64) {
	mean, sd := stat.MeanStdDev(squares, nil)
	r.distances = append(r.distances, math.Sqrt(mean))
	r.errors = append(r.errors, sd/math.Sqrt(float64(len(squares)))/(2*mean))
}

// exponent fits distance ∝ size^−γ with the weights of the errors, and returns γ and half its 95 % interval. Where the points scatter more
// than their errors the interval is that much wider.
func (r row) exponent() (gamma, half float64) {
	var x, y, w []float64
	sum := 0.0
	for k, d := range r.distances {
		x, y, w = append(x, math.Log(float64(sizes[k]))), append(y, math.Log(d)), append(w, 1/(r.errors[k]*r.errors[k]))
		sum += w[k]
	}
	intercept, slope := stat.LinearRegression(x, y, w, false)
	chi2 := 0.0
	for k := range x {
		d := y[k] - intercept - slope*x[k]
		chi2 += d * d * w[k]
	}
	_, variance := stat.PopMeanVariance(x, w)
	wider := math.Max(1, chi2/float64(len(x)-2))
	return -slope, 1.96 * math.Sqrt(wider/(sum*variance))
}

func header(w io.Writer) {
	fmt.Fprint(w, "| scenario | distance of |")
	for _, n := range sizes {
		fmt.Fprintf(w, " %d |", n)
	}
	fmt.Fprint(w, " γ (95 %) |\n|---|---|")
	for range sizes {
		fmt.Fprint(w, "---|")
	}
	fmt.Fprintln(w, "---|")
}

func (r row) print(w io.Writer) {
	fmt.Fprintf(w, "| %s | %s |", r.scenario, r.quantity)
	for _, d := range r.distances {
		fmt.Fprintf(w, " %.3g |", d)
	}
	gamma, half := r.exponent()
	fmt.Fprintf(w, " %.3f ± %.3f |\n", gamma, half)
}

// rms returns the root mean square of a − b.
func rms(a, b []float64) float64 {
	sum := 0.0
	for k, x := range a {
		sum += (x - b[k]) * (x - b[k])
	}
	return math.Sqrt(sum / float64(len(a)))
}
