package scenario

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lapicque/neuron"
)

// currentOf reads the current of a document with this text.
func currentOf(t *testing.T, folder, text string) (Document, neuron.Current) {
	t.Helper()
	d, err := read("s.yaml", []byte(text), nil, both, folder)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d, d.(*NNLIF).Law().Current
}

// Every form of a current is read, is as the schema says, and reads back from what
// is written of it.
func TestCurrents(t *testing.T) {
	folder, schema := t.TempDir(), compile(t)
	if err := os.WriteFile(filepath.Join(folder, "I.csv"), []byte("time,current\n0,1\n2,3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for text, at1 := range map[string]float64{
		"0.5":                  0.5,
		"{mean: 2}":            2,
		"{law: sine, mean: 1}": 1,
		"{law: steps, initial: 1, steps: [{time: 0.5, current: 2}, {time: 1, current: 3}]}": 3,
		"{law: pulses, baseline: 1, amplitude: 2, width: 0.1, period: 0.5, first: 0.05}":    1,
		"{law: pulses, baseline: 1, amplitude: 2, width: 0.1, period: 0.5}":                 3,
		"{law: table, file: I.csv}": 2,
		"{law: table, file: " + filepath.ToSlash(filepath.Join(folder, "I.csv")) + "}": 2,
	} {
		text = "neuron: {current: " + text + "}"
		d, current := currentOf(t, folder, text)
		if got := current.At(1); got != at1 {
			t.Errorf("%s: I(1) = %v, want %v", text, got, at1)
		}
		resolved, err := (&Scenario{Document: d}).Resolved()
		if err != nil {
			t.Fatal(err)
		}
		if _, again := currentOf(t, ".", string(resolved)); again.Filtered(1, 0, 3) != current.Filtered(1, 0, 3) {
			t.Errorf("%s reads back as another current:\n%s", text, resolved)
		}
		for _, one := range []string{text, string(resolved)} {
			if err := validate(t, schema, []byte(one)); err != nil {
				t.Errorf("%s: %v", one, err)
			}
		}
	}
}

// What an archive holds reads back to the same current, wherever it stands.
func TestArchive(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(from, "I.tsv"), []byte("# drive\ntime\tcurrent\n0\t1\n2\t3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(from, "s.yaml"), []byte("neuron: {current: {law: table, file: I.tsv}}"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Load(filepath.Join(from, "s.yaml"), nil, both)
	if err != nil {
		t.Fatal(err)
	}
	resolved, files, err := s.Archive()
	if err != nil || len(files) != 1 || files[0].Name != "neuron.current.tsv" {
		t.Fatal(files, err)
	}
	for _, f := range append(files, File{"resolved.yaml", resolved}) {
		if err := os.WriteFile(filepath.Join(to, f.Name), f.Text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(from); err != nil {
		t.Fatal(err)
	}
	again, err := Load(filepath.Join(to, "resolved.yaml"), nil, both)
	if err != nil {
		t.Fatal(err)
	}
	if e, _ := again.NNLIF(); e.Law.Current.At(1) != 2 {
		t.Errorf("I(1) = %v", e.Law.Current.At(1))
	}
}

// Everything wrong with a table is said at once, line by line; nothing is guessed.
func TestTableFaults(t *testing.T) {
	for text, want := range map[string][]string{
		"time,current\n0,1\n1,\n2,x\n1.5,2\n1.5,3\n,1\n3,NaN\n4\n": {
			"I.csv:3: a hole in column current", "I.csv:4: current x", "I.csv:5: time 1.5", "after the one before it, 2",
			"I.csv:6: time 1.5", "I.csv:7: a hole in column time", "I.csv:8: current NaN", "I.csv:9: a hole in column current"},
		"# none\n\nt,current\n0,1\n":      {"I.csv:3: \"t,current\"", "a header with the columns time and current"},
		"time,time,current\n0,0,1\n":      {"I.csv:1: "},
		"time,current\n":                  {"without rows"},
		"":                                {"without rows"},
		"time,current\n0,\"1\n":           {"a broken row"},
		"time,current\n0,1e400\n":         {"I.csv:2: current 1e400"},
		"time,current\n0,0\n1e-300,1e9\n": {"slope"},
		"time,current\n" + strings.Repeat("0,\n", 40): {"(and "},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "I.csv"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := read("s.yaml", []byte("neuron: {current: {law: table, file: I.csv}, a0: -1}"), nil, both, folder)
		for _, w := range append(want, "neuron.a0") {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%q: no %q in\n%v", text, w, err)
			}
		}
		var fs Faults
		if errors.As(err, &fs) && len(fs) > mostFaults+1 {
			t.Errorf("%d faults", len(fs))
		}
	}
}

// Faults of the other forms, several at once.
func TestCurrentFaults(t *testing.T) {
	for text, want := range map[string][]string{
		"{law: square}": {"neuron.current.law", "pulses"},
		"{law: step}":   {"did you mean steps"},
		"{law: steps, steps: [{time: 1, current: 2}, {time: 1, current: 3}, {time: .nan}]}": {"neuron.current.steps.1.time", "neuron.current.steps.2.time"},
		"{law: pulses}": {"neuron.current.period", "neuron.current.width"},
		"{law: pulses, width: 2, period: 1, amplitud: 3}": {"amplitud", "did you mean amplitude"},
		"{law: pulses, width: 1e-9, period: 1e-8}":        {"500000 times"},
		"{law: table}":                 {"neuron.current.file"},
		"{law: table, file: none.csv}": {"neuron.current.file", "none.csv"},
		"{law: table, file: .}":        {"not a regular file"},
		"[1, 2]":                       {"sine, steps, pulses or table"},
	} {
		_, err := read("s.yaml", []byte(fmt.Sprintf("neuron: {current: %s}", text)), nil, both, t.TempDir())
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s: no %q in\n%v", text, w, err)
			}
		}
	}
}
