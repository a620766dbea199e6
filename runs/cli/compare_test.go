package cli

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// Two runs of another seed are held against each other; the folder of the comparison has its files.
func TestCompareRuns(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, seed := range []string{"1", "2"} {
		args := []string{"run", "linear", "--set", "particles.N=2000", "--set", "time={end: 0.5, snapshots: [0.5]}", "--seed", seed, "-o", "run" + seed, "--quiet"}
		if code, _, stderr := call(t, t.Context(), args...); code != Done {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
	}
	code, stdout, stderr := call(t, t.Context(), "compare", "run1", "run2", "--json", "-o", "out")
	var result struct {
		Verdict    string
		Parameters []struct{ Key string }
		Pairs      []struct{ A, B, Text string }
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil || code != Done {
		t.Fatalf("exit code %d, %v: %s%s", code, err, stdout, stderr)
	}
	if result.Verdict != "agrees" || len(result.Parameters) != 1 || result.Parameters[0].Key != "seed" || len(result.Pairs) != 2 {
		t.Errorf("%+v", result)
	}
	for _, name := range []string{"out/manifest.json", "out/compare.json", "out/tables/differences.csv", "out/plots/rates_network_network.png"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	code, stdout, _ = call(t, t.Context(), "compare", "--raster", "run1/raster.parquet", "linear", "--set", "time={end: 0.5, snapshots: [0.5]}")
	if code != Done || !strings.Contains(stdout, "Agrees: ") {
		t.Errorf("exit code %d: %s", code, stdout)
	}
}

// Bad input: all of it at once, exit code 2, nothing written.
func TestCompareBadInput(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"compare"}, []string{"runs: 0 folders"}},
		{[]string{"compare", "a", "b", "--tolerance", "2", "-o", "out"}, []string{"tolerance: 2", "run: a", "run: b"}},
		{[]string{"compare", "--raster", "none.csv", "linear", "--population", "E", "--at", "9", "-o", "out"}, []string{"raster: none.csv", "population: E", "at: 9"}},
		{[]string{"compare", "--potentials", "none.csv", "lineer"}, []string{"did you mean linear?"}},
	} {
		code, _, stderr := call(t, t.Context(), c.args...)
		for _, want := range c.want {
			if !strings.Contains(stderr, want) {
				t.Errorf("%v: no %q in %s", c.args, want, stderr)
			}
		}
		if code != BadInput {
			t.Errorf("%v: exit code %d", c.args, code)
		}
	}
	if entries, _ := os.ReadDir("."); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}
