package conductance

import (
	"context"
	"math"
	"slices"
	"testing"

	"lapicque/network"
	"lapicque/neuron"
)

// reference is the uncoupled case of the literature.
func reference() Config {
	return Config{
		N: 20000, Law: neuron.Conductance{Leak: 50, Reversal: 14. / 3, Threshold: 1, Tau: 0.005, G0: 20, A0: 25},
		Initial: Start{FromV: 0, ToV: 1, MeanG: 20, SpreadG: 5}, Dt: 1e-3, Seed: 1,
	}
}

func run(t *testing.T, c Config, until float64, observers ...network.Observer) *Network {
	t.Helper()
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), until, observers...); err != nil {
		t.Fatal(err)
	}
	return n
}

// counter counts spikes from a time on.
type counter struct {
	from  float64
	count int
	last  float64
	wrong bool
}

func (c *counter) Observe(f *network.Frame) error {
	if f.Start >= c.from-1e-12 {
		c.count += f.Count
	}
	for _, s := range f.Spikes() {
		c.wrong = c.wrong || s.Time < c.last || s.Time > f.End+1e-12
		c.last = s.Time
	}
	c.wrong = c.wrong || len(f.Spikes()) != f.Count
	return nil
}

// rate returns the mean rate between two times and the standard error that independent neurons with the
// irregularity of their spikes give it, from blocks of replicas.
func rate(t *testing.T, c Config, from, to float64, replicas int) (mean, se float64) {
	t.Helper()
	var sum, square float64
	for r := range replicas {
		c.Replica = uint64(r)
		seen := counter{from: from}
		run(t, c, to, &seen)
		if seen.wrong {
			t.Error("spikes out of order or out of their step")
		}
		x := float64(seen.count) / (float64(c.N) * (to - from))
		sum += x
		square += x * x
	}
	mean = sum / float64(replicas)
	return mean, math.Sqrt((square/float64(replicas)-mean*mean)/float64(replicas-1)) + 1e-300
}

// The published rate of the reference case, 49.72 ± 0.1 (Monte Carlo), and the mean conductance 20.00067.
func TestReferenceCase(t *testing.T) {
	got, se := rate(t, reference(), 0.1, 0.4, 8)
	t.Logf("rate %.3f ± %.3f", got, se)
	if math.Abs(got-49.72) > 0.1+4*se {
		t.Errorf("rate %v ± %v", got, se)
	}
	n := run(t, reference(), 0.1)
	_, g := n.State(nil, nil)
	mean := 0.0
	for _, x := range g {
		if x < 0 {
			t.Fatal("a negative conductance")
		}
		mean += x / float64(len(g))
	}
	if math.Abs(mean-20.00067) > 4*5/math.Sqrt(float64(len(g))) {
		t.Errorf("mean conductance %v", mean)
	}
}

// With noise that is next to nothing every neuron fires at the known period, to second order in the step.
func TestOrderWithoutNoise(t *testing.T) {
	c := reference()
	c.N, c.Law.A0, c.Initial = 1, 1e-20, Start{0, 0, 20, 0}
	period := 1 / c.Law.ConstantRate(20)
	var errors []float64
	for _, dt := range []float64{4e-3, 2e-3, 1e-3, 5e-4} {
		c.Dt = dt
		var first float64
		n, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		for first == 0 {
			if err := n.Run(context.Background(), n.Time()+dt); err != nil {
				t.Fatal(err)
			}
			if f := &n.frame; f.Count > 0 {
				first = f.Spikes()[0].Time
			}
		}
		errors = append(errors, math.Abs(first-period))
	}
	for k := 1; k < len(errors); k++ {
		p := math.Log2(errors[k-1] / errors[k])
		t.Logf("order %.2f (error %.1e)", p, errors[k])
		if p < 1.5 {
			t.Errorf("order %.2f, want 2", p)
		}
	}
}

// Weak order of the stationary rate with noise: differences between steps fall fourfold. Lap by lap
// of 4 replicas; the differences are tens of standard errors.
func TestWeakOrder(t *testing.T) {
	c := reference()
	c.N = 20000
	var means, ses []float64
	for _, dt := range []float64{8e-3, 4e-3, 2e-3} {
		c.Dt = dt
		m, se := rate(t, c, 0.096, 0.496, 4)
		means, ses = append(means, m), append(ses, se)
	}
	a, b := means[0]-means[1], means[1]-means[2]
	p := math.Log2(math.Abs(a / b))
	error := math.Hypot(math.Hypot(ses[0], ses[1])/a, math.Hypot(ses[1], ses[2])/b) / math.Ln2
	t.Logf("rates %.3f ± %.3f: order %.2f ± %.2f", means, ses, p, error)
	if p < 2-0.5-4*error {
		t.Errorf("order %.2f ± %.2f, want 2", p, error)
	}
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	c := reference()
	c.Law.C, c.Workers = 0.1, 1
	v, g := run(t, c, 0.0213).State(nil, nil)
	for _, w := range []int{2, 3} {
		c.Workers = w
		v2, g2 := run(t, c, 0.0213).State(nil, nil)
		if !slices.Equal(v, v2) || !slices.Equal(g, g2) {
			t.Errorf("%d workers give other bits", w)
		}
	}
}

// All spikes of a coupled network reach the conductances: with a constant rate the mean goes to g_0 + cN.
func TestCoupling(t *testing.T) {
	c := reference()
	c.Law.C, c.Law.G0 = 0.2, 15
	seen := counter{from: 0.2}
	n := run(t, c, 0.4, &seen)
	_, g := n.State(nil, nil)
	mean := 0.0
	for _, x := range g {
		mean += x / float64(len(g))
	}
	want := 15 + 0.2*float64(seen.count)/(float64(c.N)*0.2)
	if math.Abs(mean-want) > 0.3 {
		t.Errorf("mean conductance %v, g_0 + cN = %v", mean, want)
	}
}

func TestFaults(t *testing.T) {
	c := Config{Law: neuron.Conductance{Tau: -1, Reversal: 0.5, Threshold: 1, A0: math.NaN()}, Initial: Start{2, 1, math.Inf(1), -1}}
	if list, ok := c.Validate().(neuron.Faults); !ok || len(list) < 8 {
		t.Errorf("faults: %v", c.Validate())
	}
}
