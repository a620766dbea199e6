package checkpoint

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc64"
	"io"
)

const (
	magic    = "LPQCHECK"
	layout   = 1
	last     = "end"   // name of the last section
	chunk    = 1 << 16 // most bytes of one that is written
	longest  = 1 << 20 // … of one that is read
	longName = 64
)

var polynomial = crc64.MakeTable(crc64.ECMA)

// Newer is a checkpoint of a layout that this program does not know yet.
type Newer struct{ Layout uint32 }

// Error says so.
func (e *Newer) Error() string {
	return fmt.Sprintf("layout %d comes from a newer version of the program; this one reads layout %d", e.Layout, layout)
}

// Writer writes the sections of a checkpoint.
type Writer struct {
	out *bufio.Writer
	sum hash.Hash64 // of the section under way
}

func newWriter(w io.Writer) (*Writer, error) {
	out := &Writer{out: bufio.NewWriterSize(w, chunk)}
	number := binary.LittleEndian.AppendUint32([]byte(magic), layout)
	_, err := out.out.Write(binary.LittleEndian.AppendUint32(number, ^uint32(layout)))
	return out, err
}

// Section writes a section, whose bytes fill gives.
func (w *Writer) Section(name string, fill func(io.Writer) error) error {
	w.sum = crc64.New(polynomial)
	if err := w.piece([]byte(name)); err != nil {
		return err
	}
	body := bufio.NewWriterSize(pieces{w}, chunk)
	err := fill(body)
	if err == nil {
		err = body.Flush()
	}
	if err != nil {
		return fmt.Errorf("section %s: %w", name, err)
	}
	tail := binary.LittleEndian.AppendUint32(nil, 0)
	_, err = w.out.Write(binary.LittleEndian.AppendUint64(tail, w.sum.Sum64()))
	return err
}

// pieces writes the chunks of a section.
type pieces struct{ *Writer }

// Write writes one.
func (p pieces) Write(b []byte) (int, error) {
	for lo := 0; lo < len(b); lo += chunk {
		if err := p.piece(b[lo:min(lo+chunk, len(b))]); err != nil {
			return lo, err
		}
	}
	return len(b), nil
}

// piece writes a chunk.
func (w *Writer) piece(b []byte) error {
	w.sum.Write(b)
	_, err := w.out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(b))))
	if err == nil {
		_, err = w.out.Write(b)
	}
	return err
}

// end writes the last section.
func (w *Writer) end() error {
	return errors.Join(w.Section(last, func(io.Writer) error { return nil }), w.out.Flush())
}

// Reader reads the sections of a checkpoint in their order.
type Reader struct {
	Head Head
	in   *bufio.Reader
	file io.Closer
	left uint32 // bytes of the chunk under way
	sum  hash.Hash64
}

func newReader(r io.Reader) (*Reader, error) {
	in := bufio.NewReaderSize(r, chunk)
	var start [len(magic) + 8]byte
	if _, err := io.ReadFull(in, start[:]); err != nil || string(start[:len(magic)]) != magic {
		return nil, errors.New("this is no checkpoint")
	}
	found, complement := binary.LittleEndian.Uint32(start[len(magic):]), binary.LittleEndian.Uint32(start[len(magic)+4:])
	switch {
	case found != ^complement:
		return nil, errors.New("the number of its layout is damaged")
	case found != layout:
		return nil, &Newer{found}
	}
	return &Reader{in: in}, nil
}

// Section reads the next section, which must have that name; take may leave some of it unread.
func (r *Reader) Section(name string, take func(io.Reader) error) error {
	found, err := r.open()
	if err != nil {
		return err
	}
	if found != name {
		return fmt.Errorf("section %q where %q was expected", found, name)
	}
	if err := take(r); err != nil {
		return fmt.Errorf("section %s: %w", name, err)
	}
	return r.close(name)
}

// open begins a section and returns its name.
func (r *Reader) open() (string, error) {
	size, err := r.length()
	if err != nil || size == 0 || size > longName {
		return "", errors.Join(errors.New("a section without a name"), err)
	}
	name := make([]byte, size)
	if _, err := io.ReadFull(r.in, name); err != nil {
		return "", io.ErrUnexpectedEOF
	}
	r.sum = crc64.New(polynomial)
	r.sum.Write(name)
	r.left, err = r.length()
	return string(name), err
}

// length reads that of a chunk.
func (r *Reader) length() (uint32, error) {
	var b [4]byte
	if _, err := io.ReadFull(r.in, b[:]); err != nil {
		return 0, io.ErrUnexpectedEOF
	}
	size := binary.LittleEndian.Uint32(b[:])
	if size > longest {
		return 0, fmt.Errorf("a chunk of %d bytes", size)
	}
	return size, nil
}

// Read reads from the section under way, io.EOF at its end.
func (r *Reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.in.Read(p[:min(len(p), int(r.left))])
	r.sum.Write(p[:n])
	if r.left -= uint32(n); err == io.EOF {
		return n, io.ErrUnexpectedEOF
	}
	if err == nil && r.left == 0 {
		r.left, err = r.length()
	}
	return n, err
}

// close reads what is left of a section and compares its checksum.
func (r *Reader) close(name string) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return fmt.Errorf("section %s: %w", name, err)
	}
	var b [8]byte
	if _, err := io.ReadFull(r.in, b[:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	if binary.LittleEndian.Uint64(b[:]) != r.sum.Sum64() {
		return fmt.Errorf("section %s is damaged: its checksum is another one", name)
	}
	return nil
}

// verify reads all sections to the last one, after which there must be nothing.
func (r *Reader) verify() error {
	for {
		name, err := r.open()
		if err == nil {
			err = r.close(name)
		}
		if err != nil {
			return err
		}
		if name == last {
			break
		}
	}
	if _, err := r.in.ReadByte(); err != io.EOF {
		return errors.New("there is something after its end")
	}
	return nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }
