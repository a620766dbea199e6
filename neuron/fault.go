package neuron

import (
	"fmt"
	"strings"
)

// Fault is one thing wrong with what a user asked for.
type Fault struct {
	Field    string // dotted name of the parameter, as the user spells it
	Value    any    // what was given
	Accepted string // what would have been accepted, as a phrase
}

// Error returns the fault as one line: field, value and what is accepted.
func (f Fault) Error() string {
	return fmt.Sprintf("%s: %v is not accepted: %s", f.Field, f.Value, f.Accepted)
}

// Faults collects every fault of an input, so that all are reported at once.
type Faults []Fault

// Error returns one line a fault.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Add appends a fault to the list unless ok holds.
func (fs *Faults) Add(ok bool, field string, value any, accepted string) {
	if !ok {
		*fs = append(*fs, Fault{field, value, accepted})
	}
}

// Under appends the faults of a part, its fields prefixed by the part's name.
func (fs *Faults) Under(prefix string, part error) {
	if part == nil {
		return
	}
	list, ok := part.(Faults)
	if !ok {
		panic("neuron: Under takes the error of a Validate method")
	}
	for _, f := range list {
		f.Field = prefix + "." + f.Field
		*fs = append(*fs, f)
	}
}

// Err returns the list as an error, nil when it is empty.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}
