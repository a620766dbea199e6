package fit

import (
	"math"

	"lapicque/compare"
)

// trial compares candidates with the spikes of a part of a recording. It serves one goroutine.
type trial struct {
	dt      float64
	current []float64   // recorded
	fed     []float64   // in the model's unit
	trains  [][]float64 // of the repeats
	end     float64     // of the trains
	delta   float64
	norms   [len(widths)][]float64 // of the trains with themselves
	spikes  []float64
}

// newTrial returns the comparison with what is before the split. With every > 1, the current is averaged over so many samples.
func newTrial(r *Recording, s Split, delta float64, every int) *trial {
	samples := int(math.Ceil(s.At / r.Dt))
	t := &trial{dt: r.Dt * float64(every), end: s.At, delta: delta, current: averaged(r.Current[:samples], every)}
	t.fed = make([]float64, len(t.current))
	for _, train := range r.Spikes {
		train = s.train(train)
		t.trains = append(t.trains, train)
		for j, width := range widths {
			t.norms[j] = append(t.norms[j], compare.Overlap(train, train, width*delta))
		}
	}
	return t
}

// averaged returns the means over so many samples each; the last may have fewer.
func averaged(samples []float64, every int) (out []float64) {
	for k := 0; k < len(samples); k += every {
		part, sum := samples[k:min(k+every, len(samples))], 0.0
		for _, x := range part {
			sum += x
		}
		out = append(out, sum/float64(len(part)))
	}
	return out
}

// widths are the time constants, in units of δ, at which trains are compared to guide the search.
var widths = [...]float64{0.5, 2, 8, 32}

// tie is the weight of the similarity beside Γ: it decides between parameters of nearly equal Γ.
const tie = 0.05

// similarity is the mean over the repeats and the widths of 2⟨d, m⟩/(⟨d, d⟩ + ⟨m, m⟩), the products being those of filtered trains: 1 for equal
// ones. Wide filters lead from afar, the narrow one to the recorded times.
func (t *trial) similarity(c candidate) float64 {
	t.spikes = c.respond(t.current, t.fed, t.dt, t.spikes[:0], nil)
	sum := 0.0
	for j, width := range widths {
		tau := width * t.delta
		own := compare.Overlap(t.spikes, t.spikes, tau)
		for k, train := range t.trains {
			sum += 2 * compare.Overlap(train, t.spikes, tau) / (t.norms[j][k] + own)
		}
	}
	return sum / float64(len(t.trains)*len(widths))
}

// coincidence is the mean of Γ over the repeats, −1 for trains to which Γ does not apply, plus the tie-breaker.
func (t *trial) coincidence(c candidate) float64 {
	similarity, sum := t.similarity(c), 0.0
	for _, train := range t.trains {
		got, err := compare.CoincidenceFactor(train, t.spikes, t.end, t.delta)
		if err != nil {
			got.Gamma = -1
		}
		sum += got.Gamma
	}
	return sum/float64(len(t.trains)) + tie*similarity
}

// respond feeds a recorded current to the model; fed is working space of the same length.
func (c candidate) respond(current, fed []float64, dt float64, spikes, potential []float64) []float64 {
	c.feed(current, fed)
	return c.model.Respond(fed, dt, spikes, potential)
}

func (c candidate) feed(current, fed []float64) {
	for k, i := range current {
		fed[k] = c.gain*i + c.offset
	}
}
