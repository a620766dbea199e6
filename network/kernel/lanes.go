package kernel

import "math/bits"

// Width is the number of lanes: neurons handled together.
const Width = 8

// Lanes is the random state of one block: eight xoshiro256++ generators, word j
// of lane l in Lanes[j][l].
type Lanes [4][Width]uint64

// Purposes of a key, so that two streams of one network never share one.
const (
	purposeLanes  = 0x6c616e6573
	purposeStream = 0x73747265616d
)

// NewLanes returns the lanes of a block. Key schedule: the words of the key are
// absorbed one by one into a SplitMix64 chain, whose output fills the states.
func NewLanes(seed, replica, block uint64) Lanes {
	s := NewStream(absorb(absorb(absorb(purposeLanes, seed), replica), block), 0, 0)
	var l Lanes
	for lane := range Width {
		for j := range 4 {
			l[j][lane] = s.Uint64()
		}
	}
	return l
}

// Fill writes len(dst) words, a multiple of Width: dst[8k+l] is the k-th output
// of lane l.
func (l *Lanes) Fill(dst []uint64) {
	for lane := range Width {
		s0, s1, s2, s3 := l[0][lane], l[1][lane], l[2][lane], l[3][lane]
		for i := lane; i < len(dst); i += Width {
			dst[i] = bits.RotateLeft64(s0+s3, 23) + s0
			t := s1 << 17
			s2 ^= s0
			s3 ^= s1
			s1 ^= s2
			s0 ^= s3
			s2 ^= t
			s3 = bits.RotateLeft64(s3, 45)
		}
		l[0][lane], l[1][lane], l[2][lane], l[3][lane] = s0, s1, s2, s3
	}
}

// Key is the part of a Stream's key that a network shares.
type Key uint64

// NewKey returns the key of the rare draws of a network.
func NewKey(seed, replica uint64) Key {
	return Key(absorb(absorb(purposeStream, seed), replica))
}

// Stream is a short random sequence for the rare draws of one neuron in one
// step: SplitMix64 (Steele, Lea and Flood 2014) started from a hash of its key.
type Stream struct{ state uint64 }

// NewStream returns the sequence keyed by (key, step, neuron).
func NewStream(key, step, neuron uint64) Stream {
	return Stream{absorb(absorb(key, step), neuron)}
}

// Stream returns the sequence of a neuron in a step.
func (k Key) Stream(step int64, neuron uint32) Stream { return k.Step(step).Stream(neuron) }

// StepKey is the key of a step: what its streams have in common.
type StepKey uint64

// Step returns the key of a step.
func (k Key) Step(step int64) StepKey { return StepKey(absorb(uint64(k), uint64(step))) }

// Stream returns the sequence of a neuron in the step.
func (k StepKey) Stream(neuron uint32) Stream { return Stream{absorb(uint64(k), uint64(neuron))} }

// Uint64 returns the next word.
func (s *Stream) Uint64() uint64 {
	s.state += 0x9e3779b97f4a7c15
	return mix(s.state)
}

// Float64 returns a uniform in (0, 1), on the midpoints of 2⁵² cells.
func (s *Stream) Float64() float64 {
	return (float64(s.Uint64()>>12) + 0.5) * 0x1p-52
}

// absorb folds a word into a state.
func absorb(state, word uint64) uint64 {
	return mix(state ^ mix(word+0x9e3779b97f4a7c15))
}

// mix is the finaliser of SplitMix64.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
