package raster

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// npyHeader returns what stands before the values of a one-dimensional array (NumPy format 1.0).
func npyHeader(kind string, length int) []byte {
	const magic, unit = "\x93NUMPY\x01\x00", 64 // the values begin at a multiple of unit
	dictionary := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", kind, length)
	dictionary += strings.Repeat(" ", unit-1-(len(magic)+2+len(dictionary))%unit) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte(magic), uint16(len(dictionary))), dictionary...)
}

var npyDictionary = regexp.MustCompile(`^\{'descr': '([^']*)', 'fortran_order': (?:True|False), 'shape': \(([0-9]+),\),? *\} *\n?$`)

// npyArray reads a one-dimensional array value by value.
type npyArray struct {
	r     *bufio.Reader
	kind  string // such as "<f8"
	width int
	left  int
}

var errNPY = errors.New("not an array of one dimension in NumPy's format 1 or 2")

// newNPY reads the header; size bounds what may follow it.
func newNPY(r io.Reader, size uint64) (*npyArray, error) {
	a := &npyArray{r: bufio.NewReaderSize(r, 1<<16)}
	head := make([]byte, 12)
	if _, err := io.ReadFull(a.r, head[:10]); err != nil || string(head[:6]) != "\x93NUMPY" {
		return nil, errNPY
	}
	length := int(binary.LittleEndian.Uint16(head[8:]))
	if head[6] == 2 {
		if _, err := io.ReadFull(a.r, head[10:]); err != nil {
			return nil, errNPY
		}
		length = int(binary.LittleEndian.Uint32(head[8:]))
	}
	if head[6] > 2 || length > 1<<16 {
		return nil, errNPY
	}
	dictionary := make([]byte, length)
	if _, err := io.ReadFull(a.r, dictionary); err != nil {
		return nil, errNPY
	}
	part := npyDictionary.FindSubmatch(dictionary)
	if part == nil {
		return nil, errNPY
	}
	a.kind = string(part[1])
	count, err := strconv.Atoi(string(part[2]))
	if a.width = npyWidths[a.kind]; err != nil || a.width == 0 || uint64(count) > size/uint64(a.width) {
		return nil, fmt.Errorf("%d values of type %q: not numbers, or more than there is room for", count, a.kind)
	}
	a.left = count
	return a, nil
}

// npyWidths are the bytes of the types of numbers that are read.
var npyWidths = map[string]int{"<f8": 8, "<i8": 8, "<u8": 8, "<i4": 4, "<u4": 4, "<i2": 2, "<u2": 2, "|i1": 1, "|u1": 1}

// next returns the bits of the next value, those of small negative numbers extended to 64.
func (a *npyArray) next() (uint64, error) {
	var b [8]byte
	if _, err := io.ReadFull(a.r, b[:a.width]); err != nil {
		return 0, fmt.Errorf("%d values before its end: %w", a.left, err)
	}
	a.left--
	x := binary.LittleEndian.Uint64(b[:])
	if a.kind[1] == 'i' {
		shift := 64 - 8*a.width
		x = uint64(int64(x<<shift) >> shift)
	}
	return x, nil
}

// end makes sure that nothing follows, at which a zip archive compares its checksum.
func (a *npyArray) end() error {
	if _, err := a.r.ReadByte(); err != io.EOF {
		return errors.Join(errors.New("more than its header says, or another checksum"), err)
	}
	return nil
}
