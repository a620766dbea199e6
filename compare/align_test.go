package compare

import (
	"math"
	"testing"

	"golang.org/x/exp/rand"
)

// A field that was moved is found where it is, on a ring and on a torus, and moved back.
func TestTranslation(t *testing.T) {
	for _, l := range []Lattice{{1, 64}, {48, 32}} {
		shape := func(dx, dy float64) []float64 {
			out := make([]float64, l.Rows*l.Columns)
			for i := range out {
				x := 2 * math.Pi * (float64(i%l.Columns) - dx) / float64(l.Columns)
				y := 2 * math.Pi * (float64(i/l.Columns) - dy) / float64(l.Rows)
				out[i] = math.Exp(math.Cos(x)+0.3*math.Sin(2*x)) + float64(l.Rows-1)*0.02*math.Exp(math.Cos(y)+0.5*math.Sin(y+x))
			}
			return out
		}
		want := Shift{7.3, 0}
		if l.Rows > 1 {
			want.Y = -11.8
		}
		reference, field := shape(0, 0), shape(want.X, want.Y)
		got := Translation(l, [][]float64{reference}, [][]float64{field})
		if math.Abs(got.X-want.X) > 1e-6 || math.Abs(got.Y-want.Y) > 1e-6 {
			t.Errorf("%+v: shift %+v, want %+v", l, got, want)
		}
		for i, x := range l.Moved(field, got) {
			if math.Abs(x-reference[i]) > 1e-6 {
				t.Fatalf("%+v: site %d is %v, want %v", l, i, x, reference[i])
			}
		}
	}
}

// A state near an orbit is given its phase, and what is left is across the orbit.
func TestPhase(t *testing.T) {
	circle := func(phase float64) []float64 { return []float64{math.Cos(phase), 2 * math.Sin(phase)} }
	const n = 100
	var orbit [][]float64
	for k := range n {
		orbit = append(orbit, circle(2*math.Pi*float64(k)/n))
	}
	random := rand.New(rand.NewSource(3))
	for range 50 {
		phase := 2 * math.Pi * random.Float64()
		normal := []float64{2 * math.Cos(phase), math.Sin(phase)}
		state := circle(phase)
		for i := range state {
			state[i] += 0.05 * normal[i]
		}
		at, nearest := Phase(orbit, state)
		if d := math.Remainder(at-phase*n/(2*math.Pi), n); math.Abs(d) > 1e-4 {
			t.Errorf("phase %v: %v of %d", phase*n/(2*math.Pi), at, n)
		}
		for i, x := range circle(phase) {
			if math.Abs(nearest[i]-x) > 1e-5 {
				t.Errorf("nearest %v, want %v", nearest, circle(phase))
			}
		}
	}
}
