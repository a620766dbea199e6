package compare

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// A floor is found where there is one, and else no more often than its interval is wrong on that side.
func TestSaturationIsSeen(t *testing.T) {
	const trials = 100
	random := rand.New(rand.NewSource(3))
	for _, floor := range []float64{0, 0.01} {
		seen := 0
		for range trials {
			levels := study(random, floor, 1, 0.5, even(7, 30), func(r *rand.Rand) float64 { return 1 + 0.2*r.NormFloat64() })
			s := FitScaling(levels, ScalingOptions{Draws: 200, Seed: random.Uint64()})
			if s.Floor == nil {
				t.Fatal("no floor was fitted")
			}
			if s.Saturated {
				seen++
				if !strings.Contains(s.Text, "a floor of") {
					t.Errorf("saturated, but the text says %q", s.Text)
				}
			}
		}
		t.Logf("floor %g: seen %d times in %d", floor, seen, trials)
		if floor == 0 && float64(seen) > 0.025*trials+4*math.Sqrt(0.025*trials) {
			t.Errorf("a floor is seen %d times where there is none", seen)
		}
		if floor > 0 && seen < trials*9/10 { // it is 25 standard errors away
			t.Errorf("a floor of a tenth of the errors is seen %d times", seen)
		}
	}
}

// P of the fits is uniform where the law holds, few replicas or not, and small where it does not.
func TestGoodnessOfFit(t *testing.T) {
	const trials = 400
	random := rand.New(rand.NewSource(4))
	for _, replicas := range []int{6, 25} {
		rejected, curved := 0, 0
		for range trials {
			levels := study(random, 0, 1, 0.5, even(6, replicas), func(r *rand.Rand) float64 { return 1 + 0.2*r.NormFloat64() })
			if _, _, p := newCurve(levels, ScalingOptions{}).goodness(levels); p < 0.05 {
				rejected++
			}
			for i := range levels[2].Values {
				levels[2].Values[i] *= 1.5
			}
			if _, _, p := newCurve(levels, ScalingOptions{}).goodness(levels); p < 0.05 {
				curved++
			}
		}
		t.Logf("%d replicas: P < 0.05 in %d of %d, %d with a level off by a half", replicas, rejected, trials, curved)
		if math.Abs(float64(rejected)-0.05*trials) > 4*math.Sqrt(0.05*0.95*trials) {
			t.Errorf("%d replicas: P < 0.05 in %d of %d", replicas, rejected, trials)
		}
		if curved < trials/2 {
			t.Errorf("%d replicas: a level off by a half is seen %d times in %d", replicas, curved, trials)
		}
	}
}

// Without scatter the parameters are found exactly, with and without a bias, of either sign.
func TestExactErrors(t *testing.T) {
	for _, c := range []struct {
		bias, c, gamma float64
		fitted         bool
	}{{0, 2, 0.5, false}, {0.25, 3, 1, false}, {0.25, 3, 0.7, true}, {0, -1.5, 1.2, false}} {
		var levels []Level
		for _, n := range []int{100, 1000, 3000, 10000, 100000} {
			v := c.bias + c.c*math.Pow(float64(n), -c.gamma)
			levels = append(levels, Level{n, []float64{v, v, v}})
		}
		s := FitScaling(levels, ScalingOptions{Fitted: c.fitted, Bias: c.bias})
		if !s.Determined || math.Abs(s.Gamma.Value-c.gamma) > 1e-6 || math.Abs(s.C.Value/c.c-1) > 1e-5 || math.Abs(s.Bias.Value-c.bias) > 1e-7 {
			t.Errorf("%+v: found %+v", c, s)
		}
		if math.Abs(s.At(500)-c.bias-c.c*math.Pow(500, -c.gamma)) > 1e-6 {
			t.Errorf("%+v: at 500 %v", c, s.At(500))
		}
	}
	var steps []Step
	for _, dt := range []float64{0.1, 0.05, 0.025} {
		steps = append(steps, Step{dt, []float64{1 + 3*dt*dt, 1 + 3*dt*dt}})
	}
	b := Extrapolate(steps, 2, 1)
	if math.Abs(b.Floor.Value-1) > 1e-12 || math.Abs(b.Slope.Value-3) > 1e-10 || math.Abs(b.At(0.01).Value-0.03) > 1e-12 {
		t.Errorf("extrapolation %+v", b)
	}
}

