package membrane

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
)

// increments are those of W over steps, with the mean of W − W(start) over each.
type increments struct{ rise, mean []float64 }

// joined returns the same path seen with steps twice as long.
func (w increments) joined() increments {
	var c increments
	for k := 0; k+1 < len(w.rise); k += 2 {
		c.rise = append(c.rise, w.rise[k]+w.rise[k+1])
		c.mean = append(c.mean, (w.mean[k]+w.rise[k]+w.mean[k+1])/2)
	}
	return c
}

// SRA1 on the noisy FitzHugh–Nagumo neuron: differences between steps h and h/2 on the same path of W fall with order 3/2 in the
// mean square; the differences of the mean of v² fall with order 2, within four standard errors.
func TestNoiseOrders(t *testing.T) {
	const until, paths, levels, finest = 0.5, 4000, 4, 256
	var strong, weak, variance [levels]float64
	source := NewNoisyPath(NewFitzHughNagumo(), neuron.Constant(0.5), []float64{0, 0}, 0.5, 1, 7)
	for range paths {
		w := increments{make([]float64, finest), make([]float64, finest)}
		root := math.Sqrt(until / finest)
		for k := range finest {
			u, v := source.random.NormFloat64(), source.random.NormFloat64()
			w.rise[k], w.mean[k] = root*u, root/2*(u+v/math.Sqrt(3))
		}
		last := 0.0
		for level := range levels + 1 {
			p := NewNoisyPath(NewFitzHughNagumo(), neuron.Constant(0.5), []float64{-1, -0.5}, 3, 1, 1)
			h := until / float64(len(w.rise))
			for k := range w.rise {
				p.move(p.current.Piece(0), float64(k+1)*h, w.rise[k], w.mean[k])
			}
			if v := p.y[0]; level > 0 {
				d := v*v - last*last
				strong[level-1] += (v - last) * (v - last) / paths
				weak[level-1] += d / paths
				variance[level-1] += d * d / paths
			}
			last, w = p.y[0], w.joined()
		}
	}
	for k := range levels {
		bar := math.Sqrt(variance[k] / paths)
		t.Logf("h = %g: root mean square %.2e, mean of v² %.2e ± %.0e", until/finest*float64(int(2)<<k), math.Sqrt(strong[k]), weak[k], bar)
	}
	if order := math.Log2(strong[levels-1]/strong[0]) / 2 / (levels - 1); math.Abs(order-1.5) > 0.15 {
		t.Errorf("strong order %.2f, want 1.5", order)
	}
	for k := 1; k < levels; k++ {
		bar := 4 * math.Sqrt(variance[k]/paths+16*variance[k-1]/paths)
		if d := math.Abs(weak[k] - 4*weak[k-1]); d > bar+0.5*math.Abs(weak[k]) {
			t.Errorf("level %d: %g, a quarter of it expected below, not %g", k, weak[k], weak[k-1])
		}
	}
}

// Without noise the scheme is of order 2.
func TestNoiselessOrder(t *testing.T) {
	s, _ := fire(t, NewFitzHughNagumo(), neuron.Constant(0.5), []float64{-1, -0.5}, 10, tight)
	var errors []float64
	for _, h := range []float64{0.1, 0.05, 0.025} {
		p := NewNoisyPath(NewFitzHughNagumo(), neuron.Constant(0.5), []float64{-1, -0.5}, 0, h, 1)
		if _, err := p.Advance(context.Background(), 10, nil); err != nil {
			t.Fatal(err)
		}
		errors = append(errors, math.Abs(p.y[0]-s.State()[0]))
	}
	for k := 1; k < len(errors); k++ {
		if order := math.Log2(errors[k-1] / errors[k]); math.Abs(order-2) > 0.2 {
			t.Errorf("order %.2f, want 2 (%g)", order, errors)
		}
	}
}

// The leaky neuron with noise fires at the mean of its closed form (Siegert 1951), with an error of order 2 in the step: within four standard
// errors, which follow from the variance of the intervals.
func TestNoisyLIFRate(t *testing.T) {
	l := &LIF{Tau: 1, Resistance: 1, Leak: 0, Threshold: 1, Return: 0}
	const sigma, current, cells = 0.8, 0.8, 2000
	// T = √π ∫ e^{x²}(1 + erf x) dx between (V − I)/σ at reset and threshold
	integral, lo, hi := 0.0, (0-current)/sigma, (1-current)/sigma
	for k := range cells {
		x := lo + (hi-lo)*(float64(k)+0.5)/cells
		integral += math.Exp(x*x) * (1 + math.Erf(x)) * (hi - lo) / cells
	}
	want := 1 / (math.Sqrt(math.Pi) * integral)
	rate := func(step, until float64) (rate, deviation float64) {
		p := NewNoisyPath(l, neuron.Constant(current), []float64{0}, sigma, step, 3)
		spikes, err := p.Advance(context.Background(), until, nil)
		if err != nil {
			t.Fatal(err)
		}
		rate = float64(len(spikes)) / until
		square := 0.0
		for k := 1; k < len(spikes); k++ {
			d := (spikes[k]-spikes[k-1])*rate - 1
			square += d * d / float64(len(spikes))
		}
		deviation = rate * math.Sqrt(square/float64(len(spikes)))
		t.Logf("step %g: rate %.5f ± %.5f, want %.5f", step, rate, deviation, want)
		return rate, deviation
	}
	if fine, d := rate(0.025, 20000); math.Abs(fine-want) > 4*d {
		t.Errorf("rate %v, want %v ± %v", fine, want, d)
	}
	coarse, d1 := rate(0.8, 400000)
	half, d2 := rate(0.4, 400000)
	e1, e2 := want-coarse, want-half
	order, bar := math.Log2(e1/e2), 4*math.Hypot(d1/e1, d2/e2)/math.Ln2
	t.Logf("order %.2f ± %.2f", order, bar/4)
	if math.Abs(order-2) > bar {
		t.Errorf("order %.2f, want 2 ± %.2f", order, bar)
	}
}

// With little noise every hybrid neuron fires as often as without, whatever the steepness of its spikes, and stays finite with much.
func TestNoisyHybrids(t *testing.T) {
	for name, current := range map[string]float64{"lif": 0.5, "adex": 1000, "izhikevich": 10, "mat": 0.6} {
		m, _ := New(name)
		y := make([]float64, len(m.Card().Variables))
		m.Clamp(-65, y)
		_, want := fire(t, m, neuron.Constant(current), y, 500, tight)
		for _, sigma := range []float64{1e-3, 5} {
			p := NewNoisyPath(m, neuron.Constant(current), y, sigma, 0.02, 1)
			spikes, err := p.Advance(context.Background(), 500, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range p.State() {
				if x-x != 0 {
					t.Fatalf("%s: state %v", name, p.State())
				}
			}
			if d := len(spikes) - len(want); sigma < 1 && (d < -1 || d > 1) {
				t.Errorf("%s: %d spikes with little noise, %d without", name, len(spikes), len(want))
			}
			t.Logf("%s: noise %g, %d spikes, %d without", name, sigma, len(spikes), len(want))
		}
	}
}
