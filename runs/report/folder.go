package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// summary is what summary.json says, as far as a report uses it.
type summary struct {
	Scenario  string `json:"scenario"`
	Outcome   string `json:"outcome"`
	Ended     string `json:"ended"`
	Error     string `json:"error"`
	MeanField *struct {
		Snapshots []struct {
			Time float64 `json:"time"`
		} `json:"snapshots"`
		BlowUps []blowUp `json:"blow_ups"`
		Notes   []string `json:"notes"`
		Entropy *entropy `json:"entropy"`
		Rhythm  *cycle   `json:"rhythm"` // of a field
	} `json:"meanfield"`
	Network *struct {
		N           int                          `json:"N"`
		Populations map[string]struct{ N int64 } `json:"populations"` // of several
		Replicas    int                          `json:"replicas"`
		Spikes      int64                        `json:"spikes"`
		Cascades    int64                        `json:"cascades"`
		BlowUps     []blowUp                     `json:"blow_ups"`
		Notes       []string                     `json:"notes"`
		Engine      engine                       `json:"engine"`
	} `json:"network"`
	Doubled *struct { // networks of 2N in place of the mean field
		N        int   `json:"N"`
		Replicas int   `json:"replicas"`
		Spikes   int64 `json:"spikes"`
	} `json:"doubled"`
	Expect []struct {
		Claim string `json:"claim"`
		Value any    `json:"value"` // found; a number, a text or nothing
		Holds bool   `json:"holds"`
	} `json:"expect"`
	Theory  []statement `json:"theory"`
	Compare *struct {
		Verdict string `json:"verdict"`
		Text    string `json:"text"`
	} `json:"compare"`
}

// engine is what the particle engine did; without steps it is not known.
type engine struct {
	Steps      int64   `json:"steps"`
	Halved     int64   `json:"halved"`
	Corrected  int64   `json:"corrected"`
	Correction float64 `json:"mean_correction"`
	Overrun    int64   `json:"overrun"`
}

type blowUp struct {
	Time    float64  `json:"time"`
	Jump    *float64 `json:"jump"` // nil: not known
	Replica int      `json:"replica"`
	// of the mean field, 0 where not estimated
	TimeError float64 `json:"time_error"`
	JumpError float64 `json:"jump_error"`
	Rule      string  `json:"rule"`
	// of several populations, Jump being the largest
	Populations map[string]*float64 `json:"populations"`
}

// folder is a run as its files tell it. A part that is absent is nil.
type folder struct {
	dir        string
	summary    summary
	parameters tree
	provenance tree

	entropy, cascades *table
	parts             []*part // the populations

	problems []string // files that exist and cannot be read
}

// open reads the folder, all but the raster.
func open(dir string) (*folder, error) {
	f := &folder{dir: dir}
	data, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not the folder of a run: it has no summary.json", dir)
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &f.summary); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, "summary.json"), err)
	}
	f.load("resolved.yaml", f.parameters.read)
	f.load("provenance.json", f.provenance.read)
	f.loadParts()
	return f, nil
}

// load reads a file of the folder. That it is absent is no problem.
func (f *folder) load(name string, read func(*os.File) error) {
	file, err := os.Open(filepath.Join(f.dir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		defer file.Close()
		err = read(file)
	}
	if err != nil {
		f.problems = append(f.problems, fmt.Sprintf("%s: %v", name, err))
	}
}

// has reports that the folder holds a file of that name.
func (f *folder) has(name string) bool {
	_, err := os.Stat(filepath.Join(f.dir, filepath.FromSlash(name)))
	return err == nil
}

// neurons returns the size of the network.
func (f *folder) neurons() int {
	if f.summary.Network == nil {
		return 0
	}
	return f.summary.Network.N
}

// blowUps returns the times of the mean field's blow-ups; without a mean field
// those of the network's first replica.
func (f *folder) blowUps() (times []float64) {
	if f.summary.MeanField != nil {
		for _, b := range f.summary.MeanField.BlowUps {
			times = append(times, b.Time)
		}
	} else if f.summary.Network != nil {
		for _, b := range f.summary.Network.BlowUps {
			if b.Replica == 0 {
				times = append(times, b.Time)
			}
		}
	}
	return times
}

// jumps returns the times at which a macroscopic part of a network fired at once,
// of all replicas. Without a mean field they are blow-ups, and none are left here.
func (f *folder) jumps() (times []float64) {
	if f.summary.MeanField == nil || f.summary.Network == nil {
		return nil
	}
	for _, b := range f.summary.Network.BlowUps {
		times = append(times, b.Time)
	}
	return times
}

// stopped reports a run that did not come to its end.
func (f *folder) stopped() bool {
	return f.summary.Outcome == "cancelled" || f.summary.Outcome == "failed"
}
