package plot

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// madeFields are figures of fields and of densities over two coordinates.
func madeFields(rng *rand.Rand) map[string]*Figure {
	const n = 256
	side := Side{"position (lengths)", -16, 16}
	pattern := func(noise float64) [][]float64 {
		return cellsOf(n, n, func(x, y float64) float64 {
			k := 2 * math.Pi * 6
			return math.Cos(k*x) + math.Cos(k*(x/2+0.866*y)) + math.Cos(k*(x/2-0.866*y)) + noise*rng.NormFloat64()
		})
	}
	disk := cellsOf(400, 400, func(x, y float64) float64 {
		if r := math.Hypot(2*x-1, 2*y-1); r < 1 && r > 0.05 {
			return 2 * math.Cos(12*math.Log(r))
		}
		return math.NaN()
	})
	patterns := Planes{Name: "potential N(x, y)", Shape: 1, Rows: [][]Plane{{
		{Title: "mean field, on the cortex", Value: pattern(0), X: side, Y: side}, {Title: "as it is seen", Value: disk, Disk: true}}, {
		{Title: "network, on the cortex", Value: pattern(0.4), X: side, Y: side}, {Title: "as it is seen", Value: disk, Disk: true}}}}
	joint := func(width, noise float64) [][]float64 {
		return cellsOf(100, 60, func(v, g float64) float64 {
			return math.Max(0, math.Exp(-math.Pow((g-0.5)/width, 2))*(1.2-v)*20+noise*rng.NormFloat64())
		})
	}
	v, g := Side{"potential v", 0, 1}, Side{"conductance g", 0, 40}
	densities := Planes{Name: "density p(v, g, t)", Shape: 0.7, Zero: true}
	for k, width := range []float64{0.05, 0.2, 0.3} {
		title := []string{", t = 0.01", ", t = 0.1", ", t = 1"}[k]
		densities.Rows = append(densities.Rows, []Plane{{Title: "network" + title, Value: joint(width, 1), X: v, Y: g, Levels: []float64{13.6}},
			{Title: "mean field" + title, Value: joint(width, 0), X: v, Y: g, Levels: []float64{13.6}}})
	}
	return map[string]*Figure{"planes-pattern": patterns.Figure(), "planes-density": densities.Figure(), "planes-nothing": Planes{Rows: [][]Plane{{{}}}, Shape: 1}.Figure(),
		"fields": madeProfiles(rng).Figure(), "activity": ActivitiesFigure(madeActivities(rng)...), "phase": madePhase(rng).Figure()}
}

// cellsOf returns a function of both coordinates from 0 to 1.
func cellsOf(columns, rows int, value func(x, y float64) float64) [][]float64 {
	out := make([][]float64, rows)
	for j := range out {
		for i := range columns {
			out[j] = append(out[j], value((float64(i)+0.5)/float64(columns), (float64(j)+0.5)/float64(rows)))
		}
	}
	return out
}

func madeProfiles(rng *rand.Rand) Fields {
	d := Fields{Place: "position x", Name: "potential N(x, t)"}
	for i := range 1000 {
		d.At = append(d.At, -15+0.03*float64(i))
	}
	for _, t := range []float64{0, 1, 2, 5, 10} {
		s := FieldSnapshot{Time: t}
		for _, x := range d.At {
			value := (1-0.6*math.Exp(-t))*math.Exp(-x*x/2) - 0.1*math.Exp(-math.Abs(x)/4)
			s.MeanField = append(s.MeanField, value)
			s.Network, s.SE = append(s.Network, value+0.02*rng.NormFloat64()), append(s.SE, 0.02)
		}
		d.Snapshots = append(d.Snapshots, s)
	}
	return d
}

func madeActivities(rng *rand.Rand) (list []Activity) {
	for k, name := range []string{"E", "I"} {
		a := Activity{Name: name, Label: "mean activity"}
		value := func(t float64) float64 { return 0.2 + 0.1*math.Cos(2*math.Pi*t/5+float64(k)) }
		for i := range 5000 {
			t := float64(i) / 200
			a.Time, a.MeanField = append(a.Time, t), append(a.MeanField, value(t))
			a.Least, a.Greatest = append(a.Least, value(t)-0.02), append(a.Greatest, value(t)+0.03)
		}
		for t := 1.0; t < 25; t += 2 {
			a.At, a.Network, a.SE = append(a.At, t), append(a.Network, value(t)+0.004*rng.NormFloat64()), append(a.SE, 0.004)
		}
		list = append(list, a)
	}
	return list
}

func madePhase(rng *rand.Rand) Phase {
	d := Phase{X: "activity E", Y: "activity I"}
	for i := range 8000 {
		t := float64(i) / 200
		r := 0.1 * (1 - 0.8*math.Exp(-t/5))
		x, y := 0.2+r*math.Cos(t), 0.15+0.7*r*math.Sin(t)
		d.MeanX, d.MeanY = append(d.MeanX, x), append(d.MeanY, y)
		if i%500 == 200 {
			d.NetworkX, d.NetworkY = append(d.NetworkX, x+0.002*rng.NormFloat64()), append(d.NetworkY, y+0.002*rng.NormFloat64())
			d.SEX, d.SEY = append(d.SEX, 0.002), append(d.SEY, 0.002)
		}
	}
	return d
}

