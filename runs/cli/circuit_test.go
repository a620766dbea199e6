package cli

import (
	"os"
	"strings"
	"testing"
)

// TestCircuit runs a circuit from the command line: the table, the JSON and the page speak of each population.
func TestCircuit(t *testing.T) {
	t.Chdir(t.TempDir())
	set := []string{"run", "ei-oscillation", "--set", "populations.E.N=500", "--set", "populations.I.N=200", "--set", "time={end: 0.5, snapshots: [0.5]}",
		"--set", "meanfield.cells=60", "--set", "particles.replicas=2", "--set", "expect=[]", "--set", "populations.E.neuron.refractory={law: fixed, tau: 0.1}",
		"--set", "populations.I.neuron.firing={law: escape, epsilon: 0.05}"}
	code, out, problems := call(t, t.Context(), append(set, "-o", "pair")...)
	if code != 0 {
		t.Fatalf("%d %s", code, problems)
	}
	for _, want := range []string{"population", "network R", "N = 700"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	page, err := os.ReadFile("pair/report.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<figure id="rates">`, `<figure id="refractory">`, `<figure id="densities_E">`, `<figure id="densities_I">`, `<figure id="raster">`, `<figure id="traces_I">`,
		"Densities n(v, t) of population I", "b: to ↓ from →", "above <i>V<sub>F</sub></i> at random, at the rate 1/ε", "is refractory for the time τ", "populations.I.neuron.firing.epsilon",
		"arrays/density_edges_E.npy", "tables/traces_I.csv", "error of the refractory fraction"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %q on the page", want)
		}
	}
	code, out, problems = call(t, t.Context(), append(set, "--dry-run")...)
	if code != 0 || !strings.Contains(out, "# about") {
		t.Errorf("%d %s %s", code, out, problems)
	}
	code, out, problems = call(t, t.Context(), "response", "ei-oscillation")
	if code != 2 || !strings.Contains(problems, "of one population") {
		t.Errorf("%d %s %s", code, out, problems)
	}
}
