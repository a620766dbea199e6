package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// quantity is a number that both sides have.
type quantity struct {
	name string
	of   func(passage) float64
}

// quantities lists what is compared. A jump of practically all says nothing by its
// size and by what it leaves: it is partial when one in a thousand does not fire.
func (x experiment) quantities(partial bool) []quantity {
	list := []quantity{{"time of the jump", func(p passage) float64 { return p.jumps[0].time }}}
	if partial {
		list = append(list,
			quantity{"size of the jump", func(p passage) float64 { return p.jumps[0].size }},
			quantity{"mean right after", func(p passage) float64 { return p.after.mean }},
			quantity{"variance right after", func(p passage) float64 { return p.after.variance }})
	}
	list = append(list, []quantity{
		{fmt.Sprintf("mean %g later", x.later), func(p passage) float64 { return p.later.mean }},
		{fmt.Sprintf("variance %g later", x.later), func(p passage) float64 { return p.later.variance }},
	}...)
	for k := 1; k < x.jumps; k++ {
		list = append(list,
			quantity{fmt.Sprintf("interval to jump %d", k+1), func(p passage) float64 { return p.jumps[k].time - p.jumps[k-1].time }})
		if partial {
			list = append(list, quantity{fmt.Sprintf("size of jump %d", k+1), func(p passage) float64 { return p.jumps[k].size }})
		}
	}
	return list
}

// result is an experiment that was made.
type result struct {
	experiment
	field  passage
	crowds []crowd
	rows   []row
}

// row is one quantity at all sizes.
type row struct {
	quantity
	estimates []estimate
	fit       law
	expected  float64 // by the mean field
}

// deviation returns limit − mean field in standard errors.
func (r row) deviation() float64 { return (r.fit.limit - r.expected) / r.fit.se }

// measure makes an experiment.
func (x experiment) measure(ctx context.Context, workers int) (*result, error) {
	r := &result{experiment: x}
	var err error
	if r.field, err = x.solve(ctx); err != nil {
		return nil, err
	}
	for _, s := range x.sizes {
		c, err := x.gather(ctx, s, workers, r.field)
		if err != nil {
			return nil, err
		}
		r.crowds = append(r.crowds, c)
	}
	for _, q := range x.quantities(r.field.jumps[0].size < 0.999) {
		one := row{quantity: q, expected: q.of(r.field)}
		scale := 0.0 // of the scatter: standard deviation times √N
		for _, c := range r.crowds {
			var e estimate
			e, scale = c.estimate(q.of, scale)
			one.estimates = append(one.estimates, e)
		}
		one.fit = fit(one.estimates)
		r.rows = append(r.rows, one)
	}
	return r, nil
}

// estimate averages a quantity. Fewer than ten networks do not tell their scatter;
// it is then that of the next smaller size, scaled like N^−½.
func (c crowd) estimate(of func(passage) float64, scale float64) (estimate, float64) {
	values := make([]float64, len(c.passages))
	for i, p := range c.passages {
		values[i] = of(p)
	}
	mean, sd := stat.MeanStdDev(values, nil)
	n := float64(c.neurons)
	if len(values) >= 10 || scale == 0 {
		scale = sd * math.Sqrt(n)
	}
	return estimate{n, mean, scale / math.Sqrt(n*float64(len(values)))}, scale
}

// distance returns ∫|n − mean field| and ∫|F − mean field| of the density averaged over
// the networks, each with what their scatter alone would give.
func (c crowd) distance(of func(passage) portrait, reference portrait, edges []float64) (l1, l1Noise, w1, w1Noise float64) {
	cumulated := make([]float64, len(c.passages))
	values := make([]float64, len(c.passages))
	root := math.Sqrt(2/math.Pi) / math.Sqrt(float64(len(values)))
	total := 0.0
	for k := range reference.density {
		h := edges[k+1] - edges[k]
		for i, p := range c.passages {
			values[i] = of(p).density[k]
			cumulated[i] += h * values[i]
		}
		total += h * reference.density[k]
		mean, sd := stat.MeanStdDev(values, nil)
		l1, l1Noise = l1+h*math.Abs(mean-reference.density[k]), l1Noise+h*sd*root
		mean, sd = stat.MeanStdDev(cumulated, nil)
		w1, w1Noise = w1+h*math.Abs(mean-total), w1Noise+h*sd*root
	}
	return l1, l1Noise, w1, w1Noise
}
