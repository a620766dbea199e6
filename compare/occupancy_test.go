package compare

import (
	"math"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// occupied returns a snapshot in which each neuron of a replica is refractory with a
// probability of its own replica, and the others have potentials from the mean field.
func occupied(replicas, n int, fraction float64, probability func() float64, seed uint64) Snapshot {
	s := snapshot(replicas, n, 0, 1, seed)
	s.Refractory = Occupancy{Neurons: n, Fraction: fraction}
	src := rand.NewSource(seed + 1)
	for r := range s.Samples {
		law := distuv.Binomial{N: float64(n), P: fraction, Src: src}
		if probability != nil {
			law.P = probability()
		}
		k := law.Rand()
		s.Samples[r] = s.Samples[r][int(k):]
		s.Refractory.Counts = append(s.Refractory.Counts, k)
	}
	return s
}

// The exact law of a binomial count against what the counting law allows.
func TestAllowedFractionIsTheBinomialQuantile(t *testing.T) {
	for _, p := range []float64{1e-6, 1e-4, 0.003, 0.1, 0.5, 0.9, 0.999, 1 - 1e-5} {
		const n = 1e4
		s := Snapshot{Samples: make([][]float64, 1), Refractory: Occupancy{Counts: []float64{p * n}, Neurons: n, Fraction: p}}
		allowed := s.refractory().Allowed * n
		law := distuv.Binomial{N: n, P: p}
		beyond := 0.0
		for k := range int(n) + 1 {
			if math.Abs(float64(k)-p*n) > allowed {
				beyond += law.Prob(float64(k))
			}
		}
		t.Logf("fraction %g: %.1f more or less, exceeded with probability %.2e", p, allowed, beyond)
		if beyond > 1.3e-3 || n*p*(1-p) >= 10 && beyond < 2e-4 {
			t.Errorf("fraction %g: exceeded with probability %.2e, stated 1e-3", p, beyond)
		}
	}
}

// Replicas of different size, as the refractory fraction leaves them: no more false
// alarms than stated, by either law, and a wrong fraction is seen.
func TestOccupancy(t *testing.T) {
	t.Parallel()
	const repetitions = 200
	for _, replicas := range []int{1, 20} {
		alarms := 0
		for k := range repetitions {
			if a := assess(occupied(replicas, 4000/replicas, 0.4, nil, uint64(k)), 1000); a.Verdict == Disagrees {
				alarms++
			}
		}
		t.Logf("%d replicas: %d false alarms in %d", replicas, alarms, repetitions)
		if mean := 0.01 * repetitions; float64(alarms) > mean+4*math.Sqrt(mean) {
			t.Errorf("%d replicas: %d false alarms in %d", replicas, alarms, repetitions)
		}
		s := occupied(replicas, 4000/replicas, 0.4, func() float64 { return 0.46 }, 1)
		a := Assess(s)
		if a.Verdict != Disagrees || !strings.Contains(a.Text, "refractory fraction") {
			t.Errorf("%d replicas, 0.46 instead of 0.4: %q, %s", replicas, a.Verdict, a.Text)
		}
		if s.Step = (&Budget{Refractory: 0.1}); Assess(s).Verdict != Explained {
			t.Errorf("%d replicas: a budget of 0.1 does not explain 0.06", replicas)
		}
	}
}

// What the neurons of a replica share shows in the standard error over replicas.
func TestFractionErrorCovers(t *testing.T) {
	const repetitions, replicas = 1000, 12
	half := distuv.StudentsT{Sigma: 1, Nu: replicas - 1}.Quantile(0.975)
	shared := distuv.Normal{Mu: 0.4, Sigma: 0.02, Src: rand.NewSource(7)}
	covered := 0.0
	for k := range repetitions {
		d := occupied(replicas, 2000, 0.4, shared.Rand, uint64(k)).refractory()
		if math.Abs(d.Error) <= half*d.SE {
			covered++
		}
	}
	if share := covered / repetitions; share < 0.92 || share > 0.98 {
		t.Errorf("the 95 %% interval covers %.3f", share)
	}
}

func TestOccupancyNeedsEveryReplica(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.HasPrefix(r.(string), "compare: ") {
			t.Errorf("one count for two replicas: %v", r)
		}
	}()
	s := snapshot(2, 10, 0, 1, 1)
	s.Refractory = Occupancy{Counts: []float64{1}, Neurons: 10}
	Assess(s)
}
