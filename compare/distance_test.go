package compare

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// someDensity draws a density with empty cells and a mass that is not 1.
func someDensity(t *rapid.T, label string) Density {
	cells := rapid.IntRange(1, 12).Draw(t, label+" cells")
	edges := []float64{rapid.Float64Range(-3, 1).Draw(t, label+" first edge")}
	var values []float64
	for range cells {
		edges = append(edges, edges[len(edges)-1]+rapid.Float64Range(0.01, 2).Draw(t, label+" width"))
		values = append(values, float64(rapid.IntRange(0, 4).Draw(t, label+" value")))
	}
	values[rapid.IntRange(0, cells-1).Draw(t, label+" occupied")] = 1
	return Density{edges, values}
}

func someSample(t *rapid.T) []float64 {
	values := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-6, 8), rapid.SampledFrom([]float64{-1, 0, 0.5})), 1, 40).Draw(t, "sample")
	slices.Sort(values)
	return values
}

// quantileW1 is the other formula of W1, ∫₀¹|Q_N(u) − Q(u)| du, by a double loop
// over values and cells.
func quantileW1(sorted []float64, d Density) float64 {
	c := d.cumulative()
	n := float64(len(sorted))
	sum := 0.0
	for i, v := range sorted {
		for k := 1; k < len(c.x); k++ {
			mass := c.f[k] - c.f[k-1]
			from, to := math.Max(float64(i)/n, c.f[k-1]), math.Min(float64(i+1)/n, c.f[k])
			if to <= from {
				continue
			}
			q := func(u float64) float64 { return c.x[k-1] + (u-c.f[k-1])/mass*(c.x[k]-c.x[k-1]) }
			a, b := q(from)-v, q(to)-v
			if a*b >= 0 {
				sum += (to - from) * math.Abs(a+b) / 2
			} else {
				sum += (to - from) * (a*a + b*b) / (2 * (b - a))
			}
		}
	}
	return sum
}

// plainKS looks at both sides of every value, counting anew each time.
func plainKS(sample []float64, d Density) float64 {
	c := d.cumulative()
	worst := 0.0
	for _, v := range sample {
		below, upTo := 0, 0
		for _, w := range sample {
			if w < v {
				below++
			}
			if w <= v {
				upTo++
			}
		}
		n := float64(len(sample))
		worst = max(worst, math.Abs(float64(below)/n-c.at(v)), math.Abs(float64(upTo)/n-c.at(v)))
	}
	return worst
}

func TestDistancesEqualBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, sorted := someDensity(t, "density"), someSample(t)
		if got, want := W1(sorted, d), quantileW1(sorted, d); math.Abs(got-want) > 1e-12*(1+want) {
			t.Fatalf("W1 = %v, by quantiles %v", got, want)
		}
		if got, want := KS(sorted, d), plainKS(sorted, d); math.Abs(got-want) > 1e-12 {
			t.Fatalf("KS = %v, by counting %v", got, want)
		}
	})
}

// The n mid-quantiles of a density stand for it within span/n in W1 and 1/n in KS,
// so their distances from a second density are those between the two.
func TestBetweenEqualsSampling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someDensity(t, "a"), someDensity(t, "b")
		const n = 400
		var sorted []float64
		c := a.cumulative()
		for i := range n {
			u := (float64(i) + 0.5) / n
			k, _ := slices.BinarySearch(c.f, u)
			sorted = append(sorted, c.x[k-1]+(u-c.f[k-1])/(c.f[k]-c.f[k-1])*(c.x[k]-c.x[k-1]))
		}
		span := max(a.Edges[len(a.Edges)-1], b.Edges[len(b.Edges)-1]) - min(a.Edges[0], b.Edges[0])
		d := Between(a, b)
		if w := W1(sorted, b); math.Abs(w-d.W1) > span/n {
			t.Fatalf("W1 between %v, sampled %v", d.W1, w)
		}
		if ks := KS(sorted, b); math.Abs(ks-d.KS) > 1.0/n {
			t.Fatalf("KS between %v, sampled %v", d.KS, ks)
		}
		if back := Between(b, a); math.Abs(back.W1-d.W1)+math.Abs(back.KS-d.KS)+math.Abs(back.L1-d.L1)+math.Abs(back.L2-d.L2) > 1e-12 {
			t.Fatalf("not symmetric: %v and %v", d, back)
		}
		if d.KS > d.L1/2+1e-12 || d.L1 > 2+1e-12 {
			t.Fatalf("KS ≤ L1/2 ≤ 1 is broken: %+v", d)
		}
		if same := Between(a, a); same != (Distances{}) {
			t.Fatalf("a density differs from itself: %+v", same)
		}
	})
}

