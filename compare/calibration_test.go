package compare

import (
	"math"
	"os"
	"slices"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat"
)

// calibration repeats an estimate on synthetic data of a known law. Its bias must be at most three standard errors of the
// mean over the repetitions, and 92 to 98 % of its intervals must hold the truth. Few repetitions are allowed what 1000 with LAPICQUE_LONG=1 are, and
// four standard deviations of their count of intervals.
type calibration struct {
	name  string
	truth float64
	short int // repetitions of the short version
	draw  func(r *rand.Rand) Estimate
}

func (c calibration) run(t *testing.T) {
	repetitions, slack := c.short, 4*math.Sqrt(0.05*0.95/float64(c.short))
	if os.Getenv("LAPICQUE_LONG") != "" {
		repetitions, slack = 1000, 0
	}
	random := rand.New(rand.NewSource(7))
	values, held, half := make([]float64, repetitions), 0.0, 0.0
	for i := range values {
		e := c.draw(random)
		values[i] = e.Value
		half += e.Interval.HalfWidth() / float64(repetitions)
		if e.Interval.Contains(c.truth) {
			held++
		}
	}
	mean, sd := stat.MeanStdDev(values, nil)
	se := sd / math.Sqrt(float64(repetitions))
	coverage := held / float64(repetitions)
	t.Logf("| %s | %.5g | %+.2f | %.3g | %.1f %% | %.3g |", c.name, c.truth, (mean-c.truth)/se, sd, 100*coverage, half)
	if !(math.Abs(mean-c.truth) <= 3*se) {
		t.Errorf("%s: bias %.3g is %.1f standard errors", c.name, mean-c.truth, (mean-c.truth)/se)
	}
	if !(coverage >= 0.92-slack && coverage <= 0.98+slack) {
		t.Errorf("%s: %.1f %% of the intervals hold %v", c.name, 100*coverage, c.truth)
	}
}

func many(n int, draw func() float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = draw()
	}
	return values
}

func TestCalibrationOfMeans(t *testing.T) {
	for _, c := range []struct {
		name string
		n    int
		mean float64
		draw func(r *rand.Rand) float64
	}{
		{"mean, normal, 5 values", 5, 0, (*rand.Rand).NormFloat64},
		{"mean, normal, 20 values", 20, 0, (*rand.Rand).NormFloat64},
		{"mean, χ²₃, 20 values", 20, 3, chi(3)},
		{"mean, exponential, 20 values", 20, 1, (*rand.Rand).ExpFloat64},
		{"mean, exponential, 200 values", 200, 1, (*rand.Rand).ExpFloat64},
		{"mean, exponential, 400 values", 400, 1, (*rand.Rand).ExpFloat64},
	} {
		calibration{c.name, c.mean, 200, func(r *rand.Rand) Estimate {
			return MeanEstimate(many(c.n, func() float64 { return c.draw(r) }), r.Uint64())
		}}.run(t)
	}
}

func chi(freedom int) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		sum := 0.0
		for range freedom {
			z := r.NormFloat64()
			sum += z * z
		}
		return sum
	}
}

func TestCalibrationOfVariances(t *testing.T) {
	for _, c := range []struct {
		name     string
		n        int
		variance float64
		draw     func(r *rand.Rand) float64
	}{
		{"variance, normal, 10 values", 10, 1, (*rand.Rand).NormFloat64},
		{"variance, normal, 100 values", 100, 1, (*rand.Rand).NormFloat64},
		{"variance, uniform, 30 values", 30, 1.0 / 12, (*rand.Rand).Float64},
		{"variance, χ²₈, 60 values", 60, 16, chi(8)},
		{"variance, exponential, 200 values", 200, 1, (*rand.Rand).ExpFloat64},
		{"variance, exponential, 1000 values", 1000, 1, (*rand.Rand).ExpFloat64},
	} {
		calibration{c.name, c.variance, 300, func(r *rand.Rand) Estimate {
			return VarianceEstimate(many(c.n, func() float64 { return c.draw(r) }))
		}}.run(t)
	}
}

// study draws errors with mean bias + c·N^−γ at log-spaced N, each a multiple of its mean drawn from a law of mean 1.
func study(r *rand.Rand, bias, c, gamma float64, counts []int, factor func(r *rand.Rand) float64) []Level {
	levels := make([]Level, len(counts))
	for k, n := range counts {
		levels[k].N = int(math.Round(1e3 * math.Pow(10, 3*float64(k)/float64(len(counts)-1))))
		power := c * math.Pow(float64(levels[k].N), -gamma)
		levels[k].Values = many(n, func() float64 { return bias + power*factor(r) })
	}
	return levels
}

