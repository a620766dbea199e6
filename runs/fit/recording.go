package fit

import (
	"fmt"
	"math"
	"slices"

	"lapicque/neuron"
)

// Recording is the response of a neuron to a current, repeated or not, sampled at the times k·Dt, in ms, the first row being time 0.
type Recording struct {
	Name      string // of the file
	Dt        float64
	Current   []float64   // held from k·Dt to (k+1)·Dt, in nA or Unit
	Unit      string      // of the current: nA, or µA/cm² (a density is used as the number of nA of 10⁻³ cm²)
	Potential [][]float64 // mV, of each repeat; nil: not recorded
	Spikes    [][]float64 // times, ascending, of each repeat
}

// Duration returns the length of the recording in ms.
func (r *Recording) Duration() float64 { return float64(len(r.Current)) * r.Dt }

// Crossings returns the times at which a sampled potential passes the threshold upwards, interpolated linearly between samples, none sooner after
// another than the refractory time.
func Crossings(potential []float64, dt, threshold, refractory float64) (times []float64) {
	last := math.Inf(-1)
	for k := 1; k < len(potential); k++ {
		a, b := potential[k-1], potential[k]
		if a >= threshold || b < threshold {
			continue
		}
		at := (float64(k-1) + (threshold-a)/(b-a)) * dt
		if at-last >= refractory {
			times, last = append(times, at), at
		}
	}
	return times
}

// Split is the recording cut in two at a time: models are fitted to what is before, tried on what is after.
type Split struct {
	At, End float64
}

// NewSplit cuts a recording at a fraction of its length. Every repeat needs two spikes before and one after; the error is
// neuron.Faults.
func NewSplit(r *Recording, fraction float64) (Split, error) {
	var fs neuron.Faults
	fs.Add(fraction > 0 && fraction < 1, "split", fraction, "a fraction above 0 and below 1")
	if err := fs.Err(); err != nil {
		return Split{}, err
	}
	s := Split{fraction * r.Duration(), r.Duration()}
	for k, train := range r.Spikes {
		before := len(s.train(train))
		after := len(train) - before
		name := column("spikes", k, len(r.Spikes))
		fs.Add(before >= 2 && after >= 1, name, fmt.Sprintf("%d before the split at %g ms and %d after it", before, s.At, after), "at least two spikes before the split and one after it")
	}
	return s, fs.Err()
}

// train returns the spikes before the split, test those after it, as times since the split.
func (s Split) train(spikes []float64) []float64 {
	k, _ := slices.BinarySearch(spikes, s.At)
	return spikes[:k]
}

func (s Split) test(spikes []float64) (out []float64) {
	k, _ := slices.BinarySearch(spikes, s.At)
	for _, t := range spikes[k:] {
		out = append(out, t-s.At)
	}
	return out
}

// column returns the name of a repeat's column.
func column(kind string, k, repeats int) string {
	if repeats == 1 {
		return kind
	}
	return fmt.Sprintf("%s_%d", kind, k+1)
}
