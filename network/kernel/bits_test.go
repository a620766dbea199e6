package kernel

import (
	"encoding/binary"
	"hash/fnv"
	"testing"
)

// knownBits is the digest of TestKnownBits, from plain Go on an amd64 processor.
const knownBits = 0xce19687f5993942d

// TestKnownBits: on every machine and every path 200 passes over a block end in
// the same potentials, random states and candidates, whose digest is written here.
func TestKnownBits(t *testing.T) {
	for _, name := range append([]string{"go"}, available()...) {
		v, lanes, s := make([]float64, Block), NewLanes(1, 2, 3), new(Scratch)
		from := NewStream(5, 6, 7)
		for i := range v {
			v[i] = 2.25 - 4*from.Float64() // an exact product: fused or not, the same
		}
		digest := fnv.New64a()
		write := func(x any) {
			if err := binary.Write(digest, binary.LittleEndian, x); err != nil {
				t.Fatal(err)
			}
		}
		for range 200 {
			p := typical()
			for _, c := range candidates(s, runPath(name, p, v, &lanes, s)) {
				write([]uint64{uint64(c.index), c.random})
				write(c.start)
				if v[c.index] > 2 {
					v[c.index] -= 1
				}
			}
		}
		write(v)
		write(lanes)
		if got := digest.Sum64(); got != knownBits {
			t.Errorf("%s: digest %#016x, want %#016x", name, got, uint64(knownBits))
		} else {
			t.Logf("%s: digest %#016x", name, got)
		}
	}
}
