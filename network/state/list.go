package state

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// step is how many numbers of a list are handled at a time.
const step = 1024

// fixed visits the length of a list whose length the configuration says.
func (c *Codec) fixed(length int) bool {
	found := c.word(uint64(length))
	c.Check(found == uint64(length), fmt.Sprintf("a list has %d numbers, here it has %d", found, length))
	return c.err == nil
}

// Words visits a list of words of a known length, in place.
func (c *Codec) Words(list []uint64) {
	if !c.fixed(len(list)) {
		return
	}
	for i, x := range list {
		list[i] = c.word(x)
	}
}

// Floats visits a list of numbers of a known length, in place.
func (c *Codec) Floats(list []float64) {
	if c.fixed(len(list)) {
		c.all(list)
	}
}

// all visits numbers, a part of them at a time.
func (c *Codec) all(list []float64) {
	var buffer [8 * step]byte
	for len(list) > 0 && c.err == nil {
		part := list[:min(step, len(list))]
		c.floats(part, buffer[:8*len(part)])
		list = list[len(part):]
	}
}

// floats visits as many numbers as the buffer has room for.
func (c *Codec) floats(part []float64, b []byte) {
	if c.Reading() {
		if _, err := io.ReadFull(c.r, b); err != nil {
			c.err = cut(err)
			return
		}
		for i := range part {
			part[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
		return
	}
	for i, x := range part {
		binary.LittleEndian.PutUint64(b[8*i:], math.Float64bits(x))
	}
	_, c.err = c.w.Write(b)
}

// Flags visits a list of truth values of a known length, in place.
func (c *Codec) Flags(list []bool) {
	if !c.fixed(len(list)) {
		return
	}
	for i := 0; i < len(list); i += 64 {
		part, word := list[i:min(i+64, len(list))], uint64(0)
		for k, x := range part {
			if x {
				word |= 1 << k
			}
		}
		word = c.word(word)
		for k := range part {
			part[k] = word>>k&1 != 0
		}
	}
}

// List visits a list of any length; visit visits an element. A list that is read grows as its elements come, so that a
// length that is wrong ends in an error and not in a lack of memory.
func List[T any](c *Codec, list *[]T, visit func(*T)) {
	length := c.word(uint64(len(*list)))
	if !c.Reading() {
		for i := range *list {
			visit(&(*list)[i])
		}
		return
	}
	*list = (*list)[:0]
	for range length {
		if c.err != nil {
			return
		}
		var one T
		visit(&one)
		*list = append(*list, one)
	}
}

// Numbers visits a list of numbers of any length.
func (c *Codec) Numbers(list *[]float64) {
	length := c.word(uint64(len(*list)))
	if !c.Reading() {
		c.all(*list)
		return
	}
	var out []float64
	var part [step]float64
	for left := length; left > 0 && c.err == nil; {
		now := part[:min(step, left)]
		c.all(now)
		out, left = append(out, now...), left-uint64(len(now))
	}
	if c.err == nil {
		*list = out
	}
}
