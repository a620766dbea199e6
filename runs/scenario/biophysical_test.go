package scenario

import (
	"strings"
	"testing"

	"lapicque/network"
	"lapicque/neuron"
)

const hodgkinHuxley = `title: Hodgkin–Huxley neurons that excite each other
model: biophysical
time: {end: 20}
neuron: {law: hodgkin-huxley, parameters: {g_L: 0.2}, current: 8, noise: 2}
coupling: {pulse: 2, conductance: 0.1, decay: 5, reversal: 0}
initial: {from: -75, to: -55}
particles: {N: 200, dt: 0.05, scheme: fastest, replicas: 2}
`

// A network of biophysical neurons is read, written, run, and refused where an equation is asked for.
func TestBiophysical(t *testing.T) {
	alone := Sides{Network: true}
	d, err := read("x.yaml", []byte(hodgkinHuxley), nil, alone, ".")
	if err != nil {
		t.Fatal(err)
	}
	text, err := written(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := read("x.yaml", text, nil, alone, ".")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if twice, err := written(again); err != nil || string(twice) != string(text) {
		t.Errorf("written twice differs: %v\n%s\n%s", err, text, twice)
	}
	for _, one := range [][]byte{[]byte(hodgkinHuxley), text} {
		if err := validate(t, compile(t), one); err != nil {
			t.Error(err)
		}
	}
	n := d.(Neurons)
	start, err := n.Start()
	if err != nil {
		t.Fatal(err)
	}
	crowd, err := n.Network([]neuron.Initial{start[0]}, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := crowd.Run(t.Context(), 1.01, make([][]network.Observer, 1)); err != nil || crowd.Time() != 1.01 || len(crowd.Potentials(0, nil)) != 200 {
		t.Errorf("%v at %v", err, crowd.Time())
	}
	if _, err := n.Solver(start, AsAsked, nil); err == nil {
		t.Error("an equation is solved that is not there")
	}
	if _, err := read("x.yaml", []byte(hodgkinHuxley), nil, Sides{MeanField: true}, "."); err == nil || !strings.Contains(err.Error(), "model: biophysical") {
		t.Errorf("the mean field alone: %v", err)
	}
	if _, err := read("x.yaml", []byte(hodgkinHuxley), nil, both, "."); err != nil {
		t.Errorf("both sides: %v", err)
	}
	twice := d.(Doubling).Doubled()
	if n := twice.Populations()[0].N; n != 400 || d.(Neurons).Populations()[0].N != 200 {
		t.Errorf("twice 200 neurons are %d", n)
	}
	if unit := d.TimeUnit(); unit != "ms" {
		t.Errorf("time is in %q", unit)
	}
}

// All faults at once, under the names of the document.
func TestBiophysicalFaults(t *testing.T) {
	_, err := read("x.yaml", []byte(hodgkinHuxley), []string{"neuron.parameters.g_X=1", "neuron.parameters.g_K=-1", "neuron.noise=-1", "neuron.recovery=1",
		"particles.N=0", "particles.scheme=euler", "coupling.decay=0", "initial.to=-90"}, Sides{Network: true}, ".")
	if err == nil {
		t.Fatal("accepted")
	}
	for _, field := range []string{"neuron.parameters.g_X", "neuron.parameters.g_K", "neuron.noise", "neuron.recovery", "particles.N", "particles.scheme", "coupling.decay", "initial.to"} {
		if !strings.Contains(err.Error(), field+": ") {
			t.Errorf("%s is not named in\n%v", field, err)
		}
	}
	if _, err := read("x.yaml", []byte(hodgkinHuxley), []string{"neuron.law=lif"}, Sides{Network: true}, "."); err == nil {
		t.Error("a law that does not make its spikes is accepted")
	}
}
