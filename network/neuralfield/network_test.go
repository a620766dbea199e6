package neuralfield

import (
	"context"
	"math"
	"testing"

	"lapicque/neuron"
	"lapicque/neuron/neuralfield"
	"lapicque/neuron/ode"
)

// relaxing is a field on a small ring that goes to rest from a bump, in either form.
func relaxing(form neuralfield.Form) Config {
	d := neuralfield.Domain{Dims: 1, Length: 6, Sites: 12}
	start := make([]float64, d.Sites)
	for i := range start {
		x := d.Coordinate(i)
		start[i] = 0.8 * math.Exp(-x*x)
	}
	law := neuralfield.Law{
		Form: form, Domain: d,
		Populations: []neuralfield.Population{{Name: "E", Gain: neuralfield.Logistic{Beta: 3, Theta: 0.5, Top: 1}, Stimulus: neuron.Constant(0.1)}},
		Kernels:     [][]neuralfield.Footprint{{neuralfield.Bell{Weight: 0.7, Width: 0.6}}},
	}
	if form == neuralfield.Rate {
		law.Populations[0].Absence = 1
	}
	return Config{Law: law, Units: 1000, Initial: [][]float64{start}, Dt: 0.1, Seed: 1}
}

// limit solves the equation by itself: the right-hand side is written out here with sums over sites.
func limit(t *testing.T, c Config, until float64) []float64 {
	t.Helper()
	l, n := c.Law, c.Law.Domain.Total()
	rate := make([]float64, n)
	s := ode.New(func(_ float64, y, dy []float64) {
		for i := range y {
			rate[i] = y[i]
			if l.Form == neuralfield.Potential {
				rate[i] = l.Populations[0].Gain.At(y[i])
			}
		}
		for i := range y {
			sum := 0.0
			for j := range y {
				for m := -3.0; m <= 3; m++ {
					r := math.Abs(l.Domain.Coordinate(i) - l.Domain.Coordinate(j) + m*l.Domain.Length)
					sum += l.Domain.Spacing() * l.Kernels[0][0].At(r, 1) * rate[j]
				}
			}
			sum += l.Populations[0].Drive(0)
			if l.Form == neuralfield.Rate {
				sum = (1 - l.Populations[0].Absence*y[i]) * l.Populations[0].Gain.At(sum)
			}
			dy[i] = sum - y[i]
		}
	}, 0, c.Initial[0], ode.Options{Rtol: 1e-9})
	if err := s.Advance(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	return s.State()
}

func run(t *testing.T, c Config, until float64) *Network {
	t.Helper()
	n, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Run(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	return n
}

// Mean over replicas against the equation, within 4 standard errors at every site (the bias of finite M is of order 1/M).
func TestAgainstTheEquation(t *testing.T) {
	for _, form := range []neuralfield.Form{neuralfield.Potential, neuralfield.Rate} {
		c := relaxing(form)
		c.Units = 20000
		want := limit(t, c, 2)
		const replicas = 40
		sum, square := make([]float64, len(want)), make([]float64, len(want))
		for r := range replicas {
			c.Replica = uint64(r)
			for i, x := range run(t, c, 2).Field(0, nil) {
				sum[i] += x
				square[i] += x * x
			}
		}
		for i := range want {
			mean := sum[i] / replicas
			se := math.Sqrt((square[i]/replicas - mean*mean) / (replicas - 1))
			if math.Abs(mean-want[i]) > 4*se {
				t.Errorf("%v, site %d: %v ± %v, equation %v", form, i, mean, se, want[i])
			}
		}
	}
}

// Units of a rested gain fire at their background: the field is that of the equation, also below rest.
func TestBackground(t *testing.T) {
	for _, form := range []neuralfield.Form{neuralfield.Potential, neuralfield.Rate} {
		c := relaxing(form)
		c.Units, c.Law.Populations[0].Stimulus = 20000, neuron.Constant(-0.4)
		c.Law.Populations[0].Gain = neuralfield.Logistic{Beta: 3, Theta: 0.5, Top: 1, Rested: true}
		want := limit(t, c, 2)
		const replicas = 40
		sum, square := make([]float64, len(want)), make([]float64, len(want))
		for r := range replicas {
			c.Replica = uint64(r)
			for i, x := range run(t, c, 2).Field(0, nil) {
				sum[i] += x
				square[i] += x * x
			}
		}
		below := false
		for i := range want {
			mean := sum[i] / replicas
			se := math.Sqrt((square[i]/replicas - mean*mean) / (replicas - 1))
			if math.Abs(mean-want[i]) > 4*se {
				t.Errorf("%v, site %d: %v ± %v, equation %v", form, i, mean, se, want[i])
			}
			below = below || want[i] < 0
		}
		if !below {
			t.Errorf("%v: the field is nowhere below rest", form)
		}
	}
}

// The root mean square error falls like M^−1/2 over three decades.
func TestErrorFallsLikeTheRoot(t *testing.T) {
	c := relaxing(neuralfield.Rate)
	want := limit(t, c, 2)
	var errors []float64
	for _, m := range []int{100, 1000, 10000, 100000} {
		c.Units = m
		sum := 0.0
		const replicas = 30
		for r := range replicas {
			c.Replica = uint64(r)
			for i, x := range run(t, c, 2).Field(0, nil) {
				sum += (x - want[i]) * (x - want[i])
			}
		}
		errors = append(errors, math.Sqrt(sum/float64(replicas*len(want))))
	}
	slope := math.Log(errors[0]/errors[3]) / math.Log(1000)
	t.Logf("errors %.2e, exponent −%.3f", errors, slope)
	// 360 squares at each end: the logarithm of a root mean square has a standard deviation of 0.04.
	if math.Abs(slope-0.5) > 4*0.04*math.Sqrt2/math.Log(1000) {
		t.Errorf("exponent −%.3f, want −0.5", slope)
	}
}

// In the limit of many units the step's own error is left: of order 2.
func TestOrderOfTheStep(t *testing.T) {
	for _, form := range []neuralfield.Form{neuralfield.Potential, neuralfield.Rate} {
		c := relaxing(form)
		c.Units = math.MaxInt32
		want := limit(t, c, 2)
		var errors []float64
		for _, dt := range []float64{0.5, 0.25, 0.125} {
			c.Dt = dt
			worst := 0.0
			for i, x := range run(t, c, 2).Field(0, nil) {
				worst = math.Max(worst, math.Abs(x-want[i]))
			}
			errors = append(errors, worst)
		}
		for k := 1; k < len(errors); k++ {
			p := math.Log2(errors[k-1] / errors[k])
			t.Logf("%v: order %.2f (error %.1e)", form, p, errors[k])
			if math.Abs(p-2) > 0.3 {
				t.Errorf("%v: order %.2f, want 2", form, p)
			}
		}
	}
}

func TestBitsDoNotDependOnWorkers(t *testing.T) {
	c := relaxing(neuralfield.Potential)
	c.Workers = 1
	want := run(t, c, 1.23).Field(0, nil)
	for _, w := range []int{2, 3} {
		c.Workers = w
		for i, x := range run(t, c, 1.23).Field(0, nil) {
			if x != want[i] {
				t.Fatalf("%d workers: site %d differs", w, i)
			}
		}
	}
}

// Frames count every spike once.
func TestFrames(t *testing.T) {
	n, err := New(relaxing(neuralfield.Rate))
	if err != nil {
		t.Fatal(err)
	}
	var seen counter
	if err := n.Run(context.Background(), 0.95, &seen); err != nil {
		t.Fatal(err)
	}
	if seen.total != n.Spikes() || seen.total == 0 || math.Abs(seen.end-0.95) > 1e-12 {
		t.Errorf("%+v, %d spikes", seen, n.Spikes())
	}
}

type counter struct {
	total int64
	end   float64
}

func (c *counter) Observe(f *Frame) error {
	for _, row := range f.Counts {
		for _, k := range row {
			c.total += k
		}
	}
	c.end = f.End
	return nil
}

func TestFaults(t *testing.T) {
	c := relaxing(neuralfield.Potential)
	c.Law.Populations[0].Gain = neuralfield.Tanh{Beta: 1, Top: 1}
	c.Units, c.Dt, c.Initial = 0, -1, nil
	if list, ok := c.Validate().(neuron.Faults); !ok || len(list) != 4 {
		t.Errorf("faults: %v", c.Validate())
	}
}
