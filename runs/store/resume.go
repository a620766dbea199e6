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

// failed reports whether a run ended with an error, which may have been the machine's.
func failed(dir string) bool {
	m, err := Open(dir)
	return err == nil && m.Outcome == "failed"
}

// missing returns the error of looking for a manifest.
func missing(dir string) error {
	_, err := os.Stat(filepath.Join(dir, ManifestName))
	return err
}

// Reopen takes an unfinished folder again with all its files; the manifest goes until the folder is sealed. A
// folder that is not Unfinished and did not fail, or that a living process writes, is refused by neuron.Faults.
func Reopen(dir string) (*Folder, error) {
	if !Unfinished(dir) && !failed(dir) {
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

// Release removes the claims that killed processes left in a finished folder.
func Release(dir string) error {
	if running(filepath.Join(dir, claimName)) {
		return nil
	}
	marks, _ := filepath.Glob(filepath.Join(dir, claimName+"*"))
	for _, mark := range marks {
		if err := os.Remove(mark); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("store: %w", err)
		}
	}
	return nil
}
