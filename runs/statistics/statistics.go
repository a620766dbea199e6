package statistics

import (
	"math"
	"slices"

	"lapicque/compare"
)

// Result is the statistics of a raster. What cannot be had of its spikes is left out.
type Result struct {
	Schema      int          `json:"schema"`
	Raster      string       `json:"raster"`
	Unit        string       `json:"time_unit"`
	From        float64      `json:"from"`
	To          float64      `json:"to"`
	Bin         float64      `json:"bin"`
	Notes       []string     `json:"notes,omitempty"`
	Populations []Population `json:"populations"`
}

// Population is the statistics of one, under Elephant's names. Intervals of rates, correlations and χ are over blocks of time, those of
// cv, cv2, lv and the Fano factor over neurons, by the bootstrap.
type Population struct {
	Name        string             `json:"name"`
	Neurons     int                `json:"neurons"`
	Silent      int                `json:"silent"`
	Spikes      int                `json:"spikes"`
	Rate        *compare.Estimate  `json:"mean_firing_rate,omitempty"`
	Interval    *compare.Estimate  `json:"isi_mean,omitempty"` // mean over neurons of their mean intervals
	CV          *compare.Estimate  `json:"cv,omitempty"`
	CV2         *compare.Estimate  `json:"cv2,omitempty"`
	LV          *compare.Estimate  `json:"lv,omitempty"`
	Fano        *compare.Estimate  `json:"fano_window,omitempty"` // of the counts of a neuron in windows
	FanoWindow  float64            `json:"fano_window_length,omitempty"`
	FanoNeurons *float64           `json:"fanofactor,omitempty"` // of the counts of the neurons, as Elephant takes it of a list of trains
	Correlation *compare.Estimate  `json:"correlation_coefficient_mean,omitempty"`
	Spread      map[string]float64 `json:"correlation_coefficient_quantiles,omitempty"`
	Pairs       int                `json:"correlation_coefficient_pairs,omitempty"`
	Chi         *compare.Estimate  `json:"chi,omitempty"` // Golomb's, of binned spikes
	Intervals   *Curve             `json:"isi_density,omitempty"`
	Histogram   *Curve             `json:"time_histogram,omitempty"` // spikes per neuron and time
	Smooth      *Curve             `json:"instantaneous_rate,omitempty"`
	Power       *Curve             `json:"welch_psd,omitempty"` // of the rate, one-sided, against cycles per unit of time
	Fanos       *Curve             `json:"fano_against_window,omitempty"`
}

// Curve is a function at points.
type Curve struct {
	X []float64 `json:"x"`
	Y []float64 `json:"y"`
}

const (
	blocks     = 10   // of time
	fewest     = 8    // neurons of which a mean has an interval
	correlated = 200  // neurons whose pairs are correlated
	points     = 2000 // of a curve of the rate
)

// Of reads a raster, or that of a run folder, and computes its statistics. The error is neuron.Faults where the raster or the options are wrong.
func Of(name string, o Options) (*Result, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	r, err := read(name, o)
	if err != nil {
		return nil, err
	}
	out := &Result{Schema: 1, Raster: name, Unit: r.meta.Units, From: r.from, To: r.to, Bin: o.Bin, Notes: r.notes}
	if out.Unit == "" {
		out.Unit = "units of the file"
	}
	if out.Bin == 0 {
		out.Bin = (r.to - r.from) / points
	}
	for _, p := range r.populations {
		if len(p.trains) > 0 {
			out.Populations = append(out.Populations, out.population(p, o.Seed))
		}
	}
	return out, nil
}

// population computes the statistics of one.
func (r *Result) population(p population, seed uint64) Population {
	out := Population{Name: p.name, Neurons: len(p.trains)}
	var counts, intervals []float64
	for _, train := range p.trains {
		out.Spikes += len(train)
		if len(train) == 0 {
			out.Silent++
		}
		counts = append(counts, float64(len(train)))
		intervals = append(intervals, compare.ISI(train)...)
	}
	if out.Spikes == 0 {
		return out
	}
	if fano, ok := compare.FanoFactor(counts); ok {
		out.FanoNeurons = &fano
	}
	out.trains(r, p.trains, intervals, seed)
	out.blocks(r, p.trains)
	out.correlations(r, p.trains)
	out.curves(r, p.trains, intervals)
	return out
}

// trains enters what each neuron tells by itself.
func (p *Population) trains(r *Result, trains [][]float64, intervals []float64, seed uint64) {
	if len(intervals) > 0 {
		mean, _ := compare.Moments(intervals)
		p.FanoWindow = math.Min(10*mean, (r.To-r.From)/8)
	}
	over := func(f func(train, isi []float64) (float64, bool)) *compare.Estimate {
		var values []float64
		for _, train := range trains {
			if x, ok := f(train, compare.ISI(train)); ok {
				values = append(values, x)
			}
		}
		if len(values) < fewest {
			return nil
		}
		e := compare.MeanEstimate(values, seed)
		return &e
	}
	enough := func(f func([]float64) (float64, bool)) func(_, isi []float64) (float64, bool) {
		return func(_, isi []float64) (float64, bool) {
			if len(isi) < 2 { // one interval has a CV of 0 by definition, which tells nothing
				return 0, false
			}
			return f(isi)
		}
	}
	p.Interval = over(func(_, isi []float64) (float64, bool) {
		if len(isi) == 0 {
			return 0, false
		}
		mean, _ := compare.Moments(isi)
		return mean, true
	})
	p.CV, p.CV2, p.LV = over(enough(compare.CV)), over(enough(compare.CV2)), over(enough(compare.LV))
	if p.FanoWindow > 0 {
		p.Fano = over(func(train, _ []float64) (float64, bool) {
			return compare.FanoWindows(train, r.From, r.To, p.FanoWindow)
		})
	}
}

