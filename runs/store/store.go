// Package store keeps the folder of a run: files that are written while the run
// goes on, and a manifest with their checksums that is written last, by rename.
// A folder without a manifest is not finished; a cancelled or failed run is
// finished too, and its manifest says how it ended.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"lapicque/neuron"
)

// Names of the files that make a folder ours.
const (
	ManifestName   = "manifest.json"
	ProvenanceName = "provenance.json"
)

// Folder is the folder of a run that is being written. It serves one goroutine.
type Folder struct{ dir string }

// Check returns neuron.Faults when Create would refuse dir; it writes nothing.
func Check(dir string, force bool) error {
	var faults neuron.Faults
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = writable(dir)
		faults.Add(err == nil, "output", dir, fmt.Sprintf("a folder that can be made and written to (%v)", err))
	case err != nil:
		faults.Add(false, "output", dir, fmt.Sprintf("a folder (%v)", err))
	case len(entries) > 0 && !force:
		faults.Add(false, "output", dir, "a new or empty folder; --force replaces the folder of an earlier run")
	case len(entries) > 0 && !ours(dir):
		faults.Add(false, "output", dir, "with --force: the folder of an earlier run; this one holds other things and is left alone")
	default:
		err = writable(filepath.Join(dir, "x"))
		faults.Add(err == nil, "output", dir, fmt.Sprintf("a folder that can be written to (%v)", err))
	}
	return faults.Err()
}

// ours reports whether a folder was made by a run; one that was killed before it wrote anything else holds its claim.
func ours(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 && !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !claims(e.Name()) }) {
		return true
	}
	if text, err := os.ReadFile(filepath.Join(dir, claimName)); err == nil && strings.HasPrefix(string(text), Program+" ") {
		return true
	}
	for _, name := range []string{ManifestName, ProvenanceName} {
		var head struct{ Program string }
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && json.Unmarshal(text, &head) == nil && head.Program == Program {
			return true
		}
	}
	return false
}

// writable reports whether a file could be made where the first existing parent
// of dir is.
func writable(dir string) error {
	parent := filepath.Dir(filepath.Clean(dir))
	info, err := os.Stat(parent)
	if errors.Is(err, fs.ErrNotExist) && parent != dir {
		return writable(parent)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a file", parent)
	}
	probe, err := os.CreateTemp(parent, ".lapicque-*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Create makes the folder, with its parents, and removes what an earlier run left
// there when force allows it. What Check refuses is returned as neuron.Faults.
func Create(dir string, force bool) (*Folder, error) {
	if err := Check(dir, force); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if err := claim(dir, force); err != nil {
		return nil, err
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range last(entries, ManifestName, ProvenanceName) {
		if e == claimName {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e)); err != nil {
			return nil, fmt.Errorf("store: the earlier run could not be removed: %w", err)
		}
	}
	return &Folder{dir}, nil
}

// claimName is a file that stands in a folder while a run writes it; it holds the
// program and the number of the process.
const claimName = ".running"

// claims reports whether a file is a claim, or what a process that was killed while it made one left.
func claims(name string) bool { return strings.HasPrefix(name, claimName) }

// claim takes the folder for this process. A folder that a living process writes
// is refused, even by force; a claim that a killed one left is taken over. The file is
// complete before it has its name, so that no kill leaves a claim without a number.
func claim(dir string, force bool) error {
	path := filepath.Join(dir, claimName)
	refused := func(accepted string) error {
		return neuron.Faults{{Field: "output", Value: dir, Accepted: accepted}}
	}
	mark, err := os.CreateTemp(dir, claimName+"-*")
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer os.Remove(mark.Name())
	_, err = fmt.Fprintln(mark, Program, os.Getpid())
	if err = errors.Join(err, mark.Close()); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err = os.Link(mark.Name(), path); errors.Is(err, fs.ErrExist) && running(path) {
		return refused("a folder that no other run is writing")
	}
	if err != nil { // a dead claim, or a file system without links
		if err = os.Rename(mark.Name(), path); err != nil {
			return fmt.Errorf("store: %w", err)
		}
	}
	entries, err := os.ReadDir(dir)
	filled := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !claims(e.Name()) })
	if err == nil && filled && !force { // filled since Check
		return errors.Join(refused("a new or empty folder; --force replaces an earlier run"), os.Remove(path))
	}
	return nil
}

// running reports whether the process that claimed a folder lives; this one, in
// another run, counts.
func running(path string) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(string(text), Program)))
	if err != nil {
		return false
	}
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}

// last returns the names with some of them at the end, so that a removal that
// fails half way leaves a folder that is still known as ours.
func last(entries []os.DirEntry, final ...string) (names []string) {
	var kept []string
	for _, e := range entries {
		if slices.Contains(final, e.Name()) {
			kept = append(kept, e.Name())
		} else {
			names = append(names, e.Name())
		}
	}
	return append(names, kept...)
}

// Dir returns the folder's path.
func (f *Folder) Dir() string { return f.dir }

// Path returns the path of a file of the folder; name has forward slashes.
func (f *Folder) Path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// File opens a new file for writing; the parents are made.
func (f *Folder) File(name string) (*os.File, error) {
	path := f.Path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return file, nil
}

// Text writes a whole file.
func (f *Folder) Text(name string, text []byte) (err error) {
	file, err := f.File(name)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// JSON writes a whole file as indented JSON.
func (f *Folder) JSON(name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return f.Text(name, append(text, '\n'))
}
