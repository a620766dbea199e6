package network

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/neuron"
)

// populations is the law of the bridge scheme on a circuit as N → ∞, by quadrature.
type populations struct {
	parts []*population
	b     [][]float64 // of kicks without delay
	axons [][]axons   // of the others
	fired [][]float64 // spikes of each at the ends of the steps
}

// excitatoryInhibitory is a circuit whose populations differ in diffusion, reset and start.
func excitatoryInhibitory() Circuit {
	c := pair(40_000, 20_000, [][]float64{{2, -1.5}, {1.5, -1}})
	c.Populations[0].Initial = gaussian(0.5, 0.2)
	c.Populations[1].Law.A0, c.Populations[1].Law.Reset = 0.7, 0.5
	c.Populations[1].Initial = gaussian(0, 0.3)
	return c
}

// lawOf returns the law of a circuit at its start.
func lawOf(c Circuit, fine int) *populations {
	out := &populations{}
	for k, one := range c.Populations {
		out.b, out.axons = append(out.b, make([]float64, len(c.B))), append(out.axons, make([]axons, len(c.B)))
		for q, b := range c.B[k] {
			if d := c.lag(k, q); d > 0 {
				out.axons[k][q] = axons{delay: d, kick: b * quantum}
			} else {
				out.b[k][q] = b
			}
		}
		out.fired = append(out.fired, []float64{0})
		p := &population{law: newLaw(one.Law), fine: fine}
		start := one.Initial.(neuron.TruncatedGaussian)
		r := panels(fine, start.Mean-9*math.Sqrt(start.Variance), 2, math.Sqrt(start.Variance))
		for i, x := range r.x {
			p.x, p.m = append(p.x, x), append(p.m, r.w[i]*start.Density(x))
		}
		out.parts = append(out.parts, p)
	}
	return out
}

// kicks returns Σ_q b[p][q]·x_q.
func (c *populations) kicks(p int, x []float64) (sum float64) {
	for q := range x {
		sum += c.b[p][q] * x[q]
	}
	return sum
}

// step takes one step of length h: the spikes of all solve fired_p = Σ m P(cross | kicks
// of fired), which is iterated.
func (c *populations) step(h float64) {
	size := len(c.parts)
	legs, bends, fs := make([]leg, size), make([]float64, size), make([][]flight, size)
	rates, fired, late, arrived := make([]float64, size), make([]float64, size), make([]float64, size), make([]volley, size)
	for q, part := range c.parts {
		rates[q], fired[q] = part.rate, part.rate*h
	}
	for p, part := range c.parts {
		for q := range c.parts {
			arrived[p].join(c.axons[p][q].volley(part.t, h, part.law.Leak))
		}
		bends[p] = part.law.curvature(part.t+h/2, c.kicks(p, rates)+arrived[p].kicks/h) + arrived[p].slope
		legs[p] = part.law.leg(h, bends[p])
	}
	for change := 1.0; change > 1e-14; {
		change = 0
		for p, part := range c.parts {
			fs[p] = part.flights(legs[p], c.kicks(p, fired)*legs[p].relaxed/h+arrived[p].moved)
			sum := 0.0
			for i, f := range fs[p] {
				sum += part.m[i] * f.crosses()
			}
			change = max(change, math.Abs(sum-fired[p]))
			fired[p] = sum
		}
	}
	for p, part := range c.parts {
		late[p] = part.restart(legs[p], bends[p], c.kicks(p, fired)/h+arrived[p].moved/legs[p].relaxed, fs[p])
	}
	for p, part := range c.parts {
		moved := c.kicks(p, late)
		for i := range part.x {
			part.x[i] += moved
		}
		c.fired[p] = append(c.fired[p], part.fired)
		for _, at := range departures(c.fired[p], h) {
			for k := range c.parts {
				if a := &c.axons[k][p]; a.delay > 0 {
					a.carry(at)
				}
			}
		}
	}
}

