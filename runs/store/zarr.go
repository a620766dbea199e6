package store

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lapicque/neuron"
)

// Variable is an array of a Zarr group: values of a shape, the last index
// running fastest, along dimensions that have names. A variable with the name of
// its only dimension is the coordinate along it.
type Variable struct {
	Name       string
	Values     []float64
	Shape      []int
	Dimensions []string
	Attributes map[string]any
}

// chunkValues is about how many values a chunk has: 1 MiB.
const chunkValues = 1 << 17

// CheckZarr returns neuron.Faults when Zarr would refuse dir; it writes nothing.
func CheckZarr(dir string, force bool) error {
	var faults neuron.Faults
	if _, err := os.Lstat(dir); err == nil {
		text, _ := os.ReadFile(filepath.Join(dir, ".zattrs"))
		var head struct{ Program string }
		ours := json.Unmarshal(text, &head) == nil && head.Program == Program
		faults.Add(force && ours, "zarr", dir, "a folder that does not exist yet; --force replaces one that was exported before")
		return faults.Err()
	}
	err := writable(dir)
	faults.Add(err == nil, "zarr", dir, fmt.Sprintf("a folder that can be made (%v)", err))
	return faults.Err()
}

// Zarr writes variables as a group of Zarr, storage format 2, with the names of
// dimensions that xarray looks for (_ARRAY_DIMENSIONS) and consolidated metadata.
// Chunks are cut along the first dimension and compressed by zlib. The folder
// appears when it is complete; what CheckZarr refuses is returned as neuron.Faults.
func Zarr(dir string, force bool, attributes map[string]any, variables []Variable) error {
	if err := CheckZarr(dir, force); err != nil {
		return err
	}
	dir = filepath.Clean(dir)
	part := dir + ".part"
	err := errors.Join(os.RemoveAll(part), os.MkdirAll(part, 0o755))
	if err == nil {
		err = writeGroup(part, attributes, variables)
	}
	if err == nil {
		if err = os.RemoveAll(dir); err == nil {
			err = os.Rename(part, dir)
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("store: the Zarr group %s is not complete: %w", dir, err), os.RemoveAll(part))
	}
	return nil
}

// writeGroup writes all files, and their metadata together once more.
func writeGroup(dir string, attributes map[string]any, variables []Variable) error {
	all := maps.Clone(attributes)
	if all == nil {
		all = map[string]any{}
	}
	all["program"] = Program
	metadata := map[string]any{".zgroup": map[string]int{"zarr_format": 2}, ".zattrs": all}
	for _, v := range variables {
		if err := v.write(filepath.Join(dir, v.Name)); err != nil {
			return err
		}
		own := maps.Clone(v.Attributes)
		if own == nil {
			own = map[string]any{}
		}
		own["_ARRAY_DIMENSIONS"] = v.Dimensions
		metadata[v.Name+"/.zarray"], metadata[v.Name+"/.zattrs"] = v.described(), own
	}
	for name, value := range metadata {
		if err := writeJSON(filepath.Join(dir, filepath.FromSlash(name)), value); err != nil {
			return err
		}
	}
	return writeJSON(filepath.Join(dir, ".zmetadata"), map[string]any{"zarr_consolidated_format": 1, "metadata": metadata})
}

func writeJSON(path string, value any) error {
	text, err := json.MarshalIndent(value, "", "    ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// chunk returns the shape of the chunks.
func (v Variable) chunk() []int {
	shape, row := make([]int, len(v.Shape)), 1
	for k := len(shape) - 1; k >= 0; k-- {
		shape[k] = max(v.Shape[k], 1)
		if k > 0 {
			row *= shape[k]
		}
	}
	shape[0] = min(shape[0], max(chunkValues/row, 1))
	return shape
}

func (v Variable) described() map[string]any {
	return map[string]any{
		"zarr_format": 2, "shape": v.Shape, "chunks": v.chunk(), "dtype": "<f8", "order": "C", "filters": nil,
		"fill_value": nil, "compressor": map[string]any{"id": "zlib", "level": zlibLevel},
	}
}

const zlibLevel = 1

// write writes the chunks of an array; the last is filled up with zeros.
func (v Variable) write(dir string) error {
	size := 1
	for _, n := range v.Shape {
		size *= n
	}
	if size != len(v.Values) || len(v.Shape) != len(v.Dimensions) || len(v.Shape) == 0 {
		panic("store: a variable needs as many values as its shape has, and a name for every dimension")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	chunk, length := v.chunk(), 1
	for _, n := range chunk {
		length *= n
	}
	for i := 0; i*length < size; i++ {
		name := strconv.Itoa(i) + strings.Repeat(".0", len(v.Shape)-1)
		text, err := deflated(v.Values[i*length:min(size, (i+1)*length)], length)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// deflated returns values as zlib compresses them, with zeros up to a length.
func deflated(values []float64, length int) ([]byte, error) {
	raw := make([]byte, 8*length)
	for i, x := range values {
		binary.LittleEndian.PutUint64(raw[8*i:], math.Float64bits(x))
	}
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, zlibLevel)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(raw)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}
