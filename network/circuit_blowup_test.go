package network

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"lapicque/neuron"
)

// TestJointInstantInTheLimit: E uniform on [1, 2], I on [0.8, 1.8], V_F = 2. After
// fractions x and y fired the next of E stands o_E = b_EE x + b_EI y − x above V_F, the
// next of I o_I = b_IE x + b_II y − y − 0.2. With b_EE = 1.5 and b_IE = 0.8, E fires
// alone while 0.5x > 0.8x − 0.2: up to x = 2/3, o = 1/3.
//   - b_EI = −1, b_II = 0: I's kicks move both down alike and I stays ahead; it takes y = 1/3
//     to bring both below: E's blow-up is stopped at 2/3.
//   - b_EI = −1, b_II = −0.5: both slide at 0.5x′ − y′ = 0.8x′ − 1.5y′, y′ = 0.6x′, o′ = −0.1x′,
//     until E is used up at x = 1, y = 0.2, o_I = 0.3; then I alone goes on to y = 0.4.
func TestJointInstantInTheLimit(t *testing.T) {
	const size = 20_000
	for _, c := range []struct{ fromI, within, x, y float64 }{{-1, 0, 2.0 / 3, 1.0 / 3}, {-1, -0.5, 1, 0.4}} {
		circuit := pair(size, size/4, [][]float64{{1.5, c.fromI}, {0.8, c.within}})
		n, err := NewCircuit(circuit)
		if err != nil {
			t.Fatal(err)
		}
		for p, top := range []float64{2, 1.8} {
			one := n.parts[p]
			for i := range one.config.N {
				one.v[i] = top - float64(i)/float64(one.config.N)
			}
		}
		logs := []*CascadeLog{{}, {}}
		if err := n.Run(t.Context(), 0, [][]Observer{{logs[0]}, {logs[1]}}); err != nil {
			t.Fatal(err)
		}
		for p, want := range []float64{c.x, c.y} {
			if len(logs[p].Events) != 1 {
				t.Fatalf("population %d: %d cascades, want 1", p, len(logs[p].Events))
			}
			got := float64(logs[p].Events[0].Size) / float64(n.parts[p].config.N)
			t.Logf("b_II = %v, population %d: fraction %.5f, in the limit %.5f", c.within, p, got, want)
			if math.Abs(got-want) > 20.0/size {
				t.Errorf("b_II = %v: a fraction %v of population %d fires, want %v", c.within, got, p, want)
			}
		}
		if e, i := logs[0].Events[0], logs[1].Events[0]; e.ID != i.ID || e.Time != i.Time || e.Generations != i.Generations {
			t.Errorf("one cascade, two records: %+v and %+v", e, i)
		}
	}
}

// crowdedPair is a circuit whose E alone blows up at t ≈ 0.0025 with a jump of 0.81.
func crowdedPair(size int, inhibition, mean float64) Circuit {
	c := pair(size, size/4, [][]float64{{0.5, -inhibition}, {0.5, 0}})
	c.Rule, c.Dt, c.Workers = neuron.Subtractive, 0.01, 1
	c.Populations[0].Initial, c.Populations[1].Initial = gaussian(1.83, 0.003), gaussian(mean, 0.003)
	return c
}

// TestInhibitionAndABlowUp: without inhibition E and the I that it drives jump
// together; inhibition as near to its threshold as E keeps E from it; the same
// inhibition further away comes too late and rides along in the jump.
func TestInhibitionAndABlowUp(t *testing.T) {
	const size = 50_000
	for _, c := range []struct {
		inhibition, mean, low, high float64 // bounds of the largest cascade in E
	}{{0, 1.83, 0.80, 0.82}, {0.25, 1.83, 0, 0.001}, {0.25, 1.5, 0.7, 0.82}} {
		logs := []*CascadeLog{{}, {}}
		mustRunCircuit(t, crowdedPair(size, c.inhibition, c.mean), 0.01, []Observer{logs[0]}, []Observer{logs[1]})
		largest := [2]CascadeEvent{}
		for p, log := range logs {
			for _, e := range log.Events {
				if e.Size > largest[p].Size {
					largest[p] = e
				}
			}
		}
		jump := float64(largest[0].Size) / size
		t.Logf("b_EI = %v, I around %v: E jumps by %.4f at %.5f, I by %.4f", -c.inhibition, c.mean, jump, largest[0].Time, float64(largest[1].Size)/(size/4))
		if jump < c.low || jump > c.high {
			t.Errorf("b_EI = %v, I around %v: E jumps by %v", -c.inhibition, c.mean, jump)
		}
		if c.low > 0 && (largest[0].ID != largest[1].ID || math.Abs(largest[0].Time-0.00247) > 1e-4) {
			t.Errorf("the jumps are %+v and %+v, want one near 0.00247", largest[0], largest[1])
		}
	}
}

