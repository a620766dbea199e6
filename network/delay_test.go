package network

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"lapicque/neuron"
)

// TestKickArrivesAfterTheDelay: one neuron without noise fires at 0 and then rests
// below the threshold; its potential after each scheme, at steps that the delay
// is no multiple of, is that of a kick at exactly d, and none before.
func TestKickArrivesAfterTheDelay(t *testing.T) {
	law := standard()
	law.A0 = 1e-20
	for _, scheme := range []Scheme{Bridge, Event, Euler} {
		for _, delay := range []float64{0.0371, 0.04, 0.5} {
			n, err := New(Config{N: 1, Law: law, B: -0.7, Delay: delay, Rule: neuron.Hard, Initial: neuron.Point{Potential: 2}, Scheme: scheme, Dt: 0.02})
			if err != nil {
				t.Fatal(err)
			}
			for _, until := range []float64{delay - 1e-6, delay + 1e-6, delay + 0.013, delay + 0.1} {
				if err := n.Run(context.Background(), until); err != nil {
					t.Fatal(err)
				}
				want := math.Exp(-until)
				if until > delay {
					want -= 0.7 * math.Exp(delay-until)
				}
				tolerance := 1e-8
				if scheme == Euler {
					tolerance = 0.02 // e^{−t} by its own steps
				}
				if got := n.Potentials(nil)[0]; math.Abs(got-want) > tolerance {
					t.Errorf("%v, delay %v: potential %v at %v, want %v", scheme, delay, got, until, want)
				}
			}
		}
	}
}

// TestVolleyIsTheSumOverArrivals: against the formula spelled out, over steps of
// uneven length; what is kept stays within twice what is under way.
func TestVolleyIsTheSumOverArrivals(t *testing.T) {
	const delay, kick, leak = 0.31, 0.02, 1.7
	a := axons{delay: delay, kick: kick}
	var spikes []float64
	now := 0.0
	for k := range 400 {
		h := 0.05 + 0.04*math.Sin(float64(k))
		v := a.volley(now, h, leak)
		moved, moment, kicks := 0.0, 0.0, 0.0
		for _, s := range spikes {
			if at := s + delay; at > now && at <= now+h {
				kicks += kick
				moved += kick * math.Exp(-leak*(now+h-at))
				moment += kick * (at - now - h/2)
			}
		}
		if math.Abs(v.moved-moved) > 1e-12 || math.Abs(v.kicks-kicks) > 1e-12 || math.Abs(v.slope*h*h*h/12-moment) > 1e-12 {
			t.Fatalf("step %d: %+v, want %v, %v, moment %v", k, v, kicks, moved, moment)
		}
		for j := range 7 * (k % 5) {
			s := now + h*float64(j+1)/30
			a.carry(s)
			spikes = append(spikes, s)
		}
		now += h
		underWay := 0
		for _, s := range spikes {
			if s+delay > now {
				underWay++
			}
		}
		if len(a.due) > 2*underWay+100 { // 100: what arrived in one step
			t.Fatalf("step %d: %d kept, %d under way", k, len(a.due), underWay)
		}
	}
}

// TestDelaysAtTheEdges: a delay that no spike outlives leaves the uncoupled
// network, bit for bit; a delay below dt makes the step as short as itself.
func TestDelaysAtTheEdges(t *testing.T) {
	for _, scheme := range []Scheme{Bridge, Euler, Event} {
		c := Config{N: 60, Law: standard(), Initial: gaussian(1, 0.25), Dt: 0.05, Seed: 9, Scheme: scheme}
		alone := fingerprint(t, c, []float64{1}, false)
		c.B, c.Delay = -3, 1.01
		if fingerprint(t, c, []float64{1}, false) != alone {
			t.Errorf("%v: kicks that never arrive change the network", scheme)
		}
		c.Delay = 0.9
		if fingerprint(t, c, []float64{1}, false) == alone {
			t.Errorf("%v: kicks that arrive change nothing", scheme)
		}
		c.Delay = 0.0123
		long := fingerprint(t, c, []float64{1}, false)
		if dt := mustRun(t, c, 0.1).Report().Dt; dt != c.Delay {
			t.Errorf("%v: dt is %v with a delay of %v", scheme, dt, c.Delay)
		}
		if c.Dt = c.Delay; fingerprint(t, c, []float64{1}, false) != long {
			t.Errorf("%v: a delay below dt is not a step as long as the delay", scheme)
		}
	}
}

