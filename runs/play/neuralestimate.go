package play

import (
	"context"
	"math"
	"time"

	"lapicque/runs/scenario"
)

const (
	pilotTime = 0.02 // of the run, for which the equation is solved to time it
	siteBytes = 64   // of a site in the memory of a replica
)

// estimateNeural estimates a run of a neural field: the equation for a part of the time and a few steps of a network are timed.
func estimateNeural(ctx context.Context, f *scenario.Field, p plan, o Options) (Estimate, error) {
	out := Estimate{Memory: programBytes, Disk: figureBytes, Seconds: pageSeconds}
	sites := int64(f.Law.Domain.Total() * len(f.Start))
	kept := sites * 8 * int64(len(p.snapshots))
	if o.Sides.MeanField {
		began := time.Now()
		if _, err := solveNeural(ctx, f, plan{end: pilotTime * p.end}, func(float64) {}); err != nil {
			return out, err
		}
		out.Seconds += time.Since(began).Seconds() / pilotTime
		out.Memory, out.Disk = out.Memory+kept+sites*siteBytes, out.Disk+kept+maxFieldRows*6*numberBytes
	}
	if !o.Sides.Network {
		return out, nil
	}
	network, err := f.Network(0, 1)
	if err != nil {
		return out, err
	}
	const steps = 3
	began := time.Now()
	if err := network.Run(ctx, steps*f.Particles.Dt); err != nil {
		return out, err
	}
	step := time.Since(began).Seconds() / steps
	replicas := f.Particles.Replicas
	parallel, _ := share(o.Workers, replicas)
	out.Seconds += step * math.Ceil(p.end/f.Particles.Dt) * math.Ceil(float64(replicas)/float64(parallel))
	out.Memory += int64(replicas)*sites*siteBytes + 2*kept
	out.Disk += 2 * kept
	return out, nil
}
