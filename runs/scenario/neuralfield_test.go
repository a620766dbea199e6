package scenario

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// loadText loads a scenario from a text in a folder of its own.
func loadText(t *testing.T, text string, sides Sides, files map[string]string) (*Scenario, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, "field.yaml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return Load(name, nil, sides)
}

// Everything that is wrong with a field is told at once, each with its key.
func TestFieldFaults(t *testing.T) {
	both := Sides{Network: true, MeanField: true}
	for _, c := range []struct {
		name, text string
		fields     []string
	}{
		{"numbers", `
model: wilson-cowan
form: potential
domain: {dims: 1, length: -3, sites: 7}
gain: {law: logistic, beta: .nan, top: -1}
absence: 2
kernel: {law: mexican-hat, near: {width: -1}, around: {width: 0}}
initial: {law: bump, width: 0}
particles: {units: 0, dt: 2, replicas: 0}
meanfield: {rtol: 5}
`, []string{"domain.length", "domain.sites", "gain.beta", "gain.top", "absence", "kernel.near.width", "kernel.around.width", "particles.units", "particles.dt", "particles.replicas", "meanfield.rtol"}},
		{"kernel table of another length", `
model: wilson-cowan
domain: {dims: 1, length: 4, sites: 8}
kernel: {law: table, values: [1, 0.5, 0.2]}
`, []string{"kernel.values"}},
		{"kernel table on a torus, number on a ring", `
model: wilson-cowan
domain: {dims: 2, length: 4, sites: 8}
populations: {E: {}, I: {}}
kernels: {E: {E: {law: table, values: [1]}, I: 3}, X: {E: 1}, I: {Y: 1}}
`, []string{"kernels.E.E.law", "kernels.E.I", "kernels.X", "kernels.I.Y"}},
		{"files", `
model: wilson-cowan
domain: {dims: 1, length: 4, sites: 8}
kernel: {law: table, file: short.txt}
initial: {law: table, file: missing.txt}
stimulus: {law: pulses, width: 2, period: 1}
`, []string{"kernel.values", "initial.file", "stimulus.width"}},
		{"no units fire below 0", `
model: wilson-cowan
gain: {law: tanh}
`, []string{"gain.law"}},
		{"keys of other models", `
model: wilson-cowan
particles: {N: 5, scheme: bridge}
meanfield: {entropy: kl, continue: true}
coupling: {reset: hard}
`, []string{"particles.N", "particles.scheme", "meanfield.entropy", "meanfield.continue", "coupling"}},
		{"names", `
model: wilson-cowan
domain: {dims: 0}
populations: {"1": {}, E: {gain: {law: square}}}
kernels: [1]
`, []string{"populations.1", "populations.E.gain.law", "kernels"}},
	} {
		_, err := loadText(t, c.text, both, map[string]string{"short.txt": "1\n0.5\n"})
		list, _ := err.(Faults)
		for _, field := range c.fields {
			found := false
			for _, f := range list {
				found = found || f.Field == field
			}
			if !found {
				t.Errorf("%s: no fault of %s in\n%v", c.name, field, err)
			}
		}
		if len(list) != len(c.fields) {
			t.Errorf("%s: %d faults, want %d:\n%v", c.name, len(list), len(c.fields), err)
		}
	}
	if _, err := loadText(t, "model: wilson-cowan\ngain: {law: tanh}\n", Sides{MeanField: true}, nil); err != nil {
		t.Errorf("the equation alone with tanh: %v", err)
	}
}

// The files of a field are read, kept beside the resolved document and read again from there.
func TestFieldArchive(t *testing.T) {
	s, err := loadText(t, `
model: wilson-cowan
domain: {dims: 1, length: 4, sites: 4}
populations: {E: {initial: {law: table, file: start.txt}, stimulus: {law: table, file: drive.csv}, profile: {law: bump, x: 1}}, I: {initial: {law: noise, amplitude: 2}}}
kernels: {E: {E: {law: table, file: w.txt}, I: {law: exponential, weight: -1}}}
`, Sides{}, map[string]string{"start.txt": "1\n2 # two\n3\n4\n", "w.txt": "5\n6\n7\n", "drive.csv": "time,current\n0,1\n1,2\n"})
	if err != nil {
		t.Fatal(err)
	}
	resolved, files, err := s.Archive()
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	kept := map[string]string{}
	for _, f := range files {
		kept[f.Name] = string(f.Text)
	}
	again, err := loadText(t, string(resolved), Sides{}, kept)
	if err != nil {
		t.Fatalf("%v in\n%s", err, resolved)
	}
	a, _ := s.Field()
	b, _ := again.Field()
	for i, want := range []float64{1, 2, 3, 4} {
		if a.Start[0][i] != want || b.Start[0][i] != want || a.Start[1][i] != b.Start[1][i] {
			t.Errorf("start %v and %v", a.Start, b.Start)
		}
	}
	for _, f := range []*Field{a, b} {
		if w := f.Law.Kernels[0][0].At(1, 1); w != 6 || f.Law.Kernels[1][0] != nil || f.Law.Kernels[0][1].Transform(0, 1) != -1 {
			t.Errorf("kernels %+v", f.Law.Kernels)
		}
		if x := f.Law.Populations[0]; x.Drive(0.5) != 1.5 || x.Where(1, 0) != 1 || math.Abs(x.Where(-2, 0)-math.Exp(-0.5)) > 1e-15 || f.Homogeneous() {
			t.Errorf("stimulus or profile of %+v", x)
		}
	}
}

// Shapes of fields at places where their values are known.
func TestFieldShapes(t *testing.T) {
	s, err := loadText(t, `
model: wilson-cowan
domain: {dims: 2, length: 8, sites: 8}
populations:
  A: {initial: {law: cosine, mean: 1, amplitude: 2, waves: 1, waves_y: 2}}
  B: {initial: {law: bump, base: 1, height: 3, width: 2, x: 3, y: -4}}
  C: {initial: {law: noise, mean: 5, amplitude: 0.5}}
kernels: {}
`, Sides{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := s.Field()
	at := func(p, column, row int) float64 { return f.Start[p][row*8+column] }
	for _, c := range []struct{ got, want float64 }{
		{at(0, 4, 4), 3}, {at(0, 5, 4), 1 + 2*math.Cos(math.Pi/4)}, {at(0, 4, 5), 1 + 2*math.Cos(math.Pi/2)},
		{at(1, 7, 0), 4}, {at(1, 0, 7), 1 + 3*math.Exp(-2.0/8)}, // one site each over both ends of the torus
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	mean := 0.0
	for _, x := range f.Start[2] {
		mean += x / 64
	}
	if math.Abs(mean-5) > 4*0.5/8 || f.Start[2][0] == f.Start[2][1] {
		t.Errorf("noise of mean %v", mean)
	}
}
