package kernel

import (
	"math/bits"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// vectors is the workspace of vector code.
type vectors struct {
	constants [6][Width]float64     // eight copies of each constant of a Pass
	rare      [chunk / Width]uint64 // vectors with normals to repair: index, mask<<32
}

// path names the code that Pass.Run takes.
type path int

const (
	plainGo path = iota
	avx2
	avx512
)

// chosen is the fastest path that this processor has, or the one that
// LAPICQUE_KERNEL names (go, avx2, avx512), if it has it.
var chosen = choose(os.Getenv("LAPICQUE_KERNEL"))

var pathNames = map[string]path{"go": plainGo, "avx2": avx2, "avx512": avx512}

func has(p path) bool {
	switch p {
	case avx512:
		return cpu.X86.HasAVX512F && cpu.X86.HasAVX2
	case avx2:
		return cpu.X86.HasAVX2
	}
	return true
}

func choose(name string) path {
	if p, ok := pathNames[strings.ToLower(name)]; ok && has(p) {
		return p
	}
	for _, p := range []path{avx512, avx2} {
		if has(p) {
			return p
		}
	}
	return plainGo
}

// Path returns the name of the code that runs: go, avx2 or avx512.
func Path() string {
	for name, p := range pathNames {
		if p == chosen {
			return name
		}
	}
	panic("kernel: no name for the path")
}

func (p *Pass) run(v []float64, lanes *Lanes, s *Scratch) int {
	if chosen == plainGo || len(v) == 0 {
		return p.portable(v, lanes, s)
	}
	for l := range Width {
		s.constants[0][l], s.constants[1][l], s.constants[2][l] = p.Decay, p.Shift, p.Noise
		s.constants[3][l], s.constants[4][l], s.constants[5][l] = p.Near/perBit, p.From, p.To
	}
	if chosen == avx512 {
		return passAVX512(&s.constants[0][0], &v[0], len(v), &lanes[0][0], address(&s.Hits[0]), &tables512[0][0])
	}
	return s.runAVX2(v, lanes)
}

// runAVX2 sweeps each chunk three times, as there are not enough registers for
// one sweep, nor would the processor look far enough ahead.
func (s *Scratch) runAVX2(v []float64, lanes *Lanes) (hits int) {
	for lo := 0; lo < len(v); lo += chunk {
		n := min(chunk, len(v)-lo)
		s.drawAVX2(lanes, n, &v[lo])
		hits += moveAVX2(&s.constants[0][0], &v[lo], n, &s.random[0], &s.normals[0], address(&s.Hits[hits]), lo)
	}
	return hits
}

// drawAVX2 fills the words and normals; n potentials at near are brought near.
func (s *Scratch) drawAVX2(lanes *Lanes, n int, near *float64) {
	fillAVX2(&lanes[0][0], &s.random[0], n, near)
	found := normalsAVX2(&s.random[0], &s.normals[0], n, &tables2[0][0], &s.rare[0])
	for _, r := range s.rare[:found] {
		for mask := uint32(r >> 32); mask != 0; mask &= mask - 1 {
			i := int(uint32(r)) + bits.TrailingZeros32(mask)
			s.normals[i] = Normal(uint32(s.random[i] >> 32))
		}
	}
}

func (s *Scratch) draw(lanes *Lanes, n int) {
	if chosen == plainGo {
		s.drawPortable(lanes, n)
		return
	}
	s.drawAVX2(lanes, n, (*float64)(unsafe.Pointer(&s.random[0])))
}

func (p *Synaptic) run(v, g []float64, normals []float32, list *[Chunk / Width]Listed) int {
	if chosen == plainGo {
		return p.portable(v, g, normals, list)
	}
	return synapticAVX2(&p.Decay, &v[0], &g[0], len(normals), &normals[0], (*byte)(unsafe.Pointer(list)))
}

func address(h *Hit) *byte { return (*byte)(unsafe.Pointer(h)) }

// tables2 is normalTable for normalsAVX2: the coefficients of tᵏ for the octaves
// 2²⁴ … 2³¹, at the octave's place modulo 8.
var tables2 = func() (t [6][8]float32) {
	for e := 24; e < 32; e++ {
		for k := range 6 {
			t[k][(e+31)%8] = normalTable[(e+31)%32][k]
		}
	}
	return t
}()

// tables512 is normalTable for passAVX512: rows 2k and 2k+1 hold the
// coefficients of tᵏ for the places 0–15 and 16–31.
var tables512 = func() (t [12][16]float32) {
	for j := range 32 {
		for k := range 6 {
			t[2*k+j/16][j%16] = normalTable[j][k]
		}
	}
	return t
}()
