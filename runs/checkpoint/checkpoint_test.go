package checkpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lapicque/neuron"
	"lapicque/runs/raster"
)

// stuff is content of so many bytes that is the same each time.
func stuff(size int) []byte {
	out := make([]byte, size)
	for i := range out {
		out[i] = byte(i*i>>3 + i)
	}
	return out
}

// begin returns the store of a run and writes some checkpoints, each with a table that grows by a line before it.
func begin(t *testing.T, dir string, count int) *Store {
	t.Helper()
	s := New(dir, Head{Hash: "a", Scenario: "test"})
	for k := range count {
		grow(t, dir, fmt.Sprintf("line %d\n", k))
		err := s.Write("network", float64(k), []string{"table.csv"}, func(w *Writer) error {
			return errors.Join(
				w.Section("one", func(out io.Writer) error { _, err := out.Write(stuff(200000)); return err }),
				w.Section("two", func(out io.Writer) error { _, err := fmt.Fprint(out, "state ", k); return err }))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func grow(t *testing.T, dir, text string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(dir, "table.csv"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// latest takes up the last checkpoint that is whole and returns what its second section says.
func latest(t *testing.T, dir string) (state string, found Found, err error) {
	t.Helper()
	found, err = New(dir, Head{Hash: "a"}).Latest()
	if err != nil || found.Reader == nil {
		return "", found, err
	}
	defer found.Reader.Close()
	read := func(name string) (text []byte) {
		err := found.Reader.Section(name, func(in io.Reader) (err error) { text, err = io.ReadAll(in); return err })
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(read("one"), stuff(200000)) {
		t.Error("section one is not what was written")
	}
	return string(read("two")), found, nil
}

func TestLastTwoStay(t *testing.T) {
	dir := t.TempDir()
	begin(t, dir, 5)
	if all, err := numbers(dir); err != nil || fmt.Sprint(all) != "[4 5]" {
		t.Fatalf("%v %v", all, err)
	}
	state, found, err := latest(t, dir)
	if state != "state 4" || found.Reader.Head.Time != 4 || found.Notes != nil || err != nil {
		t.Errorf("%q %+v %v", state, found, err)
	}
	grow(t, dir, "what a killed run wrote after its checkpoint\n")
	file, err := found.Reader.Head.Files[0].Cut(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("line 5\n"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "table.csv"))
	if string(text) != "line 0\nline 1\nline 2\nline 3\nline 4\nline 5\n" {
		t.Errorf("table\n%s", text)
	}
}

// Whatever bit is flipped, and wherever a checkpoint is cut, the one before it is used and that is said; with none left there
// is none.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	begin(t, dir, 3)
	last, first := New(dir, Head{}).path(3), New(dir, Head{}).path(2)
	whole, err := os.ReadFile(last)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, text []byte) {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(what string) {
		t.Helper()
		state, found, err := latest(t, dir)
		if state != "state 1" || found.Broken != 1 || len(found.Notes) != 2 || err != nil {
			t.Errorf("%s: %q %+v %v", what, state, found, err)
		}
	}
	for k := range 60 {
		at := k * (len(whole) - 1) / 59
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1 << (k % 8)
		write(last, flipped)
		expect(fmt.Sprintf("bit flipped in byte %d", at))
		write(last, whole[:at])
		expect(fmt.Sprintf("cut after %d bytes", at))
	}
	write(last, append(bytes.Clone(whole), 'x'))
	expect("longer")
	write(first, whole[:100])
	if _, found, err := latest(t, dir); found.Reader != nil || found.Broken != 2 || err != nil {
		t.Errorf("both damaged: %+v %v", found, err)
	}
}

// A checkpoint whose files are not what they were cannot be gone on from.
func TestFilesAreWhatTheyWere(t *testing.T) {
	dir := t.TempDir()
	begin(t, dir, 2)
	name := filepath.Join(dir, "table.csv")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		text   string
		broken int
	}{
		"longer":              {string(text) + "line 2\nli", 0},
		"without its end":     {string(text[:len(text)-2]), 1},
		"without a beginning": {"x" + string(text[1:]), 2},
		"empty":               {"", 2},
	} {
		if err := os.WriteFile(name, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, found, err := latest(t, dir); found.Broken != c.broken || err != nil {
			t.Errorf("%s: %+v %v", what, found, err)
		}
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	begin(t, dir, 2)
	var faults neuron.Faults
	if _, err := New(dir, Head{Hash: "b"}).Latest(); !errors.As(err, &faults) || !strings.Contains(err.Error(), `"test"`) {
		t.Errorf("another scenario: %v", err)
	}
	path := New(dir, Head{}).path(2)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[len(magic)], text[len(magic)+4] = 2, ^byte(2)
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := latest(t, dir); !errors.As(err, &faults) || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("newer version: %v", err)
	}
	if _, found, err := latest(t, t.TempDir()); found.Reader != nil || found.Notes != nil || err != nil {
		t.Errorf("nothing there: %+v %v", found, err)
	}
}

// A checkpoint that cannot be written leaves those before it as they were, and what a killed run was writing is swept away.
func TestFailureLeavesTheOldOnes(t *testing.T) {
	dir := t.TempDir()
	s := begin(t, dir, 2)
	full := errors.New("no space left on device")
	grow(t, dir, "line 2\n")
	err := s.Write("network", 2, []string{"table.csv"}, func(w *Writer) error {
		return w.Section("one", func(out io.Writer) error { _, _ = out.Write(stuff(300000)); return full })
	})
	if !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, Dir, "*.new")); left != nil {
		t.Errorf("left %v", left)
	}
	if state, _, err := latest(t, dir); state != "state 1" || err != nil {
		t.Errorf("%q %v", state, err)
	}
	half := s.path(9) + ".new"
	if err := os.WriteFile(half, []byte(magic), 0o644); err != nil {
		t.Fatal(err)
	}
	s.Sweep()
	if _, err := os.Stat(half); err == nil {
		t.Error("what was being written is still there")
	}
	if err := s.Write("network", 2, []string{"table.csv"}, func(w *Writer) error {
		return errors.Join(w.Section("one", func(out io.Writer) error { _, err := out.Write(stuff(200000)); return err }),
			w.Section("two", func(out io.Writer) error { _, err := fmt.Fprint(out, "again"); return err }))
	}); err != nil {
		t.Fatal(err)
	}
	if state, _, err := latest(t, dir); state != "again" || err != nil {
		t.Errorf("%q %v", state, err)
	}
}

func TestSpool(t *testing.T) {
	run := t.TempDir()
	var want []raster.Spike
	for k := range 10000 {
		want = append(want, raster.Spike{Time: float64(k) / 3, Neuron: uint32(k * 7), Population: uint8(k % 3), Cascade: uint64(k) << 33, Generation: uint16(k)})
	}
	s, err := NewSpool(run, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Write(want[:6000]), s.Flush()); err != nil {
		t.Fatal(err)
	}
	m, err := extend(run, Mark{Name: SpoolName})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Write(want[:3000]), s.Close()); err != nil { // what a killed run wrote after its checkpoint
		t.Fatal(err)
	}
	if s, err = NewSpool(run, &m); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(want[6000:]); err != nil {
		t.Fatal(err)
	}
	var got []raster.Spike
	if err := errors.Join(s.Replay(func(part []raster.Spike) error { got = append(got, part...); return nil }), s.Close()); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d spikes, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("spike %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}
