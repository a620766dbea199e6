package kernel

import "math"

// Block is the number of neurons of a full block, Unit the number that the
// length of every block is a multiple of.
const (
	Block = 4096
	Unit  = 2 * Width
)

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
	Start  [Width]float64 // potentials at the start of the step
	Random [Width]uint64  // the words drawn; the lower halves belong to the crossing test
	Base   uint32         // index in the block of lane 0
	Mask   uint32
}

// Scratch is the workspace of one worker.
type Scratch struct {
	Hits      [Block / Width]Hit
	random    [Block]uint64
	constants vectors
}

// Constants of the bound of E: with u31 = word>>1 & (2³¹−1) in float32, the bit
// pattern of a float is, up to its scale, a lower bound of its logarithm.
const (
	perBit   = math.Ln2 / (1 << 23)
	boundAt0 = math.Ln2*(31+127) + 1e-6 // 1e−6 covers the rounding to float32
)

// Bound returns an upper bound of −ln U for every U that Uniform can make of word.
func Bound(word uint64) float64 {
	f := float32(int32(uint32(word) >> 1))
	return boundAt0 - float64(float64(int32(math.Float32bits(f)))*perBit)
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

// portable is the pass in plain Go, the reference for every vector path.
func (p *Pass) portable(v []float64, lanes *Lanes, s *Scratch) int {
	lanes.Fill(s.random[:len(v)])
	hits := 0
	for base := 0; base+Width <= len(v); base += Width {
		hits += p.vector(v, s, base, hits)
	}
	return hits
}

// vector moves the Width neurons from base; it returns 1 if it wrote Hits[hits].
func (p *Pass) vector(v []float64, s *Scratch, base, hits int) int {
	x := (*[Width]float64)(v[base:])
	random := (*[Width]uint64)(s.random[base:])
	start := *x
	var mask uint32
	for l, old := range start {
		word := random[l]
		y := math.FMA(p.Noise, float64(Normal(uint32(word>>32))), math.FMA(p.Decay, old, p.Shift))
		x[l] = y
		d := p.From - old
		if d < 0 {
			d = 0
		}
		if float64(p.Near*d)*(p.To-y) <= Bound(word) {
			mask |= 1 << l
		}
	}
	if mask == 0 {
		return 0
	}
	s.Hits[hits] = Hit{start, *random, uint32(base), mask}
	return 1
}
