package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lapicque/neuron"
)

// Program is the name that manifests and provenances carry.
const Program = "lapicque"

// Manifest lists the files of a finished folder.
type Manifest struct {
	Program string  `json:"program"`
	Schema  int     `json:"schema"`
	Outcome string  `json:"outcome"`
	Files   []Entry `json:"files"` // in lexical order, without the manifest
}

// Entry is one file.
type Entry struct {
	Path   string `json:"path"` // forward slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Seal writes the manifest of everything in dir, last and by rename. Called again
// after a file has changed, it replaces the manifest.
func Seal(dir, outcome string) error {
	m := Manifest{Program: Program, Schema: 1, Outcome: outcome, Files: []Entry{}}
	err := walk(dir, func(name string) error {
		e, err := checksum(dir, name)
		m.Files = append(m.Files, e)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: the manifest could not be made: %w", err)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(dir, ManifestName), append(text, '\n')); err != nil {
		return fmt.Errorf("store: the manifest could not be written: %w", err)
	}
	marks, _ := filepath.Glob(filepath.Join(dir, claimName+"*"))
	for _, mark := range marks {
		if err := os.Remove(mark); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("store: %w", err)
		}
	}
	return nil
}

// replace writes a file beside path, brings it to the disk and renames it.
func replace(path string, text []byte) error {
	file, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		os.Remove(path + ".new")
	}
	return err
}

// Checkpoints is the folder, in that of a run, of what the run needs to go on after an interruption. It is no result.
const Checkpoints = "checkpoint"

// walk visits the regular files of a folder in lexical order, the manifest and checkpoints left out.
func walk(dir string, visit func(name string) error) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && name == Checkpoints && d.IsDir() {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || name == ManifestName || name == ManifestName+".new" || claims(name) {
			return err
		}
		return visit(name)
	})
}

func checksum(dir, name string) (Entry, error) {
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return Entry{}, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	return Entry{name, size, hex.EncodeToString(hash.Sum(nil))}, err
}

// Open reads the manifest of a finished folder. A folder that is none, or has no
// manifest, is refused by neuron.Faults.
func Open(dir string) (Manifest, error) {
	var m Manifest
	var faults neuron.Faults
	text, err := os.ReadFile(filepath.Join(dir, ManifestName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		faults.Add(false, "run", dir, "the folder of a finished run (there is no "+ManifestName+" in it)")
		return m, faults
	case err != nil:
		faults.Add(false, "run", dir, "the folder of a run ("+err.Error()+")")
		return m, faults
	}
	err = json.Unmarshal(text, &m)
	faults.Add(err == nil && m.Program == Program, "run", dir, "the folder of a run (its "+ManifestName+" is not ours)")
	if err == nil && m.Program == Program {
		faults.Add(m.Schema == 1, "run", dir, fmt.Sprintf("a folder of schema 1; this one has schema %d and comes from a newer version", m.Schema))
	}
	return m, faults.Err()
}

// Verify compares a finished folder with its manifest: every file listed is there
// with its checksum, and nothing else is.
func Verify(dir string) error {
	m, err := Open(dir)
	if err != nil {
		return err
	}
	listed := map[string]Entry{}
	for _, e := range m.Files {
		listed[e.Path] = e
	}
	var problems []error
	err = walk(dir, func(name string) error {
		e, known := listed[name]
		if delete(listed, name); !known {
			problems = append(problems, fmt.Errorf("store: %s is not in the manifest", name))
			return nil
		}
		got, err := checksum(dir, name)
		if err == nil && got != e {
			problems = append(problems, fmt.Errorf("store: %s is not what the manifest says", name))
		}
		return err
	})
	for _, e := range m.Files {
		if _, missing := listed[e.Path]; missing {
			problems = append(problems, fmt.Errorf("store: %s is missing", e.Path))
		}
	}
	return errors.Join(append(problems, err)...)
}
