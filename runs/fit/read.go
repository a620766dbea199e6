package fit

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lapicque/neuron"
	"lapicque/runs/store"
)

// Detection says how spikes are found in a recorded potential.
type Detection struct {
	Threshold  float64 // mV
	Refractory float64 // ms: no spike follows another sooner
}

// Validate returns neuron.Faults, or nil.
func (d Detection) Validate() error {
	var fs neuron.Faults
	fs.Add(finite(d.Threshold), "threshold", d.Threshold, "a potential in mV")
	fs.Add(finite(d.Refractory) && d.Refractory >= 0, "refractory", d.Refractory, "a time ≥ 0 in ms")
	return fs.Err()
}

func finite(x float64) bool { return x-x == 0 }

// header is what the name of a column may be: the quantity, the number of the repeat, the unit.
var header = regexp.MustCompile(`(?i)^\s*(time|t|current|i|spikes?|potential|voltage|v)(?:[ _]?(\d+))?(?:\s*[\[(]\s*(.*?)\s*[\])]|[ _]([^\d\s]\S*))?\s*$`)

// unit is what a column may be given in, with its factor to ms, nA (or µA/cm²) or mV.
type unit struct {
	name   string
	factor float64
}

var units = map[string][]unit{
	"time":      {{"s", 1e3}, {"ms", 1}, {"us", 1e-3}},
	"current":   {{"A", 1e9}, {"mA", 1e6}, {"uA", 1e3}, {"nA", 1}, {"pA", 1e-3}, {"mA/cm2", 1e3}, {"uA/cm2", 1}},
	"potential": {{"V", 1e3}, {"mV", 1}},
}

// accepted lists the units of a kind.
func accepted(kind string) string {
	var names []string
	for _, u := range units[kind] {
		names = append(names, u.name)
	}
	return strings.Join(names, ", ")
}

// found is a column whose name was understood.
type found struct {
	kind   string
	repeat int // 0: not numbered
	factor float64
	unit   string
	values []float64
	name   string
}

// Read reads a recording from a CSV, TSV or Parquet file. The error is neuron.Faults, which names everything that is wrong with
// the columns.
func Read(path string, d Detection) (*Recording, error) {
	var fs neuron.Faults
	if err := d.Validate(); err != nil {
		fs = err.(neuron.Faults)
	}
	sheet, err := store.ReadSheet(path)
	if err != nil {
		return nil, append(fs, neuron.Fault{Field: "recording", Value: path, Accepted: fmt.Sprintf("a CSV, TSV or Parquet file (%v)", err)})
	}
	t := &table{sheet}
	groups := understand(t, &fs)
	for _, kind := range []string{"time", "current"} {
		n := len(groups[kind])
		fs.Add(n == 1, kind, fmt.Sprintf("%d columns among %s", n, strings.Join(t.Names, ", ")), fmt.Sprintf("one column %q", kind+" ["+accepted(kind)+"]"))
	}
	fs.Add(len(groups["spikes"])+len(groups["potential"]) > 0, "spikes", "0 columns among "+strings.Join(t.Names, ", "), `a column "spikes" (0 or 1) or "potential [mV]", or several that are numbered`)
	fs.Add(t.Rows >= 10, "recording", fmt.Sprintf("%d rows", t.Rows), "at least 10 rows")
	if len(fs) > 0 {
		return nil, fs
	}
	r := &Recording{Name: path, Current: groups["current"][0].values, Unit: groups["current"][0].unit}
	r.Dt = t.step(groups["time"][0].values, &fs)
	for _, kind := range []string{"current", "potential", "spikes"} {
		for _, c := range groups[kind] {
			t.check(c, &fs)
		}
	}
	if len(fs) > 0 {
		return nil, fs
	}
	for _, c := range groups["potential"] {
		r.Potential = append(r.Potential, c.values)
	}
	return r, r.detect(groups["spikes"], d)
}

// table is the sheet of a recording.
type table struct{ *store.Sheet }

