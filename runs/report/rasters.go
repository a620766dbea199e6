package report

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"

	"lapicque/runs/plot"
	"lapicque/runs/raster"
)

// drawRaster draws raster.parquet; a raster that cannot be read is a problem of
// the folder.
func (f *folder) drawRaster() *figure {
	drawing, neurons, err := f.rasterDrawing()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		f.problems = append(f.problems, fmt.Sprintf("raster.parquet: %v", err))
		return nil
	}
	caption := fmt.Sprintf("Spikes of %s: a dot a spike. Below: spikes of these neurons in a bin over their number and the width of the bin.",
		count(int64(neurons), "recorded neuron", "recorded neurons"))
	if len(drawing.Cascades) > 0 {
		caption += fmt.Sprintf(" Dashed: cascades that took at least %s %% of the network, with their size.", number(100*macroscopicShare, 1))
	}
	picture := drawing.Figure()
	return &figure{Name: "raster", Title: "Spike raster", Caption: caption, drawing: picture}
}

func (f *folder) rasterDrawing() (*plot.Raster, int, error) {
	file, err := raster.Open(filepath.Join(f.dir, "raster.parquet"))
	if err != nil {
		return nil, 0, err
	}
	meta, spikes := file.Metadata(), file.Len()
	if err := file.Close(); err != nil {
		return nil, 0, err
	}
	r := &plot.Raster{Spikes: spikes, Cascades: f.macroscopic(), BlowUps: f.blowUps()}
	r.From, r.To = f.recordedTime()
	if r.Bin = f.parameters.number("record.rate_bin"); !(r.Bin > 0) {
		r.Bin = (r.To - r.From) / 100
	}
	total := 0
	for _, name := range meta.Populations {
		n := f.recordedNeurons(name)
		r.Populations = append(r.Populations, plot.Population{Name: name, Neurons: n})
		total += n
	}
	if !(r.To > r.From) || total == 0 {
		return nil, 0, errors.New("resolved.yaml does not say which neurons and which time it covers")
	}
	_, err = f.eachSpike(r.Add)
	return r, total, err
}

// recordedTime is the time that the raster covers: as asked, cut where the run stopped.
func (f *folder) recordedTime() (from, to float64) {
	end := f.parameters.number("time.end")
	if rates := f.parts[0].rates; rates != nil && rates.rows > 0 {
		if last := rates.floats("time_to")[rates.rows-1]; f.stopped() || math.IsNaN(end) || f.parameters.text("time.stop") == "stationary" {
			end = last
		}
	}
	from, to = f.parameters.number("record.raster.from"), f.parameters.number("record.raster.to")
	if math.IsNaN(from) {
		from = 0
	}
	if math.IsNaN(to) || to > end {
		to = end
	}
	return from, to
}

// recordedNeurons is the number of neurons of a population that the raster covers.
func (f *folder) recordedNeurons(population string) int {
	n := f.parameters.number("populations." + population + ".N")
	if math.IsNaN(n) {
		n = float64(f.neurons())
	}
	if asked := f.parameters.number("record.raster.neurons"); asked < n {
		n = asked
	}
	return int(n)
}

// sizeOf returns the number of neurons of the population that row i of the cascades is about.
func (f *folder) sizeOf(i int) float64 {
	if name := f.cascades.text("population")[i]; name != "" {
		return f.parameters.number("populations." + name + ".N")
	}
	return float64(f.neurons())
}

// macroscopic returns the macroscopic cascades of the first replica, in order of time.
func (f *folder) macroscopic() (list []plot.Cascade) {
	if f.cascades == nil || f.neurons() == 0 {
		return nil
	}
	replicas, times, sizes := f.cascades.floats("replica"), f.cascades.floats("time"), f.cascades.floats("size")
	for i, size := range sizes {
		share := size / f.sizeOf(i)
		if !(replicas[i] > 0) && size >= macroscopicSize && share >= macroscopicShare {
			list = append(list, plot.Cascade{Time: times[i], Size: int(size), Share: share, Population: f.cascades.text("population")[i]})
		}
	}
	return list
}
