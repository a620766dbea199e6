package raster

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
)

// Pynapple is the archive of arrays that pynapple's load_file takes for a
// TsGroup: t in seconds, index, keys, start, end, type. Its header tells the
// number of spikes, so that the writer keeps them, 16 bytes each, until the end.
var Pynapple = Format{
	Name: "npz", Extension: ".npz", Unit: "s", Columns: []string{"neuron", "time"},
	About: "pynapple (a TsGroup), numpy",
	known: func(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) },
	open:  openPynapple,
	create: func(name string, meta Metadata, _ bool) (Sink, error) {
		file, err := os.Create(name)
		return closing{&pynappleWriter{file: file, meta: meta}, file}, err
	},
}

// pynappleWriter collects spikes.
type pynappleWriter struct {
	file   io.Writer
	meta   Metadata
	spikes []instant
}

type instant struct {
	time   float64
	neuron uint32
}

func (w *pynappleWriter) Write(spikes []Spike) error {
	for _, s := range spikes {
		w.spikes = append(w.spikes, instant{s.Time, s.Neuron})
	}
	return nil
}

// Close writes the arrays, in order of time.
func (w *pynappleWriter) Close() error {
	slices.SortStableFunc(w.spikes, func(a, b instant) int { return cmp.Compare(a.time, b.time) })
	start, end := w.support()
	keys := w.keys()
	n := len(w.spikes)
	z := zip.NewWriter(w.file)
	err := errors.Join(
		array(z, "t", "<f8", n, func(i int) uint64 { return math.Float64bits(w.spikes[i].time) }),
		array(z, "index", "<i8", n, func(i int) uint64 { return uint64(w.spikes[i].neuron) }),
		array(z, "keys", "<i8", len(keys), func(i int) uint64 { return uint64(keys[i]) }),
		array(z, "start", "<f8", 1, func(int) uint64 { return math.Float64bits(start) }),
		array(z, "end", "<f8", 1, func(int) uint64 { return math.Float64bits(end) }),
		kind(z, "TsGroup"),
		z.Close())
	if err != nil {
		return fmt.Errorf("raster: the npz file is not complete: %w", err)
	}
	return nil
}

// support returns the times between which spikes were recorded; when nobody
// knows, from 0 (or before) to the last spike.
func (w *pynappleWriter) support() (start, end float64) {
	if w.meta.End > w.meta.Start {
		return w.meta.Start, w.meta.End
	}
	if n := len(w.spikes); n > 0 {
		start, end = min(0, w.spikes[0].time), w.spikes[n-1].time
	}
	return start, end
}

// keys returns the neurons: all that were recorded, or those that fired.
func (w *pynappleWriter) keys() (keys []uint32) {
	if len(w.meta.Neurons) == 1 {
		for i := range w.meta.Neurons[0] {
			keys = append(keys, uint32(i))
		}
	}
	for _, s := range w.spikes {
		keys = append(keys, s.neuron)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// array writes an array of values of 8 bytes.
func array(z *zip.Writer, name, kind string, n int, value func(int) uint64) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy", Method: zip.Store})
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	_, err = out.Write(npyHeader(kind, n))
	for i := 0; i < n && err == nil; i++ {
		_, err = out.Write(binary.LittleEndian.AppendUint64(out.AvailableBuffer(), value(i)))
	}
	return errors.Join(err, out.Flush())
}

// kind writes the array type, one word in UTF-32.
func kind(z *zip.Writer, word string) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: "type.npy", Method: zip.Store})
	if err != nil {
		return err
	}
	text := npyHeader(fmt.Sprintf("<U%d", len(word)), 1)
	for _, r := range word {
		text = binary.LittleEndian.AppendUint32(text, uint32(r))
	}
	_, err = w.Write(text)
	return err
}

// pynappleReader reads times and neurons side by side.
type pynappleReader struct {
	meta     Metadata
	total    int64
	t, index *npyArray
	entries  []io.Closer
}

