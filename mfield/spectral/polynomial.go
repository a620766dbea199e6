package spectral

// polynomial holds the coefficients of a polynomial of degree 4, of ascending powers.
type polynomial [5]float64

// at returns its value.
func (c *polynomial) at(x float64) float64 {
	return c[0] + x*(c[1]+x*(c[2]+x*(c[3]+x*c[4])))
}

// reach returns the x in [0, 1] at which the polynomial, ascending from 0 at 0 to its largest value at 1, has a value.
func (c *polynomial) reach(value float64) float64 {
	return bisect(func(x float64) float64 { return value - c.at(x) }, 0, 1)
}

// through returns the polynomial that has the values c at 0, ¼, ½, ¾ and 1.
func (c polynomial) through() (p polynomial) {
	for k := 1; k < len(c); k++ { // divided differences, in units of ¼
		for i := len(c) - 1; i >= k; i-- {
			c[i] = (c[i] - c[i-1]) / float64(k)
		}
	}
	for k := len(c) - 1; k >= 0; k-- { // p ← c_k + (4x − k) p
		for i := len(p) - 1; i > 0; i-- {
			p[i] = 4*p[i-1] - float64(k)*p[i]
		}
		p[0] = c[k] - float64(k)*p[0]
	}
	return p
}
