package neuralfield

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"lapicque/neuron"
	"lapicque/neuron/neuralfield"
)

// advance runs a field that must not fail.
func advance(t *testing.T, s *Solver, until float64) {
	t.Helper()
	if err := s.Advance(context.Background(), until); err != nil {
		t.Fatal(err)
	}
}

func solver(t *testing.T, f Field, o Options, start ...[]float64) *Solver {
	t.Helper()
	s, err := f.NewSolver(start, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// one is a field of one population.
func one(d neuralfield.Domain, w neuralfield.Footprint, g neuralfield.Gain) Field {
	return Field{neuralfield.Law{Domain: d, Populations: []neuralfield.Population{{Name: "N", Gain: g}}, Kernels: [][]neuralfield.Footprint{{w}}}}
}

// oscillator is the pair of populations of Wilson and Cowan (1972, figure 11).
func oscillator() Field {
	point := func(weight float64) neuralfield.Footprint { return neuralfield.Bell{Weight: weight, Width: 1} }
	return Field{neuralfield.Law{
		Form: neuralfield.Rate,
		Populations: []neuralfield.Population{
			{Name: "E", Gain: neuralfield.Logistic{Beta: 1.3, Theta: 4, Top: 1, Rested: true}, Absence: 1, Stimulus: neuron.Constant(1.25)},
			{Name: "I", Gain: neuralfield.Logistic{Beta: 2, Theta: 3.7, Top: 1, Rested: true}, Absence: 1},
		},
		Kernels: [][]neuralfield.Footprint{{point(16), point(-12)}, {point(15), point(-3)}},
	}}
}

// The field's right-hand side agrees with sums over sites on a ring, a line and a torus, for a kernel so
// smooth that sums are exact.
func TestConvolutionAgainstSums(t *testing.T) {
	w := neuralfield.Bell{Weight: 1.7, Width: 0.8}
	for _, d := range []neuralfield.Domain{{Dims: 1, Length: 12, Sites: 48}, {Dims: 1, Length: 12, Sites: 48, Open: true}, {Dims: 2, Length: 9, Sites: 30}} {
		f := one(d, w, neuralfield.Tanh{Beta: 1, Top: 1})
		r := rand.New(rand.NewPCG(1, 2))
		y := make([]float64, d.Total())
		for i := range y {
			y[i] = r.NormFloat64()
		}
		s := solver(t, f, Options{}, y)
		dy := make([]float64, len(y))
		s.slope(0, y, dy)
		for i := range y {
			want := -y[i]
			xi, yi := s.field.Domain.Position(i)
			for j := range y {
				xj, yj := s.field.Domain.Position(j)
				for m := -1.0; m <= 1; m++ {
					for n := -1.0; n <= 1; n++ {
						if d.Open && (m != 0 || n != 0) || d.Dims == 1 && n != 0 {
							continue
						}
						r := math.Hypot(xi-xj+m*d.Length, yi-yj+n*d.Length)
						want += math.Pow(d.Spacing(), float64(d.Dims)) * w.At(r, d.Dims) * math.Tanh(y[j])
					}
				}
			}
			if math.Abs(dy[i]-want) > 1e-9 {
				t.Fatalf("%+v: slope %v at site %d, sum %v", d, dy[i], i, want)
			}
		}
	}
}

// The cycle of 1972: period and largest E, by crossings of E through 0.15.
func TestCycle(t *testing.T) {
	s := solver(t, oscillator(), Options{Rtol: 1e-11}, []float64{0}, []float64{0})
	advance(t, s, 200)
	var crossings []float64
	top := 0.0
	y := make([]float64, 2)
	for s.Time() < 260 {
		if err := s.Dense().Step(260); err != nil {
			t.Fatal(err)
		}
		if at, ok := s.Dense().Crossing(func(_ float64, y []float64) float64 { return y[0] - 0.15 }, true, 0); ok {
			crossings = append(crossings, at)
		}
		for k := range 50 {
			s.Dense().At(s.Dense().Before()+(s.Time()-s.Dense().Before())*float64(k)/50, y)
			top = math.Max(top, y[0])
		}
	}
	n := len(crossings)
	period := (crossings[n-1] - crossings[0]) / float64(n-1)
	t.Logf("period %.9f, largest E %.9f", period, top)
	if math.Abs(period-5.00341093) > 1e-7 || math.Abs(top-0.271487328) > 1e-6 {
		t.Errorf("period %.9f, want 5.00341093; largest E %.9f, want 0.271487328", period, top)
	}
}

// In the oscillator one homogeneous state is there, unstable; the bistable field has three.
func TestHomogeneousStates(t *testing.T) {
	states, err := oscillator().HomogeneousStates()
	if err != nil || len(states) != 1 || states[0].Stable {
		t.Errorf("oscillator: %v, %v", states, err)
	}
	f := one(neuralfield.Domain{Dims: 1, Length: 20, Sites: 64}, neuralfield.Decaying{Weight: 1, Width: 1}, neuralfield.Logistic{Beta: 10, Theta: 0.5, Top: 1})
	states, err = f.HomogeneousStates()
	if err != nil || len(states) != 3 {
		t.Fatalf("bistable: %v, %v", states, err)
	}
	for i, s := range states {
		if s.Stable != (i != 1) || math.Abs(f.Populations[0].Gain.At(s.Values[0])-s.Values[0]) > 1e-14 {
			t.Errorf("state %d: %+v", i, s)
		}
	}
	if math.Abs(states[1].Values[0]-0.5) > 1e-12 {
		t.Errorf("middle state %v, want 0.5", states[1].Values[0])
	}
}

// For random pairs of populations every state that many starts of Newton's method find is in the list.
func TestNoStateIsLost(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	most := 0
	for range 150 {
		f := oscillator()
		f.Form = neuralfield.Form(r.IntN(2))
		for p := range f.Populations {
			f.Populations[p].Gain = neuralfield.Logistic{Beta: 1 + 4*r.Float64(), Theta: 4 * r.Float64(), Top: 1, Rested: r.IntN(2) == 0}
			f.Populations[p].Stimulus = neuron.Constant(2 * r.Float64())
			if f.Form == neuralfield.Potential {
				f.Populations[p].Absence = 0
			}
			for q := range f.Kernels[p] {
				f.Kernels[p][q] = neuralfield.Bell{Weight: 30*r.Float64() - 15*float64(q), Width: 1}
			}
		}
		states, err := f.HomogeneousStates()
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(states))
		s := &search{field: f, strength: f.strengths(), drive: f.drives()}
		box := s.start()
		for range 200 {
			x := []float64{box[0].lo + r.Float64()*box[0].width(), box[1].lo + r.Float64()*box[1].width()}
			if !s.newton(x) || !inside(x, box, 0) {
				continue
			}
			known := false
			for _, h := range states {
				known = known || math.Hypot(h.Values[0]-x[0], h.Values[1]-x[1]) < 1e-6
			}
			if !known {
				t.Fatalf("a state %v of %+v is not among %v", x, f, states)
			}
		}
	}
	t.Logf("up to %d states", most)
	if most < 3 {
		t.Error("no field with several states was tried")
	}
}

// Widths of bumps of the wizard hat: D e^{−D} = θ. A field that starts as the stable one stays, and one that starts a
// little wider than the unstable one goes to the stable one, a little narrower to rest.
func TestBumps(t *testing.T) {
	w, g := neuralfield.WizardHat{Height: 1, Width: 1}, neuralfield.Heaviside{Theta: 0.25, Top: 1}
	bumps := Bumps(w, g, 0, 10)
	if len(bumps) != 2 || math.Abs(bumps[0].Width-0.35740) > 5e-6 || math.Abs(bumps[1].Width-2.15329) > 5e-6 || bumps[0].Stable || !bumps[1].Stable {
		t.Fatalf("bumps %+v", bumps)
	}
	for _, b := range bumps {
		if math.Abs(b.Width*math.Exp(-b.Width)-0.25) > 1e-12 {
			t.Errorf("width %v does not solve D exp(−D) = θ", b.Width)
		}
	}
	d := neuralfield.Domain{Dims: 1, Length: 30, Sites: 3000, Open: true}
	f := one(d, w, g)
	for width, want := range map[float64]float64{2.1: bumps[1].Width, 0.5: bumps[1].Width, 0.25: 0} {
		start := make([]float64, d.Sites)
		for i := range start {
			if math.Abs(d.Coordinate(i)) < width/2 {
				start[i] = 1
			}
		}
		for i := range start { // the potential that this activity keeps up
			x := d.Coordinate(i)
			start[i] = (x+width/2)*math.Exp(-math.Abs(x+width/2)) - (x-width/2)*math.Exp(-math.Abs(x-width/2))
		}
		s := solver(t, f, Options{Rtol: 1e-6}, start)
		advance(t, s, 60)
		got := d.ActiveWidth(s.Field(0), g.Theta)
		if math.Abs(got-want) > 1e-4 {
			t.Errorf("from width %v: %v, want %v", width, got, want)
		}
	}
}

// Turing threshold: ŵ(k_c) σ′(N*) = 1 with k_c = 1 for the wizard hat; and in a simulation waves grow above it
// and decay below, at the rates of the linearisation.
func TestTuring(t *testing.T) {
	d := neuralfield.Domain{Dims: 1, Length: 16 * math.Pi, Sites: 128}
	family := func(beta float64) Field {
		return one(d, neuralfield.WizardHat{Height: 1, Width: 1}, neuralfield.Logistic{Beta: beta, Theta: 0, Top: 1})
	}
	point, found := TuringPoint(family, 1, 10, 0)
	if !found || math.Abs(point.Value-4) > 1e-9 || math.Abs(point.Wave-1) > 1e-5 {
		t.Fatalf("threshold %+v, want β = 4 at k = 1", point)
	}
	grows := func(beta float64) float64 {
		start := make([]float64, d.Sites)
		for i := range start {
			start[i] = 1e-6 * math.Cos(d.Coordinate(i))
		}
		s := solver(t, family(beta), Options{Rtol: 1e-12}, start)
		advance(t, s, 20)
		return math.Log(s.Field(0)[d.Sites/2]/1e-6) / 20
	}
	lo, hi := 3.5, 4.5
	for range 12 {
		if mid := (lo + hi) / 2; grows(mid) > 0 {
			hi = mid
		} else {
			lo = mid
		}
	}
	t.Logf("threshold by simulation %.5f", (lo+hi)/2)
	if math.Abs((lo+hi)/2-4) > 0.04 {
		t.Errorf("threshold by simulation %v, theory 4", (lo+hi)/2)
	}
	if rate := grows(4.2); math.Abs(rate-real(family(4.2).Growth(point.Values, 1)[0])) > 1e-4 {
		t.Errorf("growth rate %v", rate)
	}
}

// Space is exact for smooth fields on a ring: doubling the sites changes nothing; on a line the order is 2.
func TestOrderInSpace(t *testing.T) {
	value := func(sites int, open bool) float64 {
		d := neuralfield.Domain{Dims: 1, Length: 40, Sites: 2 * sites, Open: open}
		start := make([]float64, d.Sites)
		for i := range start {
			x := d.Coordinate(i)
			start[i] = math.Exp(-x * x)
		}
		s := solver(t, one(d, neuralfield.Decaying{Weight: 1.5, Width: 0.7}, neuralfield.Logistic{Beta: 4, Theta: 0.4, Top: 1}), Options{Rtol: 1e-11}, start)
		advance(t, s, 3)
		return s.Field(0)[d.Sites/2]
	}
	if a, b := value(128, false), value(256, false); math.Abs(a-b) > 1e-8 {
		t.Errorf("128 and 256 sites on a ring differ by %g", a-b)
	}
	exact := value(256, false) // the ends are far away
	var errors []float64
	for _, n := range []int{128, 256, 512, 1024} {
		errors = append(errors, math.Abs(value(n, true)-exact))
	}
	for k := 1; k < len(errors); k++ {
		p := math.Log2(errors[k-1] / errors[k])
		t.Logf("line: order %.2f (error %.1e)", p, errors[k])
		if k > 1 && math.Abs(p-2) > 0.1 {
			t.Errorf("order %.2f, want 2", p)
		}
	}
}

func TestFaults(t *testing.T) {
	f := oscillator()
	f.Populations[0].Gain = neuralfield.Logistic{Beta: math.Inf(1), Top: 1}
	f.Populations[1].Absence = -1
	f.Domain = neuralfield.Domain{Dims: 1, Length: -2, Sites: 7}
	f.Kernels[0][1] = neuralfield.FootprintTable{Values: []float64{1, 2}, Spacing: 0.1}
	err := f.Validate()
	if list, ok := err.(neuron.Faults); !ok || len(list) < 5 {
		t.Errorf("faults: %v", err)
	}
	if _, err := oscillator().NewSolver([][]float64{{0}, {math.NaN()}}, Options{Rtol: 1}); err == nil {
		t.Error("a start that is not a number is accepted")
	}
}

// A pattern of rings on the cortex is seen as rings, one of rays as rays.
func TestVisualField(t *testing.T) {
	const n, pixels = 64, 101
	rings := make([]float64, n*n)
	for i := range rings {
		rings[i] = math.Cos(2 * math.Pi * 4 * float64(i%n) / n)
	}
	seen := VisualField(rings, n, pixels)
	at := func(image []float64, r, phi float64) float64 {
		x, y := r*math.Cos(phi), r*math.Sin(phi)
		return image[int((1-y)/2*pixels)*pixels+int((x+1)/2*pixels)]
	}
	for _, phi := range []float64{0.3, 2, 4} {
		if a, b := at(seen, 0.7, phi), at(seen, 0.7, phi+1); math.Abs(a-b) > 0.2 {
			t.Errorf("a ring is not a ring: %v and %v", a, b)
		}
	}
	if !math.IsNaN(seen[0]) {
		t.Error("the corner is outside the disk")
	}
}

// The stimulus acts with its profile and its pieces.
func TestStimulus(t *testing.T) {
	d := neuralfield.Domain{Dims: 1, Length: 4, Sites: 8}
	f := one(d, nil, neuralfield.Tanh{Beta: 1, Top: 1})
	f.Populations[0].Stimulus = neuron.Constant(2)
	f.Populations[0].Where = func(x, _ float64) float64 { return x }
	s := solver(t, f, Options{Rtol: 1e-10}, make([]float64, 8))
	advance(t, s, 1)
	for i, v := range s.Field(0) {
		if want := 2 * d.Coordinate(i) * (1 - math.Exp(-1)); math.Abs(v-want) > 1e-9 {
			t.Errorf("site %d: %v, want %v", i, v, want)
		}
	}
}

func BenchmarkTorus(b *testing.B) {
	d := neuralfield.Domain{Dims: 2, Length: 40, Sites: 256}
	f := one(d, neuralfield.MexicanHat{Near: neuralfield.Bell{Weight: 4, Width: 1}, Around: neuralfield.Bell{Weight: 4, Width: 1.6}}, neuralfield.Logistic{Beta: 8, Theta: 0.2, Top: 1})
	r := rand.New(rand.NewPCG(5, 6))
	start := make([]float64, d.Total())
	for i := range start {
		start[i] = 0.01 * r.NormFloat64()
	}
	for b.Loop() {
		s, err := f.NewSolver([][]float64{start}, Options{Rtol: 1e-6})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Advance(context.Background(), 50); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(s.ode.Steps), "steps")
	}
}
