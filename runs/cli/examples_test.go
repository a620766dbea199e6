package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sbinet/npyio"
)

// reading is what an example prints of a side: the mean of its rate, and its last density.
type reading struct{ rate, time, mean, variance float64 }

// TestExamplesReadARun has the examples for Python and R read a run, and holds what they print against
// its tables, its arrays and summary.json.
func TestExamplesReadARun(t *testing.T) {
	scripts, err := filepath.Abs("../../docs/examples")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	code, _, stderr := call(t, t.Context(), "run", "blow-up", "--set", "particles={N: 1000, replicas: 1}", "--set", "meanfield.cells=100",
		"--set", "time={end: 4, snapshots: [3, 3.8]}", "--set", "record={raster: {neurons: 200}, traces: {neurons: 0}}", "-o", "out", "--quiet")
	if code != Done {
		t.Fatalf("run: code %d: %s", code, stderr)
	}
	if code, _, stderr := call(t, t.Context(), "raster", "convert", "out", "spikes.csv", "--columns", "all"); code != Done {
		t.Fatalf("raster convert: code %d: %s", code, stderr)
	}
	for _, c := range []struct {
		script       string
		interpreters []string
		blowUps      bool // whether it reads those of summary.json
	}{
		{"read_run.py", []string{"python3", "/usr/bin/python3"}, true},
		{"read_run.R", []string{"Rscript"}, false},
	} {
		t.Run(c.script, func(t *testing.T) {
			printed := example(t, c.interpreters, filepath.Join(scripts, c.script), "out", "spikes.csv")
			checkRun(t, printed, c.blowUps)
		})
	}
}

// example runs a script by the first interpreter that has what it needs, and skips the test where there is none.
func example(t *testing.T, interpreters []string, args ...string) string {
	t.Helper()
	for _, name := range interpreters {
		var out, problems strings.Builder
		run := exec.Command(name, args...)
		run.Stdout, run.Stderr = &out, &problems
		err := run.Run()
		switch {
		case errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) || strings.Contains(problems.String(), "ModuleNotFoundError"):
		case err != nil || problems.Len() > 0:
			t.Fatalf("%s: %v\n%s", name, err, problems.String())
		default:
			return out.String()
		}
	}
	t.Skipf("skipped: none of %s is here with what the script needs", strings.Join(interpreters, ", "))
	return ""
}

// checkRun compares what an example printed with the run.
func checkRun(t *testing.T, printed string, blowUps bool) {
	t.Helper()
	var summary struct {
		Scenario, Outcome  string
		Network, Meanfield struct {
			Cascades int
			BlowUps  []struct{ Time, Jump float64 } `json:"blow_ups"`
		}
	}
	text, err := os.ReadFile("out/summary.json")
	if err == nil {
		err = json.Unmarshal(text, &summary)
	}
	if err != nil || len(summary.Meanfield.BlowUps) != 1 || len(summary.Network.BlowUps) == 0 {
		t.Fatalf("%v: %+v", err, summary)
	}
	cascades := column(t, "out/tables/cascades.csv", "size")
	largest := 0.0
	for _, size := range cascades {
		largest = math.Max(largest, size)
	}
	if largest < 900 || summary.Network.Cascades != len(cascades) {
		t.Fatalf("%d cascades, %d in the table, the largest of %g: too little to test with", summary.Network.Cascades, len(cascades), largest)
	}
	want := []string{
		"scenario: " + summary.Scenario, "outcome: " + summary.Outcome, fmt.Sprintf("cascades: %d", len(cascades)),
		fmt.Sprintf("neurons in the largest cascade: %g", largest),
		fmt.Sprintf("spikes in the raster: %d", len(column(t, "spikes.csv", "time"))),
	}
	if blowUps {
		want = append(want, fmt.Sprintf("blow-up, meanfield: time %.12g, jump %.12g", summary.Meanfield.BlowUps[0].Time, summary.Meanfield.BlowUps[0].Jump))
		for _, b := range summary.Network.BlowUps {
			want = append(want, fmt.Sprintf("blow-up, network: time %.12g, jump %.12g", b.Time, b.Jump))
		}
	}
	for _, line := range want {
		if !strings.Contains(printed, line+"\n") {
			t.Errorf("no line %q in\n%s", line, printed)
		}
	}
	for _, side := range []string{"network", "meanfield"} {
		got, want := readingOf(t, printed, side), recorded(t, side)
		for _, pair := range [][2]float64{{got.rate, want.rate}, {got.time, want.time}, {got.mean, want.mean}, {got.variance, want.variance}} {
			if !(math.Abs(pair[0]-pair[1]) <= 1e-11*math.Max(1, math.Abs(pair[1]))) { // twelve digits are printed
				t.Errorf("%s: %+v, the run has %+v", side, got, want)
			}
		}
	}
}

