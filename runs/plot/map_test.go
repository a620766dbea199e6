package plot

import (
	"bytes"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func madeScans() (x, y Scan) {
	x, y = Scan{Name: "connectivity b"}, Scan{Name: "mean refractory time τ (membrane times)", Log: true}
	for k := range 12 {
		x.Values = append(x.Values, -6+float64(k))
	}
	for k := range 9 {
		y.Values = append(y.Values, 0.01*math.Pow(10, float64(k)/4))
	}
	return x, y
}

// madeMap has a value of ten decades, with one absent and one below all.
func madeMap() Map {
	x, y := madeScans()
	m := Map{X: x, Y: y, Name: "rate N (1/membrane time)"}
	for j := range y.Values {
		row := make([]float64, len(x.Values))
		for i := range row {
			row[i] = math.Pow(10, -0.1*float64(i*j))
		}
		m.Value = append(m.Value, row)
	}
	m.Value[8][11], m.Value[0][11] = 0, math.NaN()
	return m
}

func madeOutcomes() Outcomes {
	x, y := madeScans()
	o := Outcomes{X: x, Y: y}
	names := append(OutcomeNames(), "")
	for j := range y.Values {
		row := make([]string, len(x.Values))
		for i := range row {
			row[i] = names[(i+j)%len(names)]
		}
		o.What = append(o.What, row)
	}
	return o
}

func madeCourses() Courses {
	x, _ := madeScans()
	s := Courses{X: x}
	names := OutcomeNames()
	a, b := Course{Name: "rate N (1/membrane time)"}, Course{Name: "period T (membrane times)"}
	for i := range x.Values {
		s.What = append(s.What, names[i%len(names)])
		a.Value, a.Error = append(a.Value, 1+0.1*float64(i)), append(a.Error, 0.1)
		b.Value = append(b.Value, math.NaN())
	}
	b.Value[3] = 2.5
	s.List = []Course{a, b}
	return s
}

// TestOutcomeCells: two by two cells stand where their values say, and the legend names what is seen.
func TestOutcomeCells(t *testing.T) {
	o := Outcomes{X: Scan{Name: "x", Values: []float64{1, 2}}, Y: Scan{Name: "y", Values: []float64{10, 1}, Log: true}, // downwards
		What: [][]string{{"stationary", "oscillating"}, {"blow-up", ""}}}
	f := o.Figure()
	var b bytes.Buffer
	if err := f.WritePNG(&b); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range f.key {
		names = append(names, k.name)
	}
	if got := strings.Join(names, ","); got != "stationary,oscillating,blow-up,no value" {
		t.Errorf("legend %s", got)
	}
	picture, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	size := picture.Bounds().Size()
	at := func(x, y float64) color.Color {
		return color.NRGBAModel.Convert(picture.At(int(x*float64(size.X)), int(y*float64(size.Y))))
	}
	for _, c := range []struct {
		x, y float64
		want color.NRGBA
	}{{0.25, 0.3, outcomes[0].colour}, {0.7, 0.3, outcomes[1].colour}, {0.25, 0.7, vermillion}, {0.7, 0.7, pale}} {
		if got := at(c.x, c.y); got != color.Color(c.want) {
			t.Errorf("at %v, %v: %v, want %v", c.x, c.y, got, c.want)
		}
	}
}

// TestTint: colours follow the values, on a logarithmic scale where they have many decades; no value has no colour.
func TestTint(t *testing.T) {
	linear, decades := newTint([]float64{0, 1, 2}, ""), newTint([]float64{1e-6, 1e-3, 1}, "")
	if linear.of(0) != linear.shade[0] || linear.of(2) != linear.shade[tintLevels-1] || linear.of(1) != linear.shade[tintLevels/2] {
		t.Error("linear")
	}
	if decades.of(1e-3) == decades.shade[0] || decades.of(0) != decades.shade[0] || decades.of(math.NaN()) != nil {
		t.Error("logarithmic")
	}
	if one := newTint([]float64{3, 3}, ""); one.of(3) == nil {
		t.Error("a single value has no colour")
	}
	if none := newTint(nil, ""); none.of(math.NaN()) != nil {
		t.Error("nothing has a colour")
	}
}

// TestSweepFigures draws made-up sweeps. With LAPICQUE_FIGURES=DIR they stay there to be looked at.
func TestSweepFigures(t *testing.T) {
	dir := os.Getenv("LAPICQUE_FIGURES")
	if dir == "" {
		dir = t.TempDir()
	}
	flat := madeMap()
	for _, row := range flat.Value {
		for i := range row {
			row[i] = math.NaN()
		}
	}
	for name, f := range map[string]*Figure{"map": madeMap().Figure(), "map-empty": flat.Figure(), "outcomes": madeOutcomes().Figure(), "courses": madeCourses().Figure()} {
		if err := f.Save(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
