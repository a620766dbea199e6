package plot

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"lapicque/runs/raster"
)

// The figures below are of made-up data with the shape of real ones. With
// LAPICQUE_FIGURES=DIR the tests leave them there to be looked at.

func madeRates(rng *rand.Rand) Rates {
	r := Rates{}
	rate := func(t float64) float64 {
		return 0.075 + 0.06*math.Exp(-t/0.4)*math.Sin(5*t) + 0.4*math.Exp(-60*t)
	}
	for i := range 100 {
		from := 0.05 * float64(i)
		r.From, r.To = append(r.From, from), append(r.To, from+0.05)
		r.SE = append(r.SE, 0.005)
		r.Network = append(r.Network, rate(from+0.025)+0.005*rng.NormFloat64())
	}
	for i := range 20000 {
		t := 5 * float64(i) / 20000
		r.Time, r.Rate = append(r.Time, t), append(r.Rate, rate(t))
	}
	return r
}

func madeBlowUp(rng *rand.Rand) Rates {
	r := Rates{BlowUps: []float64{3.41737}}
	rate := func(t float64) float64 { return 0.05 + 0.4/math.Sqrt(math.Abs(3.41737-t)+1e-9) }
	for i := range 100 {
		from := 0.05 * float64(i)
		value := math.Max(0, 0.2+0.05*rng.NormFloat64())
		if from < 3.4174 {
			value = rate(from + 0.0251)
		}
		if i == 68 {
			value = 19.3
		}
		if i < 10 {
			value = 0
		}
		r.From, r.To = append(r.From, from), append(r.To, from+0.05)
		r.SE, r.Network = append(r.SE, 0.05), append(r.Network, value)
	}
	for i := range 4000 {
		t := 3.41737 * (1 - math.Pow(1-float64(i)/4000, 2))
		r.Time, r.Rate = append(r.Time, t), append(r.Rate, rate(t))
	}
	return r
}

func madeDensities(rng *rand.Rand, times []float64) Densities {
	d := Densities{Reset: 1, Threshold: 2}
	for i := range 201 {
		d.Edges = append(d.Edges, -4+6*float64(i)/200)
	}
	for _, t := range times {
		s := Snapshot{Time: t}
		variance := 1 - 0.75*math.Exp(-2*t)
		for i := range 200 {
			v := (d.Edges[i] + d.Edges[i+1]) / 2
			n := math.Exp(-v*v/2/variance) / math.Sqrt(2*math.Pi*variance) * (1 - math.Exp(-3*(2-v)))
			s.MeanField = append(s.MeanField, n)
			s.Network = append(s.Network, math.Max(0, n+0.012*math.Sqrt(n)*rng.NormFloat64()))
		}
		d.Snapshots = append(d.Snapshots, s)
	}
	return d
}

func madeTraces(rng *rand.Rand) Traces {
	t := Traces{Reset: 1, Threshold: 2}
	for i := range 5 {
		tr := Trace{Name: []string{"v_{0}", "v_{1}", "v_{2}", "v_{3}", "v_{4}"}[i]}
		v := 0.5 * rng.NormFloat64()
		for k := range 501 {
			at := 0.01 * float64(k)
			tr.Time, tr.Potential = append(tr.Time, at), append(tr.Potential, v)
			v += -v*0.01 + math.Sqrt(0.02)*rng.NormFloat64()
			if v >= 2 {
				tr.Spikes = append(tr.Spikes, at+0.005)
				v = 1
			}
		}
		t.List = append(t.List, tr)
	}
	return t
}

