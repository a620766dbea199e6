package ensemble

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lapicque/neuron"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// Shards are the folders of all shards of one ensemble.
type Shards struct {
	Header  Header // of the whole
	Sources []scenario.File
	records []Record
}

// ReadShards reads the folders of shards; it writes nothing. What is not the complete set of shards of one ensemble, each finished and
// whole, is refused by neuron.Faults, all at once.
func ReadShards(dirs []string) (*Shards, error) {
	var faults neuron.Faults
	faults.Add(len(dirs) > 0, "shards", "none", "the folders of all shards of an ensemble")
	out := &Shards{}
	var first string
	at := map[int]string{}
	for _, dir := range dirs {
		c, err := readShard(dir)
		if list, ok := err.(neuron.Faults); ok {
			faults = append(faults, list...)
			continue
		} else if err != nil {
			return nil, err
		}
		h := *c.header
		if first == "" {
			first, out.Header = dir, h
		}
		old := out.Header
		same := h.Description.Hash == old.Description.Hash
		faults.Add(same, "shard", dir, fmt.Sprintf("a shard of the ensemble in %s; this one is of another: %s", first, difference(h.Description, old.Description)))
		faults.Add(!same || h.Shard.Count == old.Shard.Count, "shard", dir, fmt.Sprintf("a part of %d, as in %s; this one is shard %s", old.Shard.Count, first, h.Shard))
		if other, twice := at[h.Shard.Index]; twice && same {
			faults.Add(false, "shard", dir, fmt.Sprintf("a shard that is given once; %s holds shard %s, too", other, h.Shard))
		}
		if at[h.Shard.Index] = dir; same {
			out.records = append(out.records, c.records...)
		}
	}
	if len(faults) == 0 {
		for k := range out.Header.Shard.Count {
			faults.Add(at[k] != "", "shards", fmt.Sprintf("%d folders", len(dirs)), fmt.Sprintf("shard %d/%d, too", k, out.Header.Shard.Count))
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	out.Header.Shard = Whole
	var err error
	out.Sources, err = sources(first)
	return out, err
}

// readShard reads a folder. What is wrong with it is neuron.Faults.
func readShard(dir string) (*contents, error) {
	var faults neuron.Faults
	c, err := readJournal(filepath.Join(dir, JournalName), nil)
	if errors.Is(err, fs.ErrNotExist) {
		faults.Add(false, "shard", dir, "the folder of a shard of an ensemble (there is no "+JournalName+" in it)")
		return nil, faults
	}
	if err != nil {
		return nil, fmt.Errorf("ensemble: %w", err)
	}
	if c.header != nil {
		if err := same(dir, c, *c.header); err != nil {
			return nil, err
		}
	}
	if err := damaged(dir, c); err != nil {
		return nil, err
	}
	if c.header == nil {
		faults.Add(false, "shard", dir, "a journal with its first line; the command of that shard with --resume repairs it")
		return nil, faults
	}
	size := c.header.Shard.Size(c.header.Description.Members())
	faults.Add(len(c.records) == size, "shard", dir,
		fmt.Sprintf("all %d members of shard %s; %d are finished, its command with -o %s goes on", size, c.header.Shard, len(c.records), dir))
	if len(c.records) == size {
		_, err := store.Open(dir)
		faults.Add(err == nil, "shard", dir, "a finished folder; its command with -o "+dir+" completes it")
	}
	return c, faults.Err()
}

// sources returns the files of a folder that say what the ensemble is.
func sources(dir string) (list []scenario.File, err error) {
	m, err := store.Open(dir)
	if err != nil {
		return nil, err
	}
	made := []string{JournalName, ResultName, store.ProvenanceName, "report.html"}
	for _, e := range m.Files {
		if slices.Contains(made, e.Path) || strings.HasPrefix(e.Path, "tables/") || strings.HasPrefix(e.Path, "plots/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.Path)))
		if err != nil {
			return nil, fmt.Errorf("ensemble: %w", err)
		}
		list = append(list, scenario.File{Name: e.Path, Text: text})
	}
	return list, nil
}

// Enter makes the members of the shards those of a folder that was opened with their Header.
func (s *Shards) Enter(f *Folder) error {
	for _, r := range s.records {
		if f.Known(r.Member) {
			continue
		}
		if err := f.Keep(r); err != nil {
			return err
		}
	}
	return nil
}
