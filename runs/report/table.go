package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"

	"github.com/sbinet/npyio"
)

// table is a CSV file by columns.
type table struct {
	header  []string
	columns map[string][]string
	rows    int
}

// readTable reads a table. A last line cut short by the end of the run is left out.
func readTable(file *os.File) (*table, error) {
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, errors.New("it is empty")
	}
	t := &table{header: lines[0], columns: map[string][]string{}}
	lines = lines[1:]
	if n := len(lines); n > 0 && len(lines[n-1]) < len(t.header) {
		lines = lines[:n-1]
	}
	for i, line := range lines {
		if len(line) != len(t.header) {
			return nil, fmt.Errorf("line %d has %d cells, not %d", i+2, len(line), len(t.header))
		}
		for k, cell := range line {
			t.columns[t.header[k]] = append(t.columns[t.header[k]], cell)
		}
	}
	t.rows = len(lines)
	return t, nil
}

// parse returns the number in a cell, NaN when there is none.
func parse(cell string) float64 {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// floats returns a column of numbers; a cell without one, or the whole of an
// absent column, is NaN.
func (t *table) floats(column string) []float64 {
	out := make([]float64, t.rows)
	cells := t.columns[column]
	for i := range out {
		out[i] = math.NaN()
		if cells != nil {
			out[i] = parse(cells[i])
		}
	}
	return out
}

// text returns a column as it stands; of an absent one, empty cells.
func (t *table) text(column string) []string {
	if cells := t.columns[column]; cells != nil {
		return cells
	}
	return make([]string, t.rows)
}

// only returns the rows of a population; without a name, or a column population, the table itself.
func (t *table) only(population string) *table {
	if t == nil || population == "" || t.columns["population"] == nil {
		return t
	}
	out := &table{header: t.header, columns: map[string][]string{}}
	for i, name := range t.columns["population"] {
		if name != population {
			continue
		}
		for _, column := range t.header {
			out.columns[column] = append(out.columns[column], t.columns[column][i])
		}
		out.rows++
	}
	return out
}

// profiles are densities at some times, on common edges.
type profiles struct {
	times []float64
	rows  [][]float64
}

// at returns the profile at a time, nil when there is none.
func (p profiles) at(time float64) []float64 {
	for i, t := range p.times {
		if math.Abs(t-time) <= 1e-9*math.Max(1, math.Abs(time)) {
			return p.rows[i]
		}
	}
	return nil
}

// readArray reads a NumPy array of float64 in C order.
func readArray(file *os.File) (values []float64, shape []int, err error) {
	defer func() { // npyio trusts the header of a damaged file
		if r := recover(); r != nil {
			values, shape, err = nil, nil, fmt.Errorf("the array is damaged: %v", r)
		}
	}()
	r, err := npyio.NewReader(file)
	if err != nil {
		return nil, nil, err
	}
	if r.Header.Descr.Fortran {
		return nil, nil, errors.New("the array is in Fortran order")
	}
	return values, r.Header.Descr.Shape, r.Read(&values)
}