// TestCircuitCascadesAgreeWithEvent: 12 and 6 neurons crowded below their thresholds,
// so that cascades run through both populations and inhibition stops some, at a dt that
// resolves single kicks. The law of each population's largest part in a cascade is
// compared between the schemes by Pearson's test, the spikes by Welch's.
func TestCircuitCascadesAgreeWithEvent(t *testing.T) {
	replicas := 800
	if long() {
		replicas = 20_000
	}
	c := pair(12, 6, [][]float64{{0.9, -0.4}, {0.7, -0.2}})
	c.Populations[0].Initial, c.Populations[1].Initial = gaussian(1.75, 0.01), gaussian(1.75, 0.01)
	c.Workers, c.Dt = 1, 2e-5
	step, stepSpikes := jointSizes(t, c, 0.02, replicas)
	c.Scheme, c.Seed, c.Dt = Event, 51, 0.02
	event, eventSpikes := jointSizes(t, c, 0.02, replicas)
	for p := range step {
		prob := homogeneous(step[p], event[p])
		difference, se, quantile := welch(stepSpikes[p], eventSpikes[p])
		t.Logf("population %d: largest part 0, 1, 2–3, 4–7, 8–15: step %v, event %v, p = %.3g; spikes %.3f and %.3f, difference %+.3f ± %.3f",
			p, step[p], event[p], prob, stat.Mean(stepSpikes[p], nil), stat.Mean(eventSpikes[p], nil), difference, se)
		if prob < fourSigma || math.Abs(difference) > quantile*se {
			t.Errorf("population %d: the schemes differ", p)
		}
	}
}

// jointSizes counts, over replicas and for each population, the largest parts in a
// cascade by their binary digits, and the spikes of each replica.
func jointSizes(t *testing.T, c Circuit, until float64, replicas int) (largest [2][]int, spikes [2][]float64) {
	for p := range largest {
		largest[p] = make([]int, 5)
	}
	for r := range replicas {
		c.Replica = uint64(r)
		var logs [2]CascadeLog
		var counts [2]int
		var obs [][]Observer
		for p := range logs {
			obs = append(obs, []Observer{&logs[p], observe(func(f *Frame) error { counts[p] += f.Count; return nil })})
		}
		mustRunCircuit(t, c, until, obs...)
		for p := range logs {
			most := min(1, counts[p])
			for _, e := range logs[p].Events {
				most = max(most, e.Size)
			}
			largest[p][bits.Len(uint(most))]++
			spikes[p] = append(spikes[p], float64(counts[p]))
		}
	}
	return largest, spikes
}

// TestCircuitStepAgreesWithEvent: rates and Fano factors of both populations at small N,
// with kicks at once, with refractory states and some kicks delayed, and with I escaping.
func TestCircuitStepAgreesWithEvent(t *testing.T) {
	c := pair(300, 100, [][]float64{{0.9, -0.8}, {0.7, -0.5}})
	c.Workers = 1
	t.Run("plain", func(t *testing.T) { agreesWithEvent(t, c) })
	c.Delay = [][]float64{{0, 0.12}, {0.07, 0}}
	c.Populations[0].Law.Refractory, c.Populations[1].Law.Refractory = exponential(0.2), fixed(0.1)
	t.Run("delayed and refractory", func(t *testing.T) { agreesWithEvent(t, c) })
	c.Delay, c.Populations[1].Law.Firing.Epsilon = nil, 0.1
	c.Populations[1].Law.Refractory = neuron.Refractory{}
	c.B = [][]float64{{0.9, -3}, {2, -0.5}}
	t.Run("random threshold", func(t *testing.T) { agreesWithEvent(t, c) })
}

