package store

import (
	"bufio"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Provenance says where a run comes from.
type Provenance struct {
	Program   string    `json:"program"`
	Version   string    `json:"version"`
	Revision  string    `json:"revision"` // of the sources, "unknown" when not built from a repository
	Modified  bool      `json:"modified"` // whether the sources had uncommitted changes
	Go        string    `json:"go"`
	OS        string    `json:"os"`
	Arch      string    `json:"arch"`
	CPU       string    `json:"cpu"`
	Cores     int       `json:"cores"`
	Arguments []string  `json:"argv"`
	Seed      uint64    `json:"seed"`
	Start     time.Time `json:"start"`
	Stop      time.Time `json:"stop"` // zero while the run goes on
	Outcome   string    `json:"outcome"`
}

// Version is the version of the program.
const Version = "0.1.0"

// NewProvenance describes this program and machine.
func NewProvenance(arguments []string, seed uint64, start time.Time) Provenance {
	p := Provenance{
		Program: Program, Version: Version, Revision: "unknown",
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpu(), Cores: runtime.NumCPU(),
		Arguments: arguments, Seed: seed, Start: start.UTC(), Outcome: "running",
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				p.Revision = s.Value
			case "vcs.modified":
				p.Modified = s.Value == "true"
			}
		}
	}
	return p
}

// cpu returns the processor's name, as far as the system tells.
func cpu() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
