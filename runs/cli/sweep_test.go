package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"lapicque/runs/store"
)

// standardNeuron is the neuron of MODELS.md section 7, with its Hopf point at b = −41.96438540, d = 1, T = 2.774.
var standardNeuron = []string{"--set", "neuron={V_F: 2, V_R: 1, a0: 1}", "--set", "initial={law: gaussian, mean: 0, variance: 0.25}"}

type sweepOutput struct {
	Outcome         string
	Total, Finished int
	Points          []struct {
		Index           int
		Values          []float64
		Outcome, Reason string
		Rate, Period    *float64
		Synchrony       *float64
	}
}

// TestSweepHopf: both sides of the Hopf point, the period beyond it, the files of the folder.
func TestSweepHopf(t *testing.T) {
	t.Chdir(t.TempDir())
	args := slices.Concat([]string{"sweep", "delayed-inhibition", "--set", "time={end: 50}", "--grid", "coupling.b=-38:-46:2", "--grid", "coupling.delay=0.1:1:2", "--json", "-o", "out"}, standardNeuron)
	code, stdout, stderr := call(t, t.Context(), args...)
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	var got sweepOutput
	decode(t, stdout, &got)
	want := []string{"stationary", "stationary", "stationary", "oscillating"} // (−38, 0.1), (−38, 1), (−46, 0.1), (−46, 1)
	for i, p := range got.Points {
		if p.Outcome != want[i] || p.Index != i {
			t.Errorf("%v: %s %s", p.Values, p.Outcome, p.Reason)
		}
	}
	if t.Failed() || len(got.Points) != 4 {
		t.Fatal(stdout)
	}
	last := got.Points[3]
	if last.Period == nil || math.Abs(*last.Period-2.79) > 0.02 || !(*last.Synchrony > 1e-3) || !(*got.Points[0].Synchrony < 1e-6) {
		t.Error(stdout)
	}
	if got.Points[0].Period != nil {
		t.Errorf("a stationary point with a period")
	}
	for _, name := range []string{"sweep.json", "tables/points.csv", "plots/outcome.png", "plots/rate.svg", "plots/synchrony.png", "plots/period.png", "report.html", "resolved.yaml"} {
		if info, err := os.Stat(filepath.Join("out", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	type row struct {
		Delay  float64  `parquet:"coupling.delay"`
		Rate   *float64 `parquet:"rate"`
		Period *float64 `parquet:"period"`
	}
	rows, err := parquet.ReadFile[row]("out/tables/points.parquet")
	if err != nil || len(rows) != 4 || rows[3].Delay != 1 || *rows[3].Period != *last.Period || rows[0].Period != nil || *rows[0].Rate != *got.Points[0].Rate {
		t.Errorf("%v %+v", err, rows)
	}
	before, _ := os.ReadFile("out/report.html")
	if code, _, stderr := call(t, t.Context(), "report", "out"); code != Done {
		t.Errorf("report: %d %s", code, stderr)
	}
	if after, _ := os.ReadFile("out/report.html"); !bytes.Equal(before, after) {
		t.Error("the report built again differs")
	}
}

// TestSweepBlowUp: a blow-up is a finding, and its time is that of MODELS.md section 4.
func TestSweepBlowUp(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), "sweep", "blow-up", "--set", "initial={law: gaussian, mean: -1, variance: 0.5}", "--set", "coupling={reset: hard}", "--set", "meanfield.continue=false",
		"--set", "time={end: 5}", "--grid", "coupling.b=0.5:3:2", "--json")
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	var got struct {
		Points []struct {
			Outcome string
			Time    *float64 `json:"first_blow_up"`
			Rate    *float64
		}
	}
	decode(t, stdout, &got)
	if len(got.Points) != 2 || got.Points[0].Outcome != "stationary" || got.Points[1].Outcome != "blow-up" ||
		math.Abs(*got.Points[1].Time-3.417374) > 2e-6 || got.Points[1].Rate != nil {
		t.Error(stdout)
	}
	if entries, _ := os.ReadDir("."); len(entries) > 0 {
		t.Error("--json without -o wrote something")
	}
}

// TestSweepNetwork: a blow-up in a network, and one grid over a key that takes whole numbers.
func TestSweepNetwork(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), "sweep", "linear", "--side", "network", "--set", "time={end: 4}", "--grid", "particles.N=100:2000:3:log", "--json", "-o", "out", "-j", "2")
	var got sweepOutput
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	decode(t, stdout, &got)
	for i, n := range []float64{100, 447, 2000} {
		p := got.Points[i]
		if p.Values[0] != n || p.Outcome != "stationary" || math.Abs(*p.Rate-0.12) > 4*math.Sqrt(0.12*1.4/n) {
			t.Errorf("%+v", p)
		}
		if x := *p.Synchrony * n; !(x > 0.05 && x < 10) { // independent neurons: of order 1/N
			t.Errorf("N = %v: N·χ² = %v", n, x)
		}
	}
	for _, name := range []string{"plots/sweep.png", "report.html"} {
		if _, err := os.Stat(filepath.Join("out", name)); err != nil {
			t.Error(err)
		}
	}
}

