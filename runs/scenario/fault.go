package scenario

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lapicque/neuron"
)

// Origin is where a value comes from: a place in a file or an assignment.
// The zero Origin belongs to a default.
type Origin struct {
	Source       string // file name, or "--set key=value"
	Line, Column int    // from 1; 0 for an assignment
}

// String returns "file:line:column", or the assignment.
func (o Origin) String() string {
	if o.Line == 0 {
		return o.Source
	}
	return fmt.Sprintf("%s:%d:%d", o.Source, o.Line, o.Column)
}

// Fault is one thing wrong with a scenario and where it stands.
type Fault struct {
	neuron.Fault
	At Origin
}

// Error returns "place: field: value is not accepted: what is accepted".
func (f Fault) Error() string {
	text := f.Fault.Error()
	if f.Field == "" {
		text = strings.TrimPrefix(text, ": ")
	}
	if f.At == (Origin{}) {
		return text
	}
	return f.At.String() + ": " + text
}

// Faults is every fault of a scenario; it is the error of Load.
type Faults []Fault

// Error returns one line a fault.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// add appends a fault.
func (fs *Faults) add(at Origin, field string, value any, accepted string) {
	*fs = append(*fs, Fault{neuron.Fault{Field: field, Value: value, Accepted: accepted}, at})
}

// has reports whether a field, or a part of it or what it is part of, has a fault.
func (fs Faults) has(field string) bool {
	return slices.ContainsFunc(fs, func(f Fault) bool {
		return f.Field == field || strings.HasPrefix(f.Field, field+".") || strings.HasPrefix(field, f.Field+".")
	})
}

// place appends the faults of a check, each at the place of its field in the
// document, except for fields that already have one.
func (fs *Faults) place(root *node, checked neuron.Faults) {
	known := slices.Clone(*fs)
	for _, f := range checked {
		if !known.has(f.Field) && !slices.ContainsFunc(*fs, func(g Fault) bool { return g.Fault == f }) {
			fs.add(root.locate(f.Field), f.Field, f.Value, f.Accepted)
		}
	}
}

// err returns the list in document order, nil when it is empty.
func (fs Faults) err() error {
	if len(fs) == 0 {
		return nil
	}
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
	return fs
}
