package contrast

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/exp/rand"

	"lapicque/compare"
	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// folder plays a scenario into a finished folder and opens it.
func folder(t *testing.T, sides scenario.Sides, name string, set ...string) *Run {
	t.Helper()
	s, err := scenario.Load(name, set, sides)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	f, err := store.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	resolved, _ := s.Resolved()
	summary, err := play.Play(context.Background(), s, play.Options{Sides: sides, Folder: f})
	if err = errors.Join(err, f.Text("resolved.yaml", resolved), f.JSON("summary.json", summary), store.Seal(dir, "completed")); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var (
	both  = scenario.Sides{Network: true, MeanField: true}
	small = []string{"particles.N=3000", "particles.replicas=4", "time.end=1", "time.snapshots=[0.5,1]"}
)

// Runs that differ by their seed agree, and their mean fields are the same; a run with another coupling does not.
func TestRuns(t *testing.T) {
	a := folder(t, both, "inhibitory", append(small, "seed=1")...)
	b := folder(t, both, "inhibitory", append(small, "seed=2")...)
	c := folder(t, both, "inhibitory", append(small, "seed=3", "neuron.current=1")...)
	same, err := Runs(a, b, 1e-3)
	if err != nil {
		t.Fatal(err)
	}
	if same.Verdict != compare.Agrees || len(same.Parameters) != 1 || same.Parameters[0] != (Parameter{"seed", "1", "2"}) || len(same.Pairs) != 2 {
		t.Errorf("two seeds: %+v", same)
	}
	for _, s := range same.Pairs[1].Snapshots {
		if s.Distances.W1 != 0 || s.Rate.Difference != 0 {
			t.Errorf("the same mean field differs: %+v", s)
		}
	}
	other, err := Runs(a, c, 1e-3)
	if err != nil || other.Verdict != compare.Disagrees || other.Pairs[0].Verdict != compare.Disagrees || other.Pairs[1].Verdict != compare.Disagrees {
		t.Errorf("another current: %+v %v", other, err)
	}
	d := other.Pairs[1].Snapshots[1] // the mean of a law moved by a current of 1: W1 is no less than the way of its mean
	if way := math.Abs(float64(d.Mean.Difference)); d.Distances.W1 < way*(1-1e-3) || way < 0.3 {
		t.Errorf("W1 = %v, means differ by %v", d.Distances.W1, way)
	}
	if f, err := store.Create(filepath.Join(t.TempDir(), "out"), false); err != nil || other.Write(f) != nil {
		t.Errorf("not written: %v", err)
	}
}

// A network alone is held against a mean field alone.
func TestUnlikeSides(t *testing.T) {
	a := folder(t, scenario.Sides{Network: true}, "ei-asynchronous", "populations.E.N=3000", "populations.I.N=1000", "time.end=0.5", "time.snapshots=[0.5]")
	b := folder(t, scenario.Sides{MeanField: true}, "ei-asynchronous", "time.end=0.5", "time.snapshots=[0.5]")
	r, err := Runs(a, b, 1e-3)
	if err != nil || len(r.Pairs) != 1 || r.Pairs[0].A != network || len(r.Pairs[0].Snapshots) != 2 || r.Verdict != compare.Agrees {
		t.Fatalf("%+v %v", r, err)
	}
	other := folder(t, scenario.Sides{MeanField: true}, "linear", "time.end=0.5", "time.snapshots=[0.5]")
	var faults neuron.Faults
	if _, err := Runs(a, other, 1e-3); !errors.As(err, &faults) {
		t.Errorf("other populations: %v", err)
	}
}

// Folders that are none, cut or changed are refused.
func TestFolders(t *testing.T) {
	a := folder(t, scenario.Sides{MeanField: true}, "linear", "time.end=0.5", "time.snapshots=[0.5]")
	if err := os.WriteFile(filepath.Join(a.Dir, "tables", "rates.csv"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{a.Dir: "rates.csv is not what the manifest says", t.TempDir(): "there is no manifest.json"} {
		var faults neuron.Faults
		if _, err := Open(dir); !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func load(t *testing.T, name string, set ...string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load(name, set, scenario.Sides{MeanField: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func against(t *testing.T, o Own, s *scenario.Scenario) *OwnResult {
	t.Helper()
	d, err := o.Read(s)
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Against(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := store.Create(filepath.Join(t.TempDir(), "out"), false)
	if err != nil || r.Write(f) != nil {
		t.Fatalf("not written: %v", err)
	}
	return r
}

// Somebody's raster: Poisson spikes at the rate of the mean field's start agree with nothing else, spikes of our own network with its mean field.
func TestOwnRaster(t *testing.T) {
	run := folder(t, scenario.Sides{Network: true}, "inhibitory", "particles.N=5000", "record.raster.neurons=5000", "time.end=2", "time.snapshots=[2]")
	o := Own{Raster: filepath.Join(run.Dir, "raster.parquet"), Neurons: 5000}
	if r := against(t, o, load(t, "inhibitory", "time.end=2", "time.snapshots=[2]")); r.Verdict != compare.Agrees || len(r.Bins) != 40 {
		t.Errorf("its own mean field: %s", r.Text)
	}
	if r := against(t, o, load(t, "inhibitory", "time.end=2", "time.snapshots=[2]", "neuron.current=0.5")); r.Verdict != compare.Disagrees {
		t.Errorf("another one: %s", r.Text)
	}
	if r := against(t, o, load(t, "inhibitory", "time.end=5", "time.snapshots=[5]")); r.Verdict != compare.Agrees || len(r.Bins) != 40 {
		t.Errorf("a scenario that goes on after the recording: %d bins, %s", len(r.Bins), r.Text)
	}
	if _, err := o.Read(load(t, "inhibitory", "time.end=5", "time.snapshots=[5]", "time.burn_in=3")); err == nil {
		t.Error("a recording that ends before the burn-in is not refused")
	}
	csv := filepath.Join(t.TempDir(), "spikes.csv")
	if err := os.WriteFile(csv, []byte("time,neuron\n0.1,0\n0.2,1\n0.3,2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := against(t, Own{Raster: csv, Neurons: 10}, load(t, "inhibitory", "time.end=2", "time.snapshots=[2]")); r.Verdict != compare.NotEnoughData {
		t.Errorf("three spikes: %s", r.Text)
	}
	var faults neuron.Faults
	if _, err := (Own{Raster: csv, Neurons: 2, Population: "E", Column: "x"}).Read(load(t, "inhibitory")); !errors.As(err, &faults) || len(faults) != 2 {
		t.Errorf("%v", err)
	}
}

// Somebody's potentials: draws from the initial law agree with the mean field's start, shifted ones do not.
func TestOwnPotentials(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	var text strings.Builder
	text.WriteString("id,v\n")
	for k := range 4000 {
		fmt.Fprintf(&text, "%d,%g\n", k, 0.5*r.NormFloat64())
	}
	name := filepath.Join(t.TempDir(), "v.csv")
	if err := os.WriteFile(name, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	at := 1e-4
	if got := against(t, Own{Potentials: name, At: &at}, load(t, "linear")); got.Verdict != compare.Agrees || got.Potentials != 4000 {
		t.Errorf("%s", got.Text)
	}
	if got := against(t, Own{Potentials: name, At: &at}, load(t, "linear", "initial.mean=0.3")); got.Verdict != compare.Disagrees || math.Abs(got.Assessment.W1-0.3) > 0.05 {
		t.Errorf("%s", got.Text)
	}
	for _, o := range []Own{{Potentials: name, Column: "w"}, {Potentials: name + "x"}, {}, {Potentials: name, Raster: name}} {
		var faults neuron.Faults
		if _, err := o.Read(load(t, "linear")); !errors.As(err, &faults) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// The interval of Garwood holds the mean at least as often as it says; tails are those of the Poisson law.
func TestPoisson(t *testing.T) {
	if low, high := poissonInterval(0); low != 0 || math.Abs(high+math.Log(0.025)) > 1e-9 {
		t.Errorf("no spike: %v … %v", low, high)
	}
	if low, high := poissonInterval(10); math.Abs(low-4.795389) > 1e-5 || math.Abs(high-18.390356) > 1e-5 {
		t.Errorf("10 spikes: %v … %v", low, high)
	}
	if p := tail(0, 3); math.Abs(p-2*math.Exp(-3)) > 1e-12 {
		t.Errorf("tail %v", p)
	}
}
