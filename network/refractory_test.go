package network

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"lapicque/network/kernel"
	"lapicque/neuron"
)

func exponential(tau float64) neuron.Refractory {
	return neuron.Refractory{Law: neuron.ExponentialRefractory, Tau: tau}
}

func fixed(tau float64) neuron.Refractory {
	return neuron.Refractory{Law: neuron.FixedRefractory, Tau: tau}
}

// TestCalendarIsAList: returns by the ring are those of a list that is looked through.
func TestCalendarIsAList(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dt, tau := rapid.Float64Range(0.01, 1).Draw(r, "dt"), rapid.Float64Range(0.001, 30).Draw(r, "tau")
		c, list, now := newCalendar(dt, tau), []absence(nil), 0.0
		for id := range uint32(rapid.IntRange(1, 60).Draw(r, "steps")) {
			for k := range uint32(rapid.IntRange(0, 3).Draw(r, "new")) {
				a := absence{4*id + k, now + rapid.Float64Range(0, 8).Draw(r, "wait")*tau}
				c.add(a)
				list = append(list, a)
			}
			if len(list) > 0 && rapid.Bool().Draw(r, "postpone") {
				k := rapid.IntRange(0, len(list)-1).Draw(r, "who")
				list[k].until += dt / 2
				c.postpone(list[k].index, dt/2)
			}
			now += rapid.Float64Range(0, 3).Draw(r, "length") * dt
			first := math.Inf(1)
			for _, a := range list {
				if a.until <= now {
					first = min(first, a.until)
				}
			}
			if got := c.next(now); got != first {
				r.Fatalf("next return by %v is %v, want %v", now, got, first)
			}
			var want []absence
			want, list = split(list, now)
			got := slices.SortedFunc(slices.Values(c.take(now)), func(a, b absence) int { return cmp.Compare(a.index, b.index) })
			if !slices.Equal(got, want) || c.held != len(list) {
				r.Fatalf("at %v: returned %v, want %v; %d held, want %d", now, got, want, c.held, len(list))
			}
		}
	})
}

// split parts those who return up to time now from the others.
func split(list []absence, now float64) (back, away []absence) {
	for _, a := range list {
		if a.until <= now {
			back = append(back, a)
		} else {
			away = append(away, a)
		}
	}
	slices.SortFunc(back, func(a, b absence) int { return cmp.Compare(a.index, b.index) })
	return back, away
}

// awake puts those who return by now at the reset, and returns end and the returns before it.
func (r *reference) awake(end float64) []float64 {
	stops := []float64{end}
	for i, at := range r.back {
		if at <= r.t {
			r.v[i], r.back[i] = r.c.Law.Reset, math.Inf(1)
		}
		stops = append(stops, r.back[i])
	}
	return stops
}

// rest makes those who fired refractory; kicks reach the others.
func (r *reference) rest(fired []Spike, b float64) {
	if r.back == nil {
		r.back = slices.Repeat([]float64{math.Inf(1)}, len(r.v))
	}
	for i := range r.v {
		r.v[i] += b * float64(len(fired)) / float64(len(r.v))
	}
	key := kernel.NewKey(r.c.Seed, r.c.Replica)
	for _, s := range fired {
		wait := r.c.Law.Refractory.Tau
		if r.c.Law.Refractory.Law == neuron.ExponentialRefractory {
			u := key.Stream(r.number, s.Neuron)
			wait *= -math.Log(u.Float64())
		}
		r.v[s.Neuron], r.back[s.Neuron] = math.Inf(-1), r.t+wait
	}
	if len(fired) > 0 {
		r.number++
	}
}

