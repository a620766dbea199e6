package ensemble

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"lapicque/runs/store"
)

// JournalName is the file of a folder that holds the finished members.
const JournalName = "journal.jsonl"

// journalSchema is the version of the journal's form.
const journalSchema = 1

// Header is the first line of a journal.
type Header struct {
	Program     string      `json:"program"`
	Schema      int         `json:"schema"`
	Kind        string      `json:"kind"`
	Description Description `json:"ensemble"`
	Shard       Shard       `json:"shard"`
}

// NewHeader returns the header of the journal of a shard.
func NewHeader(d Description, s Shard) Header {
	return Header{store.Program, journalSchema, "ensemble", d, s}
}

// castagnoli is the polynomial of CRC-32C, which finds all bursts of up to 32 bits and up to three wrong bits in a line.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// line returns a line of a journal: the checksum of a salt and the text, the text. Records are salted with the hash of their
// ensemble, so that no line of another one is taken for theirs.
func line(salt string, value any) (out []byte, err error) {
	const sum = 9 // eight digits and a space
	if r, is := value.(Record); is {
		out, err = r.append(make([]byte, sum, 512))
	} else {
		text, wrong := json.Marshal(value)
		out, err = append(make([]byte, sum, sum+len(text)+1), text...), wrong
	}
	if err != nil {
		return nil, err
	}
	copy(out, fmt.Sprintf("%08x ", checksum(salt, out[sum:])))
	return append(out, '\n'), nil
}

func checksum(salt string, text []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte(salt), castagnoli), castagnoli, text)
}

// parse reads a line without its end into value.
func parse(salt string, text []byte, value any) error {
	sum, body, found := bytes.Cut(text, []byte(" "))
	if !found || len(sum) != 8 {
		return errors.New("it does not begin with a checksum")
	}
	if want := fmt.Sprintf("%08x", checksum(salt, body)); string(sum) != want {
		return fmt.Errorf("its checksum is %q, that of its text %q", sum, want)
	}
	return json.Unmarshal(body, value)
}

// Damage is a line of a journal that is not what was written.
type Damage struct {
	Line   int   // counted from 1, the header's
	Offset int64 // of its first byte
	Reason string
}

// contents is what a journal holds.
type contents struct {
	header  *Header // nil when its line is damaged
	records []Record
	damage  []Damage
	whole   int64 // bytes up to the end of the last whole line
	torn    int64 // bytes of a last line that a kill cut short
}

// readJournal reads a journal. Lines of another ensemble than that of hash, and members that do not belong to the shard,
// count as damaged; without an expected header the journal's own decides.
func readJournal(path string, expected *Header) (*contents, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseJournal(text, expected), nil
}

// parseJournal is readJournal on a text.
func parseJournal(text []byte, expected *Header) *contents {
	c := &contents{}
	seen := map[int]bool{}
	for number := 1; len(text) > 0; number++ {
		one, rest, ended := bytes.Cut(text, []byte("\n"))
		if !ended {
			c.torn = int64(len(one))
			break
		}
		var wrong error
		if number == 1 {
			if c.header, wrong = parseHeader(one); wrong == nil && c.header.Schema != journalSchema {
				return c // of another version, whose records are not ours to read
			}
			if wrong != nil {
				c.header = nil
			}
			if expected == nil {
				expected = c.header
			}
		} else if expected != nil {
			wrong = c.add(one, expected, seen)
		}
		if wrong != nil {
			c.damage = append(c.damage, Damage{number, c.whole, wrong.Error()})
		}
		c.whole += int64(len(one)) + 1
		text = rest
	}
	return c
}

// parseHeader reads the first line; that of another version as far as all versions have it.
func parseHeader(text []byte) (*Header, error) {
	var head struct {
		Program, Kind string
		Schema        int
	}
	if err := parse("", text, &head); err != nil || head.Schema != journalSchema {
		return &Header{Program: head.Program, Schema: head.Schema, Kind: head.Kind}, err
	}
	h := &Header{}
	return h, parse("", text, h)
}

// add takes a record.
func (c *contents) add(text []byte, h *Header, seen map[int]bool) error {
	var r Record
	d := &h.Description
	if err := parse(d.Hash, text, &r); err != nil {
		return err
	}
	if r.Member < 0 || r.Member >= d.Members() || !h.Shard.Has(r.Member) || !r.Failed() && len(r.Values) != len(d.Measures) {
		return fmt.Errorf("member %d is none of shard %s of this ensemble", r.Member, h.Shard)
	}
	if !seen[r.Member] {
		seen[r.Member], c.records = true, append(c.records, r)
	}
	return nil
}

// syncEvery is the time after which finished members have reached the disk: what a loss of power may take. A kill takes
// nothing that Keep has returned from.
const syncEvery = time.Second

// journal is the file that members are appended to. It serves many goroutines.
type journal struct {
	lock  sync.Mutex
	file  *os.File
	salt  string
	size  int64 // of whole lines
	dirty bool
	err   error // the first one sticks
	stop  chan struct{}
	done  sync.WaitGroup
}

// startJournal writes a journal that holds some records, in place of what is there, and opens it. It is whole at every moment.
func startJournal(path string, h Header, records []Record) error {
	text, err := line("", h)
	for _, r := range records {
		one, wrong := line(h.Description.Hash, r)
		text, err = append(text, one...), errors.Join(err, wrong)
	}
	if err != nil {
		return err
	}
	return replace(path, text)
}

// replace writes a file beside path, brings it to the disk and renames it.
func replace(path string, text []byte) error {
	file, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path+".new"))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder brings the names in a folder to the disk, where the system can do that.
func syncFolder(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = file.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, fs.ErrPermission) {
		err = nil
	}
	return errors.Join(err, file.Close())
}

// openJournal opens a journal to append after its whole lines. Nobody else may have it open, on this machine or, where the file system
// can tell, on another.
func openJournal(path string, h Header, whole int64) (*journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(fmt.Errorf("%s: another process is writing it", path), file.Close())
	}
	err = file.Truncate(whole)
	if err == nil {
		_, err = file.Seek(whole, 0)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	j := &journal{file: file, salt: h.Description.Hash, size: whole, stop: make(chan struct{})}
	j.done.Go(j.syncing)
	return j, nil
}

// syncing brings what was written to the disk from time to time.
func (j *journal) syncing() {
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		select {
		case <-j.stop:
			return
		case <-tick.C:
			j.lock.Lock()
			dirty := j.dirty
			j.dirty = false
			j.lock.Unlock()
			if dirty {
				j.fail(j.file.Sync())
			}
		}
	}
}

// fail keeps the first error.
func (j *journal) fail(err error) {
	j.lock.Lock()
	defer j.lock.Unlock()
	if j.err == nil {
		j.err = err
	}
}

// Keep appends a record. A line that does not fit on the disk is taken back as a whole.
func (j *journal) Keep(r Record) error {
	text, err := line(j.salt, r)
	if err != nil {
		return err
	}
	j.lock.Lock()
	defer j.lock.Unlock()
	if j.err != nil {
		return j.err
	}
	if _, err := j.file.Write(text); err != nil {
		_, sought := j.file.Seek(j.size, 0)
		j.err = errors.Join(err, j.file.Truncate(j.size), sought)
		return j.err
	}
	j.size, j.dirty = j.size+int64(len(text)), true
	return nil
}

// Close brings everything to the disk and returns the first error.
func (j *journal) Close() error {
	close(j.stop)
	j.done.Wait()
	j.fail(j.file.Sync())
	return errors.Join(j.err, j.file.Close())
}
