package compare

import "math"

// What n independent draws from the mean field give, in closed form. Assess draws
// the same laws on a grid; these formulas are what the draws are held against, and
// what a convergence study subtracts.

// CountingW1 returns the mean of W1 between n independent draws from d and d
// itself, √(2/(πn))·∫√(F(1 − F)) dv: F_n − F is normal to leading order in 1/n at
// every v (del Barrio, Giné and Matrán 1999).
func CountingW1(d Density, n int) float64 {
	c := d.cumulative()
	sum := 0.0
	for k := 1; k < len(c.x); k++ {
		sum += (c.x[k] - c.x[k-1]) * rootMean(c.f[k-1], c.f[k])
	}
	return math.Sqrt(2/(math.Pi*float64(n))) * sum
}

// rootMean returns the average of √(F(1 − F)) while F runs linearly from f to g.
func rootMean(f, g float64) float64 {
	if g-f < 1e-6 {
		m := (f + g) / 2
		return math.Sqrt(m * (1 - m))
	}
	primitive := func(f float64) float64 { // half a circle of radius ½ about ½
		y := 2*f - 1
		return (y*math.Sqrt(math.Max(1-y*y, 0)) + math.Asin(y)) / 8
	}
	return (primitive(g) - primitive(f)) / (g - f)
}

// CountingL1 returns the exact mean of L1 = Σ|count_i/n − p_i| over cells of
// masses p when n independent draws are counted. The mean absolute deviation of a
// binomial is 2k·C(n, k)·p^k·(1 − p)^{n−k+1}, k = ⌊np⌋ + 1 (De Moivre 1730; see
// Diaconis and Zabell 1991).
func CountingL1(masses []float64, n int) float64 {
	sum := 0.0
	for _, p := range masses {
		if !(p > 0 && p < 1) {
			continue
		}
		k := math.Floor(float64(n)*p) + 1
		a, _ := math.Lgamma(float64(n) + 1)
		b, _ := math.Lgamma(k + 1)
		c, _ := math.Lgamma(float64(n) - k + 1)
		rest := float64(n) - k
		sum += 2 * k * math.Exp(a-b-c+k*math.Log(p)+(rest+1)*math.Log1p(-p)) / float64(n)
	}
	return sum
}

// CountingL2 returns the root of the exact mean of L2² = Σ(count_i/n − p_i)²/h_i,
// √(Σ p_i(1 − p_i)/(n·h_i)), for cells of masses p and widths h.
func CountingL2(masses, widths []float64, n int) float64 {
	sum := 0.0
	for i, p := range masses {
		sum += p * (1 - p) / (float64(n) * widths[i])
	}
	return math.Sqrt(sum)
}

// CountingKS returns the quantile at level of KS for n independent draws from a
// continuous law: the root of Kolmogorov's law (1933) at (√n + 0.12 + 0.11/√n)·KS,
// the correction by Stephens (1970), good to a percent from n = 5.
func CountingKS(level float64, n int) float64 {
	if !(level > 0 && level < 1) {
		panic("compare: a level lies between 0 and 1")
	}
	lo, hi := 0.0, 10.0
	for range 60 {
		if mid := (lo + hi) / 2; Kolmogorov(mid) < level {
			lo = mid
		} else {
			hi = mid
		}
	}
	root := math.Sqrt(float64(n))
	return hi / (root + 0.12 + 0.11/root)
}

// Kolmogorov returns the distribution function of the supremum of |Brownian
// bridge|, 1 − 2Σ(−1)^{k−1}e^{−2k²x²}; below 1 by the theta-transformed series
// √(2π)/x·Σe^{−(2k−1)²π²/(8x²)}.
func Kolmogorov(x float64) float64 {
	if x <= 0 {
		return 0
	}
	sum := 0.0
	if x < 1 {
		for k := 1.0; k <= 9; k += 2 {
			sum += math.Exp(-k * k * math.Pi * math.Pi / (8 * x * x))
		}
		return math.Sqrt(2*math.Pi) / x * sum
	}
	sign := 1.0
	for k := 1.0; k <= 5; k++ {
		sum += sign * math.Exp(-2*k*k*x*x)
		sign = -sign
	}
	return 1 - 2*sum
}
