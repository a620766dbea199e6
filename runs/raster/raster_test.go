package raster

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"golang.org/x/exp/rand"
)

var described = Metadata{
	Scenario: "excitatory", Seed: math.MaxUint64, Units: "membrane time constants", Version: "1.2.3",
	Populations: []string{"E", "silent", "I"}, Start: 0, End: 1.25, Neurons: []int{100000, 3, 100000},
}

// sample draws n spikes as a network leaves them: ascending times, a tenth of
// them in cascades, ids that grow.
func sample(n int, seed uint64) []Spike {
	r := rand.New(rand.NewSource(seed))
	out := make([]Spike, n)
	t := 0.0
	for i := range out {
		t += r.ExpFloat64() * 1e-5
		out[i] = Spike{Time: t, Neuron: uint32(r.Intn(100000)), Population: uint8(2 * r.Intn(2))}
		if r.Intn(10) == 0 {
			out[i].Cascade, out[i].Generation = uint64(1+i/3), uint16(r.Intn(5))
		}
	}
	return out
}

func written(t testing.TB, meta Metadata, spikes []Spike, piece int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, meta)
	if err != nil {
		t.Fatal(err)
	}
	for len(spikes) > 0 {
		k := min(piece, len(spikes))
		if err := w.Write(spikes[:k]); err != nil {
			t.Fatal(err)
		}
		spikes = spikes[k:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readAll(t testing.TB, data []byte) ([]Spike, Metadata) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	out := make([]Spike, r.Len()+1)
	n, err := r.Read(out)
	if err != io.EOF {
		t.Fatalf("%d spikes, then %v, want io.EOF", n, err)
	}
	return out[:n], r.Metadata()
}

func TestRoundTrip(t *testing.T) {
	extremes := []Spike{
		{Time: 0},
		{Time: math.SmallestNonzeroFloat64, Neuron: math.MaxUint32, Population: 2, Cascade: math.MaxUint64, Generation: math.MaxUint16},
		{Time: math.MaxFloat64, Neuron: 1, Population: 1, Cascade: 1, Generation: 1},
	}
	for _, spikes := range [][]Spike{{}, extremes, sample(batchRows, 1), sample(3*batchRows+7, 2)} {
		for _, piece := range []int{1, 1000, 1 << 20} {
			got, meta := readAll(t, written(t, described, spikes, piece))
			if len(got) != len(spikes) || len(spikes) > 0 && !reflect.DeepEqual(got, spikes) {
				t.Errorf("%d spikes by %d: not read back equal", len(spikes), piece)
			}
			if !reflect.DeepEqual(meta, described) {
				t.Errorf("metadata %+v, want %+v", meta, described)
			}
		}
	}
}

func TestOnePopulationNeedsNoName(t *testing.T) {
	_, meta := readAll(t, written(t, Metadata{}, []Spike{{Time: 1}}, 1))
	if want := []string{"neurons"}; !reflect.DeepEqual(meta.Populations, want) {
		t.Errorf("populations %v, want %v", meta.Populations, want)
	}
}

// TestSecondReader reads the file by an implementation that shares no code with
// the writer, across a border of row groups, and compares every value.
func TestSecondReader(t *testing.T) {
	spikes := sample(groupRows+12345, 3)
	data := written(t, described, spikes, 10000)
	f, err := file.NewParquetReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for key, want := range map[string]string{"scenario": "excitatory", "seed": "18446744073709551615",
		"units": "membrane time constants", "version": "1.2.3", "populations": `["E","silent","I"]`, "start": "0", "end": "1.25", "neurons": "[100000,3,100000]"} {
		if got := f.MetaData().KeyValueMetadata().FindValue(key); got == nil || *got != want {
			t.Errorf("metadata %s: %v, want %q", key, got, want)
		}
	}
	var schema []string
	for i := range f.MetaData().Schema.NumColumns() {
		c := f.MetaData().Schema.Column(i)
		schema = append(schema, fmt.Sprint(c.Name(), " ", c.PhysicalType(), " ", c.LogicalType()))
	}
	want := "time DOUBLE None|neuron INT32 Int(bitWidth=32, isSigned=false)|population BYTE_ARRAY String|" +
		"cascade INT64 Int(bitWidth=64, isSigned=false)|generation INT32 Int(bitWidth=16, isSigned=false)"
	if got := strings.Join(schema, "|"); got != want {
		t.Errorf("schema\n%s\nwant\n%s", got, want)
	}
	if f.NumRowGroups() != 2 {
		t.Errorf("%d row groups, want 2", f.NumRowGroups())
	}
	got := secondRead(t, f)
	if len(got) != len(spikes) {
		t.Fatalf("%d spikes, want %d", len(got), len(spikes))
	}
	for i := range got {
		if got[i] != spikes[i] {
			t.Fatalf("spike %d: %+v, want %+v", i, got[i], spikes[i])
		}
	}
}

func secondRead(t *testing.T, f *file.Reader) []Spike {
	t.Helper()
	index := map[string]uint8{"E": 0, "silent": 1, "I": 2}
	var out []Spike
	for g := range f.NumRowGroups() {
		rg := f.RowGroup(g)
		part := make([]Spike, rg.NumRows())
		times, neurons := make([]float64, len(part)), make([]int32, len(part))
		names, cascades := make([]parquet.ByteArray, len(part)), make([]int64, len(part))
		generations := make([]int32, len(part))
		column(t, rg, 0, times)
		column(t, rg, 1, neurons)
		column(t, rg, 2, names)
		column(t, rg, 3, cascades)
		column(t, rg, 4, generations)
		for i := range part {
			part[i] = Spike{times[i], uint32(neurons[i]), index[string(names[i])], uint64(cascades[i]), uint16(generations[i])}
		}
		out = append(out, part...)
	}
	return out
}

func column[T any](t *testing.T, rg *file.RowGroupReader, index int, dst []T) {
	t.Helper()
	c, err := rg.Column(index)
	if err != nil {
		t.Fatal(err)
	}
	batch := c.(interface {
		ReadBatch(int64, []T, []int16, []int16) (int64, int, error)
	})
	for len(dst) > 0 {
		_, n, err := batch.ReadBatch(int64(len(dst)), dst, nil, nil)
		if err != nil || n == 0 {
			t.Fatalf("column %d: %d values left, %v", index, len(dst), err)
		}
		dst = dst[n:]
	}
}

func TestTruncatedFile(t *testing.T) {
	data := written(t, described, sample(5000, 4), 500)
	for _, size := range []int{0, 3, 4, 8, 100, len(data) / 2, len(data) - 9, len(data) - 1} {
		_, err := NewReader(bytes.NewReader(data[:size]), int64(size))
		want := "raster: not a complete Parquet file"
		if size < 4 {
			want = "raster: the first bytes are those of no format"
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("cut to %d of %d bytes: %v", size, len(data), err)
		}
	}
}

// TestDamagedFile overwrites bytes all over the file: reading must end, in
// spikes or in an error, and never panic.
func TestDamagedFile(t *testing.T) {
	data := written(t, described, sample(2000, 5), 500)
	r := rand.New(rand.NewSource(6))
	refused := 0
	for range 1000 {
		bad := append([]byte(nil), data...)
		for range 4 {
			bad[len(bad)-1-r.Intn(len(bad)/2)] = byte(r.Intn(256))
		}
		file, err := NewReader(bytes.NewReader(bad), int64(len(bad)))
		if err == nil {
			if _, err = file.Read(make([]Spike, 2001)); err == io.EOF {
				continue
			}
		}
		if err == nil || !strings.HasPrefix(err.Error(), "raster: ") {
			t.Fatalf("a damaged file: %v", err)
		}
		refused++
	}
	t.Logf("%d of 1000 damaged files refused", refused)
	if refused == 0 {
		t.Error("no damaged file was refused")
	}
}

func TestForeignFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "raster.parquet")
	if err := os.WriteFile(name, []byte("PAR1,neuron\n0.5,3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Open(name)
	if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "not a complete Parquet file") {
		t.Errorf("a text file: %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

type fullDisk struct{ left int }

var errFull = errors.New("no space left")

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.left -= len(b); d.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// TestFullDisk asks that the error of the disk reaches the caller and that
// nobody waits for the encoder for ever.
func TestFullDisk(t *testing.T) {
	w, err := NewWriter(&fullDisk{left: 100}, described)
	if err != nil {
		t.Fatal(err)
	}
	spikes := sample(10000, 7)
	for i := 0; err == nil && i < 1000; i++ {
		err = w.Write(spikes)
	}
	if !errors.Is(err, errFull) {
		t.Errorf("Write: %v, want %v", err, errFull)
	}
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("Close: %v, want %v", err, errFull)
	}
}

// TestBoundedMemory writes 6·10⁶ spikes, several row groups, and looks at the
// live heap after each: it holds one group, whatever came before.
func TestBoundedMemory(t *testing.T) {
	const limit = 40 << 20
	w, err := NewWriter(io.Discard, described)
	if err != nil {
		t.Fatal(err)
	}
	spikes := sample(groupRows/4, 8)
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before, peak := stats.HeapAlloc, uint64(0)
	for range 24 {
		if err := w.Write(spikes); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&stats)
		peak = max(peak, stats.HeapAlloc-min(before, stats.HeapAlloc))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("6 row groups, live heap at most %.1f MB", float64(peak)/1e6)
	if peak > limit {
		t.Errorf("live heap %d bytes, want at most %d", peak, limit)
	}
}

type counter struct{ bytes int64 }

func (c *counter) Write(b []byte) (int, error) { c.bytes += int64(len(b)); return len(b), nil }

// BenchmarkWriter writes 10⁷ spikes, encoding included.
func BenchmarkWriter(b *testing.B) {
	const total = 10_000_000
	spikes := sample(1_000_000, 9)
	var size counter
	for b.Loop() {
		size.bytes = 0
		w, err := NewWriter(&size, described)
		if err != nil {
			b.Fatal(err)
		}
		for n := 0; n < total; n += len(spikes) {
			for i := 0; i < len(spikes); i += 1000 {
				if err := w.Write(spikes[i : i+1000]); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(total*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mspikes/s")
	b.ReportMetric(float64(size.bytes)/total, "bytes/spike")
}

// BenchmarkReader reads 10⁶ spikes.
func BenchmarkReader(b *testing.B) {
	data := written(b, described, sample(1_000_000, 10), 1000)
	dst := make([]Spike, 1_000_001)
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Read(dst); err != io.EOF {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1e6*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mspikes/s")
}
