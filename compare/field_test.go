package compare

import (
	"math"
	"testing"

	"golang.org/x/exp/rand"
)

// waves returns replicas of a Gaussian field of so many sites with modes independent waves of equal variance.
func waves(random *rand.Rand, replicas, sites, modes int) [][]float64 {
	rows := make([][]float64, replicas)
	for r := range rows {
		rows[r] = make([]float64, sites)
		for m := range modes {
			c := random.NormFloat64()
			for i := range rows[r] {
				rows[r][i] += c * math.Cos(math.Pi*float64(m)*(float64(i)+0.5)/float64(sites))
			}
		}
	}
	return rows
}

// Under the null law the levels are exceeded as rarely as they say (at most 3/1000 of the snapshots have a wrong verdict), and
// the number of modes is found.
func TestFieldLevels(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for _, c := range []struct{ replicas, sites, modes int }{{8, 1, 1}, {8, 40, 1}, {8, 40, 5}, {4, 60, 20}, {2, 10, 3}} {
		const trials = 2000
		wrong, nu := 0, 0.0
		for range trials {
			a := AssessField(FieldSample{Differences: waves(random, c.replicas, c.sites, c.modes), Scale: math.Inf(1)})
			if a.Verdict != Agrees {
				wrong++
			}
			nu += a.Freedom / trials
		}
		t.Logf("%+v: wrong %d of %d, modes %.2f", c, wrong, trials, nu)
		if limit := 3e-3*trials + 4*math.Sqrt(3e-3*trials); float64(wrong) > limit {
			t.Errorf("%+v: %d of %d disagree, at most %.0f by the levels", c, wrong, trials, limit)
		}
	}
}

// A difference at one site, at all sites and in a broad wave is seen; one replica says nothing.
func TestFieldDifferencesAreSeen(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	const replicas, sites = 12, 50
	for name, offset := range map[string]func(i int) float64{
		"one site": func(i int) float64 {
			if i == 17 {
				return 30
			}
			return 0
		},
		"all":  func(int) float64 { return 8 },
		"wave": func(i int) float64 { return 8 * math.Cos(math.Pi*3*(float64(i)+0.5)/sites) },
	} {
		d := waves(random, replicas, sites, 8)
		for _, row := range d {
			for i := range row {
				row[i] += offset(i)
			}
		}
		if a := AssessField(FieldSample{Differences: d, Scale: math.Inf(1)}); a.Verdict != Disagrees {
			t.Errorf("%s: %s", name, a.Text)
		}
	}
	if a := AssessField(FieldSample{Differences: waves(random, 1, 5, 2), Scale: 1}); a.Verdict != NotEnoughData {
		t.Errorf("one replica: %+v", a)
	}
	if a := AssessField(FieldSample{Differences: waves(random, 8, 5, 2), Scale: 0.1}); a.Verdict != NotEnoughData {
		t.Errorf("a field that varies by less than chance: %+v", a)
	}
}
