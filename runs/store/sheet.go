package store

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// Sheet is a file of columns; a cell that holds no number is a NaN.
type Sheet struct {
	Names   []string
	Columns [][]float64 // of one length
	Rows    int
	First   int // number of the first row, as an editor counts lines
}

// ReadSheet reads a CSV, TSV or Parquet file, whichever its first bytes say.
func ReadSheet(path string) (*Sheet, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	magic := make([]byte, 4)
	if _, err := file.ReadAt(magic, 0); err == nil && bytes.Equal(magic, []byte("PAR1")) {
		return readParquet(file, info.Size())
	}
	return readText(file)
}

// readText reads a text whose first row that is no comment names the columns.
func readText(file io.Reader) (*Sheet, error) {
	buffered := bufio.NewReaderSize(file, 1<<20)
	head, _ := buffered.Peek(1 << 16)
	r := csv.NewReader(buffered)
	r.Comma, r.Comment, r.ReuseRecord, r.TrimLeadingSpace = separator(head), '#', true, true
	names, err := r.Read()
	if err == io.EOF {
		return nil, errors.New("it is empty")
	}
	if err != nil {
		return nil, err
	}
	names[0] = strings.TrimPrefix(names[0], "\ufeff")
	t := &Sheet{Names: append([]string{}, names...), Columns: make([][]float64, len(names)), First: 2}
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		if t.Rows == 0 {
			t.First, _ = r.FieldPos(0)
		}
		for k, cell := range cells {
			x, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
			if err != nil {
				x = math.NaN()
			}
			t.Columns[k] = append(t.Columns[k], x)
		}
		t.Rows++
	}
}

// separator guesses what stands between the cells from the first line that is no comment.
func separator(head []byte) rune {
	for line := range bytes.Lines(head) {
		if bytes.HasPrefix(line, []byte("#")) || len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		for _, c := range "\t;" {
			if bytes.ContainsRune(line, c) {
				return c
			}
		}
		break
	}
	return ','
}

// readParquet reads the flat columns of a Parquet file.
func readParquet(file io.ReaderAt, size int64) (t *Sheet, err error) {
	defer func() { // the library panics on some damaged files
		if r := recover(); r != nil {
			t, err = nil, fmt.Errorf("the file is damaged: %v", r)
		}
	}()
	f, err := parquet.OpenFile(file, size)
	if err != nil {
		return nil, err
	}
	t = &Sheet{First: 1}
	for _, path := range f.Schema().Columns() {
		t.Names = append(t.Names, strings.Join(path, "."))
	}
	t.Columns = make([][]float64, len(t.Names))
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		err := t.take(rows)
		if err = errors.Join(err, rows.Close()); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// take appends rows.
func (t *Sheet) take(rows parquet.Rows) error {
	buffer := make([]parquet.Row, 1024)
	for {
		n, err := rows.ReadRows(buffer)
		for _, row := range buffer[:n] {
			for _, v := range row {
				t.Columns[v.Column()] = append(t.Columns[v.Column()], numeric(v))
			}
		}
		if t.Rows += n; err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// numeric returns the number in a cell, NaN without one.
func numeric(v parquet.Value) float64 {
	if v.IsNull() {
		return math.NaN()
	}
	switch v.Kind() {
	case parquet.Boolean:
		if v.Boolean() {
			return 1
		}
		return 0
	case parquet.Int32:
		return float64(v.Int32())
	case parquet.Int64:
		return float64(v.Int64())
	case parquet.Float:
		return float64(v.Float())
	case parquet.Double:
		return v.Double()
	}
	return math.NaN()
}
