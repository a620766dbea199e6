package ensemble

import (
	"math"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/runs/play"
)

// Kinds of an interval.
const (
	StudentT = "t"      // mean ± quantile of Student's law · standard error
	Wilson   = "wilson" // of a probability (Wilson 1927)
)

// Estimate is a measure at a point: the mean over the members that have it, and an interval that covers its expectation with a
// probability of 95 %, as far as the mean of so many members is Gaussian. Numbers that do not exist are NaN.
type Estimate struct {
	Point     int         `json:"point"`
	Measure   string      `json:"measure"`
	Count     int         `json:"count"` // members that have the measure
	Mean      play.Number `json:"mean"`
	Deviation play.Number `json:"sd"` // of one member
	Error     play.Number `json:"se"` // of the mean
	Low       play.Number `json:"low"`
	High      play.Number `json:"high"`
	Interval  string      `json:"interval"`
	MeanField play.Number `json:"meanfield"` // the solution's number for this measure
}

const meanFieldPrefix = "meanfield_"

// estimates returns those of all points, in the order of points and measures. Records are in the order of members.
func estimates(d *Description, records []Record) (list []Estimate) {
	columns := map[string]int{}
	for k, name := range d.Measures {
		columns[name] = k
	}
	quantiles := map[int]float64{}
	for point, rest := 0, records; point < d.Points(); point++ {
		n := 0
		for n < len(rest) && rest[n].Member/d.Replicas == point {
			n++
		}
		members := rest[:n]
		rest = rest[n:]
		for k, name := range d.Measures {
			if strings.HasPrefix(name, meanFieldPrefix) {
				continue
			}
			e := estimate(sample(members, k), name == "jump", quantiles)
			e.Point, e.Measure, e.MeanField = point, name, play.Number(math.NaN())
			if at, solved := columns[meanFieldPrefix+name]; solved {
				if values := sample(members, at); len(values) > 0 {
					e.MeanField = play.Number(values[0])
				}
			}
			list = append(list, e)
		}
	}
	return list
}

// sample returns the numbers that members have of a measure.
func sample(members []Record, measure int) (values []float64) {
	for _, r := range members {
		if !r.Failed() && !math.IsNaN(r.Values[measure]) {
			values = append(values, r.Values[measure])
		}
	}
	return values
}

// estimate returns mean and interval of a sample, of a probability when it holds 0 and 1 only.
func estimate(values []float64, probability bool, quantiles map[int]float64) Estimate {
	nan := play.Number(math.NaN())
	e := Estimate{Count: len(values), Mean: nan, Deviation: nan, Error: nan, Low: nan, High: nan, Interval: StudentT}
	if probability {
		e.Interval = Wilson
	}
	n := len(values)
	if n == 0 {
		return e
	}
	mean := stat.Mean(values, nil)
	e.Mean = play.Number(mean)
	if n > 1 {
		_, deviation := stat.MeanStdDev(values, nil)
		e.Deviation, e.Error = play.Number(deviation), play.Number(deviation/math.Sqrt(float64(n)))
	}
	switch {
	case probability:
		low, high := wilson(mean, n)
		e.Low, e.High = play.Number(low), play.Number(high)
	case n > 1:
		if _, known := quantiles[n]; !known {
			quantiles[n] = distuv.StudentsT{Sigma: 1, Nu: float64(n - 1)}.Quantile(0.975)
		}
		half := play.Number(quantiles[n]) * e.Error
		e.Low, e.High = e.Mean-half, e.Mean+half
	}
	return e
}

// wilson returns the interval of Wilson (1927) for a probability that was met in the share p of n trials.
func wilson(p float64, n int) (low, high float64) {
	z := distuv.UnitNormal.Quantile(0.975)
	m := float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	if low, high = centre-half, centre+half; p == 0 {
		low = 0 // but for rounding
	}
	if p == 1 {
		high = 1
	}
	return low, high
}