func openPynapple(in input) (source, error) {
	z, err := zip.NewReader(in.data, in.size)
	if err != nil {
		return nil, fmt.Errorf("raster: not a complete npz file: %w", err)
	}
	r := &pynappleReader{meta: Metadata{Units: "s"}.named()}
	var errs []error
	array := func(name string) *npyArray {
		a, err := r.entry(z, name, in.size)
		errs = append(errs, err)
		return a
	}
	r.t, r.index = array("t"), array("index")
	start, end := array("start"), array("end")
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.t.kind != "<f8" || r.index.kind == "<f8" || r.t.left != r.index.left || start.kind != "<f8" || end.kind != "<f8" {
		return nil, errors.Join(errors.New("raster: the npz file does not hold as many whole numbers (index) as times (t, float64)"), r.Close())
	}
	r.total = int64(r.t.left)
	if err := r.interval(start, end); err != nil {
		return nil, errors.Join(fmt.Errorf("raster: the npz file is damaged: %w", err), r.Close())
	}
	return r, nil
}

// entry opens an array of the archive; inflated bounds its size by that of the file.
func (r *pynappleReader) entry(z *zip.Reader, name string, size int64) (*npyArray, error) {
	const inflated = 1100 // no more than this does deflate make of a byte
	for _, f := range z.File {
		if f.Name != name+".npy" {
			continue
		}
		data, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("raster: the npz file, array %s: %w", name, err)
		}
		r.entries = append(r.entries, data)
		a, err := newNPY(data, min(f.UncompressedSize64, uint64(size)*inflated))
		if err != nil {
			return nil, fmt.Errorf("raster: the npz file, array %s: %w", name, err)
		}
		return a, nil
	}
	return nil, fmt.Errorf("raster: the npz file has no array %s: not a TsGroup", name)
}

// interval takes the first start and the last end.
func (r *pynappleReader) interval(start, end *npyArray) error {
	for k, a := range []*npyArray{start, end} {
		for i := 0; a.left > 0; i++ {
			bits, err := a.next()
			if err != nil {
				return err
			}
			x := math.Float64frombits(bits)
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return fmt.Errorf("the time %v", x)
			}
			if k == 0 && i == 0 {
				r.meta.Start = x
			}
			if k == 1 {
				r.meta.End = x
			}
		}
		if err := a.end(); err != nil {
			return err
		}
	}
	return nil
}

func (r *pynappleReader) Metadata() Metadata { return r.meta }
func (r *pynappleReader) Len() int64         { return r.total }

// Close closes the arrays.
func (r *pynappleReader) Close() (err error) {
	for _, c := range r.entries {
		err = errors.Join(err, c.Close())
	}
	return err
}

// Read reads from both arrays.
func (r *pynappleReader) Read(dst []Spike) (n int, err error) {
	for ; n < len(dst); n++ {
		if r.t.left == 0 {
			if err := errors.Join(r.t.end(), r.index.end()); err != nil {
				return n, fmt.Errorf("raster: the npz file is damaged: %w", err)
			}
			return n, io.EOF
		}
		bits, err := r.t.next()
		if err != nil {
			return n, fmt.Errorf("raster: the npz file is damaged: t ends, %w", err)
		}
		id, err := r.index.next()
		if err != nil {
			return n, fmt.Errorf("raster: the npz file is damaged: index ends, %w", err)
		}
		t := math.Float64frombits(bits)
		if math.IsNaN(t) || math.IsInf(t, 0) || id > math.MaxUint32 {
			return n, fmt.Errorf("raster: spike %d of the npz file: time %v of neuron %d: a finite time and a neuron from 0 to %d are wanted", r.total-int64(r.t.left), t, int64(id), uint32(math.MaxUint32))
		}
		dst[n] = Spike{Time: t, Neuron: uint32(id)}
	}
	return n, nil
}
