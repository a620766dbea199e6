package scenario

import (
	"encoding/json"
	"reflect"

	"github.com/invopop/jsonschema"
)

// Schema returns the JSON Schema (draft 2020-12) of scenario files, from the same
// structs that read them. It knows form and ranges of single keys; what ties keys
// to each other is checked by Load.
func Schema() ([]byte, error) {
	var variants []*jsonschema.Schema
	for _, table := range []map[string]func() Document{models, circuits} {
		for _, name := range namesOf(table) {
			s := reflected(reflect.TypeOf(table[name]()).Elem())
			constant(s, "model", name)
			if name != "nnlif" { // which a document without the key is
				s.Required = append(s.Required, "model")
			}
			variants = append(variants, s)
			if name == "nnlif" {
				variants = append(variants, dimensionalSchema(reflected(reflect.TypeOf(table[name]()).Elem())))
			}
		}
	}
	schema := variants[0]
	if len(variants) > 1 {
		schema = &jsonschema.Schema{OneOf: variants}
	}
	schema.Version = jsonschema.Version
	schema.Title = "Lapicque scenario"
	return json.MarshalIndent(schema, "", "  ")
}

// reflected returns the schema of a struct by its yaml tags.
func reflected(t reflect.Type) *jsonschema.Schema {
	r := &jsonschema.Reflector{
		Anonymous: true, DoNotReference: true, ExpandedStruct: true,
		FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true,
	}
	s := r.ReflectFromType(t)
	s.Version = ""
	return s
}

// constant fixes the value of a property.
func constant(s *jsonschema.Schema, key, value string) {
	if p, ok := s.Properties.Get(key); ok {
		p.Const = value
	}
}

// JSONSchema is one schema a law.
func (Initial) JSONSchema() *jsonschema.Schema {
	return variants("Law of the potentials at time 0", laws, "gaussian")
}

// JSONSchema is a number or one schema a law.
func (Current) JSONSchema() *jsonschema.Schema {
	s := variants("", currents, "sine")
	s.OneOf = append(s.OneOf, &jsonschema.Schema{Type: "number"})
	return s
}

// variants is one schema for each entry of a table, chosen by the key law; usual is that without the key.
func variants[V any](description string, table map[string]func() V, usual string) *jsonschema.Schema {
	s := &jsonschema.Schema{Description: description}
	for _, name := range namesOf(table) {
		one := reflected(reflect.TypeOf(table[name]()).Elem())
		constant(one, "law", name)
		if name != usual {
			one.Required = append(one.Required, "law")
		}
		s.OneOf = append(s.OneOf, one)
	}
	return s
}

// JSONSchema is a number or a text.
func (Literal) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "number"}, {Type: "string"}}}
}
