package raster

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"lapicque/neuron"
)

// Conversion says how a raster becomes a file of another format.
type Conversion struct {
	To         *Format
	Membrane   time.Duration // one unit of time of a raster without dimension; 0: not given
	Population string        // the only one to keep; "": all
	All        bool          // with the extra columns of the format
}

// unitOf returns the unit that times are in: the format's, else that of the file
// where it is one, else "".
func unitOf(f *Format, meta Metadata) string {
	if f.Unit != "" || meta.Units == "ms" || meta.Units == "s" {
		return meta.Units
	}
	return ""
}

// membrane returns the length of one unit of time of a raster without dimension:
// as given, or as its unit tells, such as "20 ms"; 0: nobody knows.
func (c Conversion) membrane(meta Metadata) time.Duration {
	if c.Membrane != 0 {
		return c.Membrane
	}
	var ms float64
	if n, err := fmt.Sscanf(meta.Units, "%g ms", &ms); n != 1 || err != nil || !(ms > 0 && ms < 1e12) {
		return 0
	}
	return time.Duration(math.Round(ms * float64(time.Millisecond)))
}

// Validate returns neuron.Faults when a raster in a format cannot be converted so.
func (c Conversion) Validate(from *Format, meta Metadata) error {
	var fs neuron.Faults
	unit := unitOf(from, meta)
	fs.Add(c.To.Needs == "", "to", c.To.Name, "a format of this program; this one needs a program built with -tags "+c.To.Needs)
	fs.Add(!c.All || c.To.Holds("generation", true), "columns", "all", c.To.Name+" holds "+strings.Join(c.To.Columns, " and ")+" alone")
	switch {
	case c.Membrane < 0:
		fs.Add(false, "membrane-time", c.Membrane, "a duration > 0, such as 20ms")
	case c.Membrane == 0:
		fs.Add(unit != "" || c.To.Unit == "" || c.membrane(meta) > 0, "membrane-time", "none", fmt.Sprintf("a duration such as 20ms, one unit of time of the raster: %s has times in %s", c.To.Name, c.To.Unit))
		fs.Add(from.Unit == "" || c.To.Unit != "", "membrane-time", "none", fmt.Sprintf("a duration such as 20ms that becomes one unit of time (1ms keeps milliseconds): %s has times in %s", from.Name, from.Unit))
	default:
		fs.Add((unit == "") != (c.To.Unit == ""), "membrane-time", c.Membrane, "none: the unit of time stays what it is")
		own := Conversion{}.membrane(meta)
		fs.Add(unit != "" || own == 0 || own == c.Membrane, "membrane-time", c.Membrane, fmt.Sprintf("none: the unit of time is %s", meta.Units))
	}
	names := meta.named().Populations
	fs.Add(c.Population == "" || slices.Contains(names, c.Population), "population", c.Population, "one of "+strings.Join(names, ", "))
	if c.Population == "" && !c.To.Holds("population", c.All) {
		accepted := "one of " + strings.Join(names, ", ") + ": " + c.To.Name + " holds one population"
		if slices.Contains(c.To.Extra, "population") {
			accepted += " without --columns all"
		}
		fs.Add(len(names) == 1, "population", "none", accepted)
	}
	return fs.Err()
}

// ratio returns the numbers that times are multiplied and divided by, one of
// them 1: whole ratios are exact, and going back undoes them but for rounding.
func (c Conversion) ratio(meta Metadata, unit string) (up, down float64) {
	length := func(unit string) float64 {
		switch unit {
		case "ms":
			return float64(time.Millisecond)
		case "s":
			return float64(time.Second)
		}
		return float64(c.membrane(meta))
	}
	target := c.To.Unit
	if target == "" && c.Membrane == 0 || target == unit {
		return 1, 1
	}
	if from, to := length(unit), length(target); from < to {
		return 1, to / from
	} else {
		return from / to, 1
	}
}

