package play

import (
	"math"

	"lapicque/compare"
)

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
func momentsOf(samples [][]float64) (mean, variance, meanSE float64) {
	means, variances := make([]float64, len(samples)), make([]float64, len(samples))
	for r, s := range samples {
		means[r], variances[r] = compare.Moments(s)
	}
	mean, _ = compare.Moments(means)
	variance, _ = compare.Moments(variances)
	if meanSE = compare.StandardError(means); len(samples) == 1 {
		meanSE = math.Sqrt(variance / float64(len(samples[0])))
	}
	return mean, variance, meanSE
}
