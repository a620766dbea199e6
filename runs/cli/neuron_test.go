package cli

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"lapicque/neuron/membrane"
	"lapicque/runs/store"
)

// neuronResult is what neuron.json says.
type neuronResult struct {
	Spikes   []float64
	Latency  *float64
	Rate     float64
	Interval *float64
	Duration float64
	Scheme   struct{ Name, Order string }
	Rest     []struct{ State map[string]float64 }
}

// TestNeuron integrates a LIF neuron, whose spikes are known, and leaves a folder.
func TestNeuron(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, method := range []string{"dormand-prince", "dop853", "rodas5p"} {
		code, out, problems := call(t, t.Context(), "neuron", "lif", "--current", "0.5", "--set", "tau=20", "--set", "t_ref=3", "--method", method, "--tolerance", "1e-12", "--json", "-o", method)
		if code != Done {
			t.Fatalf("%d %s", code, problems)
		}
		var r neuronResult
		decode(t, out, &r)
		first := 20 * math.Log(25/10.0) // τ ln(R I/(R I + E_L − V_th))
		for k, at := range r.Spikes {
			if want := first + float64(k)*(first+3); math.Abs(at-want) > 1e-9 {
				t.Errorf("%s: spike %d at %v, want %v", method, k, at, want)
			}
		}
		if len(r.Spikes) != 9 || r.Latency == nil || r.Interval == nil || math.Abs(*r.Interval-first-3) > 1e-9 || r.Rate != 0.05 || r.Rest[0].State["V"] != -65 {
			t.Errorf("%s", out)
		}
		if err := store.Verify(method); err != nil {
			t.Error(err)
		}
	}
	rows := readRows(t, "dop853/tables/trajectory.csv")
	if strings.Join(rows[0], ",") != "time [ms],current [nA],V [mV]" || len(rows) != 4002+2*9 { // two at each spike
		t.Errorf("%d rows under %v", len(rows), rows[0])
	}
	for _, row := range rows[1:] { // before the first spike the potential is known
		at, v := parsed(t, row[0]), parsed(t, row[2])
		if want := -65 + 25*(1-math.Exp(-at/20)); at < 18 && math.Abs(v-want) > 1e-9 {
			t.Fatalf("V(%v) = %v, want %v", at, v, want)
		}
	}
	if spikes := readRows(t, "dop853/tables/spikes.csv"); spikes[0][0] != "time [ms]" || len(spikes) != 10 {
		t.Errorf("%v", spikes)
	}
	if _, err := os.Stat("dop853/plots/trajectory.svg"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("dop853/plots/phase.png"); err == nil {
		t.Error("a phase plane of one variable")
	}
}

// TestNeuronHodgkinHuxley: 68.32 Hz at 10 µA/cm² from the squid's rest; silence at 2.
func TestNeuronHodgkinHuxley(t *testing.T) {
	t.Chdir(t.TempDir())
	for current, want := range map[string]float64{"10": 68.32, "2": 0} {
		code, out, problems := call(t, t.Context(), "neuron", "hodgkin-huxley", "--current", current, "--duration", "400", "--method", "dop853", "--json")
		if code != Done {
			t.Fatal(problems)
		}
		var r neuronResult
		decode(t, out, &r)
		if want == 0 && len(r.Spikes) > 0 || want > 0 && (r.Interval == nil || math.Abs(1000 / *r.Interval - want) > 0.005) {
			t.Errorf("I = %s: %s", current, out)
		}
		if len(r.Rest) != 2 || math.Abs(r.Rest[0].State["V"]+65) > 0.01 {
			t.Errorf("%v", r.Rest)
		}
	}
}

// TestNeuronCurrents: each law of the current, in the table.
func TestNeuronCurrents(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("i.csv", []byte("time,current\n0,1\n10,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for law, want := range map[string]float64{ // at time 5
		"0.25": 0.25,
		"{law: ramp, from: 0, to: 2, start: 4, end: 8}":                             0.5,
		"{law: steps, initial: 0, steps: [{time: 5, current: 3}]}":                  3,
		"{law: sine, mean: 1, amplitude: 0.5, frequency: 0.05}":                     1.5,
		"{law: pulses, baseline: 0.1, amplitude: 1, width: 2, period: 6, first: 4}": 1.1,
		"{law: table, file: i.csv}":                                                 1.5,
	} {
		code, _, problems := call(t, t.Context(), "neuron", "fitzhugh-nagumo", "--current", law, "--duration", "10", "--sample", "5", "-o", "x", "--force", "--quiet")
		if code != Done {
			t.Fatalf("%s: %d %s", law, code, problems)
		}
		if rows := readRows(t, "x/tables/trajectory.csv"); len(rows) != 4 || rows[0][1] != "current" || math.Abs(parsed(t, rows[2][1])-want) > 1e-12 {
			t.Errorf("%s: %v", law, rows)
		}
		if _, err := os.Stat("x/plots/phase.png"); err != nil {
			t.Error(err)
		}
	}
	// Ornstein–Uhlenbeck: mean and variance over T within 4σ of their laws, σ²(mean) = 2s²τ/T, σ²(variance) = 2s⁴τ/T.
	code, _, problems := call(t, t.Context(), "neuron", "lif", "--current", "{law: noise, mean: 0.1, deviation: 0.05, correlation: 5, step: 0.5}", "--duration", "20000", "--sample", "0.5", "-o", "x", "--force", "--quiet")
	if code != Done {
		t.Fatal(problems)
	}
	var sum, square float64
	rows := readRows(t, "x/tables/trajectory.csv")[1:]
	for _, row := range rows {
		d := parsed(t, row[1]) - 0.1
		sum, square = sum+d/float64(len(rows)), square+d*d/float64(len(rows))
	}
	if math.Abs(sum) > 4*0.05*math.Sqrt(10./20000) || math.Abs(square/0.0025-1) > 4*math.Sqrt(10./20000) {
		t.Errorf("mean %v from 0.1, variance %v of what it should be", sum, square/0.0025)
	}
}

// TestNeuronNoise: the same seed gives the same spikes, and the scheme states its order.
func TestNeuronNoise(t *testing.T) {
	t.Chdir(t.TempDir())
	results := map[string]string{}
	for _, seed := range []string{"1", "1", "2"} {
		code, out, problems := call(t, t.Context(), "neuron", "morris-lecar", "--current", "80", "--noise", "3", "--seed", seed, "--json")
		if code != Done {
			t.Fatal(problems)
		}
		if before, known := results[seed]; known && before != out {
			t.Error("the same seed, another result")
		}
		results[seed] = out
	}
	if results["1"] == results["2"] || !strings.Contains(results["1"], "strong order 3/2") {
		t.Errorf("%s", results["1"])
	}
}

// TestNeuronRefusals: all faults at once, nothing written.
func TestNeuronRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, one := range []struct {
		args, want []string
	}{
		{[]string{"hodgkin-huxly", "--duration", "-1", "--current", "{law: ramp, from: a}"}, []string{"did you mean hodgkin-huxley?", "duration: -1", "current.from: a"}},
		{[]string{"lif", "--set", "tau=-1", "--set", "q=2", "--set", "R", "--current", "nan", "--noise", "NaN", "--step", "0", "--tolerance", "1", "--method", "euler", "--seed", "x", "--sample", "-1"},
			[]string{"tau: -1", "q: 2", "set: R", "current: nan", "noise: NaN", "step: 0", "tolerance: 1", "method: euler", "seed: x", "sample: -1"}},
		{[]string{"lif", "--duration", "NaN", "--current", "{law: noise, deviation: -1}"}, []string{"duration: NaN", "current.deviation: -1", "current.correlation: 0", "current.step: 0"}},
		{[]string{"lif", "--current", "{law: table, file: none.csv}"}, []string{"current.file: none.csv"}},
		{[]string{"lif", "--current", "{law: ramps}"}, []string{"current.law: ramps", "did you mean ramp?"}},
		{[]string{"lif", "--current", "{law: ["}, []string{"current: "}},
		{[]string{"lif", "--current", ""}, []string{"current"}},
		{[]string{"lif", "--current", "500000", "--set", "q=1"}, []string{"current: 500000", "nA", "q: 1"}},
		{[]string{"lif", "mat"}, []string{"nothing more"}},
	} {
		code, out, problems := call(t, t.Context(), append([]string{"neuron"}, one.args...)...)
		if code != BadInput || out != "" {
			t.Errorf("%v: %d %s", one.args, code, out)
		}
		for _, want := range one.want {
			if !strings.Contains(problems, want) {
				t.Errorf("%v: no %q in\n%s", one.args, want, problems)
			}
		}
	}
	if code, out, _ := call(t, t.Context(), "neuron", "lif", "--dry-run", "-o", "there"); code != Done || !strings.Contains(out, "folder: there") {
		t.Errorf("%d %s", code, out)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("%v was written", left)
	}
}

// TestNeuronInterrupted leaves a folder that says so.
func TestNeuronInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, _, _ := call(t, ctx, "neuron", "mat", "--current", "1", "-o", "x")
	manifest, err := store.Open("x")
	if code != Interrupted || err != nil || manifest.Outcome != "cancelled" {
		t.Errorf("%d %+v %v", code, manifest, err)
	}
	if err := store.Verify("x"); err != nil {
		t.Error(err)
	}
}

// TestNeuronModels lists all, and each of them fires or rests without complaint.
func TestNeuronModels(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out, _ := call(t, t.Context(), "neuron")
	for _, name := range membrane.Names() {
		if code != Done || !strings.Contains(out, "\n"+name+": ") && !strings.HasPrefix(out, name+": ") {
			t.Errorf("%d: no %s", code, name)
		}
		if code, _, problems := call(t, t.Context(), "neuron", name, "--current", "0.01", "--duration", "50", "--json"); code != Done {
			t.Errorf("%s: %d %s", name, code, problems)
		}
	}
	var list []struct{ Name string }
	_, out, _ = call(t, t.Context(), "neuron", "--json")
	if decode(t, out, &list); len(list) != len(membrane.Names()) {
		t.Errorf("%s", out)
	}
}

func readRows(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func parsed(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