// Describe returns the metadata of the file that is written, where Validate accepts.
func (c Conversion) Describe(in *Reader) Metadata {
	meta := in.Metadata().named()
	up, down := c.ratio(meta, unitOf(in.Format(), meta))
	meta.Start, meta.End = meta.Start*up/down, meta.End*up/down
	switch {
	case c.To.Unit != "":
		meta.Units = c.To.Unit
	case c.Membrane == time.Millisecond:
		meta.Units = "ms"
	case c.Membrane > 0:
		meta.Units = fmt.Sprintf("%g ms", float64(c.Membrane)/float64(time.Millisecond))
	}
	if k := slices.Index(meta.Populations, c.Population); k >= 0 {
		meta.Populations = meta.Populations[k : k+1]
		if len(meta.Neurons) > k {
			meta.Neurons = meta.Neurons[k : k+1]
		}
	}
	return meta
}

// Run reads a raster to its end and writes it to a file of that name, which it
// replaces; the file appears when it is complete. It returns the number of
// spikes written. The error is neuron.Faults where Validate refuses.
func (c Conversion) Run(ctx context.Context, in *Reader, name string, progress func(spikes int64)) (count int64, err error) {
	meta := in.Metadata()
	if err := c.Validate(in.Format(), meta); err != nil {
		return 0, err
	}
	unit := unitOf(in.Format(), meta)
	part := name + ".part"
	sink, err := c.To.Create(part, c.Describe(in), c.All)
	if err != nil {
		return 0, err
	}
	count, err = c.pour(ctx, in, sink, unit, progress)
	if err = errors.Join(err, sink.Close()); err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		os.Remove(part)
	}
	return count, err
}

func (c Conversion) pour(ctx context.Context, in *Reader, sink Sink, unit string, progress func(int64)) (count int64, err error) {
	up, down := c.ratio(in.Metadata(), unit)
	only := slices.Index(in.Metadata().Populations, c.Population)
	buffer := make([]Spike, batchRows)
	for err == nil {
		if ctx.Err() != nil {
			return count, ctx.Err()
		}
		var n int
		n, err = in.Read(buffer)
		kept := buffer[:0]
		for _, s := range buffer[:n] {
			if only >= 0 {
				if int(s.Population) != only {
					continue
				}
				s.Population = 0
			}
			if s.Time = s.Time * up / down; math.IsNaN(s.Time) || math.IsInf(s.Time, 0) {
				return count, fmt.Errorf("raster: the time of spike %d of neuron %d is not a finite number", count+1, s.Neuron)
			}
			kept = append(kept, s)
		}
		if fault := sink.Write(kept); fault != nil {
			return count, fault
		}
		count += int64(len(kept))
		if progress != nil {
			progress(count)
		}
	}
	return count, past(err)
}

// Survey is what a raster holds.
type Survey struct {
	Metadata
	Spikes      int64
	First, Last float64 // times; both 0 without spikes
	Counts      []int64 // spikes of each population
	Active      []int   // neurons of each that fired
}

// NewSurvey reads a raster to its end.
func NewSurvey(ctx context.Context, in *Reader) (Survey, error) {
	var out Survey
	var seen []map[uint32]struct{}
	buffer := make([]Spike, batchRows)
	for {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		n, err := in.Read(buffer)
		for _, s := range buffer[:n] {
			for len(seen) <= int(s.Population) {
				seen, out.Counts = append(seen, map[uint32]struct{}{}), append(out.Counts, 0)
			}
			seen[s.Population][s.Neuron] = struct{}{}
			out.Counts[s.Population]++
			if out.Spikes++; out.Spikes == 1 {
				out.First, out.Last = s.Time, s.Time
			}
			out.First, out.Last = min(out.First, s.Time), max(out.Last, s.Time)
		}
		if err == nil {
			continue
		}
		if past(err) != nil {
			return out, err
		}
		out.Metadata = in.Metadata().named()
		for k := range out.Populations {
			if k == len(seen) {
				seen, out.Counts = append(seen, nil), append(out.Counts, 0)
			}
			out.Active = append(out.Active, len(seen[k]))
		}
		return out, nil
	}
}
