package statistics

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"lapicque/neuron"
	"lapicque/runs/raster"
)

// Options say what of a raster is looked at, and how finely.
type Options struct {
	From, To float64 // NaN: all of it
	Bin      float64 // of histograms, correlations and the spectrum; 0: a two-thousandth of the time
	Neurons  int     // the first so many of each population; 0: all
	Seed     uint64  // of the bootstrap
}

// population is the trains of one, a silent neuron having an empty one.
type population struct {
	name   string
	trains [][]float64
}

// recording is a raster in memory.
type recording struct {
	meta        raster.Metadata
	populations []population
	from, to    float64
	notes       []string
}

// most bounds the spikes that are read, and highest their neurons: all are held in memory, silent neurons too.
const most, highest = 500_000_000, 50_000_000

// read reads a raster file, or that of a run folder. What is wrong is neuron.Faults.
func read(name string, o Options) (*recording, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, "raster.parquet")
	}
	r, err := raster.Open(name)
	if err != nil {
		return nil, neuron.Faults{{Field: "raster", Value: name, Accepted: "a raster of spikes or the folder of a run that has one (" + err.Error() + ")"}}
	}
	defer r.Close()
	out := &recording{from: math.Inf(1), to: math.Inf(-1)}
	buffer, total := make([]raster.Spike, 1<<14), 0
	for {
		n, err := r.Read(buffer)
		for _, s := range buffer[:n] {
			if s.Neuron > highest {
				return nil, neuron.Faults{{Field: "raster", Value: name, Accepted: fmt.Sprintf("a raster whose neurons have numbers up to %d; here one is %d", highest, s.Neuron)}}
			}
			out.add(s, o)
		}
		if total += n; total > most {
			return nil, fmt.Errorf("statistics: more than %d spikes; --to and fewer recorded neurons make it less", most)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, neuron.Faults{{Field: "raster", Value: name, Accepted: "a raster that is whole (" + err.Error() + ")"}}
		}
	}
	out.meta = r.Metadata()
	return out, out.settle(name, o)
}

// add enters a spike.
func (r *recording) add(s raster.Spike, o Options) {
	r.from, r.to = math.Min(r.from, s.Time), math.Max(r.to, s.Time)
	if o.Neurons > 0 && int(s.Neuron) >= o.Neurons || s.Time < o.From || s.Time > o.To {
		return
	}
	for len(r.populations) <= int(s.Population) {
		r.populations = append(r.populations, population{})
	}
	p := &r.populations[s.Population]
	for len(p.trains) <= int(s.Neuron) {
		p.trains = append(p.trains, nil)
	}
	p.trains[s.Neuron] = append(p.trains[s.Neuron], s.Time)
}

// settle makes the times and the numbers of neurons those that were recorded, as far as the file tells.
func (r *recording) settle(name string, o Options) error {
	if r.meta.End > r.meta.Start {
		r.from, r.to = r.meta.Start, r.meta.End
	} else {
		r.notes = append(r.notes, "The file does not tell from when to when spikes were recorded: the first and the last spike stand for it.")
	}
	if !math.IsNaN(o.From) {
		r.from = o.From
	}
	if !math.IsNaN(o.To) {
		r.to = o.To
	}
	spikes := 0
	for k := range r.populations {
		p := &r.populations[k]
		if k < len(r.meta.Populations) {
			p.name = r.meta.Populations[k]
		}
		if k < len(r.meta.Neurons) {
			n := r.meta.Neurons[k]
			if o.Neurons > 0 {
				n = min(n, o.Neurons)
			}
			for len(p.trains) < n {
				p.trains = append(p.trains, nil)
			}
		} else if k == 0 {
			r.notes = append(r.notes, "The file does not tell how many neurons were recorded: silent ones after the last that fired are not counted.")
		}
		for _, train := range p.trains {
			slices.Sort(train)
			spikes += len(train)
		}
	}
	var fs neuron.Faults
	fs.Add(r.to > r.from || math.IsInf(r.from, 0), "from, to", fmt.Sprintf("%g, %g", r.from, r.to), "an interval of time in which neurons of the raster fire")
	if r.meta.End > r.meta.Start {
		recorded := fmt.Sprintf("a time from %g to %g, when spikes were recorded", r.meta.Start, r.meta.End)
		fs.Add(r.from >= r.meta.Start && r.from <= r.meta.End, "from", r.from, recorded)
		fs.Add(r.to >= r.meta.Start && r.to <= r.meta.End, "to", r.to, recorded)
	}
	fs.Add(spikes >= 2, "raster", name, fmt.Sprintf("a raster with two spikes in the interval and of the neurons asked for; here there are %d", spikes))
	if r.to > r.from && !math.IsInf(r.to, 0) {
		fs.Add(o.Bin == 0 || o.Bin <= (r.to-r.from)/16, "bin", o.Bin, fmt.Sprintf("a width of at most a sixteenth of the time, %.4g", (r.to-r.from)/16))
		fs.Add(o.Bin == 0 || (r.to-r.from)/o.Bin <= 1e7, "bin", o.Bin, "a width of which the time holds at most 10⁷")
	}
	return fs.Err()
}

// Validate returns neuron.Faults.
func (o Options) Validate() error {
	var fs neuron.Faults
	fs.Add(!math.IsInf(o.From, 0), "from", o.From, "a time")
	fs.Add(!math.IsInf(o.To, 0), "to", o.To, "a time")
	fs.Add(math.IsNaN(o.From) || math.IsNaN(o.To) || o.To > o.From, "to", o.To, fmt.Sprintf("a time after --from = %g", o.From))
	fs.Add(o.Bin >= 0 && !math.IsInf(o.Bin, 1), "bin", o.Bin, "a width > 0, or 0: chosen")
	fs.Add(o.Neurons >= 0, "neurons", o.Neurons, "a number ≥ 0 (0: all)")
	return fs.Err()
}
