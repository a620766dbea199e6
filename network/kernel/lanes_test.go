package kernel

import (
	"bufio"
	"encoding/binary"
	"math"
	"math/bits"
	"os"
	"testing"
)

// TestXoshiroKnownAnswer: every lane started from the state 1, 2, 3, 4 gives the
// sequence that xoshiro256++ is published with (Blackman and Vigna 2021).
func TestXoshiroKnownAnswer(t *testing.T) {
	want := []uint64{41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205,
		9973669472204895162, 14011001112246962877, 12406186145184390807, 15849039046786891736, 10450023813501588000}
	var l Lanes
	for j := range l {
		for lane := range Width {
			l[j][lane] = uint64(j + 1)
		}
	}
	words := make([]uint64, len(want)*Width)
	l.Fill(words[:3*Width])
	l.Fill(words[3*Width:]) // the state carries over
	for i, got := range words {
		if got != want[i/Width] {
			t.Fatalf("lane %d, output %d: %d, want %d", i%Width, i/Width, got, want[i/Width])
		}
	}
}

// TestSplitMixKnownAnswer: SplitMix64 from the state 1234567 (Steele, Lea and
// Flood 2014).
func TestSplitMixKnownAnswer(t *testing.T) {
	s := Stream{1234567}
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := s.Uint64(); got != want {
			t.Fatalf("output %d: %d, want %d", i, got, want)
		}
	}
}

// TestNoTwoStatesMeet: the 32-byte states of the lanes of many blocks, seeds and
// replicas, and the start states of many streams, are all different, and no word
// of a state repeats. Chance alone repeats one of n 64-bit words with
// probability n²/2⁶⁵ < 1e−8.
func TestNoTwoStatesMeet(t *testing.T) {
	seen := make(map[uint64]string)
	add := func(word uint64, who string) {
		if other, ok := seen[word]; ok {
			t.Fatalf("%s and %s share the word %x", who, other, word)
		}
		seen[word] = who
	}
	for block := range uint64(500) {
		for _, id := range [][2]uint64{{0, 0}, {0, 1}, {1, 0}, {1 << 63, 0}} {
			l := NewLanes(id[0], id[1], block)
			for j := range l {
				for lane := range Width {
					add(l[j][lane], "lanes")
				}
			}
		}
	}
	for seed := range uint64(4) {
		key := NewKey(seed, 1-seed%2)
		for step := range int64(300) {
			for neuron := range uint32(100) {
				add(key.Stream(step, neuron).state, "stream")
			}
		}
	}
}

// TestKeysAvalanche: one bit of the seed, replica, block, step or neuron flipped
// changes each of the 64 bits of the first word with probability ½: the flips
// counted over 2000 keys are binomial.
func TestKeysAvalanche(t *testing.T) {
	const keys = 2000
	first := map[string]func(k uint64, flip uint64) uint64{
		"seed of lanes":    func(k, f uint64) uint64 { return NewLanes(k^f, 1, 2)[0][3] },
		"replica of lanes": func(k, f uint64) uint64 { return NewLanes(1, k^f, 2)[2][0] },
		"block of lanes":   func(k, f uint64) uint64 { return NewLanes(1, 2, k^f)[3][7] },
		"seed of a key":    func(k, f uint64) uint64 { return uint64(NewKey(k^f, 3)) },
		"step":             func(k, f uint64) uint64 { s := Key(5).Stream(int64(k^f), 9); return s.Uint64() },
		"neuron":           func(k, f uint64) uint64 { s := Key(5).Stream(9, uint32(k^f)); return s.Uint64() },
	}
	var p pvalues
	for name, word := range first {
		for _, bit := range []int{0, 1, 7, 13, 31} {
			var flips [64]int
			for k := range uint64(keys) {
				k = k>>bit<<(bit+1) | k&(1<<bit-1) // no key is another's flip
				d := word(k, 0) ^ word(k, 1<<bit)
				for i := range flips {
					flips[i] += int(d >> i & 1)
				}
			}
			chi := 0.0
			for _, n := range flips {
				z := (float64(n) - keys/2) / (0.5 * math.Sqrt(keys))
				chi += z * z
			}
			p.chi(name, chi, 64)
		}
	}
	p.judge(t)
}

