package kernel

// Chunk is the largest number of normals that Draw gives at a time.
const Chunk = chunk

// Draw returns n standard normals, n a multiple of Unit and at most Chunk, and the words that they were made of,
// whose lower halves are independent of them. Both belong to the workspace. The bits are the same on every path.
func (s *Scratch) Draw(lanes *Lanes, n int) (normals []float32, words []uint64) {
	if n%Unit != 0 || n > chunk {
		panic("kernel: Draw needs a multiple of Unit up to Chunk")
	}
	if n > 0 {
		s.draw(lanes, n)
	}
	return s.normals[:n], s.random[:n]
}

// drawPortable is Draw in plain Go.
func (s *Scratch) drawPortable(lanes *Lanes, n int) {
	lanes.Fill(s.random[:n])
	normals(s.normals[:n], s.random[:])
}