func madeDistances() Distances {
	d := Distances{Time: []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}, Null: "level exceeded once in 1000 by chance"}
	d.List = []Distance{
		{Name: "Wasserstein-1 distance W_{1}", Value: []float64{0.0012, 0.0021, 0.0017, 0.0024, 0.0031, 0.0019, 0.0027}, Null: []float64{0.004, 0.0045, 0.005, 0.0051, 0.0052, 0.0052, 0.0052}},
		{Name: "Kolmogorov–Smirnov distance", Value: []float64{0.0022, 0.0031, 0.0027, 0.0024, 0.0021, 0.0029, 0.0037}, Null: []float64{0.0062, 0.0062, 0.0062, 0.0062, 0.0062, 0.0062, 0.0062}},
		{Name: "L^{1} distance of densities", Value: []float64{0.022, 0.031, 0.027, 0.024, 0.021, 0.029, 0.027}, Null: []float64{0.042, 0.042, 0.042, 0.042, 0.042, 0.042, 0.042}},
		{Name: "rate error", Value: []float64{0.002, -0.004, 0.001, 0.0005, -0.006, 0.003, 0.011}, SE: []float64{0.004, 0.004, 0.004, 0.005, 0.005, 0.005, 0.005}},
	}
	return d
}

func madeRaster(rng *rand.Rand, neurons, spikes int, cascades []Cascade) *Raster {
	r := &Raster{From: 0, To: 5, Bin: 0.05, Populations: []Population{{"neurons", neurons}}, Spikes: int64(spikes), Cascades: cascades}
	for range spikes {
		s := raster.Spike{Time: 5 * rng.Float64(), Neuron: uint32(rng.Intn(neurons))}
		for _, c := range cascades {
			if rng.Float64() < 0.2 {
				s.Time = c.Time
			}
		}
		r.Add([]raster.Spike{s})
	}
	return r
}

// madeDecay decays by two modes down to a floor.
func madeDecay() Decay {
	d := Decay{Name: "relative entropy", Curve: "mean field", Rate: 2, Line: "theory", Floor: 1e-8, FloorName: "accuracy", WindowFrom: 3, WindowTo: 8, WindowCaption: "fit"}
	for k := range 200 {
		x := float64(k) / 20
		d.Time, d.Value = append(d.Time, x), append(d.Value, 0.1*math.Exp(-2*x)+math.Exp(-5*x)+1e-9)
	}
	d.Value[0] = math.Inf(1)
	return d
}

// madeBode has gains of size, a low pass and a delay.
func madeBode(size float64) Bode {
	b := Bode{Columns: []Transfer{{Gain: "|K(iω)| (rate per unit of current)"}, {Gain: "|K_{a}(iω)| (rate per unit of diffusion)"}}}
	for k := range 100 {
		omega := math.Pow(10, float64(k)/25-2)
		k0 := complex(size, 0) / complex(1, omega)
		b.Omega = append(b.Omega, omega)
		for i := range b.Columns {
			b.Columns[i].Free = append(b.Columns[i].Free, k0)
			b.Columns[i].Coupled = append(b.Columns[i].Coupled, k0*cmplx.Exp(complex(0, -float64(i)*omega/9)))
		}
	}
	return b
}

// TestPhases: a delay turns the phase on and on.
func TestPhases(t *testing.T) {
	var values []complex128
	for k := range 200 {
		values = append(values, cmplx.Exp(complex(0, 3-0.1*float64(k))))
	}
	for k, got := range Phases(values) {
		if want := (3 - 0.1*float64(k)) * 180 / math.Pi; math.Abs(got-want) > 1e-9 {
			t.Fatalf("%d: %v, want %v", k, got, want)
		}
	}
}

func all() map[string]*Figure {
	rng := rand.New(rand.NewSource(1))
	list := map[string]*Figure{
		"rates":          madeRates(rng).Figure(),
		"rates-blow-up":  madeBlowUp(rng).Figure(),
		"densities":      madeDensities(rng, []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}).Figure(),
		"densities-one":  madeDensities(rng, []float64{0.05}).Figure(),
		"densities-many": madeDensities(rng, []float64{0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}).Figure(),
		"traces":         madeTraces(rng).Figure(),
		"distances":      madeDistances().Figure(),
		"decay":          madeDecay().Figure(),
		"decay-nothing":  Decay{Name: "entropy", Time: []float64{0, 1}, Value: []float64{math.Inf(1), 0}, Rate: 3, WindowFrom: math.NaN()}.Figure(),
		"bode":           madeBode(1.5).Figure(),
		"bode-zero":      madeBode(0).Figure(),
		"raster":         madeRaster(rng, 1000, 600, nil).Figure(),
		"raster-many":    madeRaster(rng, 5000, 30000, []Cascade{{1.234, 3100, 0.62, ""}, {3.417, 4820, 0.964, "E"}}).Figure(),
		"raster-empty":   madeRaster(rng, 1000, 0, nil).Figure(),
	}
	for name, f := range madeFields(rng) {
		list[name] = f
	}
	two := &Raster{From: 0, To: 2, Bin: 0.02, Populations: []Population{{"E", 80}, {"I", 20}}, Spikes: 500}
	for range 500 {
		k := uint8(rng.Intn(2))
		two.Add([]raster.Spike{{Time: 2 * rng.Float64(), Population: k, Neuron: uint32(rng.Intn(two.Populations[k].Neurons))}})
	}
	list["raster-two"] = two.Figure()
	return list
}

