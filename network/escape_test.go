package network

import (
	"math"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// escaping is the standard law with a random threshold.
func escaping(epsilon float64) neuron.LIF {
	law := standard()
	law.Firing.Epsilon = epsilon
	return law
}

// wholeLine is a Gaussian on both sides of V_F.
func wholeLine(mean, variance float64) neuron.Initial {
	return neuron.TruncatedGaussian{Mean: mean, Variance: variance, Upper: math.Inf(1)}
}

// TestEscapeRate: steady rates (docs/MODELS.md, section 6), for ε below and above the step,
// with a refractory state or none, by Student's quantile at the level of 4 sigma.
func TestEscapeRate(t *testing.T) {
	const replicas = 16
	size, length := 20_000, 16.0
	if long() {
		size, length = 400_000, 200
	}
	quantile := distuv.StudentsT{Sigma: 1, Nu: replicas - 1}.Quantile(1 - fourSigma/2)
	for _, k := range []struct {
		b, epsilon, dt float64
		rest           neuron.Refractory
		want           float64
	}{
		{0, 0.1, 0.1, neuron.Refractory{}, 0.0608842993491746},
		{0, 0.01, 0.1, neuron.Refractory{}, 0.0966182525766299},
		{1.5, 0.01, 0.05, neuron.Refractory{}, 0.138422041937747},
		{0.5, 0.1, 0.1, exponential(0.1), 0.0644073187516751},
		{0.5, 0.1, 0.1, fixed(0.1), 0.0644073187516751},
	} {
		c := Config{N: size, Law: escaping(k.epsilon), B: k.b, Initial: gaussian(0, 0.7), Dt: k.dt, Seed: 71, Workers: 1}
		c.Law.Refractory = k.rest
		got, se := meanRate(t, c, 8, length, replicas)
		t.Logf("b = %-3v ε = %-4v %-11v dt = %-4v rate %.6f ± %.6f, want %.6f (%+.2f s.e.)", k.b, k.epsilon, k.rest.Law, k.dt, got, se, k.want, (got-k.want)/se)
		if math.Abs(got-k.want) > quantile*se {
			t.Errorf("b = %v, ε = %v, %v: rate %v ± %v, want %v", k.b, k.epsilon, k.rest.Law, got, se, k.want)
		}
	}
}

// bridgeEscapes plays an Ornstein–Uhlenbeck bridge from x to y over h point by point, with the
// hazard 1/ε counted at points above V_F, and returns when it fires, h if it does not.
func bridgeEscapes(l law, x, y, h float64, points int, r *rand.Rand) float64 {
	dt := h / float64(points)
	for k := range points {
		if x > l.Threshold && r.Float64() < -math.Expm1(-dt/l.Firing.Epsilon) {
			return (float64(k) + 0.5) * dt
		}
		left := h - float64(k)*dt // the end point is y, seen from here
		mean, variance := x+dt*(y-x)/left, 2*l.A0*dt*(left-dt)/left
		if l.Leak > 0 {
			a, c := math.Sinh(l.Leak*dt), math.Sinh(l.Leak*(left-dt))
			mean = (x*c + y*a) / math.Sinh(l.Leak*left)
			variance = 2 * l.A0 / l.Leak * a * c / math.Sinh(l.Leak*left)
		}
		x = mean + math.Sqrt(variance)*r.NormFloat64()
	}
	return h
}

// TestEscapeIsThinning: share of paths that fire on a leg and mean time until then, h without a
// spike, against paths played point by point; starts and ends on either side of V_F.
func TestEscapeIsThinning(t *testing.T) {
	const draws, points = 6000, 300
	r := rand.New(rand.NewSource(4))
	for _, leak := range []float64{0, 1} {
		for _, k := range []struct{ x, y, h, epsilon float64 }{
			{1.7, 1.9, 0.2, 0.1}, {1.9, 2.2, 0.2, 0.02}, {2.1, 1.8, 0.1, 0.1}, {2.3, 2.2, 0.3, 0.3}, {1.9, 1.7, 0.1, 0.005},
		} {
			l := newLaw(escaping(k.epsilon))
			l.Leak = leak
			g := l.leg(k.h, l.curvature(0, 0))
			var exact, naive [2][]float64
			key := kernel.NewKey(7, 0).Step(1)
			for i := range draws {
				at, u := k.h, key.Stream(uint32(i))
				d1, d2 := g.threshold-k.x, g.threshold-k.y
				if d1 <= 0 || g.near*d1*d2 <= -math.Log(u.Float64()) {
					if time, fires := l.escape(&g, d1, d2, &u); fires {
						at = time
					}
				}
				for j, at := range []float64{at, bridgeEscapes(l, k.x, k.y, k.h, points, r)} {
					into := []*[2][]float64{&exact, &naive}[j]
					into[0], into[1] = append(into[0], float64(map[bool]int{true: 1}[at < k.h])), append(into[1], at)
				}
			}
			for j, name := range []string{"share", "time"} {
				difference, se, quantile := welch(exact[j], naive[j])
				t.Logf("leak %v %+v %s %.4f, point by point %.4f, difference %+.4f ± %.4f", leak, k, name, stat.Mean(exact[j], nil), stat.Mean(naive[j], nil), difference, se)
				if math.Abs(difference) > quantile*se {
					t.Errorf("leak %v %+v: %s differs by %v ± %v", leak, k, name, difference, se)
				}
			}
		}
	}
}

// TestEscapeSchemesAgree: N = 200, b = 2, ε = 0.1: rate, coefficient of variation and Fano factor by
// steps, spike by spike, and by the textbook step at dt = 0.001, whose error is of first order.
func TestEscapeSchemesAgree(t *testing.T) {
	replicas, length := 8, 24.0
	if long() {
		replicas, length = 32, 200
	}
	for _, rest := range []neuron.Refractory{{}, exponential(0.2), fixed(0.2)} {
		c := Config{N: 200, Law: escaping(0.1), B: 2, Initial: gaussian(0, 0.8), Dt: 0.05, Seed: 80, Workers: 1}
		c.Law.Refractory = rest
		var got [3][3][]float64
		for scheme, more := range map[Scheme]int{Bridge: 8, Event: 1, Euler: 1} {
			c.Scheme, c.Seed, c.Dt = scheme, 80+uint64(scheme), 0.05
			if scheme == Euler {
				c.Dt = 0.001
			}
			for r := range more * replicas {
				c.Replica = uint64(r)
				for k, x := range statistics(t, c, 4, length) {
					got[scheme][k] = append(got[scheme][k], x)
				}
			}
		}
		for _, other := range []Scheme{Event, Euler} {
			for k, name := range []string{"rate", "CV of intervals", "Fano factor"} {
				difference, se, quantile := welch(got[Bridge][k], got[other][k])
				t.Logf("%-11v %-15s steps %.5f  %v %.5f  difference %+.5f ± %.5f", rest.Law, name, stat.Mean(got[Bridge][k], nil), other, stat.Mean(got[other][k], nil), difference, se)
				if math.Abs(difference) > quantile*se {
					t.Errorf("%v: %s of %v differs by %v, more than %.1f·%v", rest.Law, name, other, difference, quantile, se)
				}
			}
		}
	}
}

// TestSpontaneousActivity: b = 5, exponential τ = 1, ε = 0.1 bursts with period 4.2916 and peak
// rate 1.008 (docs/MODELS.md, section 6): both within 1 %, from the rate averaged over the cycles.
func TestSpontaneousActivity(t *testing.T) {
	const width, until = 0.05, 45.0
	size := 100_000
	if long() {
		size = 1_000_000
	}
	edges := make([]float64, int(until/width)+1)
	for k := range edges {
		edges[k] = width * float64(k)
	}
	c := Config{N: size, Law: escaping(0.1), B: 5, Initial: wholeLine(0, 0.25), Dt: 0.1, Seed: 3, Workers: 1}
	c.Law.Refractory = exponential(1)
	count := NewCounter(edges)
	n := mustRun(t, c, until, count)
	rate := make([]float64, len(count.Counts))
	for k, x := range count.Counts {
		rate[k] = float64(x) / float64(size) / width
	}
	ups := rises(rate, 0.6, 12)
	ups = ups[1:] // the first burst is that of the start
	period := width * (ups[len(ups)-1] - ups[0]) / float64(len(ups)-1)
	peak := 0.0
	for shift := 0.0; shift < 20; shift++ {
		mean := 0.0
		for _, up := range ups {
			at := up + shift
			k := int(at)
			mean += (rate[k] + (at-float64(k))*(rate[k+1]-rate[k])) / float64(len(ups))
		}
		peak = max(peak, mean)
	}
	t.Logf("%d cycles: period %.4f, peak %.4f; %+v", len(ups)-1, period, peak, n.Report())
	if math.Abs(period/4.291633-1) > 0.01 || math.Abs(peak/1.0082624-1) > 0.01 {
		t.Errorf("period %v, peak %v, want 4.2916 and 1.0083 within 1 %%", period, peak)
	}
}

// rises returns where a sequence rises through level, by the straight line between neighbours,
// each at least apart from the last.
func rises(x []float64, level, apart float64) (at []float64) {
	for k := 1; k < len(x)-20; k++ {
		if x[k-1] < level && x[k] >= level && (len(at) == 0 || float64(k) > at[len(at)-1]+apart) {
			at = append(at, float64(k-1)+(level-x[k-1])/(x[k]-x[k-1]))
		}
	}
	return at
}

// TestEscapeUpperState: b = 1.5, ε = 0.01 has a second stable state, of rate 29.453572908
// (docs/MODELS.md, section 6): a network that starts above V_F stays there, in steps far
// shorter than dt, by Student's quantile at the level of 4 sigma.
func TestEscapeUpperState(t *testing.T) {
	const replicas, want = 6, 29.4535729077334
	quantile := distuv.StudentsT{Sigma: 1, Nu: replicas - 1}.Quantile(1 - fourSigma/2)
	c := Config{N: 4000, Law: escaping(0.01), B: 1.5, Initial: wholeLine(2, 0.3), Dt: 0.05, Seed: 73, Workers: 1}
	got, se := meanRate(t, c, 2, 4, replicas)
	t.Logf("rate %.4f ± %.4f, want %.4f", got, se, want)
	if math.Abs(got-want) > quantile*se || se > 0.01*want {
		t.Errorf("rate %v ± %v, want %v", got, se, want)
	}
}
