package ensemble

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"lapicque/neuron"
	"lapicque/runs/store"
)

// State says what a folder is to an ensemble.
type State int

const (
	// Fresh: there is no folder, an empty one, or one that may be replaced.
	Fresh State = iota
	// Begun: it holds a part of this ensemble.
	Begun
	// Complete: it holds all of it.
	Complete
)

// How says what may be done with a folder that is there.
type How struct {
	Force  bool // replaced
	Resume bool // repaired where its journal or its tables are damaged
}

// Look tells what dir is to an ensemble; it writes nothing. What must not be written over is refused by neuron.Faults: the folder of something
// else, of another ensemble or of a newer version, and without Resume one whose journal is damaged.
func Look(dir string, h Header, how How) (State, error) {
	if how.Force {
		return Fresh, store.Check(dir, true)
	}
	c, err := readJournal(filepath.Join(dir, JournalName), &h)
	if errors.Is(err, fs.ErrNotExist) && blank(dir) {
		return Fresh, nil
	}
	if err != nil {
		return Fresh, store.Check(dir, false)
	}
	if err := same(dir, c, h); err != nil {
		return Fresh, err
	}
	if err := damaged(dir, c); err != nil && !how.Resume {
		return Fresh, err
	}
	if store.Unfinished(dir) {
		return Begun, nil
	}
	if _, err := store.Open(dir); err != nil {
		return Fresh, err
	}
	if how.Resume && store.Verify(dir) != nil {
		return Begun, nil
	}
	return Complete, nil
}

// blank reports whether a folder is ours and holds nothing: a kill came before the journal.
func blank(dir string) bool {
	entries, err := os.ReadDir(dir)
	named := func(e os.DirEntry) bool { return e.Name() != JournalName+".new" && e.Name()[0] != '.' }
	return err == nil && len(entries) > 0 && store.Unfinished(dir) && !slices.ContainsFunc(entries, named)
}

// same compares the header of a journal with that of an ensemble.
func same(dir string, c *contents, h Header) error {
	if c.header == nil {
		return nil // damaged; records prove themselves
	}
	var faults neuron.Faults
	old, now := c.header.Description, h.Description
	switch {
	case c.header.Program != store.Program || c.header.Kind != h.Kind:
		faults.Add(false, "output", dir, "the folder of an ensemble")
	case c.header.Schema != journalSchema:
		faults.Add(false, "output", dir, fmt.Sprintf("a journal of schema %d; this one has schema %d and comes from a newer version", journalSchema, c.header.Schema))
	case old.Hash != now.Hash:
		faults.Add(false, "output", dir, "the folder of this very ensemble; it holds another one: "+difference(old, now))
	case c.header.Shard != h.Shard:
		faults.Add(false, "output", dir, fmt.Sprintf("the folder of shard %s; it holds shard %s", h.Shard, c.header.Shard))
	}
	return faults.Err()
}

// difference says in what two ensembles differ.
func difference(old, now Description) string {
	for _, x := range []struct {
		what     string
		old, now any
	}{{"scenario", old.Scenario, now.Scenario}, {"seed", old.Seed, now.Seed}, {"replicas", old.Replicas, now.Replicas},
		{"windows", old.Windows, now.Windows}, {"mean-field", old.MeanField, now.MeanField}, {"points", old.Points(), now.Points()}} {
		if x.old != x.now {
			return fmt.Sprintf("%s %v instead of %v", x.what, x.old, x.now)
		}
	}
	return "another grid or a key of the scenario has another value (see its resolved.yaml)"
}

// damaged returns the faults of a journal, each line that is not what was written.
func damaged(dir string, c *contents) error {
	var faults neuron.Faults
	const most = 5
	for k, d := range c.damage {
		if k == most {
			faults.Add(false, "journal", fmt.Sprintf("%d lines more", len(c.damage)-most), "likewise")
			break
		}
		lost := "one member is lost"
		if d.Line == 1 {
			lost = "no member is lost"
		}
		faults.Add(false, "journal", fmt.Sprintf("%s, line %d (byte %d)", filepath.Join(dir, JournalName), d.Line, d.Offset),
			fmt.Sprintf("what was written: %s; %s, %d others are whole; --resume repairs it and plays again what is lost", d.Reason, lost, len(c.records)))
	}
	return faults.Err()
}

