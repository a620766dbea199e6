package compare

import (
	"math"
	"slices"
)

// Cumulative is a non-decreasing function of time on a closed interval, such as the spikes per neuron so far, as its completed
// graph: vertices in order, joined by straight segments. Two vertices at one time make a jump.
// Time and Value belong to the caller.
type Cumulative struct {
	Time  []float64 `json:"time"`
	Value []float64 `json:"value"`
}

// Steps returns the function that rises by rise at each of the times, ascending and within [from, to], and starts at 0.
func Steps(times []float64, rise, from, to float64) Cumulative {
	c := Cumulative{[]float64{from}, []float64{0}}
	for k := 0; k < len(times); {
		last := k + 1
		for last < len(times) && times[last] == times[k] {
			last++
		}
		c.Time = append(c.Time, times[k], times[k])
		c.Value = append(c.Value, rise*float64(k), rise*float64(last))
		k = last
	}
	c.Time, c.Value = append(c.Time, to), append(c.Value, rise*float64(len(times)))
	return c
}

// At returns the value at a time, at a jump the one after it, beyond the ends those there.
func (c Cumulative) At(t float64) float64 {
	k := max(0, len(c.Time)-1)
	if k == 0 {
		panic("compare: a cumulative function has two vertices at least")
	}
	switch after, _ := slices.BinarySearchFunc(c.Time, t, func(x, t float64) int {
		if x <= t {
			return -1
		}
		return 1
	}); after {
	case 0:
		return c.Value[0]
	case k + 1:
		return c.Value[k]
	default:
		x := (t - c.Time[after-1]) / (c.Time[after] - c.Time[after-1])
		return c.Value[after-1] + x*(c.Value[after]-c.Value[after-1])
	}
}

// Thinned returns the function with fewer vertices: none of those left out is further than tolerance from the graph of the
// result in the metric of M1.
func (c Cumulative) Thinned(tolerance float64) (thin Cumulative) {
	put := func(k int) { thin.Time, thin.Value = append(thin.Time, c.Time[k]), append(thin.Value, c.Value[k]) }
	put(0)
	last := c.diagonal(0)
	for k := 1; k < len(c.Time); k++ {
		if k == len(c.Time)-1 || c.diagonal(k+1)-last > tolerance {
			put(k)
			last = c.diagonal(k)
		}
	}
	return thin
}

// M1 returns the distance of two functions on the same interval in Skorokhod's topology M1 (Skorokhod 1956; the metric of
// Whitt 2002, section 12.3): the infimum over joint parametrisations of the completed graphs of max(|Δt|, |Δvalue|), time and
// value being plain numbers. A jump that is made of many small ones a little apart in time is near to it, which it is not in the uniform
// distance. It is the topology in which Delarue, Inglis, Rubenthaler and Tanré (2015) approximate solutions that jump.
//
// For non-decreasing functions this is exact and simple. Each line t + value = s meets each completed graph once, and
// to follow both along s is an optimal parametrisation: were a point of one matched with a point of the other nearer than that on
// its line, monotony would be broken. So the distance is the largest |Δt| = |Δvalue| on a line, as in Lévy's metric, or the
// difference of the values at an end where that is larger. Between vertices it is linear in s.
func M1(a, b Cumulative) float64 {
	a.check()
	b.check()
	n, m := len(a.Time)-1, len(b.Time)-1
	if a.Time[0] != b.Time[0] || a.Time[n] != b.Time[m] {
		panic("compare: functions on one interval are needed")
	}
	worst := math.Max(math.Abs(a.Value[0]-b.Value[0]), math.Abs(a.Value[n]-b.Value[m]))
	from, to := math.Max(a.diagonal(0), b.diagonal(0)), math.Min(a.diagonal(n), b.diagonal(m))
	for i, j := 0, 0; i <= n || j <= m; {
		s := 0.0
		if j > m || i <= n && a.diagonal(i) <= b.diagonal(j) {
			s, i = a.diagonal(i), i+1
		} else {
			s, j = b.diagonal(j), j+1
		}
		if s >= from && s <= to {
			worst = math.Max(worst, math.Abs(a.on(s, i)-b.on(s, j)))
		}
	}
	return worst
}

// check panics unless c is a non-decreasing function.
func (c Cumulative) check() {
	if len(c.Time) != len(c.Value) || len(c.Time) < 2 {
		panic("compare: a cumulative function has two vertices at least, with a time and a value each")
	}
	for k := range c.Time {
		if k > 0 && !(c.Time[k] >= c.Time[k-1] && c.Value[k] >= c.Value[k-1]) || math.IsInf(c.Time[k]+c.Value[k], 0) || math.IsNaN(c.Time[k]+c.Value[k]) {
			panic("compare: a cumulative function is finite and does not decrease")
		}
	}
}

// diagonal returns t + value of a vertex.
func (c Cumulative) diagonal(k int) float64 { return c.Time[k] + c.Value[k] }

// on returns the value where t + value = s, between the vertices next − 1 and next.
func (c Cumulative) on(s float64, next int) float64 {
	if next <= 0 {
		return c.Value[0]
	}
	if next >= len(c.Time) {
		return c.Value[len(c.Time)-1]
	}
	from, to := c.diagonal(next-1), c.diagonal(next)
	if !(to > from) {
		return c.Value[next]
	}
	return c.Value[next-1] + (s-from)/(to-from)*(c.Value[next]-c.Value[next-1])
}
