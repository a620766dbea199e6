package raster

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python runs a script by an interpreter that has its modules, which it imports,
// on a file, and returns what it prints; without one the test is skipped.
func python(t *testing.T, modules []string, script, file string) string {
	t.Helper()
	script = fmt.Sprintf("import sys, %s\nname = sys.argv[1]\n%s", strings.Join(modules, ", "), script)
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		var out, problems strings.Builder
		run := exec.Command(name, "-W", "ignore", "-c", script, file)
		run.Stdout, run.Stderr = &out, &problems
		err := run.Run()
		switch {
		case errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) || strings.Contains(problems.String(), "ModuleNotFoundError"):
		case err != nil:
			t.Fatalf("%v\n%s", err, problems.String())
		default:
			return out.String()
		}
	}
	t.Skipf("skipped: no python3 with the modules %s", strings.Join(modules, ", "))
	return ""
}

// TestReadByItsTool has every format read by a program that it is for. The
// program prints time and neuron of each spike, times as hexadecimal numbers.
func TestReadByItsTool(t *testing.T) {
	spikes := make([]Spike, 200)
	for i := range spikes {
		spikes[i] = Spike{Time: float64(i) / 7, Neuron: uint32(i * i % 17)}
	}
	meta := Metadata{Version: "1.2.3", Populations: []string{"E"}, Start: 0, End: 30, Neurons: []int{20}}
	for _, c := range []struct {
		format  *Format
		modules []string
		script  string
	}{
		{&CSV, []string{"pandas"}, `
for row in pandas.read_csv(name, float_precision="round_trip").itertuples(): print(row.time.hex(), row.neuron)`},
		{&NEST, []string{"pandas"}, `
table = pandas.read_table(name, header=2, skipinitialspace=True)  # as raster_plot.from_file does
assert list(table.columns) == ["sender", "time_ms"]
for sender, time in table.values: print(float(time).hex(), int(sender))`},
		{&GDF, []string{"neo", "quantities"}, `
from neo.io.nestio import NestIO
trains = NestIO(filenames=name).read_segment(gid_list=[], t_start=0*quantities.ms, t_stop=1000*quantities.ms, id_column_gdf=0, time_column_gdf=1).spiketrains
for t, i in sorted((float(t), int(train.annotations["id"])) for train in trains for t in train.rescale("ms").magnitude): print(t.hex(), i)`},
		{&Pynapple, []string{"numpy"}, `
file = numpy.load(name)
assert sorted(file.keys()) == ["end", "index", "keys", "start", "t", "type"]
assert file["type"][0] == "TsGroup" and isinstance(file["type"][0], numpy.str_)
assert file["start"].tolist() == [0] and file["end"].tolist() == [30] and file["keys"].tolist() == list(range(20))
assert file["t"].dtype == numpy.float64 and file["index"].dtype == numpy.int64
for t, i in zip(file["t"], file["index"]): print(float(t).hex(), i)`},
		{&SONATA, []string{"h5py"}, `
file = h5py.File(name)
group = file["/spikes/E"]
assert file.attrs["magic"] == 0x0A7A and list(file.attrs["version"]) == [0, 1]
assert group["timestamps"].attrs["units"] == "ms" and group["node_ids"].dtype == "uint64" and group["timestamps"].dtype == "float64"
order = h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype)
assert order == {"none": 0, "by_id": 1, "by_time": 2} and group.attrs["sorting"] == order["by_time"]
for t, i in zip(group["timestamps"], group["node_ids"]): print(float(t).hex(), i)`},
	} {
		t.Run(c.format.Name, func(t *testing.T) {
			if c.format.Needs != "" {
				t.Skipf("skipped: this program was built without the tag %s", c.format.Needs)
			}
			name := filepath.Join(t.TempDir(), "raster"+c.format.Extension)
			create(t, c.format, name, meta, false, spikes)
			compareRead(t, c.format, spikes, strings.Fields(python(t, c.modules, c.script, name)))
		})
	}
}

func compareRead(t *testing.T, f *Format, spikes []Spike, cells []string) {
	t.Helper()
	if len(cells) != 2*len(spikes) {
		t.Fatalf("%d cells read, want %d", len(cells), 2*len(spikes))
	}
	allowed := 0.0
	if f.Lossy {
		allowed = 0.0005 * (1 + 1e-9)
	}
	for i, s := range spikes {
		var time float64
		var neuron uint32
		if _, err := fmt.Sscan(cells[2*i]+" "+cells[2*i+1], &time, &neuron); err != nil {
			t.Fatal(err)
		}
		if math.Abs(time-s.Time) > allowed || neuron != s.Neuron {
			t.Fatalf("spike %d: %v of %d, want %v of %d", i, time, neuron, s.Time, s.Neuron)
		}
	}
}

// TestWrittenByItsTool reads what numpy and h5py write.
func TestWrittenByItsTool(t *testing.T) {
	for _, c := range []struct {
		format *Format
		module string
		script string
	}{
		{&Pynapple, "numpy", `numpy.savez_compressed(name, t=[0.5, 1.5], index=numpy.array([3, 1], dtype="int32"), start=[0.0], end=[2.0])`},
		{&SONATA, "h5py", `
group = h5py.File(name, "w").create_group("/spikes/thalamus")
group["timestamps"] = [0.5, 1.5]
group["node_ids"] = [3, 1]`},
	} {
		t.Run(c.format.Name, func(t *testing.T) {
			if c.format.Needs != "" {
				t.Skipf("skipped: this program was built without the tag %s", c.format.Needs)
			}
			name := filepath.Join(t.TempDir(), "raster"+c.format.Extension)
			python(t, []string{c.module}, c.script, name)
			got, _, format := load(t, name)
			if format != c.format || fmt.Sprint(got) != fmt.Sprint([]Spike{{Time: 0.5, Neuron: 3}, {Time: 1.5, Neuron: 1}}) {
				t.Errorf("%s: %v", format.Name, got)
			}
		})
	}
}