func even(levels, replicas int) []int {
	counts := make([]int, levels)
	for k := range counts {
		counts[k] = replicas
	}
	return counts
}

// wide is the law of χ²₁₀/10, with the scatter of W1 and skewed as it is.
func wide(r *rand.Rand) float64 { return chi(10)(r) / 10 }

func TestCalibrationOfScaling(t *testing.T) {
	for _, c := range []struct {
		name        string
		bias, gamma float64
		counts      []int
		factor      func(r *rand.Rand) float64
		o           ScalingOptions
	}{
		{"γ = 1/2, 7 × 20 replicas", 0, 0.5, even(7, 20), wide, ScalingOptions{}},
		{"γ = 1/2, 7 × 5 replicas", 0, 0.5, even(7, 5), wide, ScalingOptions{}},
		{"γ = 1/2, 7 × 40 replicas, exponential", 0, 0.5, even(7, 40), (*rand.Rand).ExpFloat64, ScalingOptions{}},
		{"γ = 1, uneven replicas", 0, 1, []int{200, 100, 50, 20, 10, 8, 6}, wide, ScalingOptions{}},
		{"γ = 1/2, known bias", 0.01, 0.5, even(7, 20), wide, ScalingOptions{Bias: 0.01}},
		{"γ = 1/2, fitted bias", 0.01, 0.5, even(7, 40), func(r *rand.Rand) float64 { return 1 + 0.1*r.NormFloat64() }, ScalingOptions{Fitted: true}},
	} {
		o := c.o
		o.Draws = 300
		draw := func(r *rand.Rand) Scaling {
			o.Seed = r.Uint64()
			return FitScaling(study(r, c.bias, 1, c.gamma, c.counts, c.factor), o)
		}
		calibration{"exponent, " + c.name, c.gamma, 30, func(r *rand.Rand) Estimate { return draw(r).Gamma }}.run(t)
		calibration{"log of the constant, " + c.name, 0, 30, func(r *rand.Rand) Estimate { return logarithm(draw(r).C) }}.run(t)
		if o.Fitted {
			calibration{"bias, " + c.name, c.bias, 30, func(r *rand.Rand) Estimate { return draw(r).Bias }}.run(t)
		}
	}
}

func logarithm(e Estimate) Estimate {
	return Estimate{math.Log(e.Value), e.SE / e.Value, Interval{math.Log(e.Interval.Low), math.Log(e.Interval.High)}}
}

func TestCalibrationOfBias(t *testing.T) {
	for _, c := range []struct {
		name         string
		floor, slope float64
		replicas     int
		noise        func(r *rand.Rand) float64
	}{
		{"normal, 20 replicas", 0, 0, 20, (*rand.Rand).NormFloat64},
		{"normal, 6 replicas", 0.01, 30, 6, (*rand.Rand).NormFloat64},
		{"skewed, 30 replicas", 0.01, 30, 30, func(r *rand.Rand) float64 { return r.ExpFloat64() - 1 }},
	} {
		draw := func(r *rand.Rand) Bias {
			levels := study(r, 0, 1, 0.5, even(5, c.replicas), c.noise)
			for _, l := range levels {
				for i := range l.Values {
					l.Values[i] += c.floor + c.slope/float64(l.N)
				}
			}
			return FitBias(levels, r.Uint64())
		}
		calibration{"δ0, " + c.name, c.floor, 40, func(r *rand.Rand) Estimate { return draw(r).Floor }}.run(t)
		calibration{"δ1, " + c.name, c.slope, 40, func(r *rand.Rand) Estimate { return draw(r).Slope }}.run(t)
	}
}

// law is a family of standard normal laws cut at ±4, moved or stretched a little.
type law struct{ shift, stretch float64 }

func (l law) sample(n int, r *rand.Rand) []float64 {
	values := make([]float64, n)
	for i := range values {
		for values[i] = r.NormFloat64(); math.Abs(values[i]) > 4; values[i] = r.NormFloat64() {
		}
		values[i] = l.shift + l.stretch*values[i]
	}
	return values
}

