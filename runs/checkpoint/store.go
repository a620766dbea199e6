package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"lapicque/neuron"
	"lapicque/runs/store"
)

// Dir is the name of the folder of checkpoints in the folder of a run.
const Dir = store.Checkpoints

// suffix is that of a checkpoint's file; its name is a number that goes up.
const suffix = ".checkpoint"

// kept is how many checkpoints stay.
const kept = 2

// Head is what a checkpoint says of itself, its first section.
type Head struct {
	Program  string  `json:"program"`
	Version  string  `json:"version"`
	Scenario string  `json:"scenario"` // its name
	Hash     string  `json:"hash"`     // of all that fixes the results
	Time     float64 `json:"time"`     // model time that all networks have come to, of the phase
	Phase    string  `json:"phase"`    // what is simulated
	Files    []Mark  `json:"files"`    // that only grow

	Wall  time.Duration `json:"wall_ns,omitempty"` // from one checkpoint to the next …
	Every float64       `json:"every,omitempty"`   // … in model time
}

// Store is the checkpoints of a run. It serves one goroutine.
type Store struct {
	run   string // the folder of the run
	head  Head
	whole []int // numbers of those that can be gone on from, ascending
	next  int
	marks map[string]Mark
}

// New returns the store of a run, whose folder is there. Head holds what stays the same through the run.
func New(run string, head Head) *Store {
	return &Store{run: run, head: head, next: 1, marks: map[string]Mark{}}
}

func (s *Store) path(number int) string {
	return filepath.Join(s.run, Dir, fmt.Sprintf("%08d%s", number, suffix))
}

// numbers returns the checkpoints that are there, ascending.
func numbers(run string) (list []int, err error) {
	entries, err := os.ReadDir(filepath.Join(run, Dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		base, ours := strings.CutSuffix(e.Name(), suffix)
		if k, err := strconv.Atoi(base); ours && err == nil {
			list = append(list, k)
		}
	}
	slices.Sort(list)
	return list, err
}

// Write keeps a checkpoint: phase and at, a model time, say how far the run has come, files names those that only grow, body writes the
// sections after the head. It is complete on the disk when Write returns nil; after an error those before it are as they were.
func (s *Store) Write(phase string, at float64, files []string, body func(*Writer) error) (err error) {
	head := s.head
	head.Phase, head.Time = phase, at
	marks := map[string]Mark{}
	for _, name := range files {
		m := s.marks[name]
		m.Name = name
		if marks[name], err = extend(s.run, m); err != nil {
			return fmt.Errorf("checkpoint: %w", err)
		}
		head.Files = append(head.Files, marks[name])
	}
	if err := os.MkdirAll(filepath.Join(s.run, Dir), 0o755); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := place(s.path(s.next), head, body); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	s.marks, s.whole = marks, append(s.whole, s.next)
	s.next++
	s.prune()
	return nil
}

// place writes a checkpoint beside its place, brings it to the disk and renames it.
func place(path string, head Head, body func(*Writer) error) error {
	file, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	w, err := newWriter(file)
	if err == nil {
		err = w.Section("head", func(out io.Writer) error { return json.NewEncoder(out).Encode(head) })
	}
	if err == nil {
		err = body(w)
	}
	if err == nil {
		err = w.end()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		os.Remove(path + ".new")
		return err
	}
	return settle(filepath.Dir(path))
}

// settle brings a folder's names to the disk.
func settle(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// prune removes all checkpoints but the last ones that can be gone on from. What cannot be removed stays.
func (s *Store) prune() {
	s.whole = s.whole[max(0, len(s.whole)-kept):]
	all, _ := numbers(s.run)
	for _, k := range all {
		if !slices.Contains(s.whole, k) {
			os.Remove(s.path(k))
		}
	}
}

// Sweep removes what was being written when the run was killed; no other process may be writing.
func (s *Store) Sweep() {
	left, _ := filepath.Glob(filepath.Join(s.run, Dir, "*"+suffix+".new"))
	for _, name := range left {
		os.Remove(name)
	}
}

// Found is what Latest found.
type Found struct {
	Reader *Reader // the last checkpoint that is whole, its head read; nil without one. The caller closes it
	Notes  []string
	Broken int // checkpoints that are damaged
}

// Latest returns the last checkpoint that is whole, with the files that it marks as long as they were, and notes about later
// ones that are not. A checkpoint of another scenario or of a newer version is refused by neuron.Faults.
func (s *Store) Latest() (found Found, err error) {
	all, err := numbers(s.run)
	if err != nil {
		return found, fmt.Errorf("checkpoint: %w", err)
	}
	for _, k := range slices.Backward(all) {
		s.next = max(s.next, k+1)
		head, err := s.check(k)
		var faults neuron.Faults
		switch {
		case errors.As(err, &faults):
			return found, err
		case err != nil:
			found.Broken++
			found.Notes = append(found.Notes, fmt.Sprintf("checkpoint %d cannot be used: %v", k, err))
			continue
		}
		s.whole = append([]int{k}, s.whole...)
		if found.Reader != nil {
			break
		}
		if found.Reader, err = s.open(k); err != nil {
			return found, fmt.Errorf("checkpoint: %w", err)
		}
		for _, m := range head.Files {
			s.marks[m.Name] = m
		}
	}
	if found.Reader != nil && found.Broken > 0 {
		found.Notes = append(found.Notes, fmt.Sprintf("the one before, at t = %.6g, is gone on from", found.Reader.Head.Time))
	}
	return found, nil
}

// check reads a checkpoint to its end and returns its head.
func (s *Store) check(number int) (head Head, err error) {
	r, err := s.open(number)
	var newer *Newer
	if errors.As(err, &newer) {
		return head, neuron.Faults{{Field: "resume", Value: s.path(number), Accepted: "a checkpoint that this version knows: " + newer.Error()}}
	}
	if err != nil {
		return head, err
	}
	defer r.Close()
	if err := r.verify(); err != nil {
		return head, err
	}
	if r.Head.Hash != s.head.Hash {
		return head, neuron.Faults{{Field: "resume", Value: s.run, Accepted: fmt.Sprintf("a folder of this scenario as it is given here; the one there is %q, or was run with other values or another verb", r.Head.Scenario)}}
	}
	for _, m := range r.Head.Files {
		if err := m.holds(s.run); err != nil {
			return head, err
		}
	}
	return r.Head, nil
}

// open opens a checkpoint and reads its head.
func (s *Store) open(number int) (*Reader, error) {
	file, err := os.Open(s.path(number))
	if err != nil {
		return nil, err
	}
	r, err := newReader(file)
	if err == nil {
		r.file = file
		err = r.Section("head", func(in io.Reader) error { return json.NewDecoder(in).Decode(&r.Head) })
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// Remove removes the checkpoints of a run that is over.
func Remove(run string) error { return os.RemoveAll(filepath.Join(run, Dir)) }

// Any reports whether a run has checkpoints, whole or not.
func Any(run string) bool {
	all, err := numbers(run)
	return err == nil && len(all) > 0
}

// Name returns the name of the scenario of the checkpoints of a run, "" without any that can be read.
func Name(run string) string {
	all, _ := numbers(run)
	for _, k := range slices.Backward(all) {
		if r, err := (&Store{run: run}).open(k); err == nil {
			r.Close()
			return r.Head.Scenario
		}
	}
	return ""
}
