package cli

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"lapicque/runs/single"
	"lapicque/runs/store"
)

// near reports a number that differs from its printed value by more than half a unit of the last digit.
func near(t *testing.T, what string, got, want, half float64) {
	t.Helper()
	if !(math.Abs(got-want) <= half) {
		t.Errorf("%s: %.9g, want %g", what, got, want)
	}
}

func rates(t *testing.T, args ...string) *single.Rates {
	t.Helper()
	code, out, problems := call(t, t.Context(), append([]string{"neuron", "--fi", "--json"}, args...)...)
	if code != Done {
		t.Fatalf("%v: %d %s", args, code, problems)
	}
	r := &single.Rates{}
	decode(t, out, r)
	return r
}

func bifurcations(t *testing.T, args ...string) *single.Bifurcation {
	t.Helper()
	code, out, problems := call(t, t.Context(), append([]string{"neuron", "--bifurcation", "--json"}, args...)...)
	if code != Done {
		t.Fatalf("%v: %d %s", args, code, problems)
	}
	b := &single.Bifurcation{}
	decode(t, out, b)
	return b
}

// TestNeuronBifurcation: the figures of the models, as printed in their literature, through the verb, and the folder.
func TestNeuronBifurcation(t *testing.T) {
	t.Chdir(t.TempDir())
	h := bifurcations(t, "hodgkin-huxley", "-o", "axon")
	if len(h.Hopfs) != 2 || len(h.Folds) != 0 || len(h.Branches) != 1 || len(h.Bistable) != 1 || h.Onset == nil {
		t.Fatalf("%+v", h)
	}
	near(t, "Hopf point", h.Hopfs[0].Current, 9.7754, 5e-5)
	near(t, "Hopf point", h.Hopfs[1].Current, 154.52, 5e-3)
	near(t, "onset", *h.Onset, 6.26, 5e-3)
	near(t, "bistable to", h.Bistable[0].To, h.Hopfs[0].Current, 1e-9)
	if h.Hopfs[0].Criticality != "subcritical" || h.Hopfs[1].Criticality != "supercritical" || h.Bistable[0].Begins != "fold of cycles" {
		t.Errorf("%+v %+v", h.Hopfs, h.Bistable)
	}
	if err := store.Verify("axon"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"bifurcation.json", "tables/equilibria.csv", "tables/cycles.parquet", "tables/points.csv", "plots/bifurcation.png", "plots/bifurcation.svg"} {
		if _, err := os.Stat("axon/" + name); err != nil {
			t.Error(err)
		}
	}
}

// TestNeuronBifurcationOthers: a model without dimension, one that begins to fire at rate 0, one that resets.
func TestNeuronBifurcationOthers(t *testing.T) {
	f := bifurcations(t, "fitzhugh-nagumo")
	near(t, "Hopf point", f.Hopfs[0].Current, 0.331281, 5e-7)
	near(t, "Hopf point", f.Hopfs[1].Current, 1.418719, 5e-7)
	snic := bifurcations(t, "morris-lecar-snic")
	near(t, "fold", snic.Folds[len(snic.Folds)-1].Current, 39.963, 5e-4)
	near(t, "onset", *snic.Onset, snic.Folds[len(snic.Folds)-1].Current, 1e-5)
	if snic.Firing[0].Begins != "saddle-node on a circle" {
		t.Errorf("%+v", snic.Firing)
	}
	lif := bifurcations(t, "lif", "--to", "1")
	if lif.Followed || len(lif.Branches) > 0 || len(lif.Resting) != 1 || lif.Resting[0].Ends != "threshold" {
		t.Errorf("%+v", lif)
	}
	near(t, "threshold", lif.Resting[0].To, 0.3, 1e-9)
}

// TestNeuronRates: rates at given currents, hysteresis as wide as the bistable range up to the mesh, rheobase, latency.
func TestNeuronRates(t *testing.T) {
	t.Chdir(t.TempDir())
	h := rates(t, "hodgkin-huxley", "--from", "5", "--to", "20", "--count", "31", "-o", "axon")
	for _, row := range h.Currents {
		bistable := row.Current > h.Bistable[0].From && row.Current < h.Bistable[0].To
		fires := row.Current > h.Bistable[0].From
		if (row.Up > 0) != (fires && !bistable) || (row.Down > 0) != fires {
			t.Errorf("%+v", row)
		}
	}
	near(t, "rate at 10", h.Currents[10].Up, 68.32, 5e-3)
	near(t, "rate at 10", h.Currents[10].Down, 68.32, 5e-3)
	near(t, "rate at 20", h.Currents[30].Up, 86.47, 5e-3)
	if err := store.Verify("axon"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"rates.json", "tables/rates.csv", "tables/rates.parquet", "plots/rates.png", "plots/rates.svg"} {
		if _, err := os.Stat("axon/" + name); err != nil {
			t.Error(err)
		}
	}
}

