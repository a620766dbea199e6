package statistics

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/compare"
	"lapicque/neuron"
	"lapicque/runs/raster"
)

// made writes a raster of gamma renewal processes of rate 2: a population of shape 4 and one of shape 1.
func made(t *testing.T) string {
	t.Helper()
	src := rand.NewSource(41)
	const until = 200.0
	var spikes []raster.Spike
	for k, shape := range []float64{4, 1} {
		law := distuv.Gamma{Alpha: shape, Beta: 2 * shape, Src: src}
		for i := range 60 {
			for at := law.Rand() - 20; at < until; at += law.Rand() {
				if at >= 0 {
					spikes = append(spikes, raster.Spike{Time: at, Neuron: uint32(i), Population: uint8(k)})
				}
			}
		}
	}
	slices.SortFunc(spikes, func(a, b raster.Spike) int { return int(math.Copysign(1, a.Time-b.Time)) })
	name := filepath.Join(t.TempDir(), "made.parquet")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w, err := raster.NewWriter(file, raster.Metadata{Units: "s", Populations: []string{"E", "I"}, Start: 0, End: until, Neurons: []int{60, 70}})
	if err == nil {
		err = errors.Join(w.Write(spikes), w.Close(), file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// Renewal processes whose statistics are known, within 4 standard errors and a bias of order one over the number of intervals.
func TestKnownStatistics(t *testing.T) {
	r, err := Of(made(t), Options{From: math.NaN(), To: math.NaN()})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Populations) != 2 || r.Populations[1].Neurons != 70 || r.Populations[1].Silent != 10 || r.Unit != "s" || len(r.Notes) != 0 {
		t.Fatalf("%+v", r)
	}
	for k, shape := range []float64{4, 1} {
		p := r.Populations[k]
		active := 60 / float64(p.Neurons)
		for _, c := range []struct {
			name  string
			e     *compare.Estimate
			truth float64
			slack float64
		}{
			{"rate", p.Rate, 2 * active, 0}, {"interval", p.Interval, 0.5, 0.5 / 400}, {"cv", p.CV, 1 / math.Sqrt(shape), 1.0 / 400}, {"lv", p.LV, 3 / (2*shape + 1), 1.0 / 400},
			{"fano", p.Fano, 1/shape + (1-1/(shape*shape))/6/10, 0}, {"correlation", p.Correlation, 0, 0},
		} {
			if c.e == nil || math.Abs(c.e.Value-c.truth) > 4*c.e.SE+c.slack {
				t.Errorf("%s of shape %v: %+v, not %v", c.name, shape, c.e, c.truth)
			}
		}
		if p.Intervals == nil || p.Power == nil || len(p.Fanos.X) < 10 || p.Pairs != 60*59/2 {
			t.Errorf("curves of %s are missing", p.Name)
		}
	}
}

// Intervals of time and first neurons are taken, and mistakes told together.
func TestSelection(t *testing.T) {
	name := made(t)
	r, err := Of(name, Options{From: 50, To: 150, Neurons: 5, Bin: 0.5})
	if err != nil || r.From != 50 || r.To != 150 || r.Populations[0].Neurons != 5 || math.Abs(r.Populations[0].Rate.Value-2) > 0.2 {
		t.Errorf("%v: %+v", err, r)
	}
	for _, o := range []Options{{From: 3, To: 2, Bin: -1, Neurons: -1}, {From: 150, To: 160, Bin: 5}, {From: 300, To: 400}} {
		var faults neuron.Faults
		if _, err := Of(name, o); !errors.As(err, &faults) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	var faults neuron.Faults
	if _, err := Of("nowhere.parquet", Options{From: math.NaN(), To: math.NaN()}); !errors.As(err, &faults) {
		t.Errorf("no file: %v", err)
	}
}

// An interval beyond the recorded one would count silence that nobody recorded; a number as high as 4·10⁹ would fill the memory with silent neurons.
func TestBeyondTheRecording(t *testing.T) {
	name := made(t)
	all := Options{From: math.NaN(), To: math.NaN()}
	for _, o := range []Options{{From: -1, To: math.NaN()}, {From: math.NaN(), To: 201}, {From: 300, To: 400}} {
		var faults neuron.Faults
		if _, err := Of(name, o); !errors.As(err, &faults) {
			t.Errorf("from %v to %v: %v", o.From, o.To, err)
		}
	}
	csv := filepath.Join(t.TempDir(), "high.csv")
	if err := os.WriteFile(csv, []byte("time,neuron\n0.1,1\n0.2,4294967295\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var faults neuron.Faults
	if _, err := Of(csv, all); !errors.As(err, &faults) {
		t.Errorf("neuron 4294967295: %v", err)
	}
}
