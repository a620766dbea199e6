package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lapicque/runs/store"
)

// call runs a command line in an empty folder and returns what it printed.
func call(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problems bytes.Buffer
	code = Run(ctx, append([]string{"lapicque"}, args...), strings.NewReader(""), &out, &problems)
	return code, out.String(), problems.String()
}

var small = []string{"--set", "particles.N=500", "--set", "time={end: 0.2, snapshots: [0.1, 0.2]}", "--set", "meanfield.cells=100"}

func TestBadInput(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("foreign", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("foreign/x", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("wrong.yaml", "title: x\nneuron:\n  V_F: [1]\n  V_X: 2\n")
	before := tree(t)
	for _, c := range []struct {
		args []string
		want []string // one a line
	}{
		{[]string{"run", "--set", "initial.variance=-1"}, []string{"initial.variance: -1 is not accepted: a finite number > 0"}},
		{[]string{"run", "--set", "neuron.V_R=2"}, []string{"neuron.V_R: 2 is not accepted: a finite number below V_F"}},
		{[]string{"run", "--set", "particles.N=0"}, []string{"particles.N: 0 is not accepted"}},
		{[]string{"network", "--set", "particles.N=1.5"}, []string{"particles.N: 1.5 is not accepted: a whole number"}},
		{[]string{"run", "--set", "particles.dt=0"}, []string{"particles.dt: 0 is not accepted"}},
		{[]string{"run", "--set", "particles.dt=-1"}, []string{"particles.dt: -1 is not accepted"}},
		{[]string{"run", "--set", "particles.dt=6"}, []string{"particles.dt: 6 is not accepted: a time step > 0 and at most time.end = 5"}},
		{[]string{"meanfield", "--set", "time.snapshots=[1,7]"}, []string{"time.snapshots.1: 7 is not accepted: a time from 0 to time.end = 5"}},
		{[]string{"run", "--set", "record.raster.format=csv"}, []string{"record.raster.format: csv is not accepted: parquet (lapicque raster convert RUN spikes.csv writes the other formats)"}},
		{[]string{"run", "--set", "neuron.V_G=1"}, []string{"neuron.V_G: an unknown key is not accepted"}},
		{[]string{"run", "--set", "coupling.b=strong"}, []string{"coupling.b: strong is not accepted: a finite number"}},
		{[]string{"run", "--set", "coupling.b=.nan"}, []string{"coupling.b: .nan is not accepted: a finite number"}},
		{[]string{"run", "--set", "neuron.current={mean: NaN}"}, []string{"neuron.current.mean: NaN is not accepted: a finite number"}},
		{[]string{"run", "--set", "coupling.b=1"}, []string{"coupling.b: 1 is not accepted: a number below V_F − V_R = 1 with reset: subtractive; for a stronger coupling set coupling.reset to hard"}},
		{[]string{"meanfield", "--set", "coupling.b=1"}, []string{"set coupling.reset to hard"}},
		{[]string{"meanfield", "--set", "meanfield.entropy=renyi"}, []string{"meanfield.entropy: renyi is not accepted: none, kl or quadratic"}},
		{[]string{"network", "--set", "neuron.a1=-1"}, []string{"neuron.a1: -1 is not accepted"}},
		{[]string{"run", "-o", "file"}, []string{"output: file is not accepted: a folder"}},
		{[]string{"run", "-o", "file/below"}, []string{"output: file/below is not accepted"}},
		{[]string{"run", "-o", "foreign"}, []string{"output: foreign is not accepted: a new or empty folder; --force"}},
		{[]string{"run", "-o", "foreign", "--force"}, []string{"holds other things and is left alone"}},
		{[]string{"steady", "-o", "foreign"}, []string{"output: foreign is not accepted"}},
		{[]string{"run", "wrong.yaml"}, []string{"wrong.yaml:3:8: neuron.V_F: a list of 1 is not accepted: a finite number", "wrong.yaml:4:3: neuron.V_X: an unknown key"}},
		{[]string{"run", "nowhere.yaml"}, []string{"scenario: \"nowhere.yaml\" is not accepted"}},
		{[]string{"run", "--set", "coupling.delay=-1"}, []string{"coupling.delay: -1 is not accepted: a number ≥ 0"}},
		{[]string{"network", "--set", "coupling.delay=-1", "--set", "coupling.b=.inf"}, []string{"coupling.delay: -1 is not accepted: a number ≥ 0", "coupling.b: .inf is not accepted"}},
		{[]string{"steady", "--set", "coupling.delay=-1"}, []string{"coupling.delay: -1 is not accepted: a number ≥ 0"}},
		{[]string{"steady", "--grid", "coupling.c=0:1:3"}, []string{"did you mean coupling.b?"}},
		{[]string{"steady", "--grid", "coupling.b=x:1:1"}, []string{"from: x is not accepted: a finite number", "count: 1 is not accepted"}},
		{[]string{"steady", "--grid", "coupling.b=1:1:5"}, []string{"to: 1 is not accepted: a number other than from"}},
		{[]string{"steady", "--grid", "coupling.b=0:1:5", "--grid", "neuron.a0=1:2:5", "-j", "-1"}, []string{"one --grid", "workers: -1"}},
		{[]string{"steady", "--grid", "neuron.V_R=0:3:4", "-o", "grid"}, []string{"neuron.V_R: 2 is not accepted: a finite number below V_F (2 of the 4 values"}},
		{[]string{"steady", "--plot"}, []string{"together with --grid"}},
		{[]string{"steady", "--grid", "coupling.b=0:x:5", "--eigenvalues", "4"}, []string{"to: x", "eigenvalues: 4 is not accepted: 1 together with --grid"}},
		{[]string{"meanfield", "--set", "meanfield.scheme=euler", "--set", "meanfield.rtol=-1"}, []string{"meanfield.scheme: euler", "meanfield.rtol: -1"}},
		{[]string{"run", "inhibitry"}, []string{"did you mean inhibitory?"}},
		{[]string{"run", "foreign"}, []string{"it is a folder"}},
		{[]string{"run", "-j", "-1"}, []string{"workers: -1 is not accepted"}},
		{[]string{"run", "-j", "many"}, []string{"invalid value", "lapicque help"}},
		{[]string{"run", "--seed", "-1"}, []string{"seed: -1 is not accepted: a whole number from 0"}},
		{[]string{"run", "--bogus"}, []string{"unknown flag \"--bogus\"", "lapicque help"}},
		{[]string{"run", "linear", "--qiet"}, []string{"did you mean --quiet?", "lapicque help"}},
		{[]string{"run", "--set"}, []string{"flag --set needs a value", "lapicque help"}},
		{[]string{"run", "linear", "driven"}, []string{"\"driven\" is there too", "lapicque help"}},
		{[]string{"ran"}, []string{"did you mean run?", "lapicque help"}},
		{[]string{"report"}, []string{"report takes the folder of one run", "lapicque help"}},
		{[]string{"report", "foreign"}, []string{"run: foreign is not accepted: the folder of a finished run"}},
		{[]string{"scenarios", "shw"}, []string{"did you mean show?", "lapicque help"}},
		{[]string{"run", "--set", "particles.N=0", "-o", "file", "--set", "seed=x", "-j", "-2"}, []string{
			"particles.N: 0", "seed: x", "workers: -2", "output: file"}},
		{[]string{"run", "--set", "initial.variance=-1", "--set", "neuron.V_R=3", "--set", "particles={N: 0, dt: -1, scheme: x}", "--set", "time.snapshots=[9]", "--set", "foo=1"}, []string{
			"initial.variance: -1", "neuron.V_R: 3", "particles.N: 0", "particles.dt: -1", "particles.scheme: x", "time.snapshots.0: 9", "foo: an unknown key"}},
	} {
		code, stdout, stderr := call(t, t.Context(), c.args...)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		if code != BadInput || stdout != "" || len(lines) != len(c.want) {
			t.Errorf("%v: code %d, stdout %q, stderr\n%s", c.args, code, stdout, stderr)
			continue
		}
		for _, w := range c.want {
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, w) }) {
				t.Errorf("%v: no line with %q in\n%s", c.args, w, stderr)
			}
		}
	}
	if after := tree(t); !slices.Equal(before, after) {
		t.Errorf("something was written: %v, before %v", after, before)
	}
}

