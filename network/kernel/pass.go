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
	Hits   [Block / Width]Hit
	random [chunk]uint64
	vectors
}

// Constants of the bound of E: with u31 = word>>1 & (2³¹−1) in float32, the bit
// pattern of a float is, up to its scale, a lower bound of its logarithm. In
// units of perBit the bound is an integer, and the same on every path.
const (
	perBit = math.Ln2 / (1 << 23)
	bound0 = (31+127)<<23 + 13 // 13 perBit = 1.07e−6 cover all roundings
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

// portable is the pass in plain Go, the reference for every vector path.
func (p *Pass) portable(v []float64, lanes *Lanes, s *Scratch) int {
	hits := 0
	for lo := 0; lo < len(v); lo += chunk {
		hi := min(lo+chunk, len(v))
		lanes.Fill(s.random[:hi-lo])
		hits = p.scalar(v, s, lo, lo, hi, hits)
	}
	return hits
}

// scalar moves the neurons from lo to hi, of a chunk that begins at first, with
// the words of s, and returns the number of Hits, of which there were hits before.
func (p *Pass) scalar(v []float64, s *Scratch, first, lo, hi, hits int) int {
	decay, shift, noise, near, from, to := p.Decay, p.Shift, p.Noise, p.Near/perBit, p.From, p.To
	random := s.random[lo-first : hi-first]
	v = v[lo:hi][:len(random)]
	last, c := uint32(math.MaxUint32), &normalTable
	for i, word := range random {
		high := uint32(word >> 32) // Normal, by hand
		m := math.Float32bits(float32(int32(high&0x7fffffff | 1)))
		octave := m >> 23 & 31
		t := math.Float32frombits(m&0x7fffff|0x3f800000) - 1.5
		q := float32(c[5][octave]*t) + c[4][octave]
		q = float32(q*t) + c[3][octave]
		q = float32(q*t) + c[2][octave]
		q = float32(q*t) + c[1][octave]
		q = float32(q*t) + c[0][octave]
		z := math.Float32frombits(math.Float32bits(q) ^ high&0x80000000)
		old := v[i]
		y := float64(float64(decay*old)+shift) + float64(noise*float64(z))
		v[i] = y
		d := from - old
		if d < 0 {
			d = 0
		}
		f := math.Float32bits(float32(int32(uint32(word) >> 1))) // Bound, by hand
		if float64(near*d)*(to-y) <= float64(bound0-int32(f)) {
			at := uint32(lo + i)
			if base := at &^ (Width - 1); base != last {
				last = base
				s.Hits[hits].Base, s.Hits[hits].Mask = base, 0
				hits++
			}
			h := &s.Hits[hits-1]
			h.Start[at%Width], h.Random[at%Width] = old, word
			h.Mask |= 1 << (at % Width)
		}
	}
	return hits
}
