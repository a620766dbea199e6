package compare

import (
	"math"
	"os"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// normalPair returns the density of a normal pair with unit variances and a correlation, about (mean, 0), on m × m cells.
func normalPair(mean, correlation float64, m int) Joint {
	d := Joint{equalEdges(-6, 6, m), equalEdges(-6, 6, m), make([]float64, m*m)}
	for c := range d.Values {
		x, y := (d.X[c%m]+d.X[c%m+1])/2-mean, (d.Y[c/m]+d.Y[c/m+1])/2
		d.Values[c] = math.Exp(-(x*x - 2*correlation*x*y + y*y) / (2 * (1 - correlation*correlation)))
	}
	return d
}

func equalEdges(from, to float64, m int) []float64 {
	e := make([]float64, m+1)
	for i := range e {
		e[i] = from + (to-from)*float64(i)/float64(m)
	}
	return e
}

// A projection has the mass, mean and variance that the pair's moments give, and the mean distance of a shift.
func TestProjections(t *testing.T) {
	d := normalPair(1, 0.6, 80)
	v := newView(d)
	for k := range Directions {
		one := v.density(k, d)
		mass, mean, square := 0.0, 0.0, 0.0
		for i, p := range one.Values {
			m := p * (one.Edges[i+1] - one.Edges[i])
			at := (one.Edges[i] + one.Edges[i+1]) / 2
			mass, mean, square = mass+m, mean+m*at, square+m*at*at
		}
		sin, cos := math.Sincos(math.Pi * float64(k) / Directions)
		want := 1 + 2*0.6*sin*cos + 0.15*0.15/12 // of cells of that width, in which the density is uniform
		if math.Abs(mass-1) > 1e-12 || math.Abs(mean) > 1e-9 || math.Abs(square-want) > 3e-4*want {
			t.Errorf("direction %d: mass %v, mean %v, variance %v, want %v", k, mass, mean, square, want)
		}
	}
	const shift = 0.15 // one cell
	want := 0.0
	for k := range Directions {
		want += shift * math.Abs(math.Cos(math.Pi*float64(k)/Directions)) / Directions
	}
	moved := normalPair(1+shift, 0.6, 80)
	if got := JointRefinement(d, moved, d.X, d.Y).SlicedW1; math.Abs(got-want) > 1e-3*want {
		t.Errorf("sliced W1 of a shift: %v, want %v", got, want)
	}
}

// Cells of half the width lose nothing, and a histogram of pairs has its counts.
func TestJointCells(t *testing.T) {
	var last float64
	for k, m := range []int{20, 40, 80} { // of third order in the old cells
		d := normalPair(0, 0.5, m)
		x := equalEdges(-6, 6, 15)
		got, sum := JointL1(d.Rebin(x, x), normalPair(0, 0.5, 480).Rebin(x, x)), 0.0
		for _, p := range d.Rebin(x, x).masses() {
			sum += p
		}
		if math.Abs(sum-1) > 1e-12 || k > 0 && got > last/3 {
			t.Errorf("%d cells: mass %v, L1 %v after %v", m, sum, got, last)
		}
		last = got
	}
	h := JointHistogram([]float64{0, 0.5, 1, 2, 3}, []float64{0, 0, 1, 2, 1}, []float64{0, 1, 2}, []float64{0, 1, 2})
	for c, want := range []float64{0.4, 0, 0, 0.4} {
		if math.Abs(h.Values[c]-want) > 1e-15 {
			t.Errorf("cell %d holds %v, want %v", c, h.Values[c], want)
		}
	}
}

// pairsOf draws replicas of normal pairs whose first coordinates share a normal shift in each replica.
func pairsOf(replicas, n int, correlation, shared float64, seed uint64) (x, y [][]float64) {
	normal := distuv.Normal{Sigma: 1, Src: rand.NewSource(seed)}
	for range replicas {
		shift := shared * normal.Rand()
		a, b := make([]float64, n), make([]float64, n)
		for i := range a {
			a[i] = normal.Rand()
			b[i] = correlation*a[i] + math.Sqrt(1-correlation*correlation)*normal.Rand()
			a[i] += shift
		}
		x, y = append(x, a), append(y, b)
	}
	return x, y
}

func planeOf(d Joint, x, y [][]float64, seed uint64) Snapshot {
	_, second := d.Marginals()
	bins := equalEdges(-4, 4, 16)
	return Snapshot{MeanField: second, Variance: 1, Samples: y, Bins: bins, Seed: seed, Plane: &Plane{MeanField: d, Others: x, Bins: bins}}
}

// Where the mean field is exact the 95 % level of each distance is exceeded about once in 20, from the scatter of
// replicas that share a shift and from counting; the exact mean of counting is met.
func TestJointNullLaws(t *testing.T) {
	d := normalPair(0, 0.5, 60)
	for name, c := range map[string]struct {
		replicas, n int
		shared      float64
	}{"replicas": {12, 400, 0.05}, "counting": {1, 4000, 0}} {
		trials := 24
		if os.Getenv("LAPICQUE_LONG") != "" {
			trials = 120
		}
		l1, sliced, mean, counting := 0, 0, 0.0, 0.0
		for k := range trials {
			x, y := pairsOf(c.replicas, c.n, 0.5, c.shared, uint64(k+1))
			a := planeOf(d, x, y, uint64(k)).joint(300)
			if a.L1 > a.Null.L1.Q95 {
				l1++
			}
			if a.SlicedW1 > a.Null.SlicedW1.Q95 {
				sliced++
			}
			mean, counting = mean+a.L1/float64(trials), a.Counting
		}
		t.Logf("%s: beyond the 95 %% level: L1 %d, sliced W1 %d of %d; mean L1 %.4f, of counting %.4f", name, l1, sliced, trials, mean, counting)
		most := float64(trials)*0.05 + 4*math.Sqrt(float64(trials)*0.05*0.95)
		if float64(l1) > most || float64(sliced) > most {
			t.Errorf("%s: L1 %d, sliced W1 %d beyond a level that %v trials may pass", name, l1, sliced, most)
		}
		if c.shared == 0 && math.Abs(mean-counting) > 0.02*counting {
			t.Errorf("mean L1 %v, the exact mean of counting is %v", mean, counting)
		}
	}
}

// Pairs with another correlation and the same marginals are told apart, by the joint distances alone.
func TestJointSeesCorrelation(t *testing.T) {
	d := normalPair(0, 0.5, 60)
	x, y := pairsOf(12, 2000, 0.4, 0, 7)
	a := Assess(planeOf(d, x, y, 1))
	if a.Verdict != Disagrees || a.W1 > a.Null.W1.Q999 || a.Joint.SlicedW1 < a.Joint.Null.SlicedW1.Q999 || a.Joint.L1 < a.Joint.Null.L1.Q999 {
		t.Errorf("%s; %+v", a.Text, a.Joint)
	}
	x, y = pairsOf(12, 2000, 0.5, 0, 8)
	if a := Assess(planeOf(d, x, y, 1)); a.Verdict != Agrees {
		t.Errorf("equal laws: %s", a.Text)
	}
	x, y = pairsOf(1, 10, 0.5, 0, 9)
	if a := Assess(planeOf(d, x, y, 1)); a.Verdict != NotEnoughData {
		t.Errorf("ten pairs: %s", a.Text)
	}
}
