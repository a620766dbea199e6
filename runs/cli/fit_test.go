package cli

import (
	"os"
	"slices"
	"strings"
	"testing"

	"lapicque/runs/store"
)

// TestFit makes a recording, fits a model to it and leaves a folder; JSON, dry run.
func TestFit(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out, problems := call(t, t.Context(), "fit", "--make", "lif", "--set", "tau=12", "--duration", "1500", "--repeats", "2", "--noise", "0.1", "--seed", "4", "-o", "made", "--json")
	var made struct {
		Spikes     []int
		File       string
		Parameters map[string]float64
	}
	if code != Done {
		t.Fatalf("%d %s", code, problems)
	}
	decode(t, out, &made)
	if len(made.Spikes) != 2 || made.Spikes[0] < 10 || made.Parameters["tau"] != 12 {
		t.Fatalf("%s", out)
	}
	if err := store.Verify("made"); err != nil {
		t.Error(err)
	}
	fit := []string{"fit", made.File, "--model", "lif", "--starts", "1", "--delta", "3", "-o", "fitted"}
	code, out, problems = call(t, t.Context(), append(fit, "--dry-run")...)
	if code != Done || !strings.Contains(out, "2 repeats") || !strings.Contains(out, "folder: fitted") {
		t.Errorf("%d %s %s", code, out, problems)
	}
	code, out, problems = call(t, t.Context(), append(fit, "--json")...)
	if code != Done {
		t.Fatalf("%d %s", code, problems)
	}
	var found struct {
		Delta       float64 `json:"delta_ms"`
		Reliability struct{ Train, Test float64 }
		Models      []struct {
			Test       struct{ Gamma float64 }
			Relative   struct{ Test float64 }
			Parameters []struct{ Name string }
		}
	}
	decode(t, out, &found)
	if found.Delta != 3 || found.Reliability.Test <= 0 || len(found.Models) != 1 || found.Models[0].Test.Gamma < 0.5 || len(found.Models[0].Parameters) != 6 {
		t.Errorf("%s", out)
	}
	if err := store.Verify("fitted"); err != nil {
		t.Error(err)
	}
	page, err := os.ReadFile("fitted/report.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Leaky integrate-and-fire predicts best", "2 repeats", "Intrinsic reliability", `<figure id="responses">`, `<figure id="gammas">`, "data:image/png;base64", "membrane time constant"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %q on the page", want)
		}
	}
	for _, name := range []string{"fit.json", "tables/gammas.csv", "tables/gammas.parquet", "tables/spikes.csv", "tables/parameters.parquet", "plots/responses.svg", "plots/gammas.png"} {
		if _, err := os.Stat("fitted/" + name); err != nil {
			t.Error(err)
		}
	}
}

// TestFitRefusals: every fault at once, exit code 2, nothing written.
func TestFitRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("flat.csv", []byte("time [ms],current [pA],spikes\n"+strings.Repeat("1,2,0\n", 12)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("empty.csv", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	before := tree(t)
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"fit"}, []string{"the file of one recording"}},
		{[]string{"fit", "none.csv", "--model", "squid", "--delta", "-1", "--split", "2", "--starts", "0", "--seed", "x", "-j", "-1"},
			[]string{"recording: none.csv", "model: squid", "delta: -1", "split: 2", "starts: 0", "seed: x", "workers: -1"}},
		{[]string{"fit", "flat.csv"}, []string{"time: 1 ms after 1 ms in row 3", "current [pA]: 2 in every row", "spikes: 0 in every row"}},
		{[]string{"fit", "empty.csv"}, []string{"it is empty"}},
		{[]string{"fit", "--make", "squid"}, []string{"make: squid"}},
		{[]string{"fit", "--make", "lif", "--set", "tau=-1", "--set", "x", "--duration", "-1"}, []string{"tau: -1", "set: x", "duration: -1"}},
	} {
		code, out, problems := call(t, t.Context(), c.args...)
		if code != BadInput || out != "" {
			t.Errorf("%v: %d %s", c.args, code, out)
		}
		for _, want := range c.want {
			if !strings.Contains(problems, want) {
				t.Errorf("%v: no %q in\n%s", c.args, want, problems)
			}
		}
	}
	if after := tree(t); !slices.Equal(after, before) {
		t.Errorf("written:\n%s\nbefore:\n%s", after, before)
	}
}
