package compare

import (
	"math"
	"testing"

	"golang.org/x/exp/rand"
)

func normals(n int, shift float64, seed uint64) Histogrammed {
	r := rand.New(rand.NewSource(seed))
	edges := make([]float64, 101)
	for i := range edges {
		edges[i] = -5 + 0.1*float64(i)
	}
	sample := make([]float64, n)
	for i := range sample {
		sample[i] = r.NormFloat64() + shift
	}
	return Histogrammed{Density{edges, Histogram(sample, edges)}, float64(n)}
}

// Two samples of one law pass the 95 % bounds of the null law about once in 20, and a shift is measured.
func TestContrastOfSamples(t *testing.T) {
	const repeats = 200
	beyond := [4]int{}
	for k := range repeats {
		c := contrast(normals(3000, 0, uint64(2*k)), normals(1500, 0, uint64(2*k+1)), 7, 500)
		for i, over := range []bool{c.W1 > c.Null.W1.Q95, c.KS > c.Null.KS.Q95, c.L1 > c.Null.L1.Q95, c.L2 > c.Null.L2.Q95} {
			if over {
				beyond[i]++
			}
		}
	}
	most := 0.05*repeats + 4*math.Sqrt(0.05*0.95*repeats)
	for i, name := range []string{"W1", "KS", "L1", "L2"} {
		if n := float64(beyond[i]); n > most || n < 1 {
			t.Errorf("%s: %v of %d beyond the 95 %% bound, want about 10", name, n, repeats)
		}
	}
	c := NewContrast(normals(40000, 0, 1), normals(40000, 0.2, 2), 7)
	if math.Abs(c.W1-0.2) > 4*math.Sqrt(2.0/40000) || !(c.W1 > c.Null.W1.Q999) {
		t.Errorf("shift of 0.2: W1 = %v", c.W1)
	}
}

// Between mean fields there is no chance; against one the cells are those of the histogram.
func TestContrastOfMeanFields(t *testing.T) {
	fine := Histogrammed{Density{[]float64{0, 0.5, 1, 1.5, 2}, []float64{0.5, 0.5, 0.5, 0.5}}, math.Inf(1)}
	coarse := Histogrammed{Density{[]float64{0, 1, 2}, []float64{0.75, 0.25}}, math.Inf(1)}
	c := NewContrast(fine, coarse, 1)
	if c.Null != nil || math.Abs(c.W1-0.25) > 1e-14 || math.Abs(c.KS-0.25) > 1e-14 {
		t.Errorf("%+v", c)
	}
	coarse.Count = 100
	if c := NewContrast(fine, coarse, 1); c.Null == nil || math.Abs(c.L1-0.5) > 1e-14 {
		t.Errorf("%+v", c)
	}
}