// Moving a law by s costs exactly s.
func TestW1OfAShift(t *testing.T) {
	d := Density{[]float64{0, 1, 3}, []float64{0.5, 0.25}}
	moved := Density{[]float64{0.3, 1.3, 3.3}, []float64{0.5, 0.25}}
	if got := Between(d, moved).W1; math.Abs(got-0.3) > 1e-15 {
		t.Errorf("W1 of a shift by 0.3 is %v", got)
	}
	if got := W1([]float64{7}, Density{[]float64{0, 1}, []float64{1}}); math.Abs(got-6.5) > 1e-14 {
		t.Errorf("W1 of a point at 7 from the uniform law is %v, want 6.5", got)
	}
}

// One sample in two histograms: Between and L1, L2 agree on shared edges.
func TestL1L2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := someDensity(t, "a")
		b := Density{a.Edges, slices.Clone(a.Values)}
		for i := range b.Values {
			b.Values[i] += rapid.Float64Range(0, 1).Draw(t, "more")
		}
		na, nb := a.normalised(), b.normalised()
		d := Between(a, b)
		if l1, l2 := L1(a.Edges, na, nb), L2(a.Edges, na, nb); math.Abs(l1-d.L1) > 1e-12 || math.Abs(l2-d.L2) > 1e-12*(1+l2) {
			t.Fatalf("L1 %v and %v, L2 %v and %v", l1, d.L1, l2, d.L2)
		}
	})
}

func (d Density) normalised() []float64 {
	mass := d.cumulative().mass
	values := slices.Clone(d.Values)
	for i := range values {
		values[i] /= mass
	}
	return values
}

func TestRebinConserves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDensity(t, "density")
		fine := []float64{d.Edges[0] - 1}
		for i, e := range d.Edges {
			fine = append(fine, e)
			if i+1 < len(d.Edges) {
				fine = append(fine, e+0.3*(d.Edges[i+1]-e))
			}
		}
		values := Rebin(d, fine)
		for _, v := range values {
			if !(v >= 0) {
				t.Fatalf("a negative density: %v", values)
			}
		}
		back := Density{fine, values}
		for k, e := range d.Edges { // masses between old edges are kept
			if got, want := back.cumulative().at(e), d.cumulative().f[k]; math.Abs(got-want) > 1e-12 {
				t.Fatalf("F(%v) = %v after rebinning, was %v", e, got, want)
			}
		}
		if got, want := back.cumulative().mass, d.cumulative().mass; math.Abs(got-want) > 1e-12*want {
			t.Fatalf("mass %v, was %v", got, want)
		}
	})
}

