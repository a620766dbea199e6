package kernel

import "testing"

// Draw gives the normals of its words, and the same on every path.
func TestDraw(t *testing.T) {
	a, b := NewLanes(1, 2, 3), NewLanes(1, 2, 3)
	var s, plain Scratch
	for _, n := range []int{Unit, Chunk, 0, 3 * Unit} {
		z, words := s.Draw(&a, n)
		if n > 0 {
			plain.drawPortable(&b, n)
		}
		for i, x := range z {
			if x != Normal(uint32(words[i]>>32)) || words[i] != plain.random[i] || x != plain.normals[i] {
				t.Fatalf("%d of %d: %v from %x; plain %v from %x", i, n, x, words[i], plain.normals[i], plain.random[i])
			}
		}
	}
}
