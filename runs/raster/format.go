package raster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Format is a kind of raster file.
type Format struct {
	Name      string   // as the command line takes it
	Extension string   // of file names
	Unit      string   // of the times in the file, "ms" or "s"; "": that of the raster
	Columns   []string // what it always holds
	Extra     []string // what it can hold besides
	Lossy     bool     // whether times are rounded; all others keep every bit
	Needs     string   // build tag that this program lacks; without it the format is only known by name
	About     string

	known  func(head []byte) bool // by the first bytes of a file
	open   func(in input) (source, error)
	create func(name string, meta Metadata, all bool) (Sink, error)
}

// Formats are the formats there are.
var Formats = []*Format{&Parquet, &CSV, &NEST, &GDF, &Pynapple, &SONATA}

// Sink takes the spikes of a raster that is written. It serves one goroutine.
type Sink interface {
	Write(spikes []Spike) error // appends; the caller keeps the slice
	Close() error               // completes the file; without it nobody can read it
}

// source is the reading side of a format.
type source interface {
	// Metadata returns what the file says of itself.
	Metadata() Metadata
	// Len returns the number of spikes in the file, -1 when it does not say.
	Len() int64
	// Read fills dst with the next spikes and returns their number, io.EOF with
	// the last of them or after. A damaged file gives an error.
	Read(dst []Spike) (int, error)
	Close() error
}

// input is an open file. The name is empty where there is none.
type input struct {
	name string
	data io.ReaderAt
	size int64
}

// Reader reads a raster of any format from its beginning to its end.
type Reader struct {
	source
	format *Format
	file   *os.File
}

// A Damage is what Read found wrong with the contents of a raster.
type Damage struct{ error }

// Unwrap returns what was found.
func (d Damage) Unwrap() error { return d.error }

// Read fills dst from the front with the next spikes and returns their number;
// at the end io.EOF, and a Damage where the contents are wrong.
func (r *Reader) Read(dst []Spike) (int, error) {
	n, err := r.source.Read(dst)
	if err != nil && err != io.EOF {
		err = Damage{err}
	}
	return n, err
}

// Format returns the format of the file.
func (r *Reader) Format() *Format { return r.format }

// Close releases the reader and the file that Open opened.
func (r *Reader) Close() error {
	err := r.source.Close()
	if r.file != nil {
		err = errors.Join(err, r.file.Close())
	}
	return err
}

// Open opens the raster of that name, whose format it tells by its first bytes;
// the name decides for an empty file alone. Close closes it.
func Open(name string) (*Reader, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	r, err := open(input{name, file, info.Size()})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), file.Close())
	}
	r.file = file
	return r, nil
}

// NewReader reads the raster that fills the first size bytes of r, of any format
// but SONATA, which needs a file. A file cut short, or that is not a raster, gives an error.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) { return open(input{"", r, size}) }

func open(in input) (*Reader, error) {
	head := make([]byte, min(in.size, 512))
	if _, err := io.ReadFull(io.NewSectionReader(in.data, 0, in.size), head); err != nil {
		return nil, fmt.Errorf("raster: %w", err)
	}
	for _, f := range Formats {
		if f.known(head) || in.size == 0 && strings.HasSuffix(in.name, f.Extension) {
			s, err := announced(f, in)
			return &Reader{s, f, nil}, err
		}
	}
	return nil, fmt.Errorf("raster: the first bytes are those of no format: known are %s", strings.Join(Names(), ", "))
}

// announced opens a file. One that does not name its populations in advance is
// read to its end first, so that all of them are known when reading begins.
func announced(f *Format, in input) (source, error) {
	s, err := f.open(in)
	if err != nil || len(s.Metadata().Populations) > 0 {
		return s, err
	}
	for buffer := make([]Spike, batchRows); err == nil; {
		_, err = s.Read(buffer)
	}
	names := s.Metadata().named().Populations
	if err = errors.Join(past(err), s.Close()); err != nil {
		return nil, err
	}
	if s, err = f.open(in); err == nil {
		s.(interface{ declare([]string) }).declare(names)
	}
	return s, err
}

// past returns an error that is not the end of the file.
func past(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// Names returns the names of the formats.
func Names() (names []string) {
	for _, f := range Formats {
		names = append(names, f.Name)
	}
	return names
}

// ByName returns the format of that name, nil when there is none.
func ByName(name string) *Format {
	i := slices.IndexFunc(Formats, func(f *Format) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return Formats[i]
}

// ByExtension returns the format that files of that name have by custom, nil
// when there is none.
func ByExtension(name string) *Format {
	i := slices.IndexFunc(Formats, func(f *Format) bool { return strings.HasSuffix(strings.ToLower(name), f.Extension) })
	if i < 0 {
		return nil
	}
	return Formats[i]
}

// Holds reports whether files have a column; all asks for those with the extra ones.
func (f *Format) Holds(column string, all bool) bool {
	return slices.Contains(f.Columns, column) || all && slices.Contains(f.Extra, column)
}

// Create starts a raster in a new file of that name; all adds the extra columns.
// Times are in the format's Unit, spikes belong to the populations of meta.
func (f *Format) Create(name string, meta Metadata, all bool) (Sink, error) {
	return f.create(name, meta.named(), all)
}

// closing is a Sink on a file of its own.
type closing struct {
	Sink
	file *os.File
}

// Close completes the raster and closes the file.
func (c closing) Close() error { return errors.Join(c.Sink.Close(), c.file.Close()) }
