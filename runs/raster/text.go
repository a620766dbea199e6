package raster

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
)

// lines reads a text file line by line. Blank lines are passed over.
type lines struct {
	scanner *bufio.Scanner
	number  int // of the last line
}

// newLines starts at the beginning of a file. A last line without its end is a
// file cut short, the last number of which could be any: it is refused.
func newLines(in input) (*lines, error) {
	if err := ended(in); err != nil {
		return nil, err
	}
	return &lines{bufio.NewScanner(io.NewSectionReader(in.data, 0, in.size)), 0}, nil
}

func ended(in input) error {
	if in.size == 0 {
		return nil
	}
	var last [1]byte
	if _, err := in.data.ReadAt(last[:], in.size-1); err != nil && err != io.EOF {
		return fmt.Errorf("raster: %w", err)
	}
	if last[0] != '\n' {
		return errors.New("raster: the last line has no end: the file is cut short (or lacks its last line feed)")
	}
	return nil
}

// next returns the next line without blanks around, io.EOF after the last.
func (l *lines) next() ([]byte, error) {
	for l.scanner.Scan() {
		l.number++
		if line := bytes.TrimSpace(l.scanner.Bytes()); len(line) > 0 {
			return line, nil
		}
	}
	if err := l.scanner.Err(); err != nil {
		return nil, fmt.Errorf("raster: line %d: %w", l.number+1, err)
	}
	return nil, io.EOF
}

// time and neuron read cells; line is for the message.
func parseTime(text string, line int) (float64, error) {
	t, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(t) || math.IsInf(t, 0) {
		return 0, fmt.Errorf("raster: line %d: time %q is not a finite number", line, text)
	}
	return t, nil
}

func parseNeuron(text string, line int) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("raster: line %d: neuron %q is not a whole number from 0 to %d", line, text, uint32(math.MaxUint32))
	}
	return uint32(n), nil
}

// pairs reads lines with the id of a neuron and a time in two of their columns.
type pairs struct {
	*lines
	meta               Metadata
	columns, id, times int // how many there are, and which are ours
}

func (p *pairs) Metadata() Metadata { return p.meta }
func (p *pairs) Len() int64         { return -1 }
func (p *pairs) Close() error       { return nil }

// Read reads as many lines as dst takes.
func (p *pairs) Read(dst []Spike) (n int, err error) {
	for ; n < len(dst); n++ {
		line, err := p.next()
		if err != nil {
			return n, err
		}
		cells := bytes.Fields(line)
		if len(cells) != p.columns {
			return n, fmt.Errorf("raster: line %d has %d columns, not %d", p.number, len(cells), p.columns)
		}
		if dst[n], err = pair(string(cells[p.id]), string(cells[p.times]), p.number); err != nil {
			return n, err
		}
	}
	return n, nil
}

func pair(id, time string, line int) (s Spike, err error) {
	if s.Neuron, err = parseNeuron(id, line); err == nil {
		s.Time, err = parseTime(time, line)
	}
	return s, err
}

// textWriter writes lines, one a spike.
type textWriter struct {
	file   *os.File
	buffer *bufio.Writer
	line   []byte
	append func(line []byte, s Spike) []byte
}

// newText starts a file with a header.
func newText(name, header string, line func([]byte, Spike) []byte) (*textWriter, error) {
	file, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	w := &textWriter{file: file, buffer: bufio.NewWriterSize(file, 1<<16), append: line}
	_, err = w.buffer.WriteString(header)
	return w, err
}

// Write appends a line a spike.
func (w *textWriter) Write(spikes []Spike) error {
	for _, s := range spikes {
		w.line = append(w.append(w.line[:0], s), '\n')
		if _, err := w.buffer.Write(w.line); err != nil {
			return fmt.Errorf("raster: %w", err)
		}
	}
	return nil
}

// Close writes what is left.
func (w *textWriter) Close() error {
	if err := errors.Join(w.buffer.Flush(), w.file.Close()); err != nil {
		return fmt.Errorf("raster: the file is not complete: %w", err)
	}
	return nil
}

// idTime appends an id and a time with 3 decimals.
func idTime(line []byte, s Spike) []byte {
	line = append(strconv.AppendUint(line, uint64(s.Neuron), 10), '\t')
	return strconv.AppendFloat(line, s.Time, 'f', 3, 64)
}
