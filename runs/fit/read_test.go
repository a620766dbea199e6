package fit

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lapicque/neuron"
	"lapicque/runs/store"
)

var detection = Detection{Threshold: 0, Refractory: 2}

// file writes a text and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines returns a table of 20 rows under a header, each filled in from its number.
func lines(header, format string, values func(k int) []any) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for k := range 20 {
		fmt.Fprintf(&b, format+"\n", values(k)...)
	}
	return b.String()
}

// TestReadForms reads one recording in several forms and units.
func TestReadForms(t *testing.T) {
	current := func(k int) float64 { return float64(k%3) / 4 }
	spike := func(k int) int { return map[bool]int{true: 1}[k == 5 || k == 12] }
	potential := func(k int) float64 { return []float64{-60, 30}[spike(k)] }
	for name, text := range map[string]string{
		"plain.csv": lines("time [ms],current [nA],spikes", "%g,%g,%d", func(k int) []any { return []any{0.5 * float64(k), current(k), spike(k)} }),
		"late.tsv": lines("# a comment\nspikes\tI (pA)\tt (s)\tremark", "%d\t%g\t%g\tx", func(k int) []any {
			return []any{spike(k), 1000 * current(k), 7 + 0.0005*float64(k)}
		}),
		"suffix.csv": lines("time_ms;current_uA;spike_1", "%g;%g;%d", func(k int) []any { return []any{0.5 * float64(k), current(k) / 1000, spike(k)} }),
		"density.csv": lines("time [ms],current [µA/cm²],V [V]", "%g,%g,%g", func(k int) []any {
			return []any{0.5 * float64(k), current(k), potential(k) / 1000}
		}),
	} {
		r, err := Read(file(t, name, text), detection)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := []float64{2.5, 6}
		if r.Potential != nil { // the crossing lies at two thirds of the step before
			want = []float64{2 + 0.5*2/3, 5.5 + 0.5*2/3}
		}
		if r.Dt != 0.5 || len(r.Current) != 20 || math.Abs(r.Current[2]-0.5) > 1e-12 || len(r.Spikes) != 1 || len(r.Spikes[0]) != 2 ||
			math.Abs(r.Spikes[0][0]-want[0]) > 1e-12 || math.Abs(r.Spikes[0][1]-want[1]) > 1e-12 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestWriteRead: what is written is read, as CSV and as Parquet, repeats in order.
func TestWriteRead(t *testing.T) {
	r := &Recording{Dt: 0.1, Unit: "nA"}
	for k := range 200 {
		r.Current = append(r.Current, math.Sin(float64(k)))
	}
	for j := range 11 {
		v := make([]float64, 200)
		for k := range v {
			v[k] = -70 + float64(j)
		}
		r.Potential, r.Spikes = append(r.Potential, v), append(r.Spikes, []float64{1, 2 + 0.1*float64(j)})
	}
	dir := filepath.Join(t.TempDir(), "made")
	folder, err := store.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	for j := range r.Potential { // a constant potential is refused
		r.Potential[j][7] = 1
	}
	if err := r.Write(folder); err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{"csv", "parquet"} {
		got, err := Read(filepath.Join(dir, "recording."+ending), detection)
		if err != nil {
			t.Fatal(err)
		}
		if got.Dt != 0.1 || !slices.Equal(got.Current, r.Current) || len(got.Spikes) != 11 || !slices.Equal(got.Potential[10], r.Potential[10]) {
			t.Errorf("%s: %v %v", ending, got.Dt, got.Spikes)
		}
		for j, train := range got.Spikes {
			if len(train) != 2 || math.Abs(train[1]-r.Spikes[j][1]) > 1e-9 {
				t.Errorf("%s, repeat %d: %v", ending, j, train)
			}
		}
	}
}

// TestReadRefusals: every fault of a file is named, all at once.
func TestReadRefusals(t *testing.T) {
	number := func(k int) []any { return []any{float64(k), float64(k % 3), k % 4 / 3} }
	good := lines("time [ms],current [nA],spikes", "%g,%g,%d", number)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"empty":           {"", []string{"recording: ", "it is empty"}},
		"header only":     {"time [ms],current [nA],spikes\n", []string{"recording: 0 rows"}},
		"nothing right":   {"a,b\n1,2\n", []string{"time: 0 columns among a, b", "current: 0 columns", "spikes: 0 columns", "recording: 1 rows"}},
		"no units":        {strings.Replace(good, "time [ms],current [nA]", "time,current [furlong]", 1), []string{`time: the unit ""`, `current: the unit "furlong"`}},
		"two currents":    {strings.Replace(good, "spikes", "I [pA]", 1), []string{"current: 2 columns", "spikes: 0 columns"}},
		"constant":        {lines("time [ms],current [pA],spikes", "%g,3,0", func(k int) []any { return []any{float64(k)} }), []string{"current [pA]: 3 in every row", "spikes: 0 in every row"}},
		"flat potential":  {lines("time [ms],current [nA],V [mV]", "%g,%g,-65", func(k int) []any { return number(k)[:2] }), []string{"V [mV]: -65 in every row"}},
		"silent":          {lines("time [ms],current [nA],V [mV]", "%g,%g,-%g", func(k int) []any { return []any{float64(k), float64(k), float64(k)} }), []string{"potential: no crossing of 0 mV"}},
		"no number":       {strings.Replace(good, "7,1,", "7,,", 1), []string{"current [nA]: no number in row 9"}},
		"NaN in time":     {strings.Replace(good, "\n7,", "\nNaN,", 1), []string{"time: no number in row 9"}},
		"unsorted":        {strings.Replace(good, "\n7,", "\n3,", 1), []string{"time: 3 ms after 6 ms in row 9"}},
		"uneven":          {strings.Replace(good, "\n7,", "\n7.5,", 1), []string{"time: 7.5 ms in row 9"}},
		"two spikes":      {strings.Replace(good, "7,1,1", "7,1,2", 1), []string{"spikes: 2 in row 9"}},
		"ragged":          {good + "1,2\n", []string{"recording: ", "wrong number of fields"}},
		"damaged Parquet": {"PAR1 and no more", []string{"recording: "}},
	} {
		_, err := Read(file(t, "x.csv", c.text), detection)
		var faults neuron.Faults
		if !errors.As(err, &faults) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: no %q in\n%v", name, want, err)
			}
		}
	}
	_, err := Read(filepath.Join(t.TempDir(), "none"), Detection{math.NaN(), -1})
	for _, want := range []string{"threshold: NaN", "refractory: -1", "no such file"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

// TestCrossings interpolates, and counts none within the refractory time.
func TestCrossings(t *testing.T) {
	got := Crossings([]float64{-10, 10, -10, 30, -10, -10, 0, 1}, 1, 0, 3)
	if !slices.Equal(got, []float64{0.5, 6}) {
		t.Errorf("%v", got)
	}
}

// FuzzRead: no file makes Read panic, and what it accepts can be fitted to.
func FuzzRead(f *testing.F) {
	f.Add([]byte(lines("time [ms],current [nA],spikes", "%d,%d,%d", func(k int) []any { return []any{k, k % 3, k % 2} })))
	f.Add([]byte("PAR1\x15\x00PAR1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Read(path, detection)
		if err != nil {
			return
		}
		if !(r.Dt > 0) || len(r.Spikes) == 0 || len(r.Current) < 10 {
			t.Errorf("%+v", r)
		}
	})
}
