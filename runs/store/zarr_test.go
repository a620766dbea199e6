package store

import (
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unchunked reads an array of a Zarr group back, which is cut along its first dimension alone.
func unchunked(t *testing.T, dir string) (values []float64, shape []int) {
	t.Helper()
	var head struct {
		Shape, Chunks []int
		Dtype, Order  string
		Compressor    struct{ ID string }
	}
	text, err := os.ReadFile(filepath.Join(dir, ".zarray"))
	if err == nil {
		err = json.Unmarshal(text, &head)
	}
	if err != nil || head.Dtype != "<f8" || head.Order != "C" || head.Compressor.ID != "zlib" || !slices.Equal(head.Chunks[1:], head.Shape[1:]) {
		t.Fatalf("%s: %v", text, err)
	}
	size, length := 1, 1
	for k := range head.Shape {
		size, length = size*head.Shape[k], length*head.Chunks[k]
	}
	files, _ := filepath.Glob(filepath.Join(dir, "[0-9]*"))
	if want := (size + length - 1) / length; len(files) != want {
		t.Fatalf("%d chunks, want %d", len(files), want)
	}
	for i := range files {
		name := strings.TrimSuffix(strings.Repeat("0.", len(head.Shape)), ".")
		file, err := os.Open(filepath.Join(dir, string(rune('0'+i))+name[1:]))
		if err != nil {
			t.Fatal(err)
		}
		r, err := zlib.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		part := make([]float64, length)
		if err := binary.Read(r, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
		values = append(values, part...)
		file.Close()
	}
	return values[:size], head.Shape
}

func TestZarr(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a.zarr")
	values := make([]float64, 5*60000)
	for i := range values {
		values[i] = math.Sqrt(float64(i))
	}
	values[7] = math.Inf(1)
	variables := []Variable{
		{"time", []float64{0, 1, 2, 3, 4}, []int{5}, []string{"time"}, map[string]any{"units": "ms"}},
		{"density", values, []int{5, 60000}, []string{"time", "v"}, nil},
		{"none", nil, []int{0, 3}, []string{"nothing", "w"}, nil},
	}
	if err := Zarr(dir, false, map[string]any{"title": "x"}, variables); err != nil {
		t.Fatal(err)
	}
	for _, v := range variables {
		got, shape := unchunked(t, filepath.Join(dir, v.Name))
		if !slices.Equal(got, v.Values) || !slices.Equal(shape, v.Shape) {
			t.Errorf("%s: shape %v, %d values are not those written", v.Name, shape, len(got))
		}
	}
	var all struct {
		Metadata map[string]any
		Format   int `json:"zarr_consolidated_format"`
	}
	text, err := os.ReadFile(filepath.Join(dir, ".zmetadata"))
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if dims := all.Metadata["density/.zattrs"].(map[string]any)["_ARRAY_DIMENSIONS"]; err != nil || all.Format != 1 || len(all.Metadata) != 8 || len(dims.([]any)) != 2 {
		t.Errorf("consolidated: %v, %s", err, text)
	}
	if err := Zarr(dir, false, nil, nil); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("there already: %v", err)
	}
	if err := Zarr(dir, true, nil, variables[:1]); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "density")); err == nil {
		t.Error("the earlier group was not replaced")
	}
	foreign := t.TempDir()
	if err := Zarr(foreign, true, nil, nil); err == nil {
		t.Error("a folder of others was replaced")
	}
}
