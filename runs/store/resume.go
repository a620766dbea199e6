package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lapicque/neuron"
)

// Unfinished reports whether dir is the folder of a run that was cancelled, or killed before its end.
func Unfinished(dir string) bool {
	if !ours(dir) {
		return false
	}
	m, err := Open(dir)
	return err == nil && m.Outcome == "cancelled" || errors.Is(missing(dir), fs.ErrNotExist)
}

// missing returns the error of looking for a manifest.
func missing(dir string) error {
	_, err := os.Stat(filepath.Join(dir, ManifestName))
	return err
}

// Reopen takes an unfinished folder again with all its files; the manifest goes until the folder is sealed. A
// folder that is not Unfinished, or that a living process writes, is refused by neuron.Faults.
func Reopen(dir string) (*Folder, error) {
	if !Unfinished(dir) {
		return nil, neuron.Faults{{Field: "output", Value: dir, Accepted: "the folder of a run that did not come to its end"}}
	}
	if err := claim(dir, true); err != nil {
		return nil, err
	}
	if err := os.Remove(filepath.Join(dir, ManifestName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("store: %w", err)
	}
	return &Folder{dir}, nil
}
