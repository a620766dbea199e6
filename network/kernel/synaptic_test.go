package kernel

import (
	"math"
	"math/bits"
	"slices"
	"testing"
)

// synaptics are passes: an ordinary step, one in which many touch 0, one in which all are listed, and one in which nobody is.
func synaptics() []Synaptic {
	plain := Synaptic{Decay: 0.9, Shift: 2, Noise: 2.1, Offset: 0.013, Slope: 1.25e-4, Leak: 0.0125, Drive: 1.1e-3, Threshold: 1, Near: 0.4, Touch: 28}
	low, all, none := plain, plain, plain
	low.Shift, low.Offset = 0.1, -2
	all.Threshold = -1
	none.Touch, none.Threshold = math.Inf(-1), math.Inf(1)
	return []Synaptic{plain, low, all, none}
}

// TestSynapticPathsGiveTheSameBits: every path of this processor beside plain Go, in states, random numbers and lists; and
// those listed are exactly those that the condition names.
func TestSynapticPathsGiveTheSameBits(t *testing.T) {
	scratch := new(Scratch)
	for k, p := range synaptics() {
		for _, n := range []int{16, 48, Chunk} {
			lanes, s := NewLanes(1, 2, uint64(k)), NewStream(3, 4, 5)
			v, g := make([]float64, n), make([]float64, n)
			for i := range v {
				v[i], g[i] = s.Float64(), 40*s.Float64()
			}
			for range 200 {
				z, _ := scratch.Draw(&lanes, n)
				z = slices.Clone(z)
				v0, g0 := slices.Clone(v), slices.Clone(g)
				var want, got [Chunk / Width]Listed
				found := p.portable(v, g, z, &want)
				p.check(t, v0, g0, v, g, want[:found])
				for _, path := range available() {
					v1, g1 := slices.Clone(v0), slices.Clone(g0)
					if m := runSynaptic(path, &p, v1, g1, z, &got); m != found || !slices.Equal(v1, v) || !slices.Equal(g1, g) {
						t.Fatalf("%s, pass %d, %d neurons: other bits than plain Go, %d and %d vectors listed", path, k, n, m, found)
					}
					p.check(t, v0, g0, v, g, got[:found])
				}
				for i := range v {
					if v[i] >= 1 {
						v[i] = 0
					}
					g[i] = math.Abs(g[i])
				}
			}
		}
	}
}

// check fails where others than those that the condition names are listed, or with another state.
func (p *Synaptic) check(t *testing.T, v0, g0, v, g []float64, list []Listed) {
	t.Helper()
	listed := make([]bool, len(v))
	for _, l := range list {
		for m := l.Mask; m != 0; m &= m - 1 {
			lane := bits.TrailingZeros32(m)
			i := int(l.Base) + lane
			if listed[i] = true; l.V[lane] != v0[i] || l.G[lane] != g0[i] {
				t.Fatalf("neuron %d was (%v, %v), the list has (%v, %v)", i, v0[i], g0[i], l.V[lane], l.G[lane])
			}
		}
	}
	for i := range v {
		if want := p.Near*math.Max(0, g0[i]+p.Offset)*g[i] < p.Touch || v[i] >= p.Threshold; listed[i] != want {
			t.Fatalf("neuron %d at (%v, %v): listed %v", i, v[i], g[i], listed[i])
		}
	}
}

// BenchmarkSynaptic is the pass alone, without the draw.
func BenchmarkSynaptic(b *testing.B) {
	p := synaptics()[3]
	v, g, z := make([]float64, Chunk), make([]float64, Chunk), make([]float32, Chunk)
	var list [Chunk / Width]Listed
	for b.Loop() {
		p.Run(v, g, z, &list)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/Chunk, "ns/neuron")
}
