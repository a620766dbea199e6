package raster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// CSV is a table with a header; times are written with as many digits as bring
// every bit back.
var CSV = Format{
	Name: "csv", Extension: ".csv", Columns: []string{"time", "neuron"}, Extra: []string{"population", "cascade", "generation"},
	About: "everything",
	known: knownCSV, open: openCSV, create: createCSV,
}

// knownCSV looks for a line of names, two of which are ours.
func knownCSV(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte("\n"))
	names := strings.Split(strings.TrimSpace(string(line)), ",")
	return slices.Contains(names, "time") && slices.Contains(names, "neuron")
}

// csvReader reads a table; columns that are not ours are passed over.
type csvReader struct {
	populations
	rows   *csv.Reader
	column [5]int // where time, neuron, population, cascade, generation are; -1: not there
}

func openCSV(in input) (source, error) {
	if err := ended(in); err != nil {
		return nil, err
	}
	r := &csvReader{rows: csv.NewReader(io.NewSectionReader(in.data, 0, in.size))}
	r.rows.ReuseRecord = true
	header, err := r.rows.Read()
	if err == io.EOF {
		return nil, errors.New("raster: the CSV file has no header")
	}
	if err != nil {
		return nil, fmt.Errorf("raster: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for k, name := range Parquet.Columns {
		r.column[k] = slices.Index(header, name)
		if k < 2 && r.column[k] < 0 {
			return nil, fmt.Errorf("raster: line 1: the CSV file has no column %s", name)
		}
	}
	r.declare(nil)
	if r.column[2] < 0 {
		r.declare(Metadata{}.named().Populations)
	}
	return r, nil
}

func (r *csvReader) Len() int64   { return -1 }
func (r *csvReader) Close() error { return nil }

// Read reads as many rows as dst takes.
func (r *csvReader) Read(dst []Spike) (n int, err error) {
	for ; n < len(dst); n++ {
		row, err := r.rows.Read()
		if err == io.EOF {
			return n, io.EOF
		}
		if err != nil {
			return n, fmt.Errorf("raster: %w", err)
		}
		line, _ := r.rows.FieldPos(0)
		if dst[n], err = r.spike(row, line); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (r *csvReader) spike(row []string, line int) (s Spike, err error) {
	if s, err = pair(row[r.column[1]], row[r.column[0]], line); err != nil {
		return s, err
	}
	if k := r.column[2]; k >= 0 {
		if s.Population, err = r.find(row[k]); err != nil {
			return s, err
		}
	}
	for i, bits := range []int{64, 16} {
		k := r.column[3+i]
		if k < 0 {
			continue
		}
		x, err := strconv.ParseUint(row[k], 10, bits)
		if err != nil {
			return s, fmt.Errorf("raster: line %d: %s %q is not a whole number from 0 to %d", line, Parquet.Columns[3+i], row[k], uint64(math.MaxUint64)>>(64-bits))
		}
		if i == 0 {
			s.Cascade = x
		} else {
			s.Generation = uint16(x)
		}
	}
	return s, nil
}

func createCSV(name string, meta Metadata, all bool) (Sink, error) {
	if !all {
		return newText(name, "time,neuron\n", timeNeuron)
	}
	quoted := make([]string, len(meta.Populations)) // as a cell between two commas
	for k, name := range meta.Populations {
		var cell strings.Builder
		w := csv.NewWriter(&cell)
		if err := errors.Join(w.Write([]string{"", name, ""}), flush(w)); err != nil {
			return nil, fmt.Errorf("raster: %w", err)
		}
		quoted[k] = strings.TrimSuffix(cell.String(), "\n")
	}
	return newText(name, strings.Join(Parquet.Columns, ",")+"\n", func(line []byte, s Spike) []byte {
		line = append(timeNeuron(line, s), quoted[s.Population]...)
		line = append(strconv.AppendUint(line, s.Cascade, 10), ',')
		return strconv.AppendUint(line, uint64(s.Generation), 10)
	})
}

func flush(w *csv.Writer) error {
	w.Flush()
	return w.Error()
}

func timeNeuron(line []byte, s Spike) []byte {
	line = append(strconv.AppendFloat(line, s.Time, 'g', -1, 64), ',')
	return strconv.AppendUint(line, uint64(s.Neuron), 10)
}
