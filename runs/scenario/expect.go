package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"lapicque/neuron"
)

// Expectation is a claim about the summary of a run. Path is dotted; a number in
// it is an index into a list, −1 the last element. All bounds given must hold.
type Expectation struct {
	Path   string   `yaml:"path" jsonschema:"required" jsonschema_description:"Dotted path into summary.json, such as compare.snapshots.-1.w1"`
	Below  *float64 `yaml:"below,omitempty" jsonschema_description:"The number there is smaller than this"`
	Above  *float64 `yaml:"above,omitempty" jsonschema_description:"The number there is larger than this"`
	Equals *Literal `yaml:"equals,omitempty" jsonschema_description:"The value there is this one"`
	Within *float64 `yaml:"within,omitempty" jsonschema:"minimum=0" jsonschema_description:"With equals: the largest absolute difference"`
}

// Literal is a text or a number.
type Literal struct{ Value any }

// MarshalYAML writes the value itself.
func (l Literal) MarshalYAML() (any, error) { return l.Value, nil }

func (l *Literal) decode(d *decoder, n *node, field string) {
	if x, ok := n.number(); ok && !math.IsNaN(x) && !math.IsInf(x, 0) {
		l.Value = x
	} else if (n.kind == scalar || n.kind == quoted) && !n.isNull() && !ok {
		l.Value = n.text
	} else {
		d.faults.add(n.at, field, n.describe(), "a finite number or a text")
	}
}

// check returns the faults of a claim that could not be judged.
func (e Expectation) check() error {
	var fs neuron.Faults
	fs.Add(e.Path != "" && !strings.Contains("."+e.Path+".", ".."), "path", e.Path, "a dotted path into summary.json, such as compare.snapshots.-1.w1")
	fs.Add(e.Below != nil || e.Above != nil || e.Equals != nil, "path", e.Path, "a claim with at least one of below, above, equals")
	if e.Within != nil {
		number := false
		if e.Equals != nil {
			_, number = e.Equals.Value.(float64)
		}
		fs.Add(*e.Within >= 0 && number, "within", *e.Within, "a number ≥ 0 beside equals with a number")
	}
	return fs.Err()
}

// Verdict is a claim and what came out.
type Verdict struct {
	Claim string `json:"claim"`
	Value any    `json:"value"` // found at the path, nil when nothing is there
	Holds bool   `json:"holds"`
}

// Judge compares the claims with a summary, anything that encodes to JSON.
func Judge(claims []Expectation, summary any) ([]Verdict, error) {
	text, err := json.Marshal(summary)
	if err != nil {
		return nil, fmt.Errorf("scenario: the summary does not encode: %w", err)
	}
	var document any
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&document); err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(claims))
	for i, c := range claims {
		value := lookup(document, c.Path)
		verdicts[i] = Verdict{c.String(), value, c.holds(value)}
	}
	return verdicts, nil
}

// String returns the claim in words.
func (e Expectation) String() string {
	var parts []string
	if e.Equals != nil {
		part := fmt.Sprintf("equals %v", e.Equals.Value)
		if e.Within != nil {
			part += fmt.Sprintf(" within %v", *e.Within)
		}
		parts = append(parts, part)
	}
	if e.Below != nil {
		parts = append(parts, fmt.Sprintf("below %v", *e.Below))
	}
	if e.Above != nil {
		parts = append(parts, fmt.Sprintf("above %v", *e.Above))
	}
	return e.Path + " " + strings.Join(parts, " and ")
}

func (e Expectation) holds(value any) bool {
	x, number := value.(float64)
	if e.Below != nil && !(number && x < *e.Below) || e.Above != nil && !(number && x > *e.Above) {
		return false
	}
	if e.Equals == nil {
		return true
	}
	if want, ok := e.Equals.Value.(float64); ok && number {
		tolerance := 0.0
		if e.Within != nil {
			tolerance = *e.Within
		}
		return math.Abs(x-want) <= tolerance
	}
	return value == e.Equals.Value || value != nil && !number && fmt.Sprint(value) == fmt.Sprint(e.Equals.Value)
}

// lookup follows a dotted path, nil when it leads nowhere.
func lookup(document any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		switch at := document.(type) {
		case map[string]any:
			document = at[key]
		case []any:
			k, err := strconv.Atoi(key)
			if err == nil && k < 0 {
				k += len(at)
			}
			if err != nil || k < 0 || k >= len(at) {
				return nil
			}
			document = at[k]
		default:
			return nil
		}
	}
	return document
}
