package scenario

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"lapicque/neuron"
)

var both = Sides{Network: true, MeanField: true}

// lines returns the fault lines of a document.
func lines(t *testing.T, text string, set ...string) []string {
	t.Helper()
	_, err := read("x.yaml", []byte(text), set, both, ".")
	if err == nil {
		return nil
	}
	var fs Faults
	if !errors.As(err, &fs) {
		t.Fatalf("the error is a %T", err)
	}
	return strings.Split(err.Error(), "\n")
}

func TestEveryFaultAtOnce(t *testing.T) {
	text := strings.Join([]string{
		"title: Everything wrong",
		"nuron: {V_F: 1}",
		"time: {end: 5, snapshots: [1, 7]}",
		"neuron: {V_F: 2, V_R: 3, a0: .nan, current: {mean: 1, amplitud: 2}}",
		"coupling: {b: [1], reset: soft}",
		"initial: {law: gaussian, variance: -1}",
		"particles: {N: 0, dt: 9, scheme: bridge, replicas: two}",
	}, "\n")
	got := lines(t, text, "record.rate_bin=-1", "record.colour=red")
	want := []string{
		"--set record.colour=red: record.colour: an unknown key is not accepted",
		"--set record.rate_bin=-1: record.rate_bin: -1 is not accepted",
		"x.yaml:2:1: nuron: an unknown key is not accepted: one of title,",
		"x.yaml:3:31: time.snapshots.1: 7 is not accepted: a time from 0 to time.end = 5",
		"x.yaml:4:23: neuron.V_R: 3 is not accepted: a finite number below V_F",
		"x.yaml:4:30: neuron.a0: .nan is not accepted: a finite number",
		"x.yaml:4:55: neuron.current.amplitud: an unknown key is not accepted: one of law, mean, amplitude, frequency (did you mean amplitude?)",
		"x.yaml:5:15: coupling.b: a list of 1 is not accepted: a finite number",
		"x.yaml:5:27: coupling.reset: soft is not accepted: subtractive, hard or sequential",
		"x.yaml:6:36: initial.variance: -1 is not accepted",
		"x.yaml:7:16: particles.N: 0 is not accepted",
		"x.yaml:7:23: particles.dt: 9 is not accepted",
		"x.yaml:7:52: particles.replicas: two is not accepted: a whole number",
	}
	for i, w := range want {
		if i >= len(got) || !strings.HasPrefix(got[i], w) {
			t.Errorf("line %d: want %q in\n%s", i, w, strings.Join(got, "\n"))
			break
		}
	}
	if got := lines(t, "initial: {law: gaussian, variance: -1}\n"); len(got) != 1 || !strings.HasPrefix(got[0], "x.yaml:1:36: initial.variance: -1 is not accepted") {
		t.Errorf("negative variance: %q", got)
	}
}