// TestNeuronRheobase: the step from rest that makes a spike; the period of a model without dimension.
func TestNeuronRheobase(t *testing.T) {
	near(t, "rheobase", *rates(t, "hodgkin-huxley", "--from", "1.5", "--to", "3", "--count", "2").Rheobase, 2.24033, 1e-5)
	f := rates(t, "fitzhugh-nagumo", "--from", "0.5", "--to", "1", "--count", "2")
	near(t, "period at 0.5", 1/f.Currents[0].Up, 39.474, 5e-4)
}

// TestNeuronRatesExact: rheobase, latencies and rates of the leaky neuron are known in closed form.
func TestNeuronRatesExact(t *testing.T) {
	lif := rates(t, "lif", "--set", "tau=20", "--from", "0.1", "--to", "0.9", "--count", "5", "-j", "1")
	near(t, "rheobase", *lif.Rheobase, 0.3, 1e-8)
	for _, row := range lif.Currents[1:2] {
		if row.Latency != nil != (row.Current > 0.3) {
			t.Errorf("%+v", row)
		}
	}
	for _, row := range lif.Currents[2:] { // V relaxes from E_L to E_L + R I
		passage := 20 * math.Log(50*row.Current/(50*row.Current-15))
		near(t, "latency", *row.Latency, passage, 1e-6)
		near(t, "rate", row.Up, 1000/(2+passage), 1e-5)
		near(t, "rate", row.Down, 1000/(2+passage), 1e-5)
	}
}

// TestNeuronDiagramWorkers: the same document for any number of workers; an interruption leaves nothing.
func TestNeuronDiagramWorkers(t *testing.T) {
	t.Chdir(t.TempDir())
	var out [2]string
	for k, n := range []string{"1", "3"} {
		_, out[k], _ = call(t, t.Context(), "neuron", "izhikevich", "--fi", "--count", "7", "--duration", "300", "--json", "-j", n)
	}
	if out[0] == "" || out[0] != out[1] {
		t.Errorf("%s\n%s", out[0], out[1])
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, kind := range []string{"--fi", "--bifurcation"} {
		if code, _, problems := call(t, ctx, "neuron", "fitzhugh-nagumo", kind, "-o", "stopped"); code != Interrupted {
			t.Errorf("%s: %d %s", kind, code, problems)
		}
	}
	if left := tree(t); len(left) > 1 {
		t.Errorf("written: %v", left)
	}
}

// TestNeuronDiagramRefusals: every fault at once, exit code 2, nothing written.
func TestNeuronDiagramRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"neuron", "--fi"}, []string{"take one model"}},
		{[]string{"neuron", "hodgkin-huxly", "--fi", "--noise", "1"}, []string{"hodgkin-huxly", "noise: 1"}},
		{[]string{"neuron", "lif", "--fi", "--from", "2", "--to", "1", "--count", "1", "--duration", "-3", "--set", "tau=-1", "--current", "5", "-j", "-1", "--method", "euler"},
			[]string{"to: 1", "count: 1", "duration: -3", "tau: -1", "current: 5", "workers: -1", "method: euler"}},
		{[]string{"neuron", "lif", "--bifurcation", "--fi", "--from", "NaN"}, []string{"bifurcation: true", "from: NaN"}},
		{[]string{"neuron", "lif", "--bifurcation", "--duration", "4", "--count", "3"}, []string{"duration: 4", "count: 3"}},
	} {
		code, out, problems := call(t, t.Context(), c.args...)
		if code != BadInput || out != "" {
			t.Errorf("%v: %d %s", c.args, code, out)
		}
		for _, want := range c.want {
			if strings.Count(problems, want) != 1 {
				t.Errorf("%v: not once %q in\n%s", c.args, want, problems)
			}
		}
	}
	if left := tree(t); len(left) > 1 { // the folder itself
		t.Errorf("written: %v", left)
	}
}
