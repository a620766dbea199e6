package checkpoint

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"lapicque/runs/raster"
)

// SpoolName is the file that spikes go to while a run with checkpoints goes on.
const SpoolName = Dir + "/spikes.spool"

// record is the bytes of a spike: time, cascade, neuron, generation, population.
const record = 8 + 8 + 4 + 2 + 1

// Spool is a file of spikes that only grows. It serves one goroutine.
type Spool struct {
	file *os.File
	out  *bufio.Writer
}

// NewSpool starts the spool of a run, from its mark on where there is one.
func NewSpool(run string, from *Mark) (*Spool, error) {
	path := filepath.Join(run, filepath.FromSlash(SpoolName))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	var file *os.File
	var err error
	if from != nil {
		file, err = from.Cut(run)
	} else if file, err = os.Create(path); err != nil {
		err = fmt.Errorf("checkpoint: %w", err)
	}
	if err != nil {
		return nil, err
	}
	return &Spool{file, bufio.NewWriterSize(file, chunk)}, nil
}

// Write appends spikes.
func (s *Spool) Write(spikes []raster.Spike) error {
	var b [record]byte
	for _, x := range spikes {
		binary.LittleEndian.PutUint64(b[0:], math.Float64bits(x.Time))
		binary.LittleEndian.PutUint64(b[8:], x.Cascade)
		binary.LittleEndian.PutUint32(b[16:], x.Neuron)
		binary.LittleEndian.PutUint16(b[20:], x.Generation)
		b[22] = x.Population
		if _, err := s.out.Write(b[:]); err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
	}
	return nil
}

// Flush hands what was written to the system.
func (s *Spool) Flush() error { return s.out.Flush() }

// Replay hands all spikes on, in their order.
func (s *Spool) Replay(write func([]raster.Spike) error) error {
	if err := s.Flush(); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	in := bufio.NewReaderSize(s.file, chunk)
	list := make([]raster.Spike, 0, 4096)
	var b [record]byte
	for {
		_, err := io.ReadFull(in, b[:])
		if err != nil && err != io.EOF {
			return fmt.Errorf("checkpoint: %s: %w", SpoolName, err)
		}
		if err == io.EOF || len(list) == cap(list) {
			if failed := write(list); failed != nil || err == io.EOF {
				return failed
			}
			list = list[:0]
		}
		list = append(list, raster.Spike{
			Time: math.Float64frombits(binary.LittleEndian.Uint64(b[0:])), Cascade: binary.LittleEndian.Uint64(b[8:]),
			Neuron: binary.LittleEndian.Uint32(b[16:]), Generation: binary.LittleEndian.Uint16(b[20:]), Population: b[22],
		})
	}
}

// Close closes the file.
func (s *Spool) Close() error { return errors.Join(s.out.Flush(), s.file.Close()) }