// readingOf finds the numbers of a side among the lines printed.
func readingOf(t *testing.T, printed, side string) reading {
	t.Helper()
	number := `(-?[0-9.e+-]+)`
	rate := regexp.MustCompile(`(?m)^mean rate, ` + side + `: ` + number + `$`).FindStringSubmatch(printed)
	density := regexp.MustCompile(`(?m)^density, ` + side + `: time ` + number + `, mean ` + number + `, variance ` + number + `$`).FindStringSubmatch(printed)
	if rate == nil || density == nil {
		t.Fatalf("%s is missing in\n%s", side, printed)
	}
	var values [4]float64
	for i, s := range append(rate[1:], density[1:]...) {
		values[i] = value(t, s)
	}
	return reading{values[0], values[1], values[2], values[3]}
}

// recorded computes the same from the files of the run, and checks that the density belongs to the potentials that snapshots.csv describes.
func recorded(t *testing.T, side string) (r reading) {
	t.Helper()
	from, to, rates := column(t, "out/tables/rates.csv", "time_from"), column(t, "out/tables/rates.csv", "time_to"), column(t, "out/tables/rates.csv", side+"_rate")
	spikes, span := 0.0, 0.0
	for i, rate := range rates {
		if !math.IsNaN(rate) {
			spikes, span = spikes+rate*(to[i]-from[i]), span+to[i]-from[i]
		}
	}
	r.rate = spikes / span
	edges, times, density := array(t, "density_edges"), array(t, "density_"+side+"_times"), array(t, "density_"+side)
	r.time = times[len(times)-1]
	last := density[len(density)-len(edges)+1:]
	var moments [3]float64
	for i, height := range last { // ∫ vᵏ over a bin of constant density
		for k := range moments {
			power := float64(k + 1)
			moments[k] += height * (math.Pow(edges[i+1], power) - math.Pow(edges[i], power)) / power
		}
	}
	r.mean = moments[1] / moments[0]
	r.variance = moments[2]/moments[0] - r.mean*r.mean

	// Of one network: a potential is at most a bin from where the histogram has it, in the mean and in the root mean square.
	means, variances, stamps := column(t, "out/tables/snapshots.csv", "mean"), column(t, "out/tables/snapshots.csv", "variance"), column(t, "out/tables/snapshots.csv", "time")
	row := len(means) - 1 // of the mean field; that of the network stands above the first of the mean field
	if side == "network" {
		row -= len(array(t, "density_meanfield_times"))
	}
	width := edges[1] - edges[0]
	if stamps[row] != r.time || math.Abs(r.mean-means[row]) > width || math.Abs(math.Sqrt(r.variance)-math.Sqrt(variances[row])) > width {
		t.Errorf("%s: the density has %+v, the table t = %g, mean %g, variance %g", side, r, stamps[row], means[row], variances[row])
	}
	return r
}

// column reads a column of a table, NaN where it is empty.
func column(t *testing.T, name, title string) (values []float64) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, head := range rows[0] {
		if head != title {
			continue
		}
		for _, row := range rows[1:] {
			values = append(values, value(t, row[i]))
		}
		return values
	}
	t.Fatalf("%s has no column %s", name, title)
	return nil
}

// value reads a number, NaN where there is none.
func value(t *testing.T, text string) float64 {
	t.Helper()
	if text == "" {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// array reads an array of the run.
func array(t *testing.T, name string) (values []float64) {
	t.Helper()
	file, err := os.Open(filepath.Join("out/arrays", name+".npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := npyio.Read(file, &values); err != nil {
		t.Fatal(err)
	}
	return values
}
