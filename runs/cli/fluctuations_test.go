package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lapicque/runs/fluctuations"
	"lapicque/runs/statistics"
	"lapicque/runs/store"
)

// The folder of a study is whole, and says what is on the terminal.
func TestFluctuations(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx := context.Background()
	code, stdout, stderr := call(t, ctx, "fluctuations", "linear", "--N", "20:80:3", "--time", "130", "--precision", "0.9", "--replicas", "16", "-o", "out", "--json")
	var r fluctuations.Result
	decode(t, stdout, &r)
	if code != Done || len(r.Populations) != 1 || len(r.Populations[0].Sizes) != 3 || r.Populations[0].Sizes[1].N != 40 {
		t.Fatalf("code %d, %s%s", code, stdout, stderr)
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"report.html", "fluctuations.json", "tables/sizes.csv", "tables/spectrum.csv", "tables/intervals.csv", "plots/spectrum.svg", "plots/decay.png", "plots/variance.png", "resolved.yaml"} {
		if _, err := os.Stat(filepath.Join("out", name)); err != nil {
			t.Error(err)
		}
	}
}

// Faults come together, and nothing is written.
func TestFluctuationsFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx := context.Background()
	code, _, stderr := call(t, ctx, "fluctuations", "linear", "--N", "7:3:2", "--time", "-1", "--precision", "3", "--replicas", "2", "-o", "out")
	for _, field := range []string{"N", "time", "precision", "replicas"} {
		if !strings.Contains(stderr, field) {
			t.Errorf("nothing about %s: %s", field, stderr)
		}
	}
	if code != BadInput || len(tree(t)) > 1 {
		t.Errorf("code %d, left %v", code, tree(t))
	}
	if code, _, stderr := call(t, ctx, "fluctuations", "wilson-cowan-bump"); code != BadInput || !strings.Contains(stderr, "place") {
		t.Errorf("a field: code %d, %s", code, stderr)
	}
	if code, stdout, _ := call(t, ctx, "fluctuations", "linear", "--dry-run"); code != Done || len(tree(t)) > 1 || stdout == "" {
		t.Errorf("dry run: code %d", code)
	}
}

// The statistics of the spikes of a run.
func TestStats(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx := context.Background()
	if code, _, stderr := call(t, ctx, "network", "linear", "--set", "particles.N=100", "--set", "time.end=60", "--set", "time.snapshots=[60]", "-o", "run", "-q"); code != Done {
		t.Fatal(stderr)
	}
	code, stdout, stderr := call(t, ctx, "stats", "run", "--json", "-o", "out", "--from", "10")
	var r statistics.Result
	decode(t, stdout, &r)
	if code != Done || r.From != 10 || r.Populations[0].Neurons != 100 || r.Populations[0].CV == nil {
		t.Fatalf("code %d, %s%s", code, stdout, stderr)
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	if code, _, stderr := call(t, ctx, "stats", "run", "--bin", "-1", "--neurons", "-2", "-o", "new"); code != BadInput || !strings.Contains(stderr, "bin") || !strings.Contains(stderr, "neurons") {
		t.Errorf("code %d, %s", code, stderr)
	}
	if code, _, _ := call(t, ctx, "stats", "nowhere", "-o", "new"); code != BadInput {
		t.Errorf("no raster: code %d", code)
	}
	if _, err := os.Stat("new"); err == nil {
		t.Error("a refused call left a folder")
	}
}
