package compare

import (
	"math"
	"os"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat"
)

// quantity is what an estimate is of.
type quantity struct {
	name  string
	truth float64
	// between: neither 0 nor clear of the noise, where an absolute value has no unbiased estimator: a third of a standard deviation of bias is allowed
	between bool
}

// calibrate repeats estimates on synthetic data of a known law. Their bias must be at most a few standard errors of the
// mean over the repetitions, four since there are 80 quantities, of which one in five lists would have one beyond three by chance; and 92 to 98 % of the intervals
// must hold the truth. Fewer repetitions than 1000, which LAPICQUE_LONG=1 makes, are allowed four standard deviations of their count of intervals.
func calibrate(t *testing.T, short int, quantities []quantity, draw func(r *rand.Rand) []Estimate) {
	repetitions, slack := short, 4*math.Sqrt(0.05*0.95/float64(short))
	if os.Getenv("LAPICQUE_LONG") != "" {
		repetitions, slack = 1000, 0
	}
	random := rand.New(rand.NewSource(7))
	values, held, half := make([][]float64, len(quantities)), make([]float64, len(quantities)), make([]float64, len(quantities))
	for range repetitions {
		for q, e := range draw(random) {
			values[q] = append(values[q], e.Value)
			half[q] += e.Interval.HalfWidth() / float64(repetitions)
			if e.Interval.Contains(quantities[q].truth) {
				held[q] += 1 / float64(repetitions)
			}
		}
	}
	for q, of := range quantities {
		mean, sd := stat.MeanStdDev(values[q], nil)
		off := (mean - of.truth) / (sd / math.Sqrt(float64(repetitions)))
		t.Logf("| %s | %.5g | %+.1f | %.3g | %.1f %% | %.3g |", of.name, of.truth, off, sd, 100*held[q], half[q])
		allowed := 4.0
		if of.between {
			allowed += math.Sqrt(float64(repetitions)) / 3
		}
		if !(math.Abs(off) <= allowed) {
			t.Errorf("%s: bias %.3g is %.1f standard errors", of.name, mean-of.truth, off)
		}
		if !(held[q] >= 0.92-slack && held[q] <= 0.98+slack) {
			t.Errorf("%s: %.1f %% of the intervals hold %v", of.name, 100*held[q], of.truth)
		}
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
		calibrate(t, 100, []quantity{{name: c.name, truth: c.mean}}, func(r *rand.Rand) []Estimate {
			return []Estimate{MeanEstimate(many(c.n, func() float64 { return c.draw(r) }), r.Uint64())}
		})
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
		calibrate(t, 400, []quantity{{name: c.name, truth: c.variance}}, func(r *rand.Rand) []Estimate {
			return []Estimate{VarianceEstimate(many(c.n, func() float64 { return c.draw(r) }))}
		})
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
		quantities := []quantity{{name: "exponent, " + c.name, truth: c.gamma}, {name: "log of the constant, " + c.name, truth: 0}}
		if o.Fitted {
			quantities = append(quantities, quantity{name: "bias, " + c.name, truth: c.bias})
		}
		calibrate(t, 30, quantities, func(r *rand.Rand) []Estimate {
			o.Seed = r.Uint64()
			s := fitScaling(study(r, c.bias, 1, c.gamma, c.counts, c.factor), o)
			return []Estimate{s.Gamma, logarithm(s.C), s.Bias}[:len(quantities)]
		})
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
		calibrate(t, 40, []quantity{{name: "δ0, " + c.name, truth: c.floor}, {name: "δ1, " + c.name, truth: c.slope}}, func(r *rand.Rand) []Estimate {
			levels := study(r, 0, 1, 0.5, even(5, c.replicas), c.noise)
			for _, l := range levels {
				for i := range l.Values {
					l.Values[i] += c.floor + c.slope/float64(l.N)
				}
			}
			b := FitBias(levels, r.Uint64())
			return []Estimate{b.Floor, b.Slope}
		})
	}
}
