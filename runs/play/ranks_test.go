package play

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lapicque/network"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// playTogether plays a scenario by that many ranks (1: this process alone) and returns the bytes of the files that hold what the network
// did, and the outcomes' error. The context is that of the last rank.
func playTogether(t *testing.T, ctx context.Context, ranks int, name string, set ...string) (map[string]string, Outcome, error) {
	t.Helper()
	one, err := scenario.Load(name, set, scenario.Sides{Network: true, MeanField: true})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := store.Create(t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Sides: scenario.Sides{Network: true, MeanField: true}, Workers: 2, Folder: folder}
	seats := network.Together(ranks)
	var group sync.WaitGroup
	for _, seat := range seats[1:] {
		group.Go(func() {
			if err := Follow(ctx, one.Neurons().(scenario.Spreading), 1, seat); err != nil {
				t.Error(err)
			}
		})
	}
	if ranks > 1 {
		options.Ranks = seats[0]
	}
	summary, err := Play(context.Background(), one, options)
	if ranks > 1 {
		Dismiss(seats[0])
	}
	group.Wait()
	files := map[string]string{}
	for _, pattern := range []string{"raster.parquet", "tables/*.csv", "arrays/*.npy"} {
		found, err := filepath.Glob(filepath.Join(folder.Dir(), pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(path)] = string(text)
		}
	}
	summary.Seconds, summary.Folder = nil, ""
	text, wrong := json.Marshal(summary)
	if wrong != nil {
		t.Fatal(wrong)
	}
	files["summary"] = string(text)
	return files, summary.Outcome, err
}

// TestRanksLeaveTheFolderOfOneProcess: raster, traces, densities, rates, cascades and summary, byte for byte, through a blow-up with two
// replicas, and of two populations.
func TestRanksLeaveTheFolderOfOneProcess(t *testing.T) {
	for name, set := range map[string][]string{
		"blow-up": {"particles.N=9000", "particles.replicas=2", "record.raster.neurons=9000", "meanfield.scheme=finite-volume", "expect=[]",
			"initial.mean=1.7", "initial.variance=0.02", "time.end=0.2", "time.snapshots=[0.1,0.2]"},
		"ei-asynchronous": {"populations.E.N=9000", "populations.I.N=2250", "time.end=0.5", "time.snapshots=[0.2,0.5]"},
	} {
		want, outcome, err := playTogether(t, context.Background(), 1, name, set...)
		if err != nil {
			t.Fatal(err)
		}
		if len(want) < 6 || len(want["raster.parquet"]) == 0 {
			t.Fatalf("%s: one process leaves %d files", name, len(want))
		}
		if name == "blow-up" && outcome != BlowUp {
			t.Errorf("%s: the outcome is %s", name, outcome)
		}
		got, _, err := playTogether(t, context.Background(), 3, name, set...)
		if err != nil {
			t.Fatal(err)
		}
		for file, text := range want {
			if got[file] != text {
				t.Errorf("%s: %s of three ranks differs", name, file)
			}
		}
	}
}

// TestAnInterruptedRankCancelsAll: rank 0 leaves what there is, and says so.
func TestAnInterruptedRankCancelsAll(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	files, outcome, err := playTogether(t, ctx, 2, "inhibitory", "particles.N=5000")
	if outcome != Cancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("the outcome is %s, the error %v", outcome, err)
	}
	if _, there := files["rates.csv"]; !there {
		t.Error("no table of rates is left")
	}
}
