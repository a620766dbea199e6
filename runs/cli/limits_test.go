package cli

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"lapicque/runs/store"
)

// brief is a study of a second.
var brief = []string{"limits", "post-jump", "--key", "coupling.delay=0.0003:0.00003:3:log", "--set", "meanfield.rtol=1e-5", "--set", "time={end: 0.02, snapshots: [0.0125, 0.02]}"}

// TestLimits leaves a folder with a verdict; what was cut short goes on to the same result.
func TestLimits(t *testing.T) {
	t.Chdir(t.TempDir())
	small := append(append([]string(nil), brief...), "--N", "200:800:2", "--json")
	type result struct {
		Outcome  string
		Finished int
		Verdicts []struct{ Order, Answer string }
		Points   []struct{ N int }
	}
	var whole, cut, again result
	code, out, problems := call(t, t.Context(), append(small, "-o", "whole")...)
	if code != Done {
		t.Fatalf("%d %s", code, problems)
	}
	decode(t, out, &whole)
	if whole.Outcome != "completed" || len(whole.Points) != 9 || len(whole.Verdicts) != 2 || whole.Verdicts[0].Answer != "subtractive" {
		t.Errorf("%s", out)
	}
	if err := store.Verify("whole"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"plots/jumps.svg", "plots/distances.png", "plots/densities.png", "tables/points.csv", "tables/limits.parquet", "scenario.yaml", "resolved.yaml"} {
		if _, err := os.Stat("whole/" + name); err != nil {
			t.Error(err)
		}
	}
	page, _ := os.ReadFile("whole/report.html")
	for _, want := range []string{"the rule subtractive is approached", `<figure id="jumps">`, "post-jump", "Skorokhod"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	code, out, problems = call(t, ctx, append(small, "-o", "cut")...)
	if code == Done {
		t.Skip("the study was over before it was interrupted")
	}
	if _, err := os.Stat("cut"); err != nil { // interrupted while the candidates were solved
		t.Skip("interrupted before the folder was made")
	}
	decode(t, out, &cut)
	if code != Interrupted || cut.Outcome != "cancelled" || !strings.Contains(problems, "are finished and kept") || store.Verify("cut") != nil {
		t.Errorf("%d %s %s", code, out, problems)
	}
	code, resumed, problems := call(t, t.Context(), append(small, "-o", "cut")...)
	if decode(t, resumed, &again); code != Done || again.Outcome != "completed" {
		t.Fatalf("%d %s", code, problems)
	}
	first, _ := os.ReadFile("whole/limits.json")
	second, _ := os.ReadFile("cut/limits.json")
	if string(first) != string(second) {
		t.Error("a study that was interrupted and taken up again has another result")
	}
}

// TestLimitsRefuses: all faults at once, nothing written.
func TestLimitsRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"limits", "post-jump", "--key", "coupling.b=0.1:0.01:2", "--N", "1e3:1e4", "--order", "sideways", "-o", "x"}, []string{"FROM:TO:COUNT", "key: ", "order: "}},
		{[]string{"limits", "post-jump", "--key", "coupling.b=0.1:0.01:2", "--order", "sideways", "-j", "-1", "-o", "x"}, []string{"key: ", "order: ", "count", "workers"}},
		{[]string{"limits", "wilson-cowan-bump", "-o", "x"}, []string{"scenario: "}},
		{[]string{"limits", "post-jump", "--set", "coupling.b=0.2", "-o", "x"}, []string{"time.snapshots", "no blow-up"}},
		{[]string{"limits", "post-jump", "--set", "particles.replicas=1", "--N", "100:200:2", "-o", "x"}, []string{"particles.replicas"}},
	} {
		code, _, problems := call(t, t.Context(), c.args...)
		if code != BadInput {
			t.Errorf("%v: %d", c.args, code)
		}
		for _, want := range c.want {
			if !strings.Contains(problems, want) {
				t.Errorf("%v: %q lacks %q", c.args, problems, want)
			}
		}
		if _, err := os.Stat("x"); err == nil {
			t.Errorf("%v: something was written", c.args)
		}
	}
	code, out, problems := call(t, t.Context(), append(brief, "--dry-run")...)
	if code != Done || !strings.Contains(out, "# about") {
		t.Errorf("%d %s %s", code, out, problems)
	}
	if entries, _ := os.ReadDir("."); len(entries) > 0 {
		t.Errorf("%v was written", entries)
	}
}