func agreesWithEvent(t *testing.T, c Circuit) {
	replicas, length, more := 8, 8.0, 8
	if long() {
		replicas, length, more = 24, 100, 20
	}
	var step, event [4][]float64
	collect := func(c Circuit, into *[4][]float64, replicas int) {
		for r := range replicas {
			c.Replica = uint64(r)
			for k, x := range countStatistics(t, c, 4, length) {
				into[k] = append(into[k], x)
			}
		}
	}
	collect(c, &step, more*replicas)
	c.Scheme, c.Seed = Event, 41
	collect(c, &event, replicas)
	for k, name := range []string{"rate of E", "rate of I", "Fano factor of E", "Fano factor of I"} {
		difference, se, quantile := welch(step[k], event[k])
		t.Logf("%-16s step %.5f  event %.5f  difference %+.5f ± %.5f", name, stat.Mean(step[k], nil), stat.Mean(event[k], nil), difference, se)
		if math.Abs(difference) > quantile*se {
			t.Errorf("%s differs by %v, more than %.1f·%v", name, difference, quantile, se)
		}
	}
}

// countStatistics returns rates, then Fano factors of the spikes a unit of time, of E and I.
func countStatistics(t *testing.T, c Circuit, from, length float64) (out [4]float64) {
	edges := make([]float64, int(length)+1)
	for k := range edges {
		edges[k] = from + float64(k)
	}
	counters := []*Counter{NewCounter(edges), NewCounter(slices.Clone(edges))}
	mustRunCircuit(t, c, from+length, []Observer{counters[0]}, []Observer{counters[1]})
	for p, counter := range counters {
		var counts []float64
		for _, n := range counter.Counts {
			counts = append(counts, float64(n))
		}
		mean, variance := stat.MeanVariance(counts, nil)
		out[p], out[2+p] = mean/float64(c.Populations[p].N), variance/mean
	}
	return out
}

// TestTwoHalvesAreTheWhole: a network and the circuit of its two halves have one law:
// spikes per neuron through a blow-up, and its jump, over independent replicas.
func TestTwoHalvesAreTheWhole(t *testing.T) {
	const size, replicas = 100, 200
	var whole, halves [3][]float64
	add := func(into *[3][]float64, spikes int, logs ...*CascadeLog) {
		id, most, at := map[uint64]int{}, 0, 0.0
		for _, log := range logs {
			for _, e := range log.Events {
				if id[e.ID] += e.Size; id[e.ID] > most {
					most, at = id[e.ID], e.Time
				}
			}
		}
		for k, x := range []float64{float64(spikes) / size, float64(most) / size, at} {
			into[k] = append(into[k], x)
		}
	}
	for r := range uint64(replicas) {
		log, spikes := &CascadeLog{}, 0
		count := observe(func(f *Frame) error { spikes += f.Count; return nil })
		mustRun(t, Config{N: size, Law: standard(), B: 0.5, Initial: gaussian(1.83, 0.003), Dt: 0.01, Seed: 5, Replica: r, Workers: 1}, 0.005, log, count)
		add(&whole, spikes, log)
		c := pair(size/2, size/2, [][]float64{{0.25, 0.25}, {0.25, 0.25}})
		c.Dt, c.Seed, c.Replica, c.Rule, c.Workers = 0.01, 6, r, neuron.Subtractive, 1
		c.Populations[0].Initial, c.Populations[1].Initial = gaussian(1.83, 0.003), gaussian(1.83, 0.003)
		logs := []*CascadeLog{{}, {}}
		spikes = 0
		mustRunCircuit(t, c, 0.005, []Observer{logs[0], count}, []Observer{logs[1], count})
		add(&halves, spikes, logs...)
	}
	for k, name := range []string{"spikes per neuron", "jump", "its time"} {
		difference, se, quantile := welch(halves[k], whole[k])
		t.Logf("%-18s halves %.5f, whole %.5f, difference %+.5f ± %.5f", name, stat.Mean(halves[k], nil), stat.Mean(whole[k], nil), difference, se)
		if math.Abs(difference) > quantile*se {
			t.Errorf("%s differs by %v, more than %.1f·%v", name, difference, quantile, se)
		}
	}
}
