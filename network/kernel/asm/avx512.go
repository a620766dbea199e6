package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Truth tables of VPTERNLOG for the operands (dst, src1, src2), first operand
// the highest bit of the index.
const (
	xor3     = 0x96 // a ^ b ^ c
	andOr    = 0xea // (a & b) | c
	xorAndOf = 0x6a // (a & b) ^ c
)

// passAVX512 draws and moves sixteen neurons a turn, state and tables in registers.
func passAVX512() {
	TEXT("passAVX512", NOSPLIT, "func(c *float64, v *float64, n int, lanes *uint64, hits *byte, table *float32) (found int)")
	Pragma("noescape")
	Doc("passAVX512 draws for and moves n neurons, a multiple of 2·Width.")
	c := Mem{Base: Load(Param("c"), GP64())}
	v := Mem{Base: Load(Param("v"), GP64())}
	n := Load(Param("n"), GP64())
	lanes := Mem{Base: Load(Param("lanes"), GP64())}
	hits := Mem{Base: Load(Param("hits"), GP64())}
	tableAt := Mem{Base: Load(Param("table"), GP64())}
	i, found := GP64(), GP64()
	XORQ(i, i)
	XORQ(found, found)

	var s [4]VecVirtual
	for j := range s {
		s[j] = ZMM()
		VMOVDQU64(lanes.Offset(64*j), s[j])
	}
	var table [12]VecVirtual
	for k := range table {
		table[k] = ZMM()
		VMOVUPS(tableAt.Offset(64*k), table[k])
	}
	odd, even := ZMM(), ZMM()
	VMOVDQU32(permutation("odd", 1), odd)
	VMOVDQU32(permutation("even", 0), even)
	magnitude := constant32("magnitude16", 1, 0x7fffffff)
	one := constant32("one16", 1, 1)
	mantissa := constant32("mantissa16", 1, 0x007fffff)
	unit := constant32("unit16", 1, 0x3f800000)
	signBit := constant32("sign16", 1, 0x80000000)
	threeHalves := constant32("threeHalves16", 1, math.Float32bits(1.5))
	most := constant64("bound0_1", 1, bound0)
	zero := ZMM()
	VPXORQ(zero, zero, zero)

	x := v.Idx(i, 8)
	Label("turn512")
	CMPQ(i, n)
	JGE(LabelRef("end512"))
	var w [2]VecVirtual
	for h := range w {
		w[h] = next512(s)
	}
	high, low := ZMM(), ZMM()
	VMOVDQA64(odd, high)
	VPERMI2D(w[1], w[0], high)
	VMOVDQA64(even, low)
	VPERMI2D(w[1], w[0], low)

	f, index, t, p := ZMM(), ZMM(), ZMM(), ZMM()
	VMOVDQA64(high, f)
	ones := ZMM()
	VPBROADCASTD(one, ones)
	magnitudes := ZMM()
	VPBROADCASTD(magnitude, magnitudes)
	VPTERNLOGD(U8(andOr), ones, magnitudes, f)
	VCVTDQ2PS(f, f)
	VPSRLD(U8(23), f, index)
	VMOVDQA64(f, t)
	mantissas, units := ZMM(), ZMM()
	VPBROADCASTD(mantissa, mantissas)
	VPBROADCASTD(unit, units)
	VPTERNLOGD(U8(andOr), units, mantissas, t)
	VSUBPS_BCST(threeHalves, t, t)
	for k := 5; k >= 0; k-- {
		coefficient := ZMM()
		VMOVDQA64(index, coefficient)
		VPERMI2PS(table[2*k+1], table[2*k], coefficient)
		if k == 5 {
			p = coefficient
			continue
		}
		VMULPS(t, p, p)
		VADDPS(coefficient, p, p)
	}
	signs := ZMM()
	VPBROADCASTD(signBit, signs)
	VPTERNLOGD(U8(xorAndOf), p, signs, high) // (high & sign) ^ p
	p = high

	e := low
	VPSRLD(U8(1), low, e)
	VCVTDQ2PS(e, e)

	for h := range w {
		z, y, old, near, bound := ZMM(), ZMM(), ZMM(), ZMM(), ZMM()
		if h == 0 {
			VCVTPS2PD(p.AsY(), z)
			VCVTDQ2PD(e.AsY(), bound)
		} else {
			q, r := YMM(), YMM()
			VEXTRACTF64X4(U8(1), p, q)
			VCVTPS2PD(q, z)
			VEXTRACTF64X4(U8(1), e, r)
			VCVTDQ2PD(r, bound)
		}
		VMOVUPD(x.Offset(64*h), old)
		VMULPD(c.Offset(atDecay), old, y)
		VADDPD(c.Offset(atShift), y, y)
		VMULPD(c.Offset(atNoise), z, z)
		VADDPD(z, y, y)
		VMOVUPD(c.Offset(atFrom), near)
		VSUBPD(old, near, near)
		VMAXPD(zero, near, near)
		VMULPD(c.Offset(atNear), near, near)
		gap := ZMM()
		VMOVUPD(c.Offset(atTo), gap)
		VSUBPD(y, gap, gap)
		VMULPD(gap, near, near)
		limit := ZMM()
		VBROADCASTSD(most, limit)
		VSUBPD(bound, limit, limit)
		k := K()
		VCMPPD(U8(2), limit, near, k)
		VMOVUPD(y, x.Offset(64*h))
		mask := GP32()
		KMOVW(k, mask)
		TESTL(mask, mask)
		miss := []string{"miss0", "miss1"}[h]
		JZ(LabelRef(miss))
		VMOVUPD(old, hits.Offset(atStart))
		VMOVDQU64(w[h], hits.Offset(atRandom))
		base := GP64()
		LEAQ(Mem{Base: i, Disp: 8 * h}, base)
		MOVL(base.As32(), hits.Offset(atBase))
		MOVL(mask, hits.Offset(atMask))
		ADDQ(Imm(hitSize), hits.Base)
		INCQ(found)
		Label(miss)
	}
	ADDQ(U8(16), i)
	JMP(LabelRef("turn512"))

	Label("end512")
	for j := range s {
		VMOVDQU64(s[j], lanes.Offset(64*j))
	}
	VZEROUPPER()
	Store(found, ReturnIndex(0))
	RET()
}

// next512 returns one output of eight lanes and advances them.
func next512(s [4]VecVirtual) VecVirtual {
	r, t, old0 := ZMM(), ZMM(), ZMM()
	VPADDQ(s[3], s[0], r)
	VPROLQ(U8(23), r, r)
	VPADDQ(s[0], r, r)
	VPSLLQ(U8(17), s[1], t)
	VMOVDQA64(s[0], old0)
	VPXORQ(s[1], s[3], s[3])               // s3 ^ s1
	VPTERNLOGQ(U8(xor3), s[2], s[0], s[1]) // s1 ^ s2 ^ s0
	VPXORQ(s[3], s[0], s[0])               // s0 ^ s3 ^ s1
	VPTERNLOGQ(U8(xor3), t, old0, s[2])    // s2 ^ s0 ^ t
	VPROLQ(U8(45), s[3], s[3])
	return r
}

// permutation declares the dwords start, start+2, … of two vectors.
func permutation(name string, start uint32) Mem {
	m := GLOBL(name+"Dwords", RODATA|NOPTR)
	for i := range 16 {
		DATA(i*4, U32(start+2*uint32(i)))
	}
	return m
}
