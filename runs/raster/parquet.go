package raster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// Parquet is the format of runs: all columns, the metadata, row groups that are
// written while the run goes on.
var Parquet = Format{
	Name: "parquet", Extension: ".parquet", Columns: []string{"time", "neuron", "population", "cascade", "generation"},
	About: "the format of runs; pandas, polars, DuckDB, R, Julia",
	known: func(head []byte) bool { return bytes.HasPrefix(head, []byte("PAR1")) },
	open:  openParquet,
	create: func(name string, meta Metadata, _ bool) (Sink, error) {
		file, err := os.Create(name)
		if err != nil {
			return nil, err
		}
		w, err := NewWriter(file, meta)
		return closing{w, file}, err
	},
}

// parquetReader reads a Parquet raster.
type parquetReader struct {
	populations
	rows   *parquet.GenericReader[row]
	total  int64
	buffer []row
}

// openParquet opens a Parquet raster. A file cut short, or without our columns,
// gives an error.
func openParquet(in input) (_ source, err error) {
	defer refuse(&err)
	file, err := parquet.OpenFile(in.data, in.size)
	if err != nil {
		return nil, fmt.Errorf("raster: not a complete Parquet file (the footer is written last; a run that was killed leaves none): %w", err)
	}
	if err := columns(file.Schema()); err != nil {
		return nil, err
	}
	out := &parquetReader{
		total:  file.NumRows(),
		rows:   parquet.NewGenericReader[row](file),
		buffer: make([]row, batchRows),
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

func (r *parquetReader) describe(file *parquet.File) (err error) {
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
	for key, to := range map[string]any{keyStart: &r.meta.Start, keyEnd: &r.meta.End, keyNeurons: &r.meta.Neurons} {
		if text, ok := file.Lookup(key); ok {
			if err = json.Unmarshal([]byte(text), to); err != nil {
				return fmt.Errorf("raster: metadata %s: %w", key, err)
			}
		}
	}
	r.declare(r.meta.Populations)
	return nil
}

// Len returns the number of spikes in the file.
func (r *parquetReader) Len() int64 { return r.total }

// Read fills dst with the next spikes and returns their number, io.EOF with
// the last of them or after.
func (r *parquetReader) Read(dst []Spike) (n int, err error) {
	defer refuse(&err)
	for n < len(dst) {
		k, err := r.rows.Read(r.buffer[:min(len(r.buffer), len(dst)-n)])
		for _, s := range r.buffer[:k] {
			population, err := r.find(s.Population)
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

// Close releases the decoder.
func (r *parquetReader) Close() error { return r.rows.Close() }

// refuse turns the panics of the decoder on a damaged page into an error.
func refuse(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("raster: the Parquet file is damaged: %v", p)
	}
}
