package raster

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/exp/rand"
	"pgregory.net/rapid"

	"lapicque/neuron"
)

// create writes spikes to a file of a format, in two pieces.
func create(t rapid.TB, f *Format, name string, meta Metadata, all bool, spikes []Spike) {
	t.Helper()
	w, err := f.Create(name, meta, all)
	if err != nil {
		t.Fatal(err)
	}
	half := len(spikes) / 2
	for _, piece := range [][]Spike{spikes[:half], spikes[half:]} {
		if err := w.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// load opens a file and reads all of it, some spikes at a time.
func load(t rapid.TB, name string) ([]Spike, Metadata, *Format) {
	t.Helper()
	r, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var all []Spike
	buffer := make([]Spike, 7)
	for err == nil {
		var n int
		n, err = r.Read(buffer)
		all = append(all, buffer[:n]...)
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	if n := r.Len(); n >= 0 && n != int64(len(all)) {
		t.Fatalf("Len %d of %d spikes", n, len(all))
	}
	return all, r.Metadata(), r.Format()
}

// drawn draws a raster: finite times of all sizes in order, some of them equal, two populations.
func drawn(t *rapid.T) []Spike {
	spikes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Spike {
		return Spike{
			Time:   rapid.OneOf(rapid.Float64Range(0, 100), rapid.Float64(), rapid.SampledFrom([]float64{0, 0.1, 1e-300, 1e22})).Draw(t, "time"),
			Neuron: rapid.Uint32().Draw(t, "neuron"), Population: rapid.Uint8Max(1).Draw(t, "population"),
			Cascade: rapid.Uint64().Draw(t, "cascade"), Generation: rapid.Uint16().Draw(t, "generation"),
		}
	}), 0, 50).Draw(t, "spikes")
	spikes = slices.DeleteFunc(spikes, func(s Spike) bool { return math.IsInf(s.Time, 0) || math.IsNaN(s.Time) })
	slices.SortStableFunc(spikes, func(a, b Spike) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Population, b.Population))
	})
	return spikes
}

// held returns a spike as a file with those columns keeps it.
func held(s Spike, f *Format, all bool) Spike {
	out := Spike{Time: s.Time, Neuron: s.Neuron}
	if f.Holds("population", all) {
		out.Population = s.Population
	}
	if f.Holds("cascade", all) {
		out.Cascade, out.Generation = s.Cascade, s.Generation
	}
	return out
}

// TestLosslessRoundTrip: all formats but the two of 3 decimals give back every
// bit of what they hold, whatever the times.
func TestLosslessRoundTrip(t *testing.T) {
	meta := Metadata{Populations: []string{"E", "with, \"marks\""}}
	for _, f := range Formats {
		for _, all := range []bool{false, true} {
			if f.Lossy || f.Needs != "" {
				continue
			}
			t.Run(f.Name, func(t *testing.T) {
				name := filepath.Join(t.TempDir(), "raster"+f.Extension)
				rapid.Check(t, func(t *rapid.T) {
					spikes := drawn(t)
					create(t, f, name, meta, all, spikes)
					got, back, format := load(t, name)
					if format != f {
						t.Fatalf("taken for %s", format.Name)
					}
					want := make([]Spike, len(spikes))
					for i, s := range spikes {
						want[i] = held(s, f, all)
					}
					for i := range got {
						if len(got) == len(want) && f.Holds("population", all) { // numbered in the order of the file
							got[i].Population = uint8(slices.Index(meta.Populations, back.Populations[got[i].Population]))
						}
					}
					if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(bits(got), bits(want)) {
						t.Fatalf("read %v\nwant %v", got, want)
					}
				})
			})
		}
	}
}

// bits makes times comparable to the last bit.
func bits(spikes []Spike) (out []any) {
	for _, s := range spikes {
		out = append(out, [5]uint64{math.Float64bits(s.Time), uint64(s.Neuron), uint64(s.Population), s.Cascade, uint64(s.Generation)})
	}
	return out
}

