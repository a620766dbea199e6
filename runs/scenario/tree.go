package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	// MaxSize bounds a scenario in bytes. The parser's time grows with the square
	// of the size; long tables belong into files of their own.
	MaxSize = 64 << 10
	// maxNesting bounds lists and mappings inside each other.
	maxNesting = 32
)

// kind is the form of a node.
type kind int

const (
	scalar  kind = iota // a plain scalar: number, truth value, null or bare text
	quoted              // a quoted or block text
	list                // a sequence
	mapping             // a mapping
)

// node is one value of a document with its origin. Anchors, aliases, tags and
// merge keys are refused, so a document is a tree no larger than its text.
type node struct {
	at    Origin
	kind  kind
	text  string // of a scalar or quoted text
	items []*node
	pairs []pair
}

// pair is one key of a mapping.
type pair struct {
	key   string
	at    Origin
	value *node
}

// get returns the value of a key, nil when there is none.
func (n *node) get(key string) *node {
	for i := range n.pairs {
		if n.pairs[i].key == key {
			return n.pairs[i].value
		}
	}
	return nil
}

// locate returns the origin of a dotted field, or of the deepest part of it that
// is written down.
func (n *node) locate(field string) Origin {
	at := Origin{}
	for key := range strings.SplitSeq(field, ".") {
		child := n.get(key)
		if k, err := strconv.Atoi(key); err == nil && k >= 0 && k < len(n.items) {
			child = n.items[k]
		}
		if child == nil {
			break
		}
		n, at = child, child.at
	}
	return at
}

// describe returns the node as a fault shows it.
func (n *node) describe() string {
	switch n.kind {
	case list:
		return fmt.Sprintf("a list of %d", len(n.items))
	case mapping:
		return "a mapping"
	case quoted:
		return fmt.Sprintf("%q", shorten(n.text))
	}
	if n.isNull() {
		return "nothing"
	}
	return shorten(n.text)
}

// isNull reports whether the node is an empty or null scalar.
func (n *node) isNull() bool {
	return n.kind == scalar && (n.text == "" || n.text == "~" || n.text == "null")
}

// shorten returns the text on one line of at most 60 characters.
func shorten(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "…"
	}
	return s
}

// parse reads a document into a tree. An empty document is an empty mapping.
func parse(source string, text []byte) (*node, Faults) {
	var fs Faults
	start := Origin{Source: source, Line: 1, Column: 1}
	if len(text) > MaxSize {
		fs.add(start, "", fmt.Sprintf("a document of %d bytes", len(text)), fmt.Sprintf("at most %d bytes (long tables go into files of their own)", MaxSize))
		return nil, fs
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // a byte-order mark
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		fs.add(start, "", "this text", "UTF-8 without NUL bytes")
		return nil, fs
	}
	if screen(source, lexer.Tokenize(string(text)), &fs); len(fs) > 0 {
		return nil, fs
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		at, reason := start, "YAML: "+err.Error()
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) {
			reason = "YAML: " + syntax.Message
			if syntax.Token != nil && syntax.Token.Position != nil {
				at.Line, at.Column = syntax.Token.Position.Line, syntax.Token.Position.Column
			}
		}
		fs.add(at, "", "this text", reason)
		return nil, fs
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &node{at: start, kind: mapping}, nil
	}
	if len(file.Docs) > 1 {
		fs.add(start, "", fmt.Sprintf("a file of %d documents", len(file.Docs)), "one document")
		return nil, fs
	}
	r := reader{source, &fs}
	return r.node(file.Docs[0].Body, ""), fs
}

// screen refuses, before anything recursive runs, what a scenario has no use for.
func screen(source string, tokens token.Tokens, fs *Faults) {
	depth, dashes, line := 0, 0, 0
	for _, t := range tokens {
		at := Origin{source, t.Position.Line, t.Position.Column}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.MappingKeyType, token.DirectiveType:
			fs.add(at, "", t.Value, "plain keys and values (no anchors, aliases, tags, directives or '?' keys)")
			return
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			if at.Line != line {
				line, dashes = at.Line, 0
			}
			dashes++
		}
		if depth > maxNesting || dashes > maxNesting || at.Column > 16*maxNesting && t.Type == token.SequenceEntryType {
			fs.add(at, "", "this nesting", fmt.Sprintf("at most %d lists and mappings inside each other", maxNesting))
			return
		}
	}
}

// reader turns the parser's tree into ours.
type reader struct {
	source string
	fs     *Faults
}

func (r reader) at(n ast.Node) Origin {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return Origin{r.source, t.Position.Line, t.Position.Column}
	}
	return Origin{r.source, 1, 1}
}

func (r reader) node(n ast.Node, field string) *node {
	out := &node{at: r.at(n)}
	switch n := n.(type) {
	case *ast.MappingNode:
		out.kind = mapping
		r.pairs(out, n.Values, field)
	case *ast.MappingValueNode:
		out.kind = mapping
		r.pairs(out, []*ast.MappingValueNode{n}, field)
	case *ast.SequenceNode:
		out.kind = list
		for i, v := range n.Values {
			out.items = append(out.items, r.node(v, join(field, fmt.Sprint(i))))
		}
	case *ast.StringNode:
		out.text = n.Value
		if t := n.GetToken().Type; t == token.SingleQuoteType || t == token.DoubleQuoteType {
			out.kind = quoted
		}
	case *ast.LiteralNode:
		out.kind, out.text = quoted, n.Value.Value
	case *ast.NullNode:
	default:
		out.text = n.GetToken().Value
	}
	return out
}

func (r reader) pairs(out *node, values []*ast.MappingValueNode, field string) {
	seen := map[string]bool{}
	for _, v := range values {
		key, at := v.Key.GetToken().Value, r.at(v.Key)
		name := join(field, key)
		if seen[key] {
			r.fs.add(at, shorten(name), "this key a second time", "each key once")
			continue
		}
		seen[key] = true
		out.pairs = append(out.pairs, pair{key, at, r.node(v.Value, name)})
	}
}

// join appends a key to a dotted field.
func join(field, key string) string {
	if field == "" {
		return key
	}
	return field + "." + key
}
