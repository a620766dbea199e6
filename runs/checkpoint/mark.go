package checkpoint

import (
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"os"
	"path/filepath"
)

// Mark is how long a file that only grows was, and what it held: enough to know it again and cut it back. The zero value is that of
// an empty file.
type Mark struct {
	Name string `json:"name"` // in the folder of the run, with forward slashes
	Size int64  `json:"size"`
	Sum  uint64 `json:"crc64,string"`
}

// extend brings a file to the disk and returns the mark of all of it, from the mark of its beginning.
func extend(dir string, m Mark) (Mark, error) {
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(m.Name)))
	if err != nil {
		return m, err
	}
	defer file.Close()
	if err := file.Sync(); err != nil {
		return m, err
	}
	if _, err := file.Seek(m.Size, io.SeekStart); err != nil {
		return m, err
	}
	added, sum, err := digest(file, m.Sum)
	return Mark{m.Name, m.Size + added, sum}, err
}

// digest reads to the end and returns how much that was and the checksum that follows sum.
func digest(r io.Reader, sum uint64) (size int64, after uint64, err error) {
	buffer := make([]byte, chunk)
	for {
		n, err := r.Read(buffer)
		sum = crc64.Update(sum, polynomial, buffer[:n])
		if size += int64(n); err == io.EOF {
			return size, sum, nil
		}
		if err != nil {
			return size, sum, err
		}
	}
}

// holds returns an error when the file does not begin with what the mark says.
func (m Mark) holds(dir string) error {
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(m.Name)))
	if err != nil {
		return err
	}
	defer file.Close()
	size, sum, err := digest(io.LimitReader(file, m.Size), 0)
	switch {
	case err != nil:
		return err
	case size < m.Size:
		return fmt.Errorf("%s is shorter than it was", m.Name)
	case sum != m.Sum:
		return fmt.Errorf("%s is not what it was", m.Name)
	}
	return nil
}

// Cut opens a file of a run's folder to go on with and cuts it back to its mark.
func (m Mark) Cut(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(m.Name)), os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	_, err = file.Seek(m.Size, io.SeekStart)
	if err = errors.Join(err, file.Truncate(m.Size)); err != nil {
		return nil, errors.Join(fmt.Errorf("checkpoint: %s: %w", m.Name, err), file.Close())
	}
	return file, nil
}