func bins(from, to float64, count int) []float64 {
	edges := make([]float64, count+1)
	for i := range edges {
		edges[i] = from + (to-from)*float64(i)/float64(count)
	}
	return edges
}

// density returns the law as cell averages.
func (l law) density(cells int) Density {
	d := gaussian(cells)
	for i := range d.Edges {
		d.Edges[i] = l.shift + l.stretch*d.Edges[i]
	}
	for i := range d.Values {
		d.Values[i] /= l.stretch
	}
	return d
}

func TestCalibrationOfLawDistances(t *testing.T) {
	edges := bins(-4, 4, 32)
	reference := NewReference(gaussian(320), edges)
	for _, c := range []struct {
		name        string
		of          law
		n, replicas int
	}{
		{"equal, 8 × 200", law{0, 1}, 200, 8},
		{"equal, 20 × 1000", law{0, 1}, 1000, 20},
		{"equal, 100 × 200", law{0, 1}, 200, 100},
		{"moved by 0.1, 20 × 1000", law{0.1, 1}, 1000, 20},
		{"moved by 0.3, 10 × 200", law{0.3, 1}, 200, 10},
		{"narrower by 0.2, 20 × 1000", law{0, 0.8}, 1000, 20},
	} {
		truth := exact(c.of)
		list := map[string]func(LawDistances) Estimate{
			"W1":  func(d LawDistances) Estimate { return d.W1.Estimate },
			"KS":  func(d LawDistances) Estimate { return d.KS.Estimate },
			"L1":  func(d LawDistances) Estimate { return d.L1.Estimate },
			"W2²": func(d LawDistances) Estimate { return d.W2Squared.Estimate },
			"L2²": func(d LawDistances) Estimate { return d.L2Squared.Estimate },
		}
		var drawn []LawDistances
		random := rand.New(rand.NewSource(11))
		short := 300
		total := short
		if os.Getenv("LAPICQUE_LONG") != "" {
			total = 1000
		}
		for range total {
			rows := make([][]float64, c.replicas)
			for i := range rows {
				rows[i] = reference.Row(c.of.sample(c.n, random))
			}
			drawn = append(drawn, reference.Law(rows, c.n))
		}
		for _, name := range []string{"W1", "KS", "L1", "W2²", "L2²"} {
			next := 0
			calibration{name + " of laws, " + c.name, truth[name], short, func(*rand.Rand) Estimate {
				next++
				return list[name](drawn[next-1])
			}}.run(t)
		}
	}
}

// exact returns the distances of a law from the standard one on a fine grid.
func exact(l law) map[string]float64 {
	a, b := l.density(8000), gaussian(8000)
	d := Between(a, b)
	out := map[string]float64{"W1": d.W1, "KS": d.KS, "L1": d.L1, "L2²": d.L2 * d.L2}
	const steps = 400000
	ca, cb := quantiles{a.Edges, a.cumulative().f, 0}, quantiles{b.Edges, b.cumulative().f, 0}
	for i := range steps {
		u := (float64(i) + 0.5) / steps
		ca.end(u)
		cb.end(u)
		difference := ca.at(u) - cb.at(u)
		out["W2²"] += difference * difference / steps
	}
	return out
}

// W2 is the integral over equal quantiles.
func TestW2EqualsQuantiles(t *testing.T) {
	random := rand.New(rand.NewSource(5))
	for _, d := range []Density{gaussian(40), {[]float64{0, 1, 2, 4}, []float64{1, 0, 2}}} {
		sample := many(17, func() float64 { return 2 * random.NormFloat64() })
		slices.Sort(sample)
		const steps = 170000
		c, sum := d.cumulative(), 0.0
		k := 1
		for i := range steps {
			u := (float64(i) + 0.5) / steps
			for c.f[k] < u {
				k++
			}
			q := c.x[k-1] + (u-c.f[k-1])/(c.f[k]-c.f[k-1])*(c.x[k]-c.x[k-1])
			sum += (q - sample[i*17/steps]) * (q - sample[i*17/steps]) / steps
		}
		if got := W2(sample, d); math.Abs(got-math.Sqrt(sum)) > 1e-5 {
			t.Errorf("W2 = %v, by quantiles %v", got, math.Sqrt(sum))
		}
		if a, b := W1(sample, d), W2(sample, d); a > b {
			t.Errorf("W1 = %v > W2 = %v", a, b)
		}
	}
}
