package play

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/sbinet/npyio"

	"lapicque/compare"
	"lapicque/network"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// array reads an array of a run folder.
func array(t *testing.T, dir, name string) (values []float64, shape []int) {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, "arrays", name+".npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := npyio.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Read(&values); err != nil {
		t.Fatal(err)
	}
	return values, r.Header.Descr.Shape
}

// small is a run of coupled conductance neurons that takes about a second.
func small(t *testing.T, sides scenario.Sides, set ...string) *scenario.Scenario {
	t.Helper()
	return load(t, "conductance", sides, append([]string{"particles={N: 1500, replicas: 10, dt: 0.0005}", "input={g_0: 15, c: 0.05}", "meanfield={cells_v: 64, cells_g: 64}",
		"time={end: 0.03, snapshots: [0.01, 0.03]}", "record.rate_bin=0.005", "expect=[]"}, set...)...)
}

// TestPairs: both sides agree in v, in g and as pairs; arrays, tables and summary tell the same, for any number of workers.
func TestPairs(t *testing.T) {
	var want string
	for _, workers := range []int{1, 3} {
		dir := filepath.Join(t.TempDir(), "run")
		folder, err := store.Create(dir, false)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Play(t.Context(), small(t, both), Options{Sides: both, Workers: workers, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		if out.Compare.Verdict != compare.Agrees && out.Compare.Verdict != compare.Explained {
			t.Errorf("%s", out.Compare.Text)
		}
		if got := untimed(t, out); want == "" {
			want = got
		} else if got != want {
			t.Errorf("%d workers give another summary", workers)
		}
		if workers > 1 {
			continue
		}
		joints(t, dir, out)
	}
}

// joints holds the arrays and tables of a run against its summary.
func joints(t *testing.T, dir string, out *Summary) {
	t.Helper()
	v, _ := array(t, dir, "joint_v_edges")
	g, _ := array(t, dir, "joint_g_edges")
	cells := (len(v) - 1) * (len(g) - 1)
	for _, side := range []string{"network", "meanfield"} {
		p, shape := array(t, dir, "joint_"+side)
		if len(shape) != 3 || shape[0] != 2 || shape[1] != len(g)-1 || shape[2] != len(v)-1 {
			t.Fatalf("%s: shape %v", side, shape)
		}
		for i := range 2 {
			mass, mean := 0.0, 0.0
			for j := range len(g) - 1 {
				for _, x := range p[i*cells+j*(len(v)-1) : i*cells+(j+1)*(len(v)-1)] {
					m := x * (v[1] - v[0]) * (g[1] - g[0])
					mass, mean = mass+m, mean+m*(g[j]+g[j+1])/2
				}
			}
			known := out.MeanField.Snapshots[i].Joint
			if side == "network" {
				known = out.Network.Snapshots[i].Joint
			}
			if math.Abs(mass-1) > 1e-3 || math.Abs(mean-float64(known.MeanG)) > 0.02*float64(known.MeanG) {
				t.Errorf("%s: mass %v, mean g %v, the summary has %v", side, mass, mean, known.MeanG)
			}
		}
	}
	errors := columns(t, dir, "errors.csv")
	for i, line := range out.Compare.Snapshots {
		j, f, n := line.Joint, out.MeanField.Snapshots[i].Joint, out.Network.Snapshots[i].Joint
		if math.Abs(j.MeanError-float64(n.MeanG-f.MeanG)) > 1e-9 || !(math.Abs(j.MeanError) < 5*j.MeanErrorSE) || j.L1 == 0 || j.SlicedW1 == 0 {
			t.Errorf("%+v, mean g %v and %v", j, n.MeanG, f.MeanG)
		}
		if !(float64(*f.Least) >= 0) || float64(*f.Beyond) > 1e-9 {
			t.Errorf("least %v, beyond %v", *f.Least, *f.Beyond)
		}
		if errors["sliced_w1"][i] == "" || errors["joint_verdict"][i] != string(j.Verdict) {
			t.Errorf("errors.csv: %v", errors)
		}
	}
	if table := columns(t, dir, "snapshots.csv"); table["mean_g"][0] == "" || table["variance_g"][3] == "" {
		t.Errorf("snapshots.csv: %v", table)
	}
}

// TestPairsOfOtherConductances: networks whose conductances are not those of the mean field are found out, also where
// potentials are alike.
func TestPairsOfOtherConductances(t *testing.T) {
	f, err := solve(t.Context(), small(t, both), nil, plan{end: 0.03, snapshots: []float64{0.03}, windows: [][2]float64{{0.028, 0.03}}}, scenario.AsAsked, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	r := &run{Scenario: small(t, both), populations: small(t, both).Populations()}
	r.head, r.tail = r.Common()
	if r.start, err = r.Neurons().Start(); err != nil {
		t.Fatal(err)
	}
	r.bin(f)
	net, err := r.Neurons().Network(r.start, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{populations: r.populations, members: []*member{{net: net}}, parallel: 1}
	if err := c.members[0].net.Run(t.Context(), 0.03, make([][]network.Observer, 1)); err != nil {
		t.Fatal(err)
	}
	s := c.samples()[0]
	e := evidence{field: f, planes: r.planes, bins: r.bins, populations: r.populations, exciting: false}
	if a := e.joint(0, 0, s); a.Verdict == compare.Disagrees {
		t.Errorf("the network itself: %s", a.Text)
	}
	for i := range s.second[0] {
		s.second[0][i] *= 1.2
	}
	if a := e.joint(0, 0, s); a.Verdict != compare.Disagrees {
		t.Errorf("conductances of 1.2 times the size: %s", a.Text)
	}
}
