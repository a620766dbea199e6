package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// snapshot returns replicas of n independent neurons drawn from N(shift, 1), and
// spikes at the rate times excess, against the mean field N(0, 1) at rate 0.2.
func snapshot(replicas, n int, shift, excess float64, seed uint64) Snapshot {
	d := gaussian(80)
	r := rand.New(rand.NewSource(seed))
	s := Snapshot{MeanField: d, Variance: 1, Bins: d.Edges, Seed: seed}
	s.Window = Window{Neurons: n, Width: 0.05, Rate: 0.2}
	spikes := distuv.Poisson{Lambda: excess * 0.2 * 0.05 * float64(n), Src: r}
	for range replicas {
		values := make([]float64, n)
		for i := range values {
			values[i] = shift + r.NormFloat64()
		}
		s.Samples = append(s.Samples, values)
		s.Window.Spikes = append(s.Window.Spikes, spikes.Rand())
	}
	return s
}

func amplifying(s Snapshot) Snapshot {
	s.Amplifying = true
	return s
}

func TestVerdicts(t *testing.T) {
	cases := []struct {
		name     string
		snapshot Snapshot
		want     Verdict
		says     []string
	}{
		{"the same law, replicas", snapshot(20, 1000, 0, 1, 1), Agrees, []string{"scatter of 20 replicas"}},
		{"the same law, one replica", snapshot(1, 20000, 0, 1, 2), Agrees, []string{"counting 20000 potentials", "are not, and fewer than 10 replicas cannot tell"}},
		{"a shift of 0.1, replicas", snapshot(20, 1000, 0.1, 1, 3), Disagrees, []string{"W1", "mean", "Not measured here: the time step, the grid, finite N"}},
		{"a shift of 0.1, one replica", snapshot(1, 20000, 0.1, 1, 4), Disagrees, []string{"W1", "mean"}},
		{"a shift of 0.1, excitation of unknown strength", amplifying(snapshot(1, 20000, 0.1, 1, 4)), NotEnoughData, []string{"only 10 replicas or more show"}},
		{"the same, replicas", amplifying(snapshot(20, 1000, 0.1, 1, 3)), Disagrees, nil},
		{"half the spikes more", snapshot(1, 20000, 0, 1.5, 5), Disagrees, []string{"rate"}},
		{"half the spikes more, replicas", snapshot(20, 1000, 0, 1.5, 6), Disagrees, []string{"rate"}},
		{"twenty neurons", snapshot(1, 20, 0, 1, 7), NotEnoughData, []string{"quarter of the standard deviation"}},
	}
	for _, c := range cases {
		a := Assess(c.snapshot)
		if a.Verdict != c.want {
			t.Errorf("%s: %q, want %q\n%s", c.name, a.Verdict, c.want, a.Text)
		}
		for _, words := range c.says {
			if !strings.Contains(a.Text, words) {
				t.Errorf("%s: %q is missing in %q", c.name, words, a.Text)
			}
		}
	}
}

// A known cause explains a difference of its size, and only of its size.
func TestBudgets(t *testing.T) {
	s := snapshot(20, 1000, 0.1, 1, 3)
	s.Step = &Budget{Distances: Distances{W1: 0.1, KS: 0.04, L1: 0.08}, Mean: 0.1}
	s.Grid = &Budget{Distances: Distances{W1: 1e-6}}
	a := Assess(s)
	if a.Verdict != Explained || !strings.HasPrefix(a.Text, "Explained by the time step: ") {
		t.Errorf("a shift within the budget of the step: %q, %s", a.Verdict, a.Text)
	}
	s.Step = &Budget{Distances: Distances{W1: 0.01}}
	if a := Assess(s); a.Verdict != Disagrees || !strings.Contains(a.Text, "Not measured here: finite N. ") {
		t.Errorf("a shift beyond the budget: %q, %s", a.Verdict, a.Text)
	}
}