// A plan brings the interval to what was asked for, at less cost than as many replicas at every level.
func TestEnough(t *testing.T) {
	random := rand.New(rand.NewSource(6))
	const precision = 0.03
	o := ScalingOptions{Seed: 2}
	levels := study(random, 0, 1, 0.5, even(7, 12), wide)
	plan := Enough(levels, o, precision, nil)
	if plan.HalfWidth <= precision {
		t.Fatalf("the pilot is precise already: %v", plan.HalfWidth)
	}
	even, each := 0.0, 0.0
	for _, l := range levels {
		even += float64(l.N)
	}
	each = 12 * (math.Pow(plan.HalfWidth/precision, 2) - 1)
	t.Logf("half-width %.4f; add %v at cost %.3g, evenly %.3g", plan.HalfWidth, plan.More, plan.Cost, even*each)
	if !(plan.Cost < even*each/2) {
		t.Errorf("the plan costs %.3g, evenly it would be %.3g", plan.Cost, even*each)
	}
	for k, n := range plan.More {
		power := math.Pow(float64(levels[k].N), -0.5)
		for range n {
			levels[k].Values = append(levels[k].Values, power*wide(random))
		}
	}
	after := Enough(levels, o, precision, nil)
	t.Logf("then %.4f, expected %.4f", after.HalfWidth, plan.Expected)
	if after.HalfWidth > 1.15*precision { // the scatter of a pilot of 84 values is known to 8 %
		t.Errorf("after the plan the half-width is %v", after.HalfWidth)
	}
	if generous := Enough(levels, o, 1, nil); slices.Max(generous.More) != 0 || generous.Cost != 0 {
		t.Errorf("enough is not enough: %+v", generous)
	}
}

// The parts planted are found, and the largest is what to refine.
func TestErrorBudget(t *testing.T) {
	random := rand.New(rand.NewSource(8))
	part := func(v float64) *Estimate { return &Estimate{v, 0.001, Interval{v - 0.002, v + 0.002}} }
	for _, c := range []struct {
		sd, finite, step, grid, rest float64
		refine                       Cause
	}{
		{0.5, 0.1, 0.1, 0.1, 0, Sampling},
		{0.1, 0.5, 0.1, 0.1, 0, FiniteN},
		{0.1, 0.1, -0.5, 0.1, 0, TimeStep},
		{0.1, 0.1, 0.1, 0.5, 0, Grid},
		{0.1, 0.1, 0.1, 0.1, 0.5, Rest},
	} {
		mean := c.finite + c.step + c.grid + c.rest
		errors := many(400, func() float64 { return mean + c.sd*random.NormFloat64() })
		b := NewErrorBudget(BudgetInput{N: 1000, Errors: errors, FiniteN: part(c.finite), Step: part(c.step), Grid: part(c.grid)}, 1)
		if b.Refine != c.refine || !strings.Contains(b.Text, advice[c.refine]) {
			t.Errorf("%+v: refine %q, %s", c, b.Refine, b.Text)
		}
		total := 0.0
		for _, p := range b.Parts {
			total += p.Share
		}
		if math.Abs(total-1) > 1e-12 {
			t.Errorf("the shares sum to %v", total)
		}
		want := mean*mean + c.sd*c.sd
		if math.Abs(b.MeanSquare.Value-want) > 4*b.MeanSquare.SE {
			t.Errorf("mean square %v ± %v, planted %v", b.MeanSquare.Value, b.MeanSquare.SE, want)
		}
	}
	vague := &Estimate{1, 0.7, Interval{-0.4, 2.4}} // larger than chance, and not told from 0
	errors := many(100, random.NormFloat64)
	b := NewErrorBudget(BudgetInput{N: 10, Errors: many(100, func() float64 { return 0.1 * random.NormFloat64() }), Step: vague}, 1)
	if p := b.Parts[1]; b.Refine != Sampling || p.Seen || p.Share < 0.5 || !strings.Contains(b.Text, "not told from 0") {
		t.Errorf("a vague part leads: %s", b.Text)
	}
	one, all := NewErrorBudget(BudgetInput{N: 10, Errors: errors}, 1), NewErrorBudget(BudgetInput{N: 10, Errors: errors, Averaged: 100}, 1)
	if r := one.Parts[0].Square / all.Parts[0].Square; math.Abs(r-100) > 1e-9 || !strings.Contains(one.Text, "Not measured: finite N, time step, grid") {
		t.Errorf("the average of 100 has %v of the sampling of one; %s", 1/r, one.Text)
	}
}

// Replicas without a jump count as such and in nothing else.
func TestJumps(t *testing.T) {
	j := CompareJumps([]Jump{{true, 3.5, 0.8}, {}, {true, 3.3, 0.9}, {true, 3.4, 1}}, 3.3, 1, 1)
	if j.Found != 3 || j.Replicas != 4 || math.Abs(j.Time.Value-0.1) > 1e-12 || math.Abs(j.Size.Value+0.1) > 1e-12 || j.Fraction.Value != 0.75 {
		t.Errorf("jumps %+v", j)
	}
	if none := CompareJumps([]Jump{{}, {}}, 1, 1, 1); none.Time != nil || none.Size != nil || none.Fraction.Value != 0 || none.Fraction.Interval.High < 0.5 {
		t.Errorf("no jumps: %+v", none)
	}
	for _, n := range []int{10, 40, 200} { // exact coverage, averaged over the fractions
		covered := 0.0
		const grid = 99
		for i := 1; i <= grid; i++ {
			p := float64(i) / (grid + 1)
			law := distuv.Binomial{N: float64(n), P: p}
			for k := range n + 1 {
				if FractionEstimate(k, n).Interval.Contains(p) {
					covered += law.Prob(float64(k)) / grid
				}
			}
		}
		t.Logf("n = %d: %.2f %%", n, 100*covered)
		if covered < 0.94 || covered > 0.97 {
			t.Errorf("n = %d: Wilson's interval covers %v", n, covered)
		}
	}
}

