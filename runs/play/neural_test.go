package play

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"strconv"
	"testing"

	"lapicque/compare"
	"lapicque/runs/rhythm"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// quick makes the bistable field quick to play.
var quick = []string{"time={end: 8, snapshots: [2, 8]}", "domain.sites=32", "particles={units: 3000, dt: 0.05, replicas: 8}", "expect=[]"}

// A field gives the same on any number of workers, and the summary, the tables and the arrays tell the same story.
func TestNeuralFolder(t *testing.T) {
	var want string
	for _, workers := range []int{1, 3} {
		dir := filepath.Join(t.TempDir(), "run")
		folder, err := store.Create(dir, false)
		if err != nil {
			t.Fatal(err)
		}
		s := load(t, "wilson-cowan-bistable", both, quick...)
		out, err := Play(t.Context(), s, Options{Sides: both, Workers: workers, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = untimed(t, out)
		}
		if untimed(t, out) != want {
			t.Errorf("%d workers give another result", workers)
		}
		if out.Outcome != Completed || out.Neural.Compare.Verdict != compare.Agrees {
			t.Errorf("%s, %s: %s", out.Outcome, out.Neural.Compare.Verdict, out.Neural.Compare.Snapshots[0].Text)
		}
		field, se := values(t, dir, "field_network"), values(t, dir, "field_network_se")
		equation := values(t, dir, "field_meanfield")
		if len(field) != 2*32 || len(se) != 2*32 || len(equation) != 2*32 || len(values(t, dir, "field_axis")) != 32 {
			t.Fatalf("arrays of %d, %d, %d", len(field), len(se), len(equation))
		}
		table := columns(t, dir, "errors.csv")
		for k, x := range out.Neural.Compare.Snapshots {
			largest := 0.0
			for i := range 32 {
				largest = math.Max(largest, math.Abs(field[k*32+i]-equation[k*32+i]))
			}
			written, err := strconv.ParseFloat(table["sup"][k], 64)
			if err != nil || math.Abs(largest-written) > 1e-12 || math.Abs(largest-float64(x.Sup)) > 1e-12 {
				t.Errorf("sup at %v: %v in the arrays, %v in the table, %v in the summary", x.Time, largest, written, x.Sup)
			}
		}
		curve := columns(t, dir, "meanfield.csv")
		last, err := strconv.ParseFloat(curve["mean"][len(curve["mean"])-1], 64)
		if err != nil || last != float64(out.Neural.MeanField.Snapshots[1].Mean) {
			t.Errorf("the curve ends with %v, the snapshot is %v", last, out.Neural.MeanField.Snapshots[1].Mean)
		}
	}
}

// values reads the numbers of an array of a run folder.
func values(t *testing.T, dir, name string) []float64 {
	t.Helper()
	list, _ := array(t, dir, name)
	return list
}

// The JSON of a summary has the parts of a field where those of other models stand.
func TestNeuralSummary(t *testing.T) {
	s := load(t, "wilson-cowan-cycle", scenario.Sides{MeanField: true}, "expect=[{path: meanfield.snapshots.-1.populations.E.mean, above: 0}]")
	out, err := Play(t.Context(), s, Options{Sides: scenario.Sides{MeanField: true}})
	if err != nil || out.Unmet() != nil {
		t.Fatal(err, out.Unmet())
	}
	if r := out.Neural.MeanField.Rhythm; r.Kind != rhythm.Oscillating || math.Abs(float64(r.Period)-5.0034109) > 1e-5 {
		t.Errorf("rhythm %+v", r)
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(untimed(t, out)), &document); err != nil {
		t.Fatal(err)
	}
	if document["network"] != nil || document["compare"] != nil || document["meanfield"] == nil || document["outcome"] != "completed" {
		t.Errorf("summary %v", document)
	}
}

// Networks that lost their phase agree with the equation on its cycle, and would not without it.
func TestNeuralPhase(t *testing.T) {
	s := load(t, "wilson-cowan-cycle", both, "time={end: 100, snapshots: [90]}", "particles={units: 100000, dt: 0.01, replicas: 12}", "expect=[]")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	line := out.Neural.Compare.Snapshots[0]
	if line.Aligned != byPhase || line.Verdict != compare.Agrees {
		t.Errorf("%+v", line)
	}
	apart := math.Abs(float64(out.Neural.Network.Snapshots[0].State("E").Mean - out.Neural.MeanField.Snapshots[0].State("E").Mean))
	if moved := math.Abs(float64(line.Of("E").MeanError)); moved > apart/3 {
		t.Errorf("mean error %v at its own phase, %v at the same time", moved, apart)
	}
}

// Bumps of finite networks wander: each is moved back before the comparison.
func TestNeuralTranslation(t *testing.T) {
	s := load(t, "wilson-cowan-bump", both, "time={end: 20, snapshots: [20]}", "domain.sites=400", "particles={units: 300, dt: 0.05, replicas: 8}", "expect=[]")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	line := out.Neural.Compare.Snapshots[0]
	if line.Aligned != byTranslation || line.Verdict != compare.Agrees || line.ShiftX == 0 {
		t.Errorf("%+v: %s", line, line.Text)
	}
}

// What an interrupted run has found is in its folder.
func TestNeuralCancelled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := store.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := load(t, "wilson-cowan-bistable", both, quick...)
	out, err := Play(ctx, s, Options{Sides: both, Folder: folder, Progress: func(fraction float64) {
		if fraction > 0.7 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || out.Outcome != Cancelled {
		t.Fatalf("%v, %s", err, out.Outcome)
	}
	if n := len(values(t, dir, "field_network_times")); n != 1 || len(values(t, dir, "field_meanfield_times")) != 2 {
		t.Errorf("%d snapshots of the network", n)
	}
}

// A sweep tells rest from oscillation on both sides, with the same rates.
func TestNeuralPoints(t *testing.T) {
	for _, c := range []struct {
		set     string
		outcome PointOutcome
	}{{"populations.E.stimulus=0.5", Stationary}, {"populations.E.stimulus=1.5", Oscillating}} {
		s := load(t, "wilson-cowan-cycle", both, c.set, "time={end: 100}", "particles={units: 30000, dt: 0.005, replicas: 2}")
		equation, err := assess(t.Context(), s, scenario.Sides{MeanField: true}, 1, func(float64) {})
		if err != nil {
			t.Fatal(err)
		}
		network, err := assess(t.Context(), s, scenario.Sides{Network: true}, 1, func(float64) {})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []Point{equation, network} {
			if p.Outcome != c.outcome || p.Populations["E"] == nil || *p.Pattern != 0 {
				t.Errorf("%s: %+v", c.set, p)
			}
		}
		if d := math.Abs(float64(equation.Rate/network.Rate) - 1); d > 0.02 {
			t.Errorf("%s: rates %v and %v", c.set, equation.Rate, network.Rate)
		}
		if c.outcome == Oscillating && math.Abs(float64(equation.Period-network.Period)) > 4*float64(network.PeriodError) {
			t.Errorf("periods %v and %v ± %v", equation.Period, network.Period, network.PeriodError)
		}
	}
}
