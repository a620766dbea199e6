package kernel

// available lists the vector paths of this processor.
func available() []string {
	var names []string
	for _, name := range []string{"avx2", "avx512"} {
		if has(pathNames[name]) {
			names = append(names, name)
		}
	}
	return names
}

func runPath(name string, p *Pass, v []float64, lanes *Lanes, s *Scratch) int {
	defer func(was path) { chosen = was }(chosen)
	chosen = pathNames[name]
	return p.Run(v, lanes, s)
}

func runSynaptic(name string, p *Synaptic, v, g []float64, z []float32, list *[Chunk / Width]Listed) int {
	defer func(was path) { chosen = was }(chosen)
	chosen = pathNames[name]
	return p.Run(v, g, z, list)
}