// TestFigures draws everything twice and asks for pictures that can be decoded,
// SVG that is well-formed and holds no NaN, and the same bytes both times.
func TestFigures(t *testing.T) {
	dir, again := os.Getenv("LAPICQUE_FIGURES"), t.TempDir()
	if dir == "" {
		dir = t.TempDir()
	}
	second := all()
	for name, f := range all() {
		if err := f.Save(filepath.Join(dir, name)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := second[name].Save(filepath.Join(again, name)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, ending := range []string{".png", ".svg"} {
			one, two := read(t, filepath.Join(dir, name+ending)), read(t, filepath.Join(again, name+ending))
			if !bytes.Equal(one, two) {
				t.Errorf("%s%s: two drawings of the same data differ", name, ending)
			}
		}
		sound(t, name, read(t, filepath.Join(dir, name+".png")), read(t, filepath.Join(dir, name+".svg")))
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// embedded is a picture inside an SVG, of random letters.
var embedded = regexp.MustCompile(`base64,[^"]*"`)

// sound checks a picture in both formats.
func sound(t *testing.T, name string, picture, svg []byte) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if w := img.Bounds().Dx(); w < 1300 || w > 1400 {
		t.Errorf("%s is %d dots wide, not 17 cm at 200 dots per inch", name, w)
	}
	words := embedded.ReplaceAll(svg, nil)
	for _, bad := range []string{"NaN", "Inf"} {
		if bytes.Contains(words, []byte(bad)) {
			t.Errorf("%s: the SVG holds %s", name, bad)
		}
	}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s: the SVG is not well-formed: %v", name, err)
		}
	}
}

// TestPoorData draws what a run that went wrong, or just began, may leave.
func TestPoorData(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	poor := map[string]*Figure{
		"no rates":        Rates{}.Figure(),
		"absent rates":    Rates{From: []float64{0}, To: []float64{1}, Network: []float64{nan}, SE: []float64{nan}}.Figure(),
		"no spikes":       Rates{From: []float64{0, 1}, To: []float64{1, 2}, Network: []float64{0, 0}, SE: []float64{0, 0}}.Figure(),
		"infinite rate":   Rates{Time: []float64{0, 1, 2}, Rate: []float64{inf, 0.1, 0.1}}.Figure(),
		"tiny rates":      Rates{Time: []float64{0, 1, 2, 3, 4}, Rate: []float64{1e-300, 1e-40, 0.1, 0.1, 100}}.Figure(),
		"one moment":      Rates{Time: []float64{0}, Rate: []float64{1}}.Figure(),
		"huge rate":       Rates{Time: []float64{0, 1, 2, 3}, Rate: []float64{0, 0.1, 0.1, 1e12}, BlowUps: []float64{3, 7}}.Figure(),
		"no densities":    Densities{Edges: []float64{0, 1}, Snapshots: []Snapshot{{Time: 1}}, Reset: nan, Threshold: nan}.Figure(),
		"zero density":    Densities{Edges: []float64{0, 1}, Snapshots: []Snapshot{{1, []float64{0}, []float64{0}}}, Reset: nan, Threshold: 1}.Figure(),
		"absent density":  Densities{Edges: []float64{0, 1}, Snapshots: []Snapshot{{1, []float64{nan}, nil}}, Reset: 0, Threshold: 1}.Figure(),
		"no traces":       Traces{List: []Trace{{Name: "v"}}, Reset: nan, Threshold: nan}.Figure(),
		"constant trace":  Traces{List: []Trace{{"v", []float64{0, 1}, []float64{3, 3}, nil}}, Reset: nan, Threshold: nan}.Figure(),
		"one distance":    Distances{Time: []float64{1}, List: []Distance{{Name: "d", Value: []float64{0.1}}}}.Figure(),
		"zero distance":   Distances{Time: []float64{0}, List: []Distance{{Name: "d", Value: []float64{0}, Null: []float64{nan}}}}.Figure(),
		"no field":        Fields{At: []float64{0, 1}, Snapshots: []FieldSnapshot{{Time: 1}}}.Figure(),
		"absent field":    Fields{At: []float64{0, 1}, Snapshots: []FieldSnapshot{{1, []float64{nan, inf}, []float64{nan, 1}, []float64{nan, nan}}}}.Figure(),
		"constant field":  Fields{At: []float64{0, 1}, Snapshots: []FieldSnapshot{{1, []float64{2, 2}, nil, []float64{2, 2}}}}.Figure(),
		"no activity":     ActivitiesFigure(Activity{}),
		"absent activity": ActivitiesFigure(Activity{Time: []float64{0, 1}, MeanField: []float64{nan, inf}, At: []float64{1}, Network: []float64{0}, SE: []float64{nan}}),
		"no phase":        Phase{}.Figure(),
		"a point":         Phase{MeanX: []float64{1, 1}, MeanY: []float64{0, 0}, NetworkX: []float64{1}, NetworkY: []float64{nan}}.Figure(),
		"absent plane":    Planes{Shape: 1, Rows: [][]Plane{{{Value: [][]float64{{nan, inf}}}, {Value: [][]float64{{nan}}, Disk: true}}}}.Figure(),
		"constant plane":  Planes{Shape: 1, Zero: true, Rows: [][]Plane{{{Value: [][]float64{{0, 0}}}}}}.Figure(),
		"absent distance": Distances{Time: []float64{1, 2}, List: []Distance{{Name: "d", Value: []float64{nan, nan}, SE: []float64{nan, 1}}}}.Figure(),
	}
	for name, f := range poor {
		var picture, svg bytes.Buffer
		if err := f.WritePNG(&picture); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := f.WriteSVG(&svg); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sound(t, name, picture.Bytes(), svg.Bytes())
	}
}

// TestRasterRate compares the bars with counts made another way, for pieces of
// any size and with rows left out.
func TestRasterRate(t *testing.T) {
	rng := rand.New(rand.NewSource(2))
	r := &Raster{From: 1, To: 3, Bin: 0.25, Populations: []Population{{"neurons", 5000}}, Spikes: 30000}
	want := make([]int64, 8)
	inside := 0
	for range 3000 {
		piece := make([]raster.Spike, rng.Intn(20))
		for i := range piece {
			piece[i] = raster.Spike{Time: 4 * rng.Float64(), Neuron: uint32(rng.Intn(5000))}
			if at := piece[i].Time; at >= 1 && at <= 3 {
				want[int(math.Floor((at-1)*4))]++
				if piece[i].Neuron%5 == 0 {
					inside++
				}
			}
		}
		r.Add(piece)
	}
	for i, n := range r.counts[0] {
		if n != want[i] {
			t.Errorf("bar %d: %d spikes, want %d", i, n, want[i])
		}
	}
	if r.stride != 5 || len(r.dots[0]) != inside {
		t.Errorf("one row in %d, %d dots; want one in 5, %d dots", r.stride, len(r.dots[0]), inside)
	}
	if notes := strings.Join(r.Figure().Notes, " "); !strings.Contains(notes, "one is drawn (neurons 0, 5, 10, …)") {
		t.Errorf("notes %q do not say which rows are drawn", notes)
	}
}

// TestThinned asks that a thinned curve has the ends and, in every piece, the
// extremes of the whole one.
func TestThinned(t *testing.T) {
	rng := rand.New(rand.NewSource(3))
	const n, pieces = 12345, 100
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], y[i] = float64(i), rng.NormFloat64()
	}
	tx, ty := thinned(x, y, pieces)
	if len(tx) > 4*pieces || tx[0] != 0 || tx[len(tx)-1] != n-1 {
		t.Fatalf("%d points from %v to %v", len(tx), tx[0], tx[len(tx)-1])
	}
	kept := map[float64]float64{}
	for i := range tx {
		if i > 0 && tx[i] <= tx[i-1] {
			t.Fatalf("times do not ascend at %v", tx[i])
		}
		kept[tx[i]] = ty[i]
	}
	for k := range pieces {
		whole, part := spanOf(y[k*n/pieces:(k+1)*n/pieces]), spanOf()
		for i := k * n / pieces; i < (k+1)*n/pieces; i++ {
			if v, ok := kept[float64(i)]; ok {
				part = span{math.Min(part.low, v), math.Max(part.high, v)}
			}
		}
		if whole != part {
			t.Errorf("piece %d: %v, want %v", k, part, whole)
		}
	}
}

