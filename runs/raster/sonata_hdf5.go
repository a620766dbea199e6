//go:build hdf5 && cgo

package raster

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

const tagHDF5 = "" // nothing is missing

// group is a population in a file that is written.
type group struct {
	object
	times, nodes, cascades, generations *dataset // the last two only with the extra columns
	order                               int
	last                                float64
	t                                   []float64
	n, c, g                             []uint64
}

// sonataWriter streams every population into datasets that grow.
type sonataWriter struct {
	file, root object
	groups     []*group
}

func createSONATA(name string, meta Metadata, all bool) (Sink, error) {
	file, err := createFile(name)
	if err != nil {
		return nil, err
	}
	w := &sonataWriter{file: file}
	if err := w.begin(meta, all); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *sonataWriter) begin(meta Metadata, all bool) (err error) {
	const magic = 0x0A7A // of all files of SONATA; version 0.1
	err = errors.Join(w.file.setNumbers("magic", false, magic), w.file.setNumbers("version", true, 0, 1),
		w.file.setText("scenario", meta.Scenario), w.file.setText("seed", fmt.Sprint(meta.Seed)), w.file.setText("writer", "lapicque "+meta.Version))
	if err != nil {
		return err
	}
	if w.root, err = w.file.createGroup("spikes"); err != nil {
		return err
	}
	for _, name := range meta.Populations {
		g, err := newGroup(w.root, name, all)
		if err != nil {
			return err
		}
		w.groups = append(w.groups, g)
	}
	return nil
}

func newGroup(root object, name string, all bool) (*group, error) {
	o, err := root.createGroup(name)
	if err != nil {
		return nil, err
	}
	g := &group{object: o, order: sortedByTime, last: math.Inf(-1)}
	dataset := func(name string, real bool) *dataset {
		d, fault := o.createDataset(name, real)
		err = errors.Join(err, fault)
		return d
	}
	g.times, g.nodes = dataset("timestamps", true), dataset("node_ids", false)
	if all {
		g.cascades, g.generations = dataset("cascade", false), dataset("generation", false)
	}
	if err != nil {
		return nil, err
	}
	return g, g.times.setText("units", "ms")
}

// Write sorts spikes by population and appends them.
func (w *sonataWriter) Write(spikes []Spike) error {
	for _, s := range spikes {
		g := w.groups[s.Population]
		if s.Time < g.last {
			g.order = sortedNot
		}
		g.last = s.Time
		g.t, g.n = append(g.t, s.Time), append(g.n, uint64(s.Neuron))
		g.c, g.g = append(g.c, s.Cascade), append(g.g, uint64(s.Generation))
	}
	var errs []error
	for _, g := range w.groups {
		if len(g.t) >= batchRows {
			errs = append(errs, g.flush())
		}
	}
	return errors.Join(errs...)
}

func (g *group) flush() error {
	err := errors.Join(appendValues(g.times, g.t), appendValues(g.nodes, g.n))
	if g.cascades != nil {
		err = errors.Join(err, appendValues(g.cascades, g.c), appendValues(g.generations, g.g))
	}
	g.t, g.n, g.c, g.g = g.t[:0], g.n[:0], g.c[:0], g.g[:0]
	return err
}

// Close writes what is left and in which order spikes came.
func (w *sonataWriter) Close() (err error) {
	for _, g := range w.groups {
		err = errors.Join(err, g.flush(), g.setSorting(g.order))
		for _, d := range []*dataset{g.times, g.nodes, g.cascades, g.generations} {
			if d != nil {
				err = errors.Join(err, d.close())
			}
		}
		err = errors.Join(err, g.close())
	}
	return errors.Join(err, w.root.close(), w.file.close())
}

// track is a population in a file that is read, with its next values.
type track struct {
	object
	sets [4]*dataset // timestamps, node_ids, cascade, generation; the last two may be missing
	time []float64
	rest [3][]uint64
	from int64 // of the values in memory
	at   int   // the next of them
}

// sonataReader merges the populations by time.
type sonataReader struct {
	meta   Metadata
	file   object
	root   object
	tracks []*track
	total  int64
}