// tree returns all files below the working folder.
func tree(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		names = append(names, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Flags count wherever they stand, and a value is not split at its commas.
func TestFlagOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	want := ""
	for i, args := range [][]string{
		{"meanfield", "--json", "--set", "time.snapshots=[0.1,0.2]", "--set", "coupling.b=0.25", "linear"},
		{"meanfield", "linear", "--json", "--set", "time.snapshots=[0.1,0.2]", "--set=coupling.b=0.25"},
		{"--json", "meanfield", "--set", "time.snapshots=[0.1,0.2]", "linear", "--set", "coupling.b=0.25"},
		{"meanfield", "--set", "time.snapshots=[0.1,0.2]", "--set", "coupling.b=0.25", "-json", "--", "linear"},
	} {
		code, stdout, stderr := call(t, t.Context(), args...)
		if code != Done || stderr != "" {
			t.Fatalf("%v: %d %s", args, code, stderr)
		}
		var got struct {
			MeanField struct {
				Snapshots []struct{ Time, Rate float64 }
			}
		}
		decode(t, stdout, &got)
		if len(got.MeanField.Snapshots) != 2 || got.MeanField.Snapshots[1].Time != 0.2 {
			t.Errorf("%v: %+v", args, got)
		}
		text := untimed(stdout)
		if i == 0 {
			want = text
		}
		if text != want {
			t.Errorf("%v: another result\n%s\n%s", args, text, want)
		}
	}
	if code, _, stderr := call(t, t.Context(), "run", "--", "--set"); code != BadInput || !strings.Contains(stderr, `scenario: "--set"`) {
		t.Errorf("after -- everything is an argument: %d %s", code, stderr)
	}
	if names := tree(t); len(names) != 1 {
		t.Errorf("meanfield --json without -o wrote %v", names)
	}
}

// untimed cuts the wall times off a summary.
func untimed(summary string) string {
	text, _, _ := strings.Cut(summary, `"seconds"`)
	return text
}

// decode reads exactly one JSON document.
func decode(t *testing.T, text string, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(into); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Fatalf("more than one document: %v", err)
	}
}

