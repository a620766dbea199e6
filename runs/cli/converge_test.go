package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lapicque/runs/store"
)

var smallStudy = []string{"converge", "linear", "--N", "100:10000:3", "--precision", "0.1", "--set", "time={end: 0.5, snapshots: [0.25, 0.5]}"}

// TestConverge: a small study from the command line, its folder and what it says.
func TestConverge(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := call(t, t.Context(), append(smallStudy, "--json", "-o", "out")...)
	if code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	var got struct {
		Outcome, Verdict string
		Exponents        []struct {
			Name string
			Fit  struct{ Gamma struct{ Value, SE float64 } }
		}
		Levels []struct{ N, Networks int }
	}
	decode(t, stdout, &got)
	if got.Outcome != "completed" || got.Verdict != "agrees" || len(got.Levels) != 4 || got.Levels[0].N != 100 || got.Exponents[0].Name != "w1" {
		t.Fatal(stdout)
	}
	if g := got.Exponents[0].Fit.Gamma; !(g.Value > 0.5-4*g.SE && g.Value < 0.5+4*g.SE) {
		t.Errorf("γ = %+v", g)
	}
	for _, name := range []string{"converge.json", "tables/exponents.csv", "tables/biases.parquet", "tables/levels.csv", "tables/networks.parquet",
		"plots/distances.png", "plots/biases.svg", "report.html", "resolved.yaml"} {
		if info, err := os.Stat(filepath.Join("out", name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	file, err := os.Open("out/tables/networks.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	total := 0
	for _, l := range got.Levels {
		total += l.Networks
	}
	if rows, err := csv.NewReader(file).ReadAll(); err != nil || len(rows) != total+1 {
		t.Errorf("%d rows of %d networks: %v", len(rows), total, err)
	}
}

// TestConvergeGoesOn: an interrupted study taken up again leaves what an undisturbed one does.
func TestConvergeGoesOn(t *testing.T) {
	t.Chdir(t.TempDir())
	if code, _, stderr := call(t, t.Context(), append(smallStudy, "-o", "whole", "-q")...); code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() { // as soon as some networks are there
		defer stop()
		for ctx.Err() == nil {
			if text, _ := os.ReadFile("out/replicas.jsonl"); bytes.Count(text, []byte("\n")) > 10 {
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if code, _, stderr := call(t, ctx, append(smallStudy, "-o", "out", "-q")...); code != Interrupted {
		t.Fatalf("%d %s", code, stderr)
	}
	if m, err := store.Open("out"); err != nil || m.Outcome != "cancelled" {
		t.Fatalf("%+v %v", m, err)
	}
	if code, _, _ := call(t, t.Context(), append(smallStudy, "-o", "out", "-q", "--precision", "0.2")...); code != BadInput {
		t.Errorf("another study takes the folder: %d", code)
	}
	if err := errors.Join(os.CopyFS("broken", os.DirFS("out")), os.RemoveAll("broken/plots"), os.WriteFile("broken/plots", nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := call(t, t.Context(), append(smallStudy, "-o", "broken", "-q")...); code != Failure { // no page can be written
		t.Errorf("%d %s", code, stderr)
	}
	if info, err := os.Stat("broken/replicas.jsonl"); err != nil || info.Size() == 0 {
		t.Errorf("the networks are lost with the page: %v", err)
	}
	code, stdout, stderr := call(t, t.Context(), append(smallStudy, "-o", "out")...)
	if code != Done || !strings.Contains(stdout, "from before") {
		t.Fatalf("%d %s %s", code, stdout, stderr)
	}
	for _, name := range []string{"converge.json", "tables/networks.parquet", "plots/distances.svg"} {
		want, _ := os.ReadFile(filepath.Join("whole", name))
		if got, err := os.ReadFile(filepath.Join("out", name)); err != nil || len(want) == 0 || !bytes.Equal(got, want) {
			t.Errorf("%s is not what an undisturbed study leaves: %v", name, err)
		}
	}
	if _, err := os.Stat("out/replicas.jsonl"); err == nil {
		t.Error("the journal is still there")
	}
}

// TestConvergeFaults: all at once, and nothing is written.
func TestConvergeFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	code, _, stderr := call(t, t.Context(), "converge", "linear", "--N", "5:2:x", "--precision", "-1", "--budget", "-1s", "--bias-time", "-1", "-j", "-2", "--set", "coupling.b=x", "-o", "out")
	if lines := strings.Split(strings.TrimSpace(stderr), "\n"); code != BadInput || len(lines) != 7 {
		t.Errorf("%d with %d lines:\n%s", code, len(lines), stderr)
	}
	if code, _, stderr := call(t, t.Context(), "converge", "hodgkin-huxley"); code != BadInput || !strings.Contains(stderr, "equation of its limit") {
		t.Errorf("%d %s", code, stderr)
	}
	if code, stdout, stderr := call(t, t.Context(), append(smallStudy, "--dry-run")...); code != Done || !strings.Contains(stdout, "# about") {
		t.Errorf("%d %s %s", code, stdout, stderr)
	}
	if entries, _ := os.ReadDir("."); len(entries) > 0 {
		t.Errorf("something was written: %v", entries)
	}
}