// TestRefractoryEventIsTheDefinition: scheme event and its second writing give the
// same spikes, cascades and potentials, with and without delay, for b beyond V_F − V_R.
func TestRefractoryEventIsTheDefinition(t *testing.T) {
	spikes, cascades := 0, 0
	for k := range 60 {
		law := standard()
		law.Refractory = []neuron.Refractory{exponential(0.2), fixed(0.13), exponential(0.01), fixed(0.4)}[k%4]
		law.Current = neuron.Constant(float64(k % 3))
		c := Config{N: 3 + k%18, Law: law, B: []float64{-2, 0.9, 3}[k%3], Delay: []float64{0, 0, 0.07}[k/3%3], Scheme: Event,
			Initial: gaussian([]float64{0, 1.8}[k%2], 0.1), Dt: []float64{0.05, 0.3}[k/2%2], Seed: uint64(k), Workers: 1}
		n, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		c.Dt = n.Report().Dt
		want := &reference{c: c, v: n.Potentials(nil)}
		log, got := &CascadeLog{}, []Spike(nil)
		raster := &Raster{Neurons: c.N, To: math.Inf(1), Sink: func(s []Spike) error { got = append(got, s...); return nil }}
		for step := 1; step <= 15; step++ {
			want.run(float64(step) * c.Dt)
		}
		if err := n.Run(context.Background(), 15*c.Dt, raster, log); err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, want.spikes, func(a, b Spike) bool {
			return a.Neuron == b.Neuron && a.Generation == b.Generation && math.Abs(a.Time-b.Time) < 1e-7
		}) || len(log.Events) != len(want.cascades) {
			t.Fatalf("case %d, %+v:\ngot  %v\nwant %v", k, c, got, want.spikes)
		}
		active := slices.DeleteFunc(want.v, func(v float64) bool { return math.IsInf(v, -1) })
		if !slices.EqualFunc(n.Potentials(nil), active, func(a, b float64) bool { return math.Abs(a-b) < 1e-7 }) || n.Refractory() != c.N-len(active) {
			t.Fatalf("case %d: potentials %v, want %v", k, n.Potentials(nil), active)
		}
		spikes, cascades = spikes+len(got), cascades+len(log.Events)
	}
	if t.Logf("%d spikes, %d cascades of more than one", spikes, cascades); spikes < 500 || cascades < 20 {
		t.Errorf("%d spikes and %d cascades are too few to tell", spikes, cascades)
	}
}

// TestRefractoryStates: every neuron that the frame calls refractory (NaN) fired and has not
// been away for longer than τ; no interval is shorter than τ, through cascades too; who is
// not away is counted among the potentials.
func TestRefractoryStates(t *testing.T) {
	const tau = 0.0731
	for name, c := range map[string]Config{
		"steps":   {N: 9000, B: 0.5, Initial: gaussian(0, 0.25), Dt: 0.05},
		"long":    {N: 9000, B: 0.5, Initial: gaussian(0, 0.25), Dt: 0.2},
		"event":   {N: 300, B: 0.5, Initial: gaussian(0, 0.25), Dt: 0.05, Scheme: Event},
		"euler":   {N: 9000, B: 0.5, Initial: gaussian(0, 0.25), Dt: 0.01, Scheme: Euler},
		"cascade": {N: 9000, B: 3, Initial: gaussian(1.7, 0.01), Dt: 0.05},
		"delayed": {N: 9000, B: 3, Delay: 0.03, Initial: gaussian(1.7, 0.01), Dt: 0.05},
	} {
		c.Law, c.Seed, c.Workers = standard(), 3, 1
		c.Law.Refractory = fixed(tau)
		late := 0.0 // Euler puts who returns in a step at V_R at its end
		if c.Scheme == Euler {
			late = c.Dt
		}
		last, spikes := slices.Repeat([]float64{math.Inf(-1)}, c.N), 0
		n := mustRun(t, c, 1, observe(func(f *Frame) error {
			for _, s := range f.Spikes() {
				if s.Time-last[s.Neuron] < tau-1e-9 {
					t.Fatalf("%s: neuron %d fires at %v and %v", name, s.Neuron, last[s.Neuron], s.Time)
				}
				last[s.Neuron] = s.Time
				spikes++
			}
			for i := range c.N {
				since := f.End - last[i]
				if resting := math.IsNaN(f.Potential(i)); resting != (since < tau) && math.Abs(since-tau) > 1e-9+late {
					t.Fatalf("%s: neuron %d at %v fired at %v, refractory: %v", name, i, f.End, last[i], resting)
				}
			}
			return nil
		}))
		if got := len(n.Potentials(nil)) + n.Refractory(); got != c.N || spikes < c.N/20 {
			t.Errorf("%s: %d neurons, want %d; %d spikes", name, got, c.N, spikes)
		}
	}
}

