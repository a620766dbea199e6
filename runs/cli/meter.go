package cli

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"lapicque/neuron"
)

var progressAs = &cli.StringFlag{Name: "progress", Value: "bar", Usage: "`bar` (on a terminal) or json: lines with done, total and seconds left on standard error"}

// progressFault refuses other forms of progress.
func progressFault(c *cli.Context) error {
	var faults neuron.Faults
	text := c.String(progressAs.Name)
	faults.Add(text == "bar" || text == "json", progressAs.Name, text, "bar or json")
	return faults.Err()
}

// meter tells how many of many parts are done, as a bar or in lines of JSON.
type meter struct {
	total, before, done, failed int
	began, told                 time.Time
	lock                        sync.Mutex
	bar                         func(float64)
	lines                       *json.Encoder
	close                       func()
}

// progressLine is a line of --progress=json.
type progressLine struct {
	Done    int      `json:"done"`
	Total   int      `json:"total"`
	Failed  int      `json:"failed"`
	Seconds float64  `json:"seconds"` // so far
	Left    *float64 `json:"seconds_left"`
}

// meter starts telling; before of the total were done earlier.
func (s *session) meter(c *cli.Context, doing string, total, before int) *meter {
	m := &meter{total: total, before: before, done: before, began: time.Now(), close: func() {}}
	if c.String(progressAs.Name) == "json" {
		m.lines = json.NewEncoder(s.stderr)
		m.tell()
	} else {
		m.bar, m.close = s.progressOf(c, fmt.Sprintf("%d %s", total-before, doing))
	}
	return m
}

// one counts a part that is done.
func (m *meter) one(failed bool) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.done++
	if failed {
		m.failed++
	}
	if m.bar != nil {
		m.bar(float64(m.done-m.before) / float64(m.total-m.before))
	}
	if m.lines != nil && (m.done == m.total || time.Since(m.told) >= time.Second) {
		m.tell()
	}
}

// tell writes a line.
func (m *meter) tell() {
	m.told = time.Now()
	line := progressLine{Done: m.done, Total: m.total, Failed: m.failed, Seconds: m.told.Sub(m.began).Seconds()}
	if n := m.done - m.before; n > 0 {
		left := line.Seconds / float64(n) * float64(m.total-m.done)
		line.Left = &left
	}
	_ = m.lines.Encode(line)
}

// stop ends the telling.
func (m *meter) stop() { m.close() }