func TestVerdictsOfAStudy(t *testing.T) {
	scaling := func(low, high, p float64) Scaling {
		return Scaling{Determined: true, Gamma: Estimate{Value: (low + high) / 2, Interval: Interval{low, high}}, P: p}
	}
	var list []Finding
	for want, s := range map[Verdict][]Scaling{
		Agrees:        {scaling(0.48, 0.53, 0.4)},
		NotEnoughData: {{Text: "nothing"}, scaling(0.4, 0.6, 0.4), scaling(0.505, 0.545, 0.4)},
		Disagrees:     {scaling(0.6, 0.64, 0.4), scaling(0.48, 0.53, 1e-5)},
	} {
		for _, one := range s {
			f := JudgeScaling("W1", one, 0.5, 0.03)
			if f.Verdict != want || !strings.HasPrefix(f.Text, "W1: ") {
				t.Errorf("%+v: %+v, want %q", one, f, want)
			}
			list = append(list, f)
		}
	}
	if v, _ := JudgeStudy(list); v != Disagrees {
		t.Errorf("a study with a disagreement %q", v)
	}
	if v, _ := JudgeStudy(nil); v != NotEnoughData {
		t.Errorf("an empty study %q", v)
	}
	if v, text := JudgeStudy([]Finding{JudgeScaling("W1", scaling(0.48, 0.53, 0.4), 0.5, 0.03)}); v != Agrees || !strings.Contains(text, "W1") {
		t.Errorf("%q: %s", v, text)
	}
}

// Answers are the same for the same seed, leave the data alone and are numbers, also where the data say nothing.
func TestAnswersAreNumbers(t *testing.T) {
	random := rand.New(rand.NewSource(9))
	noise := []Level{{10, many(4, random.NormFloat64)}, {100, many(4, random.NormFloat64)}, {1000, many(4, random.NormFloat64)}, {10000, many(4, random.NormFloat64)}}
	zero := []Level{{10, make([]float64, 3)}, {100, make([]float64, 3)}, {1000, make([]float64, 3)}}
	for _, levels := range [][]Level{noise, zero, study(random, 0, 1, 0.5, even(7, 20), wide)} {
		before := slices.Clone(levels[0].Values)
		for _, o := range []ScalingOptions{{}, {Fitted: true}} {
			a, b := FitScaling(levels, o), FitScaling(levels, o)
			x, err := json.Marshal(a)
			y, _ := json.Marshal(b)
			if err != nil || string(x) != string(y) {
				t.Errorf("%s and %s: %v", x, y, err)
			}
			if _, err := json.Marshal(Enough(levels, o, 0.03, nil)); err != nil {
				t.Error(err)
			}
		}
		if _, err := json.Marshal(FitBias(levels, 1)); err != nil {
			t.Error(err)
		}
		if !slices.Equal(before, levels[0].Values) {
			t.Error("the values were changed")
		}
	}
}

func TestStudyPanics(t *testing.T) {
	two := []float64{1, 2}
	for want, call := range map[string]func(){
		"compare: a level needs N ≥ 1 and two values":                                        func() { FitScaling([]Level{{1, two}, {2, []float64{1}}}, ScalingOptions{}) },
		"compare: too few different N for this fit":                                          func() { FitScaling([]Level{{1, two}, {2, two}}, ScalingOptions{Fitted: true}) },
		"compare: a line needs two different levels":                                         func() { FitBias([]Level{{5, two}, {5, two}}, 1) },
		"compare: a numerical step is positive":                                              func() { Extrapolate([]Step{{0, two}, {1, two}}, 1, 1) },
		"compare: a precision is positive":                                                   func() { Enough([]Level{{1, two}, {2, two}}, ScalingOptions{}, 0, nil) },
		"compare: the interval of a variance needs five values":                              func() { VarianceEstimate(two) },
		"compare: jumps need a replica":                                                      func() { CompareJumps(nil, 1, 1, 1) },
		"compare: the distance of a mean law needs four replicas":                            func() { NewReference(gaussian(8), bins(-4, 4, 4)).Law(make([][]float64, 3), 10) },
		"compare: a rate series needs as many expected rates as counts, a width and neurons": func() { RateSeries{Counts: [][]float64{two}, Neurons: 1, Width: 1}.Networks() },
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("panic %v, want %q", got, want)
				}
			}()
			call()
		}()
	}
}
