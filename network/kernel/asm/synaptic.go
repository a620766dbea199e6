package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.Listed, and its size.
const (
	atListedV    = 0
	atListedG    = 64
	atListedBase = 128
	atListedMask = 132
	listedSize   = 136
)

// synapticAVX2 writes each vector to the list and goes on in it only where a neuron is listed: no branch.
func synapticAVX2() {
	TEXT("synapticAVX2", NOSPLIT, "func(p *float64, v *float64, w *float64, n int, z *float32, list *byte) (found int)")
	Pragma("noescape")
	Doc("synapticAVX2 is Synaptic.Run for n neurons, a multiple of Width; w are the conductances.")
	p := Mem{Base: Load(Param("p"), GP64())}
	v := Mem{Base: Load(Param("v"), GP64())}
	g := Mem{Base: Load(Param("w"), GP64())}
	n := Load(Param("n"), GP64())
	z := Mem{Base: Load(Param("z"), GP64())}
	list := Mem{Base: Load(Param("list"), GP64())}
	i, found := GP64(), GP64()
	XORQ(i, i)
	XORQ(found, found)
	constant := func(field int) VecVirtual { // in the order of the fields of kernel.Synaptic
		c := YMM()
		VBROADCASTSD(p.Offset(8*field), c)
		return c
	}
	decay, shift, noise, offset := constant(0), constant(1), constant(2), constant(3)
	slope, leak, drive, threshold := constant(4), constant(5), constant(6), constant(7)
	near, touch := p.Offset(8*8), constant(9) // registers do not hold all
	zero := YMM()
	VXORPD(zero, zero, zero)
	unit, one := GLOBL("oneDouble", RODATA|NOPTR), YMM()
	DATA(0, U64(math.Float64bits(1)))
	VBROADCASTSD(unit, one)

	Label("synaptic")
	MOVL(i.As32(), list.Offset(atListedBase))
	var mask [2]GPVirtual
	for half := range mask {
		mask[half] = GP32()
		s, end, x, touched := YMM(), YMM(), YMM(), YMM()
		VMOVUPD(g.Idx(i, 8).Offset(32*half), s)
		VMOVUPD(s, list.Offset(atListedG+32*half))
		VADDPD(offset, s, s)
		VMAXPD(s, zero, s) // f
		VMULPD(s, decay, end)
		VADDPD(shift, end, end)
		VCVTPS2PD(z.Idx(i, 4).Offset(16*half), x)
		VMULPD(x, noise, x)
		VADDPD(x, end, end) // g'
		VMOVUPD(end, g.Idx(i, 8).Offset(32*half))
		VBROADCASTSD(near, touched)
		VMULPD(touched, s, touched)
		VMULPD(end, touched, touched)
		VCMPPD(U8(1), touch, touched, touched)
		VADDPD(end, s, s)
		VMULPD(s, slope, x)
		VADDPD(leak, x, x) // k
		VMULPD(s, drive, s)
		VSUBPD(x, one, end)
		VADDPD(x, one, x)
		old := YMM()
		VMOVUPD(v.Idx(i, 8).Offset(32*half), old)
		VMOVUPD(old, list.Offset(atListedV+32*half))
		VMULPD(old, end, end)
		VADDPD(s, end, end)
		VDIVPD(x, end, end) // v'
		VMOVUPD(end, v.Idx(i, 8).Offset(32*half))
		VCMPPD(U8(2), end, threshold, end)
		VORPD(touched, end, end)
		VMOVMSKPD(end, mask[half])
	}
	SHLL(U8(4), mask[1])
	ORL(mask[1], mask[0])
	MOVL(mask[0], list.Offset(atListedMask))
	more := GP64()
	CMPL(mask[0], U8(1))
	SBBQ(more, more) // −1 where nobody is listed
	NOTQ(more)
	SUBQ(more, found)
	ANDQ(Imm(listedSize), more)
	ADDQ(more, list.Base)
	ADDQ(U8(8), i)
	CMPQ(i, n)
	JLT(LabelRef("synaptic"))
	VZEROUPPER()
	Store(found, ReturnIndex(0))
	RET()
}
