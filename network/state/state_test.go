package state

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// parts is one of everything that a codec visits.
type parts struct {
	word    uint64
	long    int64
	number  int
	float   float64
	flag    bool
	index   uint32
	words   []uint64
	floats  []float64
	flags   []bool
	list    []int64
	numbers []float64
}

func (p *parts) visit(c *Codec) {
	c.Word(&p.word)
	c.Long(&p.long)
	c.Int(&p.number)
	c.Float(&p.float)
	c.Flag(&p.flag)
	c.Index(&p.index, 100)
	c.Words(p.words)
	c.Floats(p.floats)
	c.Flags(p.flags)
	List(c, &p.list, func(x *int64) { c.Long(x) })
	c.Numbers(&p.numbers)
}

// What is read is what was written, to the last bit, NaN and infinities too; the bytes are the same each time; and a state that is cut
// anywhere is refused.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.Custom(func(t *rapid.T) float64 { return math.Float64frombits(rapid.Uint64().Draw(t, "bits")) })
		floats := func(name string, most int) []float64 { return rapid.SliceOfN(bits, 0, most).Draw(t, name) }
		in := parts{
			word: rapid.Uint64().Draw(t, "word"), long: rapid.Int64().Draw(t, "long"), number: rapid.Int().Draw(t, "int"), float: bits.Draw(t, "float"),
			flag: rapid.Bool().Draw(t, "flag"), index: rapid.Uint32Range(0, 99).Draw(t, "index"),
			words: rapid.SliceOfN(rapid.Uint64(), 0, 9).Draw(t, "words"), floats: floats("floats", 3000), flags: rapid.SliceOfN(rapid.Bool(), 0, 200).Draw(t, "flags"),
			list: rapid.SliceOfN(rapid.Int64(), 0, 9).Draw(t, "list"), numbers: floats("numbers", 3000),
		}
		var first, second bytes.Buffer
		if err := Save(&first, "test", 1, in.visit); err != nil {
			t.Fatal(err)
		}
		whole := bytes.Clone(first.Bytes())
		blank := func() *parts {
			return &parts{words: make([]uint64, len(in.words)), floats: make([]float64, len(in.floats)), flags: make([]bool, len(in.flags)), list: []int64{1, 2, 3}}
		}
		out := blank()
		if err := Restore(&first, "test", 1, out.visit); err != nil {
			t.Fatal(err)
		}
		if err := Save(&second, "test", 1, out.visit); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(whole, second.Bytes()) || !slices.Equal(in.flags, out.flags) || out.word != in.word || out.index != in.index {
			t.Fatal("what was read is not what was written")
		}
		at := rapid.IntRange(0, len(whole)-1).Draw(t, "cut")
		if err := Restore(bytes.NewReader(whole[:at]), "test", 1, blank().visit); err == nil {
			t.Fatalf("cut after %d of %d bytes and not refused", at, len(whole))
		}
	})
}

// The layout is the same on every machine: little-endian numbers of 8 bytes.
func TestLayout(t *testing.T) {
	x, list := 1.5, []float64{-2}
	var out bytes.Buffer
	if err := Save(&out, "k", 3, func(c *Codec) { c.Float(&x); c.Numbers(&list) }); err != nil {
		t.Fatal(err)
	}
	want := "\x08\x00\x00\x00\x00\x00\x00\x00LPQSTATE" + "\x01\x00\x00\x00\x00\x00\x00\x00k" + "\x03\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\xf8\x3f" + "\x01\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\xc0"
	if out.String() != want {
		t.Errorf("% x, want % x", out.String(), want)
	}
}

// branch is a tree of all that Value visits.
type branch struct {
	Name   string
	On     bool
	Count  int
	Long   int64
	Byte   uint8
	X      float64
	Pair   [2]float64
	Maybe  *float64
	List   []float64
	Named  map[string]*float64
	Leaves []branch
}

// Value keeps nil and empty apart and every bit of a number, and refuses what was written from other types.
func TestValue(t *testing.T) {
	nan, zero := math.NaN(), 0.0
	in := branch{Name: "τ", On: true, Count: -3, Long: 1 << 60, Byte: 7, X: math.Inf(-1), Pair: [2]float64{1, math.Copysign(0, -1)}, Maybe: &nan, List: []float64{},
		Named: map[string]*float64{"b": &zero, "a": nil}, Leaves: []branch{{}, {Maybe: &zero, Named: map[string]*float64{}}}}
	var out bytes.Buffer
	if err := Save(&out, "v", 1, func(c *Codec) { c.Value(&in) }); err != nil {
		t.Fatal(err)
	}
	whole := bytes.Clone(out.Bytes())
	got := branch{List: []float64{5}, Leaves: []branch{{Name: "old"}}}
	if err := Restore(&out, "v", 1, func(c *Codec) { c.Value(&got) }); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(*got.Maybe) {
		t.Error("NaN was lost")
	}
	got.Maybe, in.Maybe = nil, nil
	if !reflect.DeepEqual(got, in) || !math.Signbit(got.Pair[1]) {
		t.Errorf("%+v, want %+v", got, in)
	}
	var other struct{ Name string }
	if err := Restore(bytes.NewReader(whole), "v", 1, func(c *Codec) { c.Value(&other) }); err == nil || !strings.Contains(err.Error(), "this version") {
		t.Errorf("other types: %v", err)
	}
}