// understand sorts the columns by what they hold, repeats in order of their numbers, and brings them to ms, nA and mV.
func understand(t *table, fs *neuron.Faults) map[string][]found {
	groups := map[string][]found{}
	for k, name := range t.Names {
		m := header.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		kind := map[byte]string{'t': "time", 'c': "current", 'i': "current", 's': "spikes", 'p': "potential", 'v': "potential"}[strings.ToLower(m[1])[0]]
		c := found{kind: kind, factor: 1, values: t.Columns[k], name: strings.TrimSpace(name)}
		c.repeat, _ = strconv.Atoi(m[2])
		if units[kind] != nil {
			c.measure(m[3]+m[4], fs)
		}
		for i := range c.values {
			c.values[i] *= c.factor
		}
		groups[kind] = append(groups[kind], c)
	}
	for _, list := range groups {
		slices.SortStableFunc(list, func(a, b found) int { return a.repeat - b.repeat })
	}
	return groups
}

// measure sets factor and unit from the unit in the name of the column.
func (c *found) measure(given string, fs *neuron.Faults) {
	name := strings.NewReplacer("µ", "u", "μ", "u", "²", "2", "^2", "2").Replace(given)
	k := slices.IndexFunc(units[c.kind], func(u unit) bool { return strings.EqualFold(u.name, name) })
	fs.Add(k >= 0, c.kind, fmt.Sprintf("the unit %q", given), "a unit in brackets after the name of the column: "+accepted(c.kind))
	if k < 0 {
		return
	}
	c.factor, c.unit = units[c.kind][k].factor, "nA"
	if strings.HasSuffix(name, "/cm2") {
		c.unit = "µA/cm²"
	}
}

// step returns the step of the times, which must be equal within a quarter.
func (t *table) step(times []float64, fs *neuron.Faults) float64 {
	last := len(times) - 1
	dt, _ := strconv.ParseFloat(strconv.FormatFloat((times[last]-times[0])/float64(last), 'g', 10, 64), 64) // what the rounding of units added goes
	if !finite(dt) && finite(times[0]) && finite(times[last]) {
		fs.Add(false, "time", fmt.Sprintf("from %g to %g ms", times[0], times[last]), "a finite length")
		return 0
	}
	for k, x := range times {
		switch {
		case !finite(x):
			fs.Add(false, "time", "no number in row "+t.row(k), "a number in every row")
			return 0
		case k > 0 && x <= times[k-1]:
			fs.Add(false, "time", fmt.Sprintf("%g ms after %g ms in row %s", x, times[k-1], t.row(k)), "times in ascending order")
			return 0
		}
	}
	for k, x := range times {
		if math.Abs(x-times[0]-float64(k)*dt) > dt/4 {
			fs.Add(false, "time", fmt.Sprintf("%g ms in row %s, where equal steps of %g ms lead to %g ms", x, t.row(k), dt, times[0]+float64(k)*dt), "times at equal steps")
			return 0
		}
	}
	return dt
}

func (t *table) row(k int) string { return strconv.Itoa(t.First + k) }

// check looks for cells without a number, columns that never change, spikes that are not 0 or 1.
func (t *table) check(c found, fs *neuron.Faults) {
	changes := false
	for k, x := range c.values {
		if !finite(x) {
			fs.Add(false, c.name, "no number in row "+t.row(k), "a number in every row")
			return
		}
		if c.kind == "spikes" && x != 0 && x != 1 {
			fs.Add(false, c.name, fmt.Sprintf("%g in row %s", x, t.row(k)), "1 in the row of a spike, else 0")
			return
		}
		changes = changes || x != c.values[0]
	}
	fs.Add(changes, c.name, fmt.Sprintf("%g in every row", c.values[0]/c.factor), map[string]string{
		"current":   "a current that varies, since a constant one does not tell models apart",
		"potential": "a potential with spikes",
		"spikes":    "a column with spikes, and with rows without one",
	}[c.kind])
}

// detect fills the spikes from their columns or from the potentials.
func (r *Recording) detect(columns []found, d Detection) error {
	var fs neuron.Faults
	for _, c := range columns {
		var train []float64
		for k, x := range c.values {
			if x == 1 {
				train = append(train, float64(k)*r.Dt)
			}
		}
		r.Spikes = append(r.Spikes, train)
	}
	if len(columns) > 0 {
		return nil
	}
	for k, v := range r.Potential {
		train := Crossings(v, r.Dt, d.Threshold, d.Refractory)
		fs.Add(len(train) > 0, column("potential", k, len(r.Potential)), fmt.Sprintf("no crossing of %g mV, at most %g mV", d.Threshold, slices.Max(v)), "a potential that passes the threshold of spikes, which --threshold sets")
		r.Spikes = append(r.Spikes, train)
	}
	return fs.Err()
}
