package report

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// tree is a YAML or JSON document as a list of leaves in the order of the file.
type tree struct{ leaves []leaf }

// leaf is a value under its dotted key. A list of plain values is one leaf.
type leaf struct {
	Key, Value string
	list       []string // the values of a list
}

func (t *tree) read(file *os.File) error {
	data, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	var document any
	if err := yaml.UnmarshalWithOptions(data, &document, yaml.UseOrderedMap()); err != nil {
		return err
	}
	t.grow("", document)
	return nil
}

func (t *tree) grow(key string, value any) {
	switch v := value.(type) {
	case yaml.MapSlice:
		for _, item := range v {
			name := fmt.Sprint(item.Key)
			if key != "" {
				name = key + "." + name
			}
			t.grow(name, item.Value)
		}
	case []any:
		if plain(v) {
			list := make([]string, len(v))
			for i, item := range v {
				list[i] = printed(item)
			}
			t.leaves = append(t.leaves, leaf{key, strings.Join(list, ", "), list})
			return
		}
		for i, item := range v {
			t.grow(fmt.Sprintf("%s.%d", key, i), item)
		}
	case nil:
	default:
		t.leaves = append(t.leaves, leaf{Key: key, Value: printed(v)})
	}
}

func plain(list []any) bool {
	for _, v := range list {
		switch v.(type) {
		case yaml.MapSlice, []any:
			return false
		}
	}
	return true
}

func printed(v any) string {
	if x, ok := v.(float64); ok {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// text returns the value under a key, "" when there is none.
func (t tree) text(key string) string {
	for _, l := range t.leaves {
		if l.Key == key {
			return l.Value
		}
	}
	return ""
}

// number returns the value under a key, NaN when it is none.
func (t tree) number(key string) float64 { return parse(t.text(key)) }

// under returns the leaves whose keys begin with prefix and a dot.
func (t tree) under(prefix string) (list []leaf) {
	for _, l := range t.leaves {
		if strings.HasPrefix(l.Key, prefix+".") {
			list = append(list, l)
		}
	}
	return list
}
