// Command asm writes pass_amd64.s, the vector paths of Pass.Run. Both do the
// operations of Pass.portable in the same order with the same roundings.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// Offsets of the fields of kernel.vectors, each eight copies of a number.
const (
	atDecay = 64 * iota
	atShift
	atNoise
	atNear
	atFrom
	atTo
)

// Offsets of the fields of kernel.Hit, and its size.
const (
	atStart  = 0
	atRandom = 64
	atBase   = 128
	atMask   = 132
	hitSize  = 136
)

// Constants of the crossing test, see kernel.Bound.
const (
	bound0 = 158<<23 + 13
	two52  = 0x4330000000000000 // the bits of 2⁵²
)

func main() {
	ConstraintExpr("amd64")
	fillAVX2()
	normalsAVX2()
	moveAVX2()
	passAVX512()
	synapticAVX2()
	Generate()
}

// constant32 declares a static vector of n copies of a 32-bit constant.
func constant32(name string, n int, x uint32) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range n {
		DATA(i*4, U32(x))
	}
	return m
}

// constant64 declares a static vector of n copies of a double.
func constant64(name string, n int, x float64) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range n {
		DATA(i*8, F64(x))
	}
	return m
}
