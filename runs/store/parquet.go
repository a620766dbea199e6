package store

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/parquet-go/parquet-go"
)

// Column is a column of a table that is written at once: numbers, whole numbers or texts.
type Column struct {
	Name   string
	Values any // []float64, []int or []string, all of a table of one length
}

// len returns the number of cells.
func (c Column) len() int { return reflect.ValueOf(c.Values).Len() }

// cells returns what gives a cell.
func (c Column) cells() func(row int) any {
	switch list := c.Values.(type) {
	case []float64:
		return func(i int) any { return list[i] }
	case []int:
		return func(i int) any { return list[i] }
	case []string:
		return func(i int) any { return list[i] }
	}
	panic("store: a column holds numbers, whole numbers or texts")
}

// values returns what gives the cells of column k of a Parquet file.
func (c Column) values(k int) func(row int) parquet.Value {
	switch list := c.Values.(type) {
	case []float64:
		return func(i int) parquet.Value {
			if x := list[i]; !math.IsNaN(x) && !math.IsInf(x, 0) {
				return parquet.DoubleValue(x).Level(0, 1, k)
			}
			return parquet.NullValue().Level(0, 0, k)
		}
	case []int:
		return func(i int) parquet.Value { return parquet.Int64Value(int64(list[i])).Level(0, 0, k) }
	case []string:
		return func(i int) parquet.Value { return parquet.ByteArrayValue([]byte(list[i])).Level(0, 0, k) }
	}
	panic("store: a column holds numbers, whole numbers or texts")
}

// Columns writes a table as name.csv and name.parquet. A float64 that is no number is an empty cell in the one, null in
// the other.
func (f *Folder) Columns(name string, columns []Column) error {
	return errors.Join(f.columnsCSV(name+".csv", columns), f.columnsParquet(name+".parquet", columns))
}

func (f *Folder) columnsCSV(name string, columns []Column) error {
	names, row := make([]string, len(columns)), make([]any, len(columns))
	cells := make([]func(int) any, len(columns))
	for k, c := range columns {
		names[k], cells[k] = c.Name, c.cells()
	}
	t, err := f.Table(name, names...)
	if err != nil {
		return err
	}
	for i := range columns[0].len() {
		for k, cell := range cells {
			row[k] = cell(i)
		}
		t.Row(row...)
	}
	return t.Close()
}

// rowsAtOnce is the number of rows that are handed to the writer together.
const rowsAtOnce = 256

// columnsParquet writes rows of a struct made for the columns, whose order the file keeps.
func (f *Folder) columnsParquet(name string, columns []Column) (err error) {
	fields := make([]reflect.StructField, len(columns))
	values := make([]func(int) parquet.Value, len(columns))
	for k, c := range columns {
		values[k] = c.values(k)
		t := reflect.TypeOf(c.Values).Elem()
		if t.Kind() == reflect.Float64 {
			t = reflect.PointerTo(t) // null where there is no number
		}
		fields[k] = reflect.StructField{Name: fmt.Sprintf("C%d", k), Type: t, Tag: reflect.StructTag(fmt.Sprintf(`parquet:%q`, c.Name))}
	}
	file, err := f.File(name)
	if err != nil {
		return err
	}
	w := parquet.NewWriter(file, parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()), parquet.CreatedBy(Program, Version, ""))
	rows := make([]parquet.Row, 0, rowsAtOnce)
	n := columns[0].len()
	for i := range n {
		row := make(parquet.Row, len(columns))
		for k, value := range values {
			row[k] = value(i)
		}
		if rows = append(rows, row); len(rows) == cap(rows) || i == n-1 {
			_, wrong := w.WriteRows(rows)
			err, rows = errors.Join(err, wrong), rows[:0]
		}
	}
	if err = errors.Join(err, w.Close(), file.Close()); err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}
