package compare

import (
	"math"
	"testing"

	"golang.org/x/exp/rand"
)

// Options left out are filled in wherever the bootstrap is drawn: also for the floor.
func TestFitScalingByDefault(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	var levels []Level
	for _, n := range []int{100, 1000, 10000, 100000} {
		l := Level{N: n}
		for range 12 {
			l.Values = append(l.Values, math.Pow(float64(n), -0.5)*(1+0.2*r.NormFloat64()))
		}
		levels = append(levels, l)
	}
	s := FitScaling(levels, ScalingOptions{Seed: 1})
	if !s.Determined || s.Floor == nil || !(s.Gamma.Interval.Low < 0.5 && s.Gamma.Interval.High > 0.5) {
		t.Errorf("%+v", s)
	}
	if plan := Enough(levels, ScalingOptions{Seed: 1}, 0.5, nil); plan.HalfWidth == 0 {
		t.Errorf("%+v", plan)
	}
}
