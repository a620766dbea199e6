package kernel

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"
)

// typical is a pass with candidates; stored potentials come from start.
func typical() *Pass {
	return &Pass{Decay: 0.99, Shift: 0.001, Noise: 0.14, Near: 100, From: 2.001, To: 1.999}
}

func start(n int) []float64 {
	s := NewStream(5, 6, 7)
	v := make([]float64, n)
	for i := range v {
		v[i] = 2.2 - 3*s.Float64()
	}
	return v
}

// TestPathsGiveTheSameBits runs every path that this processor has beside plain
// Go, many passes, and compares potentials, random states and hits bit for bit.
// Of the 2.4·10⁶ draws about 19 000 are beyond the table of the AVX2 path.
func TestPathsGiveTheSameBits(t *testing.T) {
	for _, other := range available() {
		for _, n := range []int{16, 64, 4080, Block} {
			want, got := start(n), start(n)
			want[n-1], got[n-1] = math.Inf(-1), math.Inf(-1)
			lw, lg := NewLanes(1, 2, 3), NewLanes(1, 2, 3)
			sw, sg := new(Scratch), new(Scratch)
			for step := range 1000 * Block / max(n, 256) / 4 {
				p := typical()
				p.Near *= float64(1 + step%3)
				a := p.portable(want, &lw, sw)
				b := runPath(other, p, got, &lg, sg)
				if !slices.Equal(candidates(sw, a), candidates(sg, b)) {
					t.Fatalf("%v, n = %d, step %d: %d hits, plain Go has %d, or they differ", other, n, step, b, a)
				}
				for i := range want {
					if math.Float64bits(want[i]) != math.Float64bits(got[i]) {
						t.Fatalf("%v, n = %d, step %d: potential %d is %v, plain Go has %v", other, n, step, i, got[i], want[i])
					}
				}
				for i := range want[:n-1] { // fired neurons go back, or all would drift away
					if want[i] > 2 {
						want[i] -= 1
						got[i] -= 1
					}
				}
				if lw != lg {
					t.Fatalf("%v: the random states differ", other)
				}
			}
		}
		t.Logf("%s: same bits as go", other)
	}
}

// TestRareWordsGiveTheSameBits makes lanes draw, in their next vector, words of
// every octave of the tail probability with every octave of the crossing test's
// uniform, so that every row of the tables is read; all neurons are listed.
func TestRareWordsGiveTheSameBits(t *testing.T) {
	s, listed := NewStream(2, 3, 4), typical()
	listed.Near = 0
	sw, sg := new(Scratch), new(Scratch)
	rare := func(octave, lane int) uint64 { // its ends, or between
		lo := uint64(1) << octave
		return []uint64{lo, 2*lo - 1, lo | s.Uint64()&(lo-1)}[min(lane, 2)]
	}
	for high := range 31 {
		for low := range 33 {
			var words [Width]uint64
			for l := range words {
				words[l] = s.Uint64()&(1<<63) | rare(high, l)<<32
				if low > 0 { // else the uniform is 0
					words[l] |= rare(low-1, l)
				}
			}
			lanes := drawing(words, &s)
			for _, other := range available() {
				for _, p := range []*Pass{typical(), listed} {
					want, got := start(Unit), start(Unit)
					lw, lg := lanes, lanes
					a, b := p.portable(want, &lw, sw), runPath(other, p, got, &lg, sg)
					if sw.random[0] != words[0] || sw.random[Width-1] != words[Width-1] {
						t.Fatalf("the lanes draw %x, want %x", sw.random[:Width], words)
					}
					if !slices.Equal(want, got) || lw != lg || !slices.Equal(candidates(sw, a), candidates(sg, b)) {
						t.Fatalf("%v, words %x: potentials %v …; plain Go has %v …", other, words, got[:Width], want[:Width])
					}
					if n := len(candidates(sw, a)); p == listed && n != Unit {
						t.Fatalf("%d candidates listed, want %d", n, Unit)
					}
				}
			}
		}
	}
	t.Logf("same bits as go: %v", available())
}

// drawing returns lanes whose next output is words: with s0 given, s3 solves
// word = rotl(s0 + s3, 23) + s0.
func drawing(words [Width]uint64, s *Stream) (lanes Lanes) {
	for l, w := range words {
		s0 := s.Uint64()
		lanes[0][l], lanes[1][l], lanes[2][l] = s0, s.Uint64(), s.Uint64()
		lanes[3][l] = bits.RotateLeft64(w-s0, -23) - s0
	}
	return lanes
}

