package raster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// Reader reads a Parquet raster from its beginning to its end.
type Reader struct {
	meta   Metadata
	rows   *parquet.GenericReader[row]
	total  int64
	buffer []row
	index  map[string]uint8
	file   *os.File
}

// Open opens the raster of that name; Close closes it.
func Open(name string) (*Reader, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	r, err := NewReader(file, info.Size())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), file.Close())
	}
	r.file = file
	return r, nil
}

// NewReader reads the raster that fills the first size bytes of r. A file cut
// short, or that is not a raster, gives an error.
func NewReader(r io.ReaderAt, size int64) (out *Reader, err error) {
	defer refuse(&err)
	file, err := parquet.OpenFile(r, size)
	if err != nil {
		return nil, fmt.Errorf("raster: not a complete Parquet file (the footer is written last; a run that was killed leaves none): %w", err)
	}
	if err := columns(file.Schema()); err != nil {
		return nil, err
	}
	out = &Reader{
		total:  file.NumRows(),
		rows:   parquet.NewGenericReader[row](file),
		buffer: make([]row, batchRows),
		index:  map[string]uint8{},
	}
	return out, out.describe(file)
}

func columns(schema *parquet.Schema) error {
	for _, c := range parquet.SchemaOf(row{}).Columns() {
		want, _ := parquet.SchemaOf(row{}).Lookup(c...)
		got, ok := schema.Lookup(c...)
		if !ok {
			return fmt.Errorf("raster: the Parquet file has no column %q", c[0])
		}
		if got.Node.Type().Kind() != want.Node.Type().Kind() {
			return fmt.Errorf("raster: column %q holds %v, not %v", c[0], got.Node.Type(), want.Node.Type())
		}
	}
	return nil
}

func (r *Reader) describe(file *parquet.File) (err error) {
	r.meta.Scenario, _ = file.Lookup(keyScenario)
	r.meta.Units, _ = file.Lookup(keyUnits)
	r.meta.Version, _ = file.Lookup(keyVersion)
	if seed, ok := file.Lookup(keySeed); ok {
		if r.meta.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
			return fmt.Errorf("raster: metadata %s: %w", keySeed, err)
		}
	}
	if names, ok := file.Lookup(keyPopulations); ok {
		if err = json.Unmarshal([]byte(names), &r.meta.Populations); err != nil {
			return fmt.Errorf("raster: metadata %s: %w", keyPopulations, err)
		}
	}
	for i, name := range r.meta.Populations {
		r.index[name] = uint8(i)
	}
	return nil
}

// Metadata returns what the file says of itself. Populations that the metadata
// does not name are appended as they are met.
func (r *Reader) Metadata() Metadata { return r.meta }

// Len returns the number of spikes in the file.
func (r *Reader) Len() int64 { return r.total }

// Read fills dst with the next spikes and returns their number, io.EOF with
// the last of them or after.
func (r *Reader) Read(dst []Spike) (n int, err error) {
	defer refuse(&err)
	for n < len(dst) {
		k, err := r.rows.Read(r.buffer[:min(len(r.buffer), len(dst)-n)])
		for _, s := range r.buffer[:k] {
			population, err := r.population(s.Population)
			if err != nil {
				return n, err
			}
			dst[n] = Spike{s.Time, s.Neuron, population, s.Cascade, s.Generation}
			n++
		}
		if err == io.EOF {
			return n, io.EOF
		}
		if err != nil {
			return n, fmt.Errorf("raster: the Parquet file is damaged: %w", err)
		}
	}
	return n, nil
}

func (r *Reader) population(name string) (uint8, error) {
	if i, ok := r.index[name]; ok {
		return i, nil
	}
	if len(r.meta.Populations) == 256 {
		return 0, errors.New("raster: more than 256 populations")
	}
	i := uint8(len(r.meta.Populations))
	r.meta.Populations = append(r.meta.Populations, name)
	r.index[name] = i
	return i, nil
}

// Close releases the reader and the file that Open opened.
func (r *Reader) Close() error {
	err := r.rows.Close()
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	return err
}

// refuse turns the panics of the decoder on a damaged page into an error.
func refuse(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("raster: the Parquet file is damaged: %v", p)
	}
}
