package play

import (
	"context"
	"math"
	"time"

	"lapicque/mfield"
	"lapicque/network"
	"lapicque/runs/scenario"
)

// Estimate is what a run will take, roughly: a small network and a coarse mean
// field are timed on this machine, the rest is proportion.
type Estimate struct {
	Seconds float64 `json:"seconds"`
	Memory  int64   `json:"memory_bytes"`
	Disk    int64   `json:"disk_bytes"`
}

// Times returns the estimate of so many such runs, on so many workers (0: all cores).
func (e Estimate) Times(points, workers int) Estimate {
	parallel, inner := share(workers, points)
	const fileBytes = 400 // of a point in the tables
	return Estimate{
		Seconds: pageSeconds + (e.Seconds-pageSeconds)*float64(points)/float64(parallel*inner),
		Memory:  programBytes + (e.Memory-programBytes)*int64(parallel), Disk: figureBytes + int64(points)*fileBytes,
	}
}

const (
	pilotNeurons = 20000
	pilotSteps   = 20
	pageSeconds  = 4.0 // plots and report
	programBytes = 60 << 20
	neuronBytes  = 40 // state, the sample of a snapshot and its sorted copy
	spikeBytes   = 16 // of the raster
	numberBytes  = 19 // of a table
	figureBytes  = 4 << 20

	coarserFactor = 4 // cost of the spectral solution and its coarser companion, in units of the latter
)

// NewEstimate estimates a run.
func NewEstimate(ctx context.Context, s *scenario.Scenario, o Options) (Estimate, error) {
	head, tail := s.Common()
	p := newPlan(head, tail)
	if f, ok := s.Field(); ok {
		return estimateNeural(ctx, f, p, o)
	}
	start, err := s.Neurons().Start()
	if err != nil {
		return Estimate{}, err
	}
	out := Estimate{Memory: programBytes, Disk: figureBytes, Seconds: pageSeconds}
	began := time.Now()
	_, doubles := s.Document.(scenario.Doubling)
	var rough *field
	if !doubles {
		if rough, err = solve(ctx, s, start, p, scenario.Rough, func(float64) {}); err != nil {
			return out, err
		}
	}
	if o.Sides.MeanField && !doubles {
		seconds := time.Since(began).Seconds() * 1.5 * float64(tail.MeanField.Cells) / scenario.RoughCells
		if tail.MeanField.Scheme != mfield.FiniteVolume.String() { // the cost is not that of cells
			began = time.Now()
			if _, err := solve(ctx, s, start, p, scenario.Coarser, func(float64) {}); err != nil {
				return out, err
			}
			seconds = coarserFactor * time.Since(began).Seconds()
		}
		out.Seconds += seconds
	}
	out.Disk += int64(len(p.bins)+maxFieldRows)*6*numberBytes + int64(2*len(p.snapshots)*tail.Record.DensityBins*8)
	if !o.Sides.Network {
		return out, nil
	}
	seconds, err := pilot(ctx, s)
	if err != nil {
		return out, err
	}
	n, replicas := 0, tail.Particles.Replicas
	for k, one := range s.Populations() {
		n += one.N
		fired := p.end // of neurons that make their spikes, about one a unit of time at most
		if rough != nil {
			fired = rough.curve[len(rough.curve)-1][k].Fired
		}
		out.Disk += int64(fired * float64(min(tail.Record.Raster.Neurons, one.N)) * spikeBytes)
	}
	parallel, inner := share(o.Workers, replicas)
	if doubles && o.Sides.MeanField {
		n *= 3 // with those of twice the neurons
	}
	steps := math.Ceil(p.end / p.dt)
	out.Seconds += seconds * steps * float64(n) * float64(replicas) / float64(parallel*inner)
	out.Memory += int64(neuronBytes) * int64(n) * int64(replicas)
	out.Disk += int64(math.Min(steps, maxTraceRows)) * int64(tail.Record.Traces.Neurons+1) * numberBytes
	return out, nil
}

// pilot returns the seconds that one core needs for a neuron and a step.
func pilot(ctx context.Context, s *scenario.Scenario) (float64, error) {
	small := s.Shrunk(pilotNeurons)
	start, err := small.Neurons().Start()
	if err != nil {
		return 0, err
	}
	net, err := small.Neurons().Network(start, 0, 1)
	if err != nil {
		return 0, err
	}
	_, tail := s.Common()
	populations, neurons := small.Populations(), 0
	for _, one := range populations {
		neurons += one.N
	}
	began := time.Now()
	err = net.Run(ctx, pilotSteps*tail.Particles.Dt, make([][]network.Observer, len(populations)))
	return time.Since(began).Seconds() / float64(pilotSteps*neurons), err
}
