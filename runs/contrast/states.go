package contrast

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// state is a population of a side at a snapshot with the standard errors of its numbers.
type state struct{ rate, mean, variance, refractory, rateSE, meanSE, varianceSE, refractorySE, count float64 }

// states returns those of a side, by time.
func (r *Run) states(side, name string) map[float64]state {
	found := map[float64]state{}
	if side == meanField {
		for _, s := range r.Summary.MeanField.Snapshots {
			if x := s.State(name); x != nil {
				found[s.Time] = state{rate: float64(x.Rate), mean: float64(x.Mean), variance: float64(x.Variance), refractory: float64(x.Refractory), count: math.Inf(1)}
			}
		}
		return found
	}
	n := r.Summary.Network
	size := n.N
	if p := n.Populations[name]; p != nil {
		size = p.N
	}
	for k, s := range n.Snapshots {
		x := s.State(name)
		if x == nil {
			continue
		}
		one := state{rate: float64(x.Rate), rateSE: float64(x.RateSE), mean: float64(x.Mean), variance: float64(x.Variance),
			refractory: float64(x.Refractory), refractorySE: float64(x.RefractorySE)}
		one.count = float64(size*n.Replicas) * (1 - one.refractory)
		one.meanSE, one.varianceSE = math.Sqrt(one.variance/one.count), one.variance*math.Sqrt(2/one.count)
		if c := r.Summary.Compare; c != nil && k < len(c.Snapshots) && c.Snapshots[k].Time == s.Time {
			if d := c.Snapshots[k].Of(name); d != nil {
				one.meanSE, one.varianceSE = float64(d.MeanErrorSE), float64(d.VarianceSE)
			}
		}
		found[s.Time] = one
	}
	return found
}

// steady returns the standard errors of the rates of a side: those of counting, no less than of one spike, times a common factor.
func (r *Run) steady(side, name string, x rates) []float64 {
	se := make([]float64, len(x.rate))
	if side == meanField {
		return se
	}
	n := r.Summary.Network
	size := float64(n.N * n.Replicas)
	if p := n.Populations[name]; p != nil {
		size = float64(p.N * n.Replicas)
	}
	measured, counting := 0.0, 0.0
	for k := range se {
		width := x.to[k] - x.from[k]
		se[k] = math.Sqrt(math.Max(x.rate[k]*size*width, 1)) / (size * width)
		if !math.IsNaN(x.se[k]) {
			measured, counting = measured+x.se[k]*x.se[k], counting+se[k]*se[k]
		}
	}
	if n.Replicas > 1 && counting > 0 {
		factor := math.Max(1, math.Sqrt(measured/counting))
		for k := range se {
			se[k] *= factor
		}
	}
	return se
}

// first returns time and jump of the first blow-up of a side with standard errors over replicas, false without one.
func (r *Run) first(side string) (time, jump, timeSE, jumpSE float64, found bool) {
	if side == meanField {
		if list := r.Summary.MeanField.BlowUps; len(list) > 0 {
			return list[0].Time, float64(list[0].Jump), 0, 0, true
		}
		return 0, 0, 0, 0, false
	}
	seen := map[int]bool{}
	var times, jumps []float64
	for _, b := range r.Summary.Network.BlowUps {
		if !seen[b.Replica] {
			seen[b.Replica] = true
			times, jumps = append(times, b.Time), append(jumps, b.Jump)
		}
	}
	if len(times) == 0 {
		return 0, 0, 0, 0, false
	}
	time, timeSE = stat.MeanStdDev(times, nil)
	jump, jumpSE = stat.MeanStdDev(jumps, nil)
	root := math.Sqrt(float64(len(times)))
	return time, jump, timeSE / root, jumpSE / root, true
}
