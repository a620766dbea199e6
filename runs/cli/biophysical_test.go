package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lapicque/runs/play"
	"lapicque/runs/raster"
)

// TestDoubling: a model without an equation is run against networks of 2N, and terminal, page and raster say so in its units.
func TestDoubling(t *testing.T) {
	t.Chdir(t.TempDir())
	small := []string{"--set", "particles={N: 50, dt: 0.05, scheme: fastest, replicas: 10}", "--set", "time={end: 10}", "--set", "expect=[]", "-o", "out"}
	code, stdout, stderr := call(t, t.Context(), append([]string{"run", "hodgkin-huxley"}, small...)...)
	if code != Done {
		t.Fatal(stderr)
	}
	for _, want := range []string{"held against networks of 2N = 100", "2N neurons", "This model has no equation of its limit"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in\n%s", want, stdout)
		}
	}
	text, err := os.ReadFile(filepath.Join("out", "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	page, _, _ := strings.Cut(string(text), "Provenance and how")
	for _, want := range []string{"Hodgkin and Huxley 1952", "g_Na = 120 mS/cm²", "Time is in ms", "networks of 2N", "rate, 2N", "nothing is reset"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing on the page", want)
		}
	}
	for _, foreign := range []string{"mean field", "mean-field", "membrane time", "V<sub>F", "V<sub>R", "refractory", "Cannot be read"} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page speaks of %q", foreign)
		}
	}
	r, err := raster.Open(filepath.Join("out", "raster.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if unit := r.Metadata().Units; unit != "ms" {
		t.Errorf("spike times are in %q", unit)
	}
	if names := tree(t); strings.Contains(strings.Join(names, " "), "meanfield") {
		t.Errorf("files of a mean field that is not there: %v", names)
	}
}

// TestWithoutEquation: the network alone needs no equation, which cannot be solved.
func TestWithoutEquation(t *testing.T) {
	t.Chdir(t.TempDir())
	var got play.Summary
	code, stdout, stderr := call(t, t.Context(), "network", "hodgkin-huxley", "--set", "neuron={law: fitzhugh-nagumo, current: 0.4, noise: 0.1}",
		"--set", "initial={from: -1, to: 1}", "--set", "particles.N=50", "--set", "time={end: 20}", "-o", "out", "--json")
	if code != Done {
		t.Fatal(stderr)
	}
	if decode(t, stdout, &got); got.Compare != nil || got.Doubled != nil || got.Network == nil {
		t.Errorf("%s", stdout)
	}
	page, err := os.ReadFile(filepath.Join("out", "report.html"))
	if err != nil || !strings.Contains(string(page), "FitzHugh 1961") || !strings.Contains(string(page), "simulated the network alone") {
		t.Errorf("%v", err)
	}
	code, _, stderr = call(t, t.Context(), "meanfield", "hodgkin-huxley", "--set", "neuron.noise=-1")
	if code != BadInput || !strings.Contains(stderr, "model: biophysical") || !strings.Contains(stderr, "neuron.noise: -1") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	if code, stdout, stderr := call(t, t.Context(), "run", "hodgkin-huxley", "--dry-run"); code != Done || !strings.Contains(stdout, "of memory") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
