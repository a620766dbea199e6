package ensemble

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// written is a journal of three members.
func written(t *testing.T, dir string) (string, Header, []Record) {
	t.Helper()
	d := Description{Scenario: "x", Grids: []Grid{}, Replicas: 4, Windows: 1, Measures: []string{"a", "b", "c"}, Hash: "0123"}
	h := NewHeader(d, Whole)
	records := []Record{{Member: 2, Values: Row{0.1, 1e-300, math.Copysign(0, -1)}, Attempts: 1, Seconds: 0.25},
		{Member: 0, Note: "panic: \"\n\"", Attempts: 2, First: "x"}, {Member: 3, Values: Row{math.MaxFloat64, -0.1, 123456789012345678}, Attempts: 1}}
	path := filepath.Join(dir, JournalName)
	if err := startJournal(path, h, nil); err != nil {
		t.Fatal(err)
	}
	c, err := readJournal(path, &h)
	if err != nil {
		t.Fatal(err)
	}
	j, err := openJournal(path, h, c.whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := j.Keep(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return path, h, records
}

func TestJournalReadsBackWhatWasKept(t *testing.T) {
	path, h, records := written(t, t.TempDir())
	c, err := readJournal(path, nil)
	if err != nil || c.torn != 0 || len(c.damage) != 0 || !reflect.DeepEqual(*c.header, h) || !reflect.DeepEqual(c.records, records) {
		t.Errorf("%+v %v", c, err)
	}
}

// No bit can be turned, and no byte cut away, without a line being known as damaged or torn; the other lines keep what they say.
func TestEveryFlippedBitIsSeen(t *testing.T) {
	path, h, records := written(t, t.TempDir())
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(text) {
		flipped := append([]byte(nil), text...)
		flipped[bit/8] ^= 1 << (bit % 8)
		c := parseJournal(flipped, &h)
		lost := len(records) - len(c.records)
		if len(c.damage) == 0 && c.torn == 0 || lost > 2 { // a line's end that is turned joins two lines
			t.Fatalf("bit %d of byte %d: damage %v, torn %d, %d lost", bit%8, bit/8, c.damage, c.torn, lost)
		}
	}
	for at := range text {
		c := parseJournal(text[:at], &h)
		whole := strings.Count(string(text[:at]), "\n")
		if len(c.damage) > 0 || len(c.records) != max(0, whole-1) || c.torn != int64(at)-c.whole {
			t.Fatalf("cut at %d: %+v", at, c)
		}
	}
}

// A damaged journal is refused with the line, and repaired when that is asked for.
func TestDamagedJournalIsRepaired(t *testing.T) {
	p := small(t, 1)
	dir := filepath.Join(t.TempDir(), "x")
	played(t, dir, p, Whole, How{}, math.MaxInt)
	want := tables(t, dir)
	h := NewHeader(p.Description, Whole)
	for line := range 7 { // the header, six members
		path := filepath.Join(dir, JournalName)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(text), "\n")
		lines[line] = strings.Replace(lines[line], "e", "f", 1)
		if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err = Look(dir, h, How{})
		if err == nil || !strings.Contains(err.Error(), "line "+string(rune('1'+line))) || !strings.Contains(err.Error(), "--resume") {
			t.Errorf("line %d: %v", line+1, err)
		}
		played(t, dir, p, Whole, How{Resume: true}, math.MaxInt)
		if got := tables(t, dir); got != want {
			t.Errorf("line %d:\n%s\nnot\n%s", line+1, got, want)
		}
		if state, err := Look(dir, h, How{Resume: true}); state != Complete || err != nil {
			t.Errorf("repaired: %v %v", state, err)
		}
	}
	if _, err := Open(dir, h, How{}); err == nil {
		t.Error("a complete folder is opened again")
	}
}

// A journal has one writer.
func TestJournalHasOneWriter(t *testing.T) {
	path, h, _ := written(t, t.TempDir())
	j, err := openJournal(path, h, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if _, err := openJournal(path, h, 0); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("%v", err)
	}
}

// A record is written as encoding/json would write it, but for the order of its keys, and reads back as itself.
func TestRecordText(t *testing.T) {
	for _, r := range []Record{
		{Member: 3, Values: Row{1, 0.1, 1e-300, -2.5e7}, Attempts: 1, Seconds: 0.25},
		{Member: 0, Note: "it said \"no\"\n<é>", Attempts: 2, First: "a panic\t", Seconds: 1e-9},
	} {
		text, err := line("salt", r)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var a, b map[string]any
		var back Record
		if err := errors.Join(json.Unmarshal(text[9:], &a), json.Unmarshal(want, &b), parse("salt", text[:len(text)-1], &back)); err != nil || !reflect.DeepEqual(a, b) || !reflect.DeepEqual(back, r) {
			t.Errorf("%v: %s, want %s", err, text, want)
		}
	}
}