// TestRefractoryJump: a part 0.6 of the network stands within [1.5, 2), the rest far below. At
// b = 1.1 ≥ V_F − V_R the part fires at one instant, P(V ≥ V_F − bΔ) = Δ at Δ = 0.6, leaves
// for τ and comes back as an atom; the others have moved by bΔ.
func TestRefractoryJump(t *testing.T) {
	const b, tau, part = 1.1, 0.3, 0.6
	law := standard()
	law.A0, law.Refractory, law.Current = 1e-3, fixed(tau), neuron.Constant(2.05)
	start := neuron.NewTabulated(func(v float64) float64 {
		switch {
		case v >= 1.5:
			return part / 0.5
		case v <= 0:
			return (1 - part) / 0.3
		}
		return 0
	}, []float64{-0.3, 0, 1.5, 2}, 2)
	for scheme, size := range map[Scheme]int{Bridge: 20_000, Event: 600} {
		log, largest := &CascadeLog{}, CascadeEvent{}
		c := Config{N: size, Law: law, B: b, Initial: start, Dt: 0.05, Seed: 5, Scheme: scheme, Workers: 1}
		n := mustRun(t, c, 0.05, log)
		for _, e := range log.Events {
			if e.Size > largest.Size {
				largest = e
			}
		}
		se := math.Sqrt(part * (1 - part) / float64(size))
		resting := float64(n.Refractory()) / float64(size)
		rest := stat.Mean(n.Potentials(nil), nil)
		want := 2.05 - 2.2*math.Exp(-0.05) + b*resting*math.Exp(largest.Time-0.05)
		t.Logf("%v: cascade of %d at %v; %.4f refractory, the others at %.4f, want %.4f", scheme, largest.Size, largest.Time, resting, rest, want)
		if math.Abs(resting-part) > 4*se || math.Abs(rest-want) > 4*0.1/math.Sqrt(0.4*float64(size))+0.05*b*(resting-float64(largest.Size)/float64(size)) {
			t.Errorf("%v: want %v ± %v", scheme, part, se)
		}
		if err := n.Run(context.Background(), largest.Time+tau+1e-6, log); err != nil {
			t.Fatal(err)
		}
		atom := 0
		for _, v := range n.Potentials(nil) {
			if math.Abs(v-1) < 1e-3 {
				atom++
			}
		}
		if atom < largest.Size*99/100 || atom > largest.Size*101/100 {
			t.Errorf("%v: %d come back together, %d fired", scheme, atom, largest.Size)
		}
	}
}

// meanRate runs replicas and returns mean and standard error of the rate.
func meanRate(t *testing.T, c Config, from, length float64, replicas int) (mean, se float64) {
	var rates []float64
	for r := range replicas {
		c.Replica = uint64(r)
		count := NewCounter([]float64{from, from + length})
		mustRun(t, c, from+length, count)
		rates = append(rates, float64(count.Counts[0])/float64(c.N)/length)
	}
	mean, sd := stat.MeanStdDev(rates, nil)
	return mean, sd / math.Sqrt(float64(replicas))
}

// TestRefractoryRate: steady rates, N(J(N) + τ) = 1 for either law (docs/MODELS.md, section 5),
// by Student's quantile at the level of 4 sigma.
func TestRefractoryRate(t *testing.T) {
	const replicas = 16
	size, length := 20_000, 20.0
	if long() {
		size, length = 200_000, 100
	}
	quantile := distuv.StudentsT{Sigma: 1, Nu: replicas - 1}.Quantile(1 - fourSigma/2)
	for _, k := range []struct {
		b, tau, want float64
	}{{0, 0.025, 0.119617185556696}, {0.5, 0.025, 0.134264474159268}, {1.5, 0.025, 0.190736129367184}, {0, 1, 1 / (1/exactRate + 1)}} {
		for _, law := range []neuron.Refractory{exponential(k.tau), fixed(k.tau)} {
			c := Config{N: size, Law: standard(), B: k.b, Initial: gaussian(0, 0.7), Dt: 0.1, Seed: 61, Workers: 1}
			c.Law.Refractory = law
			got, se := meanRate(t, c, 8, length, replicas)
			t.Logf("b = %-3v %-11v τ = %-5v rate %.6f ± %.6f, want %.6f", k.b, law.Law, k.tau, got, se, k.want)
			if math.Abs(got-k.want) > quantile*se {
				t.Errorf("b = %v, %v: rate %v ± %v, want %v", k.b, law, got, se, k.want)
			}
		}
	}
}
