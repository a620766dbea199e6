package play

import (
	"math"
	"os"
	"strings"
	"testing"

	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// A run with time.stop stationary ends where its mean field has come to the steady rate, and its network is that of a run to
// that time.
func TestStopsWhenStationary(t *testing.T) {
	both := scenario.Sides{Network: true, MeanField: true}
	set := []string{"particles.N=500", "particles.replicas=2", "time.end=40", "time.stop=stationary", "time.snapshots=[1,30]"}
	s, err := scenario.Load("inhibitory", set, both)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil {
		t.Fatal(err)
	}
	last := out.MeanField.Snapshots[len(out.MeanField.Snapshots)-1]
	if !(last.Time > 1 && last.Time < 20) || len(out.MeanField.Snapshots) != 2 || !strings.Contains(out.Ended, "is stationary") {
		t.Fatalf("ended at %v: %q", last.Time, out.Ended)
	}
	equation, _ := s.NNLIF()
	states, err := equation.SteadyStates()
	if err != nil || math.Abs(float64(last.Rate)/states[0].Rate-1) > 0.01 {
		t.Errorf("rate %v at the end, steady rate %v (%v)", last.Rate, states[0].Rate, err)
	}
	if head, _ := s.Common(); head.Time.End != 40 || len(head.Time.Snapshots) != 2 {
		t.Errorf("the scenario given was changed: %+v", head.Time)
	}
	head, _ := s.Common()
	head.Time = scenario.Time{End: last.Time, Snapshots: []float64{1, last.Time}}
	same, err := Play(t.Context(), s, Options{Sides: both})
	if err != nil || same.Network.Spikes != out.Network.Spikes {
		t.Errorf("%d spikes, asked to end there %d (%v)", out.Network.Spikes, same.Network.Spikes, err)
	}
}

// A rate that oscillates for ever is not stationary: the run goes on to its end and says so.
func TestNeverStationary(t *testing.T) {
	s, err := scenario.Load("elapsed-inhibitory-delay", []string{"time.stop=stationary", "time.end=12", "time.snapshots=[]"}, scenario.Sides{MeanField: true})
	if err != nil {
		t.Fatal(err)
	}
	out, err := Play(t.Context(), s, Options{Sides: scenario.Sides{MeanField: true}})
	if err != nil || out.MeanField.Snapshots[0].Time != 12 || !strings.Contains(out.Ended, "not stationary") {
		t.Errorf("%v %+v %v", out.Ended, out.MeanField.Snapshots, err)
	}
}

// What is before the burn-in is in no count, table or raster; what is after it does not depend on it.
func TestBurnIn(t *testing.T) {
	play := func(set ...string) (*Summary, *store.Folder) {
		folder, err := store.Create(t.TempDir(), false)
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenario.Load("inhibitory", append(set, "particles.N=2000", "time.end=3", "time.snapshots=[2,3]", "record.traces.neurons=2"), scenario.Sides{Network: true})
		if err != nil {
			t.Fatal(err)
		}
		out, err := Play(t.Context(), s, Options{Sides: scenario.Sides{Network: true}, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		return out, folder
	}
	whole, all := play("record.rate_bin=0.5")
	late, rest := play("time.burn_in=1", "record.rate_bin=0.5")
	a, b := whole.Network.Snapshots, late.Network.Snapshots
	if len(a) != 2 || len(b) != 2 || a[0].NetworkState.Mean != b[0].NetworkState.Mean || a[1].NetworkState.Rate != b[1].NetworkState.Rate {
		t.Errorf("snapshots %+v, without burn-in %+v", b, a)
	}
	long, short := rows(t, all.Path("tables/rates.csv")), rows(t, rest.Path("tables/rates.csv"))
	if len(long) != 7 || len(short) != 5 || strings.Join(long[3:], "\n") != strings.Join(short[1:], "\n") {
		t.Errorf("rates\n%s\nwithout burn-in\n%s", strings.Join(short, "\n"), strings.Join(long, "\n"))
	}
	if first := rows(t, rest.Path("tables/traces.csv"))[1]; !strings.HasPrefix(first, "1,") {
		t.Errorf("traces begin with %s", first)
	}
	if !(late.Network.Spikes > 0 && late.Network.Spikes < whole.Network.Spikes) {
		t.Errorf("%d spikes of %d", late.Network.Spikes, whole.Network.Spikes)
	}
}

func rows(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}
