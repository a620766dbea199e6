package scenario

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"lapicque/neuron"
)

// TestVoltageConductance: the document gives the law, the start and the cells that it names, and reads as it is written.
func TestVoltageConductance(t *testing.T) {
	const text = "model: voltage-conductance\nneuron: {g_L: 1, V_E: 5, V_F: 2, sigma_E: 0.5}\ninput: {g_0: 3, c: 0.1, a0: 0.5, a1: 0.2}\n" +
		"initial: {v: {from: 0.5, to: 1.5}, g: {mean: 2, spread: 0.3}}\nparticles: {N: 300}\nmeanfield: {cells_g: 64, step: 0.01}\n"
	d, err := read("x.yaml", []byte(text), nil, Sides{Network: true, MeanField: true}, ".")
	if err != nil {
		t.Fatal(err)
	}
	s := d.(*VoltageConductance)
	if want := (neuron.Conductance{Leak: 1, Reversal: 5, Threshold: 2, Tau: 0.5, G0: 3, C: 0.1, A0: 0.5, A1: 0.2}); s.Law() != want {
		t.Errorf("%+v, want %+v", s.Law(), want)
	}
	if a := s.start(); a.FromV != 0.5 || a.ToV != 1.5 || a.MeanG != 2 || a.SpreadG != 0.3 {
		t.Errorf("%+v", a)
	}
	if o := s.Options(Coarser); o.CellsV != 128 || o.CellsG != 32 || o.Step != 0.02 {
		t.Errorf("%+v", o)
	}
	if p := s.Populations(); len(p) != 1 || p[0].N != 300 || p[0].Axis.To != 2 {
		t.Errorf("%+v", p)
	}
	resolved, err := written(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(t, compile(t), resolved); err != nil {
		t.Errorf("%v\n%s", err, resolved)
	}
	again, err := read("x.yaml", resolved, nil, Sides{}, ".")
	if err != nil || !reflect.DeepEqual(again, d) {
		t.Errorf("%v: read again, it is another one:\n%s", err, resolved)
	}
}

// TestVoltageConductanceFaults: every fault is named at once, at its key, and keys of other models are unknown.
func TestVoltageConductanceFaults(t *testing.T) {
	for _, c := range []struct {
		set  string
		want []string
	}{
		{"neuron={g_L: 0, V_E: 0.5, V_F: 1, sigma_E: -0.005}", []string{"neuron.g_L", "neuron.V_E", "neuron.sigma_E"}},
		{"neuron={V_E: 1, V_F: 1}", []string{"neuron.V_E"}},
		{"input={g_0: -1, a0: 0, a1: -2}", []string{"input.g_0", "input.a0", "input.a1"}},
		{"initial={v: {from: 0.5, to: 1.5}, g: {spread: 0}}", []string{"initial.v", "initial.g.spread"}},
		{"initial={v: {from: 0.5, to: 0.5}, g: {mean: -100}}", []string{"initial.v", "initial.g.mean"}},
		{"particles={N: 0, dt: 0, replicas: 0}", []string{"particles.N", "particles.dt", "particles.replicas"}},
		{"particles.scheme=bridge", []string{"particles.scheme"}},
		{"meanfield={cells_v: 3, cells_g: 0, step: -1, highest_g: -1}", []string{"meanfield.cells_v", "meanfield.cells_g", "meanfield.step", "meanfield.highest_g"}},
		{"meanfield={entropy: kl, continue: true, cells: 400}", []string{"meanfield.entropy", "meanfield.continue", "meanfield.cells"}},
		{"coupling={b: 1}", []string{"coupling"}},
	} {
		_, err := Load("conductance", []string{c.set}, Sides{Network: true, MeanField: true})
		list, _ := err.(Faults)
		var fields []string
		for _, f := range list {
			fields = append(fields, f.Field)
			if strings.TrimSpace(f.Accepted) == "" {
				t.Errorf("%s: nothing is said of what %s may be", c.set, f.Field)
			}
		}
		slices.Sort(fields)
		slices.Sort(c.want)
		if !slices.Equal(fields, c.want) {
			t.Errorf("%s: faults %v, want %v: %v", c.set, fields, c.want, err)
		}
	}
}
