package neuralfield

// Convolution applies the kernels of a Law to fields. On a ring or torus they act by their exact transforms
// at the wave numbers of the sites, on a line with open ends by their values at the sites. It is not safe for
// concurrent use; inside it uses all cores where the field is large, and its results do not depend on how many.
type Convolution struct {
	shape   *transform
	kernels [][][]float64 // by receiver, sender, coefficient
	sources [][]complex128
	sum     []complex128
}

// NewConvolution returns the convolution of a Law that validates.
func NewConvolution(l Law) *Convolution {
	count := len(l.Populations)
	c := &Convolution{shape: newTransform(l.Domain), kernels: make([][][]float64, count), sources: make([][]complex128, count)}
	c.sum = make([]complex128, c.shape.size())
	for p := range count {
		c.sources[p] = make([]complex128, c.shape.size())
		c.kernels[p] = make([][]float64, count)
		for q := range count {
			if l.Kernels[p][q] != nil {
				c.kernels[p][q] = c.multipliers(l, p, q)
			}
		}
	}
	return c
}

// multipliers returns what the coefficients of a sender are multiplied by.
func (c *Convolution) multipliers(l Law, p, q int) []float64 {
	out := make([]float64, c.shape.size())
	if !l.Domain.Open {
		for i := range out {
			out[i] = l.Weight(p, q, c.shape.wave(i))
		}
		return out
	}
	n, dx := c.shape.side, l.Domain.Spacing()
	samples, coefficients := make([]float64, n), make([]complex128, len(out))
	for i := range samples {
		samples[i] = dx * l.Kernels[p][q].At(dx*float64(min(i, n-i)), 1)
	}
	c.shape.workers[0].real.Coefficients(coefficients, samples)
	for i, x := range coefficients {
		out[i] = real(x)
	}
	return out
}

// Load takes the field of sender q.
func (c *Convolution) Load(q int, field []float64) { c.shape.forward(c.sources[q], field) }

// Collect writes Σ_q w_pq ∗ (field of q) into dst, for the fields loaded last.
func (c *Convolution) Collect(dst []float64, p int) {
	clear(c.sum)
	for q, multiplier := range c.kernels[p] {
		source := c.sources[q]
		for i, m := range multiplier {
			c.sum[i] += complex(m*real(source[i]), m*imag(source[i]))
		}
	}
	c.shape.backward(dst, c.sum)
}
