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

// fractionOf returns the mean over the replicas of the fraction of neurons in a state and its standard
// error: over the replicas, or of the binomial law when there is one.
func fractionOf(counts []float64, neurons int) (fraction, se float64) {
	fractions := make([]float64, len(counts))
	for r, c := range counts {
		fractions[r] = c / float64(neurons)
	}
	fraction, _ = compare.Moments(fractions)
	if len(counts) > 1 {
		return fraction, compare.StandardError(fractions)
	}
	return fraction, math.Sqrt(fraction * (1 - fraction) / float64(neurons))
}

// momentsOf returns the replicas' mean and variance of the potentials, averaged over those that have any.
func momentsOf(samples [][]float64) (mean, variance float64) {
	count := 0.0
	for _, s := range samples {
		if len(s) > 0 {
			m, v := compare.Moments(s)
			mean, variance, count = mean+m, variance+v, count+1
		}
	}
	return mean / count, variance / count
}

// numbers are two values for a summary.
func numbers(x, y float64) (Number, Number) { return Number(x), Number(y) }
