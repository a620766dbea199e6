package converge

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"lapicque/runs/store"
)

const journalName = "replicas.jsonl" // a line a network, until the study is complete

// Journal is where what networks left is kept while a study goes on.
type Journal struct {
	file *os.File
	err  error
}

// NewJournal opens the journal of a folder and returns what it holds. A last line that was cut short is left out.
func NewJournal(folder *store.Folder) (*Journal, []Replica, error) {
	file, err := os.OpenFile(folder.Path(journalName), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("converge: %w", err)
	}
	var list []Replica
	whole := int64(0)
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		var x Replica
		if err != nil || json.Unmarshal(bytes.TrimSpace(line), &x) != nil {
			break
		}
		whole, list = whole+int64(len(line)), append(list, x)
	}
	_, err = file.Seek(whole, 0)
	return &Journal{file: file, err: err}, list, file.Truncate(whole)
}

// Keep appends what a network left.
func (j *Journal) Keep(x Replica) {
	line, err := json.Marshal(x)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if j.err == nil {
		j.err = err
	}
}

// Close returns the first error; with done the journal goes.
func (j *Journal) Close(done bool) error {
	err := j.file.Close()
	if done && err == nil && j.err == nil {
		err = os.Remove(j.file.Name())
	}
	if j.err != nil {
		err = j.err
	}
	return err
}
