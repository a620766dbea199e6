package scenario

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"lapicque/neuron"
)

// CurrentTable is a current in a file: a header with the columns time and current,
// then a row a point, ascending in time; linear between rows, constant outside.
// Columns are separated by tabs if the header has one, by commas otherwise; '#'
// begins a comment line, other columns are ignored.
type CurrentTable struct {
	Law  string `yaml:"law"`
	File string `yaml:"file" jsonschema:"required" jsonschema_description:"CSV or TSV with the columns time and current, relative to the scenario's folder"`
	text []byte
}

const (
	largestTable = 64 << 20 // bytes
	mostFaults   = 20       // of one table that are listed
)

// current returns what stands in until the file is read.
func (*CurrentTable) current() neuron.Current { return neuron.Constant(0) }

// read reads the file. The error is neuron.Faults, each with its line.
func (c *CurrentTable) read() (neuron.Current, error) {
	var err error
	if c.text, err = readTable(c.File); err != nil {
		return nil, neuron.Faults{{Field: "file", Value: shorten(c.File), Accepted: "a readable table with the columns time and current: " + err.Error()}}
	}
	r := tableReader{name: c.File}
	r.parse(c.text)
	if len(r.faults) > 0 {
		return nil, r.faults
	}
	table := neuron.NewTable(r.times, r.currents)
	if err := table.Validate(); err != nil {
		return nil, neuron.Faults{{Field: "file", Value: shorten(c.File), Accepted: "rows that a finite slope joins: " + err.Error()}}
	}
	return table, nil
}

// readTable reads a regular file of bounded size.
func readTable(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	switch info, err := f.Stat(); {
	case err != nil || !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	case info.Size() > largestTable:
		return nil, fmt.Errorf("it has %d bytes, more than %d", info.Size(), largestTable)
	}
	return io.ReadAll(io.LimitReader(f, largestTable))
}

// tableReader collects the rows of a table and everything wrong with them.
type tableReader struct {
	name            string
	times, currents []float64
	faults          neuron.Faults
	dropped         int
}

// fault notes what is wrong in a line.
func (r *tableReader) fault(line int, found, accepted string) {
	if len(r.faults) == mostFaults {
		r.dropped++
		return
	}
	r.faults = append(r.faults, neuron.Fault{Field: "file", Value: fmt.Sprintf("%s:%d: %s", r.name, line, found), Accepted: accepted})
}

// parse reads the header and all rows.
func (r *tableReader) parse(text []byte) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // a byte-order mark
	rows := csv.NewReader(bytes.NewReader(text))
	rows.Comment, rows.FieldsPerRecord, rows.ReuseRecord = '#', -1, true
	if header(text, '\t') {
		rows.Comma = '\t'
	}
	time, current := -1, -1
	for first := true; ; first = false {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			r.fault(wrong.Line, "a broken row", "fields as in CSV: "+wrong.Err.Error())
			break
		}
		line, _ := rows.FieldPos(0)
		if !first {
			r.row(line, row, time, current)
			continue
		}
		if time, current = column(row, "time"), column(row, "current"); time < 0 || current < 0 {
			r.fault(line, strconv.Quote(shorten(strings.Join(row, ","))), "a header with the columns time and current, each once")
			return
		}
	}
	if len(r.times) == 0 && len(r.faults) == 0 {
		r.fault(1, "a table without rows", "one row at least")
	}
	if r.dropped > 0 {
		last := &r.faults[len(r.faults)-1]
		last.Accepted += fmt.Sprintf(" (and %d more faults)", r.dropped)
	}
}

// header reports whether the first line that is no comment has the separator.
func header(text []byte, separator byte) bool {
	for line := range bytes.Lines(text) {
		if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 && trimmed[0] != '#' {
			return bytes.IndexByte(trimmed, separator) >= 0
		}
	}
	return false
}

// column returns the index of the only column of that name, −1 otherwise.
func column(row []string, name string) int {
	at := -1
	for k, title := range row {
		switch {
		case strings.TrimSpace(title) != name:
		case at >= 0:
			return -1
		default:
			at = k
		}
	}
	return at
}

// row reads one row.
func (r *tableReader) row(line int, row []string, time, current int) {
	t, timed := r.number(line, row, time, "time")
	x, _ := r.number(line, row, current, "current")
	if !timed {
		return
	}
	if n := len(r.times); n > 0 && t <= r.times[n-1] {
		r.fault(line, "time "+strings.TrimSpace(row[time]), fmt.Sprintf("a time after the one before it, %v", r.times[n-1]))
	}
	r.times, r.currents = append(r.times, t), append(r.currents, x)
}

// number reads a field.
func (r *tableReader) number(line int, row []string, k int, what string) (float64, bool) {
	if k >= len(row) || strings.TrimSpace(row[k]) == "" {
		r.fault(line, "a hole in column "+what, "a finite number in every row")
		return 0, false
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(row[k]), 64)
	if err != nil || !finite(x) {
		r.fault(line, what+" "+shorten(row[k]), "a finite number")
		return 0, false
	}
	return x, true
}

// File is a file that a scenario needs to be played again.
type File struct {
	Name string
	Text []byte
}

// Archive returns the complete document as YAML and the files it reads, under
// names relative to the folder in which it stands with them.
func (s *Scenario) Archive() (resolved []byte, files []File, err error) {
	one := &Scenario{Document: s.Document}
	one.Document, files = s.archived()
	resolved, err = one.Resolved()
	return resolved, files, err
}