// With everything right, a snapshot disagrees at most once in a hundred.
func TestFalseAlarms(t *testing.T) {
	t.Parallel()
	const repetitions = 400
	for _, replicas := range []int{1, 20} {
		alarms := 0
		for k := range repetitions {
			if a := assess(snapshot(replicas, 2000/replicas, 0, 1, uint64(k)), 1000); a.Verdict == Disagrees {
				alarms++
			}
		}
		t.Logf("%d replicas: %d false alarms in %d", replicas, alarms, repetitions)
		if mean := 0.01 * repetitions; float64(alarms) > mean+4*math.Sqrt(mean) {
			t.Errorf("%d replicas: %d false alarms in %d", replicas, alarms, repetitions)
		}
	}
}

// The exact law of a Poisson count against what the counting law allows.
func TestAllowedRateIsThePoissonQuantile(t *testing.T) {
	for _, expected := range []float64{0.01, 0.3, 1, 3, 10, 100, 1e4} {
		s := Snapshot{Samples: make([][]float64, 1), Window: Window{Spikes: []float64{expected}, Neurons: 1, Width: 1, Rate: expected}}
		allowed := s.rate().Allowed
		law := distuv.Poisson{Lambda: expected}
		beyond := 1 - law.CDF(expected+allowed)
		if low := expected - allowed; low > 0 {
			beyond += law.CDF(math.Nextafter(low, 0))
		}
		t.Logf("%g spikes expected: %.1f more or less, exceeded with probability %.2e", expected, allowed, beyond)
		if beyond > 1.2e-3 || (expected >= 10 && beyond < 2e-4) {
			t.Errorf("%g spikes expected: exceeded with probability %.2e, stated 1e-3", expected, beyond)
		}
	}
}

// Standard errors over replicas: Student's 95 % interval covers.
func TestStandardErrorsCover(t *testing.T) {
	t.Parallel()
	const repetitions = 1000
	for _, replicas := range []int{2, 10, 20} {
		half := distuv.StudentsT{Sigma: 1, Nu: float64(replicas - 1)}.Quantile(0.975)
		var mean, variance, rate float64
		for k := range repetitions {
			s := snapshot(replicas, 200, 0, 1, uint64(k))
			s.Window.Width = 5 // 200 spikes a replica: the mean of a few is normal
			spikes := distuv.Poisson{Lambda: 200, Src: rand.NewSource(uint64(k))}
			for r := range s.Window.Spikes {
				s.Window.Spikes[r] = spikes.Rand()
			}
			m, v := s.moments(slices.Concat(s.Samples...))
			for _, c := range []struct {
				count *float64
				d     Deviation
			}{{&mean, m}, {&variance, v}, {&rate, *s.rate()}} {
				if math.Abs(c.d.Error) <= half*c.d.SE {
					*c.count++
				}
			}
		}
		t.Logf("%d replicas: mean %.3f, variance %.3f, rate %.3f", replicas, mean/repetitions, variance/repetitions, rate/repetitions)
		for name, count := range map[string]float64{"mean": mean, "variance": variance, "rate": rate} {
			if share := count / repetitions; share < 0.92 || share > 0.98 {
				t.Errorf("%d replicas: the 95 %% interval of the %s covers %.3f", replicas, name, share)
			}
		}
	}
}

// One replica: the counting law's standard errors cover as well.
func TestCountingErrorsCover(t *testing.T) {
	const repetitions = 1000
	var mean, variance float64
	for k := range repetitions {
		s := snapshot(1, 2000, 0, 1, uint64(k))
		m, v := s.moments(s.Samples[0])
		if math.Abs(m.Error) <= 1.96*m.SE {
			mean++
		}
		if math.Abs(v.Error) <= 1.96*v.SE {
			variance++
		}
	}
	for name, count := range map[string]float64{"mean": mean, "variance": variance} {
		if share := count / repetitions; share < 0.92 || share > 0.98 {
			t.Errorf("the 95 %% interval of the %s covers %.3f", name, share)
		}
	}
}

