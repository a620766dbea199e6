package compare

import "math"

// Moments returns the mean and the unbiased variance Σ(v − mean)²/(n − 1) of a
// sample (0 for a single value). It panics on an empty one.
func Moments(sample []float64) (mean, variance float64) {
	mean, m2, _ := central(sample)
	if n := float64(len(sample)); n > 1 {
		variance = m2 * n / (n - 1)
	}
	return mean, variance
}

// central returns the mean and the second and fourth central moments, averages
// over n.
func central(sample []float64) (mean, m2, m4 float64) {
	if len(sample) == 0 {
		panic("compare: an empty sample has no moments")
	}
	n := float64(len(sample))
	for _, v := range sample {
		mean += v
	}
	mean /= n
	for _, v := range sample {
		s := (v - mean) * (v - mean)
		m2 += s
		m4 += s * s
	}
	return mean, m2 / n, m4 / n
}

// StandardError returns the standard error s/√R of the mean of R replicated
// values, 0 when R < 2.
func StandardError(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	_, variance := Moments(values)
	return math.Sqrt(variance / float64(len(values)))
}

// CountingRateError returns √max(spikes, 1)/(neurons·width): the standard error
// of a rate measured by counting spikes in a window, were the spikes independent
// of each other. A neuron that can spike at most once in the window has a
// Bernoulli count, whose variance is smaller by the factor 1 − p; what neurons of
// one network share is not in it.
func CountingRateError(spikes float64, neurons int, width float64) float64 {
	return math.Sqrt(math.Max(spikes, 1)) / (float64(neurons) * width)
}
