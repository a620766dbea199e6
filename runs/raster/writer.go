package raster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"
)

// row is the layout of the file. Times are plain doubles, neurons are packed as
// differences, what repeats goes through a dictionary. The pages are not
// compressed: the mantissas of random times hold nothing to squeeze.
type row struct {
	Time       float64 `parquet:"time"`
	Neuron     uint32  `parquet:"neuron,delta"`
	Population string  `parquet:"population,dict"`
	Cascade    uint64  `parquet:"cascade,dict"`
	Generation uint16  `parquet:"generation,dict"`
}

const (
	groupRows = 1 << 20 // rows of a row group: the writer holds one, about 15 MB
	batchRows = 1 << 12 // rows handed to the encoder at a time
	batches   = 4       // batches in flight between the caller and the encoder
)

// Names of the key-value metadata.
const (
	keyScenario    = "scenario"
	keySeed        = "seed"
	keyUnits       = "units"
	keyVersion     = "version"
	keyPopulations = "populations" // JSON array of names, in index order
	keyStart       = "start"       // JSON numbers; without an end nobody knows
	keyEnd         = "end"
	keyNeurons     = "neurons" // JSON array, one number a population
)

// Writer streams a raster into a Parquet file. Encoding runs beside the caller
// in one goroutine; memory is bounded by one row group and a few batches,
// however many spikes are written. A Writer serves one goroutine.
type Writer struct {
	names  []string
	batch  []row
	full   chan []row
	free   chan []row
	done   chan error
	fault  atomic.Pointer[error]
	closed bool
}

// NewWriter starts a raster on w, which it neither closes nor seeks. The file
// is complete only after Close.
func NewWriter(w io.Writer, meta Metadata) (*Writer, error) {
	meta = meta.named()
	if len(meta.Populations) > 256 {
		panic("raster: more than 256 populations")
	}
	names, err := json.Marshal(meta.Populations)
	if err != nil {
		return nil, fmt.Errorf("raster: names of the populations: %w", err)
	}
	encoder := parquet.NewGenericWriter[row](w, append(known(meta),
		parquet.MaxRowsPerRowGroup(groupRows),
		parquet.SkipPageBounds("population"),
		parquet.CreatedBy("lapicque", meta.Version, ""),
		parquet.KeyValueMetadata(keyScenario, meta.Scenario),
		parquet.KeyValueMetadata(keySeed, strconv.FormatUint(meta.Seed, 10)),
		parquet.KeyValueMetadata(keyUnits, meta.Units),
		parquet.KeyValueMetadata(keyVersion, meta.Version),
		parquet.KeyValueMetadata(keyPopulations, string(names)),
	)...)
	out := &Writer{
		names: append([]string(nil), meta.Populations...),
		full:  make(chan []row, batches),
		free:  make(chan []row, batches),
		done:  make(chan error, 1),
	}
	for range batches {
		out.free <- make([]row, 0, batchRows)
	}
	out.batch = <-out.free
	go out.encode(encoder)
	return out, nil
}

// known returns the metadata that not every raster has.
func known(meta Metadata) (options []parquet.WriterOption) {
	if meta.End > meta.Start {
		options = append(options, parquet.KeyValueMetadata(keyStart, fmt.Sprint(meta.Start)), parquet.KeyValueMetadata(keyEnd, fmt.Sprint(meta.End)))
	}
	if len(meta.Neurons) > 0 {
		options = append(options, parquet.KeyValueMetadata(keyNeurons, strings.ReplaceAll(fmt.Sprint(meta.Neurons), " ", ",")))
	}
	return options
}

// encode writes batches until there are no more, then the footer. After a
// failure it goes on taking batches, so that the caller never blocks.
func (w *Writer) encode(encoder *parquet.GenericWriter[row]) {
	var failed error
	for batch := range w.full {
		if failed == nil {
			if _, failed = encoder.Write(batch); failed != nil {
				w.fault.Store(&failed)
			}
		}
		w.free <- batch[:0]
	}
	if failed == nil {
		failed = encoder.Close()
	}
	w.done <- failed
}

// Write appends spikes, which the caller keeps; they should come in order of
// time. It returns the first error of the encoder, perhaps some batches late.
func (w *Writer) Write(spikes []Spike) error {
	if w.closed {
		panic("raster: Write after Close")
	}
	for _, s := range spikes {
		if int(s.Population) >= len(w.names) {
			panic("raster: a spike of a population without a name")
		}
		w.batch = append(w.batch, row{s.Time, s.Neuron, w.names[s.Population], s.Cascade, s.Generation})
		if len(w.batch) == batchRows {
			w.full <- w.batch
			w.batch = <-w.free
		}
	}
	if err := w.fault.Load(); err != nil {
		return fmt.Errorf("raster: %w", *err)
	}
	return nil
}

// Close writes what is left and the footer, without which nobody can read the
// file. Closing again does nothing.
func (w *Writer) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	w.full <- w.batch
	close(w.full)
	if err := <-w.done; err != nil {
		return errors.Join(errors.New("raster: the file is not complete"), err)
	}
	return nil
}
