package report

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
)

const fieldHead = `title: A field
model: wilson-cowan
seed: 7
time: {end: 20, snapshots: [0, 5, 20]}
form: %s
domain: {dims: %d, length: 20, sites: %d}
%s
particles: {units: 1000, dt: 0.05, replicas: 4}
meanfield: {rtol: 1.0e-8}
expect: []
`

const oneField = `gain: {law: logistic, beta: 8, theta: 0.2, top: 1, rested: false}
absence: 0
stimulus: 0
profile: {law: constant, value: 1}
initial: {law: noise, mean: 0, amplitude: 0.01}
kernel: {law: mexican-hat, near: {weight: 4, width: 1}, around: {weight: 4, width: 1.6}}`

const twoFields = `populations:
  E: {gain: {law: logistic, beta: 1.3, theta: 4, top: 1, rested: true}, absence: 1, stimulus: 1.25, initial: {law: constant, value: 0.1}}
  I: {gain: {law: logistic, beta: 2, theta: 3.7, top: 1, rested: true}, absence: 1, stimulus: 0, initial: {law: constant, value: 0.05}}
kernels: {E: {E: 16, I: -12}, I: {E: 15, I: -3}}`

const fieldSummary = `{"schema": 1, "scenario": "field", "outcome": "completed", "meanfield": {"snapshots": [{"time": 0}, {"time": 5}, {"time": 20}], "rhythm": {"kind": "oscillating", "period": 5.00341, "period_error": 0.0001, "amplitude": 0.1}},
"network": {"N": 0, "replicas": 4, "spikes": 123456}, "compare": {"verdict": "agrees", "text": "They agree."}}`

// cube writes an array of any shape.
func cube(t testing.TB, dir, name string, values []float64, shape ...int) {
	t.Helper()
	header := strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ", ") + ","
	header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + header + "), }"
	header += strings.Repeat(" ", 127-10-len(header)) + "\n"
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(header)))
	b = append(b, header...)
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	put(t, dir, "arrays/"+name+".npy", string(b))
}

// madeField writes the folder of a field that never was, a value at a time and a place.
func madeField(t testing.TB, dims, n int, names []string, times []float64, value func(k int, t, x, y float64) float64) string {
	dir, rng := t.TempDir(), rand.New(rand.NewSource(3))
	form, body := "potential", oneField
	if len(names) > 1 {
		form, body = "rate", twoFields
	}
	put(t, dir, "summary.json", fieldSummary)
	put(t, dir, "resolved.yaml", fmt.Sprintf(fieldHead, form, dims, n, body))
	axis := make([]float64, n)
	for i := range axis {
		axis[i] = 20 * (float64(i) - float64(n/2)) / float64(n)
	}
	total, shape := 1, []int{len(times)}
	for range max(dims, 1) {
		total, shape = total*n, append(shape, n)
	}
	cube(t, dir, "field_axis", axis, n)
	cube(t, dir, "field_network_times", times, len(times))
	cube(t, dir, "field_meanfield_times", times, len(times))
	var mean, snapshots, errors strings.Builder
	column := ""
	if len(names) > 1 {
		column = ",population"
	}
	fmt.Fprintln(&mean, "time"+column+",mean,variance,least,greatest")
	fmt.Fprintln(&snapshots, "side,time"+column+",mean,mean_se,variance,width,width_se")
	fmt.Fprintln(&errors, "time"+column+",l1,l1_null,l2,l2_null,sup,sup_null,mean_error,mean_error_se,peak,peak_allowed,shift_x,shift_y,shift_t,verdict")
	for k, name := range names {
		ending, cell := "", ""
		if name != "" {
			ending, cell = "_"+name, ","+name
		}
		for i := range 400 {
			at := times[len(times)-1] * float64(i) / 399
			v := value(k, at, 0, 0)
			fmt.Fprintf(&mean, "%g%s,%g,0.01,%g,%g\n", at, cell, v, v-0.1, v+0.1)
		}
		var network, errs, field []float64
		for _, at := range times {
			for i := range total {
				v := value(k, at, axis[i%n], axis[i/n])
				field = append(field, v)
				network, errs = append(network, v+0.02*rng.NormFloat64()), append(errs, 0.02)
			}
			v := value(k, at, 0, 0)
			fmt.Fprintf(&snapshots, "network,%g%s,%g,0.002,0.01,,\nmeanfield,%g%s,%g,,0.01,2.15,\n", at, cell, v+0.001, at, cell, v)
			fmt.Fprintf(&errors, "%g%s,0.01,0.02,0.012,0.02,0.05,0.08,0.001,0.002,2.5,5.5,0.25,0,0,agrees\n", at, cell)
		}
		cube(t, dir, "field_network"+ending, network, shape...)
		cube(t, dir, "field_network_se"+ending, errs, shape...)
		cube(t, dir, "field_meanfield"+ending, field, shape...)
	}
	put(t, dir, "tables/meanfield.csv", mean.String())
	put(t, dir, "tables/snapshots.csv", snapshots.String())
	put(t, dir, "tables/errors.csv", errors.String())
	return dir
}

