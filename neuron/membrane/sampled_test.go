package membrane

import (
	"math"
	"math/rand/v2"
	"testing"

	"lapicque/neuron"
	"lapicque/neuron/ode"
)

// fluctuating returns n samples of an Ornstein–Uhlenbeck current.
func fluctuating(n int, mean, deviation, correlation float64) []float64 {
	r := rand.New(rand.NewPCG(7, 7))
	out, x, keep := make([]float64, n), 0.0, math.Exp(-1/correlation)
	for k := range out {
		out[k] = mean + deviation*x
		x = x*keep + math.Sqrt(1-keep*keep)*r.NormFloat64()
	}
	return out
}

// held is the current that Respond is given, as the integrator takes it.
func held(samples []float64, dt float64) neuron.Current {
	var changes []neuron.Change
	for k := 1; k < len(samples); k++ {
		if samples[k] != samples[k-1] {
			changes = append(changes, neuron.Change{Time: float64(k) * dt, Current: samples[k]})
		}
	}
	return neuron.NewSteps(samples[0], changes...)
}

// driven are the models with a current, of samples of 0.5 ms, that makes them fire now and then, some within the refractory time of others.
func driven() map[string]struct {
	model   Sampled
	current []float64
} {
	const n = 2000
	bursting := NewMAT()
	bursting.Step1, bursting.Step2, bursting.Threshold = 7.5, 1.5, -46
	resonant := NewAdaptiveExponential()
	resonant.Coupling, resonant.Tau, resonant.Pause, resonant.Return = 80, 20, 3, -55
	bare := NewLIF()
	bare.Pause, bare.Return = 0, -55
	type one = struct {
		model   Sampled
		current []float64
	}
	return map[string]one{
		"lif": {NewLIF(), fluctuating(n, 0.3, 0.2, 20)}, "lif without pause": {bare, fluctuating(n, 0.3, 0.4, 20)},
		"mat": {NewMAT(), fluctuating(n, 0.4, 0.4, 20)}, "mat bursting": {bursting, fluctuating(n, 0.4, 0.3, 20)},
		"adex": {NewAdaptiveExponential(), fluctuating(n, 600, 500, 20)}, "adex resonant": {resonant, fluctuating(n, 1500, 1500, 20)},
		"izhikevich": {NewIzhikevich(), fluctuating(n, 5, 6, 20)},
	}
}

// origin returns the state in which Respond starts.
func origin(m Sampled) []float64 {
	switch m := m.(type) {
	case *LIF:
		return []float64{m.Leak}
	case *MAT:
		return []float64{m.Leak, 0, 0}
	case *AdaptiveExponential:
		return []float64{m.Leak, 0}
	}
	return Rest(m, 0)[0]
}

// truth returns the spikes of the integrator at tight tolerance.
func truth(t *testing.T, m Sampled, samples []float64, dt float64) []float64 {
	t.Helper()
	path := NewTrajectory(m, held(samples, dt), origin(m), ode.Options{Rtol: 1e-11})
	spikes, err := path.Advance(t.Context(), float64(len(samples))*dt, nil)
	if err != nil {
		t.Fatal(err)
	}
	return spikes
}

// farthest returns the largest difference of spike times; the trains must have the same number.
func farthest(t *testing.T, a, b []float64) float64 {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d spikes, want %d", len(a), len(b))
	}
	most := 0.0
	for k := range a {
		most = math.Max(most, math.Abs(a[k]-b[k]))
	}
	return most
}

// refined repeats each sample.
func refined(samples []float64, times int) (out []float64) {
	for _, x := range samples {
		for range times {
			out = append(out, x)
		}
	}
	return out
}

// TestRespond holds spike times against the integrator at tolerance 1e−11: exact schemes to its error, the others on four levels, whose orders
// are measured.
func TestRespond(t *testing.T) {
	const dt = 0.5
	for name, c := range driven() {
		want := truth(t, c.model, c.current, dt)
		if len(want) < 20 {
			t.Fatalf("%s: %d spikes", name, len(want))
		}
		switch c.model.(type) {
		case *LIF, *MAT:
			if far := farthest(t, c.model.Respond(c.current, dt, nil, nil), want); far > 1e-8 {
				t.Errorf("%s: %v", name, far)
			}
			continue
		}
		var first, last float64
		for level, times := range []int{4, 8, 16, 32} {
			far := farthest(t, c.model.Respond(refined(c.current, times), dt/float64(times), nil, nil), want)
			order := math.Log2(last / far)
			t.Logf("%s, dt = %v: %.2g ms, order %.2f, %d spikes", name, dt/float64(times), far, order, len(want))
			if last = far; level == 0 {
				first = far
			}
		}
		if order := math.Log2(first/last) / 3; order < 1.8 {
			t.Errorf("%s: order %.2f over three halvings", name, order)
		}
	}
}

// TestRespondPotential holds the potential at the samples against the integrator.
func TestRespondPotential(t *testing.T) {
	const dt, times = 0.5, 16
	for name, c := range driven() {
		samples := refined(c.current[:400], times)
		got := make([]float64, len(samples))
		spikes := c.model.Respond(samples, dt/times, nil, got)
		path := NewTrajectory(c.model, held(samples, dt/times), origin(c.model), ode.Options{Rtol: 1e-10})
		next := 0
		for k := range got {
			now := float64(k) * dt / times
			if _, err := path.Advance(t.Context(), now, nil); err != nil {
				t.Fatal(err)
			}
			for next < len(spikes) && spikes[next] < now-5 {
				next++
			}
			if near := next < len(spikes) && math.Abs(spikes[next]-now) <= 5; !near && math.Abs(got[k]-path.State()[0]) > 0.02 {
				t.Fatalf("%s at %v: V = %v, want %v", name, now, got[k], path.State()[0])
			}
		}
	}
}

// TestRespondIsBounded: absurd parameters and currents give finite times in ascending order, no more than there are samples.
func TestRespondIsBounded(t *testing.T) {
	const n, dt = 500, 0.1
	current := fluctuating(n, 1e3, 1e5, 5)
	lif, mat, adex, izhikevich := NewLIF(), NewMAT(), NewAdaptiveExponential(), NewIzhikevich()
	lif.Pause, lif.Return, lif.Resistance = 0, lif.Threshold-1e-12, 1e9
	mat.Step1, mat.Step2, mat.Pause = -30, -2, 1e-6
	adex.Return, adex.Conductance, adex.Coupling, adex.Step = -15, 0.01, -0.01, -100
	izhikevich.Return, izhikevich.Step = 29.999, -1e3
	for _, m := range []Sampled{lif, mat, adex, izhikevich} {
		potential := make([]float64, n)
		last, spikes := 0.0, m.Respond(current, dt, nil, potential)
		for _, at := range spikes {
			if !(at >= last && at <= n*dt+1e-9) {
				t.Fatalf("%s: a spike at %v after %v", m.Card().Name, at, last)
			}
			last = at
		}
		if len(spikes) == 0 || len(spikes) > n {
			t.Errorf("%s: %d spikes", m.Card().Name, len(spikes))
		}
		for k, v := range potential {
			if v != v {
				t.Fatalf("%s: V(%d) is no number", m.Card().Name, k)
			}
		}
	}
}

func BenchmarkRespond(b *testing.B) {
	for name, c := range driven() {
		b.Run(name, func(b *testing.B) {
			spikes := make([]float64, 0, len(c.current))
			for b.Loop() {
				spikes = c.model.Respond(c.current, 0.1, spikes[:0], nil)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(c.current)), "ns/sample")
		})
	}
}
