package renewal

import (
	"fmt"
	"math"

	"lapicque/neuron"
)

// Config fixes a network. All fields but Workers fix its trajectory, together with the times at which Run was asked to stop
// where these are not multiples of Dt.
type Config struct {
	N        int // number of neurons, ≥ 1
	Law      neuron.ElapsedTime
	Synapses neuron.Synapses
	Initial  neuron.Initial // law of the ages at time 0, independent
	Start    neuron.Choice  // Lowest or Highest: which N(0), where transmission is instantaneous
	Dt       float64        // cell of the time grid, > 0; a part of the delay where that is discrete
	Seed     uint64
	Replica  uint64 // replicas with the same seed are independent
	Workers  int    // goroutines; 0 means all cores
}

// mostCells bounds the cells of the time grid in a delay, of which each keeps its intensities.
const mostCells = 1e7

// Validate returns neuron.Faults that name every field out of range, or nil.
func (c Config) Validate() error {
	_, err := c.bounds()
	return err
}

func (c Config) bounds() (neuron.Elapsed, error) {
	bounds, err := c.Synapses.Bounds(c.Law)
	fs, _ := err.(neuron.Faults)
	fs.Add(c.N >= 1 && c.N <= math.MaxUint32, "particles.N", c.N, fmt.Sprintf("a number of neurons from 1 to %d", uint32(math.MaxUint32)))
	fs.Add(c.Dt > 0 && !math.IsInf(c.Dt, 0), "particles.dt", c.Dt, "a finite number > 0")
	fs.Add(c.Synapses.Transmission != neuron.Discrete || !(c.Synapses.Delay/c.Dt > mostCells), "particles.dt", c.Dt,
		fmt.Sprintf("a cell so long that at most %g are in a delay of %v", mostCells, c.Synapses.Delay))
	fs.Add(c.Workers >= 0, "workers", c.Workers, "a number ≥ 0 (0: all cores)")
	fs.Add(c.Start == neuron.Lowest || c.Start == neuron.Highest, "particles.start", c.Start, "lowest or highest")
	fs.Add(c.Initial != nil, "initial", "nothing", "a law of the ages at time 0")
	if c.Initial != nil {
		fs.Add(!(c.Initial.CDF(-math.SmallestNonzeroFloat64) > 1e-9), "initial", "ages below 0", "a law of ages, carried by s ≥ 0")
	}
	return bounds, fs.Err()
}
