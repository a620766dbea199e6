package fluctuations

import (
	"fmt"
	"math"

	"lapicque/compare"
)

// roomy is what 1/N is multiplied by for the relative difference that a finite network may have: linear response is its leading order only.
const roomy = 10

// judge holds all that was measured against theory and says it in words.
func (r *Result) judge() {
	counts := map[compare.Verdict]int{}
	for k := range r.Populations {
		p := &r.Populations[k]
		if len(p.Sizes) == 0 {
			continue
		}
		if p.Theory != nil {
			p.limits()
			p.curves()
		}
		p.decays()
		for _, c := range p.Checks {
			counts[c.Verdict]++
		}
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	switch {
	case total == 0:
		r.Verdict, r.Text = string(compare.NotEnoughData), "Nothing was held against a theory."
	case counts[compare.Disagrees] > 0:
		r.Verdict, r.Text = string(compare.Disagrees), fmt.Sprintf("%d of %d statements of theory do not hold.", counts[compare.Disagrees], total)
	case counts[compare.NotEnoughData] > 0:
		r.Verdict, r.Text = string(compare.NotEnoughData), fmt.Sprintf("Of %d statements of theory none is contradicted, %d could not be tested sharply.", total, counts[compare.NotEnoughData])
	default:
		r.Verdict, r.Text = string(compare.Agrees), fmt.Sprintf("All %d statements of theory hold within their intervals.", total)
	}
}

// limits checks numbers, extrapolated in 1/N where there are several sizes.
func (p *Population) limits() {
	t := p.Theory
	for _, q := range []struct {
		name  string
		truth float64
		of    func(Size) *compare.Estimate
	}{
		{"rate", t.Rate, func(x Size) *compare.Estimate { return &x.Rate }},
		{"long-window variance, times N", t.LongWindow, func(x Size) *compare.Estimate { return &x.LongWindow }},
		{"CV of intervals", t.CV, func(x Size) *compare.Estimate { return x.CV }},
		{"Fano factor of a neuron, long window", t.CV * t.CV, func(x Size) *compare.Estimate { return x.Fano }},
	} {
		sizes, values := p.series(q.of)
		if len(values) == 0 {
			continue
		}
		m, _, several := compare.Limit(sizes, values)
		at, slack := "N → ∞", 0.0
		if !several {
			at, slack = fmt.Sprintf("N = %.0f", sizes[len(sizes)-1]), roomy/sizes[len(sizes)-1]
		}
		p.Checks = append(p.Checks, newCheck(q.name, at, m, q.truth, slack, 0.1))
	}
}

// series returns a quantity at the sizes that have it.
func (p *Population) series(of func(Size) *compare.Estimate) (sizes []float64, values []compare.Estimate) {
	for _, x := range p.Sizes {
		if m := of(x); m != nil {
			sizes, values = append(sizes, float64(x.N)), append(values, *m)
		}
	}
	return sizes, values
}

// newCheck judges: sharp is the relative half-width above which an interval is too wide to say that theory holds.
func newCheck(name, at string, m compare.Estimate, truth, slack, sharp float64) Check {
	c := Check{Quantity: name, At: at, Measured: m, Theory: truth}
	half := m.Interval.HalfWidth()
	off := math.Abs(m.Value - truth)
	c.Text = fmt.Sprintf("%.5g ± %.2g, theory %.5g (%+.2f %%)", m.Value, half, truth, 100*(m.Value/truth-1))
	switch {
	case off <= 1.7*half && half <= sharp*math.Abs(truth): // 1.7 takes 95 % to 99.9 %
		c.Verdict = compare.Agrees
	case off <= 1.7*half:
		c.Verdict = compare.NotEnoughData
	case off <= 1.7*half+slack*math.Abs(truth):
		c.Verdict = compare.Explained
		c.Text += fmt.Sprintf("; within %.2g %%, which a network of this size may be off: several sizes tell", 100*slack)
	default:
		c.Verdict = compare.Disagrees
	}
	return c
}

// curves checks the spectrum and the density of intervals at the largest size.
func (p *Population) curves() {
	x := p.Sizes[len(p.Sizes)-1]
	at := fmt.Sprintf("N = %d", x.N)
	for _, q := range []struct {
		name string
		c    *Curve
	}{{"spectrum of the rate", &x.Spectrum}, {"density of intervals", x.Intervals}} {
		if q.c == nil {
			continue
		}
		count, widest := len(q.c.X), 0.0
		worst, size := 0.0, 0.0
		for k, theory := range q.c.Theory {
			widest += (q.c.High[k] - q.c.Low[k]) / 2 / float64(count)
			size += theory / float64(count)
			worst = math.Max(worst, math.Abs(q.c.Value[k]-theory))
		}
		check := Check{Quantity: q.name, At: at, Measured: compare.Estimate{Value: float64(q.c.Inside) / float64(count)}, Theory: 1, Verdict: compare.Agrees}
		check.Text = fmt.Sprintf("theory inside the simultaneous 95 %% band at %d of %d points; mean half-width %.2g %% of the mean, largest difference %.2g %%", q.c.Inside, count, 100*widest/size, 100*worst/size)
		switch {
		case q.c.Wide < count && worst <= roomy/float64(x.N)*size:
			check.Verdict = compare.Explained
		case q.c.Wide < count:
			check.Verdict = compare.Disagrees
		case widest > 0.1*size:
			check.Verdict = compare.NotEnoughData
		}
		p.Checks = append(p.Checks, check)
	}
}

// decays checks how correlations and synchrony fall with N: correlations of pairs, and the distance of their law from a product, like 1/N; χ like 1/√N.
func (p *Population) decays() {
	for _, q := range []struct {
		name  string
		gamma float64
		of    func(Size) *compare.Estimate
	}{
		{"decay of correlations of potentials, N^−γ", 1, func(x Size) *compare.Estimate { return magnitude(x.States) }},
		{"decay of correlations of binned spikes, N^−γ", 1, func(x Size) *compare.Estimate { return magnitude(x.Spikes) }},
		{"decay of φ, the law of pairs from the product, N^−γ", 1, func(x Size) *compare.Estimate { return root(x.Contingency) }},
		{"decay of Golomb's χ, N^−γ", 0.5, func(x Size) *compare.Estimate { return x.Chi }},
	} {
		sizes, values := p.series(q.of)
		if len(p.Sizes) < 2 {
			continue
		}
		gamma, misfit, ok := compare.PowerLaw(sizes, values)
		if !ok {
			p.uncorrelated(q.name, q.gamma)
			continue
		}
		c := newCheck(q.name, "all N", gamma, q.gamma, 0.05, 0.15)
		if c.Text += fmt.Sprintf("; chance of the misfit %.2g", misfit); c.Verdict == compare.Explained {
			c.Text += " (higher orders in 1/N at the smallest sizes)"
		}
		p.Checks = append(p.Checks, c)
	}
}

// root returns the square root of an estimate, nil where it is not above 0.
func root(m *compare.Estimate) *compare.Estimate {
	if m == nil || !(m.Value > 0) {
		return nil
	}
	v := math.Sqrt(m.Value)
	return &compare.Estimate{Value: v, SE: m.SE / (2 * v), Interval: compare.Interval{Low: math.Sqrt(math.Max(0, m.Interval.Low)), High: math.Sqrt(m.Interval.High)}}
}

// magnitude turns a negative correlation, of inhibitory neurons, round.
func magnitude(m *compare.Estimate) *compare.Estimate {
	if m == nil || m.Value >= 0 {
		return m
	}
	return &compare.Estimate{Value: -m.Value, SE: m.SE, Interval: compare.Interval{Low: -m.Interval.High, High: -m.Interval.Low}}
}

// uncorrelated says that a decay was not seen, which is what theory tells of neurons that are not coupled.
func (p *Population) uncorrelated(name string, gamma float64) {
	c := Check{Quantity: name, At: "all N", Theory: gamma, Verdict: compare.NotEnoughData, Text: "too near 0, with its standard error, at all but one size"}
	if p.Theory != nil && p.Theory.B == 0 && p.Theory.equation.Law.A1 == 0 {
		c.Theory, c.Verdict, c.Text = 0, compare.Agrees, "0 within three standard errors, as it is for neurons that are not coupled"
	}
	p.Checks = append(p.Checks, c)
}
