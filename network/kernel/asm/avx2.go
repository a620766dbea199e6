package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func rotate(x VecVirtual, by uint64, t VecVirtual) {
	VPSRLQ(U8(64-by), x, t)
	VPSLLQ(U8(by), x, x)
	VPOR(t, x, x)
}

// fillAVX2 keeps two groups of four lanes side by side.
func fillAVX2() {
	TEXT("fillAVX2", NOSPLIT, "func(lanes *uint64, dst *uint64, n int, v *float64)")
	Pragma("noescape")
	Doc("fillAVX2 is Lanes.Fill for n words, a multiple of Width; it has the n potentials at v",
		"brought near, which are moved next.")
	lanes, dst := Mem{Base: Load(Param("lanes"), GP64())}, Mem{Base: Load(Param("dst"), GP64())}
	n := Load(Param("n"), GP64())
	v := Mem{Base: Load(Param("v"), GP64())}
	var s [2][4]VecVirtual
	for g := range s {
		for j := range s[g] {
			s[g][j] = YMM()
			VMOVDQU(lanes.Offset(64*j+32*g), s[g][j])
		}
	}
	Label("fill")
	PREFETCHT0(v)
	ADDQ(U8(64), v.Base)
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

// normalsAVX2 looks up a coefficient by one permute among the eight octaves that
// hold all but 1/128 of the draws. Two vectors side by side; no branch.
func normalsAVX2() {
	TEXT("normalsAVX2", NOSPLIT, "func(random *uint64, z *float32, n int, table *float32, rare *uint64) (found int)")
	Pragma("noescape")
	Doc("normalsAVX2 maps the upper halves of n words, a multiple of 2·Width, to normals and lists",
		"the vectors with normals beyond its table, which are left wrong.")
	random := Mem{Base: Load(Param("random"), GP64())}
	z := Mem{Base: Load(Param("z"), GP64())}
	n := Load(Param("n"), GP64())
	table := Mem{Base: Load(Param("table"), GP64())}
	rare := Mem{Base: Load(Param("rare"), GP64())}
	i, found := GP64(), GP64()
	XORQ(i, i)
	XORQ(found, found)
	magnitude, one := constant32("magnitude8", 8, 0x7fffffff), constant32("one8", 8, 1)
	mantissa, unit := constant32("mantissa8", 8, 0x007fffff), constant32("unit8", 8, 0x3f800000)
	sign := constant32("sign8", 8, 0x80000000)
	threeHalves := constant32("threeHalves8", 8, math.Float32bits(1.5))
	common := constant32("common8", 8, math.Float32bits(1<<24))
	var coefficients [6]VecVirtual
	for c := range coefficients {
		coefficients[c] = loadY(table.Offset(32 * c))
	}

	Label("normals")
	var high, index, t, p [2]VecVirtual
	for k := range high {
		high[k], index[k], t[k], p[k] = YMM(), YMM(), YMM(), YMM()
		word := random.Idx(i, 8).Offset(64 * k)
		f := YMM()
		VMOVDQU(word, high[k])
		VSHUFPS(U8(0xdd), word.Offset(32), high[k], high[k])
		VPERMQ(U8(0xd8), high[k], high[k])
		VPAND(magnitude, high[k], f)
		VPOR(one, f, f)
		VCVTDQ2PS(f, f)
		VPSRLD(U8(23), f, index[k])
		VPAND(mantissa, f, t[k])
		VPOR(unit, t[k], t[k])
		VSUBPS(threeHalves, t[k], t[k])
		VPSUBD(common, f, f) // negative below 2²⁴
		at, mask := GP32(), GP32()
		VMOVMSKPS(f, mask)
		LEAL(Mem{Base: i, Disp: 8 * k}, at)
		MOVL(at, rare.Idx(found, 8))
		MOVL(mask, rare.Idx(found, 8).Offset(4))
		CMPL(mask, U8(1)) // found += mask ≠ 0
		SBBQ(I8(-1), found)
	}
	for c := 5; c >= 0; c-- {
		for k := range p {
			coefficient := YMM()
			VPERMPS(coefficients[c], index[k], coefficient)
			if c == 5 {
				p[k] = coefficient
				continue
			}
			VMULPS(t[k], p[k], p[k])
			VADDPS(coefficient, p[k], p[k])
		}
	}
	for k := range p {
		VPAND(sign, high[k], high[k])
		VPXOR(high[k], p[k], p[k])
		VMOVUPS(p[k], z.Idx(i, 4).Offset(32*k))
	}
	ADDQ(U8(16), i)
	CMPQ(i, n)
	JLT(LabelRef("normals"))
	VZEROUPPER()
	Store(found, ReturnIndex(0))
	RET()
}

// moveAVX2 makes the bits of a float a double without converting them: below the
// upper half of 2⁵² they stand for 2⁵² + bits, exactly.
func moveAVX2() {
	TEXT("moveAVX2", NOSPLIT, "func(c *float64, v *float64, n int, random *uint64, z *float32, hits *byte, base int) (found int)")
	Pragma("noescape")
	Doc("moveAVX2 moves n neurons, a multiple of Width, of which the first has the index base in its",
		"block, by the normals z and writes the hits.")
	c := Mem{Base: Load(Param("c"), GP64())}
	v := Mem{Base: Load(Param("v"), GP64())}
	n := Load(Param("n"), GP64())
	random := Mem{Base: Load(Param("random"), GP64())}
	z := Mem{Base: Load(Param("z"), GP64())}
	hits := Mem{Base: Load(Param("hits"), GP64())}
	base := Load(Param("base"), GP64())
	i, found := GP64(), GP64()
	XORQ(i, i)
	XORQ(found, found)
	decay, shift, noise := loadY(c.Offset(atDecay)), loadY(c.Offset(atShift)), loadY(c.Offset(atNoise))
	near, from, to := loadY(c.Offset(atNear)), loadY(c.Offset(atFrom)), loadY(c.Offset(atTo))
	top := loadY(constant32("top8", 8, two52>>32))
	most := loadY(constant64("bound0of2to52", 4, 1<<52+bound0))
	zero := YMM()
	VXORPD(zero, zero, zero)

	Label("move")
	w, x := random.Idx(i, 8), v.Idx(i, 8)
	u := YMM()
	VMOVDQU(w, u)
	VSHUFPS(U8(0x88), w.Offset(32), u, u) // lanes 0 1 4 5 2 3 6 7
	VPSRLD(U8(1), u, u)
	VCVTDQ2PS(u, u)
	var old [2]VecVirtual
	var mask [2]GPVirtual
	for half := range old {
		y, bound, gap := YMM(), YMM(), YMM()
		old[half], mask[half] = YMM(), GP32()
		VMOVUPD(x.Offset(32*half), old[half])
		VMULPD(old[half], decay, y)
		VADDPD(shift, y, y)
		VCVTPS2PD(z.Idx(i, 4).Offset(16*half), gap)
		VMULPD(gap, noise, gap)
		VADDPD(gap, y, y)
		VMOVUPD(y, x.Offset(32*half))
		VSUBPD(y, to, gap)
		VSUBPD(old[half], from, y)
		VMAXPD(zero, y, y)
		VMULPD(near, y, y)
		VMULPD(gap, y, y)
		if half == 0 {
			VPUNPCKLDQ(top, u, bound)
		} else {
			VPUNPCKHDQ(top, u, bound)
		}
		VSUBPD(bound, most, bound)
		VCMPPD(U8(2), bound, y, y)
		VMOVMSKPD(y, mask[half])
	}
	SHLL(U8(4), mask[1])
	ORL(mask[1], mask[0])
	JNZ(LabelRef("hit"))
	Label("moved")
	ADDQ(U8(8), i)
	CMPQ(i, n)
	JLT(LabelRef("move"))
	VZEROUPPER()
	Store(found, ReturnIndex(0))
	RET()

	Label("hit")
	at := GP64()
	LEAQ(Mem{Base: base, Index: i, Scale: 1}, at)
	for half := range old {
		word := YMM()
		VMOVDQU(w.Offset(32*half), word)
		VMOVUPD(old[half], hits.Offset(atStart+32*half))
		VMOVDQU(word, hits.Offset(atRandom+32*half))
	}
	MOVL(at.As32(), hits.Offset(atBase))
	MOVL(mask[0], hits.Offset(atMask))
	ADDQ(Imm(hitSize), hits.Base)
	INCQ(found)
	JMP(LabelRef("moved"))
}

// loadY returns a vector of memory in a register.
func loadY(m Mem) VecVirtual {
	y := YMM()
	VMOVDQU(m, y)
	return y
}