// Folder is the folder of an ensemble that is being played.
type Folder struct {
	*store.Folder
	Notes  []string // what was found in it, as sentences
	header Header
	kept   *journal

	lock    sync.Mutex
	records []Record
	known   map[int]bool
}

// Open makes the folder of an ensemble or goes on with it, as Look finds.
func Open(dir string, h Header, how How) (*Folder, error) {
	state, err := Look(dir, h, how)
	if err != nil {
		return nil, err
	}
	if state == Complete {
		return nil, neuron.Faults{{Field: "output", Value: dir, Accepted: "a folder that is not complete"}}
	}
	f := &Folder{header: h, known: map[int]bool{}}
	if state == Fresh && !blank(dir) {
		f.Folder, err = store.Create(dir, how.Force)
	} else {
		f.Folder, err = retake(dir)
	}
	if err != nil {
		return nil, err
	}
	return f, f.begin()
}

// Kept returns how many members of an ensemble the journal of a folder holds.
func Kept(dir string, h Header) int {
	c, err := readJournal(filepath.Join(dir, JournalName), &h)
	if err != nil || same(dir, c, h) != nil {
		return 0
	}
	return len(c.records)
}

// Read returns what Finish returned for a folder that is complete.
func Read(dir string, h Header) (r Result, err error) {
	c, err := readJournal(filepath.Join(dir, JournalName), &h)
	if err != nil {
		return r, fmt.Errorf("ensemble: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(dir, ResultName))
	if err = errors.Join(err, json.Unmarshal(text, &r)); err != nil {
		return r, fmt.Errorf("ensemble: %w", err)
	}
	slices.SortFunc(c.records, func(a, b Record) int { return cmp.Compare(a.Member, b.Member) })
	r.Summary = estimates(&h.Description, c.records)
	return r, nil
}

// retake takes an unfinished folder, or a finished one that is not what its manifest says.
func retake(dir string) (*store.Folder, error) {
	if !store.Unfinished(dir) {
		if err := os.Remove(filepath.Join(dir, store.ManifestName)); err != nil {
			return nil, fmt.Errorf("ensemble: %w", err)
		}
	}
	return store.Reopen(dir)
}

// begin reads the journal, or starts it.
func (f *Folder) begin() error {
	path := f.Path(JournalName)
	c, err := readJournal(path, &f.header)
	if errors.Is(err, fs.ErrNotExist) {
		c, err = &contents{}, nil
	}
	if err == nil && (len(c.damage) > 0 || c.header == nil) {
		if len(c.damage) > 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("The journal was damaged in %s and is repaired: what is lost is played again.", lines(c.damage)))
		}
		if err = startJournal(path, f.header, c.records); err == nil {
			c, err = readJournal(path, &f.header)
		}
	}
	if err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	if c.torn > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("The last line of the journal was cut short (%d bytes): that member is played again.", c.torn))
	}
	f.records = c.records
	for _, r := range c.records {
		f.known[r.Member] = true
	}
	if f.kept, err = openJournal(path, f.header, c.whole); err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	return nil
}

// lines names damaged lines.
func lines(list []Damage) string {
	if len(list) == 1 {
		return fmt.Sprintf("line %d", list[0].Line)
	}
	return fmt.Sprintf("%d lines, the first being %d", len(list), list[0].Line)
}

// Known reports whether a member was finished when the folder was opened.
func (f *Folder) Known(member int) bool { return f.known[member] }

// Finished returns how many members are.
func (f *Folder) Finished() int {
	f.lock.Lock()
	defer f.lock.Unlock()
	return len(f.records)
}

// Keep makes a member a finished one: after it has returned no kill takes it back.
func (f *Folder) Keep(r Record) error {
	if err := f.kept.Keep(r); err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.records = append(f.records, r)
	return nil
}

// Close closes the journal; the folder is not sealed.
func (f *Folder) Close() error { return f.kept.Close() }
