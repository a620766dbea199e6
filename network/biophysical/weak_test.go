package biophysical

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"

	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// Weak order: the mean of a power of V over independent neurons at a time on a noisy path. Differences between
// steps fall fourfold; each level has its own noise, whose error the bound carries.
func TestWeakOrder(t *testing.T) {
	hodgkin := Config{N: 300_000, Law: membrane.NewHodgkinHuxley(), Current: neuron.Constant(10), Noise: 5, Initial: neuron.Point{Potential: -70}}
	nagumo := Config{N: 500_000, Law: membrane.NewFitzHughNagumo(), Current: neuron.Constant(0.5), Noise: 0.5, Recovery: 0.2, Initial: neuron.Point{}}
	for _, one := range []struct {
		name  string
		c     Config
		power float64
		dt    []float64
	}{
		{"Hodgkin–Huxley, splitting", hodgkin, 1, []float64{0.2, 0.1, 0.05}},
		{"FitzHugh–Nagumo, Heun", nagumo, 2, []float64{0.4, 0.2, 0.1}},
	} {
		t.Run(one.name, func(t *testing.T) {
			var mean, se [3]float64
			for k, dt := range one.dt {
				one.c.Dt, one.c.Seed = dt, uint64(k+1)
				v := run(t, one.c, 1.6).Variable(0, nil)
				for i := range v {
					v[i] = math.Pow(v[i], one.power)
				}
				mean[k], se[k] = stat.MeanStdDev(v, nil)
				se[k] /= math.Sqrt(float64(len(v)))
			}
			a, b := mean[0]-mean[1], mean[1]-mean[2]
			p := math.Log2(math.Abs(a / b))
			e := math.Hypot(math.Hypot(se[0], se[1])/a, math.Hypot(se[1], se[2])/b) / math.Ln2
			t.Logf("means %.4f: order %.2f ± %.2f", mean, p, e)
			if e > 0.25 {
				t.Errorf("order measured to ± %.2f: the test says nothing", e)
			}
			if p < 2-0.5-4*e {
				t.Errorf("order %.2f ± %.2f, want 2", p, e)
			}
		})
	}
}
