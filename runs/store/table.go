package store

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"

	"github.com/sbinet/npyio"
	"gonum.org/v1/gonum/mat"
)

// Table writes a CSV file row by row. The first error sticks; Close returns it.
type Table struct {
	name string
	file *os.File
	buf  *bufio.Writer
	csv  *csv.Writer
	row  []string
	err  error
}

// Table starts a CSV file with a header.
func (f *Folder) Table(name string, columns ...string) (*Table, error) {
	file, err := f.File(name)
	if err != nil {
		return nil, err
	}
	t := f.Append(name, file, len(columns))
	t.err = t.csv.Write(columns)
	return t, nil
}

// Append goes on with a CSV file of so many columns, which is open where its next row begins and belongs to the table from now on.
func (f *Folder) Append(name string, file *os.File, columns int) *Table {
	buf := bufio.NewWriterSize(file, 1<<16)
	return &Table{name: name, file: file, buf: buf, csv: csv.NewWriter(buf), row: make([]string, columns)}
}

// Row writes a row of numbers and texts, one a column. A float64 that is no number
// becomes an empty cell, as does nil.
func (t *Table) Row(cells ...any) {
	if len(cells) != len(t.row) {
		panic("store: a row needs one cell a column")
	}
	for i, c := range cells {
		switch c := c.(type) {
		case nil:
			t.row[i] = ""
		case float64:
			t.row[i] = ""
			if !math.IsNaN(c) && !math.IsInf(c, 0) {
				t.row[i] = strconv.FormatFloat(c, 'g', -1, 64)
			}
		case int:
			t.row[i] = strconv.Itoa(c)
		case string:
			t.row[i] = c
		default:
			t.row[i] = fmt.Sprint(c)
		}
	}
	if t.err == nil {
		t.err = t.csv.Write(t.row)
	}
}

// Flush hands all rows so far to the system.
func (t *Table) Flush() error {
	t.csv.Flush()
	if err := errors.Join(t.err, t.csv.Error(), t.buf.Flush()); err != nil {
		return fmt.Errorf("store: %s: %w", t.name, err)
	}
	return nil
}

// Close flushes and closes the file and returns the first error.
func (t *Table) Close() error {
	err := t.Flush()
	if closed := t.file.Close(); err == nil && closed != nil {
		err = fmt.Errorf("store: %s: %w", t.name, closed)
	}
	return err
}

// Vector writes a one-dimensional .npy array of float64.
func (f *Folder) Vector(name string, values []float64) error { return f.npy(name, values) }

// Matrix writes a two-dimensional .npy array of float64, all rows of one length.
// Without rows nothing is written.
func (f *Folder) Matrix(name string, rows [][]float64) error {
	if len(rows) == 0 {
		return nil
	}
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		m.SetRow(i, row)
	}
	return f.npy(name, m)
}

func (f *Folder) npy(name string, value any) error {
	file, err := f.File(name)
	if err != nil {
		return err
	}
	if err := errors.Join(npyio.Write(file, value), file.Close()); err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}