// part returns the block k of the time.
func (r *Result) part(k int) (from, to float64) {
	width := (r.To - r.From) / blocks
	return r.From + float64(k)*width, r.From + float64(k+1)*width
}

// blocks enters what is measured block by block.
func (p *Population) blocks(r *Result, trains [][]float64) {
	var rates, chis []float64
	for k := range blocks {
		from, to := r.part(k)
		spikes := 0.0
		for _, train := range trains {
			spikes += float64(len(compare.Within(train, from, to)))
		}
		rates = append(rates, spikes/(to-from)/float64(len(trains)))
		var g compare.Golomb
		binned := binned(trains, from, to, math.Min(r.Bin, (to-from)/2))
		for b := range binned[0] {
			g.Add(len(trains), func(i int) float64 { return binned[i][b] })
		}
		if x, ok := g.Chi(); ok {
			chis = append(chis, x)
		}
	}
	rate := compare.Student(rates)
	p.Rate = &rate
	if len(chis) >= 2 {
		chi := compare.Student(chis)
		p.Chi = &chi
	}
}

// binned counts the spikes of each train in bins.
func binned(trains [][]float64, from, to, width float64) [][]float64 {
	out := make([][]float64, len(trains))
	for i, train := range trains {
		out[i] = compare.TimeHistogram([][]float64{train}, from, to, width)
	}
	return out
}

// correlations enters the coefficients of pairs of the first neurons that fire: all of the time, and their mean with an interval over its blocks.
func (p *Population) correlations(r *Result, trains [][]float64) {
	var some [][]float64
	for _, train := range trains {
		if len(train) > 0 && len(some) < correlated {
			some = append(some, train)
		}
	}
	all := coefficients(binned(some, r.From, r.To, r.Bin))
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	p.Pairs, p.Spread = len(all), map[string]float64{}
	for name, q := range map[string]float64{"0.05": 0.05, "0.25": 0.25, "0.5": 0.5, "0.75": 0.75, "0.95": 0.95} {
		p.Spread[name] = all[int(q*float64(len(all)-1)+0.5)]
	}
	var means []float64
	for k := range blocks {
		from, to := r.part(k)
		if list := coefficients(binned(some, from, to, math.Min(r.Bin, (to-from)/2))); len(list) > 0 {
			mean, _ := compare.Moments(list)
			means = append(means, mean)
		}
	}
	if len(means) >= 2 {
		mean, _ := compare.Moments(all)
		e := compare.Student(means)
		e.Interval.Low, e.Interval.High, e.Value = e.Interval.Low+mean-e.Value, e.Interval.High+mean-e.Value, mean
		p.Correlation = &e
	}
}

// coefficients returns those of all pairs that have one.
func coefficients(binned [][]float64) (list []float64) {
	matrix := compare.CorrelationCoefficient(binned)
	for i, row := range matrix {
		for _, x := range row[:i] {
			if !math.IsNaN(x) {
				list = append(list, x)
			}
		}
	}
	return list
}

// curves enters the functions.
func (p *Population) curves(r *Result, trains [][]float64, intervals []float64) {
	length, neurons := r.To-r.From, float64(len(trains))
	counts := compare.TimeHistogram(trains, r.From, r.To, r.Bin)
	h := &Curve{}
	for k, c := range counts {
		h.X, h.Y = append(h.X, r.From+(float64(k)+0.5)*r.Bin), append(h.Y, c/r.Bin/neurons)
	}
	p.Histogram = h
	s := &Curve{}
	for k := range 400 {
		s.X = append(s.X, r.From+(float64(k)+0.5)*length/400)
	}
	s.Y = compare.InstantaneousRate(trains, math.Max(5*r.Bin, length/400), r.From, r.To, s.X)
	for k := range s.Y {
		s.Y[k] /= neurons
	}
	p.Smooth = s
	if len(counts) >= 64 {
		frequencies, power := compare.WelchPSD(h.Y, r.Bin, compare.Welch{})
		p.Power = &Curve{frequencies[1:], power[1:]}
	}
	p.Intervals = density(intervals)
	f := &Curve{}
	for width := length / 2000; width <= length/8; width *= 1.5 {
		sum, count := 0.0, 0.0
		for _, train := range trains {
			if x, ok := compare.FanoWindows(train, r.From, r.To, width); ok {
				sum, count = sum+x, count+1
			}
		}
		if count > 0 {
			f.X, f.Y = append(f.X, width), append(f.Y, sum/count)
		}
	}
	p.Fanos = f
}

// density returns the histogram of the intervals up to their quantile 0.99 as a density.
func density(intervals []float64) *Curve {
	if len(intervals) < 20 {
		return nil
	}
	slices.Sort(intervals)
	top := intervals[len(intervals)*99/100]
	if !(top > 0) {
		return nil
	}
	bins := min(60, int(math.Sqrt(float64(len(intervals)))))
	width := top / float64(bins)
	c := &Curve{}
	for k, n := range compare.TimeHistogram([][]float64{intervals}, 0, top, width) {
		c.X, c.Y = append(c.X, (float64(k)+0.5)*width), append(c.Y, n/width/float64(len(intervals)))
	}
	return c
}
