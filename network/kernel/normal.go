package kernel

import "math"

// Normal maps 32 random bits to a standard normal by the inverse distribution
// function, piecewise over the octaves of the tail probability: bit 31 is the
// sign; the other bits, made odd, are m with p = m/2³² in (0, ½) the tail
// probability, on the midpoints of a lattice of 2³⁰ cells; in each octave of m
// a polynomial of degree 5 gives |z|. The lattice ends at |z| = 6.23.
//
// Every operation is a float32 add or multiply rounded on its own, so that
// scalar and vector code give the same bits.
func Normal(word uint32) float32 {
	m := int32(word&0x7fffffff) | 1
	f := math.Float32bits(float32(m))
	c := &normalTable[f>>23&31] // the exponent field of 1 is 127 = 31 mod 32
	t := math.Float32frombits(f&0x7fffff|0x3f800000) - 1.5
	p := c[5]
	p = float32(p*t) + c[4]
	p = float32(p*t) + c[3]
	p = float32(p*t) + c[2]
	p = float32(p*t) + c[1]
	p = float32(p*t) + c[0]
	return math.Float32frombits(math.Float32bits(p) ^ word&0x80000000)
}

// normals writes Normal of the upper halves of the words, of which there are at
// least len(z): Normal by hand, since the compiler would call it.
func normals(z []float32, words []uint64) {
	for i, word := range words[:len(z)] {
		high := uint32(word >> 32)
		f := math.Float32bits(float32(int32(high&0x7fffffff | 1)))
		c := &normalTable[f>>23&31]
		t := math.Float32frombits(f&0x7fffff|0x3f800000) - 1.5
		p := c[5]
		p = float32(p*t) + c[4]
		p = float32(p*t) + c[3]
		p = float32(p*t) + c[2]
		p = float32(p*t) + c[1]
		p = float32(p*t) + c[0]
		z[i] = math.Float32frombits(math.Float32bits(p) ^ high&0x80000000)
	}
}