// TestTicks asks for few, ascending, round ticks inside the axis.
func TestTicks(t *testing.T) {
	rng := rand.New(rand.NewSource(4))
	for range 2000 {
		low := rng.NormFloat64() * math.Pow(10, 12*rng.Float64()-6)
		high := low + math.Pow(10, 12*rng.Float64()-6)
		ticks := linearTicks{5}.Ticks(low, high)
		step := roundStep((high - low) / 5)
		if len(ticks) < 2 || len(ticks) > 6 {
			t.Fatalf("%d ticks from %v to %v", len(ticks), low, high)
		}
		for i, tick := range ticks {
			if tick.Value < low-1e-6*step || tick.Value > high+1e-6*step || i > 0 && tick.Value <= ticks[i-1].Value || tick.Label == "" {
				t.Fatalf("ticks %v from %v to %v", ticks, low, high)
			}
		}
	}
	for value, want := range map[float64]string{0: "0", -2: "−2.0", 0.05: "0.1", 250000: "2.5·10^{5}", -0.0002: "0"} {
		if got := number(value, 1); got != want {
			t.Errorf("number(%v, 1) = %q, want %q", value, got, want)
		}
	}
	var labels []string
	for _, tick := range (logTicks{}).Ticks(-1.5, 3.5) {
		if tick.Label != "" {
			labels = append(labels, tick.Label)
		}
	}
	if got := strings.Join(labels, " "); got != "0.1 1 10 100 1000" {
		t.Errorf("labels of a logarithmic axis: %s", got)
	}
}

