package compare_test

import (
	"math"
	"testing"

	"golang.org/x/exp/rand"

	"lapicque/compare"
)

// Fits of C·N^−γ and of limit + slope/N to values with normal errors: no bias, intervals that cover.
func TestDecayCalibration(t *testing.T) {
	r := rand.New(rand.NewSource(31))
	sizes := []float64{1e3, 3e3, 1e4, 3e4, 1e5}
	var gamma, limit calibration
	misfits := 0
	for range repetitions(300) {
		var decay, value []compare.Estimate
		for _, n := range sizes {
			truth := 40 * math.Pow(n, -0.9)
			decay = append(decay, compare.Estimate{Value: truth * (1 + 0.02*r.NormFloat64()), SE: 0.02 * truth})
			value = append(value, compare.Estimate{Value: 0.2 + 5/n + 0.001*r.NormFloat64(), SE: 0.001})
		}
		g, misfit, _ := compare.PowerLaw(sizes, decay)
		l, _, _ := compare.Limit(sizes, value)
		gamma.add(g, 0.9)
		limit.add(l, 0.2)
		if misfit < 0.05 {
			misfits++
		}
	}
	gamma.judge(t, "exponent of a decay", 0.9)
	limit.judge(t, "limit for N to infinity", 0.2)
	if n := float64(len(gamma.errors)); math.Abs(float64(misfits)-0.05*n) > 4*math.Sqrt(0.05*0.95*n) {
		t.Errorf("%d of %v fits are refused at the level 5 %%", misfits, n)
	}
	if _, _, ok := compare.PowerLaw(sizes[:1], []compare.Estimate{{Value: 1, SE: 0.1}}); ok {
		t.Error("one size has no exponent")
	}
}
