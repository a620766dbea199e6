package cli

import (
	"math"
	"os"
	"strings"
	"testing"

	"lapicque/runs/store"
)

// TestElapsedBadInput: everything wrong is told at once, and nothing is written.
func TestElapsedBadInput(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		set  []string
		want []string
	}{
		{[]string{"neuron.phi={law: affine, base: 1, amplitude: 1}", "neuron.sigma=-1", "coupling.delay=-2"}, []string{
			"neuron.phi: 1 + 1·x is not accepted: a hazard that is bounded", "neuron.sigma: -1 is not accepted: an age ≥ 0", "coupling.delay: -2 is not accepted: a finite number > 0"}},
		{[]string{"neuron={hazard: step, sigma: {law: affine, base: -1, amplitude: 2}}", "coupling.past=-1", "meanfield.cells=100", "meanfield.entropy=kl", "particles.scheme=bridge"}, []string{
			"neuron.sigma: -1 + 2·x is not accepted: an age ≥ 0 for inputs from 0 to 1", "coupling.past: -1 is not accepted", "meanfield.cells: 100 is not accepted: nothing here",
			"meanfield.entropy: kl", "particles.scheme: bridge"}},
		{[]string{"neuron.hazard=stp", "neuron.sigma.law=linear", "coupling.transmission=slow", "meanfield.jump=up"}, []string{
			"neuron.hazard: stp is not accepted: one of step, phi-step, smooth", "neuron.sigma.law: linear", "coupling.transmission: slow", "meanfield.jump: up is not accepted: one of"}},
		{[]string{"meanfield.jump_at=1", "coupling.start=highest", "coupling.reset=hard"}, []string{
			"meanfield.jump_at: 1 is not accepted: nothing with a delay", "coupling.start: highest", "coupling.reset: an unknown key"}},
		{[]string{"initial={law: uniform, from: -1, to: -2}", "particles.dt=0"}, []string{"initial.from: -1", "initial.to: -2", "particles.dt: 0"}},
		{[]string{"initial={law: periodic, period: 1}"}, []string{"initial.law: periodic is not accepted: another law, unless"}},
	} {
		args := []string{"run", "elapsed-excitatory"}
		for _, one := range c.set {
			args = append(args, "--set", one)
		}
		code, stdout, stderr := call(t, t.Context(), args...)
		if code != BadInput || stdout != "" {
			t.Errorf("%v: exit code %d, %s", args, code, stdout)
		}
		for _, want := range c.want {
			if !strings.Contains(stderr, want) {
				t.Errorf("%v: %q is missing in\n%s", args, want, stderr)
			}
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

// TestElapsedSteady: the states, roots and delays of MODELS.md, section 10, to the digits that are printed.
func TestElapsedSteady(t *testing.T) {
	t.Chdir(t.TempDir())
	var got elapsedResult
	code, stdout, stderr := call(t, t.Context(), "steady", "elapsed-inhibitory-delay", "--json", "-o", "out")
	if code != Done {
		t.Fatal(stderr)
	}
	decode(t, stdout, &got)
	if len(got.States) != 1 || got.States[0].Stable || got.States[0].UnstableRoots == nil || *got.States[0].UnstableRoots != 2 || len(got.States[0].UnstableDelays) < 2 {
		t.Fatalf("%s", stdout)
	}
	first, second := got.States[0].UnstableDelays[0], got.States[0].UnstableDelays[1]
	for _, c := range []struct{ got, want, within float64 }{
		{got.States[0].Rate, 0.4253905297, 1e-10}, {first.From, 0.77195, 1e-5}, {first.To, 1.18044, 1e-5}, {second.From, 2.28577, 1e-5}, {second.To, 3.17801, 1e-5},
	} {
		if math.Abs(c.got-c.want) > c.within {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	if err := store.Verify("out"); err != nil {
		t.Error(err)
	}
	if code, stdout, _ = call(t, t.Context(), "steady", "elapsed-excitatory"); code != Done || !strings.Contains(stdout, "1.5856884552") || !strings.Contains(stdout, "stable") {
		t.Errorf("%d %s", code, stdout)
	}
}

// TestElapsedRun: a run leaves a folder whose report speaks of ages; --dry-run resolves.
func TestElapsedRun(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"run", "elapsed-excitatory", "--set", "particles={N: 500, replicas: 2}", "--set", "time={end: 1, snapshots: [0.5, 1]}", "--set", "expect=[]", "-o", "out"}
	if code, stdout, stderr := call(t, t.Context(), append(args, "--dry-run")...); code != Done || !strings.Contains(stdout, "transmission: exponential") {
		t.Errorf("%d %s %s", code, stdout, stderr)
	}
	if code, _, stderr := call(t, t.Context(), args...); code != Done {
		t.Fatal(stderr)
	}
	page, err := os.ReadFile("out/report.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Densities n(s, t)", "Density of the age", "Ages of single neurons", "the elapsed-time equation", "0.5 + 10·X^p/(1^p + X^p) with p = 2", "law of the ages at time 0", "network&#39;s ages"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%q is not in the report", want)
		}
	}
	for _, wrong := range []string{"otential", "V<sub>", "Brownian", "membrane", "threshold"} {
		if at := strings.Index(string(page), wrong); at >= 0 {
			t.Errorf("%q is in the report: …%s…", wrong, page[max(0, at-80):at+80])
		}
	}
}