// TestSweepGoesOn: what an interrupted sweep has is kept, is not computed again, and the whole is as in one go.
func TestSweepGoesOn(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"sweep", "inhibitory", "--set", "time={end: 4}", "--set", "meanfield.rtol=1e-6", "--grid", "coupling.b=-2:0:5", "--quiet", "-j", "1"}
	if code, _, stderr := call(t, t.Context(), append(args, "-o", "whole")...); code != Done {
		t.Fatal(stderr)
	}
	// As if it had been killed after two points, in the middle of a third.
	for _, name := range []string{"sweep.json", "resolved.yaml", "provenance.json"} {
		text, err := os.ReadFile(filepath.Join("whole", name))
		if err = errors.Join(err, os.MkdirAll("cut", 0o755), os.WriteFile(filepath.Join("cut", name), text, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	var whole struct{ Points []json.RawMessage }
	text, _ := os.ReadFile("whole/sweep.json")
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	var journal bytes.Buffer
	for _, k := range []int{3, 1} {
		var line bytes.Buffer
		if err := json.Compact(&line, whole.Points[k]); err != nil {
			t.Fatal(err)
		}
		marked := strings.Replace(line.String(), `"reason"`, `"ignored"`, 1)
		journal.WriteString(strings.Replace(marked, `"blow_ups":0`, `"blow_ups":7`, 1) + "\n") // shows that it was not played again
	}
	journal.WriteString(`{"index":4,"ra`)
	if err := os.WriteFile("cut/points.jsonl", journal.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := call(t, t.Context(), append(args, "-o", "cut", "--set", "neuron.a0=2")...); code != BadInput || !strings.Contains(stderr, "--force") {
		t.Errorf("another scenario goes on: %d %s", code, stderr)
	}
	code, stdout, stderr := call(t, t.Context(), append(args[:len(args)-3:len(args)-3], "--json", "-o", "cut")...)
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	var got struct {
		Outcome string
		Points  []map[string]any
	}
	decode(t, stdout, &got)
	if got.Outcome != "completed" || len(got.Points) != 5 || got.Points[1]["blow_ups"] != 7.0 || got.Points[3]["blow_ups"] != 7.0 || got.Points[2]["blow_ups"] != 0.0 {
		t.Error(stdout)
	}
	again, _ := os.ReadFile("cut/sweep.json")
	if !bytes.Equal(bytes.ReplaceAll(again, []byte(`"blow_ups": 7`), []byte(`"blow_ups": 0`)), text) {
		t.Error("the points differ from those computed in one go")
	}
	if err := store.Verify("cut"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("cut/points.jsonl"); err == nil {
		t.Error("the journal of a complete sweep is still there")
	}
	if code, _, stderr = call(t, t.Context(), append(args, "-o", "cut")...); code != BadInput || !strings.Contains(stderr, "--force") {
		t.Errorf("a complete sweep goes on: %d %s", code, stderr)
	}
}

// TestSweepInterrupted: Ctrl-C leaves a sealed folder that says what is finished, and the same command goes on.
func TestSweepInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"sweep", "inhibitory", "--set", "time={end: 20}", "--grid", "coupling.b=-2:0:40", "--json", "-o", "cut", "-j", "1"}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		for ctx.Err() == nil {
			if info, err := os.Stat("cut/points.jsonl"); err == nil && info.Size() > 0 {
				stop()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	code, stdout, stderr := call(t, ctx, args...)
	var got sweepOutput
	decode(t, stdout, &got)
	if code != Interrupted || got.Outcome != "cancelled" || got.Finished != len(got.Points) || got.Finished == 0 || got.Finished == 40 || !strings.Contains(stderr, "of 40 points are finished and kept") {
		t.Fatalf("%d %s %s", code, stdout, stderr)
	}
	manifest, err := store.Open("cut")
	if err != nil || manifest.Outcome != "cancelled" || store.Verify("cut") != nil {
		t.Errorf("%+v %v %v", manifest, err, store.Verify("cut"))
	}
	if code, stdout, stderr = call(t, t.Context(), args...); code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	if decode(t, stdout, &got); got.Finished != 40 || got.Outcome != "completed" {
		t.Error(stdout)
	}
	if manifest, err = store.Open("cut"); err != nil || manifest.Outcome != "completed" || store.Verify("cut") != nil {
		t.Errorf("%+v %v", manifest, err)
	}
}

// TestSweepFailure: points that fail are told and stop no other.
func TestSweepFailure(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), "sweep", "inhibitory", "--side", "network", "--set", "particles={N: 50, dt: 2}", "--set", "time={end: 4}",
		"--grid", "neuron.a0=1:1e9:2:log", "--json")
	var got sweepOutput
	decode(t, stdout, &got)
	if code != Failure || len(got.Points) != 2 || got.Points[0].Outcome != "stationary" || got.Points[1].Outcome != "failed" ||
		!strings.Contains(got.Points[1].Reason, "smaller dt") || !strings.Contains(stderr, "1 of 2 points have no result") {
		t.Errorf("%d %s %s", code, stdout, stderr)
	}
}

func TestSweepFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ args, want []string }{
		{[]string{"--grid", "coupling.dely=0:1:3"}, []string{"--grid: coupling.dely: an unknown key is not accepted: one of b, delay, past, reset (did you mean delay?)"}},
		{[]string{"--grid", "title=0:1:3"}, []string{"a key whose value is a number"}},
		{[]string{"--grid", "coupling.reset=0:1:3"}, []string{"coupling.reset: 0 is not accepted: subtractive, hard or sequential"}},
		{[]string{"--grid", "meanfield.continue=0:1:2"}, []string{"true or false"}},
		{[]string{"--grid", "coupling=0:1:3"}, []string{"coupling: 0 is not accepted: a mapping"}},
		{[]string{"--grid", "coupling.b=0:1:0"}, []string{"count: 0 is not accepted"}},
		{[]string{"--grid", "coupling.b=0:x:y"}, []string{"to: x is not accepted", "count: y is not accepted"}},
		{[]string{"--grid", "coupling.b=0:1:3:log"}, []string{"with log two numbers > 0"}},
		{[]string{"--grid", "coupling.b=-1:0.5:3", "--grid", "coupling.b=-1:0.5:3"}, []string{"a key that no other grid has"}},
		{[]string{"--grid", "coupling.b=-1:0.5:3", "--grid", "neuron.a0=1:2:3", "--grid", "time.end=6:9:2"}, []string{"given 3 times is not accepted: one or two"}},
		{nil, []string{"given 0 times is not accepted: one or two"}},
		{[]string{"--grid", "particles.N=1:3:9"}, []string{"at most 3, the whole numbers that there are"}},
		{[]string{"--grid", "coupling.b=-1:0:400", "--grid", "neuron.a0=1:2:400"}, []string{"at most 100000"}},
		{[]string{"--grid", "coupling.b=0:2:5"}, []string{"grid coupling.b = 1: coupling.b: 1 is not accepted: a number below V_F − V_R = 1 with reset: subtractive; for a stronger coupling set coupling.reset to hard (3 of the 5 points"}},
		{[]string{"--grid", "neuron.a0=-1:1:5", "--grid", "neuron.V_R=0:3:7", "--side", "both", "-j", "-1", "--set", "foo=1"}, []string{
			"side: both", "workers: -1", "--set foo=1: foo: an unknown key",
			"grid neuron.a0 = -1, neuron.V_R = 0: neuron.a0: -1 is not accepted: a finite number > 0 (21 of the 35 points",
			"grid neuron.a0 = -1, neuron.V_R = 2: neuron.V_R: 2 is not accepted: a finite number below V_F (15 of the 35 points"}},
	} {
		code, stdout, stderr := call(t, t.Context(), append([]string{"sweep", "inhibitory", "-o", "out"}, c.args...)...)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		if code != BadInput || stdout != "" || len(lines) != len(c.want) {
			t.Errorf("%v: %d\n%s", c.args, code, stderr)
		}
		for _, w := range c.want {
			if !strings.Contains(stderr, w) {
				t.Errorf("%v: no %q in\n%s", c.args, w, stderr)
			}
		}
	}
	if entries, _ := os.ReadDir("."); len(entries) > 0 {
		t.Errorf("something was written: %v", entries)
	}
}

func TestSweepDryRun(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, _ := call(t, t.Context(), "sweep", "inhibitory", "--grid", "coupling.b=-2:0:5", "--dry-run")
	if code != Done || !strings.Contains(stdout, "# about") {
		t.Errorf("%d %s", code, stdout)
	}
	if entries, _ := os.ReadDir("."); len(entries) > 0 {
		t.Errorf("something was written: %v", entries)
	}
}
