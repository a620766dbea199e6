package cli

import (
	"math"
	"strings"
	"testing"

	"lapicque/runs/store"
)

// TestSteadyConductance: the rate goes to that of a constant conductance as the noise goes to 0, V_F N = ∬Jp; what does not
// apply to the model is refused.
func TestSteadyConductance(t *testing.T) {
	t.Chdir(t.TempDir())
	grid := []string{"--set", "meanfield.cells_v=48", "--set", "meanfield.cells_g=48", "--set", "meanfield.step=0.0005"}
	var got conductanceResult
	code, stdout, stderr := call(t, t.Context(), append([]string{"steady", "conductance", "--grid", "input.a0=0.01:1:3:log", "--json", "-o", "out"}, grid...)...)
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	decode(t, stdout, &got)
	if len(got.Sections) != 3 || got.Parameter != "input.a0" {
		t.Fatalf("%+v", got)
	}
	last := 0.0
	for _, s := range got.Sections { // linear in a to leading order
		if len(s.States) != 1 || s.Error != "" {
			t.Fatalf("%+v", s)
		}
		x := s.States[0]
		off := x.Constant - x.Rate
		if math.Abs(x.Constant-50.494326) > 1e-6 || !(off > last) || !(off < 0.05*s.Value) || math.Abs(x.Imbalance) > 1e-4 || math.Abs(x.MeanG-20) > 1e-6 {
			t.Errorf("a = %v: %+v", s.Value, x)
		}
		last = off
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	code, stdout, stderr = call(t, t.Context(), append([]string{"steady", "conductance"}, grid...)...)
	if code != Done || !strings.Contains(stdout, "steady states: 1") || !strings.Contains(stdout, "49.7") {
		t.Errorf("%d %s %s", code, stdout, stderr)
	}
	code, _, stderr = call(t, t.Context(), "steady", "conductance", "--eigenvalues", "3", "--plot", "--workers", "-1")
	for _, want := range []string{"eigenvalues", "plot", "workers"} {
		if code != BadInput || !strings.Contains(stderr, want) {
			t.Errorf("%d, %q is not in %s", code, want, stderr)
		}
	}
}
