package fluctuations

import (
	"fmt"
	"math"

	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// Plan says what is measured, and how well. Workers and Progress change no result.
type Plan struct {
	Scenario  *scenario.Scenario
	Sizes     []int   // neurons in all, ascending
	Time      float64 // observed in each replica …
	BurnIn    float64 // … after this
	Window    float64 // L of the long-window variance, which is taken from windows L and 2L; 0: from the slowest relaxation that theory knows
	Bin       float64 // of spike counts, and time from one look at the potentials to the next; 0: 20 steps
	Precision float64 // half-width of the 95 % interval of the long-window variance over its value, at each size
	Replicas  int     // at most, of each size
	Workers   int
	Progress  func(float64)
}

const (
	batch    = 16   // replicas that are added at least, and the fewest
	tapers   = 4    // of a segment of the spectrum
	cells    = 8    // of a potential in the law of pairs
	margin   = 0.25 // of the time, in which no interval begins that is counted: those that begin before are finished
	shortest = 20   // windows L that the time holds at least
)

// Validate returns neuron.Faults, all of them.
func (p Plan) Validate() error {
	var fs neuron.Faults
	fs.Add(len(p.Sizes) > 0, "N", "nothing", "numbers of neurons")
	for k, n := range p.Sizes {
		fs.Add(n >= 2 && n <= 1<<32-1, "N", n, "numbers of neurons from 2 to 4294967295")
		fs.Add(k == 0 || n > p.Sizes[k-1], "N", n, "ascending numbers of neurons")
	}
	fs.Add(p.Time > 0 && !math.IsInf(p.Time, 1), "time", p.Time, "a time > 0")
	fs.Add(p.BurnIn >= 0 && !math.IsInf(p.BurnIn, 1), "burn-in", p.BurnIn, "a time ≥ 0")
	fs.Add(p.Window >= 0 && !math.IsInf(p.Window, 1), "window", p.Window, "a time > 0, or 0: chosen")
	fs.Add(p.Bin >= 0 && !math.IsInf(p.Bin, 1), "bin", p.Bin, "a time > 0, or 0: 20 steps")
	fs.Add(p.Precision > 0 && p.Precision < 1, "precision", p.Precision, "a number between 0 and 1")
	fs.Add(p.Replicas >= batch && p.Replicas <= 1<<20, "replicas", p.Replicas, fmt.Sprintf("a number from %d to 1048576", batch))
	fs.Add(p.Workers >= 0, "workers", p.Workers, "a number ≥ 0 (0: all cores)")
	if p.Scenario == nil {
		return fs.Err()
	}
	if _, ok := p.Scenario.Document.(scenario.Neurons); !ok {
		fs.Add(false, "scenario", p.Scenario.Name, "a model whose neurons have no place; here it is a neural field")
		return fs.Err()
	}
	if !(p.Time > 0) || !(p.Window >= 0) || !(p.Bin >= 0) {
		return fs.Err()
	}
	s := p.settings()
	fs.Add(p.Time >= shortest*s.window, "time", p.Time, fmt.Sprintf("at least %d windows of %.4g, here %.4g", shortest, s.window, shortest*s.window))
	fs.Add(s.window >= 2*s.step, "window", s.window, fmt.Sprintf("at least two steps of %.4g", s.step))
	fs.Add(s.bin >= s.step && s.bin <= p.Time/shortest, "bin", s.bin, fmt.Sprintf("a time from the step, %.4g, to a twentieth of the time, %.4g", s.step, p.Time/shortest))
	return fs.Err()
}

// settings are the choices that a plan leaves open, made.
type settings struct {
	step    float64 // width of the bins that rates are counted in
	bins    int     // of them in the time
	bin     float64
	window  float64
	segment int // bins of a segment of the spectrum
}

// relaxations is the window L in times of the slowest relaxation, after which a correlation is e^−7 of what it was.
const relaxations = 7

// settings makes the choices.
func (p Plan) settings() settings {
	_, tail := p.Scenario.Common()
	s := settings{step: tail.Particles.Dt, bin: p.Bin, window: p.Window}
	if s.bin == 0 {
		s.bin = 20 * s.step
	}
	s.bins = int(p.Time/s.step + 1e-9)
	if s.window == 0 {
		s.window = p.Time / 100
		if slow := slowest(p.Scenario); slow > 0 {
			s.window = relaxations * slow
		}
	}
	s.segment = 64
	for float64(s.segment)*s.step < 16*s.window && 2*s.segment <= s.bins {
		s.segment *= 2
	}
	return s
}

// Estimate returns the neurons times steps that the fewest replicas of all sizes take.
func (p Plan) Estimate() float64 {
	sum := 0.0
	for _, n := range p.Sizes {
		sum += float64(n)
	}
	return batch * sum * (p.Time + p.BurnIn) / p.settings().step
}
