package kernel

import "math"

// Block is the number of neurons of a full block, Unit the number that the
// length of every block is a multiple of.
const (
	Block = 4096
	Unit  = 2 * Width
)

// chunk is the number of neurons whose words are drawn ahead: words and
// potentials together stay in the first-level cache.
const chunk = 1024

// Pass is one vector pass: the constants of a step of length h, shared by all
// blocks. With x the potential at the start and Z a standard normal, the end
// point before any correction is
//
//	y = Decay·x + Shift + Noise·Z,
//
// and a neuron is listed as a candidate when
//
//	Near·max(From − x, 0)·(To − y) ≤ E,   E = −ln U,
//
// the test of an Ornstein–Uhlenbeck bridge against a threshold, with E replaced
// by an upper bound that costs no logarithm.
type Pass struct {
	Decay, Shift, Noise float64
	Near, From, To      float64
}

// Hit is a vector with at least one candidate, bit l of Mask for lane l.
type Hit struct {
	Start  [Width]float64 // potentials at the start of the step, where Mask is set
	Random [Width]uint64  // the words drawn, likewise; the lower halves belong to the crossing test
	Base   uint32         // index in the block of lane 0, a multiple of Width
	Mask   uint32
}

// Scratch is the workspace of one worker.
type Scratch struct {
	Hits    [Block / Width]Hit
	random  [chunk]uint64
	normals [chunk]float32
	vectors
}

// Constants of the bound of E: with u31 = word>>1 & (2³¹−1) in float32, the bit
// pattern of a float is, up to its scale, a lower bound of its logarithm. In
// units of perBit the bound is an integer, and the same on every path.
const (
	perBit = math.Ln2 / (1 << 23)
	bound0 = (31+127)<<23 + 13 // of the word 0; 13 perBit = 1.07e−6 cover all roundings
	bound1 = bound0 - 127<<23  // of the first word beyond
)

// Bound returns an upper bound of −ln U for every U that Uniform can make of word.
func Bound(word uint64) float64 {
	f := float32(int32(uint32(word) >> 1))
	return float64(bound0-int32(math.Float32bits(f))) * perBit
}

// Uniform refines the lower half of word by a uniform r in (0, 1): (u31 + r)/2³¹.
func Uniform(word uint64, r float64) float64 {
	return (float64(uint32(word)>>1) + r) * 0x1p-31
}

// Run moves the potentials of a block, whose length is a multiple of Unit and
// at most Block, and returns the number of Hits written to s.
func (p *Pass) Run(v []float64, lanes *Lanes, s *Scratch) int {
	return p.run(v, lanes, s)
}

// portable is the pass in plain Go, the reference for every vector path: three
// sweeps over a chunk, in each of which the neurons are independent, as no
// processor looks far enough ahead to overlap whole steps of several neurons.
func (p *Pass) portable(v []float64, lanes *Lanes, s *Scratch) (hits int) {
	for lo := 0; lo < len(v); lo += chunk {
		part := v[lo:min(lo+chunk, len(v))]
		lanes.Fill(s.random[:len(part)])
		normals(s.normals[:len(part)], s.random[:])
		hits = p.move(part, s, lo, hits)
	}
	return hits
}

// move moves a chunk, of which the first neuron has the index base in its block,
// and returns the number of Hits, of which there were hits before.
func (p *Pass) move(v []float64, s *Scratch, base, hits int) int {
	decay, shift, noise, near, from, to := p.Decay, p.Shift, p.Noise, p.Near/perBit, p.From, p.To
	random, z := s.random[:len(v)], s.normals[:len(v)]
	for i, old := range v {
		y := float64(float64(decay*old)+shift) + float64(noise*float64(z[i]))
		v[i] = y
		d, word := from-old, random[i]
		if float64(near*d)*(to-y) > bound1 && d > 0 && uint32(word) > 1 {
			continue // beyond the bound of every word but 0 and 1
		}
		f := math.Float32bits(float32(int32(uint32(word) >> 1))) // Bound, by hand
		if d > 0 && float64(near*d)*(to-y) > float64(bound0-int32(f)) {
			continue
		}
		at := uint32(base + i)
		if hits == 0 || s.Hits[hits-1].Base != at&^(Width-1) {
			s.Hits[hits].Base, s.Hits[hits].Mask = at&^(Width-1), 0
			hits++
		}
		h := &s.Hits[hits-1]
		h.Start[at%Width], h.Random[at%Width] = old, word
		h.Mask |= 1 << (at % Width)
	}
	return hits
}
