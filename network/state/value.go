package state

import (
	"fmt"
	"hash/fnv"
	"io"
	"reflect"
	"slices"
)

// Value visits all that a pointer leads to: structs of exported fields, pointers, lists, maps with text for keys, texts, truth values
// and numbers, floating-point ones by their bits; nil stays nil. What is read must have been written from the same types, field by
// field: a fingerprint of them is part of the layout.
func (c *Codec) Value(pointer any) {
	v := reflect.ValueOf(pointer).Elem()
	shape := fnv.New64a()
	describe(shape, v.Type(), nil)
	found := c.word(shape.Sum64())
	c.Check(found == shape.Sum64(), "its parts are not those of this version of the program")
	c.tree(v)
}

// describe writes the structure of a type; a type that holds itself is named.
func describe(w io.Writer, t reflect.Type, within []reflect.Type) {
	fmt.Fprint(w, t.Kind(), "(")
	switch {
	case slices.Contains(within, t):
		fmt.Fprint(w, t.Name())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			fmt.Fprint(w, t.Field(i).Name, ":")
			describe(w, t.Field(i).Type, append(within, t))
		}
	case t.Kind() == reflect.Array:
		fmt.Fprint(w, t.Len())
		describe(w, t.Elem(), within)
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		describe(w, t.Elem(), within)
	}
	fmt.Fprint(w, ")")
}

// tree visits a value.
func (c *Codec) tree(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		x := v.Bool()
		c.Flag(&x)
		v.SetBool(x)
	case reflect.Int, reflect.Int64:
		x := v.Int()
		c.Long(&x)
		v.SetInt(x)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(c.word(v.Uint()))
	case reflect.Float64:
		x := v.Float()
		c.Float(&x)
		v.SetFloat(x)
	case reflect.String:
		x := []byte(v.String())
		size := c.word(uint64(len(x)))
		c.Bytes(&x, size)
		v.SetString(string(x))
	case reflect.Struct:
		for i := range v.NumField() {
			c.tree(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			c.tree(v.Index(i))
		}
	case reflect.Pointer:
		if c.present(v) {
			c.tree(v.Elem())
		}
	case reflect.Slice:
		if c.present(v) {
			c.elements(v)
		}
	case reflect.Map:
		if c.present(v) {
			c.pairs(v)
		}
	default:
		panic("state: Value does not know " + v.Type().String())
	}
}

// present visits whether a value is not nil; one that is read is made, empty.
func (c *Codec) present(v reflect.Value) bool {
	there := !v.IsNil()
	c.Flag(&there)
	if !c.Reading() || c.err != nil {
		return there
	}
	switch {
	case !there:
		v.SetZero()
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	default:
		v.Set(reflect.MakeMap(v.Type()))
	}
	return there
}

// elements visits those of a list.
func (c *Codec) elements(v reflect.Value) {
	length := c.word(uint64(v.Len()))
	for i := 0; uint64(i) < length && c.err == nil; i++ {
		if c.Reading() {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		}
		c.tree(v.Index(i))
	}
}

// pairs visits those of a map, in the order of the keys.
func (c *Codec) pairs(v reflect.Value) {
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	length := c.word(uint64(len(keys)))
	for i := 0; uint64(i) < length && c.err == nil; i++ {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if !c.Reading() {
			key.SetString(keys[i])
			value.Set(v.MapIndex(key))
		}
		c.tree(key)
		c.tree(value)
		v.SetMapIndex(key, value)
	}
}
