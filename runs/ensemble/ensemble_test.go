package ensemble

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lapicque/neuron"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// small is an ensemble of 2 × 3 × replicas short runs of few neurons, with the mean field.
func small(t *testing.T, replicas int) *Plan {
	t.Helper()
	p, err := Load(context.Background(), "excitatory", Choices{
		Set:   []string{"particles.N=60", "time.end=0.4", "time.snapshots=[0.4]", "meanfield.scheme=finite-volume", "meanfield.cells=60"},
		Grids: []string{"coupling.b=-0.5:0.5:2", "neuron.a0=0.5:2:3:log"}, Replicas: replicas, Windows: 4, MeanField: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// played plays what a folder lacks, up to so many members, and writes its tables.
func played(t *testing.T, dir string, p *Plan, shard Shard, how How, most int) Result {
	t.Helper()
	f, err := Open(dir, NewHeader(p.Description, shard), how)
	if err != nil {
		t.Fatal(err)
	}
	sources, err := p.Sources()
	if err == nil {
		err = f.Describe(store.NewProvenance(nil, 1, time.Unix(0, 0)), sources)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err = Run(ctx, p, shard, Options{Workers: 2, Known: f.Known, Keep: func(r Record) error {
		if f.Finished() >= most {
			stop()
			return nil
		}
		return f.Keep(r)
	}})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return finished(t, f)
}

func finished(t *testing.T, f *Folder) Result {
	t.Helper()
	r, err := f.Finish()
	if err = errors.Join(err, f.Close(), store.Seal(f.Dir(), r.Outcome)); err != nil {
		t.Fatal(err)
	}
	return r
}

// tables returns the files that must be the same however an ensemble was played.
func tables(t *testing.T, dir string) string {
	t.Helper()
	m, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range m.Files {
		if e.Path != JournalName && e.Path != store.ProvenanceName && !strings.HasPrefix(e.Path, "tables/timing") {
			b.WriteString(e.Path + " " + e.SHA256 + "\n")
		}
	}
	return b.String()
}

// An ensemble that is cut at any byte of its journal ends with the tables of one that was not.
func TestResumedAnywhereGivesTheSameBits(t *testing.T) {
	p := small(t, 3)
	root := t.TempDir()
	whole := filepath.Join(root, "whole")
	if r := played(t, whole, p, Whole, How{}, math.MaxInt); r.Outcome != Completed || r.Played != 18 || r.Failed != 0 {
		t.Fatalf("%+v", r)
	}
	want := tables(t, whole)
	if strings.Count(want, "\n") != 7 {
		t.Errorf("files: %s", want)
	}
	journal, err := os.ReadFile(filepath.Join(whole, JournalName))
	if err != nil {
		t.Fatal(err)
	}
	header := slices.Index(journal, '\n') + 1
	for k := range 12 {
		dir := filepath.Join(root, "cut")
		played(t, dir, p, Whole, How{Force: true}, 4)
		at := header + (len(journal)-header)*k/11 // the last one: nothing is lost
		if k == 1 {
			at = 0 // before the header
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, JournalName), journal[:at], 0o644), os.Remove(filepath.Join(dir, store.ManifestName))); err != nil {
			t.Fatal(err)
		}
		if r := played(t, dir, p, Whole, How{}, math.MaxInt); r.Outcome != Completed {
			t.Fatalf("%+v", r)
		}
		if got := tables(t, dir); got != want {
			t.Errorf("cut at byte %d:\n%s\nnot\n%s", at, got, want)
		}
	}
}

// Shards are merged to the folder that one machine would have written.
func TestMergedShardsAreTheWhole(t *testing.T) {
	p := small(t, 2)
	root := t.TempDir()
	played(t, filepath.Join(root, "whole"), p, Whole, How{}, math.MaxInt)
	var dirs []string
	for k := range 5 { // 12 members: the shards are not of one size
		dirs = append(dirs, filepath.Join(root, Shard{k, 5}.String()))
		played(t, dirs[k], p, Shard{k, 5}, How{}, math.MaxInt)
	}
	slices.Reverse(dirs)
	s, err := ReadShards(dirs)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(root, "merged")
	f, err := Open(out, s.Header, How{Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Describe(store.NewProvenance(nil, 1, time.Unix(0, 0)), s.Sources), s.Enter(f)); err != nil {
		t.Fatal(err)
	}
	finished(t, f)
	if got, want := tables(t, out), tables(t, filepath.Join(root, "whole")); got != want {
		t.Errorf("merged:\n%s\nnot\n%s", got, want)
	}
	refused := func(want string, dirs ...string) {
		t.Helper()
		_, err := ReadShards(dirs)
		var faults neuron.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
	other := filepath.Join(root, "other")
	played(t, other, small(t, 3), Shard{0, 5}, How{}, math.MaxInt)
	part := filepath.Join(root, "part")
	played(t, part, p, Shard{0, 5}, How{}, 1)
	refused("shard 2/5, too", dirs[0], dirs[1], dirs[3], dirs[4])
	refused("given once", append(dirs, dirs[2])...)
	refused("of another: replicas 3 instead of 2", append(dirs[1:], other)...)
	refused("all 3 members of shard 0/5; 1 are finished", append(dirs[:4:4], part)...)
	refused("no "+JournalName, root)
}

// A folder is gone on with by its own ensemble only.
func TestWhatIsRefused(t *testing.T) {
	p := small(t, 2)
	dir := filepath.Join(t.TempDir(), "x")
	played(t, dir, p, Whole, How{}, 2)
	refused := func(what, want string, h Header, how How) {
		t.Helper()
		_, err := Open(dir, h, how)
		var faults neuron.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %q", what, err, want)
		}
	}
	refused("another ensemble", "replicas 2 instead of 3", NewHeader(small(t, 3).Description, Whole), How{Resume: true})
	refused("another shard", "holds shard 0/1", NewHeader(p.Description, Shard{0, 2}), How{})
	header, err := line("", Header{Program: store.Program, Schema: 2, Kind: "ensemble"})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, JournalName), header, 0o644); err != nil {
		t.Fatal(err)
	}
	refused("a newer journal", "newer version", NewHeader(p.Description, Whole), How{Resume: true})
	if _, err := ReadShards([]string{dir}); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("a newer shard: %v", err)
	}
}