// TestLossyRoundTrip: the formats of 3 decimals round by half of the last at most.
func TestLossyRoundTrip(t *testing.T) {
	for _, f := range []*Format{&NEST, &GDF} {
		name := filepath.Join(t.TempDir(), "raster"+f.Extension)
		rapid.Check(t, func(t *rapid.T) {
			spikes := slices.DeleteFunc(drawn(t), func(s Spike) bool { return math.Abs(s.Time) > 1e9 })
			create(t, f, name, Metadata{}, false, spikes)
			got, meta, format := load(t, name)
			if format != f || meta.Units != "ms" || len(got) != len(spikes) {
				t.Fatalf("%s in %q with %d spikes of %d", format.Name, meta.Units, len(got), len(spikes))
			}
			for i, s := range spikes {
				if got[i].Neuron != s.Neuron || math.Abs(got[i].Time-s.Time) > 0.0005*(1+1e-12)+1e-16*math.Abs(s.Time) {
					t.Fatalf("read %v of %v", got[i], s)
				}
			}
		})
	}
}

// TestUnsorted: an archive for pynapple is in order of time, the others keep the order.
func TestUnsorted(t *testing.T) {
	spikes := []Spike{{Time: 2, Neuron: 1}, {Time: 1, Neuron: 2}, {Time: 2, Neuron: 0}}
	for _, f := range Formats {
		if f.Needs != "" {
			continue
		}
		name := filepath.Join(t.TempDir(), "raster"+f.Extension)
		create(t, f, name, Metadata{}, false, spikes)
		got, _, _ := load(t, name)
		want := spikes
		if f == &Pynapple {
			want = []Spike{spikes[1], spikes[0], spikes[2]}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", f.Name, got, want)
		}
	}
}

// TestDamagedFiles cuts files of every format anywhere and overwrites bytes of
// them: what is cut is refused, and nothing panics.
func TestDamagedFiles(t *testing.T) {
	spikes := sample(300, 11)
	for _, f := range Formats {
		if f.Needs != "" {
			continue
		}
		dir := t.TempDir()
		whole, bad := filepath.Join(dir, "whole"+f.Extension), filepath.Join(dir, "bad"+f.Extension)
		create(t, f, whole, described, true, spikes)
		data, err := os.ReadFile(whole)
		if err != nil {
			t.Fatal(err)
		}
		try := func(data []byte) (int, error) {
			if err := os.WriteFile(bad, data, 0o644); err != nil {
				t.Fatal(err)
			}
			r, err := Open(bad)
			if err != nil {
				return 0, err
			}
			defer r.Close()
			return r.Read(make([]Spike, 400))
		}
		for _, size := range []int{1, 5, 30, len(data) / 3, len(data) / 2, len(data) - 2, len(data) - 1} {
			if n, err := try(data[:size]); err == nil || err == io.EOF || !strings.Contains(err.Error(), "raster: ") {
				if text := f.Lossy || f == &CSV; !text || data[size-1] != '\n' {
					t.Errorf("%s cut to %d of %d bytes: %d spikes, %v", f.Name, size, len(data), n, err)
				}
			}
		}
		r := rand.New(rand.NewSource(12))
		refused := 0
		for range 200 {
			data := slices.Clone(data)
			for range 3 {
				data[r.Intn(len(data))] = byte(r.Intn(256))
			}
			if _, err := try(data); err != io.EOF {
				refused++
				if err == nil || !strings.Contains(err.Error(), "raster: ") {
					t.Fatalf("%s: a damaged file: %v", f.Name, err)
				}
			}
		}
		t.Logf("%s: %d of 200 damaged files refused", f.Name, refused)
	}
}

