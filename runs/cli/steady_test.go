package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lapicque/runs/store"
)

func TestSteady(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), "steady", "--set", "coupling.b=1.5", "--json", "-o", "out")
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	var got struct {
		States []struct {
			Rate       float64
			Stable     bool
			Eigenvalue struct{ Re, Im float64 }
		}
		Fold struct{ Value float64 }
	}
	decode(t, stdout, &got)
	if len(got.States) != 2 || !got.States[0].Stable || got.States[1].Stable {
		t.Fatalf("%s", stdout)
	}
	for _, c := range []struct{ got, want, within float64 }{ // MODELS.md, sections 3 and 7
		{got.States[0].Rate, 0.1923640125684794, 1e-12}, {got.States[1].Rate, 2.289125707746863, 1e-11},
		{got.States[0].Eigenvalue.Re, -0.8304354486, 1e-9}, {got.States[1].Eigenvalue.Re, 3.8817950746, 1e-9},
		{got.Fold.Value, 2.10096776, 1e-8},
	} {
		if d := c.got - c.want; !(d <= c.within && d >= -c.within) {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
}

// TestResponse: dN/dI and N0 CV² of MODELS.md sections 3 and 13, the state that is taken, the folder.
func TestResponse(t *testing.T) {
	t.Chdir(t.TempDir())
	type gain struct {
		Free, Coupled struct{ Re, Gain, Phase float64 }
	}
	var got struct {
		State, States int
		Steady        struct{ Rate float64 }
		Response      []struct {
			Omega    float64
			Current  gain
			Spectrum struct{ Free, Coupled *float64 }
		}
	}
	code, stdout, stderr := call(t, t.Context(), "response", "linear", "--from", "1e-5", "--to=10", "--count", "50", "--json", "-o", "out")
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	decode(t, stdout, &got)
	first := got.Response[0]
	for _, c := range [][3]float64{{first.Current.Free.Re, 0.210489678, 2e-9}, {first.Current.Coupled.Gain, 0.210489678, 2e-9},
		{*first.Spectrum.Coupled, 0.171717, 1e-6}, {first.Omega, 1e-5, 0}, {got.Response[49].Omega, 10, 0}} {
		if d := c[0] - c[1]; !(d <= c[2] && d >= -c[2]) {
			t.Errorf("%v, want %v", c[0], c[1])
		}
	}
	for _, name := range []string{"response.csv", "response.json", "bode.png", "bode.svg", "resolved.yaml"} {
		if info, err := os.Stat(filepath.Join("out", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	code, stdout, _ = call(t, t.Context(), "response", "bistable", "--state", "2", "--json")
	if decode(t, stdout, &got); code != Done || got.State != 2 || got.States != 2 || got.Response[0].Spectrum.Coupled != nil || got.Steady.Rate < 2 {
		t.Errorf("%d %.300s", code, stdout)
	}
	if code, stdout, _ = call(t, t.Context(), "response", "bistable"); code != Done || !strings.Contains(stdout, "steady state 1 of 2") {
		t.Errorf("%d %.300s", code, stdout)
	}
	for _, c := range [][2]string{{"--state=3", "state: 3 is not accepted"}, {"--from=0", "from: 0"}, {"--to=0.001", "to: 0.001"},
		{"--count=1", "count: 1"}, {"--set=neuron.current={mean: 1, amplitude: 1, frequency: 1}", "neuron.current"}, {"--set=coupling={b: 3, reset: hard}", "coupling.b: 3"}} {
		if code, _, stderr := call(t, t.Context(), "response", "bistable", c[0]); code != BadInput || !strings.Contains(stderr, c[1]) {
			t.Errorf("%v: %d %s", c, code, stderr)
		}
	}
}

func TestSteadyGrid(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), "steady", "--grid", "coupling.b=1.5:2.5:5", "--json", "-o", "out")
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	var got struct {
		Counts []struct{ Count int }
		Folds  []struct{ Value, Rate float64 }
	}
	decode(t, stdout, &got)
	if len(got.Counts) != 2 || got.Counts[0].Count != 2 || got.Counts[1].Count != 0 || len(got.Folds) != 1 {
		t.Fatal(stdout)
	}
	if d := got.Folds[0].Value - 2.100967760456; d > 1e-11 || d < -1e-11 {
		t.Errorf("fold at %v", got.Folds[0].Value)
	}
	for _, name := range []string{"branches.csv", "bifurcations.csv", "bifurcations.json", "diagram.png", "diagram.svg", "scenario.yaml"} {
		if info, err := os.Stat("out/" + name); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if code, _, _ := call(t, ctx, "steady", "--grid", "coupling.b=1.5:2.5:5", "-o", "cut"); code != Interrupted || store.Verify("cut") != nil {
		t.Errorf("interrupted: %d %v", code, store.Verify("cut"))
	}
	if manifest, err := store.Open("cut"); err != nil || manifest.Outcome != "cancelled" {
		t.Errorf("%+v %v", manifest, err)
	}
}