// madeLine is a bump that grows, seen often enough for a picture of space and time.
func madeLine(t testing.TB) string {
	times := make([]float64, 10)
	for i := range times {
		times[i] = 2 * float64(i)
	}
	return madeField(t, 1, 200, []string{""}, times, func(_ int, t, x, _ float64) float64 { return (1 - math.Exp(-t)) * math.Exp(-x*x/4) })
}

// stripes at an angle in degrees, with so many waves a side in all.
func stripes(n int, kx, ky float64) []float64 {
	out := make([]float64, n*n)
	for i := range out {
		out[i] = math.Cos(2 * math.Pi * (kx*float64(i%n) + ky*float64(i/n)) / float64(n))
	}
	return out
}

func plus(lists ...[]float64) []float64 {
	out := make([]float64, len(lists[0]))
	for _, list := range lists {
		for i, v := range list {
			out[i] += v
		}
	}
	return out
}

// TestFormOf: what a field shows is told from its waves.
func TestFormOf(t *testing.T) {
	const n = 64
	hexagons := plus(stripes(n, 8, 0), stripes(n, 4, 7), stripes(n, 4, -7))
	holes := make([]float64, len(hexagons))
	for i, v := range hexagons {
		holes[i] = -v
	}
	rng, noise, labyrinth := rand.New(rand.NewSource(1)), make([]float64, n*n), make([]float64, n*n)
	for i := range noise {
		noise[i] = rng.NormFloat64()
	}
	for k := range 40 {
		phi := math.Pi * float64(k) / 40
		wave := stripes(n, math.Round(8*math.Cos(phi)), math.Round(8*math.Sin(phi)))
		turn := rng.Intn(n * n)
		labyrinth = plus(labyrinth, append(slices.Clone(wave[turn:]), wave[:turn]...))
	}
	for _, c := range []struct {
		name   string
		values []float64
		want   string
	}{
		{"rings", stripes(n, 8, 0), "stripes of wavelength 2.50 across x, which are seen as rings"},
		{"rays", stripes(n, 0, 8), "which are seen as rays"},
		{"spirals", stripes(n, 5, 5), "which are seen as spirals"},
		{"spots", hexagons, "spots of activity"},
		{"holes", holes, "honeycomb"},
		{"squares", plus(stripes(n, 8, 0), stripes(n, 0, 8)), "squares of wavelength 2.50"},
		{"labyrinth", labyrinth, "a labyrinth of stripes"},
		{"noise", noise, "no pattern of one wavelength"},
		{"flat", make([]float64, n*n), "the same everywhere"},
		{"noisy spots", plus(hexagons, noise), "spots of activity"},
	} {
		if got := formOf(c.values, n).text(20); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// has asks for figures by name, as pictures in the page and in both formats.
func has(t *testing.T, dir, page string, names ...string) {
	t.Helper()
	for _, name := range names {
		if !strings.Contains(page, `<figure id="`+name+`">`) {
			t.Errorf("no figure %s", name)
		}
		for _, ending := range []string{".png", ".svg"} {
			if info, err := os.Stat(filepath.Join(dir, "plots", name+ending)); err != nil || info.Size() < 1000 || info.Size() > 3e6 {
				t.Errorf("plots/%s%s: %v", name, ending, err)
			}
		}
	}
}

func TestFieldOnALine(t *testing.T) {
	dir := madeLine(t)
	page := build(t, dir)
	has(t, dir, page, "activity", "fields", "field-errors", "space-time", "distances")
	wants(t, page, "Network and mean field agree", "1 000 units at each of 200 sites", "∫ w", "a ring of side 20 with 200 sites", "a Mexican hat",
		"σ(N) = 1/(1 + exp(−β(N − θ))), β = 8, θ = 0.2", "kernel.near.width 1 standard deviation of the Gaussian near", "the largest difference = 0.0500",
		"particles.units 1000 spiking units M", "arrays/field_axis.npy coordinates", `sites = np.load("arrays/field_axis.npy")`, "0.0100 (0.0200)", "2.50 (5.50) x 0.25 agrees",
		"2.150000", "oscillates in the last half of the run, with the period 5.00341 ± 0.00010 and the amplitude 0.1000")
	for _, bad := range []string{"Blow-ups", "raster", "V F", "cascade", "potentials and the mean field", "refractory"} {
		if strings.Contains(shown(page), bad) {
			t.Errorf("the page of a field speaks of %q", bad)
		}
	}
}

func TestFieldOnATorus(t *testing.T) {
	k := 2 * math.Pi * 6 / 20
	dir := madeField(t, 2, 64, []string{""}, []float64{0, 5, 20}, func(_ int, t, x, y float64) float64 {
		return 0.1 + (0.1+t/20)*(math.Cos(k*x)+math.Cos(k*(x/2+5./6*y))+math.Cos(k*(x/2-5./6*y)))/3
	})
	page := build(t, dir)
	has(t, dir, page, "activity", "patterns", "visual-field", "distances")
	wants(t, page, "Ermentrout and Cowan 1979", "the mean over 4 replicas", "The mean field shows hexagons of wavelength", "a torus of side 20 with 64 sites")
}

func TestFieldAtAPoint(t *testing.T) {
	dir := madeField(t, 0, 1, []string{"E", "I"}, []float64{0, 1, 2, 3, 4, 5}, func(k int, t, _, _ float64) float64 { return 0.2 + 0.1*math.Cos(2*t+float64(k)) })
	page := build(t, dir)
	has(t, dir, page, "activity", "phase-plane", "distances_E", "distances_I")
	wants(t, page, "w to E from I = −12", "of E: σ(N) = 1/(1 + exp(−β(N − θ))) less its value at 0, β = 1.3, θ = 4, r = 1, s = 1.25", "Phase plane", "population",
		"kernels.E.I −12 connections by distance, to E from I")
	if strings.Contains(page, `<figure id="fields`) {
		t.Error("a field over the sites of a point")
	}
}

// TestPartialField takes files away: what is left is drawn and what is cut is told.
func TestPartialField(t *testing.T) {
	for name, gone := range map[string][]string{
		"network": {"arrays/field_network.npy", "arrays/field_network_se.npy", "arrays/field_network_times.npy", "tables/errors.csv", "tables/snapshots.csv"},
		"errors":  {"arrays/field_network_se.npy", "resolved.yaml"},
		"times":   {"arrays/field_network_times.npy", "arrays/field_axis.npy", "arrays/field_meanfield_times.npy", "tables/meanfield.csv", "tables/snapshots.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := madeLine(t)
			for _, one := range gone {
				if err := os.Remove(filepath.Join(dir, one)); err != nil {
					t.Fatal(err)
				}
			}
			if strings.Contains(shown(build(t, dir)), "Cannot be read") {
				t.Error("a missing file is reported as unreadable")
			}
		})
	}
	dir := madeLine(t)
	cube(t, dir, "field_network", make([]float64, 30), 10, 3)
	wants(t, build(t, dir), "Cannot be read: arrays/field_network.npy", "shape [10 3]")
}

// TestJoint: densities over potential and conductance of both sides, with the conductance above which neurons fire.
func TestJoint(t *testing.T) {
	dir := made(t)
	put(t, dir, "resolved.yaml", "model: voltage-conductance\nneuron: {g_L: 50, V_E: 4.6666666667, V_F: 1, sigma_E: 0.005}\n")
	const v, g = 50, 40
	edges := func(n int, top float64) []float64 {
		out := make([]float64, n+1)
		for i := range out {
			out[i] = top * float64(i) / float64(n)
		}
		return out
	}
	cube(t, dir, "joint_v_edges", edges(v, 1), v+1)
	cube(t, dir, "joint_g_edges", edges(g, 40), g+1)
	var density []float64
	for range times {
		for i := range v * g {
			density = append(density, math.Exp(-math.Pow(float64(i/v)-20, 2)/50)/12)
		}
	}
	cube(t, dir, "joint_network", density, len(times), g, v)
	cube(t, dir, "joint_meanfield", density, len(times), g, v)
	put(t, dir, "tables/errors.csv", "time,w1,w1_null,l1,l1_null,verdict,joint_l1,joint_l1_null,sliced_w1,sliced_w1_null,g_w1,g_w1_null,g_ks,g_ks_null,"+
		"mean_g_error,mean_g_error_se,variance_g_error,variance_g_error_se,joint_verdict\n1,0.01,0.02,0.03,0.04,agrees,0.05,0.06,0.07,0.08,0.5,0.6,0.11,0.12,0.001,0.002,0.03,0.04,explained\n")
	page := build(t, dir)
	has(t, dir, page, "joint", "distances")
	wants(t, page, "L¹ of p(v, g) = 0.0500 at t = 1, 83 % of its null level", "1 0.0500 (0.0600) 0.0700 (0.0800) 0.500 (0.600) 0.110 (0.120)", "explained",
		"g = g_F = 13.636", "4 of 7 snapshots are drawn", "arrays/joint_network.npy density p(v, g)")
	for _, gone := range []struct {
		file  string
		drawn bool
	}{{"arrays/joint_network.npy", true}, {"arrays/joint_g_edges.npy", false}} {
		if err := os.Remove(filepath.Join(dir, gone.file)); err != nil {
			t.Fatal(err)
		}
		f, err := open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if drawn := f.drawJoint() != nil; drawn != gone.drawn || len(f.problems) > 0 {
			t.Errorf("without %s the density is drawn: %v, problems %v", gone.file, drawn, f.problems)
		}
	}
}
