package kernel

// Synaptic is one vector pass over voltage–conductance neurons: the constants of a step, shared by all blocks. With g and v
// the state at the start, f = max(0, g + Offset) and Z a standard normal, the end of the step is
//
//	g' = Decay·f + Shift + Noise·Z,   v' = (v(1 − k) + Drive·s)/(1 + k),   s = f + g',   k = Slope·s + Leak,
//
// and a neuron is listed when Near·f·g' < Touch, as its conductance may have touched 0, or when v' ≥ Threshold.
type Synaptic struct {
	Decay, Shift, Noise, Offset   float64
	Slope, Leak, Drive, Threshold float64
	Near, Touch                   float64
}

// Listed is a vector with at least one neuron that is listed, bit l of Mask for lane l.
type Listed struct {
	V, G [Width]float64 // at the start of the step
	Base uint32         // index of lane 0, a multiple of Width
	Mask uint32
}

// Run moves neurons by their normals and returns the number of vectors written to list. Their number is a multiple of Unit and at
// most Chunk. The bits are the same on every path.
func (p *Synaptic) Run(v, g []float64, normals []float32, list *[Chunk / Width]Listed) int {
	if n := len(normals); n%Unit != 0 || n > Chunk || len(v) != n || len(g) != n {
		panic("kernel: Run needs as many potentials, conductances and normals, a multiple of Unit up to Chunk")
	}
	if len(normals) == 0 {
		return 0
	}
	return p.run(v, g, normals, list)
}

// portable is Run in plain Go.
func (p *Synaptic) portable(v, g []float64, normals []float32, list *[Chunk / Width]Listed) (found int) {
	c := *p
	v, g = v[:len(normals)], g[:len(normals)]
	for i, z := range normals {
		v0, g0 := v[i], g[i]
		f := g0 + c.Offset
		if f < 0 {
			f = 0
		}
		g1 := float64(float64(c.Decay*f)+c.Shift) + float64(c.Noise*float64(z))
		s := f + g1
		k := float64(c.Slope*s) + c.Leak
		v1 := (float64(v0*(1-k)) + float64(c.Drive*s)) / (1 + k)
		v[i], g[i] = v1, g1
		if !(float64(float64(c.Near*f)*g1) < c.Touch || v1 >= c.Threshold) {
			continue
		}
		if base := uint32(i) &^ (Width - 1); found == 0 || list[found-1].Base != base {
			list[found].Base, list[found].Mask = base, 0
			found++
		}
		l := &list[found-1]
		l.V[i%Width], l.G[i%Width] = v0, g0
		l.Mask |= 1 << (i % Width)
	}
	return found
}