// orders are the orders in which the battery and LAPICQUE_WORDS read the words.
// Each returns a function that fills a buffer with the next words.
var orders = map[string]func() func([]uint64){
	"lanes": func() func([]uint64) { // one block, as its steps consume it
		l := NewLanes(1, 0, 0)
		return func(dst []uint64) { l.Fill(dst) }
	},
	"lane": func() func([]uint64) { // one lane alone
		l := NewLanes(1, 0, 0)
		var all [64 * Width]uint64
		return func(dst []uint64) {
			for i := range dst {
				if i%64 == 0 {
					l.Fill(all[:])
				}
				dst[i] = all[i%64*Width]
			}
		}
	},
	"blocks": func() func([]uint64) { // one vector each from 1024 blocks in turn
		l := make([]Lanes, 1024)
		for i := range l {
			l[i] = NewLanes(1, 0, uint64(i))
		}
		at := 0
		return func(dst []uint64) {
			for i := 0; i < len(dst); i += Width {
				l[at%len(l)].Fill(dst[i : i+Width])
				at++
			}
		}
	},
	"starts": func() func([]uint64) { // the first vector of block after block: the key schedule
		block := uint64(0)
		return func(dst []uint64) {
			for i := 0; i < len(dst); i += Width {
				l := NewLanes(1, 0, block)
				l.Fill(dst[i : i+Width])
				block++
			}
		}
	},
	"neurons": streamed(func(at uint64) (int64, uint32) { return int64(at >> 20), uint32(at & (1<<20 - 1)) }, 1), // step by step
	"steps":   streamed(func(at uint64) (int64, uint32) { return int64(at & (1<<20 - 1)), uint32(at >> 20) }, 1), // neuron by neuron
	"draws":   streamed(func(at uint64) (int64, uint32) { return int64(at >> 10), uint32(at & 1023) }, 4),        // four draws each
}

// streamed reads the first draws words of one Stream after another.
func streamed(where func(uint64) (int64, uint32), draws int) func() func([]uint64) {
	return func() func([]uint64) {
		key, at := NewKey(1, 0), uint64(0)
		return func(dst []uint64) {
			for i := 0; i < len(dst); i += draws {
				s := key.Stream(where(at))
				for k := range draws {
					dst[i+k] = s.Uint64()
				}
				at++
			}
		}
	}
}

// TestWords writes random words without end to the file that LAPICQUE_WORDS
// names, in the order that LAPICQUE_ORDER names, until the file is closed:
// scripts/rng-battery.sh feeds a public battery from it. With LAPICQUE_REVERSE
// set the bits of each word are reversed, since such batteries look harder at
// the high ones.
func TestWords(t *testing.T) {
	name := os.Getenv("LAPICQUE_WORDS")
	if name == "" {
		t.Skip("LAPICQUE_WORDS names no file")
	}
	order, ok := orders[os.Getenv("LAPICQUE_ORDER")]
	if !ok {
		t.Fatalf("LAPICQUE_ORDER: no order %q", os.Getenv("LAPICQUE_ORDER"))
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, fill := bufio.NewWriterSize(f, 1<<20), order()
	words, raw := make([]uint64, 1<<12), make([]byte, 8<<12)
	for {
		fill(words)
		for i, w := range words {
			if os.Getenv("LAPICQUE_REVERSE") != "" {
				w = bits.Reverse64(w)
			}
			binary.LittleEndian.PutUint64(raw[8*i:], w)
		}
		if _, err := out.Write(raw); err != nil {
			return // the reader has had enough
		}
	}
}
