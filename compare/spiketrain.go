package compare

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat"
)

// The statistics of spike trains under the names and by the definitions of Elephant
// (Denker, Yegenoglu and Grün 2018; its modules statistics and spike_train_correlation). A train is its spike
// times, ascending. Where Elephant answers NaN, the bool is false and the value 0.

// ISI returns the interspike intervals, one fewer than there are spikes.
func ISI(train []float64) []float64 {
	if len(train) < 2 {
		return nil
	}
	out := make([]float64, len(train)-1)
	for k := range out {
		out[k] = train[k+1] - train[k]
	}
	return out
}

// Within returns the spikes at times from ≤ t ≤ to, a part of the train.
func Within(train []float64, from, to float64) []float64 {
	lo := sort.SearchFloat64s(train, from)
	hi := lo + sort.Search(len(train)-lo, func(i int) bool { return train[lo+i] > to })
	return train[lo:hi]
}

// MeanFiringRate returns the number of spikes at times from ≤ t ≤ to over to − from, both ends included.
func MeanFiringRate(train []float64, from, to float64) float64 {
	if !(to > from) {
		panic("compare: a rate needs an interval of time")
	}
	return float64(len(Within(train, from, to))) / (to - from)
}

// CV returns the coefficient of variation of the intervals, their standard deviation (divisor n, as
// scipy.stats.variation, which Elephant calls) over their mean. It needs one interval.
func CV(isi []float64) (float64, bool) {
	if len(isi) == 0 {
		return 0, false
	}
	mean, deviation := stat.PopMeanStdDev(isi, nil)
	if !(mean > 0) {
		return 0, false
	}
	return deviation / mean, true
}

// CV2 returns the mean of 2|I′ − I|/(I′ + I) over neighbouring intervals (Holt, Softky, Koch and Douglas 1996): 1 for
// a Poisson process, and unlike CV hardly touched by a slow change of the rate. It needs two intervals.
func CV2(isi []float64) (float64, bool) {
	return neighbours(isi, func(x float64) float64 { return 2 * math.Abs(x) })
}

// LV returns the local variation, the mean of 3(I′ − I)²/(I′ + I)² over neighbouring intervals
// (Shinomoto, Shima and Tanji 2003): 1 for a Poisson process. It needs two intervals.
func LV(isi []float64) (float64, bool) {
	return neighbours(isi, func(x float64) float64 { return 3 * x * x })
}

// neighbours returns the mean of f((I′ − I)/(I′ + I)); two intervals of length 0 are alike.
func neighbours(isi []float64, f func(float64) float64) (float64, bool) {
	if len(isi) < 2 {
		return 0, false
	}
	sum := 0.0
	for k, next := range isi[1:] {
		if total := next + isi[k]; total > 0 {
			sum += f((next - isi[k]) / total)
		}
	}
	return sum / float64(len(isi)-1), true
}

// FanoFactor returns the variance (divisor n) over the mean of spike counts: of several trains or trials, or of
// several windows of one train. It needs one spike.
func FanoFactor(counts []float64) (float64, bool) {
	if len(counts) == 0 {
		return 0, false
	}
	mean, variance := stat.PopMeanVariance(counts, nil)
	if !(mean > 0) {
		return 0, false
	}
	return variance / mean, true
}

// FanoWindows returns the Fano factor of the counts of one train in the windows of a width that follow each other
// from from and end until to. The divisor is n − 1, so that a stationary train is not underestimated at few windows; it needs two
// windows and a spike.
func FanoWindows(train []float64, from, to, width float64) (float64, bool) {
	counts := TimeHistogram([][]float64{train}, from, to, width)
	n := float64(len(counts))
	fano, ok := FanoFactor(counts)
	if !ok || n < 2 {
		return 0, false
	}
	return fano * n / (n - 1), true
}
