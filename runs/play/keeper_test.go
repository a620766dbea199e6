package play

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lapicque/runs/checkpoint"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// contents returns all files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, ".") {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// played plays a whole run and returns its summary.
func played(t *testing.T, s *scenario.Scenario, o Options) (string, error) {
	out, err := Play(t.Context(), s, o)
	return untimed(t, out), err
}

// stretch plays a part of a run: from the last checkpoint on until a fraction of all is done.
func stretch(t *testing.T, s *scenario.Scenario, folder *store.Folder, sides scenario.Sides, every, until float64, workers int) (string, error) {
	t.Helper()
	kept := &Checkpoints{Store: checkpoint.New(folder.Dir(), checkpoint.Head{Hash: "this"}), Model: every, Warn: func(text string) { t.Error(text) }}
	found, err := kept.Store.Latest()
	if err != nil || found.Notes != nil {
		t.Fatal(found.Notes, err)
	}
	kept.From = found.Reader
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := Options{Sides: sides, Workers: workers, Folder: folder, Checkpoints: kept, Progress: func(done float64) {
		if done >= until {
			cancel()
		}
	}}
	out, err := Play(ctx, s, o)
	return untimed(t, out), err
}

// A run that is interrupted again and again, each time at another place and with another number of workers, leaves the same folder as
// one that was not, file by file, and as one without checkpoints; its summary is the same to the last bit.
func TestInterruptedFolderEqualsUndisturbed(t *testing.T) {
	network := scenario.Sides{Network: true}
	short := []string{"record.raster.neurons=300", "record.density_bins=40"}
	for _, c := range []struct {
		name  string
		sides scenario.Sides
		every float64
		set   []string
	}{
		{"bistable", network, 0.11, []string{"particles={N: 1000, replicas: 3}", "time={end: 1, snapshots: [0.123, 0.5, 0.9]}", "record.rate_bin=0.1", "coupling.delay=0.07", "neuron.refractory={law: exponential, tau: 0.2}"}},
		{"blow-up", network, 0.2, []string{"particles={N: 800, replicas: 2}", "initial.mean=0.7", "time={end: 1.2, snapshots: [0.34, 1]}", "record.rate_bin=0.2"}},
		{"ei-oscillation", network, 0.17, []string{"particles.replicas=2", "populations.E.N=2000", "populations.I.N=900", "time={end: 1, snapshots: [0.4, 0.6]}", "record.rate_bin=0.3"}},
		{"elapsed-excitatory", network, 0.2, []string{"particles={N: 1000, replicas: 2}", "time={end: 1, snapshots: [0.5, 0.9]}", "record.rate_bin=0.2"}},
		{"conductance", network, 0.004, []string{"particles={N: 1000, replicas: 1}", "time={end: 0.02, snapshots: [0.005, 0.018]}", "record.rate_bin=0.005"}},
		{"hodgkin-huxley", both, 3, []string{"particles={N: 500, replicas: 3}", "time={end: 20, snapshots: [5, 15]}", "record.rate_bin=4"}},
		{"wilson-cowan-bump", both, 0.3, []string{"particles={units: 20, replicas: 2}", "time={end: 2, snapshots: [0.5, 1.5]}"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set := c.set
			if c.name != "wilson-cowan-bump" {
				set = append(set, short...)
			}
			s := load(t, c.name, c.sides, set...)
			folder := func() *store.Folder {
				f, err := store.Create(filepath.Join(t.TempDir(), "run"), false)
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
			whole, ends := folder(), folder()
			want, err := played(t, s, Options{Sides: c.sides, Workers: 2, Folder: whole})
			if err != nil {
				t.Fatal(err)
			}
			got, parts := "", 0
			for err = context.Canceled; err == context.Canceled; parts++ {
				got, err = stretch(t, s, ends, c.sides, c.every, 0.08+0.17*float64(parts), 1+parts%3)
			}
			if err != nil || parts < 4 {
				t.Fatalf("%d parts: %v", parts, err)
			}
			if got != want {
				t.Errorf("summary\n%s\nwant\n%s", got, want)
			}
			if err := checkpoint.Remove(ends.Dir()); err != nil {
				t.Fatal(err)
			}
			a, b := contents(t, whole.Dir()), contents(t, ends.Dir())
			for name := range a {
				if a[name] != b[name] {
					t.Errorf("%s is another one", name)
				}
			}
			if len(a) != len(b) || len(a) < 4 {
				t.Errorf("%d files, want %d", len(b), len(a))
			}
		})
	}
}

// Checkpoints that cannot be kept do not end a run; that is told once, and the results are those of any run.
func TestRunOutlivesItsCheckpoints(t *testing.T) {
	s := load(t, "excitatory", scenario.Sides{Network: true}, "particles={N: 1000}", "time={end: 1}", "record.raster.neurons=0")
	dir := filepath.Join(t.TempDir(), "run")
	folder, err := store.Create(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, checkpoint.Dir), []byte("in the way"), 0o644); err != nil {
		t.Fatal(err)
	}
	var told []string
	sides := scenario.Sides{Network: true}
	got, err := played(t, s, Options{Sides: sides, Folder: folder, Checkpoints: &Checkpoints{Store: checkpoint.New(dir, checkpoint.Head{}), Model: 0.1, Warn: func(text string) { told = append(told, text) }}})
	if err != nil {
		t.Fatal(err)
	}
	want, err := played(t, s, Options{Sides: sides})
	if err != nil {
		t.Fatal(err)
	}
	if got != want || len(told) != 1 || !strings.Contains(told[0], "the run goes on") {
		t.Errorf("told %q, same results: %v", told, got == want)
	}
}
