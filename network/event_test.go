package network

import (
	"context"
	"errors"
	"math"
	"math/bits"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

// reference is scheme event written a second time, from its description: no
// blocks, no offset, no workers, the textbook form of every formula, cascades by
// their definition. It reads the same random streams.
type reference struct {
	c        Config
	v        []float64
	t        float64
	number   int64 // of the next stretch's draws
	waited   float64
	tries    int
	spikes   []Spike
	cascades []int     // sizes ≥ 2
	due      []float64 // arrivals under way, with a delay
	back     []float64 // time of return of those that are refractory, by neuron
}

// bend is the curvature of the threshold seen from the mean path at time t.
func (r *reference) bend(t float64) float64 {
	law := r.c.Law
	return law.Leak*(law.Leak*law.Threshold-law.Input().At(t)) + law.Input().Slope(t)
}

// draw returns, for one neuron and a stretch of length h, an end point and
// whether the bridge to it crosses the raised threshold.
func (r *reference) draw(x, h float64, s *kernel.Stream) (y float64, crosses bool) {
	law, sigma2 := r.c.Law, 2*r.c.Law.A0
	decay := math.Exp(-law.Leak * h)
	sd := math.Sqrt(sigma2 * (1 - decay*decay) / (2 * law.Leak))
	y = decay*x + law.Input().Filtered(law.Leak, r.t, h) + sd*float64(kernel.Normal(uint32(s.Uint64()>>32)))
	raised := law.Threshold + r.bend(r.t+h/2)*h*h/12
	if x >= raised {
		return y, true
	}
	e := 2 * law.Leak * (raised - x) * (raised - y) / (sigma2 * math.Sinh(law.Leak*h))
	return y, e < 40 && e <= -math.Log(s.Float64())
}

// crossing draws when.
func (r *reference) crossing(x, y, h float64, s *kernel.Stream) float64 {
	law, sigma2 := r.c.Law, 2*r.c.Law.A0
	raised := law.Threshold + r.bend(r.t+h/2)*h*h/12
	if x >= raised {
		return 0
	}
	total := sigma2 * (math.Exp(2*law.Leak*h) - 1) / (2 * law.Leak)
	mean := (raised - x) / (math.Abs(raised-y) * math.Exp(law.Leak*h))
	shape := (raised - x) * (raised - x) / total
	z := float64(kernel.Normal(uint32(s.Uint64() >> 32)))
	w := mean + mean*mean*z*z/(2*shape) - mean/(2*shape)*math.Sqrt(4*mean*shape*z*z+mean*mean*z*z*z*z)
	if s.Float64() > mean/(mean+w) {
		w = mean * mean / w
	}
	return math.Log(1+2*law.Leak*total*w/(1+w)/sigma2) / (2 * law.Leak)
}

// run goes from spike to spike until the end of a step of the grid, given.
func (r *reference) run(end float64) {
	key := kernel.NewKey(r.c.Seed, r.c.Replica)
	for {
		if arrived := r.deliver(); arrived > 0 {
			continue
		}
		stop := slices.Min(append(r.awake(end), r.due...))
		if r.t >= end {
			return
		}
		h := stop - r.t
		if r.tries > 0 {
			h = min(h, 2*r.waited/float64(r.tries+1))
		}
		who, first := -1, math.Inf(1)
		for i, x := range r.v {
			s := key.Stream(r.number, uint32(i))
			if y, crosses := r.draw(x, h, &s); crosses {
				if at := r.crossing(x, y, h, &s); at < first {
					who, first = i, at
				}
			}
		}
		if who >= 0 {
			h = first
			r.number++
		}
		for i, x := range r.v {
			s := key.Stream(r.number, uint32(i))
			y, crosses := r.draw(x, h, &s)
			for crosses {
				y, crosses = r.draw(x, h, &s)
			}
			r.v[i] = y
		}
		r.number++
		r.tries++
		r.waited += h
		if r.t += h; stop-r.t < 1e-12*r.c.Dt {
			r.t = stop
		}
		if who >= 0 {
			r.v[who] = r.c.Law.Threshold
			r.fire()
		}
	}
}

// deliver gives everybody the kicks due, and plays the instant they set off.
func (r *reference) deliver() (arrived int) {
	later := slices.DeleteFunc(slices.Clone(r.due), func(at float64) bool { return at <= r.t })
	arrived, r.due = len(r.due)-len(later), later
	for i := range r.v {
		r.v[i] += float64(arrived) * r.c.B / float64(r.c.N)
	}
	if arrived > 0 {
		r.fire()
	}
	return arrived
}

// fire plays the cascade of those at the threshold; with a delay nobody is recruited.
func (r *reference) fire() {
	b := r.c.B
	if r.c.Delay > 0 {
		b = 0
	}
	var fired []Spike
	for i, g := range naive(r.v, r.c.Law.Threshold, b/float64(r.c.N)) {
		if g >= 0 {
			fired = append(fired, Spike{Time: r.t, Neuron: uint32(i), Generation: uint16(g)})
		}
	}
	slices.SortStableFunc(fired, func(a, b Spike) int { return int(a.Generation) - int(b.Generation) })
	r.spikes = append(r.spikes, fired...)
	if len(fired) > 1 && r.c.Delay == 0 {
		r.cascades = append(r.cascades, len(fired))
	}
	if r.c.Law.Refractory.Law == neuron.NoRefractory {
		r.v = spelledOut(r.v, r.c.Rule, b)
	} else {
		r.rest(fired, b)
	}
	if r.c.Delay > 0 {
		for _, s := range fired {
			r.due = append(r.due, s.Time+r.c.Delay)
		}
	}
}

// TestEventIsTheDefinition: scheme event and its second writing give the same
// spikes, cascades and potentials.
func TestEventIsTheDefinition(t *testing.T) {
	spikes, cascades := 0, 0
	for k := range 60 {
		law := standard()
		if k%3 == 1 {
			law.Current = neuron.Sine{Mean: 1, Amplitude: 0.5, Frequency: 1}
		}
		c := Config{N: 3 + k%18, Law: law, B: []float64{-2, 0.5, 0.9, 0.99}[k%4], Rule: neuron.Rule(k / 4 % 3), Scheme: Event,
			Initial: gaussian([]float64{0, 1.8}[k%2], 0.1), Dt: []float64{0.05, 0.3}[k/2%2], Seed: uint64(k), Workers: 1}
		n, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		want := &reference{c: c, v: n.Potentials(nil)}
		log, got := &CascadeLog{}, []Spike(nil)
		raster := &Raster{Neurons: c.N, To: math.Inf(1), Sink: func(s []Spike) error { got = append(got, s...); return nil }}
		for step := 1; step <= 15; step++ {
			want.run(float64(step) * c.Dt)
		}
		if err := n.Run(context.Background(), 15*c.Dt, raster, log); err != nil {
			t.Fatal(err)
		}
		same := slices.EqualFunc(got, want.spikes, func(a, b Spike) bool {
			return a.Neuron == b.Neuron && a.Generation == b.Generation && math.Abs(a.Time-b.Time) < 1e-9
		})
		sizes := make([]int, 0)
		for _, e := range log.Events {
			sizes = append(sizes, e.Size)
		}
		if !same || !slices.Equal(sizes, append([]int{}, want.cascades...)) {
			t.Fatalf("case %d, %+v:\ngot  %v\nwant %v", k, c, got, want.spikes)
		}
		for i, v := range n.Potentials(nil) {
			if math.Abs(v-want.v[i]) > 1e-9 {
				t.Fatalf("case %d: potential %d is %v, want %v", k, i, v, want.v[i])
			}
		}
		spikes, cascades = spikes+len(got), cascades+len(sizes)
	}
	t.Logf("%d spikes, %d cascades of more than one", spikes, cascades)
	if spikes < 500 || cascades < 20 {
		t.Errorf("%d spikes and %d cascades are too few to tell", spikes, cascades)
	}
}

// statistics are those of one replica over a window: rate, coefficient of
// variation of the interspike intervals, Fano factor of the spikes a unit of time.
func statistics(t *testing.T, c Config, from, length float64) [3]float64 {
	edges := make([]float64, int(length)+1)
	for k := range edges {
		edges[k] = from + float64(k)
	}
	count := NewCounter(edges)
	last, intervals := make([]float64, c.N), []float64(nil)
	raster := &Raster{Neurons: c.N, From: from, To: from + length, Sink: func(spikes []Spike) error {
		for _, s := range spikes {
			if last[s.Neuron] > 0 {
				intervals = append(intervals, s.Time-last[s.Neuron])
			}
			last[s.Neuron] = s.Time
		}
		return nil
	}}
	mustRun(t, c, from+length, count, raster)
	counts := make([]float64, len(count.Counts))
	for k := range counts {
		counts[k] = float64(count.Counts[k])
	}
	mean, variance := stat.MeanVariance(counts, nil)
	isi, sd := stat.MeanStdDev(intervals, nil)
	return [3]float64{mean / float64(c.N), sd / isi, variance / mean}
}

// TestStepEngineAgreesWithEvent: N = 1000, dt = 0.05 against scheme event, for
// inhibition and for excitation up to near V_F − V_R. Replicas are independent;
// means are compared by Welch's test at the level of 4 sigma.
func TestStepEngineAgreesWithEvent(t *testing.T) {
	replicas, length, more := 8, 8.0, 8
	if long() {
		replicas, length, more = 24, 200, 20
	}
	for _, b := range []float64{-1, 0.5, 0.9} {
		c := Config{N: 1000, Law: standard(), B: b, Initial: gaussian(0, 0.8), Dt: 0.05, Seed: 40, Workers: 1}
		var step, event [3][]float64
		collect := func(c Config, into *[3][]float64, replicas int) {
			for r := range replicas {
				c.Replica = uint64(r)
				for k, x := range statistics(t, c, 4, length) {
					into[k] = append(into[k], x)
				}
			}
		}
		collect(c, &step, more*replicas)
		c.Scheme, c.Seed = Event, 41
		collect(c, &event, replicas)
		for k, name := range []string{"rate", "CV of intervals", "Fano factor"} {
			difference, se, quantile := welch(step[k], event[k])
			t.Logf("b = %-4v %-16s step %.5f  event %.5f  difference %+.5f ± %.5f", b, name, stat.Mean(step[k], nil), stat.Mean(event[k], nil), difference, se)
			if math.Abs(difference) > quantile*se {
				t.Errorf("b = %v: %s differs by %v, more than %.1f·%v", b, name, difference, quantile, se)
			}
		}
	}
}

// welch returns the difference of the means, its standard error and the quantile
// of Student's law that 4 sigma is of the normal one.
func welch(a, b []float64) (difference, se, quantile float64) {
	va, vb := stat.Variance(a, nil)/float64(len(a)), stat.Variance(b, nil)/float64(len(b))
	freedom := (va + vb) * (va + vb) / (va*va/float64(len(a)-1) + vb*vb/float64(len(b)-1))
	return stat.Mean(a, nil) - stat.Mean(b, nil), math.Sqrt(va + vb), distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(1 - fourSigma/2)
}

// TestCascadeSizesNearABlowUp: 10 neurons crowded below the threshold, so that
// more than 10 % of the events have several spikes, at a dt whose noise, a
// fourteenth of one kick, resolves single kicks. The largest cascade of each
// replica, an independent draw, is compared between the schemes by Pearson's test
// for two samples; so are the numbers of cascades by size.
func TestCascadeSizesNearABlowUp(t *testing.T) {
	replicas := 1500
	if long() {
		replicas = 20_000
	}
	for _, rule := range []neuron.Rule{neuron.Subtractive, neuron.Hard} {
		c := Config{N: 10, Law: standard(), B: 0.9, Rule: rule, Initial: gaussian(1.75, 0.01), Dt: 2e-5, Seed: 50, Workers: 1}
		step := cascadeSizes(t, c, 0.02, replicas)
		c.Scheme, c.Seed, c.Dt = Event, 51, 0.02
		event := cascadeSizes(t, c, 0.02, replicas)
		p := homogeneous(step.largest[:], event.largest[:])
		t.Logf("%v: largest cascade 0, 1, 2–3, 4–7, 8–10: step %v, event %v, p = %.3g", rule, step.largest[:5], event.largest[:5], p)
		if p < fourSigma {
			t.Errorf("%v: the laws of the largest cascade differ, p = %v", rule, p)
		}
		t.Logf("%v: P(size ≥ 2) step %.3f, event %.3f", rule, step.several, event.several)
		if event.several < 0.1 {
			t.Errorf("P(size ≥ 2) = %v, want a blow-up", event.several)
		}
		compare(t, rule.String(), sizeNames, step.counts, event.counts, 5)
	}
}

// TestSpikesNearABlowUp: the same at dt = 0.05 and N = 100, where the step engine
// resolves single kicks only from a foretold probability of recruits on.
func TestSpikesNearABlowUp(t *testing.T) {
	replicas := 100
	if long() {
		replicas = 3000
	}
	c := Config{N: 100, Law: standard(), B: 0.8, Initial: gaussian(1.6, 0.02), Dt: 0.05, Seed: 52, Workers: 1}
	step := cascadeSizes(t, c, 0.2, replicas)
	c.Scheme, c.Seed = Event, 53
	event := cascadeSizes(t, c, 0.2, replicas)
	t.Logf("P(size ≥ 2): step %.4f, event %.4f", step.several, event.several)
	compare(t, "N = 100", sizeNames, step.counts, event.counts, 5)
}

// TestCascadeSizesBeforeAJump: N = 500 run into a jump at dt = 0.05. Of the 20
// instants before the macroscopic cascade more than 10 % have several spikes; how
// many, by size, and the size of the jump itself are compared between the schemes.
func TestCascadeSizesBeforeAJump(t *testing.T) {
	replicas := 100
	if long() {
		replicas = 3000
	}
	c := Config{N: 500, Law: standard(), B: 0.9, Initial: gaussian(1.75, 0.01), Dt: 0.05, Seed: 54, Workers: 1}
	step, _ := sizesBefore(t, c, 20, replicas)
	c.Scheme, c.Seed = Event, 55
	event, several := sizesBefore(t, c, 20, replicas)
	if several < 0.1 {
		t.Errorf("P(size ≥ 2) = %.3f before the jump: not near enough", several)
	}
	compare(t, "N = 500", [5]string{"spikes alone", "cascades of 2", "cascades of 3 and 4", "cascades beyond", "jump"}, step, event, 5)
}

var errJump = errors.New("the jump")

// sizesBefore counts, for each replica, the last instants before the first cascade
// of a quarter of the network by their sizes 1, 2, 3–4, more, and gives that
// cascade's size; several is the share of the instants with more than one spike.
func sizesBefore(t *testing.T, c Config, last, replicas int) (counts [5][]float64, several float64) {
	for r := range replicas {
		c.Replica = uint64(r)
		var sizes []int
		jump, id := 0, uint64(0)
		n, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		err = n.Run(context.Background(), 0.05, observe(func(f *Frame) error {
			for _, s := range f.Spikes() {
				switch {
				case s.Cascade == 0:
					sizes = append(sizes, 1)
				case s.Cascade != id:
					k := slices.IndexFunc(f.Cascades, func(e CascadeEvent) bool { return e.ID == s.Cascade })
					id = s.Cascade
					if jump = f.Cascades[k].Size; jump >= c.N/4 {
						return errJump
					}
					sizes = append(sizes, jump)
				}
			}
			return nil
		}))
		if !errors.Is(err, errJump) || len(sizes) < last {
			t.Fatalf("replica %d: no jump, or too early (%v)", r, err)
		}
		var count [5]float64
		for _, size := range sizes[len(sizes)-last:] {
			count[min(3, bits.Len(uint(size-1)))]++
		}
		count[4] = float64(jump)
		several += 1 - count[0]/float64(last)
		for k := range count {
			counts[k] = append(counts[k], count[k])
		}
	}
	return counts, several / float64(replicas)
}

// compare logs the means of five counts and asks for the first few to agree.
func compare(t *testing.T, what string, names [5]string, step, event [5][]float64, asked int) {
	t.Helper()
	for k, name := range names {
		difference, se, quantile := welch(step[k], event[k])
		t.Logf("%s: %-18s step %.3f, event %.3f, difference %+.3f ± %.3f", what, name, stat.Mean(step[k], nil), stat.Mean(event[k], nil), difference, se)
		if k < asked && math.Abs(difference) > quantile*se {
			t.Errorf("%s: %s differ by %v ± %v", what, name, difference, se)
		}
	}
}

var sizeNames = [5]string{"spikes", "spikes alone", "cascades of 2", "cascades of 3 to 5", "cascades beyond"}

// sizes counts cascades over replicas.
type sizes struct {
	largest [16]int      // replicas by the binary digits of their largest cascade's size; a lone spike has size 1
	counts  [5][]float64 // a replica's spikes, spikes alone, cascades of 2, of 3–5, beyond
	several float64      // share of the events that have several spikes
}

func cascadeSizes(t *testing.T, c Config, until float64, replicas int) (s sizes) {
	events, several := 0.0, 0.0
	for r := range replicas {
		c.Replica = uint64(r)
		log, spikes := &CascadeLog{}, 0
		mustRun(t, c, until, log, observe(func(f *Frame) error { spikes += f.Count; return nil }))
		counts, largest, together := [5]float64{}, min(1, spikes), 0
		for _, e := range log.Events {
			together += e.Size
			largest = max(largest, e.Size)
			switch {
			case e.Size == 2:
				counts[2]++
			case e.Size <= 5:
				counts[3]++
			default:
				counts[4]++
			}
		}
		s.largest[bits.Len(uint(largest))]++
		counts[0], counts[1] = float64(spikes), float64(spikes-together)
		events, several = events+counts[1]+float64(len(log.Events)), several+float64(len(log.Events))
		for k, x := range counts {
			s.counts[k] = append(s.counts[k], x)
		}
	}
	s.several = several / events
	return s
}

// homogeneous is the p-value of Pearson's test that two rows of counts have one
// law; classes with fewer than 10 in both rows together are pooled.
func homogeneous(a, b []int) float64 {
	na, nb, chi2, freedom, restA, restB := 0.0, 0.0, 0.0, -1, 0.0, 0.0
	for k := range a {
		na, nb = na+float64(a[k]), nb+float64(b[k])
	}
	add := func(x, y float64) {
		e := (x + y) / (na + nb)
		chi2 += (x-e*na)*(x-e*na)/(e*na) + (y-e*nb)*(y-e*nb)/(e*nb)
		freedom++
	}
	for k := range a {
		if x, y := float64(a[k]), float64(b[k]); x+y >= 10 {
			add(x, y)
		} else {
			restA, restB = restA+x, restB+y
		}
	}
	if restA+restB >= 10 {
		add(restA, restB)
	}
	if freedom < 1 {
		return 1
	}
	return distuv.ChiSquared{K: float64(freedom)}.Survival(chi2)
}