// A member that fails twice is kept with its reason, one that fails once with its result; neither stops another.
func TestFailedMembersAreKept(t *testing.T) {
	p := small(t, 2)
	dir := filepath.Join(t.TempDir(), "x")
	f, err := Open(dir, NewHeader(p.Description, Whole), How{})
	if err != nil {
		t.Fatal(err)
	}
	var lock sync.Mutex
	tries := map[int]int{}
	sample := func(_ context.Context, member, _ int) ([]float64, string, error) {
		lock.Lock()
		tries[member]++
		try := tries[member]
		lock.Unlock()
		switch {
		case member == 3:
			panic("three is no good")
		case member == 5 && try == 1:
			return nil, "", errors.New("not yet")
		case member == 7:
			return nil, "", nil
		}
		return slices.Repeat([]float64{float64(member)}, len(p.Measures)), "", nil
	}
	if err := run(context.Background(), p, Whole, Options{Workers: 3, Keep: f.Keep}, sample); err != nil {
		t.Fatal(err)
	}
	r := finished(t, f)
	if r.Outcome != Completed || r.Failed != 2 || r.Played != p.Members() {
		t.Errorf("%+v", r)
	}
	for member := range p.Members() {
		want := 1
		if member == 3 || member == 5 || member == 7 {
			want = 2
		}
		if tries[member] != want {
			t.Errorf("member %d was tried %d times, not %d", member, tries[member], want)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "tables/members.csv"))
	if err != nil || !strings.Contains(string(text), "failed,panic: three is no good") || !strings.Contains(string(text), "failed,nothing was measured") {
		t.Errorf("%s %v", text, err)
	}
	if text, err = os.ReadFile(filepath.Join(dir, "tables/timing.csv")); err != nil || !strings.Contains(string(text), "2,not yet") {
		t.Errorf("%s %v", text, err)
	}
}

// Every model that has a network has members.
func TestEveryModelHasMembers(t *testing.T) {
	for name, set := range map[string][]string{
		"linear": nil, "refractory": nil, "random-threshold": nil, "blow-up": nil, "noise-feedback": nil, "elapsed-excitatory": nil,
		"conductance": nil, "hodgkin-huxley": nil, "wilson-cowan-bump": {"particles.units=50", "domain.sites=32"},
		"wilson-cowan-cycle": {"particles.units=50"}, "ei-oscillation": {"populations.E.N=40", "populations.I.N=40"},
	} {
		set = append(set, "time.end=0.01", "time.snapshots=[0.01]", "particles.dt=0.0005")
		if one, err := scenario.Load(name, nil, scenario.Sides{}); err != nil {
			t.Fatal(err)
		} else if _, placed := one.Field(); !placed {
			set = append(set, "record.rate_bin=0.005")
			if name != "ei-oscillation" {
				set = append(set, "particles.N=50")
			}
		}
		solved := name != "hodgkin-huxley" && name != "conductance" // the one has no equation, that of the other takes its time
		p, err := Load(context.Background(), name, Choices{Set: set, Replicas: 1, Windows: 3, MeanField: solved})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		err = Run(context.Background(), p, Whole, Options{Keep: func(r Record) error {
			if r.Failed() || len(r.Values) != len(p.Measures) || r.Note != "" {
				t.Errorf("%s: %+v for %v", name, r, p.Measures)
			}
			return nil
		}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// All that is wrong with a plan is told at once.
func TestFaultsOfAPlan(t *testing.T) {
	_, err := Load(context.Background(), "hodgkin-huxley", Choices{Replicas: 0, Windows: 0, Set: []string{"particles.replicas=3"},
		Grids: []string{"particles.replicas=1:2:2", "x", "particles.N=1:2:2", "particles.N=1:2:2"}})
	for _, want := range []string{"replicas: 0", "windows: 0", "set: particles.replicas=3", "grid: x", "grid: particles.replicas=1:2:2", "no other grid"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	if _, err = Load(context.Background(), "hodgkin-huxley", Choices{Replicas: 1, Windows: 1, MeanField: true}); err == nil {
		t.Error("a mean field of a model without an equation")
	}
	for text, want := range map[string]Shard{"0/1": Whole, "7/8": {7, 8}, "8/8": {}, "-1/2": {}, "1": {}, "1/2x": {}, "1/2/3": {}, "0/0": {}} {
		got, err := ParseShard(text)
		if (err == nil) != (want.Count > 0) || err == nil && got != want {
			t.Errorf("shard %q: %v %v", text, got, err)
		}
	}
	total := 0
	for k := range 7 {
		total += Shard{k, 7}.Size(100)
	}
	if total != 100 {
		t.Errorf("7 shards of 100 members have %d", total)
	}
}
