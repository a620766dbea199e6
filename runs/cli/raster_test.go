package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lapicque/runs/raster"
)

// spikesOf writes a raster of two populations, or one.
func spikesOf(t *testing.T, name string, populations ...string) {
	t.Helper()
	w, err := raster.Parquet.Create(name, raster.Metadata{Scenario: "made", Seed: 7, Units: "membrane time constants", Populations: populations}, true)
	if err != nil {
		t.Fatal(err)
	}
	spikes := []raster.Spike{{Time: 0.5, Neuron: 3}, {Time: 1.25, Neuron: 1, Population: uint8(len(populations) - 1), Cascade: 2}}
	if err := w.Write(spikes); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRasterConvert(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("run", 0o755); err != nil {
		t.Fatal(err)
	}
	spikesOf(t, filepath.Join("run", "raster.parquet"), "neurons")
	ctx := context.Background()
	for _, c := range []struct {
		args []string
		file string
		want string
	}{
		{[]string{"raster", "convert", "run", "a.csv"}, "a.csv", "time,neuron\n0.5,3\n1.25,1\n"},
		{[]string{"raster", "convert", "run", "--columns", "all", "b.csv"}, "b.csv", "time,neuron,population,cascade,generation\n0.5,3,neurons,0,0\n1.25,1,neurons,2,0\n"},
		{[]string{"raster", "--membrane-time=0.02s", "convert", "a.csv", "a.gdf"}, "a.gdf", "3\t10.000\n1\t25.000\n"},
		{[]string{"raster", "convert", "a.gdf", "text", "--to", "nest"}, "text", "# NEST version: 3.0.0 (its layout, written by lapicque )\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n3\t10.000\n1\t25.000\n"},
		{[]string{"raster", "convert", "text", "a.csv", "--membrane-time", "10ms", "--force"}, "a.csv", "time,neuron\n1,3\n2.5,1\n"},
	} {
		code, stdout, stderr := call(t, ctx, c.args...)
		text, _ := os.ReadFile(c.file)
		if code != Done || string(text) != c.want || !strings.HasPrefix(stdout, c.file+": 2 spikes, ") {
			t.Errorf("%v: code %d, %s%s\n%s\nwant\n%s", c.args, code, stdout, stderr, text, c.want)
		}
	}
	code, stdout, _ := call(t, ctx, "raster", "info", "run", "--json")
	var facts rasterFacts
	if err := json.Unmarshal([]byte(stdout), &facts); code != Done || err != nil || facts.Spikes != 2 || *facts.Seed != 7 || facts.Populations[0].Active != 2 || facts.Last != 1.25 {
		t.Errorf("info: code %d, %v: %s", code, err, stdout)
	}
}

func TestRasterFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	spikesOf(t, "two.parquet", "E", "I")
	for name, text := range map[string]string{"there.csv": "", "broken.csv": "time,neuron\n1,x\n", "foreign": "hello\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("empty", 0o755); err != nil {
		t.Fatal(err)
	}
	before := tree(t)
	for _, c := range []struct {
		args []string
		code int
		want []string
	}{
		{[]string{"convert", "two.parquet", "there.csv"}, BadInput, []string{"population: none is not accepted: one of E, I", "output: there.csv is not accepted: a new file; --force"}},
		{[]string{"convert", "two.parquet", "a.gdf", "--population", "X", "--columns", "most"}, BadInput,
			[]string{"membrane-time: none is not accepted", "population: X is not accepted", "columns: most is not accepted: default or all"}},
		{[]string{"convert", "none", "a.xyz", "--membrane-time", "20"}, BadInput,
			[]string{"raster: none is not accepted", "to: none is not accepted: one of parquet, csv, nest, gdf, npz, sonata", "membrane-time: 20 is not accepted: a duration > 0"}},
		{[]string{"convert", "empty", "no/a.csv", "--to", "tsv"}, BadInput,
			[]string{"there is no raster.parquet in it", "to: tsv is not accepted", "output: no/a.csv is not accepted: a file in a folder that exists"}},
		{[]string{"convert", "foreign", "a.csv"}, BadInput, []string{"the first bytes are those of no format"}},
		{[]string{"convert", "broken.csv", "a.parquet"}, BadInput, []string{`line 2: neuron "x"`}},
		{[]string{"convert", "two.parquet"}, BadInput, []string{"raster convert takes"}},
		{[]string{"change"}, BadInput, []string{`unknown action "change"`}},
		{[]string{"info", "foreign"}, BadInput, []string{"no format"}},
	} {
		code, stdout, stderr := call(t, context.Background(), append([]string{"raster"}, c.args...)...)
		if code != c.code || stdout != "" {
			t.Errorf("%v: code %d, %s%s", c.args, code, stdout, stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(stderr, want) {
				t.Errorf("%v says\n%s\nwithout %q", c.args, stderr, want)
			}
		}
	}
	if code, stdout, _ := call(t, context.Background(), "raster", "convert", "two.parquet", "a.csv", "--columns", "all", "--dry-run"); code != Done || !strings.Contains(stdout, "populations: E, I") {
		t.Errorf("dry run: code %d, %s", code, stdout)
	}
	if after := tree(t); !slices.Equal(after, before) {
		t.Errorf("written:\n%s\nbefore:\n%s", after, before)
	}
}

// What is wrong in the middle of a file is bad input, too, and leaves nothing; a bad duration is named once.
func TestRasterDamage(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("bad.csv", []byte("time,neuron\n0.1,1\ninf,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"raster", "info", "bad.csv"}, {"raster", "convert", "bad.csv", "out.gdf", "--membrane-time", "20ms"}} {
		code, _, stderr := call(t, context.Background(), args...)
		if code != BadInput || !strings.Contains(stderr, `line 3: time "inf" is not a finite number`) {
			t.Errorf("%v: code %d, %s", args, code, stderr)
		}
	}
	if left, err := filepath.Glob("*out*"); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	for _, text := range []string{"20", "-20ms", "0s"} {
		if code, _, stderr := call(t, context.Background(), "raster", "convert", "bad.csv", "out.gdf", "--membrane-time="+text); code != BadInput || strings.Count(stderr, "membrane-time") != 1 {
			t.Errorf("%s: code %d, %s", text, code, stderr)
		}
	}
}
