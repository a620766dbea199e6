package store

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sbinet/npyio"
	"gonum.org/v1/gonum/mat"

	"lapicque/neuron"
)

// made returns a finished folder.
func made(t *testing.T, dir string) {
	t.Helper()
	f, err := Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	table, err := f.Table("tables/x.csv", "a", "b", "c")
	if err != nil {
		t.Fatal(err)
	}
	table.Row(0.1, math.NaN(), "x,y")
	table.Row(3, nil, math.Inf(1))
	err = errors.Join(table.Close(),
		f.JSON(ProvenanceName, NewProvenance([]string{"lapicque"}, 1, time.Unix(0, 0))),
		f.Matrix("arrays/m.npy", [][]float64{{1, 2, 3}, {4, 5, 6}}),
		f.Vector("arrays/v.npy", []float64{7, 8}),
		Seal(dir, "completed"))
	if err != nil {
		t.Fatal(err)
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "run")
	made(t, dir)
	if err := Verify(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "tables", "x.csv"))
	if err != nil || string(text) != "a,b,c\n0.1,,\"x,y\"\n3,,\n" {
		t.Errorf("table: %q %v", text, err)
	}
	file, err := os.Open(filepath.Join(dir, "arrays", "m.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var m mat.Dense
	if err := npyio.Read(file, &m); err != nil || !mat.Equal(&m, mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})) {
		t.Errorf("matrix: %v %v", m, err)
	}
	manifest, err := Open(dir)
	if err != nil || manifest.Outcome != "completed" || len(manifest.Files) != 4 {
		t.Errorf("manifest: %+v %v", manifest, err)
	}
}

func TestVerifySeesEveryChange(t *testing.T) {
	for name, change := range map[string]func(dir string) error{
		"is not what": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "tables/x.csv"), []byte("a,b,d\n"), 0o644)
		},
		"is missing": func(dir string) error { return os.Remove(filepath.Join(dir, "arrays/v.npy")) },
		"is not in":  func(dir string) error { return os.WriteFile(filepath.Join(dir, "more"), nil, 0o644) },
	} {
		dir := filepath.Join(t.TempDir(), "run")
		made(t, dir)
		if err := change(dir); err != nil {
			t.Fatal(err)
		}
		if err := Verify(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	root := t.TempDir()
	foreign, earlier, file := filepath.Join(root, "foreign"), filepath.Join(root, "earlier"), filepath.Join(root, "file")
	made(t, earlier)
	if err := errors.Join(os.Mkdir(foreign, 0o755), os.WriteFile(filepath.Join(foreign, "thesis.tex"), []byte("x"), 0o644), os.WriteFile(file, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir   string
		force bool
		want  string
	}{
		{earlier, false, "--force"},
		{foreign, false, "--force"},
		{foreign, true, "left alone"},
		{file, true, "a folder"},
		{filepath.Join(file, "below"), false, "a folder"},
		{"/proc/none/run", false, "can be made"},
	} {
		_, err := Create(c.dir, c.force)
		var faults neuron.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, force %v: %v", c.dir, c.force, err)
		}
	}
	if _, err := os.Stat(filepath.Join(foreign, "thesis.tex")); err != nil {
		t.Error("a foreign file was removed")
	}
	if _, err := Create(earlier, true); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(earlier); len(entries) != 1 || entries[0].Name() != claimName {
		t.Errorf("left of the earlier run: %v", entries)
	}
	if _, err := Create(earlier, true); err == nil || !strings.Contains(err.Error(), "no other run is writing") {
		t.Errorf("a folder that is being written: %v", err)
	}
	if _, err := Open(earlier); err == nil || !strings.Contains(err.Error(), "finished run") {
		t.Errorf("a folder without a manifest: %v", err)
	}
}

// A run that was killed leaves its claim behind; the next one takes the folder over.
func TestClaimOfADeadProcess(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{claimName: "999999999", ProvenanceName: `{"program": "` + Program + `"}`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Create(dir, true); err != nil {
		t.Fatal(err)
	}
	if err := Seal(dir, "completed"); err != nil {
		t.Fatal(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || entries[0].Name() != ManifestName {
		t.Errorf("left: %v", entries)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ManifestName), []byte(`{"program": "lapicque", "schema": 2}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("%v", err)
	}
}

// A full disk is an error of Close, not silence.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	dir := t.TempDir()
	if err := os.Symlink("/dev/full", filepath.Join(dir, "t.csv")); err != nil {
		t.Fatal(err)
	}
	f := &Folder{dir}
	table, err := f.Table("t.csv", "a")
	if err != nil {
		t.Fatal(err)
	}
	table.Row(1.0)
	if err := table.Close(); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("%v", err)
	}
}
