package plot

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/exp/rand"

	"lapicque/runs/raster"
)

// The figures below are of made-up data with the shape of real ones. With
// LAPICQUE_FIGURES=DIR the tests leave them there to be looked at.

func madeRates(rng *rand.Rand) Rates {
	r := Rates{}
	rate := func(t float64) float64 {
		return 0.075 + 0.06*math.Exp(-t/0.4)*math.Sin(5*t) + 0.4*math.Exp(-60*t)
	}
	for i := range 100 {
		from := 0.05 * float64(i)
		r.From, r.To = append(r.From, from), append(r.To, from+0.05)
		r.SE = append(r.SE, 0.005)
		r.Network = append(r.Network, rate(from+0.025)+0.005*rng.NormFloat64())
	}
	for i := range 20000 {
		t := 5 * float64(i) / 20000
		r.Time, r.Rate = append(r.Time, t), append(r.Rate, rate(t))
	}
	return r
}

func madeBlowUp(rng *rand.Rand) Rates {
	r := Rates{BlowUps: []float64{3.41737}}
	rate := func(t float64) float64 { return 0.05 + 0.4/math.Sqrt(math.Abs(3.41737-t)+1e-9) }
	for i := range 100 {
		from := 0.05 * float64(i)
		value := math.Max(0, 0.2+0.05*rng.NormFloat64())
		if from < 3.4174 {
			value = rate(from + 0.0251)
		}
		if i == 68 {
			value = 19.3
		}
		if i < 10 {
			value = 0
		}
		r.From, r.To = append(r.From, from), append(r.To, from+0.05)
		r.SE, r.Network = append(r.SE, 0.05), append(r.Network, value)
	}
	for i := range 4000 {
		t := 3.41737 * (1 - math.Pow(1-float64(i)/4000, 2))
		r.Time, r.Rate = append(r.Time, t), append(r.Rate, rate(t))
	}
	return r
}

func madeDensities(rng *rand.Rand, times []float64) Densities {
	d := Densities{Reset: 1, Threshold: 2}
	for i := range 201 {
		d.Edges = append(d.Edges, -4+6*float64(i)/200)
	}
	for _, t := range times {
		s := Snapshot{Time: t}
		variance := 1 - 0.75*math.Exp(-2*t)
		for i := range 200 {
			v := (d.Edges[i] + d.Edges[i+1]) / 2
			n := math.Exp(-v*v/2/variance) / math.Sqrt(2*math.Pi*variance) * (1 - math.Exp(-3*(2-v)))
			s.MeanField = append(s.MeanField, n)
			s.Network = append(s.Network, math.Max(0, n+0.012*math.Sqrt(n)*rng.NormFloat64()))
		}
		d.Snapshots = append(d.Snapshots, s)
	}
	return d
}

func madeTraces(rng *rand.Rand) Traces {
	t := Traces{Reset: 1, Threshold: 2}
	for i := range 5 {
		tr := Trace{Name: []string{"v_{0}", "v_{1}", "v_{2}", "v_{3}", "v_{4}"}[i]}
		v := 0.5 * rng.NormFloat64()
		for k := range 501 {
			at := 0.01 * float64(k)
			tr.Time, tr.Potential = append(tr.Time, at), append(tr.Potential, v)
			v += -v*0.01 + math.Sqrt(0.02)*rng.NormFloat64()
			if v >= 2 {
				tr.Spikes = append(tr.Spikes, at+0.005)
				v = 1
			}
		}
		t.List = append(t.List, tr)
	}
	return t
}

func madeDistances() Distances {
	d := Distances{Time: []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}, Null: "level exceeded once in 1000 by chance"}
	d.List = []Distance{
		{Name: "Wasserstein-1 distance W_{1}", Value: []float64{0.0012, 0.0021, 0.0017, 0.0024, 0.0031, 0.0019, 0.0027}, Null: []float64{0.004, 0.0045, 0.005, 0.0051, 0.0052, 0.0052, 0.0052}},
		{Name: "Kolmogorov–Smirnov distance", Value: []float64{0.0022, 0.0031, 0.0027, 0.0024, 0.0021, 0.0029, 0.0037}, Null: []float64{0.0062, 0.0062, 0.0062, 0.0062, 0.0062, 0.0062, 0.0062}},
		{Name: "L^{1} distance of densities", Value: []float64{0.022, 0.031, 0.027, 0.024, 0.021, 0.029, 0.027}, Null: []float64{0.042, 0.042, 0.042, 0.042, 0.042, 0.042, 0.042}},
		{Name: "rate error", Value: []float64{0.002, -0.004, 0.001, 0.0005, -0.006, 0.003, 0.011}, SE: []float64{0.004, 0.004, 0.004, 0.005, 0.005, 0.005, 0.005}},
	}
	return d
}

func madeRaster(rng *rand.Rand, neurons, spikes int, cascades []Cascade) *Raster {
	r := &Raster{From: 0, To: 5, Bin: 0.05, Populations: []Population{{"neurons", neurons}}, Spikes: int64(spikes), Cascades: cascades}
	for range spikes {
		s := raster.Spike{Time: 5 * rng.Float64(), Neuron: uint32(rng.Intn(neurons))}
		for _, c := range cascades {
			if rng.Float64() < 0.2 {
				s.Time = c.Time
			}
		}
		r.Add([]raster.Spike{s})
	}
	return r
}

func all() map[string]*Figure {
	rng := rand.New(rand.NewSource(1))
	list := map[string]*Figure{
		"rates":          madeRates(rng).Figure(),
		"rates-blow-up":  madeBlowUp(rng).Figure(),
		"densities":      madeDensities(rng, []float64{0.05, 0.1, 0.25, 0.5, 1, 2, 5}).Figure(),
		"densities-one":  madeDensities(rng, []float64{0.05}).Figure(),
		"densities-many": madeDensities(rng, []float64{0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}).Figure(),
		"traces":         madeTraces(rng).Figure(),
		"distances":      madeDistances().Figure(),
		"raster":         madeRaster(rng, 1000, 600, nil).Figure(),
		"raster-many":    madeRaster(rng, 5000, 30000, []Cascade{{1.234, 3100, 0.62}, {3.417, 4820, 0.964}}).Figure(),
		"raster-empty":   madeRaster(rng, 1000, 0, nil).Figure(),
	}
	two := &Raster{From: 0, To: 2, Bin: 0.02, Populations: []Population{{"E", 80}, {"I", 20}}, Spikes: 500}
	for range 500 {
		k := uint8(rng.Intn(2))
		two.Add([]raster.Spike{{Time: 2 * rng.Float64(), Population: k, Neuron: uint32(rng.Intn(two.Populations[k].Neurons))}})
	}
	list["raster-two"] = two.Figure()
	return list
}

func TestFigures(t *testing.T) {
	dir := os.Getenv("LAPICQUE_FIGURES")
	if dir == "" {
		dir = t.TempDir()
	}
	for name, f := range all() {
		if err := f.Save(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Log(name, f.Notes)
	}
}
