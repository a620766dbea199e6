package compare

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// moved is a density whose values are moved and stretched.
type moved struct {
	Density
	shift, stretch float64
}

func (m moved) draw(n int, r *rand.Rand) []float64 {
	values := m.sample(n, r)
	for i, v := range values {
		values[i] = m.shift + m.stretch*v
	}
	return values
}

func (m moved) density() Density {
	d := Density{slices.Clone(m.Edges), slices.Clone(m.Values)}
	for i := range d.Edges {
		d.Edges[i] = m.shift + m.stretch*d.Edges[i]
	}
	for i := range d.Values {
		d.Values[i] /= m.stretch
	}
	return d
}

// skewed is the law of Gamma(4)/2 below 10, of skewness 1, on cells from −1 to 11.
func skewed(cells int) Density {
	law := distuv.Gamma{Alpha: 4, Beta: 2}
	d := Density{bins(-1, 11, cells), nil}
	for i := range cells {
		a, b := math.Max(d.Edges[i], 0), math.Min(math.Max(d.Edges[i+1], 0), 10)
		d.Values = append(d.Values, math.Max(law.CDF(b)-law.CDF(a), 0)/(d.Edges[i+1]-d.Edges[i]))
	}
	return d
}

func bins(from, to float64, count int) []float64 {
	edges := make([]float64, count+1)
	for i := range edges {
		edges[i] = from + (to-from)*float64(i)/float64(count)
	}
	return edges
}

// exact returns W1, KS, L1, W2² and L2² of two densities on fine cells.
func exact(a, b Density) []float64 {
	d := Between(a, b)
	const steps = 400000
	qa, qb := quantiles{a.Edges, a.cumulative().f, 0}, quantiles{b.Edges, b.cumulative().f, 0}
	w2 := 0.0
	for i := range steps {
		u := (float64(i) + 0.5) / steps
		qa.end(u)
		qb.end(u)
		difference := qa.at(u) - qb.at(u)
		w2 += difference * difference / steps
	}
	return []float64{d.W1, d.KS, d.L1, w2, d.L2 * d.L2}
}

func TestCalibrationOfLawDistances(t *testing.T) {
	for _, c := range []struct {
		name           string
		law            func(cells int) Density
		shift, stretch float64
		n, replicas    int
	}{
		{"normal, equal, 8 × 200", gaussian, 0, 1, 200, 8},
		{"normal, equal, 20 × 1000", gaussian, 0, 1, 1000, 20},
		{"normal, equal, 100 × 200", gaussian, 0, 1, 200, 100},
		{"skewed, equal, 20 × 1000", skewed, 0, 1, 1000, 20},
		{"normal, moved by 0.1, 20 × 1000", gaussian, 0.1, 1, 1000, 20},
		{"normal, moved by 0.3, 10 × 200", gaussian, 0.3, 1, 200, 10},
		{"normal, narrower by 0.2, 20 × 1000", gaussian, 0, 0.8, 1000, 20},
		{"skewed, moved by 0.1, 20 × 1000", skewed, 0.1, 1, 1000, 20},
	} {
		base := c.law(320)
		from, to := base.Edges[0], base.Edges[len(base.Edges)-1]
		reference := NewReference(base, bins(from, to, 32))
		of := moved{base, c.shift, c.stretch}
		fine := moved{c.law(12800), c.shift, c.stretch}
		truths := exact(fine.density(), fine.Density)
		var quantities []quantity
		for i, name := range []string{"W1", "KS", "L1", "W2²", "L2²"} {
			if c.shift == 0 && c.stretch == 1 {
				truths[i] = 0
			}
			// a narrower law differs most at two places alike
			quantities = append(quantities, quantity{name: name + " of laws, " + c.name, truth: truths[i], between: name == "KS" && c.stretch != 1})
		}
		t.Run(c.name, func(t *testing.T) {
			calibrate(t, 20, quantities, func(r *rand.Rand) []Estimate {
				rows := make([][]float64, c.replicas)
				for i := range rows {
					rows[i] = reference.Row(of.draw(c.n, r))
				}
				d := reference.Law(rows, c.n)
				return []Estimate{d.W1.Estimate, d.KS.Estimate, d.L1.Estimate, d.W2Squared.Estimate, d.L2Squared.Estimate}
			})
		})
	}
}

// The mean distances of one network have closed forms: L1 and L2² exact ones, W1 to leading order in 1/N.
func TestCalibrationOfNetworkDistances(t *testing.T) {
	const n = 2000
	law := gaussian(160)
	edges := bins(-4, 4, 16)
	reference := NewReference(law, edges)
	coarse := Density{edges, Rebin(law, edges)}
	p, h := masses(coarse)
	l2 := CountingL2(p, h, n)
	quantities := []quantity{{name: "W1 of a network", truth: CountingW1(law, n)}, {name: "L1 of a network", truth: CountingL1(p, n)}, {name: "L2² of a network", truth: l2 * l2}}
	calibrate(t, 20, quantities, func(r *rand.Rand) []Estimate {
		var w1, l1, l2 []float64
		for range 20 {
			sample := law.sample(n, r)
			slices.Sort(sample)
			d := reference.Distances(sample)
			w1, l1, l2 = append(w1, d.W1), append(l1, d.L1), append(l2, d.L2*d.L2)
		}
		return []Estimate{MeanEstimate(w1, r.Uint64()), MeanEstimate(l1, r.Uint64()), MeanEstimate(l2, r.Uint64())}
	})
}