func TestTypesetting(t *testing.T) {
	want := []run{{"a", 0}, {"F", indexDrop}, {" = 10", 0}, {"−3", indexRaise}}
	if got := runs("a_{F} = 10^{−3}"); !reflect.DeepEqual(got, want) {
		t.Errorf("runs: %v, want %v", got, want)
	}
	f := style(9, ink).Font
	plain, _, _ := typesetter.Box("VF", f)
	low, _, _ := typesetter.Box("V_{F}", f)
	if !(low < plain) || low <= 0 {
		t.Errorf("width %v with an index, %v without", low, plain)
	}
}

// TestAlignment asks that the data areas of a column stand exactly under each
// other and do not reach into the next row.
func TestAlignment(t *testing.T) {
	for name, f := range all() {
		c := draw.New(vgimg.New(width, f.height))
		places := f.place(c)
		for i := range f.panels[0] {
			var above *draw.Canvas
			for r := range f.panels {
				p := f.panels[r][i]
				if p == nil {
					continue
				}
				d := p.DataCanvas(places[r][i])
				if above != nil && (math.Abs(float64(d.Min.X-above.Min.X)) > 0.5 || math.Abs(float64(d.Max.X-above.Max.X)) > 0.5 || d.Max.Y >= above.Min.Y) {
					t.Errorf("%s: panel %d of column %d at %v under %v", name, r, i, d.Rectangle, above.Rectangle)
				}
				above = &d
			}
		}
	}
}
