//go:build !amd64

package kernel

func available() []string { return nil }

func runPath(_ string, p *Pass, v []float64, lanes *Lanes, s *Scratch) int {
	return p.Run(v, lanes, s)
}
