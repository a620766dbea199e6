package spectral

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"lapicque/neuron"
)

func law() neuron.LIF { return neuron.LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1} }

func TestProbe(t *testing.T) {
	raw, _ := os.ReadFile("/work/shared/reference/open.json")
	var all map[string]any
	json.Unmarshal(raw, &all)
	get := func(key string) map[float64]float64 {
		out := map[float64]float64{}
		for k, v := range all[key].(map[string]any) {
			f, err := strconv.ParseFloat(k, 64)
			if err == nil {
				out[f] = v.(map[string]any)["N"].(float64)
			}
		}
		return out
	}
	b0 := map[float64]float64{}
	for k, v := range all["transient_b=0"].(map[string]any)["N"].(map[string]any) {
		f, _ := strconv.ParseFloat(k, 64)
		b0[f], _ = strconv.ParseFloat(v.(string), 64)
	}
	g := neuron.TruncatedGaussian{0, .25, 2}
	drv := law()
	drv.Current = neuron.Sine{1, .5, 1}
	corner := neuron.LIF{Threshold: 0, Reset: -1, A0: 1, Leak: 1}
	cases := []struct {
		name string
		p    Problem
		ref  map[float64]float64
	}{
		{"b=.5", Problem{law(), .5, 0, g}, get("transient_b=0.5")},
		{"b=0", Problem{law(), 0, 0, g}, b0},
		{"driven", Problem{drv, 0, 0, g}, get("transient_current")},
		{"corner", Problem{corner, 0, 0, neuron.Point{-1}}, map[float64]float64{.1: .9791794113, .5: 1.2141922984, 1: 1.1358680944}},
	}
	for _, c := range cases {
		for _, rtol := range []float64{1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9} {
			s, err := New(c.p, Options{Rtol: rtol})
			if err != nil {
				t.Fatal(err)
			}
			ne0 := s.mesh.elements()
			worst := 0.0
			for _, tt := range []float64{.05, .1, .25, .5, 1, 2, 5} {
				if err := s.Advance(context.Background(), tt); err != nil {
					t.Fatal(c.name, rtol, err)
				}
				if N, ok := c.ref[tt]; ok {
					worst = max(worst, math.Abs(s.Rate()/N-1))
				}
			}
			mass, _, _ := s.Moments()
			fmt.Println(c.name, rtol, "p", s.p, "ne", ne0, s.mesh.elements(), "steps", s.steps, s.rejected, "mass", mass-1, "err", worst, "/rtol", worst/rtol, s.Nodes())
		}
	}
}

func BenchmarkHalf(bm *testing.B) {
	for _, rtol := range []float64{1e-4, 1e-6, 1e-8} {
		bm.Run(fmt.Sprint(rtol), func(bm *testing.B) {
			bm.ReportAllocs()
			for bm.Loop() {
				s, _ := New(Problem{law(), .5, 0, neuron.TruncatedGaussian{0, .25, 2}}, Options{Rtol: rtol})
				s.Advance(context.Background(), 5)
			}
		})
	}
}