func TestSingleFaults(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a: b: c", "x.yaml:1:"},
		{"- 1", "a list of 1"},
		{"title: [", "x.yaml:1:"},
		{"neuron: &a {V_F: 2}", "no anchors"},
		{"title: !!str x", "no anchors"},
		{"seed: 1\nseed: 2", "x.yaml:2:1: seed: this key a second time"},
		{"seed: -1", "whole number from 0"},
		{"seed: 1.5", "whole number from 0"},
		{"time: 3", "a mapping of end, snapshots"},
		{"time: {end: .inf}", "time.end: .inf"},
		{"time: {end: true}", "time.end: true"},
		{"time: {end: '5'}", `time.end: "5"`},
		{"time: {end: 0x10}", "time.end: 0x10"},
		{"time: {snapshots: [2, 1]}", "a time after the one before it"},
		{"model: nnlf", "did you mean nnlif?"},
		{"initial: {law: gausian}", "did you mean gaussian?"},
		{"initial: {law: point, mean: 0}", "initial.mean: an unknown key"},
		{"initial: {law: point, potential: 2.5}", "at most V_F = 2"},
		{"initial: {law: uniform, from: 1, to: 0}", "below to = 0"},
		{"initial: {law: sample, file: /nonexistent}", "initial.file"},
		{"initial: {law: steady}\nneuron: {current: {amplitude: 1, frequency: 1}}", "no steady state"},
		{"coupling: {b: 1}", "coupling.reset to hard"},
		{"coupling: {b: 1, reset: sequential}", "coupling.reset to hard"},
		{"neuron: {a1: -0.1}", "neuron.a1: -0.1"},
		{"expect: [{path: outcome}]", "at least one of below"},
		{"expect: [{path: outcome, equals: a, within: 1}]", "within"},
		{"expect: [{path: a..b, below: 1}]", "dotted path"},
		{"record: {raster: {from: 6}}", "record.raster.from: 6"},
		{"record: {raster: {from: 2, to: 1}}", "record.raster.to: 1"},
		{"record: {rate_bin: 1e-12}", "record.rate_bin"},
		{strings.Repeat("[", 100), "inside each other"},
		{strings.Repeat("- ", 100), "inside each other"},
		{"# " + strings.Repeat("x", MaxSize), "at most 65536 bytes"},
		{"title: a\n---\ntitle: b", "one document"},
	} {
		got := lines(t, c.text)
		if len(got) != 1 || !strings.Contains(got[0], c.want) {
			t.Errorf("%.60q: want one line with %q, got %q", c.text, c.want, got)
		}
	}
	if got := lines(t, ""); got != nil {
		t.Errorf("an empty document is all defaults, got %q", got)
	}
}

func TestAssignments(t *testing.T) {
	d, err := read("x.yaml", []byte("neuron: {current: 3}"), []string{
		"time.snapshots=[1,2]", "time.snapshots.-1=2.5", "coupling.b=-0.5", "neuron.current.mean=1", "particles.N=1e4", "title=a: b",
	}[:5], both, ".")
	if err != nil {
		t.Fatal(err)
	}
	s := d.(*NNLIF)
	if s.Time.Snapshots[1] != 2.5 || s.Coupling.B != -0.5 || s.Particles.N != 10000 || s.Neuron.Current.Current != (neuron.Sine{Mean: 1}) {
		t.Errorf("assignments: %+v", s)
	}
	for _, bad := range []string{"b", "=3", "a..b=1", "coupling.b=[", "time.snapshots.9=1", "title=a: b", "coupling.b=1\nseed: 2"} {
		if got := lines(t, "time: {snapshots: [1]}", bad); len(got) != 1 || !strings.HasPrefix(got[0], "--set "+strings.Split(bad, "\n")[0]) {
			t.Errorf("%q: %q", bad, got)
		}
	}
}

func TestSides(t *testing.T) {
	strong := []string{"coupling.b=3"}
	if _, err := Load("inhibitory", strong, Sides{}); err != nil {
		t.Errorf("the steady states do not depend on the reset rule: %v", err)
	}
	if _, err := Load("inhibitory", strong, Sides{MeanField: true}); err == nil {
		t.Error("a mean field with b ≥ V_F − V_R needs reset: hard")
	}
	if _, err := Load("inhibitory", []string{"neuron.a1=0.1", "time={end: 0.001}"}, Sides{MeanField: true}); err != nil {
		t.Errorf("a1 and a short end are fine for the mean field: %v", err)
	}
}

