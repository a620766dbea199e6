package compare

import (
	"math"
	"sort"
)

// TimeHistogram counts the spikes of all trains in bins of a width that follow each other from from; what is left of the
// interval after the last whole bin is not counted. A bin holds its left edge and not its right one.
func TimeHistogram(trains [][]float64, from, to, width float64) []float64 {
	if !(width > 0) || !(to > from) {
		panic("compare: a histogram needs an interval and bins of positive width")
	}
	counts := make([]float64, int((to-from)/width+1e-9))
	for _, train := range trains {
		for _, t := range Within(train, from, to) {
			if k := int((t - from) / width); k < len(counts) {
				counts[k]++
			}
		}
	}
	return counts
}

// kernelReach is where the Gaussian kernel is cut, in standard deviations.
const kernelReach = 6

// InstantaneousRate returns the rate of the trains together, spikes per unit time, at each of the times: the sum over spikes of a
// Gaussian of standard deviation sigma. At times less than 6 sigma from an end of the interval from to to it is divided by the part of the Gaussian inside
// (Elephant's border_correction), and spike times are not rounded to bins, as Elephant does.
func InstantaneousRate(trains [][]float64, sigma, from, to float64, times []float64) []float64 {
	if !(sigma > 0) || !(to > from) {
		panic("compare: a rate needs a kernel of positive width and an interval")
	}
	rate := make([]float64, len(times))
	for _, train := range trains {
		train = Within(train, from, to)
		for k, t := range times {
			for _, s := range train[sort.SearchFloat64s(train, t-kernelReach*sigma):] {
				x := (t - s) / sigma
				if x < -kernelReach {
					break
				}
				rate[k] += math.Exp(-x*x/2) / (math.Sqrt(2*math.Pi) * sigma)
			}
		}
	}
	for k, t := range times {
		inside := (math.Erf((to-t)/(sigma*math.Sqrt2)) - math.Erf((from-t)/(sigma*math.Sqrt2))) / 2
		rate[k] /= inside
	}
	return rate
}
