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

// Columns writes a table as name.csv and name.parquet. A float64 that is no number is an empty cell in the one, null in
// the other.
func (f *Folder) Columns(name string, columns []Column) error {
	return errors.Join(f.columnsCSV(name+".csv", columns), f.columnsParquet(name+".parquet", columns))
}

func (f *Folder) columnsCSV(name string, columns []Column) error {
	names, row := make([]string, len(columns)), make([]any, len(columns))
	for k, c := range columns {
		names[k] = c.Name
	}
	t, err := f.Table(name, names...)
	if err != nil {
		return err
	}
	for i := range columns[0].len() {
		for k, c := range columns {
			row[k] = reflect.ValueOf(c.Values).Index(i).Interface()
		}
		t.Row(row...)
	}
	return t.Close()
}

// columnsParquet writes rows of a struct made for the columns, whose order the file keeps.
func (f *Folder) columnsParquet(name string, columns []Column) (err error) {
	fields := make([]reflect.StructField, len(columns))
	for k, c := range columns {
		t := reflect.TypeOf(c.Values).Elem()
		if t.Kind() == reflect.Float64 {
			t = reflect.PointerTo(t) // null where there is no number
		}
		fields[k] = reflect.StructField{Name: fmt.Sprintf("C%d", k), Type: t, Tag: reflect.StructTag(fmt.Sprintf(`parquet:%q`, c.Name))}
	}
	row := reflect.New(reflect.StructOf(fields))
	file, err := f.File(name)
	if err != nil {
		return err
	}
	w := parquet.NewWriter(file, parquet.SchemaOf(row.Interface()), parquet.CreatedBy(Program, Version, ""))
	for i := range columns[0].len() {
		for k, c := range columns {
			cell := reflect.ValueOf(c.Values).Index(i)
			if x, ok := cell.Interface().(float64); ok {
				cell = reflect.ValueOf(&x)
				if math.IsNaN(x) || math.IsInf(x, 0) {
					cell = reflect.Zero(cell.Type())
				}
			}
			row.Elem().Field(k).Set(cell)
		}
		err = errors.Join(err, w.Write(row.Interface()))
	}
	if err = errors.Join(err, w.Close(), file.Close()); err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}
