//go:build !amd64

package kernel

func available() []string { return nil }

func runPath(_ string, p *Pass, v []float64, lanes *Lanes, s *Scratch) int {
	return p.Run(v, lanes, s)
}

func runSynaptic(_ string, p *Synaptic, v, g []float64, z []float32, list *[Chunk / Width]Listed) int {
	return p.Run(v, g, z, list)
}