func openSONATA(in input) (source, error) {
	if in.name == "" {
		return nil, errors.New("raster: HDF5 reads files alone")
	}
	file, err := openFile(in.name)
	if err != nil {
		return nil, errors.New("raster: not a complete HDF5 file")
	}
	r := &sonataReader{file: file, root: -1}
	if err := r.begin(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *sonataReader) begin() (err error) {
	r.meta.Scenario = r.file.text("scenario")
	r.meta.Version = strings.TrimPrefix(r.file.text("writer"), "lapicque ")
	r.meta.Seed, _ = strconv.ParseUint(r.file.text("seed"), 10, 64) // files of others have none
	if r.root, err = r.file.openGroup("spikes"); err != nil {
		return fmt.Errorf("%w: not a spike file of SONATA", err)
	}
	names, err := r.root.names()
	if err != nil {
		return err
	}
	if len(names) == 0 || len(names) > 256 {
		return fmt.Errorf("raster: the SONATA file has %d populations: 1 to 256 are read", len(names))
	}
	for _, name := range names {
		if err := r.open(name); err != nil {
			return err
		}
	}
	r.meta.Populations = names
	return nil
}

// open opens a population.
func (r *sonataReader) open(name string) error {
	o, err := r.root.openGroup(name)
	if err != nil {
		return err
	}
	p := &track{object: o}
	r.tracks = append(r.tracks, p)
	for k, set := range []string{"timestamps", "node_ids", "cascade", "generation"} {
		d, err := o.openDataset(set, k == 0)
		if err != nil && k >= 2 {
			continue
		}
		if err != nil {
			return err
		}
		if p.sets[k] = d; d.size != p.sets[0].size {
			return fmt.Errorf("raster: the SONATA file has %d timestamps and %d of %s", p.sets[0].size, d.size, set)
		}
	}
	units := p.sets[0].text("units")
	if units == "" || units == "milliseconds" {
		units = "ms" // what readers of SONATA take it to be
	}
	if units != "ms" && units != "s" || r.meta.Units != "" && units != r.meta.Units {
		return fmt.Errorf("raster: the SONATA file has the unit of time %q: ms or s, the same for all, are read", units)
	}
	r.meta.Units = units
	r.total += p.sets[0].size
	return nil
}

func (r *sonataReader) Metadata() Metadata { return r.meta }
func (r *sonataReader) Len() int64         { return r.total }

// Read takes the earliest spike of all populations again and again; of those at
// one time the population that comes first in the file.
func (r *sonataReader) Read(dst []Spike) (n int, err error) {
	for ; n < len(dst); n++ {
		first := -1
		for k, p := range r.tracks {
			more, err := p.fill()
			if err != nil {
				return n, err
			}
			if more && (first < 0 || p.time[p.at] < r.tracks[first].time[r.tracks[first].at]) {
				first = k
			}
		}
		if first < 0 {
			return n, io.EOF
		}
		if dst[n], err = r.tracks[first].take(); err != nil {
			return n, err
		}
		dst[n].Population = uint8(first)
	}
	return n, nil
}

// fill reads more values when there are none in memory, and reports whether there are any.
func (p *track) fill() (bool, error) {
	if p.at < len(p.time) {
		return true, nil
	}
	p.from += int64(len(p.time))
	size := min(p.sets[0].size-p.from, batchRows)
	p.at, p.time = 0, make([]float64, size)
	err := readValues(p.sets[0], p.from, p.time)
	for k, d := range p.sets[1:] {
		p.rest[k] = make([]uint64, size)
		if d != nil {
			err = errors.Join(err, readValues(d, p.from, p.rest[k]))
		}
	}
	return size > 0, err
}

func (p *track) take() (Spike, error) {
	i := p.at
	p.at++
	t, id := p.time[i], p.rest[0][i]
	if math.IsNaN(t) || math.IsInf(t, 0) || id > math.MaxUint32 || p.rest[2][i] > math.MaxUint16 {
		return Spike{}, fmt.Errorf("raster: spike %d of a population of the SONATA file: time %v of neuron %d: a finite time and a neuron from 0 to %d are wanted", p.from+int64(i)+1, t, id, uint32(math.MaxUint32))
	}
	return Spike{Time: t, Neuron: uint32(id), Cascade: p.rest[1][i], Generation: uint16(p.rest[2][i])}, nil
}

// Close closes everything that is open.
func (r *sonataReader) Close() (err error) {
	for _, p := range r.tracks {
		for _, d := range p.sets {
			if d != nil {
				err = errors.Join(err, d.close())
			}
		}
		err = errors.Join(err, p.close())
	}
	if r.root >= 0 {
		err = errors.Join(err, r.root.close())
	}
	return errors.Join(err, r.file.close())
}