func TestFolderOfARun(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), append([]string{"run", "excitatory", "--json", "-o", "out"}, small...)...)
	if code != Done || stderr != "" {
		t.Fatalf("%d %s", code, stderr)
	}
	var printed, kept any
	decode(t, stdout, &printed)
	text, err := os.ReadFile("out/summary.json")
	if err != nil {
		t.Fatal(err)
	}
	decode(t, string(text), &kept)
	if a, b := compact(t, printed), compact(t, kept); a != b {
		t.Errorf("printed and kept summaries differ:\n%s\n%s", a, b)
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"scenario.yaml", "resolved.yaml", "provenance.json", "raster.parquet", "report.html",
		"tables/rates.csv", "tables/meanfield.csv", "tables/snapshots.csv", "tables/errors.csv", "tables/cascades.csv", "tables/traces.csv",
		"arrays/density_edges.npy", "arrays/density_network.npy", "arrays/density_meanfield.npy", "plots/rates.png"} {
		if info, err := os.Stat("out/" + name); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}

	// The folder is refused, replaced with --force, and repeated by its own resolved scenario.
	if code, _, _ := call(t, t.Context(), append([]string{"run", "-o", "out"}, small...)...); code != BadInput {
		t.Errorf("an existing folder: %d", code)
	}
	if code, again, _ := call(t, t.Context(), "run", "out/resolved.yaml", "--json", "-o", "again"); code != Done ||
		strings.Replace(strings.Replace(untimed(again), "again", "out", 1), `"resolved"`, `"excitatory"`, 1) != untimed(stdout) {
		t.Errorf("the resolved scenario gives another result: %d\n%s\n%s", code, again, stdout)
	}
	if code, _, stderr := call(t, t.Context(), append([]string{"run", "-o", "out", "--force", "--quiet"}, small...)...); code != Done {
		t.Errorf("--force: %d %s", code, stderr)
	}

	// The report can be made again, not from a folder that was changed.
	if err := os.Remove("out/report.html"); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := call(t, t.Context(), "report", "out"); code != BadInput || !strings.Contains(stderr, "report.html is missing") {
		t.Errorf("a changed folder: %d %s", code, stderr)
	}
	if code, _, stderr := call(t, t.Context(), "report", "out", "--force"); code != Done {
		t.Errorf("report: %d %s", code, stderr)
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
}

// A run under a current from a table is repeated from its folder alone.
func TestTableIsKept(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"I.csv": "time,current\n0,0\n0.1,3\n0.3,1\n", "s.yaml": "neuron: {current: {law: table, file: I.csv}}\ncoupling: {b: 0.5}\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, first, stderr := call(t, t.Context(), append([]string{"run", "s.yaml", "--json", "-o", "out"}, small...)...)
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	if err := errors.Join(os.Remove("I.csv"), os.Remove("s.yaml"), os.Rename("out", "moved")); err != nil {
		t.Fatal(err)
	}
	code, again, stderr := call(t, t.Context(), "run", "moved/resolved.yaml", "--json", "-o", "again")
	if code != Done || strings.Replace(strings.Replace(untimed(again), "again", "out", 1), `"resolved"`, `"s"`, 1) != untimed(first) {
		t.Errorf("%d %s: another result:\n%s\n%s", code, stderr, again, first)
	}
}

