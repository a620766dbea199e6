// Package state writes and reads the state of an engine: all that fixes how its trajectory goes on, and nothing that its
// configuration says already. A state is described once, by a function that visits its parts; a Codec writes or reads
// them, so that both directions agree.
//
// The layout is a magic word, the kind of the engine and the version of its description, then the parts in the order in which they are
// visited: numbers of 8 bytes, little-endian, floating-point ones by their bits; lists with their length first. It does not
// depend on the machine or on the number of workers. Memory is that of one buffer, whatever the size of the state.
package state

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// magic begins every state.
const magic = "LPQSTATE"

// bufferSize is the memory of a Codec; longestKind bounds the name of an engine.
const (
	bufferSize  = 1 << 16
	longestKind = 64
)

// Codec writes a state or reads one. The first error sticks; after it nothing is written, and what is read is left as it was.
type Codec struct {
	w   *bufio.Writer // nil when it reads
	r   *bufio.Reader
	err error
}

// Save writes the state that describe visits to w.
func Save(w io.Writer, kind string, version uint64, describe func(*Codec)) error {
	c := &Codec{w: bufio.NewWriterSize(w, bufferSize)}
	c.begin(kind, version)
	describe(c)
	return c.end(kind, c.w.Flush)
}

// Restore reads the state that describe visits from r, which holds that state and nothing else. After an error
// what was visited is partly read and not to be used.
func Restore(r io.Reader, kind string, version uint64, describe func(*Codec)) error {
	c := &Codec{r: bufio.NewReaderSize(r, bufferSize)}
	c.begin(kind, version)
	describe(c)
	return c.end(kind, func() error {
		if _, err := c.r.ReadByte(); err != io.EOF {
			return errors.Join(errors.New("there is more than the state"), err)
		}
		return nil
	})
}

// end finishes and returns the first error.
func (c *Codec) end(kind string, finish func() error) error {
	if c.err == nil {
		c.err = finish()
	}
	if c.err == nil {
		return nil
	}
	return fmt.Errorf("state of %s: %w", kind, c.err)
}

// begin visits what every state begins with.
func (c *Codec) begin(kind string, version uint64) {
	begin, found, newest := magic, kind, version
	c.Text(&begin)
	c.Check(begin == magic, "this is no state of a network")
	c.Text(&found)
	c.Check(found == kind, fmt.Sprintf("it is one of %q", found))
	c.Word(&newest)
	c.Check(newest <= version, fmt.Sprintf("it is of layout %d, this program reads %d: it comes from a newer version", newest, version))
	c.Check(newest == version, fmt.Sprintf("it is of layout %d, this program reads %d", newest, version))
}

// Reading reports whether the codec reads.
func (c *Codec) Reading() bool { return c.r != nil }

// Err returns the first error.
func (c *Codec) Err() error { return c.err }

// Check makes what is wrong with a state that was read the error; a state that is written is right.
func (c *Codec) Check(ok bool, wrong string) {
	if !ok && c.err == nil && c.Reading() {
		c.err = errors.New(wrong)
	}
}

// Fail makes err, if there is one, the error.
func (c *Codec) Fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// word writes x, or returns what is read.
func (c *Codec) word(x uint64) uint64 {
	var b [8]byte
	if c.err != nil {
		return x
	}
	if !c.Reading() {
		binary.LittleEndian.PutUint64(b[:], x)
		_, c.err = c.w.Write(b[:])
		return x
	}
	if _, err := io.ReadFull(c.r, b[:]); err != nil {
		c.err = cut(err)
		return x
	}
	return binary.LittleEndian.Uint64(b[:])
}

// cut makes an end that comes too early an error that says so.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Word visits words.
func (c *Codec) Word(list ...*uint64) {
	for _, x := range list {
		*x = c.word(*x)
	}
}

// Long visits whole numbers of 64 bits.
func (c *Codec) Long(list ...*int64) {
	for _, x := range list {
		*x = int64(c.word(uint64(*x)))
	}
}

// Int visits whole numbers.
func (c *Codec) Int(list ...*int) {
	for _, x := range list {
		*x = int(int64(c.word(uint64(int64(*x)))))
	}
}

// Float visits numbers, any bits of them.
func (c *Codec) Float(list ...*float64) {
	for _, x := range list {
		*x = math.Float64frombits(c.word(math.Float64bits(*x)))
	}
}

// Flag visits truth values.
func (c *Codec) Flag(list ...*bool) {
	for _, x := range list {
		w := uint64(0)
		if *x {
			w = 1
		}
		*x = c.word(w) != 0
	}
}

// Index visits an index of a list of so many.
func (c *Codec) Index(x *uint32, size int) {
	w := c.word(uint64(*x))
	c.Check(w < uint64(size), fmt.Sprintf("index %d of a list of %d", w, size))
	if c.err == nil {
		*x = uint32(w)
	}
}

// Same visits a number that the configuration says already, and makes another one that is read an error.
func (c *Codec) Same(what string, x uint64) {
	found := c.word(x)
	c.Check(found == x, fmt.Sprintf("its %s is %d, here it is %d", what, found, x))
}

// SameFloat is Same for a floating-point number.
func (c *Codec) SameFloat(what string, x float64) {
	found := math.Float64frombits(c.word(math.Float64bits(x)))
	c.Check(found == x, fmt.Sprintf("its %s is %v, here it is %v", what, found, x))
}

// Text visits a short text.
func (c *Codec) Text(x *string) {
	b := []byte(*x)
	if !c.Reading() && len(b) > longestKind {
		panic("state: Text is for short ones")
	}
	size := c.word(uint64(len(b)))
	c.Check(size <= longestKind, "this is no state of a network")
	if c.Bytes(&b, size); c.err == nil {
		*x = string(b)
	}
}

// Bytes visits size bytes whose number is known.
func (c *Codec) Bytes(b *[]byte, size uint64) {
	if c.err != nil {
		return
	}
	if !c.Reading() {
		_, c.err = c.w.Write(*b)
		return
	}
	out, err := io.ReadAll(io.LimitReader(c.r, int64(size)))
	if err == nil && uint64(len(out)) < size {
		err = io.ErrUnexpectedEOF
	}
	if c.err = err; err == nil {
		*b = out
	}
}
