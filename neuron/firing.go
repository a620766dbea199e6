package neuron

import "math"

// Firing says when a neuron fires. The zero value: in the instant in which it reaches V_F.
// With Epsilon > 0 (escape noise, a random threshold) it goes on above V_F and fires there at
// the rate 1/ε, so that N = (1/ε)∫_{V_F}^∞ n and N ≤ 1/ε.
type Firing struct {
	Epsilon float64 // ε, mean time above V_F until a spike; 0: none
}

// Escapes reports whether neurons fire at random above V_F.
func (f Firing) Escapes() bool { return f.Epsilon != 0 }

// Validate returns Faults, or nil; fields carry the names of the scenario file.
func (f Firing) Validate() error {
	var fs Faults
	fs.Add(f.Epsilon >= 0 && !math.IsInf(f.Epsilon, 1), "epsilon", f.Epsilon, "a finite time > 0")
	return fs.Err()
}
