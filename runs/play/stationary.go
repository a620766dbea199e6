package play

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lapicque/runs/rhythm"
	"lapicque/runs/scenario"
)

const (
	occasions = 64   // at which, evenly spread over a run, it is asked whether the rate is stationary
	within    = 0.01 // of the rate at the end
)

// stationary returns the scenario with its end at the first of 64 evenly spaced times from which on the rate of the mean field is always
// stationary, by rhythm.Smooth on the last half of what came before, and within a hundredth of that at the end; and says so. Snapshots
// after it are one, there. Where the rate is not stationary at the end, or blows up, the scenario stays as it is. The mean field is
// solved for it once more.
func stationary(ctx context.Context, s *scenario.Scenario) (*scenario.Scenario, string, error) {
	head, tail := s.Common()
	if head.Time.Stop != "stationary" {
		return s, "", nil
	}
	start, err := s.Neurons().Start()
	if err != nil {
		return s, "", err
	}
	end, populations := head.Time.End, s.Populations()
	f, err := solve(ctx, s, start, plan{end: end}, scenario.AsAsked, func(float64) {})
	if err != nil {
		return s, "", err
	}
	fired := make([]rhythm.Fired, len(populations))
	for k := range fired {
		fired[k] = func(t float64) float64 { return f.firedAt(k, t) }
	}
	accuracy := tail.MeanField.Numerics().Tolerance()
	look := func(t float64) rhythm.Finding {
		return rhythm.Smooth(joined(weights(populations), fired), t, accuracy)
	}
	var found rhythm.Finding
	if !f.ended && f.eternal == nil && len(f.blowUps) == 0 {
		found = look(end)
	}
	if found.Kind != rhythm.Stationary {
		return s, fmt.Sprintf("The rate of the mean field is not stationary by time.end = %.6g.", end), nil
	}
	at := end
	for k := occasions - 1; k > 0 && end*float64(k)/occasions > head.Time.BurnIn; k-- {
		t := end * float64(k) / occasions
		one := look(t)
		if one.Kind != rhythm.Stationary || math.Abs(one.Rate-found.Rate) > within*found.Rate {
			break
		}
		at = t
	}
	c := *s
	c.Document = s.Copy()
	h, _ := c.Common()
	h.Time.End = at
	h.Time.Snapshots = slices.DeleteFunc(slices.Clone(head.Time.Snapshots), func(x float64) bool { return x > at })
	if n := len(h.Time.Snapshots); n == 0 || h.Time.Snapshots[n-1] < at {
		h.Time.Snapshots = append(h.Time.Snapshots, at)
	}
	return &c, fmt.Sprintf("Ended at time %.6g of %.6g: from %.6g on the rate of the mean field, %.6g, is stationary.", at, end, at/2, found.Rate), nil
}
