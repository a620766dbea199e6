package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"lapicque/runs/store"
)

// few is an ensemble of 8 members of little work.
var few = []string{"ensemble", "linear", "--set", "particles.N=100", "--set", "time={end: 1}", "--set", "meanfield.cells=100",
	"--replicas", "4", "--grid", "coupling.b=-0.5:0.5:2", "--windows", "2", "--mean-field"}

// results returns the tables of a folder that are the same for the same ensemble.
func results(t *testing.T, dir string) (all []byte) {
	t.Helper()
	for _, name := range []string{"ensemble.json", "tables/members.csv", "tables/members.parquet", "tables/summary.csv", "tables/summary.parquet", "resolved.yaml", "scenario.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		}
		all = append(all, text...)
	}
	return all
}

func TestEnsemble(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), append(few, "--json", "-o", "out", "-j", "2", "--progress=json")...)
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	var got struct {
		Outcome               string
		Total, Played, Failed int
		Summary               []struct {
			Point, Count               int
			Measure                    string
			Mean, Low, High, Meanfield *float64
		}
	}
	decode(t, stdout, &got)
	if got.Outcome != "completed" || got.Total != 8 || got.Played != 8 || got.Failed != 0 {
		t.Errorf("%+v", got)
	}
	for _, e := range got.Summary {
		if e.Measure == "rate" && (e.Count != 4 || !(*e.Low < *e.Mean && *e.Mean < *e.High) || e.Meanfield == nil || !(math.Abs(*e.Mean-*e.Meanfield) < 0.2)) {
			t.Errorf("%+v", e)
		}
	}
	var line struct {
		Done, Total int
		Left        *float64 `json:"seconds_left"`
	}
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil || line.Done != 8 || line.Total != 8 || line.Left == nil {
		t.Errorf("%v %s", err, stderr)
	}
	type row struct {
		Member int      `parquet:"member"`
		B      *float64 `parquet:"coupling.b"`
		Rate   *float64 `parquet:"rate"`
		Jump   *float64 `parquet:"jump_time"`
	}
	rows, err := parquet.ReadFile[row]("out/tables/members.parquet")
	if err != nil || len(rows) != 8 || rows[4].Member != 4 || *rows[4].B != 0.5 || rows[4].Rate == nil || rows[4].Jump != nil {
		t.Errorf("%v %+v", err, rows)
	}
	for _, name := range []string{"report.html", "plots/ensemble.png", "plots/ensemble.svg", "tables/timing.parquet", "journal.jsonl"} {
		if info, err := os.Stat(filepath.Join("out", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	code, _, stderr = call(t, t.Context(), append(few, "-o", "out")...)
	if code != BadInput || !strings.Contains(stderr, "--force") {
		t.Errorf("a complete folder: %d %s", code, stderr)
	}
	code, _, stderr = call(t, t.Context(), append(few, "-o", "out", "--resume")...)
	if code != Done || !strings.Contains(stderr, "complete") {
		t.Errorf("--resume of a complete folder: %d %s", code, stderr)
	}
	if _, again, _ := call(t, t.Context(), append(few, "--json", "-o", "out", "--resume")...); again != stdout {
		t.Errorf("--resume --json of a complete folder prints %.300s", again)
	}
}

// Workers, an interruption and shards change no byte of the results.
func TestEnsembleInterruptedAndInShards(t *testing.T) {
	t.Chdir(t.TempDir())
	play := func(more ...string) {
		t.Helper()
		code, _, stderr := call(t, t.Context(), append(slices.Clone(few), append(more, "--quiet")...)...)
		if code != Done {
			t.Fatalf("%v: exit code %d: %s", more, code, stderr)
		}
	}
	play("-o", "whole", "-j", "1")
	kept := false
	for after := 5 * time.Millisecond; ; after += after / 2 {
		soon, stop := context.WithCancel(t.Context())
		time.AfterFunc(after, stop)
		code, _, stderr := call(t, soon, append(slices.Clone(few), "-o", "stopped", "--resume", "--quiet")...)
		stop()
		kept = kept || strings.Contains(stderr, "the same command with -o stopped goes on")
		if code == Done {
			break
		}
		if code != Interrupted {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
	}
	if !kept {
		t.Log("no interruption came between the first and the last member")
	}
	if !bytes.Equal(results(t, "stopped"), results(t, "whole")) {
		t.Error("an interrupted ensemble has other results")
	}
	merge := []string{"merge", "-o", "merged", "--quiet"}
	for k := range 3 {
		dir := "shard" + strconv.Itoa(k)
		play("-o", dir, "--shard", strconv.Itoa(k)+"/3")
		merge = append(merge, dir)
	}
	if code, _, stderr := call(t, t.Context(), merge[:len(merge)-1]...); code != BadInput || !strings.Contains(stderr, "shard 2/3") {
		t.Errorf("a shard is missing: %d %s", code, stderr)
	}
	if code, _, stderr := call(t, t.Context(), merge...); code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	if !bytes.Equal(results(t, "merged"), results(t, "whole")) {
		t.Error("merged shards have other results")
	}
	if err := store.Verify("merged"); err != nil {
		t.Error(err)
	}
}

func TestEnsembleFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	code, _, stderr := call(t, t.Context(), "ensemble", "linear", "--grid", "coupling.b=0:1", "--shard", "3/3", "--resume", "--progress", "dots", "-j", "-1", "--windows", "0")
	for _, want := range []string{"replicas: not given", "grid: coupling.b=0:1", "shard: 3/3", "resume: true", "progress: dots", "workers: -1", "windows: 0"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in %s", want, stderr)
		}
	}
	if code != BadInput {
		t.Error(code)
	}
	if code, _, stderr = call(t, t.Context(), "ensemble", "linear", "--replicas", "2", "--shard", "0/3"); code != BadInput || !strings.Contains(stderr, "at most 2 parts") {
		t.Errorf("%d %s", code, stderr)
	}
	if code, _, stderr = call(t, t.Context(), "merge"); code != BadInput || !strings.Contains(stderr, "shards: none") {
		t.Errorf("%d %s", code, stderr)
	}
	if code, stdout, stderr := call(t, t.Context(), append(few, "--dry-run")...); code != Done || !strings.Contains(stdout, "# about") {
		t.Errorf("%d %s %s", code, stdout, stderr)
	}
	if code, _, stderr = call(t, t.Context(), "ensemble", "linear", "--replicas", "2", "--grid", "foo.bar=0:1:2"); code != BadInput || !strings.Contains(stderr, "--grid: foo: an unknown key") {
		t.Errorf("%d %s", code, stderr)
	}
	if left, _ := os.ReadDir("."); len(left) > 0 {
		t.Errorf("written: %v", left)
	}
}
