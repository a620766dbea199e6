package limits

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"golang.org/x/exp/rand"

	"lapicque/neuron"
	"lapicque/runs/play"
)

// pose returns a study of the embedded scenario, prepared.
func pose(t testing.TB, key, sizes, order string, set ...string) *Problem {
	t.Helper()
	s := Study{Scenario: "post-jump", Order: order, Replicas: 4, Set: set}
	err := s.Grids(key, sizes)
	if err == nil {
		err = s.Validate()
	}
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Pose()
	if err == nil {
		err = p.Prepare(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(t testing.TB, p *Problem, o Options) *Result {
	t.Helper()
	r, err := p.Run(t.Context(), o)
	if err != nil || r.Broken() > 0 {
		t.Fatal(err, r.Points)
	}
	return r
}

// TestEachKeySelectsItsRule: the three small parameters select the three rules, as docs/study-post-jump.md derives, after N → ∞. A sign or
// a term wrong in one of the solvers, or in the distances, selects another one or none.
func TestEachKeySelectsItsRule(t *testing.T) {
	for key, rule := range map[string]neuron.Rule{"coupling.delay": neuron.Subtractive, "neuron.firing.epsilon": neuron.Sequential, "neuron.refractory.tau": neuron.Hard} {
		p := pose(t, key+"=0.0003:0.00003:3:log", "", NFirst, "meanfield.rtol=1e-7", "time={end: 0.02, snapshots: [0.0125, 0.02]}")
		r := run(t, p, Options{})
		if v := r.Verdicts[0]; v.Answer != rule.String() {
			t.Errorf("%s: %s", key, v.Words)
		}
		t.Log(r.Verdicts[0].Words)
	}
}

// TestBothOrders: delayed networks, too, in whichever order; and results depend neither on workers nor on where points come from.
func TestBothOrders(t *testing.T) {
	set := []string{"meanfield.rtol=1e-6", "time={end: 0.02, snapshots: [0.0125, 0.02]}"}
	p := pose(t, "coupling.delay=0.0003:0.00003:3:log", "400:6400:3", Both, set...)
	r := run(t, p, Options{Workers: 1})
	for _, v := range r.Verdicts {
		if t.Log(v.Words); v.Answer != "subtractive" {
			t.Error(v.Words)
		}
	}
	again := run(t, p, Options{Workers: 3, Known: r.Points[2:9]})
	if !reflect.DeepEqual(text(t, r), text(t, again)) {
		t.Error("another result from points that are known, on more workers")
	}
}

// text returns a result as limits.json.
func text(t testing.TB, r *Result) string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCancelled: what is finished stays, and there is no verdict without the rest.
func TestCancelled(t *testing.T) {
	p := pose(t, "coupling.delay=0.0003:0.00003:3:log", "", NFirst, "meanfield.rtol=1e-5", "time={end: 0.02, snapshots: [0.0125, 0.02]}")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := p.Run(ctx, Options{Workers: 1, Keep: func(Point) { cancel() }})
	if !errors.Is(err, context.Canceled) || r.Finished != 1 || r.Outcome != play.Cancelled || r.Verdicts[0].Answer != Undecided {
		t.Errorf("%v: %d finished, %s", err, r.Finished, r.Outcome)
	}
}

// TestNoJump: a scenario that does not blow up, or only after its last snapshot, is refused; and rules that do not exist are left out.
func TestNoJump(t *testing.T) {
	for _, set := range [][]string{{"coupling.b=0.2"}, {"time={end: 0.1, snapshots: [0.005]}"}} {
		s := Study{Scenario: "post-jump", Key: "coupling.delay", Values: []float64{3, 2, 1}, Order: NFirst, Set: append(set, "meanfield.rtol=1e-5")}
		p, err := s.Pose()
		if err == nil {
			err = p.Prepare(t.Context())
		}
		var fs neuron.Faults
		if !errors.As(err, &fs) || fs[0].Field != "time.snapshots" {
			t.Errorf("%v: %v", set, err)
		}
	}
	p, err := Study{Scenario: "blow-up", Key: "coupling.delay", Values: []float64{3, 2, 1}, Order: NFirst}.Pose()
	if err != nil || p.absent["subtractive"] == "" || len(p.rules) != 2 {
		t.Errorf("%v, %v: %v", p.rules, p.absent, err)
	}
}

func TestValidate(t *testing.T) {
	var fs neuron.Faults
	err := Study{Key: "coupling.b", Values: []float64{1, 2}, Sizes: []int{100, 50}, Order: "x", Replicas: 1}.Validate()
	if !errors.As(err, &fs) || len(fs) < 6 {
		t.Errorf("%v", err)
	}
	var s Study
	if err := s.Grids("coupling.delay=1:0.01:3:log", "1e3:1e5:3"); err != nil || !reflect.DeepEqual(s.Sizes, []int{1000, 10000, 100000}) || s.Values[2] != 0.01 {
		t.Errorf("%+v: %v", s, err)
	}
	for _, bad := range []string{"1:2", "a:b:c", "1:10:2:log"} {
		if err := new(Study).Grids("coupling.delay=1:0.01:3:log", bad); err == nil {
			t.Errorf("N %s is accepted", bad)
		}
	}
}

// TestExtrapolateExactly: a law with a power in the range is found, for any limit and power.
func TestExtrapolateExactly(t *testing.T) {
	x := []float64{0.1, 0.03, 0.01, 0.003, 0.001}
	for _, p := range []float64{0.5, 1, 2} {
		for _, c := range []float64{0, 0.2} {
			d := make([]float64, len(x))
			for i := range d {
				d[i] = c + 0.7*math.Pow(x[i], p)
			}
			l := extrapolate(x, d, make([]float64, len(x)), inKey)
			if math.Abs(float64(l.Value)-c) > 1e-3 || !(float64(l.Low) <= c && c <= float64(l.High)) || l.High-l.Low > 0.1 {
				t.Errorf("p = %v, limit %v: %+v", p, c, l)
			}
		}
	}
	if l := extrapolate(x[:1], x[:1], x[:1], inKey); l.known() {
		t.Errorf("%+v of one point", l)
	}
}

// TestExtrapolateCovers: with normal errors the interval holds the limit at least as often as it says.
func TestExtrapolateCovers(t *testing.T) {
	const trials = 400
	normal := distuv.Normal{Sigma: 0.01, Src: rand.NewSource(3)}
	x, e := []float64{1, 0.3, 0.1, 0.03, 0.01}, []float64{0.01, 0.01, 0.01, 0.01, 0.01}
	for _, p := range []float64{0.5, 1} {
		held := 0
		for range trials {
			d := make([]float64, len(x))
			for i := range d {
				d[i] = 0.1 + 0.5*math.Pow(x[i], p) + normal.Rand()
			}
			if l := extrapolate(x, d, e, inKey); float64(l.Low) <= 0.1 && 0.1 <= float64(l.High) {
				held++
			}
		}
		t.Logf("p = %v: %.1f %%", p, 100*float64(held)/trials)
		if low := 0.95 - 4*math.Sqrt(0.95*0.05/trials); float64(held) < low*trials {
			t.Errorf("p = %v: the interval holds the limit %d times of %d", p, held, trials)
		}
	}
}

func TestDecide(t *testing.T) {
	names := []string{"a", "b", "c"}
	at := func(low, value, high float64) Limit {
		return Limit{Value: play.Number(value), Low: play.Number(low), High: play.Number(high)}
	}
	for _, c := range []struct {
		limits []Limit
		want   string
	}{
		{[]Limit{at(-0.01, 0, 0.01), at(0.4, 0.5, 0.6), at(0.2, 0.3, 0.4)}, "a"},
		{[]Limit{at(0.4, 0.5, 0.6), at(0.2, 0.3, 0.4), at(0, 0.005, 0.01)}, "c"},
		{[]Limit{at(-0.01, 0, 0.3), at(0.4, 0.5, 0.6), at(0.2, 0.3, 0.4)}, Undecided},      // too wide
		{[]Limit{at(-0.01, 0, 0.05), at(0.4, 0.5, 0.6), at(0.04, 0.1, 0.2)}, Undecided},    // not apart
		{[]Limit{at(0.015, 0.02, 0.025), at(0.4, 0.5, 0.6), at(0.2, 0.3, 0.4)}, Undecided}, // near, but not there
		{[]Limit{at(0.05, 0.06, 0.07), at(0.4, 0.5, 0.6), at(0.2, 0.3, 0.4)}, None},
		{[]Limit{at(-0.01, 0, 0.01), unknown, at(0.2, 0.3, 0.4)}, Undecided},
		{nil, Undecided},
	} {
		if got := decide(names, c.limits, 0.2); got != c.want {
			t.Errorf("%v: %s, not %s", c.limits, got, c.want)
		}
	}
}
