package converge

import (
	"math"
	"math/rand"
	"testing"

	"lapicque/compare"
)

// Doubling while 1/2 lies just outside of an interval is optional stopping: how studies then end, by the true exponent. With one look the normal law
// gives 95.0, 49.9 and 2.5 % that agree.
func TestOptionalStopping(t *testing.T) {
	const studies, half = 20000, 0.03 // half-width of the first interval
	random := rand.New(rand.NewSource(7))
	for _, c := range []struct{ off, agree, disagree float64 }{{0, 0.9979, 0.0021}, {half, 0.5213, 0.4787}, {2 * half, 0.025, 0.975}} {
		ends := map[compare.Verdict]float64{}
		for range studies {
			ends[stopped(random, theory+c.off, half)] += 1. / studies
		}
		t.Logf("γ = %.2f: agrees %.2f %%, disagrees %.2f %%", theory+c.off, 100*ends[compare.Agrees], 100*ends[compare.Disagrees])
		for verdict, want := range map[compare.Verdict]float64{compare.Agrees: c.agree, compare.Disagrees: c.disagree} {
			if sigma := math.Sqrt(want * (1 - want) / studies); math.Abs(ends[verdict]-want) > 4*sigma+0.001 { // 0.001: of the digits documented
				t.Errorf("γ = %v: %q in %v of the studies, documented are %v", theory+c.off, verdict, ends[verdict], want)
			}
		}
	}
}

// stopped returns the verdict of a study that doubles its networks while nothing can be said.
func stopped(random *rand.Rand, gamma, half float64) compare.Verdict {
	const quantile, most = 1.959964, 12
	sum, weight := 0.0, 0.0
	for k := range most {
		more := math.Max(1, math.Exp2(float64(k-1))) // 1, 1, 2, 4, …
		sum += gamma*more + random.NormFloat64()*half/quantile*math.Sqrt(more)
		weight += more
		mean, width := sum/weight, half/math.Sqrt(weight)
		fit := compare.Scaling{Determined: true, P: 1, Gamma: compare.Estimate{Value: mean, Interval: compare.Interval{Low: mean - width, High: mean + width}}}
		if v := compare.JudgeScaling("", fit, theory, 2*half).Verdict; v != compare.NotEnoughData {
			return v
		}
	}
	return compare.NotEnoughData
}
