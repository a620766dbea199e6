package compare

import (
	"math"
	"slices"
	"sort"
	"testing"

	"pgregory.net/rapid"
)

// TestM1ByHand holds M1 against distances found with paper and pencil.
func TestM1ByHand(t *testing.T) {
	line := func(points ...float64) Cumulative { // t, value, t, value …
		var c Cumulative
		for k := 0; k < len(points); k += 2 {
			c.Time, c.Value = append(c.Time, points[k]), append(c.Value, points[k+1])
		}
		return c
	}
	jump := func(at, size float64) Cumulative { return line(0, 0, at, 0, at, size, 1, size) }
	for _, c := range []struct {
		name string
		a, b Cumulative
		want float64
	}{
		{"the same", jump(0.3, 1), jump(0.3, 1), 0},
		{"a jump later", jump(0.3, 1), jump(0.4, 1), 0.1},
		{"a small jump much later: not to match it costs less", jump(0.1, 0.05), jump(0.9, 0.05), 0.05},
		{"jumps of two sizes", jump(0.5, 1), jump(0.5, 0.7), 0.3},
		{"two jumps for one", jump(0.5, 1), line(0, 0, 0.45, 0, 0.45, 0.5, 0.55, 0.5, 0.55, 1, 1, 1), 0.05},
		{"a ramp for a jump", jump(0.5, 1), line(0, 0, 0.4, 0, 0.6, 1, 1, 1), 0.1 / 1.2},
		{"a ramp after a jump", jump(0.5, 1), line(0, 0, 0.5, 0, 0.6, 1, 1, 1), 0.1 / 1.1},
		{"two lines: apart along the diagonal until the end counts", line(0, 0, 1, 1), line(0, 0, 1, 0.5), 0.5},
		{"two lines with a common end", line(0, 0, 0.25, 0.5, 1, 1), line(0, 0, 1, 1), 0.125},
		{"apart at the start", line(0, 0.2, 1, 1), line(0, 0, 1, 1), 0.2},
	} {
		if got := M1(c.a, c.b); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s: %v, not %v", c.name, got, c.want)
		}
		if got := M1(c.b, c.a); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s, exchanged: %v, not %v", c.name, got, c.want)
		}
	}
	c := jump(0.3, 1)
	for _, x := range [][2]float64{{-1, 0}, {0.2999, 0}, {0.3, 1}, {2, 1}} {
		if got := c.At(x[0]); got != x[1] {
			t.Errorf("at %v: %v, not %v", x[0], got, x[1])
		}
	}
}

// drawn is a random step function with jumps that may coincide.
func drawn(r *rapid.T, name string) Cumulative {
	times := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) float64 { return float64(rapid.IntRange(0, 20).Draw(r, "k")) / 20 }), 0, 12).Draw(r, name)
	sort.Float64s(times)
	return Steps(times, rapid.Float64Range(0.01, 0.3).Draw(r, name+" rise"), 0, 1)
}

// TestM1IsTheBestMatch holds M1 against its definition: the discrete Fréchet distance of finely cut completed graphs (Eiter and
// Mannila 1994), which is that of the curves up to one cut.
func TestM1IsTheBestMatch(t *testing.T) {
	const cut = 0.02
	rapid.Check(t, func(r *rapid.T) {
		a, b := drawn(r, "a"), drawn(r, "b")
		got, want := M1(a, b), frechet(a.cut(cut), b.cut(cut))
		if math.Abs(got-want) > cut {
			r.Fatalf("%v, by all matches %v", got, want)
		}
	})
}

// cut returns points of the graph no further apart than a length.
func (c Cumulative) cut(length float64) (points [][2]float64) {
	for k := 1; k < len(c.Time); k++ {
		dt, dv := c.Time[k]-c.Time[k-1], c.Value[k]-c.Value[k-1]
		n := int(math.Ceil(math.Max(dt, dv)/length)) + 1
		for i := range n {
			x := float64(i) / float64(n)
			points = append(points, [2]float64{c.Time[k-1] + x*dt, c.Value[k-1] + x*dv})
		}
	}
	return append(points, [2]float64{c.Time[len(c.Time)-1], c.Value[len(c.Value)-1]})
}

// frechet returns the discrete Fréchet distance in the maximum norm.
func frechet(a, b [][2]float64) float64 {
	row := make([]float64, len(b))
	for i, p := range a {
		diagonal := 0.0 // of the row before, one to the left
		for j, q := range b {
			best := row[j] // from the row before
			switch {
			case i == 0 && j == 0:
				best = 0
			case i == 0:
				best = row[j-1]
			case j > 0:
				best = slices.Min([]float64{best, diagonal, row[j-1]})
			}
			diagonal = row[j]
			row[j] = math.Max(best, math.Max(math.Abs(p[0]-q[0]), math.Abs(p[1]-q[1])))
		}
	}
	return row[len(b)-1]
}

// TestM1IsAMetric: symmetric, 0 between equals, the triangle inequality; no larger than the uniform distance; and thinning moves a function
// by no more than its tolerance.
func TestM1IsAMetric(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b, c := drawn(r, "a"), drawn(r, "b"), drawn(r, "c")
		ab, bc, ac := M1(a, b), M1(b, c), M1(a, c)
		if M1(a, a) != 0 || math.Abs(ab-M1(b, a)) > 1e-15 || ac > ab+bc+1e-12 {
			r.Fatalf("%v + %v, %v", ab, bc, ac)
		}
		uniform := 0.0
		for _, x := range slices.Concat(a.Time, b.Time) {
			for _, near := range []float64{x, math.Nextafter(x, -1)} {
				uniform = math.Max(uniform, math.Abs(a.At(near)-b.At(near)))
			}
		}
		if ab > uniform+1e-12 {
			r.Fatalf("%v above the uniform distance %v", ab, uniform)
		}
		tolerance := rapid.Float64Range(1e-3, 0.5).Draw(r, "tolerance")
		if moved := M1(a, a.Thinned(tolerance)); moved > tolerance+1e-12 {
			r.Fatalf("thinned by %v, moved by %v", tolerance, moved)
		}
	})
}

// TestM1WhereUniformFails: a jump made of n steps that shrink together converges to it in M1 at the order of their extent, while the
// uniform distance stays at half the jump or more.
func TestM1WhereUniformFails(t *testing.T) {
	whole := Steps([]float64{0.5}, 1, 0, 1)
	for _, n := range []int{10, 100, 1000} {
		times := make([]float64, n)
		for k := range times {
			times[k] = 0.5 + float64(k)/float64(n*n)
		}
		c := Steps(times, 1/float64(n), 0, 1)
		if d := M1(whole, c); d > 1/float64(n) || d < 0.1/float64(n) {
			t.Errorf("n = %d: %v", n, d)
		}
		if middle := c.At(0.5); math.Abs(middle-1) < 0.5 {
			t.Errorf("n = %d: %v at the jump", n, middle)
		}
	}
}

func TestM1Panics(t *testing.T) {
	good := Cumulative{[]float64{0, 1}, []float64{0, 1}}
	for name, bad := range map[string]Cumulative{
		"one vertex": {[]float64{0}, []float64{0}}, "no value": {[]float64{0, 1}, []float64{0}}, "falls": {[]float64{0, 1}, []float64{1, 0}},
		"backwards": {[]float64{1, 0}, []float64{0, 1}}, "NaN": {[]float64{0, 1}, []float64{0, math.NaN()}}, "another interval": {[]float64{0, 2}, []float64{0, 1}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			M1(good, bad)
		}()
	}
}