func decoded(t *testing.T, f *Figure) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := f.WritePNG(&b); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// TestPlaneCells: cells stand where their rows and columns say, the lowest row below, in the colours of the bar.
func TestPlaneCells(t *testing.T) {
	m := Planes{Shape: 1, Rows: [][]Plane{{{Value: [][]float64{{0, 1}, {2, math.NaN()}}, X: Side{"x", 0, 2}, Y: Side{"y", 0, 2}}}}}
	f := m.Figure()
	picture := decoded(t, f)
	d := f.panels[0][0].DataCanvas(f.place(draw.Crop(draw.New(vgimg.New(width, f.height)), edge, -2*edge-f.right, edge, -edge))[0][0])
	if shape := d.Size().Y / d.Size().X; math.Abs(float64(shape)-1) > 0.01 {
		t.Errorf("a square has the shape %v", shape)
	}
	of := linearTint(span{0, 2}, "")
	for _, c := range []struct {
		x, y float64
		want color.Color
	}{{0.25, 0.25, of.of(0)}, {0.75, 0.25, of.of(1)}, {0.25, 0.75, of.of(2)}, {0.75, 0.75, pale}} {
		x := int(float64(d.Min.X+d.Size().X*vg.Length(c.x)) * resolution / 72)
		y := picture.Bounds().Dy() - int(float64(d.Min.Y+d.Size().Y*vg.Length(c.y))*resolution/72)
		if got, want := color.NRGBAModel.Convert(picture.At(x, y)), color.NRGBAModel.Convert(c.want); got != want {
			t.Errorf("at %v, %v: %v, want %v", c.x, c.y, got, want)
		}
	}
}

// TestDisk: a disk is round and white outside.
func TestDisk(t *testing.T) {
	value := cellsOf(99, 99, func(x, y float64) float64 {
		if math.Hypot(2*x-1, 2*y-1) < 1 {
			return 1
		}
		return math.NaN()
	})
	picture := painted{value, linearTint(span{0, 1}, ""), true}.picture()
	b := picture.Bounds()
	inside := 0
	for y := range b.Dy() {
		for x := range b.Dx() {
			if _, _, _, a := picture.At(x, y).RGBA(); a > 0 {
				inside++
			}
		}
	}
	if share := float64(inside) / float64(b.Dx()*b.Dy()); math.Abs(share-math.Pi/4) > 0.01 {
		t.Errorf("the disk fills %v of its square, want π/4", share)
	}
}

// TestScales: rows that differ much have scales of their own, and the figure says so; others share one.
func TestScales(t *testing.T) {
	row := func(top float64) []Plane { return []Plane{{Value: [][]float64{{0, top}}}} }
	var f Figure
	same := Planes{Rows: [][]Plane{row(1), row(3)}}.tints(&f, [][]Plane{row(1), row(3)})
	if same[0].scale.Max != 3 || same[1].scale.Max != 3 || len(f.Notes) > 0 {
		t.Error("rows of 1 and 3 do not share a scale")
	}
	own := Planes{}.tints(&f, [][]Plane{row(1), row(30)})
	if own[0].scale.Max != 1 || own[1].scale.Max != 30 || !strings.Contains(strings.Join(f.Notes, " "), "its own scale") {
		t.Errorf("rows of 1 and 30 share a scale, or it is not said: %v", f.Notes)
	}
}

// TestPaired: planes alone in their rows stand two in a row, a last odd one beside a free place.
func TestPaired(t *testing.T) {
	one := func(title string) []Plane { return []Plane{{Title: title, Value: [][]float64{{1}}}} }
	f := Planes{Shape: 1, Rows: [][]Plane{one("a"), one("b"), one("c")}}.Figure()
	if len(f.panels) != 2 || f.panels[1][0] == nil || f.panels[1][1] != nil {
		t.Errorf("three planes make %d rows", len(f.panels))
	}
}

// TestLargePlanes: very many cells and noise leave files of bearable size; the pictures inside an SVG are PNG.
func TestLargePlanes(t *testing.T) {
	rng := rand.New(rand.NewSource(5))
	one := Plane{Value: cellsOf(1300, 1300, func(x, y float64) float64 { return rng.NormFloat64() }), X: Side{"x", 0, 1}, Y: Side{"y", 0, 1}}
	f := Planes{Shape: 1, Rows: [][]Plane{{one, one}}}.Figure()
	var picture, svg bytes.Buffer
	if err := f.WritePNG(&picture); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteSVG(&svg); err != nil {
		t.Fatal(err)
	}
	if picture.Len() > 3e6 || svg.Len() > 3e6 {
		t.Errorf("%d and %d bytes", picture.Len(), svg.Len())
	}
	if !bytes.Contains(svg.Bytes(), []byte("data:image/png;base64,")) || bytes.Contains(svg.Bytes(), []byte("image/jpg")) {
		t.Error("the SVG does not hold PNG pictures")
	}
	if !strings.Contains(strings.Join(f.Notes, " "), "show a part") {
		t.Error("the figure does not say that it leaves cells out")
	}
}