// Rebin is of order 3 in the old cells: the error of the averages over fixed bins
// that share no edge with them.
func TestRebinOrder(t *testing.T) {
	law := distuv.UnitNormal
	var bins []float64
	for i := range 21 {
		bins = append(bins, -2.013+0.2*float64(i))
	}
	last := 0.0
	for level, cells := range []int{80, 160, 320, 640} {
		var d Density
		for i := range cells + 1 { // a smooth grid, finer in the middle
			x := 2*float64(i)/float64(cells) - 1
			d.Edges = append(d.Edges, 4*x+2*x*x*x)
		}
		for i := range cells {
			d.Values = append(d.Values, (law.CDF(d.Edges[i+1])-law.CDF(d.Edges[i]))/(d.Edges[i+1]-d.Edges[i]))
		}
		worst := 0.0
		for i, v := range Rebin(d, bins) {
			worst = max(worst, math.Abs(v-(law.CDF(bins[i+1])-law.CDF(bins[i]))/0.2))
		}
		if level == 0 {
			t.Logf("%4d cells: error %.2e", cells, worst)
		} else {
			order := math.Log2(last / worst)
			t.Logf("%4d cells: error %.2e, order %.2f", cells, worst, order)
			if order < 2.5 {
				t.Errorf("order %.2f, declared 3", order)
			}
		}
		last = worst
	}
}

// Two exact representations of one smooth law on m and 2m cells: what is left is
// the interpolation, second order in W1 and KS, third in L1 and L2.
func TestRefinementOrder(t *testing.T) {
	bins := gaussian(30).Edges[3:28]
	var last Distances
	for level, cells := range []int{70, 140, 280, 560} {
		d := Refinement(gaussian(2*cells), gaussian(cells), bins)
		t.Logf("%4d cells: W1 %.2e, KS %.2e, L1 %.2e, L2 %.2e", cells, d.W1, d.KS, d.L1, d.L2)
		if level > 0 {
			for name, ratio := range map[string]float64{"W1": last.W1 / d.W1 / 4, "KS": last.KS / d.KS / 4, "L1": last.L1 / d.L1 / 8, "L2": last.L2 / d.L2 / 8} {
				if ratio < 0.7 {
					t.Errorf("%s at %d cells falls by %.2f of its order", name, cells, ratio)
				}
			}
		}
		last = d
	}
}

func TestHistogram(t *testing.T) {
	got := Histogram([]float64{-9, 0, 0.5, 1, 1, 2, 9}, []float64{0, 1, 2})
	if want := []float64{2.0 / 7, 3.0 / 7}; math.Abs(got[0]-want[0])+math.Abs(got[1]-want[1]) > 1e-15 {
		t.Errorf("histogram %v, want %v", got, want)
	}
}

func TestMoments(t *testing.T) {
	mean, variance := Moments([]float64{1, 2, 4, 5})
	if mean != 3 || math.Abs(variance-10.0/3) > 1e-15 {
		t.Errorf("moments %v, %v; want 3, 10/3", mean, variance)
	}
	if se := StandardError([]float64{1, 2, 4, 5}); math.Abs(se-math.Sqrt(10.0/12)) > 1e-15 {
		t.Errorf("standard error %v", se)
	}
}

// Programmer's mistakes panic with the package's name; nothing answers with NaN.
func TestPanics(t *testing.T) {
	unit := Density{[]float64{0, 1}, []float64{1}}
	cases := map[string]func(){
		"compare: an empty sample has no law":                     func() { W1(nil, unit) },
		"compare: the sample is not sorted, or holds a NaN":       func() { KS([]float64{1, 0}, unit) },
		"compare: a potential is infinite":                        func() { KS([]float64{0, math.Inf(1)}, unit) },
		"compare: a density needs one edge more than values":      func() { W1([]float64{0}, Density{}) },
		"compare: a density needs ascending edges and values ≥ 0": func() { W1([]float64{0}, Density{[]float64{0, 1}, []float64{math.NaN()}}) },
		"compare: a density needs a positive finite mass":         func() { W1([]float64{0}, Density{[]float64{0, 1}, []float64{0}}) },
		"compare: a histogram needs two edges":                    func() { Histogram([]float64{0}, nil) },
		"compare: two densities on the same edges are needed":     func() { L1([]float64{0, 1}, []float64{1}, nil) },
		"compare: an empty sample has no moments":                 func() { Moments(nil) },
	}
	for want, call := range cases {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic %v, want %q", got, want)
				}
			}()
			call()
		}()
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a NaN in a sample passes")
			}
		}()
		W1([]float64{math.NaN(), 0}, unit)
	}()
}
