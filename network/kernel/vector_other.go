//go:build !amd64

package kernel

// vectors is the workspace of vector code; there is none here.
type vectors struct{}

// Path returns the name of the code that runs: go.
func Path() string { return "go" }

func (p *Pass) run(v []float64, lanes *Lanes, s *Scratch) int { return p.portable(v, lanes, s) }

func (s *Scratch) draw(lanes *Lanes, n int) { s.drawPortable(lanes, n) }

func (p *Synaptic) run(v, g []float64, normals []float32, list *[Chunk / Width]Listed) int {
	return p.portable(v, g, normals, list)
}