func TestRefusedText(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.csv", "time,neuron\n1,2\n0.5,x\n", `raster: line 3: neuron "x" is not a whole number from 0 to 4294967295`},
		{"a.csv", "time,neuron\nnan,2\n", `raster: line 2: time "nan" is not a finite number`},
		{"a.csv", "time,neuron\n1,2,3\n", "wrong number of fields"},
		{"a.csv", "time,neuron\n1,2", "the last line has no end"},
		{"a.csv", "neuron,time,cascade\n1,2,-1\n", `raster: line 2: cascade "-1" is not a whole number from 0 to 18446744073709551615`},
		{"a.csv", "", "has no header"},
		{"a.gdf", "1\t2.000\n1\n", "raster: line 2 has 1 columns, not 2"},
		{"a.gdf", "1\t2.000\n4294967296\t1\n", "is not a whole number from 0"},
		{"a.dat", "# NEST version: 3.6.0\n# RecordingBackendASCII version: 2\n", "no line with the names"},
		{"a.dat", "# NEST version: 3.6.0\n# RecordingBackendASCII version: 2\nsender\ttime_step\ttime_offset\n", "no columns sender and time_ms"},
		{"a.txt", "hello\n", "no format: known are parquet, csv, nest, gdf, npz, sonata"},
	} {
		name := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(name, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := Open(name)
		if err == nil {
			_, err = r.Read(make([]Spike, 10))
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

// TestForeignText reads what other programs write.
func TestForeignText(t *testing.T) {
	want := []Spike{{Time: 1.5, Neuron: 3}, {Time: 2, Neuron: 1}}
	for _, c := range []struct{ name, text string }{
		{"a.csv", "\ufeffneuron,weight,time\r\n3,x,1.5\r\n1,y,2\r\n"},
		{"a.gdf", "3 1.5\n\n1 \t 2.0 \n"},
		{"a.dat", "# NEST version: 3.6.0\n# RecordingBackendASCII version: 2\nsender\ttime_ms\tV_m\n3\t1.500\t-70\n1\t2.000\t-60\n"},
	} {
		name := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(name, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := load(t, name); !slices.Equal(got, want) {
			t.Errorf("%q: %v", c.text, got)
		}
	}
}

// TestConversion checks units and populations of conversions there and back.
func TestConversion(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "source.parquet")
	spikes := []Spike{{Time: 0.5, Neuron: 4}, {Time: 0.75, Neuron: 2, Population: 2, Cascade: 1}, {Time: 1.25, Neuron: 1}}
	create(t, &Parquet, source, described, true, spikes)
	run := func(c Conversion, from, to string) (int64, error) {
		in, err := Open(from)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		return c.Run(context.Background(), in, to, nil)
	}
	to := func(name string) string { return filepath.Join(dir, name) }

	n, err := run(Conversion{To: &GDF, Membrane: 20 * time.Millisecond, Population: "E"}, source, to("e.gdf"))
	if text, _ := os.ReadFile(to("e.gdf")); err != nil || n != 2 || string(text) != "4\t10.000\n1\t25.000\n" {
		t.Errorf("%d spikes, %v:\n%s", n, err, text)
	}
	if _, err := run(Conversion{To: &Pynapple, Membrane: 20 * time.Millisecond, Population: "I"}, source, to("i.npz")); err != nil {
		t.Error(err)
	}
	got, meta, _ := load(t, to("i.npz"))
	if want := []Spike{{Time: 0.015, Neuron: 2}}; !slices.Equal(got, want) || meta.Start != 0 || meta.End != 0.025 {
		t.Errorf("%v from %v to %v, want %v from 0 to 0.025", got, meta.Start, meta.End, want)
	}
	if _, err := run(Conversion{To: &Parquet, Membrane: 20 * time.Millisecond}, to("i.npz"), to("i.parquet")); err != nil {
		t.Error(err)
	}
	got, meta, _ = load(t, to("i.parquet"))
	if want := []Spike{{Time: 0.75, Neuron: 2}}; !slices.Equal(got, want) || meta.Units != "20 ms" || meta.End != 1.25 {
		t.Errorf("%v in %s to %v, want %v", got, meta.Units, meta.End, want)
	}
	if _, err := run(Conversion{To: &GDF}, to("i.parquet"), to("i.gdf")); err != nil { // whose unit is known by now
		t.Error(err)
	}
	if text, _ := os.ReadFile(to("i.gdf")); string(text) != "2\t15.000\n" {
		t.Errorf("%q", text)
	}
	if _, err := run(Conversion{To: &CSV, All: true}, source, to("all.csv")); err != nil {
		t.Error(err)
	}
	if got, meta, _ = load(t, to("all.csv")); meta.Populations[got[1].Population] != "I" || got[1].Cascade != 1 {
		t.Errorf("%v of %v", got, meta.Populations)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestTimesThereAndBack: times in milliseconds or seconds come back within the
// rounding of one product and one quotient, 2 units in the last place.
func TestTimesThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(1e-6, 1e6).Draw(t, "time")
		tau := time.Duration(rapid.Int64Range(1, 1e12).Draw(t, "ns"))
		for _, f := range []*Format{&GDF, &Pynapple} {
			up, down := Conversion{To: f, Membrane: tau}.ratio(Metadata{}, "")
			y := x * up / down
			up, down = Conversion{To: &Parquet, Membrane: tau}.ratio(Metadata{}, f.Unit)
			if z := y * up / down; math.Abs(z-x) > 2*(math.Nextafter(x, math.Inf(1))-x) {
				t.Fatalf("%v becomes %v and %v", x, y, z)
			}
		}
	})
}

func TestConversionFaults(t *testing.T) {
	own, ms := Metadata{Units: "membrane time constants"}, Metadata{Units: "ms"}
	two := Metadata{Populations: []string{"E", "I"}}
	for _, c := range []struct {
		from *Format
		meta Metadata
		how  Conversion
		want string // "": accepted
	}{
		{&Parquet, own, Conversion{To: &GDF}, "membrane-time: none is not accepted: a duration such as 20ms, one unit"},
		{&Parquet, own, Conversion{To: &GDF, Membrane: time.Millisecond}, ""},
		{&Parquet, own, Conversion{To: &CSV, Membrane: time.Millisecond}, "membrane-time: 1ms is not accepted: none"},
		{&Parquet, ms, Conversion{To: &GDF}, ""},
		{&Parquet, Metadata{Units: "20 ms"}, Conversion{To: &GDF}, ""},
		{&Parquet, Metadata{Units: "20 ms"}, Conversion{To: &GDF, Membrane: time.Second}, "membrane-time: 1s is not accepted: none: the unit of time is 20 ms"},
		{&Parquet, ms, Conversion{To: &CSV}, ""},
		{&Parquet, ms, Conversion{To: &CSV, Membrane: time.Second}, ""},
		{&GDF, ms, Conversion{To: &CSV}, "membrane-time: none is not accepted: a duration such as 20ms that becomes one unit"},
		{&GDF, ms, Conversion{To: &NEST, Membrane: time.Second}, "membrane-time: 1s is not accepted: none"},
		{&CSV, Metadata{}, Conversion{To: &Pynapple}, "membrane-time: none is not accepted"},
		{&Parquet, two, Conversion{To: &CSV}, "population: none is not accepted: one of E, I: csv holds one population without --columns all"},
		{&Parquet, two, Conversion{To: &CSV, All: true}, ""},
		{&Parquet, two, Conversion{To: &CSV, Population: "X"}, "population: X is not accepted: one of E, I"},
		{&Parquet, own, Conversion{To: &Pynapple, Membrane: 1, All: true}, "columns: all is not accepted: npz holds neuron and time alone"},
	} {
		err := c.how.Validate(c.from, c.meta)
		if _, faults := err.(neuron.Faults); c.want == "" && err != nil || c.want != "" && (!faults || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s to %+v: %v, want %q", c.from.Name, c.how, err, c.want)
		}
	}
}

// TestCancelledConversion leaves nothing.
func TestCancelledConversion(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "source.parquet")
	create(t, &Parquet, source, Metadata{}, false, sample(10, 13)[:1])
	in, err := Open(source)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Conversion{To: &CSV}).Run(ctx, in, filepath.Join(dir, "out.csv"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
}

// fuzz asks that no text makes a reader panic and that what is read can be
// written and read again.
func fuzz(f *testing.F, format *Format, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		name := filepath.Join(dir, "in"+format.Extension)
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := announced(format, input{name, strings.NewReader(string(text)), int64(len(text))})
		if err != nil {
			return
		}
		spikes := make([]Spike, 1000)
		n, err := s.Read(spikes)
		if err != io.EOF {
			return
		}
		again := filepath.Join(dir, "again"+format.Extension)
		create(t, format, again, s.Metadata(), true, spikes[:n])
		if got, _, _ := load(t, again); !format.Lossy && !reflect.DeepEqual(bits(got), bits(spikes[:n])) || len(got) != n {
			t.Fatalf("%v, then %v", spikes[:n], got)
		}
	})
}

func FuzzCSV(f *testing.F) {
	fuzz(f, &CSV, "time,neuron\n0.5,3\n", "neuron,time,population,cascade,generation\n1,2e-9,\"E,\",3,4\n")
}

func FuzzNEST(f *testing.F) {
	fuzz(f, &NEST, "# NEST version: 3.6\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n1\t2.500\n")
}

func FuzzGDF(f *testing.F) { fuzz(f, &GDF, "1\t2.500\n3 4\n") }
