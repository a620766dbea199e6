package converge

import (
	"context"
	"math"

	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

const usualScatter = 0.3 // of a distance, relative to its mean

// Estimate foresees what the study takes: a run of the largest network is estimated, the rest is proportion.
func (s Study) Estimate(ctx context.Context) (play.Estimate, error) {
	sides := scenario.Sides{Network: true, MeanField: true}
	top := s.Scenario.Resized(s.Sizes[len(s.Sizes)-1])
	one, err := play.NewEstimate(ctx, top, play.Options{Sides: sides, Workers: 1})
	if err != nil {
		return one, err
	}
	_, tail := top.Common()
	networks := s.even()
	rounds := float64(len(s.Sizes)+1) * networks / float64(tail.Particles.Replicas) // every size takes as long as the largest, half the step likewise
	out := one.Times(int(math.Ceil(rounds)), s.Workers)
	if s.Budget > 0 {
		out.Seconds = math.Min(out.Seconds, s.Budget.Seconds())
	}
	return out, nil
}

// even foresees how many networks of each size the precision needs: the half-width of γ is 1.96·scatter/√(networks·Σ(log N − mean)²).
func (s Study) even() float64 {
	mean, square := 0.0, 0.0
	for _, n := range s.Sizes {
		mean += math.Log(float64(n)) / float64(len(s.Sizes))
	}
	for _, n := range s.Sizes {
		square += (math.Log(float64(n)) - mean) * (math.Log(float64(n)) - mean)
	}
	return math.Max(pilot, math.Ceil(math.Pow(1.96*usualScatter/s.Precision, 2)/square))
}
