package play

import "lapicque/compare"

// rateOf returns the mean rate of the replicas from their counts in a window, and
// its standard error: over the replicas, or of the counting law when there is one.
func rateOf(counts []float64, neurons int, width float64) (rate, se float64) {
	size := float64(neurons) * width
	rates := make([]float64, len(counts))
	sum := 0.0
	for r, c := range counts {
		rates[r] = c / size
		sum += c
	}
	rate, _ = compare.Moments(rates)
	if len(counts) > 1 {
		return rate, compare.StandardError(rates)
	}
	return rate, compare.CountingRateError(sum, neurons, width)
}

// momentsOf returns the replicas' mean and variance of the potentials, averaged.
func momentsOf(samples [][]float64) (mean, variance float64) {
	for _, s := range samples {
		m, v := compare.Moments(s)
		mean += m / float64(len(samples))
		variance += v / float64(len(samples))
	}
	return mean, variance
}
