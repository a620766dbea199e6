package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"lapicque/runs/store"
)

// build compiles the program into a folder of its own.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "lapicque")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// code returns the exit code of a finished command.
func code(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// The built program does its main job: a small run of the default scenario leaves
// a folder whose checksums hold and whose comparison agrees.
func TestMainJob(t *testing.T) {
	program, folder := build(t), filepath.Join(t.TempDir(), "run")
	command := exec.Command(program, "run", "--set", "particles.N=2000", "--json", "-o", folder)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil || stderr.Len() > 0 {
		t.Fatalf("%v %s", err, stderr.String())
	}
	var summary struct {
		Schema            int
		Scenario, Outcome string
		Network           struct {
			N         int
			Snapshots []struct{ Time, Rate, Mean, Variance float64 }
		}
		MeanField struct {
			Snapshots []struct{ Time, Rate, Mean, Variance, Mass float64 }
		}
		Compare struct {
			Verdict   string
			Snapshots []struct{ Time, W1, KS, L1, L2 float64 }
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &summary); err != nil {
		t.Fatal(err)
	}
	if summary.Schema != 1 || summary.Scenario != "inhibitory" || summary.Outcome != "completed" || summary.Network.N != 2000 ||
		len(summary.Network.Snapshots) != 7 || len(summary.MeanField.Snapshots) != 7 || len(summary.Compare.Snapshots) != 7 {
		t.Errorf("%s", stdout.String())
	}
	if summary.Compare.Verdict == "disagrees" {
		t.Errorf("verdict: %s", summary.Compare.Verdict)
	}
	if err := store.Verify(folder); err != nil {
		t.Error(err)
	}
	report, err := os.ReadFile(filepath.Join(folder, "report.html"))
	if err != nil || len(report) < 10000 {
		t.Errorf("report of %d bytes, %v", len(report), err)
	}
}

// Ctrl-C ends a run with code 130 and a readable folder; bad input is code 2.
func TestExitCodes(t *testing.T) {
	program, folder := build(t), filepath.Join(t.TempDir(), "run")
	command := exec.Command(program, "run", "linear", "-o", folder, "--set", "time={end: 1e5, snapshots: [0.1]}", "--set", "record.rate_bin=1e3")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for range 200 { // until the run is under way
		if _, err := os.Stat(filepath.Join(folder, "raster.parquet")); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := command.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if got := code(command.Wait()); got != 130 {
		t.Errorf("interrupted: exit code %d", got)
	}
	if manifest, err := store.Open(folder); err != nil || manifest.Outcome != "cancelled" {
		t.Errorf("interrupted: %+v %v", manifest, err)
	}
	if err := store.Verify(folder); err != nil {
		t.Error(err)
	}
	if got := code(exec.Command(program, "run", "--set", "particles.N=0").Run()); got != 2 {
		t.Errorf("bad input: exit code %d", got)
	}
	claim := `expect=[{path: outcome, equals: blow-up}]`
	if got := code(exec.Command(program, "meanfield", "linear", "--json", "--set", claim).Run()); got != 1 {
		t.Errorf("an expectation that does not hold: exit code %d", got)
	}
}
