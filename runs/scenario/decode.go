package scenario

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/xrash/smetrics"
)

// decoder fills Go values from a tree, collecting every fault. Struct fields are
// matched by their yaml tags; what the document does not name keeps its value.
type decoder struct{ faults Faults }

// custom is implemented by types whose form depends on what is written.
type custom interface {
	decode(d *decoder, n *node, field string)
}

// value decodes n into v, which is settable.
func (d *decoder) value(n *node, v reflect.Value, field string) {
	if c, ok := v.Addr().Interface().(custom); ok {
		c.decode(d, n, field)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if n.isNull() {
			v.SetZero()
			return
		}
		target := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			target.Elem().Set(v.Elem())
		}
		d.value(n, target.Elem(), field)
		v.Set(target)
	case reflect.Struct:
		d.mapping(n, v, field)
	case reflect.Slice:
		d.list(n, v, field)
	case reflect.Float64:
		if x, ok := d.number(n, field); ok {
			v.SetFloat(x)
		}
	case reflect.Int:
		d.integer(n, v, field)
	case reflect.Uint64:
		if x, err := strconv.ParseUint(n.text, 10, 64); n.kind == scalar && err == nil {
			v.SetUint(x)
		} else {
			d.faults.add(n.at, field, n.describe(), wholeNumber+" from 0 to 2^64 − 1")
		}
	case reflect.Bool:
		if x, err := strconv.ParseBool(n.text); n.kind == scalar && err == nil && len(n.text) > 1 {
			v.SetBool(x)
		} else {
			d.faults.add(n.at, field, n.describe(), "true or false")
		}
	case reflect.String:
		if n.kind == list || n.kind == mapping || n.isNull() {
			d.faults.add(n.at, field, n.describe(), "a text")
			return
		}
		v.SetString(n.text)
	default:
		panic("scenario: no way to read a " + v.Type().String())
	}
}

// number reads a finite number.
func (d *decoder) number(n *node, field string) (float64, bool) {
	if x, ok := n.number(); ok && !math.IsInf(x, 0) && !math.IsNaN(x) {
		return x, true
	}
	d.faults.add(n.at, field, n.describe(), "a finite number")
	return 0, false
}

// number parses a plain scalar; .nan and .inf are YAML's names.
func (n *node) number() (float64, bool) {
	if n.kind != scalar || strings.ContainsAny(n.text, "_xXpP") {
		return 0, false
	}
	text := strings.ToLower(n.text)
	for _, s := range []string{".nan", ".inf", "+.inf", "-.inf"} {
		if text == s {
			text = strings.Replace(text, ".", "", 1)
		}
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil || math.IsInf(x, 0)
}

// wholeNumber begins what a key without a fractional part accepts.
const wholeNumber = "a whole number"

// integer reads a whole number; 1e5 is one.
func (d *decoder) integer(n *node, v reflect.Value, field string) {
	x, ok := n.number()
	if !ok || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		d.faults.add(n.at, field, n.describe(), wholeNumber)
		return
	}
	v.SetInt(int64(x))
}

// list decodes a sequence; the document's list replaces the default one.
func (d *decoder) list(n *node, v reflect.Value, field string) {
	if n.kind != list {
		d.faults.add(n.at, field, n.describe(), "a list [ … ]")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.items), len(n.items))
	for i, item := range n.items {
		d.value(item, out.Index(i), join(field, strconv.Itoa(i)))
	}
	v.Set(out)
}

// mapping decodes the keys of a mapping into the fields of a struct.
func (d *decoder) mapping(n *node, v reflect.Value, field string) {
	if n.kind != mapping {
		d.faults.add(n.at, field, n.describe(), "a mapping of "+strings.Join(keysOf(v.Type()), ", "))
		return
	}
	fields := fieldsOf(v)
	for _, p := range n.pairs {
		target, known := fields[p.key]
		if !known {
			d.unknown(p, join(field, p.key), keysOf(v.Type()))
			continue
		}
		d.value(p.value, target, join(field, p.key))
	}
}

// unknown reports a key that means nothing, with the closest ones that do.
func (d *decoder) unknown(p pair, field string, keys []string) {
	d.faults.add(p.at, shorten(field), "an unknown key", among(keys, p.key))
}

// among says what a name may be, with what was perhaps meant.
func among(names []string, name string) string {
	accepted := "one of " + strings.Join(names, ", ")
	if near := Closest(name, names); near != "" {
		accepted += fmt.Sprintf(" (did you mean %s?)", near)
	}
	return accepted
}

// fieldsOf returns the fields of a struct by key, inlined structs included.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		key, inline := tagOf(v.Type().Field(i))
		if inline {
			for k, f := range fieldsOf(v.Field(i)) {
				fields[k] = f
			}
			continue
		}
		if key != "-" {
			fields[key] = v.Field(i)
		}
	}
	return fields
}

// keysOf returns the keys of a struct in order.
func keysOf(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		key, inline := tagOf(t.Field(i))
		if inline {
			keys = append(keys, keysOf(t.Field(i).Type)...)
			continue
		}
		if key != "-" {
			keys = append(keys, key)
		}
	}
	return keys
}

func tagOf(f reflect.StructField) (key string, inline bool) {
	key, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key, slices.Contains(strings.Split(options, ","), "inline")
}

// choose decodes a mapping into the variant that its key names, whose struct has
// that key too. It returns nil after a fault in the choice.
func choose[V any](d *decoder, n *node, field, key, fallback string, table map[string]func() V) V {
	var none V
	if n.kind != mapping {
		d.faults.add(n.at, field, n.describe(), "a mapping with the key "+key)
		return none
	}
	name, at := fallback, n.at
	if c := n.get(key); c != nil {
		name, at = c.text, c.at
	}
	build, known := table[name]
	if !known {
		accepted := among(namesOf(table), name)
		if name == "" {
			name = "nothing"
		}
		d.faults.add(at, join(field, key), shorten(name), accepted)
		return none
	}
	variant := build()
	d.value(n, reflect.ValueOf(variant).Elem(), field)
	return variant
}

// namesOf returns the keys of a table in order.
func namesOf[V any](table map[string]V) []string {
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Closest returns the candidate within two edits of name, "" when there is none.
func Closest(name string, candidates []string) string {
	best, at := "", 3
	if len(name) > 40 {
		return ""
	}
	for _, c := range candidates {
		if d := smetrics.WagnerFischer(name, c, 1, 1, 1); d < at && d < len(c) {
			best, at = c, d
		}
	}
	return best
}