// Distances of independent samples fall like N^{−1/2}.
//
// The law is uniform: W2 of a normal one falls like √(log log N/N), by a slope of 0.49 at these N (Bobkov and Ledoux 2019).
func TestCalibrationOfSlopes(t *testing.T) {
	law := Density{[]float64{0, 1}, []float64{1}}
	reference := NewReference(law, bins(0, 1, 10))
	quantities := []quantity{{name: "slope of W1", truth: 0.5}, {name: "slope of W2", truth: 0.5}, {name: "slope of L1", truth: 0.5}}
	calibrate(t, 6, quantities, func(r *rand.Rand) []Estimate {
		var w1, w2, l1 []Level
		for _, n := range []int{400, 800, 1600, 3200} {
			var d [3][]float64
			for range 12 {
				sample := law.sample(n, r)
				slices.Sort(sample)
				x := reference.Distances(sample)
				d[0], d[1], d[2] = append(d[0], x.W1), append(d[1], x.W2), append(d[2], x.L1)
			}
			w1, w2, l1 = append(w1, Level{n, d[0]}), append(w2, Level{n, d[1]}), append(l1, Level{n, d[2]})
		}
		o := ScalingOptions{Draws: 300, Seed: r.Uint64()}
		return []Estimate{fitScaling(w1, o).Gamma, fitScaling(w2, o).Gamma, fitScaling(l1, o).Gamma}
	})
}

// The error of a mean rate, 0 or a bump in time, is found under the noise of counting and of what neurons share.
func TestCalibrationOfRates(t *testing.T) {
	const neurons, windows, width, shared = 1000, 40, 0.05, 0.05
	rate := func(k int) float64 { return 1 + 0.5*math.Sin(2*math.Pi*float64(k)/windows) }
	for _, size := range []float64{0, 0.1, 0.5} {
		bump := func(k int) float64 { return size * math.Exp(-math.Pow((float64(k)-20)/6, 2)) }
		square := 0.0
		expected := make([]float64, windows)
		for k := range expected {
			expected[k] = rate(k)
			square += bump(k) * bump(k) * width
		}
		name := fmt.Sprintf("bump of %g", size)
		calibrate(t, 50, []quantity{{name: "L2² of rates, " + name, truth: square}, {name: "sup of rates, " + name, truth: size, between: size == 0.1}}, func(r *rand.Rand) []Estimate {
			s := RateSeries{Neurons: neurons, Width: width, Expected: expected}
			for range 30 {
				counts := make([]float64, windows)
				common := shared * r.NormFloat64()
				for k := range counts {
					mean := neurons * width * (rate(k) + bump(k) + common*math.Cos(float64(k)/5))
					counts[k] = distuv.Poisson{Lambda: mean, Src: r}.Rand()
				}
				s.Counts = append(s.Counts, counts)
			}
			l := s.Law()
			return []Estimate{l.L2Squared.Estimate, l.Sup.Estimate}
		})
	}
}

// The mean square of a network's error is what counting gives.
func TestCalibrationOfNetworkRates(t *testing.T) {
	const neurons, windows, width = 500, 20, 0.1
	s := RateSeries{Neurons: neurons, Width: width, Expected: make([]float64, windows)}
	want := 0.0
	for k := range s.Expected {
		s.Expected[k] = 1 + 0.3*math.Cos(float64(k))
		want += s.Expected[k] / neurons
	}
	calibrate(t, 40, []quantity{{name: "L2² of the rate of a network", truth: want}}, func(r *rand.Rand) []Estimate {
		s.Counts = nil
		for range 20 {
			counts := make([]float64, windows)
			for k := range counts {
				counts[k] = distuv.Poisson{Lambda: neurons * width * s.Expected[k], Src: r}.Rand()
			}
			s.Counts = append(s.Counts, counts)
		}
		var squares []float64
		for _, e := range s.Networks() {
			if e.Sup*math.Sqrt(windows*width) < e.L2 {
				t.Fatalf("sup %v is less than the root mean square of L2 %v", e.Sup, e.L2)
			}
			squares = append(squares, e.L2*e.L2)
		}
		return []Estimate{MeanEstimate(squares, r.Uint64())}
	})
}

// W2 is the integral over equal quantiles.
func TestW2EqualsQuantiles(t *testing.T) {
	random := rand.New(rand.NewSource(5))
	for _, d := range []Density{gaussian(40), {[]float64{0, 1, 2, 4}, []float64{1, 0, 2}}} {
		sample := many(17, func() float64 { return 2 * random.NormFloat64() })
		slices.Sort(sample)
		const steps = 170000
		q, sum := quantiles{d.Edges, d.cumulative().f, 0}, 0.0
		for i := range steps {
			u := (float64(i) + 0.5) / steps
			q.end(u)
			sum += math.Pow(q.at(u)-sample[i*17/steps], 2) / steps
		}
		if got := W2(sample, d); math.Abs(got-math.Sqrt(sum)) > 1e-5 {
			t.Errorf("W2 = %v, by quantiles %v", got, math.Sqrt(sum))
		}
		if a, b := W1(sample, d), W2(sample, d); a > b {
			t.Errorf("W1 = %v > W2 = %v", a, b)
		}
	}
}
