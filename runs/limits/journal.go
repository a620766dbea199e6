package limits

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"lapicque/runs/store"
)

// Names of files in the folder of a study.
const (
	ResultName  = "limits.json"
	journalName = "points.jsonl" // a line a finished point, until the study is complete
)

// Journal is where finished points are kept while a study goes on.
type Journal struct {
	file *os.File
	err  error
}

// NewJournal opens the journal of a folder and returns the points that it holds; a last line that was cut short is left out.
func NewJournal(folder *store.Folder) (*Journal, []Point, error) {
	file, err := os.OpenFile(folder.Path(journalName), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("limits: %w", err)
	}
	var list []Point
	whole := int64(0)
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		var p Point
		if err != nil || json.Unmarshal(bytes.TrimSpace(line), &p) != nil {
			break
		}
		whole += int64(len(line))
		list = append(list, p)
	}
	_, err = file.Seek(whole, 0)
	return &Journal{file: file}, list, errors.Join(err, file.Truncate(whole))
}

// Keep appends a point.
func (j *Journal) Keep(p Point) {
	line, err := json.Marshal(p)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if j.err == nil {
		j.err = err
	}
}

// Close returns the first error; with done the journal goes.
func (j *Journal) Close(done bool) error {
	err := errors.Join(j.err, j.file.Close())
	if done && err == nil {
		err = os.Remove(j.file.Name())
	}
	return err
}
