package biophysical

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"lapicque/network"
	"lapicque/neuron"
	"lapicque/neuron/membrane"
)

// crowd is a coupled Hodgkin–Huxley network that fires.
func crowd(n int) Config {
	return Config{
		N: n, Law: membrane.NewHodgkinHuxley(), Current: neuron.Constant(8), Noise: 2, Dt: 0.05, Seed: 1,
		Coupling: Coupling{Pulse: 2, Conductance: 0.1, Decay: 5},
		Initial:  neuron.Uniform{From: -75, To: -55},
	}
}

// BenchmarkStep is the kernel with its network on one worker; BenchmarkPlainC is the textbook program in C, skipped without gcc.
func BenchmarkStep(b *testing.B) {
	hodgkin := crowd(10240)
	reference := hodgkin
	reference.Scheme, reference.Dt = Heun, 0.02
	nagumo := Config{N: 10240, Law: membrane.NewFitzHughNagumo(), Current: neuron.Constant(0.5), Noise: 0.1, Dt: 0.05, Initial: neuron.Uniform{From: -2, To: 1}}
	lecar := nagumo
	lecar.Law, lecar.Current, lecar.Noise, lecar.Initial = membrane.NewMorrisLecar(membrane.MorrisLecarHopf), neuron.Constant(100), 1, neuron.Uniform{From: -60, To: 0}
	for _, one := range []struct {
		name string
		Config
	}{{"HodgkinHuxley", hodgkin}, {"HodgkinHuxleyHeun", reference}, {"FitzHughNagumo", nagumo}, {"MorrisLecar", lecar}} {
		b.Run(one.name, func(b *testing.B) {
			c := one.Config
			c.Workers = 1
			n, err := New(c)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if err := n.Run(b.Context(), n.Time()+c.Dt); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.N), "ns/neuron-step")
		})
	}
}

func BenchmarkPlainC(b *testing.B) {
	cc, err := exec.LookPath("gcc")
	if err != nil {
		b.Skip("no gcc")
	}
	program := filepath.Join(b.TempDir(), "hodgkinhuxley")
	source := filepath.Join("..", "..", "scripts", "bench", "peers", "hodgkinhuxley.c")
	for _, option := range []string{"-O3", "-Ofast"} { // -Ofast: exp several at a time, arithmetic reordered
		b.Run(option, func(b *testing.B) {
			if out, err := exec.Command(cc, option, "-march=native", "-o", program, source, "-lm").CombinedOutput(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			for b.Loop() {
				out, err := exec.Command(program, "10240", "0.05", "20", "1").Output()
				if err != nil {
					b.Fatal(err)
				}
				ns, err := strconv.ParseFloat(string(bytes.Fields(out)[0]), 64)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(ns, "ns/neuron-step")
			}
		})
	}
}

// BenchmarkSecond is one second of 10⁴ coupled Hodgkin–Huxley neurons on all cores: -benchtime 1x.
func BenchmarkSecond(b *testing.B) {
	for b.Loop() {
		n, err := New(crowd(10_000))
		if err != nil {
			b.Fatal(err)
		}
		count := 0
		if err := n.Run(context.Background(), 1000, observe(func(f *network.Frame) { count += f.Count })); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(count)/10_000, "Hz")
	}
}
