// Package export gathers the arrays of a run folder as variables with named
// dimensions and coordinates, which other programs open at once.
package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sbinet/npyio"

	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// Run is what a folder holds, ready for store.Zarr.
type Run struct {
	Attributes map[string]any
	Variables  []store.Variable
}

// gathering is a Run that grows.
type gathering struct {
	Run
	dir   string
	unit  string // of time
	state string // of the densities, v or age
	times map[string][]float64
}

// Read gathers the densities of both sides (time × bins), of pairs (time × g × v)
// and the fields (time × x, on a torus time × x × y) at the snapshots, and the
// rates in bins of time. The names are those of the files, of which those of
// several populations end with theirs. Times are one coordinate, time, or one a
// side where a side did not come as far as the other.
func Read(dir string) (Run, error) {
	one, err := scenario.Load(filepath.Join(dir, "resolved.yaml"), nil, scenario.Sides{})
	if err != nil {
		return Run{}, fmt.Errorf("export: %w", err)
	}
	head, _ := one.Common()
	g := &gathering{dir: dir, unit: one.TimeUnit(), state: "v", times: map[string][]float64{}}
	if head.Model == "elapsed-time" {
		g.state = "age"
	}
	g.Attributes = map[string]any{"title": head.Title, "model": head.Model, "seed": strconv.FormatUint(head.Seed, 10), "time_unit": g.unit, "version": store.Version}
	files, err := filepath.Glob(filepath.Join(dir, "arrays", "*.npy"))
	if err != nil {
		return Run{}, fmt.Errorf("export: %w", err)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = strings.TrimSuffix(filepath.Base(f), ".npy")
	}
	slices.Sort(names)
	if err := errors.Join(g.clocks(names), g.arrays(names), g.rates()); err != nil {
		return Run{}, err
	}
	return g.Run, nil
}

// load reads an array.
func (g *gathering) load(name string) (values []float64, shape []int, err error) {
	text, err := os.ReadFile(filepath.Join(g.dir, "arrays", name+".npy"))
	if err != nil {
		return nil, nil, fmt.Errorf("export: %w", err)
	}
	r, err := npyio.NewReader(bytes.NewReader(text))
	if err == nil {
		err = r.Read(&values)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("export: %s.npy: %w", name, err)
	}
	return values, r.Header.Descr.Shape, nil
}

// add appends a variable unless there is one of that name.
func (g *gathering) add(name string, values []float64, shape []int, dimensions []string, attributes map[string]any) {
	if !slices.ContainsFunc(g.Variables, func(v store.Variable) bool { return v.Name == name }) {
		g.Variables = append(g.Variables, store.Variable{Name: name, Values: values, Shape: shape, Dimensions: dimensions, Attributes: attributes})
	}
}

// axis appends a coordinate.
func (g *gathering) axis(name string, values []float64, attributes map[string]any) {
	g.add(name, values, []int{len(values)}, []string{name}, attributes)
}

// clocks reads the times of the snapshots of each side.
func (g *gathering) clocks(names []string) error {
	var first []float64
	same := true
	for _, name := range names {
		side, found := strings.CutSuffix(name, "_times")
		if !found {
			continue
		}
		_, side, _ = strings.Cut(side, "_") // density_ or field_
		values, _, err := g.load(name)
		if err != nil {
			return err
		}
		if g.times[side] = values; first == nil {
			first = values
		}
		same = same && slices.Equal(first, values)
	}
	unit := map[string]any{"units": g.unit}
	for _, side := range slices.Sorted(maps.Keys(g.times)) {
		if same {
			g.axis("time", first, unit)
		} else {
			g.axis("time_"+side, g.times[side], unit)
		}
	}
	return nil
}

// clock returns the dimension of the snapshots of a side.
func (g *gathering) clock(side string) string {
	if slices.ContainsFunc(g.Variables, func(v store.Variable) bool { return v.Name == "time" }) {
		return "time"
	}
	return "time_" + side
}

// kinds are the arrays over snapshots: what, of which side, and of which population.
var kinds = regexp.MustCompile(`^(density|joint|field)_((network|meanfield|doubled)(?:_se)?)(|_.+)$`)

// arrays reads what was taken at the snapshots.
func (g *gathering) arrays(names []string) error {
	for _, name := range names {
		part := kinds.FindStringSubmatch(name)
		if part == nil || strings.HasSuffix(name, "_times") {
			continue
		}
		values, shape, err := g.load(name)
		if err != nil {
			return err
		}
		places, err := g.places(part[1], part[4], shape)
		if err != nil {
			return err
		}
		g.add(name, values, shape, append([]string{g.clock(part[3])}, places...), nil)
	}
	return nil
}

// places returns the dimensions besides time, whose coordinates it appends.
func (g *gathering) places(kind, population string, shape []int) ([]string, error) {
	switch kind {
	case "density":
		name := g.state + population
		return []string{name}, g.centres(name, "density_edges"+population)
	case "joint":
		first, second := "joint_g"+population, "joint_v"+population
		return []string{first, second}, errors.Join(g.centres(first, "joint_g_edges"+population), g.centres(second, "joint_v_edges"+population))
	}
	values, _, err := g.load("field_axis")
	names := []string{"x", "y"}[:len(shape)-1]
	for _, name := range names {
		g.axis(name, values, nil)
	}
	return names, err
}

// centres appends those of bins as a coordinate, and the edges.
func (g *gathering) centres(name, file string) error {
	edges, _, err := g.load(file)
	if err != nil {
		return err
	}
	middle := make([]float64, len(edges)-1)
	for i := range middle {
		middle[i] = (edges[i] + edges[i+1]) / 2
	}
	g.axis(name, middle, map[string]any{"long_name": "centres of the bins"})
	g.axis(name+"_edges", edges, nil)
	return nil
}

// rates reads the table of rates, a row a bin of time and population.
func (g *gathering) rates() error {
	file, err := os.Open(filepath.Join(g.dir, "tables", "rates.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return fmt.Errorf("export: rates.csv: %w", err)
	}
	if len(rows) < 2 || rows[0][0] != "time_from" {
		return nil
	}
	who := slices.Index(rows[0], "population")
	columns := map[string][]float64{}
	for _, row := range rows[1:] {
		population := ""
		if who >= 0 {
			population = "_" + row[who]
		}
		for k, cell := range row {
			name := rows[0][k]
			if k == who {
				continue
			}
			if strings.HasSuffix(name, "rate") || strings.HasSuffix(name, "rate_se") {
				name += population
			} else if who >= 0 && row[who] != rows[1][who] {
				continue // the bins are those of the first population
			}
			x, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				x = math.NaN() // an empty cell
			}
			columns[name] = append(columns[name], x)
		}
	}
	from, to := columns["time_from"], columns["time_to"]
	middle := make([]float64, len(from))
	for i := range middle {
		middle[i] = (from[i] + to[i]) / 2
	}
	g.axis("bin", middle, map[string]any{"units": g.unit, "long_name": "middle of the bin of time"})
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if !slices.ContainsFunc(columns[name], func(x float64) bool { return !math.IsNaN(x) }) {
			continue // a side that was not asked for
		}
		g.add(name, columns[name], []int{len(middle)}, []string{"bin"}, map[string]any{"coordinates": "time_from time_to"})
	}
	return nil
}
