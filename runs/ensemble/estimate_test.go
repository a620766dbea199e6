package ensemble

import (
	"math"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestEstimatesOfKnownSamples(t *testing.T) {
	// 1, 2, 3, 4: s = √(5/3), t_{0.975} of 3 degrees of freedom is 3.182446 (Student 1908, as tabulated)
	e := estimate([]float64{1, 2, 3, 4}, false, map[int]float64{})
	half := 3.182446305284263 * math.Sqrt(5.0/3) / 2
	if e.Mean != 2.5 || math.Abs(float64(e.High)-2.5-half) > 1e-9 || math.Abs(float64(e.Low)-2.5+half) > 1e-9 || e.Interval != StudentT {
		t.Errorf("%+v, half %v", e, half)
	}
	// Wilson's limits are the p at which |p̂ − p| is z standard deviations of a share at p
	for _, c := range [][2]int{{0, 10}, {3, 10}, {10, 10}, {1, 1}, {17, 1000}} {
		p, n := float64(c[0])/float64(c[1]), float64(c[1])
		low, high := wilson(p, c[1])
		for _, at := range []float64{low, high} {
			distance, z := math.Abs(p-at), distuv.UnitNormal.Quantile(0.975)*math.Sqrt(at*(1-at)/n)
			if math.Abs(distance-z) > 1e-12 && at != 1 {
				t.Errorf("%v of %v: limit %v is %v away, z standard deviations are %v", c[0], c[1], at, distance, z)
			}
		}
		if !(low >= 0 && low <= p && p <= high && high <= 1) {
			t.Errorf("%v: %v … %v", c, low, high)
		}
	}
	for _, e := range []Estimate{estimate(nil, false, nil), estimate([]float64{7}, false, nil)} {
		if !math.IsNaN(float64(e.Low)) || !math.IsNaN(float64(e.Error)) {
			t.Errorf("without an interval: %+v", e)
		}
	}
}

// 95 % intervals cover the expectation 95 % of the time, within 4 standard deviations of a binomial share.
func TestIntervalsCover(t *testing.T) {
	const repetitions, n, p = 4000, 12, 0.3
	src := rand.New(rand.NewSource(11))
	quantiles := map[int]float64{}
	covered := map[string]int{}
	for range repetitions {
		gaussian, share := make([]float64, n), make([]float64, 40)
		for k := range gaussian {
			gaussian[k] = 5 + 3*src.NormFloat64()
		}
		for k := range share {
			if src.Float64() < p {
				share[k] = 1
			}
		}
		if e := estimate(gaussian, false, quantiles); e.Low <= 5 && 5 <= e.High {
			covered[StudentT]++
		}
		if e := estimate(share, true, quantiles); e.Low <= p && p <= e.High {
			covered[Wilson]++
		}
	}
	// Wilson's interval covers as often as its limits in whole numbers do: that share is exact
	exact := 0.0
	law := distuv.Binomial{N: 40, P: p}
	for k := range 41 {
		if low, high := wilson(float64(k)/40, 40); low <= p && p <= high {
			exact += law.Prob(float64(k))
		}
	}
	for kind, want := range map[string]float64{StudentT: 0.95, Wilson: exact} {
		got := float64(covered[kind]) / repetitions
		if math.Abs(got-want) > 4*math.Sqrt(want*(1-want)/repetitions) {
			t.Errorf("%s: covers %v, not %v", kind, got, want)
		}
	}
}