func TestAmplificationWidens(t *testing.T) {
	s := snapshot(1, 1000, 0, 1, 9)
	plain := Assess(s)
	s.Amplification = 2
	wide := Assess(s)
	if got := wide.Null.W1.Q95 / plain.Null.W1.Q95; math.Abs(got-2) > 1e-12 {
		t.Errorf("the null law is wider by %v, want 2", got)
	}
	if got := wide.Mean.Allowed / plain.Mean.Allowed; math.Abs(got-2) > 1e-12 {
		t.Errorf("the allowed mean is wider by %v, want 2", got)
	}
	s.Amplification = 0.3
	if got := Assess(s).Null; got != plain.Null {
		t.Error("a damped network has a narrower law than counting")
	}
}

// Assess is a function: it changes nothing and answers twice the same.
func TestAssessIsPure(t *testing.T) {
	s := snapshot(12, 100, 0, 1, 10)
	before := fmt.Sprint(s)
	a, b := Assess(s), Assess(s)
	if fmt.Sprint(s) != before {
		t.Error("the snapshot was changed")
	}
	if *a.Rate != *b.Rate {
		t.Error("two answers")
	}
	a.Rate, b.Rate = nil, nil
	if a != b {
		t.Errorf("two answers: %+v and %+v", a, b)
	}
}

// Replicas that are all alike have no scatter and refractory replicas differ in
// size; neither makes a NaN.
func TestOddReplicas(t *testing.T) {
	s := snapshot(100, 30, 0, 1, 11)
	for r := range s.Samples {
		s.Samples[r] = s.Samples[r][:1+r%30]
	}
	alike := snapshot(10, 30, 0, 1, 12)
	for r := range alike.Samples {
		alike.Samples[r], alike.Window.Spikes[r] = []float64{0.5}, 0
	}
	for _, s := range []Snapshot{s, alike} {
		a := Assess(s)
		if text := fmt.Sprintf("%+v %+v", a, *a.Rate); strings.Contains(text, "NaN") || strings.Contains(text, "Inf") {
			t.Error(text)
		}
	}
}

func TestWindowNeedsEveryReplica(t *testing.T) {
	defer func() {
		if recover() != "compare: a window needs one count of spikes for each replica" {
			t.Error("a missing count passes")
		}
	}()
	s := snapshot(3, 10, 0, 1, 1)
	s.Window.Spikes = s.Window.Spikes[:2]
	Assess(s)
}

func TestOverall(t *testing.T) {
	list := func(v ...Verdict) (as []Assessment) {
		for _, v := range v {
			as = append(as, Assessment{Verdict: v})
		}
		return as
	}
	for _, c := range []struct {
		list []Assessment
		want Verdict
	}{
		{nil, NotEnoughData}, {list(Agrees, Agrees), Agrees}, {list(Agrees, Explained), Explained},
		{list(Explained, NotEnoughData), NotEnoughData}, {list(NotEnoughData, Disagrees), Disagrees},
	} {
		if got, text := Overall(c.list); got != c.want || text == "" {
			t.Errorf("%v: %q, %s", c.list, got, text)
		}
	}
}

func ExampleAssess() {
	// A mean field that is uniform on (0, 1), in two cells, and one replica of a
	// network that sits in the lower half.
	s := Snapshot{
		MeanField: Density{Edges: []float64{0, 0.5, 1}, Values: []float64{1, 1}},
		Mean:      0.5, Variance: 1.0 / 12,
		Bins: []float64{0, 0.5, 1},
	}
	var potentials []float64
	for i := range 1000 {
		potentials = append(potentials, float64(i)/2000)
	}
	s.Samples = [][]float64{potentials}
	a := Assess(s)
	fmt.Printf("%s: W1 = %.2f, KS = %.1f, L1 = %.0f\n", a.Verdict, a.W1, a.KS, a.L1)
	// Output: disagrees: W1 = 0.25, KS = 0.5, L1 = 1
}

func BenchmarkAssess(b *testing.B) {
	for _, replicas := range []int{1, 20} {
		s := snapshot(replicas, 100000/replicas, 0, 1, 1)
		b.Run(fmt.Sprintf("replicas=%d", replicas), func(b *testing.B) {
			for b.Loop() {
				Assess(s)
			}
		})
	}
}
