package scenario

import (
	"slices"
	"strconv"
	"strings"
)

// assign applies "key=value" to the document: key is dotted (a number is an index
// into a list, −1 the last), value is YAML.
func assign(root *node, assignment string) (fs Faults) {
	at := Origin{Source: "--set " + shorten(assignment)}
	key, value, found := strings.Cut(assignment, "=")
	keys := strings.Split(key, ".")
	if !found || key == "" || slices.Contains(keys, "") || len(keys) > maxNesting {
		fs.add(at, shorten(key), shorten(assignment), "key=value with a dotted key, such as coupling.b=1.5")
		return fs
	}
	tree, fs := parse("", []byte("value: "+value))
	if len(fs) == 0 {
		if only := tree.get("value"); only != nil && len(tree.pairs) == 1 {
			only.relabel(at)
			return root.put(keys, only, at)
		}
		fs.add(at, shorten(key), shorten(value), "one YAML value")
	}
	for i := range fs {
		fs[i].At, fs[i].Field = at, shorten(key)
	}
	return fs
}

// relabel gives a tree another origin.
func (n *node) relabel(at Origin) {
	n.at = at
	for _, item := range n.items {
		item.relabel(at)
	}
	for i := range n.pairs {
		n.pairs[i].at = at
		n.pairs[i].value.relabel(at)
	}
}

// put replaces the value at the keys, making the mappings on the way. What stands
// in the way and is no mapping, such as a constant current, is replaced by one.
func (n *node) put(keys []string, value *node, at Origin) (fs Faults) {
	for i, key := range keys {
		if n.kind == list {
			k, err := strconv.Atoi(key)
			if err == nil && k < 0 {
				k += len(n.items)
			}
			if err != nil || k < 0 || k >= len(n.items) {
				fs.add(at, strings.Join(keys[:i+1], "."), shorten(key), "an index into a list of "+strconv.Itoa(len(n.items)))
				return fs
			}
			if i == len(keys)-1 {
				n.items[k] = value
				return nil
			}
			n = n.items[k]
			continue
		}
		if n.kind != mapping {
			*n = node{at: at, kind: mapping}
		}
		if i == len(keys)-1 {
			n.store(key, value, at)
			return nil
		}
		child := n.get(key)
		if child == nil {
			child = &node{at: at, kind: mapping}
			n.store(key, child, at)
		}
		n = child
	}
	return nil
}

// store sets a key of a mapping.
func (n *node) store(key string, value *node, at Origin) {
	for i := range n.pairs {
		if n.pairs[i].key == key {
			n.pairs[i].at, n.pairs[i].value = at, value
			return
		}
	}
	n.pairs = append(n.pairs, pair{key, at, value})
}
