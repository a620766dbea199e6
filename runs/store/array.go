package store

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// Array writes an .npy array of float64 of any shape, the last index running fastest (NumPy format 1.0).
func (f *Folder) Array(name string, values []float64, shape ...int) error {
	size := 1
	var sides strings.Builder
	for _, n := range shape {
		size *= n
		fmt.Fprintf(&sides, "%d, ", n)
	}
	if size != len(values) {
		panic("store: an array needs as many values as its shape has")
	}
	file, err := f.File(name)
	if err != nil {
		return err
	}
	header := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }", strings.TrimSuffix(sides.String(), " "))
	const before, unit = 10, 64 // bytes before the header; what the data begin at a multiple of
	header += strings.Repeat(" ", unit-1-(before+len(header))%unit) + "\n"
	out := bufio.NewWriterSize(file, 1<<16)
	_, err = fmt.Fprintf(out, "\x93NUMPY\x01\x00%s%s", binary.LittleEndian.AppendUint16(nil, uint16(len(header))), header)
	err = errors.Join(err, binary.Write(out, binary.LittleEndian, values), out.Flush(), file.Close())
	if err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}