func compact(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An interrupted run leaves a folder that says so and reads like any other.
func TestInterrupted(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	time.AfterFunc(600*time.Millisecond, stop)
	code, stdout, stderr := call(t, ctx, "run", "linear", "-o", "out", "--json", "--set", "particles.N=20000", "--set", "record.rate_bin=1",
		"--set", "time={end: 10000, snapshots: [0.05, 9999]}")
	if code != Interrupted || !strings.Contains(stderr, "interrupted") {
		t.Fatalf("%d %s", code, stderr)
	}
	var summary struct{ Outcome string }
	decode(t, stdout, &summary)
	manifest, err := store.Open("out")
	if err != nil || manifest.Outcome != "cancelled" || summary.Outcome != "cancelled" {
		t.Errorf("outcome %q and %q, %v", summary.Outcome, manifest.Outcome, err)
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	if code, _, stderr := call(t, t.Context(), "report", "out"); code != Done {
		t.Errorf("report: %d %s", code, stderr)
	}
}

func TestExpectations(t *testing.T) {
	t.Chdir(t.TempDir())
	for claim, code := range map[string]int{
		"[{path: outcome, equals: completed}, {path: compare.snapshots.-1.w1, below: 1}]": Done,
		"[{path: outcome, equals: blow-up}]":                                              Failure,
		"[{path: compare.snapshots.-1.w1, below: 0}]":                                     Failure,
	} {
		got, _, stderr := call(t, t.Context(), append([]string{"run", "--set", "expect=" + claim, "-o", "out", "--force"}, small...)...)
		if got != code || (code == Failure) != strings.Contains(stderr, "expected ") {
			t.Errorf("%s: %d %s", claim, got, stderr)
		}
	}
	// One side alone is not asked about the other.
	if code, _, stderr := call(t, t.Context(), append([]string{"meanfield", "--json", "--set", "expect=[{path: compare.snapshots.-1.w1, below: 0}]"}, small...)...); code != Done {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestBlowUpIsDone(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), "meanfield", "blow-up", "--json", "--set", "meanfield.cells=400")
	var got struct {
		Outcome   string
		MeanField struct {
			Snapshots []struct{ Time float64 }
			BlowUps   []struct{ Time, Jump float64 } `json:"blow_ups"`
		}
	}
	decode(t, stdout, &got)
	if code != Done || got.Outcome != "blow-up" || len(got.MeanField.BlowUps) != 1 || len(got.MeanField.Snapshots) != 5 {
		t.Errorf("%d %s %+v", code, stderr, got)
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"run", "--dry-run", "-o", "out"}, {"meanfield", "--dry-run", "--json"}, {"network", "driven", "--dry-run"}, {"steady", "--dry-run"},
		{"response", "--dry-run", "-o", "out"}} {
		code, stdout, stderr := call(t, t.Context(), args...)
		if code != Done || !strings.Contains(stdout, "density_bins") {
			t.Errorf("%v: %d %s %s", args, code, stdout, stderr)
		}
	}
	if names := tree(t); len(names) != 1 {
		t.Errorf("a dry run wrote %v", names)
	}
}

func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{completing}, "meanfield"},
		{[]string{"run", completing}, "blow-up"},
		{[]string{"run", "--s", completing}, "--seed"},
		{[]string{"scenarios", completing}, "schema"},
		{[]string{"completion", completing}, "fish"},
	} {
		code, stdout, _ := call(t, t.Context(), c.args...)
		if code != Done || !slices.Contains(strings.Fields(stdout), c.want) {
			t.Errorf("%v: %d %q", c.args, code, stdout)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if code, stdout, _ := call(t, t.Context(), "completion", shell); code != Done || !strings.Contains(stdout, completing) {
			t.Errorf("%s: %d %q", shell, code, stdout)
		}
	}
}

func TestScenariosAndVersion(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"scenarios"}, "blow-up"},
		{[]string{"scenarios", "list", "--json"}, `"title"`},
		{[]string{"scenarios", "show", "driven"}, "amplitude: 0.5"},
		{[]string{"scenarios", "show", "--set", "seed=7", "linear"}, "seed: 7"},
		{[]string{"scenarios", "show", "linear", "--json"}, `"density_bins"`},
		{[]string{"scenarios", "schema"}, `"$schema"`},
		{[]string{"version"}, "lapicque " + store.Version},
		{[]string{"version", "--json"}, `"revision"`},
		{[]string{"help"}, "130"},
		{[]string{"run", "--help"}, "--dry-run"},
	} {
		code, stdout, stderr := call(t, t.Context(), c.args...)
		if code != Done || !strings.Contains(stdout, c.want) {
			t.Errorf("%v: %d %q %q", c.args, code, stdout, stderr)
		}
	}
}
