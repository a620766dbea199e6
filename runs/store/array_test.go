package store

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sbinet/npyio"
)

// An array of any shape is read back by another reader, value by value.
func TestArray(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, 24)
	for i := range values {
		values[i] = float64(i) / 7
	}
	for _, shape := range [][]int{{24}, {4, 6}, {2, 3, 4}, {1, 2, 3, 4}} {
		if err := folder.Array("a.npy", values, shape...); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(folder.Path("a.npy"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := npyio.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		if err := r.Read(&got); err != nil || !slices.Equal(got, values) || !slices.Equal(r.Header.Descr.Shape, shape) || r.Header.Descr.Fortran {
			t.Errorf("shape %v: read %v of shape %v, %v", shape, got, r.Header.Descr.Shape, err)
		}
		file.Close()
	}
}