// candidate is one lane of a Hit.
type candidate struct {
	index  int
	start  float64
	random uint64
}

func candidates(s *Scratch, hits int) (list []candidate) {
	for _, h := range s.Hits[:hits] {
		for l := range Width {
			if h.Mask>>l&1 == 1 {
				list = append(list, candidate{int(h.Base) + l, h.Start[l], h.Random[l]})
			}
		}
	}
	return list
}

// TestHitsAreAllCandidates: the vector pass may list too many, never too few.
func TestHitsAreAllCandidates(t *testing.T) {
	p, v, lanes, s := typical(), start(Block), NewLanes(9, 9, 9), new(Scratch)
	before := slices.Clone(v)
	listed := make([]bool, Block)
	hits := p.Run(v, &lanes, s)
	for _, h := range s.Hits[:hits] {
		for l := range Width {
			listed[int(h.Base)+l] = h.Mask>>l&1 == 1
		}
	}
	fresh := NewLanes(9, 9, 9)
	words := make([]uint64, Block)
	fresh.Fill(words)
	crossings, extra := 0, 0
	for i, x := range before {
		d := max(p.From-x, 0) * (p.To - v[i]) * p.Near
		for _, r := range []float64{1e-12, 0.5, 1 - 1e-12} {
			if d <= -math.Log(Uniform(words[i], r)) && !listed[i] {
				t.Fatalf("neuron %d is a candidate and not listed", i)
			}
		}
		if d <= -math.Log(Uniform(words[i], 0.5)) {
			crossings++
		} else if listed[i] {
			extra++
		}
	}
	if crossings < 100 || extra > crossings/10 {
		t.Errorf("%d crossings, %d listed in vain", crossings, extra)
	}
}

// TestListedUpToTheBound: with x = y = 0 one below the threshold, a neuron is
// listed if Near is just below Bound, and not if just above, on every path, for
// the first and last word of every octave of the uniform.
func TestListedUpToTheBound(t *testing.T) {
	s, scratch := NewStream(4, 5, 6), new(Scratch)
	for low := range 32 {
		for _, u := range []uint64{0, 1<<low - 1, 1 << low} {
			var words [Width]uint64
			for l := range words {
				words[l] = s.Uint64()<<32 | u
			}
			for _, path := range append([]string{"go"}, available()...) {
				for _, above := range []float64{-1, 1} {
					lanes, v := drawing(words, &s), make([]float64, Unit)
					p := &Pass{Decay: 1, Near: Bound(u) * (1 + above*1e-9), From: 1, To: 1}
					hits := runPath(path, p, v, &lanes, scratch)
					first := hits > 0 && scratch.Hits[0].Base == 0 && scratch.Hits[0].Mask == 1<<Width-1
					none := hits == 0 || scratch.Hits[0].Base > 0
					if above < 0 && !first || above > 0 && !none {
						t.Fatalf("%s, word …%08x, Near %v of bound %v: hits %+v", path, u, p.Near, Bound(u), scratch.Hits[:hits])
					}
				}
			}
		}
	}
}

func TestBoundBoundsTheExponential(t *testing.T) {
	s := NewStream(1, 1, 1)
	for k := range 100_000 {
		word := s.Uint64() >> (k % 32)
		if e := -math.Log(Uniform(word, 1e-9)); e > Bound(word) || Bound(word) > e+0.07 && uint32(word)>>1 > 0 {
			t.Fatalf("word %x: bound %v of %v", word, Bound(word), e)
		}
	}
}

// restart sends candidates beyond 1 back by 1, as in scripts/bench/limit.c, so
// that the potentials stay where a network has them.
func restart(v []float64, hits []Hit) {
	for k := range hits {
		for l := range Width {
			if y := &v[int(hits[k].Base)+l]; hits[k].Mask>>l&1 == 1 && *y > 1 {
				*y -= 1
			}
		}
	}
}

func BenchmarkPass(b *testing.B) {
	for _, name := range append([]string{"go"}, available()...) {
		b.Run(fmt.Sprintf("path=%s", name), func(b *testing.B) {
			const n = 24 * Block
			v := make([]float64, n)
			lanes := make([]Lanes, n/Block)
			for i := range lanes {
				lanes[i] = NewLanes(1, 0, uint64(i))
			}
			p := &Pass{Decay: 0.99, Noise: 0.14, Near: 100, From: 2, To: 2}
			s := new(Scratch)
			for b.Loop() {
				for k := range lanes {
					block := v[k*Block : (k+1)*Block]
					restart(block, s.Hits[:runPath(name, p, block, &lanes[k], s)])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/neuron-step")
		})
	}
}
