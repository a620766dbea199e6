package scenario

import (
	"slices"

	"github.com/invopop/jsonschema"

	"lapicque/neuron"
)

// Matrix holds a number for each pair of populations by name, the receiver first; or one number for all.
type Matrix struct {
	all  *float64 // nil: by pairs
	rows map[string]map[string]float64
	bad  map[string]bool // rows and cells that have a fault already
}

func (m *Matrix) decode(d *decoder, n *node, field string) {
	*m = Matrix{rows: map[string]map[string]float64{}, bad: map[string]bool{}}
	if n.kind != mapping {
		if x, ok := d.number(n, field); ok {
			m.all = &x
		}
		return
	}
	for _, row := range n.pairs {
		cells := map[string]float64{}
		m.rows[row.key] = cells
		if row.value.kind != mapping {
			d.faults.add(row.value.at, join(field, row.key), row.value.describe(), "a mapping of the sending populations to numbers")
			m.bad[row.key] = true
			continue
		}
		for _, cell := range row.value.pairs {
			x, ok := d.number(cell.value, join(join(field, row.key), cell.key))
			cells[cell.key] = x
			m.bad[row.key+"."+cell.key] = !ok
		}
	}
}

// MarshalYAML writes the form that decode reads.
func (m Matrix) MarshalYAML() (any, error) {
	if m.all != nil {
		return *m.all, nil
	}
	return m.rows, nil
}

// check returns the faults of a matrix for the populations of those names: each number is to satisfy good.
func (m Matrix) check(field string, names []string, good func(float64) bool, accepted string) (fs neuron.Faults) {
	if m.all != nil {
		fs.Add(good(*m.all), field, *m.all, accepted)
		return fs
	}
	for _, row := range namesOf(m.rows) {
		fs.Add(slices.Contains(names, row), field+"."+row, "an unknown population", among(names, row))
		for _, cell := range namesOf(m.rows[row]) {
			fs.Add(slices.Contains(names, cell), field+"."+row+"."+cell, "an unknown population", among(names, cell))
		}
	}
	for _, row := range names {
		cells, written := m.rows[row]
		if !written {
			fs.Add(false, field, "no row "+row, "a row for each receiving population: "+row+" is missing")
			continue
		}
		for _, cell := range names {
			x, written := cells[cell]
			switch {
			case m.bad[row] || m.bad[row+"."+cell]:
			case !written:
				fs.Add(false, field+"."+row, "no number for "+cell, "a number for each sending population: "+cell+" is missing")
			default:
				fs.Add(good(x), field+"."+row+"."+cell, x, accepted)
			}
		}
	}
	return fs
}

// values returns the matrix, row by row in the order of the names.
func (m Matrix) values(names []string) [][]float64 {
	out := make([][]float64, len(names))
	for p, row := range names {
		for _, cell := range names {
			x := m.rows[row][cell]
			if m.all != nil {
				x = *m.all
			}
			out[p] = append(out[p], x)
		}
	}
	return out
}

// JSONSchema is a mapping of names to mappings of names to numbers, or a number.
func (Matrix) JSONSchema() *jsonschema.Schema {
	numbers := &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "number"}}
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "number"}, {Type: "object", AdditionalProperties: numbers}}}
}
