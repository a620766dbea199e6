package report

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sbinet/npyio"
	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/mat"

	"lapicque/runs/raster"
)

const resolved = `title: Inhibitory <b>network</b> & its limit
model: nnlif
seed: 20140605
time: {end: 5, snapshots: [0.05, 0.1, 0.25, 0.5, 1, 2, 5]}
neuron: {V_F: 2, V_R: 1, a0: 1, a1: 0, leak: 1, current: 0}
coupling: {b: -1.5, reset: subtractive}
initial: {law: gaussian, mean: 0, variance: 0.25}
particles: {N: 100000, dt: 0.01, scheme: bridge, replicas: 1}
meanfield: {scheme: finite-volume, cells: 800}
record: {rate_bin: 0.05, density_bins: 200, raster: {neurons: 1000, format: parquet}, traces: {neurons: 5}}
expect: []
`

const provenance = `{"version": "0.1.0", "revision": "abc<def", "go": "go1.26", "cpu": "a CPU", "cores": 2,
"argv": ["/tmp/bin/lapicque", "run", "inhibitory", "--set", "title=it's"], "start": "2026-01-02T03:04:05Z", "stop": "2026-01-02T03:04:35Z"}`

const summaryBoth = `{"schema": 1, "scenario": "inhibitory", "outcome": "completed",
"meanfield": {"snapshots": [{"time": 0.05}, {"time": 5}], "blow_ups": []},
"network": {"N": 100000, "replicas": 1, "spikes": 43210, "cascades": 3, "blow_ups": []},
"compare": {"snapshots": []}}`

var times = []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}

func put(t testing.TB, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func array(t testing.TB, dir, name string, value any) {
	t.Helper()
	var b strings.Builder
	if err := npyio.Write(&b, value); err != nil {
		t.Fatal(err)
	}
	put(t, dir, name, b.String())
}

// made writes the folder of a run that never was: numbers with the shape of a
// real run, from a fixed seed.
func made(t testing.TB) string {
	dir := t.TempDir()
	rng := rand.New(rand.NewSource(1))
	put(t, dir, "summary.json", summaryBoth)
	put(t, dir, "scenario.yaml", resolved)
	put(t, dir, "resolved.yaml", resolved)
	put(t, dir, "provenance.json", provenance)
	rate := func(t float64) float64 { return 0.075 + 0.06*math.Exp(-t/0.4)*math.Sin(5*t) }
	var rates, field, snaps, errs, traces strings.Builder
	fmt.Fprintln(&rates, "time_from,time_to,network_rate,network_rate_se,meanfield_rate")
	for i := range 100 {
		at := 0.05 * float64(i)
		fmt.Fprintf(&rates, "%g,%g,%g,0.004,%g\n", at, at+0.05, rate(at+0.025)+0.004*rng.NormFloat64(), rate(at+0.025))
	}
	fmt.Fprintln(&field, "time,rate,fired,mass,mean,variance")
	for i := range 2000 {
		at := 5 * float64(i) / 1999
		fmt.Fprintf(&field, "%g,%g,%g,%.17g,0,0.8\n", at, rate(at), 0.08*at, 1-1e-15)
	}
	fmt.Fprintln(&snaps, "side,time,rate,rate_se,mean,variance,mass")
	fmt.Fprintln(&errs, "time,w1,w1_null,ks,ks_null,l1,l1_null,l2,mean_error,mean_error_se,variance_error,rate_error,rate_error_se,verdict")
	for i, at := range times {
		e := 0.003 * rng.NormFloat64()
		fmt.Fprintf(&snaps, "network,%g,%g,0.004,0.01,0.8,\nmeanfield,%g,%g,,0.012,0.81,%.17g\n", at, rate(at)+e, at, rate(at), 1-2e-16)
		fmt.Fprintf(&errs, "%g,%g,0.005,%g,0.0062,%g,0.042,0.004,0.001,0.002,%g,%g,0.004,agrees\n",
			at, 0.001+0.0004*float64(i), 0.002+0.0003*float64(i), 0.02+0.002*float64(i), 0.01*rng.NormFloat64(), e)
	}
	put(t, dir, "tables/rates.csv", rates.String())
	put(t, dir, "tables/meanfield.csv", field.String())
	put(t, dir, "tables/snapshots.csv", snaps.String())
	put(t, dir, "tables/errors.csv", errs.String())
	put(t, dir, "tables/cascades.csv", "replica,id,time,size,generations\n0,1,1.5,2,1\n0,2,3.25,63412,41\n0,3,4,5,2\n")
	madeSpikes(t, dir, rng, &traces)
	put(t, dir, "tables/traces.csv", traces.String())
	madeArrays(t, dir, rng)
	return dir
}

// madeSpikes writes a raster, and traces of five neurons that spike where it says.
func madeSpikes(t testing.TB, dir string, rng *rand.Rand, traces *strings.Builder) {
	var spikes []raster.Spike
	v := make([]float64, 5)
	fmt.Fprintln(traces, "time,v0,v1,v2,v3,v4")
	for k := range 501 {
		at := 0.01 * float64(k)
		fmt.Fprintf(traces, "%g", at)
		for i := range v {
			fmt.Fprintf(traces, ",%g", v[i])
			v[i] += -0.01*v[i] + math.Sqrt(0.02)*rng.NormFloat64()
			if v[i] >= 2 {
				spikes, v[i] = append(spikes, raster.Spike{Time: at + 0.005, Neuron: uint32(i)}), 1
			}
		}
		fmt.Fprintln(traces)
		spikes = append(spikes, raster.Spike{Time: at, Neuron: uint32(5 + rng.Intn(995))})
	}
	for i := range 634 {
		spikes = append(spikes, raster.Spike{Time: 3.25, Neuron: uint32(i + 5), Cascade: 2, Generation: 1})
	}
	file, err := os.Create(filepath.Join(dir, "raster.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := raster.NewWriter(file, raster.Metadata{Scenario: "inhibitory", Seed: 20140605, Units: "membrane time constants", Version: "0.1.0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(spikes); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func madeArrays(t testing.TB, dir string, rng *rand.Rand) {
	const bins = 200
	edges := make([]float64, bins+1)
	for i := range edges {
		edges[i] = -4 + 6*float64(i)/bins
	}
	network, field := mat.NewDense(len(times), bins, nil), mat.NewDense(len(times), bins, nil)
	for k, at := range times {
		variance := 1 - 0.75*math.Exp(-2*at)
		for i := range bins {
			v := (edges[i] + edges[i+1]) / 2
			n := math.Exp(-v*v/2/variance) / math.Sqrt(2*math.Pi*variance) * (1 - math.Exp(-3*(2-v)))
			field.Set(k, i, n)
			network.Set(k, i, math.Max(0, n+0.012*math.Sqrt(n)*rng.NormFloat64()))
		}
	}
	array(t, dir, "arrays/density_edges.npy", edges)
	array(t, dir, "arrays/density_network.npy", network)
	array(t, dir, "arrays/density_network_times.npy", times)
	array(t, dir, "arrays/density_meanfield.npy", field)
	array(t, dir, "arrays/density_meanfield_times.npy", times)
}
