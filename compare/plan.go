package compare

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Plan says how many more replicas the levels of a study need.
type Plan struct {
	More      []int   `json:"more"`       // replicas to add to each level; all 0: enough
	HalfWidth float64 `json:"half_width"` // of the interval of γ now; 0 where it is not determined
	Expected  float64 `json:"expected"`   // half-width once they are added, if the scatter is what it seems
	Cost      float64 `json:"cost"`       // of them, in the unit of the costs
}

// Enough says how many replicas must be added to bring the half-width of the interval of γ to precision at least cost. costs are those of
// one replica of each level; nil: proportional to N. The next replicas always go where they lower the variance of γ most for
// their cost (the exchange rule of c-optimal design, Fedorov 1972). Where γ is not determined yet every level is doubled. The scatter that a pilot
// shows is uncertain itself: with few replicas add a part of the plan and ask again. It panics as FitScaling does and on a precision that is not positive.
func Enough(levels []Level, o ScalingOptions, precision float64, costs []float64) Plan {
	if !(precision > 0) {
		panic("compare: a precision is positive")
	}
	if costs == nil {
		for _, l := range levels {
			costs = append(costs, float64(l.N))
		}
	}
	p := Plan{More: make([]int, len(levels))}
	s := fitScaling(levels, o)
	if !s.Determined || !(s.Gamma.SE > 0) {
		if s.Determined { // without scatter
			return p
		}
		for k, l := range levels {
			p.More[k] = len(l.Values)
			p.Cost += costs[k] * float64(len(l.Values))
		}
		return p
	}
	p.HalfWidth, p.Expected = s.Gamma.Interval.HalfWidth(), s.Gamma.Interval.HalfWidth()
	if p.HalfWidth <= precision {
		return p
	}
	c := newCurve(levels, o)
	means, variances, _ := summaries(levels)
	weights := c.weights(means, variances)
	at, _, ok := c.search(means, weights)
	if !ok {
		return p
	}
	columns, _ := c.columns(at)
	single := make([]float64, len(levels)) // weight of one replica
	floats.DivTo(single, weights, c.counts)
	const margin = 0.97 // the plan aims a little below
	quantile := p.HalfWidth / s.Gamma.SE
	target := margin * precision / quantile
	p.add(columns, single, c.counts, costs, target*target)
	p.Expected = margin * precision
	for k, n := range p.More {
		p.Cost += costs[k] * float64(n)
	}
	return p
}

// add adds replicas until the variance of the first parameter is at most target.
func (p *Plan) add(columns [][]float64, single, counts, costs []float64, target float64) {
	counts = append([]float64(nil), counts...)
	weights := floats.MulTo(make([]float64, len(single)), single, counts)
	for {
		rows, ok := pseudoinverse(columns, weights)
		if !ok {
			return
		}
		variance := 0.0
		for k, a := range rows[0] {
			variance += a * a / weights[k]
		}
		if variance <= target {
			return
		}
		best, most := 0, 0.0
		for k, a := range rows[0] { // the derivative of the variance by a replica is −(a/weight)²·single
			if gain := a * a / (weights[k] * weights[k]) * single[k] / costs[k]; gain > most {
				best, most = k, gain
			}
		}
		if most == 0 {
			return
		}
		n := math.Ceil(counts[best] / 50)
		counts[best] += n
		p.More[best] += int(n)
		weights[best] = single[best] * counts[best]
	}
}
