package play

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/neuron"
	"lapicque/runs/raster"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

var both = scenario.Sides{Network: true, MeanField: true}

func load(t *testing.T, name string, sides scenario.Sides, set ...string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load(name, set, sides)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// untimed returns a summary as JSON, wall times and folder left out.
func untimed(t *testing.T, s *Summary) string {
	t.Helper()
	one := *s
	one.Seconds, one.Folder = nil, ""
	text, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The result depends neither on the number of workers nor on whether it is written.
func TestSameForAnyWorkers(t *testing.T) {
	var want, spikes string
	for _, workers := range []int{1, 2, 3, 7} {
		dir := filepath.Join(t.TempDir(), "run")
		folder, err := store.Create(dir, false)
		if err != nil {
			t.Fatal(err)
		}
		s := load(t, "excitatory", both, "particles={N: 9000, replicas: 3}", "time={end: 0.5, snapshots: [0.123, 0.5]}", "meanfield.cells=100")
		out, err := Play(t.Context(), s, Options{Sides: both, Workers: workers, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "raster.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want, spikes = untimed(t, out), string(text)
		}
		if untimed(t, out) != want || string(text) != spikes {
			t.Errorf("%d workers give another result", workers)
		}
	}
	s := load(t, "excitatory", both, "particles={N: 9000, replicas: 3}", "time={end: 0.5, snapshots: [0.123, 0.5]}", "meanfield.cells=100")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil || untimed(t, out) != want {
		t.Errorf("without a folder: another result (%v)", err)
	}
}

// The summary, the tables and the raster of one run tell the same story.
func TestFolderAgreesWithSummary(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := store.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, "linear", both, "particles.N=3000", "time={end: 2, snapshots: [0.5, 2]}", "meanfield.cells=100", "record.raster.neurons=3000")
	out, err := Play(t.Context(), s, Options{Sides: both, Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(dir, "raster.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	reader, err := raster.NewReader(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	spikes := readAll(t, reader)
	if int64(len(spikes)) != out.Network.Spikes {
		t.Errorf("%d spikes in the raster, %d in the summary", len(spikes), out.Network.Spikes)
	}
	for _, x := range out.Network.Snapshots {
		n := 0
		for _, s := range spikes {
			if s.Time >= x.RateWindow[0] && (s.Time < x.RateWindow[1] || x.RateWindow[1] == 2) {
				n++
			}
		}
		want := float64(n) / 3000 / (x.RateWindow[1] - x.RateWindow[0])
		if math.Abs(float64(x.Rate)-want) > 1e-12 {
			t.Errorf("t = %v: rate %v, the raster says %v", x.Time, x.Rate, want)
		}
	}
	if w := out.Network.Snapshots[1].RateWindow; w != [2]float64{1.95, 2} {
		t.Errorf("window at the end: %v", w)
	}
	rates, err := os.ReadFile(filepath.Join(dir, "tables/rates.csv"))
	if err != nil || strings.Count(string(rates), "\n") != 41 || strings.Contains(string(rates), ",,") || strings.Contains(string(rates), ",\n") {
		t.Errorf("rates.csv has holes: %v\n%s", err, rates)
	}
}

func readAll(t *testing.T, r *raster.Reader) (all []raster.Spike) {
	t.Helper()
	buf := make([]raster.Spike, 4096)
	for {
		n, err := r.Read(buf)
		all = append(all, buf[:n]...)
		if err != nil {
			return all
		}
	}
}

// Network and mean field agree in embedded scenarios, two of them under currents that jump, within 4
// standard errors of the replicas, at every snapshot: rate, mean and variance.
func TestSidesAgree(t *testing.T) {
	const steps = "{law: steps, steps: [{time: 0.21, current: 2}, {time: 0.617, current: -1}, {time: 1.97, current: 1}]}"
	const pulses = "{law: pulses, baseline: 0.5, amplitude: 4, width: 0.053, period: 0.37, first: 0.1}"
	for _, name := range []string{"linear", "inhibitory", "excitatory", "driven", steps, pulses} {
		set := []string{"particles={N: 4000, replicas: 20}", "record.raster.neurons=0"}
		base := name
		if name[0] == '{' {
			base, set = "excitatory", append(set, "neuron.current="+name)
		}
		s := load(t, base, both, set...)
		out, err := Play(t.Context(), s, Options{Sides: both})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Compare.Snapshots) != 7 {
			t.Fatalf("%s: %d snapshots", name, len(out.Compare.Snapshots))
		}
		for _, d := range out.Compare.Snapshots {
			for what, z := range map[string]Number{
				"rate": d.RateError / d.RateErrorSE, "mean": d.MeanError / d.MeanErrorSE, "variance": d.VarianceError / d.VarianceSE,
			} {
				if !(math.Abs(float64(z)) < 4) {
					t.Errorf("%s, t = %v: %s off by %.2f standard errors", name, d.Time, what, float64(z))
				}
			}
			if d.Law != compare.Replicated {
				t.Errorf("%s, t = %v: the null law is %v", name, d.Time, d.Law)
			}
			for what, x := range map[string][2]float64{
				"W1": {float64(d.W1), d.Null.W1.Q999}, "KS": {float64(d.KS), d.Null.KS.Q999}, "L1": {float64(d.L1), d.Null.L1.Q999},
			} {
				if !(x[0] <= x[1]) {
					t.Errorf("%s, t = %v: %s = %v beyond its null law, %v", name, d.Time, what, x[0], x[1])
				}
			}
			t.Logf("%s t = %v: %s", name, d.Time, d.Text)
		}
	}
}

// The end-of-step test of the Euler scheme is wrong by far more than chance, and
// the verdict says so.
func TestEulerDisagrees(t *testing.T) {
	s := load(t, "linear", both, "particles={N: 20000, scheme: euler, replicas: 10}", "time={end: 2, snapshots: [2]}", "record.rate_bin=1")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	if out.Compare.Verdict != "disagrees" {
		t.Errorf("verdict %q: %+v", out.Compare.Verdict, out.Compare.Snapshots)
	}
}

func TestBlowUpOnBothSides(t *testing.T) {
	s := load(t, "blow-up", both, "particles.N=4000", "meanfield.cells=200")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	if out.Outcome != BlowUp || len(out.MeanField.BlowUps) != 1 || len(out.Network.BlowUps) == 0 || out.Unmet() != nil {
		t.Fatalf("%+v", out)
	}
	if len(out.MeanField.Snapshots) != 5 || len(out.Compare.Snapshots) != 5 || len(out.Network.Snapshots) != 7 {
		t.Errorf("snapshots after the blow-up are left out on the mean field's side: %d %d %d",
			len(out.MeanField.Snapshots), len(out.Compare.Snapshots), len(out.Network.Snapshots))
	}
	if b := out.Network.BlowUps[0]; b.Jump < 0.9 || math.Abs(b.Time-3.417) > 0.5 {
		t.Errorf("the network's jump: %+v", b)
	}
}

// A run that fails says so and keeps what was finished.
func TestFailureIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := store.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	sides := scenario.Sides{Network: true}
	s := load(t, "linear", sides, "neuron={leak: 0, current: -1e308}", "particles={N: 100, scheme: euler}", "time={end: 5, snapshots: [0.5, 5]}")
	out, err := Play(t.Context(), s, Options{Sides: sides, Folder: folder})
	if err == nil || out.Outcome != Failed || out.Error == "" {
		t.Fatalf("%v %+v", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "tables", "rates.csv")); err != nil {
		t.Error(err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := load(t, "linear", both, "particles.N=2000", "time={end: 100, snapshots: [0.5, 100]}", "meanfield.cells=100")
	out, err := Play(ctx, s, Options{Sides: both, Progress: func(fraction float64) {
		if fraction > 0.5 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || out.Outcome != Cancelled {
		t.Fatalf("%v %v", err, out.Outcome)
	}
	if len(out.Network.Snapshots) != 1 || len(out.Compare.Snapshots) != 1 {
		t.Errorf("finished snapshots: %+v", out.Network.Snapshots)
	}
}

func TestWindows(t *testing.T) {
	for _, c := range []struct{ t, width, end, from, to float64 }{
		{1, 0.5, 5, 0.75, 1.25}, {0.1, 0.5, 5, 0, 0.35}, {5, 0.5, 5, 4.5, 5}, {4.9, 0.5, 5, 4.65, 5}, {0, 0.5, 5, 0, 0.25}, {0.2, 0.5, 0.2, 0, 0.2},
	} {
		if got := (plan{end: c.end}).window(c.t, c.width); math.Abs(got[0]-c.from) > 1e-15 || math.Abs(got[1]-c.to) > 1e-15 {
			t.Errorf("window(%v, %v, %v) = %v", c.t, c.width, c.end, got)
		}
	}
	p := newPlan(&scenario.Head{Time: scenario.Time{End: 1, Snapshots: []float64{0.5, 1}}},
		&scenario.Tail{Record: scenario.Record{RateBin: 0.3}, Particles: scenario.Particles{Dt: 0.1}})
	if want := []float64{0, 0.3, 0.6, 0.9, 1}; len(p.bins) != 5 || math.Abs(p.bins[3]-want[3]) > 1e-15 || p.bins[4] != 1 {
		t.Errorf("bins: %v", p.bins)
	}
	counts := make([]int64, len(p.edges)-1)
	for i := range counts {
		counts[i] = 1 << i
	}
	if got, want := p.counted(counts, 0, 1), float64(int64(1)<<len(counts)-1); got != want {
		t.Errorf("all spikes: %v, want %v", got, want)
	}
	if !slices.IsSorted(p.stops()) {
		t.Errorf("stops: %v", p.stops())
	}
}

// ∫N between steps is interpolated to fourth order.
func TestFiredBetweenSteps(t *testing.T) {
	worst := func(steps int) (worst float64) {
		f := &field{}
		for k := range steps + 1 {
			x := 2 * float64(k) / float64(steps)
			f.curve = append(f.curve, []mfield.State{{Time: x, Rate: math.Cos(x), Fired: math.Sin(x)}})
		}
		for x := 0.3; x < 2; x += 0.01 {
			worst = math.Max(worst, math.Abs(f.firedAt(0, x)-math.Sin(x)))
		}
		return worst
	}
	last := worst(8)
	for _, n := range []int{16, 32, 64} {
		now := worst(n)
		order := math.Log2(last / now)
		t.Logf("%d steps: error %.2e, order %.2f", n, now, order)
		if order < 3.7 {
			t.Errorf("%d steps: order %.2f", n, order)
		}
		last = now
	}
}

func TestDensityBins(t *testing.T) {
	axis := scenario.Axis{From: 1, To: 2, Anchor: 2, Spread: 1}
	cells := mfield.Profile{Edges: []float64{-8, -6, -4, 0, 2}, Density: []float64{1e-9, 1e-7, 0.1, 0.3}}
	f := &field{snapshots: []fieldSnapshot{{parts: []fieldPart{{Profile: cells}}}}}
	edges := densityBins(f, 0, neuron.Point{}, axis, 10)
	if len(edges) != 11 || edges[10] != 2 || math.Abs(edges[0]+4) > 1e-12 {
		t.Errorf("edges: %v", edges)
	}
	if edges := densityBins(nil, 0, neuron.Point{Potential: -3}, axis, 10); edges[0] > -3 || edges[10] != 2 {
		t.Errorf("edges without a mean field: %v", edges)
	}
	axis.Beyond = true // neurons above V_F: an edge at V_F, the mass above inside
	f.snapshots[0].parts[0].Profile = mfield.Profile{Edges: []float64{-8, -4, 0, 2, 3, 3.5, 9}, Density: []float64{1e-9, 0.1, 0.2, 0.1, 0.05, 1e-9}}
	if edges := densityBins(f, 0, neuron.Point{}, axis, 10); edges[0] > -4 || edges[10] < 3.5 || edges[10] > 5 || !slices.Contains(edges, 2) || len(edges) != 11 {
		t.Errorf("edges beyond V_F: %v", edges)
	}
	ages := scenario.Axis{Beyond: true} // from 0 up
	f.snapshots[0].parts[0].Profile = mfield.Profile{Edges: []float64{0, 1, 2, 4, 9}, Density: []float64{0.4, 0.3, 0.15, 1e-9}}
	if edges := densityBins(f, 0, neuron.Point{}, ages, 8); edges[0] != 0 || edges[8] != 4 {
		t.Errorf("edges of ages: %v", edges)
	}
}

func TestShare(t *testing.T) {
	for _, c := range [][4]int{{2, 1, 1, 2}, {2, 20, 2, 1}, {8, 3, 3, 2}, {1, 5, 1, 1}} {
		if parallel, inner := share(c[0], c[1]); parallel != c[2] || inner != c[3] {
			t.Errorf("share(%d, %d) = %d, %d", c[0], c[1], parallel, inner)
		}
	}
}

func TestEstimate(t *testing.T) {
	s := load(t, "inhibitory", both)
	small, err := NewEstimate(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	large, err := NewEstimate(t.Context(), load(t, "inhibitory", both, "particles.N=1e8"), Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	if !(small.Seconds > 0 && large.Seconds > 2*small.Seconds && large.Memory > 1e9) {
		t.Errorf("%+v %+v", small, large)
	}
}

// With meanfield.continue every snapshot is there; those after the first blow-up
// are compared without a verdict.
func TestContinued(t *testing.T) {
	s := load(t, "blow-up", both, "particles.N=4000", "meanfield={scheme: spectral, continue: true}", "record.raster.neurons=0")
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil || out.Outcome != BlowUp || out.Unmet() != nil {
		t.Fatalf("%v %+v", err, out)
	}
	if f := out.MeanField; len(f.Snapshots) != 7 || len(f.BlowUps) != 3 || f.BlowUps[2].Rule != "hard" || !(f.BlowUps[2].TimeError > 0) {
		t.Errorf("%+v", f)
	}
	first := min(3.4174, out.Network.BlowUps[0].Time) // the networks' may come before
	for _, d := range out.Compare.Snapshots {
		if after := d.Time > first; (d.Verdict == NotJudged) != after {
			t.Errorf("t = %v: %q", d.Time, d.Verdict)
		}
	}
	if !strings.Contains(out.Compare.Text, "jumps first at t = 3.41737") || !strings.Contains(out.Compare.Text, "networks of 4000 neurons at 3.") {
		t.Errorf("%q", out.Compare.Text)
	}
	alone := scenario.Sides{MeanField: true}
	s = load(t, "blow-up", alone, "time={end: 5, snapshots: [5]}", "initial={law: gaussian, mean: 1.5, variance: 0.01}", "coupling={b: 3, reset: sequential}", "meanfield={scheme: spectral, continue: true}")
	if out, err := Play(t.Context(), s, Options{Sides: alone}); err != nil || out.Outcome != EternalBlowUp || len(out.MeanField.Notes) == 0 {
		t.Errorf("%v %+v", err, out)
	}
}

// The jump of a finite network comes early or late. A snapshot after that of a
// network and before that of the mean field is no disagreement, and the text says
// why; a mean field that never jumps excuses nothing.
func TestEarlyJump(t *testing.T) {
	assess := func(blowUps []mfield.CircuitBlowUp) (CompareSnapshot, *Compare) {
		one := fieldPart{State: mfield.State{Time: 0.5, Mass: 1, Mean: 0.5, Variance: 1. / 12}, Profile: mfield.Profile{Edges: []float64{0, 1}, Density: []float64{1}}, windowRate: 1}
		e := &evidence{field: &field{snapshots: []fieldSnapshot{{0.5, []fieldPart{one}}}, blowUps: blowUps}, bins: [][]float64{{0, 0.5, 1}},
			populations: []scenario.Population{{N: 1000}}, jumps: []NetworkBlowUp{{Time: 0.4, Jump: 0.9}}}
		at := sample{potentials: [][]float64{make([]float64, 1000)}, refractory: []float64{0}} // all at 0: far from the mean field
		p := plan{snapshots: []float64{0.5}, windows: [][2]float64{{0.45, 0.55}}}
		d, ok := e.assess(p, 0, []sample{at}, [][]float64{{100}})
		if !ok {
			t.Fatal("nothing compared")
		}
		return d, e.summary([]CompareSnapshot{d})
	}
	d, all := assess([]mfield.CircuitBlowUp{{Time: 0.6, Jumps: []float64{0.95}}})
	if d.Verdict != NotJudged || !strings.HasPrefix(d.Text, "A network has jumped by then.") || all.Verdict == compare.Disagrees ||
		!strings.Contains(all.Text, "networks of 1000 neurons at 0.4 (0.9)") {
		t.Errorf("%q %q; %q %q", d.Verdict, d.Text, all.Verdict, all.Text)
	}
	if d, all = assess(nil); d.Verdict != compare.Disagrees || all.Verdict != compare.Disagrees {
		t.Errorf("%q %q", d.Verdict, d.Text)
	}
}

// TestApproach: the entropy of a run, its rate and the theorems stand in the summary and in the folder, for both
// schemes and both entropies; where there is nothing to follow a note says why.
func TestApproach(t *testing.T) {
	only := scenario.Sides{MeanField: true}
	for _, set := range [][]string{{"meanfield.scheme=spectral"}, {"meanfield.scheme=finite-volume"}, {"meanfield.entropy=quadratic", "coupling.b=0.5"}} {
		folder, err := store.Create(filepath.Join(t.TempDir(), "run"), false)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Play(t.Context(), load(t, "linear", only, set...), Options{Sides: only, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		e := s.MeanField.Entropy
		if e == nil || e.Decay == nil || e.Theory == nil {
			t.Fatalf("%v: %+v", set, e)
		}
		if off := math.Abs(float64(e.Decay.Rate - *e.Theory)); off > float64(e.Decay.Error) || e.Decay.Error > 0.03 {
			t.Errorf("%v: decay %+v, eigenvalue %v", set, *e.Decay, *e.Theory)
		}
		if len(set) == 1 && *e.Rise > 1e-12 {
			t.Errorf("%v: with b = 0 the entropy rose by %v", set, *e.Rise)
		}
		for _, line := range s.Theory {
			if line.Verdict == mfield.Contradicted {
				t.Errorf("%v: %+v", set, line)
			}
		}
		text, err := os.ReadFile(folder.Path("tables/entropy.csv"))
		if rows := strings.Count(string(text), "\n") - 1; err != nil || rows < 200 {
			t.Errorf("%v: %d rows, %v", set, rows, err)
		}
	}
	for _, c := range []struct {
		name, says string
		set        []string
	}{{"driven", "depends on time", nil}, {"blow-up", "no stable steady state", nil}, {"bistable", "ends before", []string{"coupling.b=1.5", "coupling.reset=hard", "initial.mean=1.8", "initial.variance=0.01"}}} {
		s, err := Play(t.Context(), load(t, c.name, only, c.set...), Options{Sides: only})
		if err != nil || s.MeanField.Entropy == nil || !strings.Contains(s.MeanField.Entropy.Note, c.says) {
			t.Errorf("%s: %+v %v", c.name, s.MeanField.Entropy, err)
		}
	}
	s, err := Play(t.Context(), load(t, "linear", only, "meanfield.entropy=none"), Options{Sides: only})
	if err != nil || s.MeanField.Entropy != nil || len(s.Theory) == 0 {
		t.Errorf("none: %+v %v", s.MeanField.Entropy, err)
	}
}

// TestDelay: coupling.delay reaches the network, where it lifts the limit to b that
// cascades need; a delay below dt shortens the steps, and the run says so.
func TestDelay(t *testing.T) {
	alone := scenario.Sides{Network: true}
	play := func(delay string) *Summary {
		s := load(t, "linear", alone, "time={end: 1, snapshots: [1]}", "coupling={b: 2, delay: "+delay+"}", "particles={N: 2000, dt: 0.05}")
		out, err := Play(t.Context(), s, Options{Sides: alone})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	within, below, beyond := play("0.2"), play("0.03"), play("2")
	if len(within.Network.Notes) > 0 || len(below.Network.Notes) != 1 || !strings.Contains(below.Network.Notes[0], "at most as long as the delay, 0.03") {
		t.Errorf("notes %q and %q", within.Network.Notes, below.Network.Notes)
	}
	if w, b := within.Network, beyond.Network; w.Snapshots[0].Mean <= b.Snapshots[0].Mean || w.Cascades > 0 {
		t.Errorf("kicks that arrive, %+v, do not lift above kicks that do not, %+v", w, b)
	}
}
