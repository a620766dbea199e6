package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestExport compares what xarray opens with the arrays and tables of the run.
func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx := context.Background()
	if code, _, problems := call(t, ctx, append([]string{"run", "ei-asynchronous", "-o", "run", "--quiet", "--set", "expect=[]", "--set", "populations.E.N=400", "--set", "populations.I.N=100"}, small[2:]...)...); code != Done {
		t.Fatal(problems)
	}
	code, stdout, problems := call(t, ctx, "export", "run", "--zarr", "run.zarr", "--json")
	var out exported
	if err := json.Unmarshal([]byte(stdout), &out); code != Done || err != nil {
		t.Fatalf("code %d, %v: %s", code, err, problems)
	}
	shapes := map[string]string{}
	for _, v := range out.Variables {
		shapes[v.Name] = strings.Join(v.Dimensions, " ")
	}
	for name, want := range map[string]string{"time": "time", "density_network_E": "time v_E", "density_meanfield_I": "time v_I", "network_rate_E": "bin", "meanfield_rate_I": "bin", "time_to": "bin"} {
		if shapes[name] != want {
			t.Errorf("%s has dimensions %q, want %q", name, shapes[name], want)
		}
	}
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		text, err := exec.Command(name, "-W", "ignore", "-c", `
import numpy, pandas, xarray
data = xarray.open_zarr("run.zarr").load()
for side in "network", "meanfield":
    for p in "E", "I":
        numpy.testing.assert_array_equal(data["density_%s_%s" % (side, p)], numpy.load("run/arrays/density_%s_%s.npy" % (side, p)))
        edges = numpy.load("run/arrays/density_edges_%s.npy" % p)
        numpy.testing.assert_array_equal(data["v_" + p], (edges[1:] + edges[:-1])/2)
        table = pandas.read_csv("run/tables/rates.csv", float_precision="round_trip")
        table = table[table.population == p]
        numpy.testing.assert_array_equal(data["%s_rate_%s" % (side, p)], table[side + "_rate"])
        numpy.testing.assert_array_equal(data["time_from"], table["time_from"])
numpy.testing.assert_array_equal(data["time"], numpy.load("run/arrays/density_network_times.npy"))
assert data["density_network_E"].sel(time=0.2).dims == ("v_E",)
print("equal")`).CombinedOutput()
		switch {
		case errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) || strings.Contains(string(text), "ModuleNotFoundError"):
		case err != nil || string(text) != "equal\n":
			t.Fatalf("%v: %s", err, text)
		default:
			return
		}
	}
	t.Skip("skipped in part: no python3 with numpy, pandas, xarray and zarr")
}

func TestExportFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	before := tree(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"export", "none", "--zarr", "a"}, "run: none is not accepted: the folder of a finished run"},
		{[]string{"export", "none"}, "zarr: none is not accepted: the folder to write"},
		{[]string{"export", "none", "--zarr", "."}, "zarr: . is not accepted"},
		{[]string{"export", "--zarr", "a"}, "export takes the folder of one run"},
	} {
		if code, _, problems := call(t, context.Background(), c.args...); code != BadInput || !strings.Contains(problems, c.want) {
			t.Errorf("%v: code %d, %s", c.args, code, problems)
		}
	}
	if !slices.Equal(before, tree(t)) {
		t.Error("something was written")
	}
}
