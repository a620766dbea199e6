// Command asm writes pass_amd64.s, the vector paths of Pass.Run. Both do the
// operations of Pass.portable in the same order with the same roundings.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
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

func main() {
	ConstraintExpr("amd64")
	fillAVX2()
	passAVX2()
	passAVX512()
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

const perBit = math.Ln2 / (1 << 23)

// boundAt0 is computed as the compiler computes the constant of package kernel.
const boundAt0 = math.Ln2*(31+127) + 1e-6

func rotate(x VecVirtual, by uint64, t VecVirtual) {
	VPSRLQ(U8(64-by), x, t)
	VPSLLQ(U8(by), x, x)
	VPOR(t, x, x)
}

// fillAVX2 is Lanes.Fill: two groups of four lanes side by side.
func fillAVX2() {
	TEXT("fillAVX2", NOSPLIT, "func(lanes *uint64, dst *uint64, n int)")
	Pragma("noescape")
	Doc("fillAVX2 is Lanes.Fill for n words, a multiple of Width.")
	lanes, dst := Mem{Base: Load(Param("lanes"), GP64())}, Mem{Base: Load(Param("dst"), GP64())}
	n := Load(Param("n"), GP64())
	var s [2][4]VecVirtual
	for g := range s {
		for j := range s[g] {
			s[g][j] = YMM()
			VMOVDQU(lanes.Offset(64*j+32*g), s[g][j])
		}
	}
	Label("fill")
	for g := range s {
		next(s[g], dst.Offset(32*g))
	}
	ADDQ(U8(64), dst.Base)
	SUBQ(U8(8), n)
	JNZ(LabelRef("fill"))
	for g := range s {
		for j := range s[g] {
			VMOVDQU(s[g][j], lanes.Offset(64*j+32*g))
		}
	}
	VZEROUPPER()
	RET()
}

// next writes one output of four lanes and advances them.
func next(s [4]VecVirtual, out Mem) {
	r, t := YMM(), YMM()
	VPADDQ(s[3], s[0], r)
	rotate(r, 23, t)
	VPADDQ(s[0], r, r)
	VMOVDQU(r, out)
	VPSLLQ(U8(17), s[1], t)
	VPXOR(s[0], s[2], s[2])
	VPXOR(s[1], s[3], s[3])
	VPXOR(s[2], s[1], s[1])
	VPXOR(s[3], s[0], s[0])
	VPXOR(t, s[2], s[2])
	rotate(s[3], 45, t)
}

// passAVX2 moves eight neurons a turn. The sixteen octaves of the tail
// probability that hold all but 2⁻¹⁵ of the draws are looked up by permutes; a
// vector with a rarer one is left to portable code, through the rare index.
func passAVX2() {
	TEXT("passAVX2", NOSPLIT, "func(c *float64, v *float64, n int, random *uint64, hits *byte, table *float32) (found, done int)")
	Pragma("noescape")
	Doc("passAVX2 moves n neurons, a multiple of Width, with the words of random; it stops",
		"before a vector with a normal beyond its table and returns how many neurons are done.")
	c := Mem{Base: Load(Param("c"), GP64())}
	v := Mem{Base: Load(Param("v"), GP64())}
	n := Load(Param("n"), GP64())
	random := Mem{Base: Load(Param("random"), GP64())}
	hits := Mem{Base: Load(Param("hits"), GP64())}
	table := Mem{Base: Load(Param("table"), GP64())}
	i, found := GP64(), GP64()
	XORQ(i, i)
	XORQ(found, found)

	magnitude := constant32("magnitude8", 8, 0x7fffffff)
	one := constant32("one8", 8, 1)
	mantissa := constant32("mantissa8", 8, 0x007fffff)
	unit := constant32("unit8", 8, 0x3f800000)
	threeHalves := constant32("threeHalves8", 8, math.Float32bits(1.5))
	rare := constant32("rare8", 8, math.Float32bits(1<<16))
	upper := constant32("upper8", 8, math.Float32bits(1<<24)-1)
	bit := constant64("perBit4", 4, perBit)
	bound0 := constant64("boundAt0_4", 4, boundAt0)

	x := v.Idx(i, 8)
	w := random.Idx(i, 8)
	Label("turn")
	CMPQ(i, n)
	JGE(LabelRef("end"))
	a, b := YMM(), YMM()
	VMOVDQU(w, a)
	VMOVDQU(w.Offset(32), b)
	high, low := YMM(), YMM()
	VSHUFPS(U8(0xdd), b, a, high)
	VSHUFPS(U8(0x88), b, a, low)
	VPERMQ(U8(0xd8), high, high)
	VPERMQ(U8(0xd8), low, low)

	f, t, index, up := YMM(), YMM(), YMM(), YMM()
	VPAND(magnitude, high, f)
	VPOR(one, f, f)
	VCVTDQ2PS(f, f)
	seldom := GP32()
	VPCMPGTD(f, loadY(rare), t)
	VMOVMSKPS(t, seldom)
	TESTL(seldom, seldom)
	JNZ(LabelRef("end"))
	VPSRLD(U8(23), f, index)
	VPCMPGTD(loadY(upper), f, up)
	VPAND(mantissa, f, t)
	VPOR(unit, t, t)
	VSUBPS(threeHalves, t, t)
	p := YMM()
	for k := 5; k >= 0; k-- {
		lo, hi := YMM(), YMM()
		VPERMPS(table.Offset(64*k), index, lo)
		VPERMPS(table.Offset(64*k+32), index, hi)
		VBLENDVPS(up, hi, lo, lo)
		if k == 5 {
			p = lo
			continue
		}
		VMULPS(t, p, p)
		VADDPS(lo, p, p)
	}
	sign := YMM()
	VPANDN(high, loadY(magnitude), sign)
	VPXOR(sign, p, p)

	e := YMM()
	VPSRLD(U8(1), low, e)
	VCVTDQ2PS(e, e)

	mask := GP32()
	var olds [2]VecVirtual
	for half := range 2 {
		z, y, old, near, gap, bound := YMM(), YMM(), YMM(), YMM(), YMM(), YMM()
		olds[half] = old
		if half == 0 {
			VCVTPS2PD(p.AsX(), z)
			VCVTDQ2PD(e.AsX(), bound)
		} else {
			q := XMM()
			VEXTRACTF128(U8(1), p, q)
			VCVTPS2PD(q, z)
			r := XMM()
			VEXTRACTF128(U8(1), e, r)
			VCVTDQ2PD(r, bound)
		}
		VMOVUPD(x.Offset(32*half), old)
		VMULPD(c.Offset(atDecay), old, y)
		VADDPD(c.Offset(atShift), y, y)
		VMULPD(c.Offset(atNoise), z, z)
		VADDPD(z, y, y)
		VMOVUPD(c.Offset(atFrom), near)
		VSUBPD(old, near, near)
		zero := YMM()
		VXORPD(zero, zero, zero)
		VMAXPD(zero, near, near)
		VMULPD(c.Offset(atNear), near, near)
		VMOVUPD(c.Offset(atTo), gap)
		VSUBPD(y, gap, gap)
		VMULPD(gap, near, near)
		VMULPD(bit, bound, bound)
		limit := YMM()
		VMOVUPD(bound0, limit)
		VSUBPD(bound, limit, limit)
		VCMPPD(U8(2), limit, near, near)
		if half == 0 {
			VMOVMSKPD(near, mask)
		} else {
			m := GP32()
			VMOVMSKPD(near, m)
			SHLL(U8(4), m)
			ORL(m, mask)
		}
		VMOVUPD(y, x.Offset(32*half))
	}
	TESTL(mask, mask)
	JNZ(LabelRef("hit"))
	ADDQ(U8(8), i)
	JMP(LabelRef("turn"))

	Label("hit")
	VMOVUPD(olds[0], hits.Offset(atStart))
	VMOVUPD(olds[1], hits.Offset(atStart+32))
	r0, r1 := YMM(), YMM()
	VMOVDQU(w, r0)
	VMOVDQU(w.Offset(32), r1)
	VMOVDQU(r0, hits.Offset(atRandom))
	VMOVDQU(r1, hits.Offset(atRandom+32))
	MOVL(i.As32(), hits.Offset(atBase))
	MOVL(mask, hits.Offset(atMask))
	ADDQ(Imm(hitSize), hits.Base)
	INCQ(found)
	ADDQ(U8(8), i)
	JMP(LabelRef("turn"))

	Label("end")
	VZEROUPPER()
	Store(found, ReturnIndex(0))
	Store(i, ReturnIndex(1))
	RET()
}

// loadY returns a static constant in a register.
func loadY(m Mem) VecVirtual {
	y := YMM()
	VMOVDQU(m, y)
	return y
}
