package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// TestImports holds every import of the module against the table of
// ARCHITECTURE.md, which is read from there: the page and the code cannot part.
func TestImports(t *testing.T) {
	broken, err := brokenArrows(os.DirFS("."), "lapicque")
	if err != nil {
		t.Fatal(err)
	}
	for _, arrow := range broken {
		t.Error(arrow)
	}
}

// brokenArrows returns the imports that the table does not allow, test files
// included. Tests at the top, which run the whole program, may import any layer.
func brokenArrows(module fs.FS, name string) ([]string, error) {
	page, err := fs.ReadFile(module, "ARCHITECTURE.md")
	if err != nil {
		return nil, err
	}
	allowed := importTable(string(page))
	if len(allowed) == 0 {
		return nil, fmt.Errorf("ARCHITECTURE.md has no table of imports")
	}
	var broken []string
	err = fs.WalkDir(module, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != "." && foreignFolder(module, file, d.Name()):
			return fs.SkipDir
		case d.IsDir() || path.Ext(file) != ".go":
			return nil
		}
		arrows, err := brokenIn(module, file, name, allowed)
		broken = append(broken, arrows...)
		return err
	})
	return broken, err
}

// foreignFolder reports whether the go command does not see the folder as a part
// of the module either.
func foreignFolder(module fs.FS, folder, name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" || name == "module-cache" {
		return true
	}
	_, err := fs.Stat(module, path.Join(folder, "go.mod"))
	return err == nil
}

// brokenIn returns the broken arrows of one file.
func brokenIn(module fs.FS, file, name string, allowed map[string][]string) ([]string, error) {
	source, err := fs.ReadFile(module, file)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	from := layerOf(path.Dir(file))
	targets, known := allowed[from]
	if !known {
		return []string{fmt.Sprintf("%s: the table of ARCHITECTURE.md does not know the folder %s", file, from)}, nil
	}
	if from == "main" && strings.HasSuffix(file, "_test.go") {
		return nil, nil
	}
	var broken []string
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if imported != name && !strings.HasPrefix(imported, name+"/") {
			continue
		}
		to := layerOf(strings.TrimPrefix(strings.TrimPrefix(imported, name), "/"))
		if to != from && !slices.Contains(targets, to) {
			broken = append(broken, fmt.Sprintf("%s: broken arrow %s → %s (imports %s)", file, from, to, imported))
		}
	}
	return broken, nil
}

// layerOf returns the top folder of a package, "main" for the top itself.
func layerOf(folder string) string {
	if folder == "." || folder == "" {
		return "main"
	}
	top, _, _ := strings.Cut(folder, "/")
	return top
}

var tableRow = regexp.MustCompile("(?m)^\\| `(\\w+)(?:/…)?` \\|.*\\|([^|]*)\\|$")

// importTable reads, from the rows "| `package` | … | may import |", which layer
// may import which.
func importTable(page string) map[string][]string {
	rows := tableRow.FindAllStringSubmatch(page, -1)
	var layers []string
	for _, row := range rows {
		layers = append(layers, row[1])
	}
	table := map[string][]string{}
	for _, row := range rows {
		words := regexp.MustCompile(`\w+`).FindAllString(row[2], -1)
		table[row[1]] = []string{}
		for _, word := range words {
			if slices.Contains(layers, word) {
				table[row[1]] = append(table[row[1]], word)
			}
		}
	}
	return table
}

// TestImportsSeesABrokenArrow tries the test on a module made up for it.
func TestImportsSeesABrokenArrow(t *testing.T) {
	source := func(imports ...string) *fstest.MapFile {
		text := "package p\n"
		for _, i := range imports {
			text += fmt.Sprintf("import %q\n", i)
		}
		return &fstest.MapFile{Data: []byte(text)}
	}
	module := fstest.MapFS{
		"ARCHITECTURE.md": {Data: []byte("| package | holds | may import |\n|---|---|---|\n" +
			"| `main` | … | runs/… |\n| `runs/…` | … | neuron, network |\n| `network` | … | neuron |\n| `neuron` | … | nothing |\n")},
		"main.go":                    source("os", "m/runs/cli"),
		"main_test.go":               source("m/network"),
		"runs/cli/cli.go":            source("m/runs/store", "m/network/kernel"),
		"network/network.go":         source("m/network/kernel", "m/neuron", "math"),
		"network/kernel/k.go":        source("m/neuron"),
		"network/kernel/k_test.go":   source("m/runs/store"),
		"neuron/lif.go":              source("mother/of/all", "m/network"),
		"tools/tool.go":              source("m/neuron"),
		"network/testdata/x.go":      source("m/runs"),
		"elsewhere/go.mod":           {},
		"elsewhere/elsewhere.go":     source("m/runs"),
		"runs/store/store.go":        source("m"),
		"network/kernel/readme.text": {Data: []byte("not Go")},
	}
	want := []string{
		"network/kernel/k_test.go: broken arrow network → runs (imports m/runs/store)",
		"neuron/lif.go: broken arrow neuron → network (imports m/network)",
		"runs/store/store.go: broken arrow runs → main (imports m)",
		"tools/tool.go: the table of ARCHITECTURE.md does not know the folder tools",
	}
	got, err := brokenArrows(module, "m")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("broken arrows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if _, err := brokenArrows(fstest.MapFS{"ARCHITECTURE.md": {}}, "m"); err == nil {
		t.Error("a page without a table passes")
	}
}