// advance steps to time until, a multiple of h.
func (c *populations) advance(until, h float64) {
	for c.parts[0].t < until-h/2 {
		c.step(h)
	}
}

// TestOrderOfCircuits: spikes per neuron of each population up to several times, of
// the scheme's N → ∞ law with kicks closed together: second order in dt; so with the
// kicks between the populations delayed.
func TestOrderOfCircuits(t *testing.T) {
	c := excitatoryInhibitory()
	t.Run("at once", func(t *testing.T) { orderOf(t, c) })
	c.Delay = [][]float64{{0, 0.4}, {0.5, 0}}
	t.Run("delayed", func(t *testing.T) { orderOf(t, c) })
}

// orderOf measures the order on four levels.
func orderOf(t *testing.T, circuit Circuit) {
	times, steps := []float64{0.8, 1.2, 1.6}, []float64{0.2, 0.1, 0.05, 0.025}
	got := make([][][2]float64, len(steps))
	for i, h := range steps {
		c := lawOf(circuit, 12)
		for _, until := range times {
			c.advance(until, h)
			got[i] = append(got[i], [2]float64{c.parts[0].fired, c.parts[1].fired})
		}
		if mass := sum(c.parts[0].m); math.Abs(mass-1) > 1e-6 {
			t.Fatalf("h = %v: the quadrature has mass %v", h, mass)
		}
	}
	for p, name := range []string{"E", "I"} {
		var worst [3]float64
		for k, until := range times {
			exact := got[3][k][p] + (got[3][k][p]-got[2][k][p])/3 // Richardson, order 2
			for i := range worst {
				worst[i] = math.Max(worst[i], math.Abs(got[i][k][p]-exact))
			}
			t.Logf("%s, t = %v: errors %+.1e %+.1e %+.1e of %.6f at dt = 0.2, 0.1, 0.05", name, until, got[0][k][p]-exact, got[1][k][p]-exact, got[2][k][p]-exact, exact)
		}
		order := math.Log2(worst[0]/worst[2]) / 2
		if t.Logf("%s: largest %.1e, order %.2f", name, worst, order); !(order > 1.8) {
			t.Errorf("%s: order %v, want 2", name, order)
		}
	}
}

// TestSimulatedCircuit: replicas of a circuit, dt = 0.1, against the scheme's own law,
// by Student's quantile at the level of 4 sigma.
func TestSimulatedCircuit(t *testing.T) {
	const replicas = 100
	c := excitatoryInhibitory()
	c.Dt, c.Workers = 0.1, 1
	times := []float64{0, 0.8, 1.6, 2.4}
	var got [2][3][]float64
	for r := range replicas {
		c.Replica = uint64(r)
		counts := []*Counter{NewCounter(times), NewCounter(times)}
		n := mustRunCircuit(t, c, 2.4, []Observer{counts[0]}, []Observer{counts[1]})
		if n.Report().Halved > 0 {
			t.Fatal("a step was halved: the quadrature knows no halving")
		}
		for p := range got {
			total := 0.0
			for k, count := range counts[p].Counts {
				total += float64(count) / float64(c.Populations[p].N)
				got[p][k] = append(got[p][k], total)
			}
		}
	}
	law := lawOf(c, 12)
	quantile := distuv.StudentsT{Sigma: 1, Nu: replicas - 1}.Quantile(1 - fourSigma/2)
	for k, until := range times[1:] {
		law.advance(until, 0.1)
		for p, part := range law.parts {
			mean, sd := stat.MeanStdDev(got[p][k], nil)
			se := sd / math.Sqrt(replicas)
			t.Logf("t = %v, population %d: %.5f ± %.5f spikes per neuron, quadrature %.5f", until, p, mean, se, part.fired)
			if math.Abs(mean-part.fired) > quantile*se {
				t.Errorf("t = %v, population %d: %v ± %v, the scheme's own law gives %v", until, p, mean, se, part.fired)
			}
		}
	}
}
