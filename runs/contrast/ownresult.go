package contrast

import (
	"errors"
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"lapicque/compare"
	"lapicque/runs/plot"
	"lapicque/runs/store"
)

// OwnResult is how somebody's own data differ from a mean field.
type OwnResult struct {
	Schema     int                 `json:"schema"`
	Scenario   string              `json:"scenario"`
	Population string              `json:"population,omitempty"`
	File       string              `json:"file"`
	Neurons    int                 `json:"neurons,omitempty"`    // of a raster
	Bins       []Bin               `json:"bins,omitempty"`       // of a raster
	Beyond     int                 `json:"beyond,omitempty"`     // bins whose 95 % interval does not hold the mean field's rate
	At         float64             `json:"at,omitempty"`         // of potentials
	Potentials int                 `json:"potentials,omitempty"` // how many
	Assessment *compare.Assessment `json:"assessment,omitempty"` // of potentials
	Verdict    compare.Verdict     `json:"verdict"`
	Text       string              `json:"text"`

	edges, histogram, meanField []float64
}

// Bin is a bin of time of a raster: its rate with the 95 % interval of a Poisson count, the mean-field rate, and the
// two-sided probability of a count so far from it.
type Bin struct {
	From      float64 `json:"from"`
	To        float64 `json:"to"`
	Spikes    float64 `json:"spikes"`
	Rate      float64 `json:"rate"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	MeanField float64 `json:"meanfield"`
	P         float64 `json:"p"`
}

// fewSpikes are too few for anything to be seen.
const fewSpikes = 25

// judgeRates puts the counts into words: the total and, by Bonferroni's inequality, the worst bin.
func (r *OwnResult) judgeRates(total, expected float64) {
	worst := Bin{P: 2}
	for _, b := range r.Bins {
		if b.P < worst.P {
			worst = b
		}
		if b.MeanField < b.Low || b.MeanField > b.High {
			r.Beyond++
		}
	}
	all, single := tail(total, expected), math.Min(1, worst.P*float64(len(r.Bins)))
	numbers := fmt.Sprintf("%g spikes, %.6g expected (p %s); the bin furthest off, from %.6g to %.6g, has p %s in one of %d bins; %d of %d intervals of 95 %% do not hold the mean field's rate. ",
		total, expected, probability(all), worst.From, worst.To, probability(single), len(r.Bins), r.Beyond, len(r.Bins))
	const basis = "Counts are taken as Poisson: neurons of one network share fluctuations, which widens them where neurons excite each other."
	switch {
	case all < level/2 || single < level/2:
		r.Verdict, r.Text = compare.Disagrees, "Disagrees: "+numbers+basis
	case expected < fewSpikes:
		r.Verdict, r.Text = compare.NotEnoughData, fmt.Sprintf("Not enough data, fewer than %d spikes expected: %s%s", fewSpikes, numbers, basis)
	default:
		r.Verdict, r.Text = compare.Agrees, "Agrees: "+numbers+basis
	}
}

// probability writes a p value.
func probability(p float64) string {
	if p < 1e-12 {
		return "< 1e-12"
	}
	return fmt.Sprintf("= %.2g", p)
}

// Print writes the result for people.
func (r *OwnResult) Print(w io.Writer) {
	if r.Assessment != nil {
		a := r.Assessment
		fmt.Fprintf(w, "%d potentials of %s against the mean field of %s at %g\n", r.Potentials, r.File, r.Scenario, r.At)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(t, "\tdistance\tby chance\t")
		fmt.Fprintf(t, "W1\t%.4g\t%.4g\t\nKS\t%.4g\t%.4g\t\nL1\t%.4g\t%.4g\t\nL2\t%.4g\t%.4g\t\n", a.W1, a.Null.W1.Q999, a.KS, a.Null.KS.Q999, a.L1, a.Null.L1.Q999, a.L2, a.Null.L2.Q999)
		t.Flush()
		fmt.Fprintf(w, "mean %.5g, difference %.2g ± %.2g; variance %.5g, difference %.2g ± %.2g\n", a.Mean.Value, a.Mean.Error, a.Mean.SE, a.Variance.Value, a.Variance.Error, a.Variance.SE)
	} else {
		fmt.Fprintf(w, "spikes of %s, %d neurons, against the mean field of %s\n", r.File, r.Neurons, r.Scenario)
	}
	fmt.Fprintf(w, "\n%s\n", r.Text)
}

// Write leaves result and table in a folder, and a plot.
func (r *OwnResult) Write(f *store.Folder) error {
	errs := []error{f.JSON("compare.json", r)}
	if r.Assessment != nil {
		errs = append(errs, f.Columns("tables/density", []store.Column{{Name: "from", Values: r.edges[:len(r.histogram)]}, {Name: "to", Values: r.edges[1:]},
			{Name: "density", Values: r.histogram}, {Name: "meanfield", Values: r.meanField}}))
		d := plot.Densities{Edges: r.edges, Reset: math.NaN(), Threshold: math.NaN(), Snapshots: []plot.Snapshot{{Time: r.At, Network: r.histogram, MeanField: r.meanField}}}
		return errors.Join(append(errs, save(f, "plots/density", d.Figure()))...)
	}
	n := len(r.Bins)
	from, to, rate, se, low, high, mf := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	middle := make([]float64, n)
	for k, b := range r.Bins {
		from[k], to[k], rate[k], low[k], high[k], mf[k] = b.From, b.To, b.Rate, b.Low, b.High, b.MeanField
		se[k], middle[k] = math.Sqrt(b.Spikes)/float64(r.Neurons)/(b.To-b.From), (b.From+b.To)/2
	}
	errs = append(errs, f.Columns("tables/rates", []store.Column{{Name: "from", Values: from}, {Name: "to", Values: to}, {Name: "rate", Values: rate}, {Name: "low", Values: low}, {Name: "high", Values: high}, {Name: "meanfield", Values: mf}}))
	figure := plot.Rates{From: from, To: to, Network: rate, SE: se, Time: middle, Rate: mf}.Figure()
	return errors.Join(append(errs, save(f, "plots/rates", figure))...)
}

// save draws a figure as PNG and SVG.
func save(f *store.Folder, name string, figure *plot.Figure) error {
	file, err := f.File(name + ".png") // makes the folder
	if err == nil {
		err = file.Close()
	}
	return errors.Join(err, figure.Save(f.Path(name)))
}

// Write leaves the result, its table and plots in a folder.
func (r *Result) Write(f *store.Folder) error {
	errs := []error{f.JSON("compare.json", r)}
	t, err := f.Table("tables/differences.csv", "a", "b", "time", "population", "w1", "w1_chance", "ks", "ks_chance", "l1", "l1_chance", "rate", "rate_se", "mean", "mean_se", "variance", "variance_se", "refractory", "refractory_se")
	if err != nil {
		return err
	}
	for _, p := range r.Pairs {
		for _, s := range p.Snapshots {
			d, nulls := s.Distances, compare.Nulls{}
			if d.Null != nil {
				nulls = *d.Null
			}
			t.Row(p.A, p.B, s.Time, s.Population, d.W1, nulls.W1.Q999, d.KS, nulls.KS.Q999, d.L1, nulls.L1.Q999, float64(s.Rate.Difference), float64(s.Rate.SE), float64(s.Mean.Difference), float64(s.Mean.SE),
				float64(s.Variance.Difference), float64(s.Variance.SE), float64(s.Refractory.Difference), float64(s.Refractory.SE))
		}
		for _, x := range p.Rates {
			base := "plots/rates_" + p.A + "_" + p.B
			if x.Population != "" {
				base += "_" + x.Population
			}
			errs = append(errs, save(f, base, plot.PairFigure(x.Population, x.a.from, x.a.to, plot.History{Name: "A, " + p.A, Rate: x.a.rate}, plot.History{Name: "B, " + p.B, Rate: x.b.rate})))
		}
	}
	return errors.Join(append(errs, t.Close())...)
}
