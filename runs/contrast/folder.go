package contrast

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/sbinet/npyio"

	"lapicque/compare"
	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/store"
)

// Run is the folder of a finished run, as far as it is compared.
type Run struct {
	Dir        string
	Summary    play.Summary
	Parameters map[string]string // of the resolved scenario, by dotted keys
	names      []string          // of the populations, "" for the only one
}

// Open reads a folder; what is none, or is of a run without densities, is refused by neuron.Faults on the field run.
func Open(dir string) (*Run, error) {
	m, err := store.Open(dir)
	if err != nil {
		return nil, err
	}
	r := &Run{Dir: dir, Parameters: map[string]string{}}
	refuse := func(accepted string) error {
		return neuron.Faults{{Field: "run", Value: dir, Accepted: accepted}}
	}
	text, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err == nil {
		err = json.Unmarshal(text, &r.Summary)
	}
	if err != nil {
		return nil, refuse("the folder of run, network or meanfield (" + err.Error() + ")")
	}
	if err := store.Verify(dir); err != nil {
		return nil, refuse("a folder that is as its run left it (" + err.Error() + ")")
	}
	text, err = os.ReadFile(filepath.Join(dir, "resolved.yaml"))
	var tree any
	if err == nil {
		err = yaml.Unmarshal(text, &tree)
	}
	if err != nil {
		return nil, refuse("a folder with the scenario of its run (" + err.Error() + ")")
	}
	flatten("", tree, r.Parameters)
	if r.Summary.Network == nil && r.Summary.MeanField == nil || r.Parameters["model"] == "wilson-cowan" {
		return nil, refuse("the folder of run, network or meanfield of a model with densities; this one is of model " + r.Parameters["model"] + ", outcome " + m.Outcome)
	}
	r.names = r.populations()
	return r, nil
}

// flatten enters the leaves of a document by dotted keys.
func flatten(prefix string, x any, into map[string]string) {
	dotted := func(key string) string { return strings.TrimPrefix(prefix+"."+key, ".") }
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			flatten(dotted(k), v, into)
		}
	case []any:
		for k, v := range x {
			flatten(dotted(strconv.Itoa(k)), v, into)
		}
	default:
		into[prefix] = fmt.Sprint(x)
	}
}

// populations returns the names in the order of their keys.
func (r *Run) populations() []string {
	found := map[string]bool{}
	for key := range r.Parameters {
		if rest, ok := strings.CutPrefix(key, "populations."); ok {
			name, _, _ := strings.Cut(rest, ".")
			found[name] = true
		}
	}
	if len(found) == 0 {
		return []string{""}
	}
	return slices.Sorted(maps.Keys(found))
}

// named returns the name of a file of a population.
func named(base, population string) string {
	if population == "" {
		return base
	}
	return base + "_" + population
}

// array reads an .npy array of the folder.
func (r *Run) array(name string) ([]float64, error) {
	path := filepath.Join(r.Dir, "arrays", name+".npy")
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var values []float64
	if err := npyio.Read(file, &values); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return values, nil
}

// densities returns the histograms of a side at its snapshots, by time.
func (r *Run) densities(side, population string) (map[float64]compare.Histogrammed, error) {
	edges, err := r.array(named("density_edges", population))
	if err != nil {
		return nil, err
	}
	times, err := r.array("density_" + side + "_times")
	if err != nil {
		return nil, err
	}
	values, err := r.array(named("density_"+side, population))
	if err != nil {
		return nil, err
	}
	cells := len(edges) - 1
	if cells < 1 || len(values) != cells*len(times) {
		return nil, fmt.Errorf("%s: the densities of %s are not %d times %d values", r.Dir, side, len(times), cells)
	}
	found := map[float64]compare.Histogrammed{}
	for k, t := range times {
		found[t] = compare.Histogrammed{Density: compare.Density{Edges: edges, Values: values[k*cells : (k+1)*cells]}, Count: math.Inf(1)}
	}
	return found, nil
}

// rates is a firing rate in bins of time.
type rates struct{ from, to, rate, se []float64 }

// rates reads the rates of a side and a population.
func (r *Run) rates(side, population string) (rates, error) {
	var out rates
	path := filepath.Join(r.Dir, "tables", "rates.csv")
	file, err := os.Open(path)
	if err != nil {
		return out, err
	}
	defer file.Close()
	reader := csv.NewReader(file)
	header, err := reader.Read()
	if err != nil {
		return out, fmt.Errorf("%s: %w", path, err)
	}
	at := map[string]int{}
	for k, name := range header {
		at[name] = k
	}
	cell := func(row []string, name string) float64 {
		k, found := at[name]
		if !found || row[k] == "" {
			return math.NaN()
		}
		x, err := strconv.ParseFloat(row[k], 64)
		if err != nil {
			return math.NaN()
		}
		return x
	}
	for {
		row, err := reader.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, fmt.Errorf("%s: %w", path, err)
		}
		if k, found := at["population"]; found && row[k] != population {
			continue
		}
		se := 0.0
		if side == network {
			se = cell(row, "network_rate_se")
		}
		out.from, out.to = append(out.from, cell(row, "time_from")), append(out.to, cell(row, "time_to"))
		out.rate, out.se = append(out.rate, cell(row, side+"_rate")), append(out.se, se)
	}
}
