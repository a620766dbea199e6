package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lapicque/runs/checkpoint"
)

// kept is a command line whose run takes a while and is kept on the way.
var kept = []string{"network", "excitatory", "-q", "--set", "particles.N=2000", "--set", "time={end: 60, snapshots: [3, 60]}", "--set", "record.rate_bin=1"}

// cancelled leaves the folder of a run that was interrupted after its first checkpoints.
func cancelled(t *testing.T, dir string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		for {
			list, _ := filepath.Glob(filepath.Join(dir, checkpoint.Dir, "*2.checkpoint"))
			if len(list) > 0 || ctx.Err() != nil {
				stop()
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	code, _, stderr := call(t, ctx, append(kept, "-o", dir, "--checkpoint-every", "1")...)
	if code != Interrupted || !strings.Contains(stderr, "network --resume -o "+dir+" goes on") {
		t.Fatalf("%d %s", code, stderr)
	}
}

// unclocked returns the files of a folder that hold no clock.
func unclocked(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"tables/*", "arrays/*", "*.parquet", "*.yaml", "summary.json"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(name)] = strings.ReplaceAll(untimed(string(text)), `"`+dir+`"`, "")
		}
	}
	return files
}

// An interrupted run is gone on with by the same command or by the folder alone, to the same results; then its checkpoints are gone.
func TestResume(t *testing.T) {
	t.Chdir(t.TempDir())
	if code, _, stderr := call(t, t.Context(), append(kept, "-o", "whole")...); code != Done {
		t.Fatalf("%d %s", code, stderr)
	}
	want := unclocked(t, "whole")
	for dir, again := range map[string][]string{
		"same":  append(kept, "-o", "same", "--resume", "-j", "1"),
		"alone": {"network", "-q", "-o", "alone", "--resume"},
	} {
		cancelled(t, dir)
		code, _, stderr := call(t, t.Context(), again...)
		if code != Done || !strings.Contains(stderr, "going on from t = ") {
			t.Fatalf("%s: %d %s", dir, code, stderr)
		}
		got := unclocked(t, dir)
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s: %s is another one", dir, name)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, checkpoint.Dir)); err == nil || len(got) != len(want) || len(want) < 8 {
			t.Errorf("%s: %d files, want %d; checkpoints: %v", dir, len(got), len(want), err)
		}
		if code, _, stderr := call(t, t.Context(), again...); code != Done || !strings.Contains(stderr, "complete") {
			t.Errorf("%s: %d %s", dir, code, stderr)
		}
	}
	if code, _, stderr := call(t, t.Context(), append(kept, "-o", "whole", "--resume", "--seed", "5")...); code != BadInput || !strings.Contains(stderr, "another one") {
		t.Errorf("complete, another scenario: %d %s", code, stderr)
	}
	if code, _, stderr := call(t, t.Context(), "run", "-o", "whole", "--resume"); code != BadInput || !strings.Contains(stderr, "folder of run; this one is that of network") {
		t.Errorf("complete, another verb: %d %s", code, stderr)
	}
	code, stdout, stderr := call(t, t.Context(), "network", "-o", "whole", "--resume", "--json")
	var summary struct{ Outcome string }
	if decode(t, stdout, &summary); code != Done || summary.Outcome != "completed" {
		t.Errorf("complete, --json: %d %s%s", code, stderr, stdout)
	}
	if code, _, stderr := call(t, t.Context(), append(kept, "-o", "new", "--resume", "--set", "time.end=1", "--set", "time.snapshots=[1]")...); code != Done {
		t.Errorf("a run that has not begun: %d %s", code, stderr)
	}
}

// What cannot be gone on with is refused, with everything left as it is.
func TestResumeRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	cancelled(t, "run")
	if err := os.CopyFS("plain", os.DirFS("run")); err != nil {
		t.Fatal(err)
	}
	if err := checkpoint.Remove("plain"); err != nil {
		t.Fatal(err)
	}
	list, err := filepath.Glob("run/checkpoint/*.checkpoint")
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	before := unclocked(t, "run")
	refused := func(name, want string, args ...string) {
		t.Helper()
		code, _, stderr := call(t, t.Context(), args...)
		if code != BadInput || !strings.Contains(stderr, want) {
			t.Errorf("%s: %d %s", name, code, stderr)
		}
	}
	resume := append(kept, "-o", "run", "--resume")
	refused("another scenario", "this scenario", append(resume, "--seed", "3")...)
	refused("another verb", "folder of run; this one is that of network", append([]string{"run"}, resume[1:]...)...)
	refused("--force too", "without --force", append(resume, "--force")...)
	refused("no folder", "with -o", append(kept, "--resume")...)
	refused("no scenario", "no scenario", "network", "-o", "nowhere", "--resume")
	if err := errors.Join(os.Mkdir("foreign", 0o755), os.WriteFile("foreign/x", nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	refused("other things", "resume: foreign is not accepted: the folder of a run", append(kept, "-o", "foreign", "--resume")...)
	refused("no checkpoints", "kept none", append(kept, "-o", "plain", "--resume")...)
	refused("without --resume", "--force", append(kept, "-o", "run")...)
	refused("no time", "10ms", append(kept, "-o", "new", "--checkpoint", "0s")...)
	refused("no model time", "> 0", append(kept, "-o", "new", "--checkpoint-every", "-1")...)
	refused("no folder to keep it in", "-o DIR", append(kept, "--json", "--checkpoint", "1s")...)
	for k, name := range list {
		if err := os.Truncate(name, int64(1000*(k+1))); err != nil {
			t.Fatal(err)
		}
	}
	refused("damaged", "whole", resume...)
	if after := unclocked(t, "run"); len(after) != len(before) {
		t.Errorf("%d files, before %d", len(after), len(before))
	}
	for name, text := range unclocked(t, "run") {
		if before[name] != text {
			t.Errorf("%s was changed", name)
		}
	}
	if code, _, stderr := call(t, t.Context(), append(kept, "-o", "run", "--force", "--set", "time.end=1", "--set", "time.snapshots=[1]")...); code != Done {
		t.Errorf("started again: %d %s", code, stderr)
	}
}