// TestCoincidenceIsNoCascade: kicks that arrive together lift many neurons at one
// instant: these spikes coincide, and are not named a cascade. Reset is by the rule:
// what stands above the threshold is kept under Subtractive, lost under Hard, and
// under Sequential what arrives after the spike counts.
func TestCoincidenceIsNoCascade(t *testing.T) {
	law := standard()
	law.A0 = 1e-20
	const delay, size = 0.25, 40
	at := 2 * math.Exp(-delay) // where a potential of 2 at time 0, not quite at the threshold, has come
	for rule, want := range map[neuron.Rule]float64{neuron.Subtractive: at + 0.9 - 1, neuron.Hard: 1, neuron.Sequential: at + 0.9 - 1} {
		n, err := New(Config{N: size, Law: law, B: 0.9, Delay: delay, Rule: rule, Initial: neuron.Point{Potential: 1.999999}, Scheme: Event, Dt: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		for range size {
			n.axons.carry(0) // spikes before the start
		}
		log := &CascadeLog{}
		count := NewCounter([]float64{0, delay - 1e-9, delay + 1e-9})
		if err := n.Run(context.Background(), delay, log, count); err != nil {
			t.Fatal(err)
		}
		if count.Counts[0] != 0 || count.Counts[1] != size || len(log.Events) != 0 {
			t.Errorf("%v: %v spikes before and at the arrival, cascades %v", rule, count.Counts, log.Events)
		}
		if got := n.Potentials(nil)[3]; math.Abs(got-want) > 0.9/size+1e-5 {
			t.Errorf("%v: left at %v, want %v", rule, got, want)
		}
	}
}

// TestDelayedEventIsTheDefinition: scheme event and its second writing with delays,
// in steps shorter and longer than the time between spikes.
func TestDelayedEventIsTheDefinition(t *testing.T) {
	spikes := 0
	for k := range 40 {
		c := Config{N: 3 + k%18, Law: standard(), B: []float64{-8, 0.9, 1.2}[k%3], Delay: []float64{0.031, 0.1, 0.27, 1}[k%4], Scheme: Event,
			Initial: gaussian([]float64{0, 1.8}[k%2], 0.1), Dt: []float64{0.05, 0.3}[k/2%2], Seed: uint64(k), Workers: 1}
		n, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		c.Dt = n.Report().Dt
		want, got := &reference{c: c, v: n.Potentials(nil)}, []Spike(nil)
		for step := 1; step <= 15; step++ {
			want.run(float64(step) * c.Dt)
		}
		raster := &Raster{Neurons: c.N, To: math.Inf(1), Sink: func(s []Spike) error { got = append(got, s...); return nil }}
		if err := n.Run(context.Background(), 15*c.Dt, raster); err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, want.spikes, func(a, b Spike) bool { return a.Neuron == b.Neuron && math.Abs(a.Time-b.Time) < 1e-7 }) {
			t.Fatalf("case %d, %+v:\ngot  %v\nwant %v", k, c, got, want.spikes)
		}
		for i, v := range n.Potentials(nil) {
			if math.Abs(v-want.v[i]) > 1e-7 { // √(1 − decay²) of short stretches cancels
				t.Fatalf("case %d: potential %d is %v, want %v", k, i, v, want.v[i])
			}
		}
		spikes += len(got)
	}
	if t.Logf("%d spikes", spikes); spikes < 300 {
		t.Errorf("%d spikes are too few to tell", spikes)
	}
}

// delayedStatistics are those of one replica from time 4: rate, mean of the
// potential, correlation of the spike counts in bins of a quarter of the delay
// that are one delay apart.
func delayedStatistics(t *testing.T, c Config, length float64) [3]float64 {
	const parts = 4
	edges := make([]float64, int(parts*length/c.Delay)+1)
	for k := range edges {
		edges[k] = 4 + c.Delay*float64(k)/parts
	}
	count, sum, seen := NewCounter(edges), 0.0, 0
	mustRun(t, c, 4+length, count, observe(func(f *Frame) error {
		if f.Start < 4 {
			return nil
		}
		for i := range c.N {
			sum += f.Potential(i)
		}
		seen += c.N
		return nil
	}))
	counts := make([]float64, len(count.Counts))
	for k := range counts {
		counts[k] = float64(count.Counts[k])
	}
	rate := stat.Mean(counts, nil) * parts / c.Delay / float64(c.N)
	return [3]float64{rate, sum / float64(seen), stat.Correlation(counts[parts:], counts[:len(counts)-parts], nil)}
}

// TestDelayedStepAgreesWithEvent: N = 200, dt = 0.05, for inhibition, with kicks
// up to a tenth of V_F − V_R, and excitation, against scheme event by Welch's test.
func TestDelayedStepAgreesWithEvent(t *testing.T) {
	replicas, length := 8, 24.0
	if long() {
		replicas, length = 24, 200
	}
	for _, k := range []struct{ b, delay float64 }{{-20, 0.5}, {-5, 0.13}, {0.9, 0.3}} {
		c := Config{N: 200, Law: standard(), B: k.b, Delay: k.delay, Initial: gaussian(0, 0.8), Dt: 0.05, Seed: 50, Workers: 1}
		var step, event [3][]float64
		collect := func(c Config, into *[3][]float64, replicas int) {
			for r := range replicas {
				c.Replica = uint64(r)
				for k, x := range delayedStatistics(t, c, length) {
					into[k] = append(into[k], x)
				}
			}
		}
		collect(c, &step, 20*replicas)
		c.Scheme, c.Seed = Event, 51
		collect(c, &event, replicas)
		for i, name := range []string{"rate", "mean potential", "correlation at lag d"} {
			difference, se, quantile := welch(step[i], event[i])
			t.Logf("b = %-4v d = %-4v %-20s step %.5f  event %.5f  difference %+.5f ± %.5f", k.b, k.delay, name,
				stat.Mean(step[i], nil), stat.Mean(event[i], nil), difference, se)
			if math.Abs(difference) > quantile*se {
				t.Errorf("b = %v, d = %v: %s differs by %v, more than %.1f·%v", k.b, k.delay, name, difference, quantile, se)
			}
		}
	}
}
