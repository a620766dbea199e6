package play

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sbinet/npyio"

	"lapicque/runs/raster"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// TestScenariosKeepTheirWord plays the scenarios that make claims with their own replicas, with LAPICQUE_LONG only.
func TestScenariosKeepTheirWord(t *testing.T) {
	if os.Getenv("LAPICQUE_LONG") == "" {
		t.Skip("LAPICQUE_LONG is not set")
	}
	for _, name := range scenario.Names() {
		s := load(t, name, both)
		if _, tail := s.Common(); len(tail.Expect) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			out, err := Play(t.Context(), s, Options{Sides: both})
			if err != nil {
				t.Fatal(err)
			}
			if err := out.Unmet(); err != nil {
				t.Error(err)
			}
		})
	}
}

// columns reads a table of a run folder.
func columns(t *testing.T, dir, name string) map[string][]string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "tables", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, line := range lines[1:] {
		for k, cell := range line {
			out[lines[0][k]] = append(out[lines[0][k]], cell)
		}
	}
	return out
}

// integral returns the integrals of the densities in a folder, one a snapshot.
func integral(t *testing.T, dir, edges, densities string) (list []float64) {
	t.Helper()
	array := func(name string) (v []float64) {
		file, err := os.Open(filepath.Join(dir, "arrays", name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if err := npyio.Read(file, &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	e, d := array(edges), array(densities)
	bins := len(e) - 1
	for i := range len(d) / bins {
		sum := 0.0
		for k := range bins {
			sum += d[i*bins+k] * (e[k+1] - e[k])
		}
		list = append(list, sum)
	}
	return list
}

// TestRefractoryFolder: both sides agree, and in the folder the densities of both have the integral 1 − R.
func TestRefractoryFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := store.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, "refractory", both, "neuron.refractory={law: fixed, tau: 1}", "coupling.b=-1", "particles={N: 3000, replicas: 12}",
		"time={end: 2, snapshots: [0.5, 2]}", "neuron.current=1", "expect=[]")
	out, err := Play(t.Context(), s, Options{Sides: both, Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	network := integral(t, dir, "density_edges.npy", "density_network.npy")
	field := integral(t, dir, "density_edges.npy", "density_meanfield.npy")
	for i, n := range out.Network.Snapshots {
		f, d := out.MeanField.Snapshots[i], out.Compare.Snapshots[i]
		if math.Abs(float64(f.Mass)-1) > 1e-12 || !(f.Refractory > 0.05) {
			t.Errorf("t = %v: mass %v, R = %v", n.Time, f.Mass, f.Refractory)
		}
		if math.Abs(network[i]-1+float64(n.Refractory)) > 1e-3 || math.Abs(field[i]-1+float64(f.Refractory)) > 1e-5 {
			t.Errorf("t = %v: the densities hold %v and %v, R is %v and %v", n.Time, network[i], field[i], n.Refractory, f.Refractory)
		}
		if d.RefractoryError != n.Refractory-f.Refractory || !(math.Abs(float64(d.RefractoryError)) < 4*float64(n.RefractorySE)) || d.RefractorySE != n.RefractorySE {
			t.Errorf("t = %v: R %v ± %v and %v, difference %v ± %v", n.Time, n.Refractory, n.RefractorySE, f.Refractory, d.RefractoryError, d.RefractorySE)
		}
	}
	table := columns(t, dir, "snapshots.csv")
	if !slices.Contains(table["side"], "network") || table["refractory"][0] == "" {
		t.Errorf("%v", table)
	}
}

// TestAllRefractory: without a potential there is no density to compare, and the run says so.
func TestAllRefractory(t *testing.T) {
	e := &evidence{populations: []scenario.Population{{N: 2}}, field: &field{snapshots: []fieldSnapshot{{parts: make([]fieldPart, 1)}}}, bins: [][]float64{{0, 1}}}
	d, ok := e.assess(plan{windows: make([][2]float64, 1)}, 0, []sample{{potentials: [][]float64{{0.5}, {}}, refractory: []float64{1, 2}}}, nil)
	if !ok || d.Verdict != NotJudged || d.Text != allRefractory || !math.IsNaN(float64(d.W1)) {
		t.Errorf("%v %+v", ok, d)
	}
	if mean, variance := momentsOf([][]float64{{1, 3}, {}}); mean != 2 || variance != 2 {
		t.Errorf("moments %v %v", mean, variance)
	}
}

// TestCircuit: a run of two populations tells the same in the summary, the tables and the raster, for any number of workers.
func TestCircuit(t *testing.T) {
	var want string
	for _, workers := range []int{1, 3} {
		dir := filepath.Join(t.TempDir(), "run")
		folder, err := store.Create(dir, false)
		if err != nil {
			t.Fatal(err)
		}
		s := load(t, "ei-oscillation", both, "populations.E.N=3000", "populations.I.N=1000", "particles.replicas=12", "meanfield.cells=100",
			"time={end: 2, snapshots: [1, 2]}", "record.raster.neurons=3000", "expect=[]")
		out, err := Play(t.Context(), s, Options{Sides: both, Workers: workers, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		if text := untimed(t, out); want == "" {
			want = text
		} else if text != want {
			t.Error("another number of workers gives another result")
		}
		spikes := map[uint8]int{}
		reader, err := raster.Open(filepath.Join(dir, "raster.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range readAll(t, reader) {
			spikes[s.Population]++
		}
		if names := reader.Metadata().Populations; !slices.Equal(names, []string{"E", "I"}) || spikes[0] == 0 || spikes[1] == 0 {
			t.Errorf("the raster has %v of %v", spikes, names)
		}
		reader.Close()
		for _, name := range []string{"E", "I"} {
			n, f, d := out.Network.Snapshots[1].State(name), out.MeanField.Snapshots[1].State(name), out.Compare.Snapshots[1].Of(name)
			if !(math.Abs(float64(d.RateError)) < 4*float64(d.RateErrorSE)) || !(math.Abs(float64(n.Mean-f.Mean)) < 4*float64(d.MeanErrorSE)) {
				t.Errorf("%s: %+v and %+v", name, *n, *f)
			}
			if total := integral(t, dir, "density_edges_"+name+".npy", "density_network_"+name+".npy"); math.Abs(total[1]-1) > 1e-3 {
				t.Errorf("%s: the histogram holds %v", name, total)
			}
		}
		table := columns(t, dir, "rates.csv")
		if k := slices.Index(table["population"], "I"); k != 1 || table["time_from"][0] != table["time_from"][1] || table["meanfield_rate"][1] == "" {
			t.Errorf("rates.csv: %v", table["population"])
		}
		if out.Network.N != 4000 || out.Network.Populations["E"].N != 3000 || out.Network.Spikes != out.Network.Populations["E"].Spikes+out.Network.Populations["I"].Spikes {
			t.Errorf("%+v", out.Network)
		}
	}
}

// TestCircuitBlowUp: both sides of a circuit find the jump and say which part of each population fires.
func TestCircuitBlowUp(t *testing.T) {
	s := load(t, "ei-asynchronous", both, "coupling={b: {E: {E: 3, I: -0.1}, I: {E: 0.2, I: 0}}, reset: hard}", "populations.E={N: 4000, initial: {law: gaussian, mean: 1, variance: 0.1}}",
		"populations.I={N: 1000, initial: {law: gaussian, mean: -1, variance: 0.1}}", "particles.replicas=1", "meanfield.cells=200", "time={end: 1, snapshots: [1]}", "expect=[]")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	if out.Outcome != BlowUp || len(out.MeanField.BlowUps) != 1 || len(out.Network.BlowUps) == 0 || !strings.Contains(out.Compare.Text, "The mean field jumps first") {
		t.Fatalf("%v %+v %+v %q", out.Outcome, out.MeanField.BlowUps, out.Network.BlowUps, out.Compare.Text)
	}
	f, n := out.MeanField.BlowUps[0], out.Network.BlowUps[0]
	if f.Jump != *f.Populations["E"] || !(f.Jump > 0.5) || !(*f.Populations["I"] < 0.1) || math.Abs(n.Jump-float64(f.Jump)) > 0.1 || *n.Populations["E"] != Number(n.Jump) {
		t.Errorf("jumps %+v and %+v", f, n)
	}
}
