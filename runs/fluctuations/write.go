package fluctuations

import (
	"errors"
	"math"

	"lapicque/compare"
	"lapicque/runs/plot"
	"lapicque/runs/store"
)

// Write writes fluctuations.json, the tables, the plots and report.html.
func (r *Result) Write(folder *store.Folder, argv []string) error {
	if err := errors.Join(folder.JSON("fluctuations.json", r), r.sizes(folder), r.curves(folder, "spectrum", "omega"), r.curves(folder, "intervals", "interval")); err != nil {
		return err
	}
	return r.page(folder, argv)
}

// estimates names the numbers of a size in the order of tables.
func (x Size) estimates() (names []string, list []*compare.Estimate) {
	return []string{"rate", "long_window", "cv", "fano", "chi", "state_correlation", "spike_correlation", "contingency"},
		[]*compare.Estimate{&x.Rate, &x.LongWindow, x.CV, x.Fano, x.Chi, x.States, x.Spikes, x.Contingency}
}

// sizes writes a row a population and size.
func (r *Result) sizes(folder *store.Folder) error {
	columns := []string{"population", "N", "replicas"}
	names, _ := Size{}.estimates()
	for _, name := range names {
		columns = append(columns, name, name+"_se", name+"_low", name+"_high")
	}
	t, err := folder.Table("tables/sizes.csv", columns...)
	if err != nil {
		return err
	}
	for _, p := range r.Populations {
		for _, x := range p.Sizes {
			row := []any{p.Name, x.N, x.Replicas}
			_, list := x.estimates()
			for _, e := range list {
				if e == nil {
					row = append(row, nil, nil, nil, nil)
				} else {
					row = append(row, e.Value, e.SE, e.Interval.Low, e.Interval.High)
				}
			}
			t.Row(row...)
		}
	}
	return t.Close()
}

// curves writes a row a point of the spectra or the densities of intervals.
func (r *Result) curves(folder *store.Folder, name, x string) error {
	t, err := folder.Table("tables/"+name+".csv", "population", "N", x, "value", "low", "high", "theory", "exact")
	if err != nil {
		return err
	}
	for _, p := range r.Populations {
		for _, size := range p.Sizes {
			c := &size.Spectrum
			if name == "intervals" {
				c = size.Intervals
			}
			for k := 0; c != nil && k < len(c.X); k++ {
				t.Row(p.Name, size.N, c.X[k], c.Value[k], c.Low[k], c.High[k], at(c.Theory, k), at(c.Exact, k))
			}
		}
	}
	return t.Close()
}

func at(list []float64, k int) float64 {
	if k < len(list) {
		return list[k]
	}
	return math.NaN()
}

// figure is a plot on the page.
type figure struct {
	Name, Title, Caption string
	drawing              *plot.Figure
}

// figures draws what there is.
func (r *Result) figures() (list []figure) {
	var spectra, intervals []plot.Measured
	for _, p := range r.Populations {
		if len(p.Sizes) == 0 {
			continue
		}
		x := p.Sizes[len(p.Sizes)-1]
		spectra = append(spectra, plot.Measured{Name: p.Name, XLabel: "angular frequency ω (radians per unit of time)", YLabel: "N·S(ω) (spikes per unit of time)", X: x.Spectrum.X, Value: x.Spectrum.Value,
			Low: x.Spectrum.Low, High: x.Spectrum.High, Theory: x.Spectrum.Theory, Band: "95 % band, all frequencies at once"})
		if c := x.Intervals; c != nil {
			intervals = append(intervals, plot.Measured{Name: p.Name, XLabel: "interspike interval (" + r.Unit + ")", YLabel: "density (per unit of time)", X: c.X, Value: c.Value,
				Low: c.Low, High: c.High, Theory: c.Theory, Band: "95 % band, all bins at once", Logarithmic: true})
		}
	}
	if len(spectra) > 0 {
		list = append(list, figure{"spectrum", "Power spectrum of the population rate, times N, at the largest N", "Theory is shown as the estimate would see it, through tapers and time bins; tables/spectrum has it without too.", plot.MeasuredFigure(spectra...)})
	}
	if len(intervals) > 0 {
		list = append(list, figure{"intervals", "Density of the interspike interval at the largest N", "Theory is the first-passage density of a neuron with the rate of the others frozen, averaged over bins.", plot.MeasuredFigure(intervals...)})
	}
	return append(list, r.scalings()...)
}

// scalings draws what changes with N.
func (r *Result) scalings() (list []figure) {
	for _, p := range r.Populations {
		if len(p.Sizes) < 2 {
			continue
		}
		suffix, name := "", ""
		if p.Name != "" {
			suffix, name = "-"+p.Name, ", population "+p.Name
		}
		decays := []plot.PowerLaw{p.scaling("potentials", func(x Size) *compare.Estimate { return magnitude(x.States) }),
			p.scaling("binned spikes", func(x Size) *compare.Estimate { return magnitude(x.Spikes) }),
			p.scaling("φ", func(x Size) *compare.Estimate { return root(x.Contingency) }),
			p.scaling("Golomb's χ", func(x Size) *compare.Estimate { return x.Chi })}
		list = append(list, figure{"decay" + suffix, "Correlations of pairs and synchrony with N" + name, "Potentials, binned spikes: size of the correlation coefficient. φ: distance of the law of two potentials from the product of its marginals. Bars: 95 % intervals.", plot.PowerLawFigure("correlation (no unit)", decays...)})
		v := p.scaling("N·S(0)", func(x Size) *compare.Estimate { return &x.LongWindow })
		long := plot.Measured{XLabel: "number of neurons N", YLabel: "N·S(0) (spikes per unit of time)", X: v.N, Value: v.Value, Low: v.Low, High: v.High, Logarithmic: true, Band: "95 % intervals"}
		if p.Theory != nil {
			long.Level, long.LevelName = p.Theory.LongWindow, "theory, N → ∞"
		}
		list = append(list, figure{"variance" + suffix, "Long-window variance of the rate, times N" + name, "", plot.MeasuredFigure(long)})
	}
	return list
}

// scaling returns a quantity with its fitted exponent.
func (p *Population) scaling(name string, of func(Size) *compare.Estimate) plot.PowerLaw {
	sizes, values := p.series(of)
	s := plot.PowerLaw{Name: name, N: sizes, Gamma: math.NaN()}
	for _, v := range values {
		s.Value, s.Low, s.High = append(s.Value, v.Value), append(s.Low, v.Interval.Low), append(s.High, v.Interval.High)
	}
	if gamma, _, ok := compare.PowerLaw(sizes, values); ok {
		s.Gamma = gamma.Value
	}
	return s
}
