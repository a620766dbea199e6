package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestFit: exact data give the law back; its intervals cover the truth as often as they say.
func TestFit(t *testing.T) {
	sizes := []float64{100, 1000, 1e4, 1e5, 1e6}
	var exact, level []estimate
	for _, n := range sizes {
		exact = append(exact, estimate{n, 3 - 2*math.Pow(n, -0.7), 1e-6})
		level = append(level, estimate{n, 3, 1e-3})
	}
	if f := fit(exact); math.Abs(f.limit-3) > 1e-5 || math.Abs(f.gamma-0.7) > 0.006 || math.Abs(f.slope+2) > 0.01 || !f.resolved {
		t.Errorf("%+v", f)
	}
	if f := fit(level); f.resolved || math.Abs(f.limit-3) > 1e-9 {
		t.Errorf("a bias in a level: %+v", f)
	}
	noise := distuv.Normal{Sigma: 1, Src: rand.NewSource(7)}
	const draws = 400
	inside, outside := 0, 0
	for range draws {
		var list []estimate
		for _, n := range sizes {
			list = append(list, estimate{n, 3 - 2/n + 1e-3*noise.Rand(), 1e-3})
		}
		f := fit(list)
		if math.Abs(f.limit-3) <= 2*f.se && f.interval[0] <= 1 && f.interval[1] >= 1 {
			inside++
		}
		if math.Abs(f.limit-3) > 4*f.se {
			outside++
		}
	}
	t.Logf("of %d draws %d inside two standard errors, %d outside four", draws, inside, outside)
	// 0.95·draws less four standard deviations of the binomial law; those outside 4σ: 6e−5 each.
	if inside < int(0.95*draws*0.95-4*math.Sqrt(draws*0.1)) || outside > 2 {
		t.Errorf("%d inside, %d outside", inside, outside)
	}
}

// TestNetworksThroughJumps: small networks, extrapolated, agree with the mean field in
// every quantity within four standard errors, through one jump and through two.
func TestNetworksThroughJumps(t *testing.T) {
	sizes := map[string][]size{
		"once-hard":          {{100, 100}, {300, 40}, {1000, 20}},
		"driven-subtractive": {{300, 16}, {1000, 8}, {3000, 4}},
	}
	for _, x := range cases(true) {
		if x.sizes = sizes[x.name]; x.sizes == nil {
			continue
		}
		r, err := x.measure(t.Context(), 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range r.rows {
			if !(math.Abs(one.deviation()) <= 4) {
				t.Errorf("%s: %s: %v ± %v, mean field %v", x.name, one.name, one.fit.limit, one.fit.se, one.expected)
			}
		}
		// Averaged densities differ from the mean field by their scatter: the sum over many bins is
		// within a few tenths of its expectation; by twice that it is bias.
		largest := r.crowds[len(r.crowds)-1]
		if l1, noise, _, _ := largest.distance(func(p passage) portrait { return p.later }, r.field.later, r.edges()); l1 > 2*noise {
			t.Errorf("%s: L1 %v, scatter alone %v", x.name, l1, noise)
		}
		var page bytes.Buffer
		r.print(&page)
		if s := page.String(); !strings.Contains(s, "time of the jump") || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
			t.Error(s)
		}
		t.Log(page.String())
		file := filepath.Join(t.TempDir(), "figure.png")
		if err := r.draw(file); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Size() < 10_000 {
			t.Error("no figure")
		}
	}
}