func TestSampleFile(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("v.txt", "# potentials\n0.5\n-1 # low\n\n1\n")
	write("s.yaml", "initial: {law: sample, file: v.txt}")
	s, err := Load(filepath.Join(folder, "s.yaml"), nil, both)
	if err != nil {
		t.Fatal(err)
	}
	start, err := s.Neurons().Start()
	if err != nil || start[0].CDF(0) != 1.0/3 {
		t.Errorf("start: %v %v", start, err)
	}
	for text, want := range map[string]string{"0.5\nx\n": "line 2", "3\n": "value 1 is 3", "NaN": "value 1 is NaN", "": "no number"} {
		write("v.txt", text)
		if _, err := Load(filepath.Join(folder, "s.yaml"), nil, both); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Every embedded scenario is valid for run (without an equation: against networks of 2N) and by the schema, and what Resolved
// writes reads back to the same.
func TestEmbedded(t *testing.T) {
	schema := compile(t)
	for _, name := range Names() {
		s, err := Load(name, nil, both)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		resolved, err := s.Resolved()
		if err != nil {
			t.Fatal(err)
		}
		again, err := read("resolved.yaml", resolved, nil, both, ".")
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, resolved)
		}
		once, _ := written(s.Document)
		if twice, err := written(again); err != nil || string(twice) != string(once) {
			t.Errorf("%s: resolved twice differs:\n%s\n%s", name, once, twice)
		}
		for _, text := range [][]byte{s.Text, resolved} {
			if err := validate(t, schema, text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := compile(t)
	for _, text := range []string{
		"nuron: 1", "particles: {N: 0}", "particles: {N: x}", "initial: {law: point, mean: 1}", "model: other",
		"coupling: {reset: soft}", "neuron: {current: {amp: 1}}", "expect: [{below: 1}]",
	} {
		if validate(t, schema, []byte(text)) == nil {
			t.Errorf("the schema accepts %q", text)
		}
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.json", document); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("scenario.json")
}

func validate(t *testing.T, schema *jsonschema.Schema, text []byte) error {
	t.Helper()
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(converted)))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

func TestJudge(t *testing.T) {
	var summary any
	if err := json.Unmarshal([]byte(`{"outcome": "completed", "s": [{"w": 1}, {"w": 3, "x": null}]}`), &summary); err != nil {
		t.Fatal(err)
	}
	for text, holds := range map[string]bool{
		"{path: outcome, equals: completed}":    true,
		"{path: outcome, equals: blow-up}":      false,
		"{path: s.-1.w, below: 4, above: 2}":    true,
		"{path: s.0.w, below: 1}":               false,
		"{path: s.1.w, equals: 3.1, within: 1}": true,
		"{path: s.1.w, equals: 3.1}":            false,
		"{path: s.1.x, below: 9}":               false,
		"{path: s.2.w, below: 9}":               false,
		"{path: s.w.w, above: -9}":              false,
	} {
		d, err := read("x.yaml", []byte("expect: ["+text+"]"), nil, both, ".")
		if err != nil {
			t.Fatal(err)
		}
		_, tail := d.Common()
		verdicts, err := Judge(tail.Expect, summary)
		if err != nil || verdicts[0].Holds != holds {
			t.Errorf("%s: %+v %v", text, verdicts, err)
		}
	}
}

// FuzzRead looks for panics, hangs and documents that do not read back.
func FuzzRead(f *testing.F) {
	for _, name := range Names() {
		text, err := Text(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "coupling.b=1")
	}
	f.Add("a: [1, {b: .nan}]\n? x\n- y\n", "time.snapshots=[1,2]")
	f.Add("initial: {law: uniform, from: 0, to: 1}", "expect=[{path: a, equals: 1}]")
	f.Fuzz(func(t *testing.T, text, assignment string) {
		if strings.Contains(text+assignment, "file") || strings.Contains(text+assignment, "steady") {
			t.Skip("needs files or a solver")
		}
		start := time.Now()
		d, err := read("x.yaml", []byte(text), []string{assignment}, both, ".")
		if elapsed := time.Since(start); elapsed > 60*time.Second {
			t.Fatalf("read for %v", elapsed)
		}
		if err != nil {
			var fs Faults
			if !errors.As(err, &fs) || len(fs) == 0 {
				t.Fatalf("an error that is no list of faults: %v", err)
			}
			return
		}
		resolved, err := written(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read("resolved.yaml", resolved, nil, both, "."); err != nil && len(resolved) < MaxSize {
			t.Fatalf("does not read back: %v\n%s", err, resolved)
		}
	})
}
