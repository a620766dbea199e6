package compare

import "math"

// Overlap returns Σ_ij e^{−|a_i − b_j|/τ}, up to a factor the inner product of two spike trains that are filtered by an exponential of
// time constant τ (van Rossum 2001, Neural Comput. 13:751). Times are ascending. It changes smoothly with the times, which Γ does not.
func Overlap(a, b []float64, tau float64) float64 {
	// before holds Σ e^{−(now − t)/τ} over the spikes of each train up to now.
	var before [2]float64
	sum, now := 0.0, math.Inf(-1)
	for len(a) > 0 || len(b) > 0 {
		first := len(b) == 0 || len(a) > 0 && a[0] <= b[0]
		next := 0.0
		if first {
			next, a = a[0], a[1:]
		} else {
			next, b = b[0], b[1:]
		}
		decay := math.Exp((now - next) / tau)
		before[0], before[1], now = before[0]*decay, before[1]*decay, next
		if first {
			sum += before[1]
			before[0]++
		} else {
			sum += before[0]
			before[1]++
		}
	}
	return sum
}
