package compare

import (
	"math"
	"slices"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// gaussian returns the standard normal law cut at ±4, as cell averages.
func gaussian(cells int) Density {
	law := distuv.UnitNormal
	var d Density
	for i := range cells + 1 {
		d.Edges = append(d.Edges, -4+8*float64(i)/float64(cells))
	}
	for i := range cells {
		d.Values = append(d.Values, (law.CDF(d.Edges[i+1])-law.CDF(d.Edges[i]))*float64(cells)/8)
	}
	return d
}

// sample draws n values from d by inversion.
func (d Density) sample(n int, r *rand.Rand) []float64 {
	c := d.cumulative()
	values := make([]float64, n)
	for i := range values {
		u := r.Float64()
		k, _ := slices.BinarySearch(c.f, u)
		k = max(k, 1)
		values[i] = c.x[k-1] + (u-c.f[k-1])/(c.f[k]-c.f[k-1])*(c.x[k]-c.x[k-1])
	}
	return values
}

func masses(d Density) (p, h []float64) {
	for i, v := range d.normalised() {
		h = append(h, d.Edges[i+1]-d.Edges[i])
		p = append(p, v*h[i])
	}
	return p, h
}

func TestCountingL1IsTheBinomialSum(t *testing.T) {
	for _, n := range []int{1, 2, 7, 40} {
		for _, p := range []float64{1e-6, 0.1, 1.0 / 7, 0.5, 0.93} {
			law, want := distuv.Binomial{N: float64(n), P: p}, 0.0
			for k := range n + 1 {
				want += law.Prob(float64(k)) * math.Abs(float64(k)/float64(n)-p)
			}
			if got := CountingL1([]float64{p}, n); math.Abs(got-want) > 1e-11*want {
				t.Errorf("n = %d, p = %g: %v, by summation %v", n, p, got, want)
			}
		}
	}
	if got := CountingL1([]float64{0, 1}, 5); got != 0 {
		t.Errorf("certain cells scatter by %v", got)
	}
}

func TestKolmogorov(t *testing.T) {
	// Both series hold everywhere; compare them where the code changes over.
	alternating := func(x float64) float64 {
		sum := 0.0
		for k := 1; k < 60; k++ {
			sum += math.Pow(-1, float64(k-1)) * math.Exp(-2*float64(k*k)*x*x)
		}
		return 1 - 2*sum
	}
	for _, x := range []float64{0.3, 0.6, 0.9, 0.999, 1, 1.001, 1.5, 2.5} {
		if got := Kolmogorov(x); math.Abs(got-alternating(x)) > 1e-13 {
			t.Errorf("K(%g) = %v, by the other series %v", x, got, alternating(x))
		}
	}
	// Smirnov's table (1948): the 95 % point is 1.3581.
	const n = 100_000_000
	if got := CountingKS(0.95, n) * math.Sqrt(n); math.Abs(got-1.3581) > 1e-4 {
		t.Errorf("95 %% point %v, table 1.3581", got)
	}
	if Kolmogorov(0) != 0 || Kolmogorov(-1) != 0 || Kolmogorov(50) != 1 {
		t.Error("the ends are wrong")
	}
}

// Closed forms against independent draws: means within four standard errors.
func TestCountingFormsAgainstDraws(t *testing.T) {
	const n, repetitions = 400, 2000
	d := gaussian(30)
	r := rand.New(rand.NewSource(1))
	var w1, l1, l2 []float64
	exceeded := 0
	bound := CountingKS(0.95, n)
	for range repetitions {
		sample := d.sample(n, r)
		slices.Sort(sample)
		w, ks := sweep(sample, d.cumulative())
		h := Histogram(sample, d.Edges)
		w1 = append(w1, w)
		l1 = append(l1, L1(d.Edges, h, d.normalised()))
		l2 = append(l2, math.Pow(L2(d.Edges, h, d.normalised()), 2))
		if ks > bound {
			exceeded++
		}
	}
	p, h := masses(d)
	check := func(name string, values []float64, want float64) {
		mean, _ := Moments(values)
		se := StandardError(values)
		t.Logf("%s: drawn %.6f ± %.6f, closed form %.6f", name, mean, se, want)
		if math.Abs(mean-want) > 4*se {
			t.Errorf("%s: drawn %v ± %v, closed form %v", name, mean, se, want)
		}
	}
	check("W1", w1, CountingW1(d, n))
	check("L1", l1, CountingL1(p, n))
	check("L2²", l2, math.Pow(CountingL2(p, h, n), 2))
	if sigma := math.Sqrt(repetitions * 0.05 * 0.95); math.Abs(float64(exceeded)-0.05*repetitions) > 4*sigma {
		t.Errorf("KS beyond its 95 %% point %d times in %d", exceeded, repetitions)
	}
}

// The draws of the counting law against the closed forms: means over 20 batches,
// within four of their standard errors.
func TestNullMeansAgainstClosedForms(t *testing.T) {
	const n = 1_000_000
	d := gaussian(maxCells)
	g := newGrid(d.cumulative(), d.Edges)
	p, h := masses(d)
	var w1, l1, l2 []float64
	for seed := range 20 {
		r := rand.New(rand.NewSource(uint64(seed)))
		null := g.nulls(bridge{g.f, n, 1, r}, n, 1000, r)
		w1, l1, l2 = append(w1, null.W1.Mean), append(l1, null.L1.Mean), append(l2, null.L2.Mean)
	}
	tell := func(name string, batches []float64, want float64) {
		mean, _ := Moments(batches)
		se := StandardError(batches)
		t.Logf("%s: drawn %.5e ± %.1e, closed form %.5e", name, mean, se, want)
		if math.Abs(mean-want) > 4*se {
			t.Errorf("%s: drawn %v ± %v, closed form %v", name, mean, se, want)
		}
	}
	tell("W1", w1, CountingW1(d, n))
	tell("L1", l1, CountingL1(p, n))
	root := CountingL2(p, h, n) // of the mean square: above the mean by Var/2
	if mean, _ := Moments(l2); mean > root || mean < 0.98*root {
		t.Errorf("L2: drawn %v, root of the mean square %v", mean, root)
	}
}

// The supremum on a grid much coarser than the sample: what happens between the
// points is not missed. The level of a drawn quantile is binomial.
func TestNullKSAgainstKolmogorov(t *testing.T) {
	const n, draws = 1_000_000, 20000
	d := gaussian(40)
	g := newGrid(d.cumulative(), d.Edges)
	r := rand.New(rand.NewSource(2))
	null := g.nulls(bridge{g.f, n, 1, r}, n, draws, r)
	for _, q := range []struct{ level, at float64 }{{0.95, null.KS.Q95}, {0.999, null.KS.Q999}} {
		level := Kolmogorov(q.at * math.Sqrt(n))
		t.Logf("KS: the drawn %.3f point has level %.5f", q.level, level)
		if sigma := math.Sqrt(q.level * (1 - q.level) / draws); math.Abs(level-q.level) > 4*sigma {
			t.Errorf("KS: the %v point has level %v", q.level, level)
		}
	}
}

// coverage counts, over repetitions of an experiment whose truth is known, how
// often each distance stays within its 95 % point.
type coverage struct{ w1, ks, l1, l2, repetitions float64 }

func (c *coverage) add(d Distances, n Nulls) {
	c.repetitions++
	for _, q := range []struct {
		count       *float64
		size, bound float64
	}{{&c.w1, d.W1, n.W1.Q95}, {&c.ks, d.KS, n.KS.Q95}, {&c.l1, d.L1, n.L1.Q95}, {&c.l2, d.L2, n.L2.Q95}} {
		if q.size <= q.bound {
			*q.count++
		}
	}
}

func (c coverage) within(t *testing.T, lo, hi float64) {
	t.Helper()
	for name, count := range map[string]float64{"W1": c.w1, "KS": c.ks, "L1": c.l1, "L2": c.l2} {
		if share := count / c.repetitions; share < lo || share > hi {
			t.Errorf("%s: the 95 %% point covers %.3f", name, share)
		}
	}
	t.Logf("covered by the 95 %% points: W1 %.3f, KS %.3f, L1 %.3f, L2 %.3f", c.w1/c.repetitions, c.ks/c.repetitions, c.l1/c.repetitions, c.l2/c.repetitions)
}

func TestCountingLawCovers(t *testing.T) {
	t.Parallel()
	d := gaussian(40)
	r := rand.New(rand.NewSource(3))
	var c coverage
	for k := range 1000 {
		s := Snapshot{MeanField: d, Mean: 0, Variance: 1, Bins: d.Edges, Samples: [][]float64{d.sample(500, r)}, Seed: uint64(k)}
		a := assess(s, 400)
		c.add(a.Distances, a.Null)
	}
	c.within(t, 0.92, 0.98)
}

// dependent draws a replica whose neurons share a shift and a stretch, so that the
// mean over replicas has the law N(0, 1) of gaussian but one replica has not.
func dependent(n int, shared float64, r *rand.Rand) []float64 {
	shift := shared * r.NormFloat64()
	own := math.Sqrt(1 - shared*shared)
	values := make([]float64, n)
	for i := range values {
		values[i] = shift + own*r.NormFloat64()
	}
	return values
}

// Neurons that share something: the law of the replicas covers, counting does not.
func TestReplicatedLawCovers(t *testing.T) {
	t.Parallel()
	d := gaussian(40)
	for _, shared := range []float64{0, 0.2} {
		for _, replicas := range []int{10, 20, 100} {
			r := rand.New(rand.NewSource(uint64(replicas)))
			var c, naive coverage
			neurons := 3000 / replicas
			g := newGrid(d.cumulative(), d.Edges)
			n := float64(neurons * replicas)
			counting := g.nulls(bridge{g.f, n, 1, r}, n, 2000, r)
			for k := range 1000 {
				s := Snapshot{MeanField: d, Variance: 1, Bins: d.Edges, Seed: uint64(k)}
				for range replicas {
					s.Samples = append(s.Samples, dependent(neurons, shared, r))
				}
				a := assess(s, 200)
				c.add(a.Distances, a.Null)
				naive.add(a.Distances, counting)
			}
			t.Logf("%d replicas of %d neurons, shared %.1f, counting law: W1 %.3f, KS %.3f", replicas, neurons, shared, naive.w1/1000, naive.ks/1000)
			c.within(t, 0.92, 0.98)
			if shared > 0 && naive.w1/1000 > 0.85 {
				t.Errorf("the experiment does not tell the two laws apart: %v", naive)
			}
		}
	}
}
