package play

import (
	"errors"
	"os"

	"lapicque/runs/checkpoint"
	"lapicque/runs/raster"
	"lapicque/runs/store"
)

// spikeFile is where the spikes of a run go.
type spikeFile interface {
	Write([]raster.Spike) error
	Close() error // afterwards raster.parquet is there
}

// parquet is the raster of a run, written while the run goes on.
type parquet struct {
	*raster.Writer
	file *os.File
}

const rasterName = "raster.parquet"

func newRaster(folder *store.Folder, meta raster.Metadata) (spikeFile, error) {
	file, err := folder.File(rasterName)
	if err != nil {
		return nil, err
	}
	w, err := raster.NewWriter(file, meta)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return parquet{w, file}, nil
}

// Close finishes the file.
func (p parquet) Close() error { return errors.Join(p.Writer.Close(), p.file.Close()) }

// spooled is a raster whose spikes wait in a file that only grows, as a Parquet file cannot be cut back.
type spooled struct {
	*checkpoint.Spool
	folder *store.Folder
	meta   raster.Metadata
}

// spool opens the spikes of a run.
func (k *keeper) spool(folder *store.Folder, meta raster.Metadata) (spikeFile, error) {
	var from *checkpoint.Mark
	if m, ok := k.marks[checkpoint.SpoolName]; ok {
		from = &m
	}
	s, err := checkpoint.NewSpool(folder.Dir(), from)
	if err != nil {
		return nil, err
	}
	k.grown = append(k.grown, grown{checkpoint.SpoolName, s.Flush})
	return spooled{s, folder, meta}, nil
}

// Close writes the raster.
func (s spooled) Close() error {
	out, err := newRaster(s.folder, s.meta)
	if err == nil {
		err = errors.Join(s.Replay(out.Write), out.Close())
	}
	return errors.Join(err, s.Spool.Close())
}
