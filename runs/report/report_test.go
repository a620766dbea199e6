package report

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// build makes the report of dir and returns the page. With LAPICQUE_FIGURES=DIR
// a copy stays there to be looked at.
func build(t *testing.T, dir string) string {
	t.Helper()
	if err := Build(dir); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if to := os.Getenv("LAPICQUE_FIGURES"); to != "" {
		if err := os.WriteFile(filepath.Join(to, strings.ReplaceAll(t.Name(), "/", "-")+".html"), page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sound(t, string(page))
	return string(page)
}

var void = map[string]bool{"meta": true, "img": true, "br": true}

// sound checks that every element of a page is closed in order, that nothing is
// fetched from elsewhere, that pictures can be decoded and that no value went
// astray.
func sound(t *testing.T, page string) {
	t.Helper()
	text := shown(page)
	for _, bad := range []string{"NaN", "+Inf", "−Inf", "ZgotmplZ", "<no value>", "%!"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				t.Fatal(z.Err())
			}
			if len(open) > 0 {
				t.Errorf("never closed: %v", open)
			}
			return
		case html.StartTagToken:
			token := z.Token()
			if !void[token.Data] {
				open = append(open, token.Data)
			}
			for _, a := range token.Attr {
				if token.Data == "link" || token.Data == "script" {
					t.Errorf("the page needs a %s", token.Data)
				}
				if a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
					t.Errorf("the page links to %q", a.Val)
				}
				if a.Key == "src" {
					picture(t, a.Val)
				}
			}
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func picture(t *testing.T, src string) {
	t.Helper()
	data, ok := strings.CutPrefix(src, "data:image/png;base64,")
	if !ok {
		t.Fatalf("a picture from %.40q", src)
	}
	raw, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
}

// shown returns the text of a page, pieces apart by one space.
func shown(page string) string {
	var words []string
	z := html.NewTokenizer(strings.NewReader(page))
	for style := false; ; {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(words, " ")
		case html.TextToken:
			if !style {
				words = append(words, strings.Fields(z.Token().Data)...)
			}
		case html.StartTagToken, html.EndTagToken:
			token := z.Token()
			style = token.Data == "style" && token.Type == html.StartTagToken
		}
	}
}

func wants(t *testing.T, page string, phrases ...string) {
	t.Helper()
	text := shown(page)
	for _, p := range phrases {
		if !strings.Contains(text, p) {
			t.Errorf("the page does not say %q", p)
		}
	}
}

func TestWholeRun(t *testing.T) {
	dir := made(t)
	page := build(t, dir)
	for _, name := range []string{"rates", "densities", "distances", "raster", "traces"} {
		if !strings.Contains(page, `<figure id="`+name+`">`) {
			t.Errorf("no figure %s", name)
		}
		for _, ending := range []string{".png", ".svg"} {
			if info, err := os.Stat(filepath.Join(dir, "plots", name+ending)); err != nil || info.Size() < 1000 {
				t.Errorf("plots/%s%s: %v", name, ending, err)
			}
		}
	}
	wants(t, page, "Network and mean field agree", "7 snapshots are compared.",
		"W₁ = 0.00340 at t = 5, 68 % of its null level", "KS = 0.00380 at t = 5, 61 % of its null level",
		"Completed: the run reached its end time.", "100 000 neurons, 1 replica, 43 210 spikes",
		"Inhibitory <b>network</b> & its limit", "neuron.V_F 2 firing threshold", "coupling.b −1.5",
		"they keep their overshoot", "V F = 2, V R = 1, a₀ = 1, a₁ = 0, ℓ = 1, b = −1.5, N = 100000, I(t) = 0",
		"0 3.25000 63 412 63.4 % 41", "cascades that took at least 5 % of the network", "No blow-up.",
		"revision abc<def", `lapicque run inhibitory --set 'title=it'\''s'`, "lapicque run resolved.yaml --seed 20140605 -o again",
		"raster.parquet spikes: time, neuron", `pd.read_parquet("raster.parquet")`)
	if strings.Contains(page, "<b>network</b>") || strings.Contains(page, "abc<def") {
		t.Error("text of the run is not escaped")
	}
}

// TestRebuilt asks for the same bytes the second time, when the folder holds the
// figures and the page of the first.
func TestRebuilt(t *testing.T) {
	dir := made(t)
	first := build(t, dir)
	if build(t, dir) != first {
		t.Error("a second report of the same folder differs from the first")
	}
}

// TestPartialFolders takes files away, as runs of one side and early cancels
// leave them, until only the summary is left.
func TestPartialFolders(t *testing.T) {
	whole := made(t)
	for name, gone := range map[string][]string{
		"provenance": {"scenario.yaml", "provenance.json", "tables/snapshots.csv"},
		"parameters": {"resolved.yaml"},
		"bins":       {"tables/rates.csv", "arrays/density_edges.npy"},
		"network":    {"tables/meanfield.csv", "arrays/density_network.npy", "tables/cascades.csv"},
		"times":      {"tables/errors.csv", "arrays/density_network_times.npy"},
		"raster":     {"raster.parquet", "arrays/density_meanfield.npy", "arrays/density_meanfield_times.npy"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := copied(t, whole, func(n string) bool { return !slices.Contains(gone, n) })
			if strings.Contains(shown(build(t, dir)), "Cannot be read") {
				t.Error("a missing file is reported as unreadable")
			}
		})
	}
	t.Run("nothing", func(t *testing.T) {
		dir := copied(t, whole, func(n string) bool { return n == "summary.json" })
		page := build(t, dir)
		wants(t, page, "No comparison", "no resolved.yaml", "No raster was recorded", "no table of cascades")
		if strings.Contains(page, "<figure") {
			t.Error("a figure of nothing")
		}
	})
}

// copied copies the files of a folder that keep accepts.
func copied(t *testing.T, from string, keep func(string) bool) string {
	t.Helper()
	to := t.TempDir()
	for _, one := range contents {
		if b, err := os.ReadFile(filepath.Join(from, one.Name)); err == nil && keep(one.Name) {
			put(t, to, one.Name, string(b))
		}
	}
	return to
}

func TestMeanFieldAlone(t *testing.T) {
	dir := copied(t, made(t), func(n string) bool {
		return !strings.Contains(n, "network") && n != "raster.parquet" && n != "tables/errors.csv" && n != "tables/rates.csv" && n != "tables/cascades.csv" && n != "tables/traces.csv"
	})
	put(t, dir, "summary.json", `{"schema": 1, "scenario": "blow-up", "outcome": "blow-up",
		"meanfield": {"snapshots": [], "blow_ups": [{"time": 3.41737, "jump": 0.8125}]}}`)
	page := build(t, dir)
	wants(t, page, "This run solved the mean field alone.", "The network was not simulated", "Blow-up: the firing rate",
		"mean field 3.417370 0.81250", "lapicque meanfield resolved.yaml", "Dashed: blow-up")
	if strings.Contains(page, "Cannot be read") || strings.Contains(shown(page), "read_parquet") {
		t.Error("the page speaks of files that are not there")
	}
}

// TestTheory has a contradiction, which stands on top of the page, and the approach to the steady state.
func TestTheory(t *testing.T) {
	dir := made(t)
	put(t, dir, "summary.json", `{"schema": 1, "scenario": "linear", "outcome": "completed",
		"meanfield": {"snapshots": [], "blow_ups": [], "entropy": {"kind": "kl", "steady_rate": 0.11997596, "end": 1.5e-7, "largest_rise": -1e-9, "theory": 2.3819342,
			"decay": {"rate": 2.3821, "error": 0.0003, "residual": 1.2e-5, "from": 2.5, "to": 5}}},
		"theory": [{"name": "global existence", "source": "Somebody 2013", "says": "if b ≤ 0, no V_F <i>", "hypothesis_holds": "yes", "computed": "blow-up at t = 1", "verdict": "CONTRADICTED"},
			{"name": "steady states: inhibition", "source": "Else 2011", "says": "exactly one", "hypothesis_holds": "yes", "numbers": "b = 0", "computed": "1 steady state", "verdict": "consistent"}]}`)
	put(t, dir, "tables/entropy.csv", "time,entropy\n0,\n1,0.0026\n3,1.8e-5\n5,1.5e-7\n")
	page := build(t, dir)
	wants(t, page, "What theory says", "THEORY CONTRADICTED (global existence; Somebody 2013)", "exactly one. Else 2011 yes b = 0 1 steady state consistent",
		"steady state approached: rate 0.119975960", "2.38210 ± 0.00030", "twice that of the leading eigenvalue 2.3819342", "Approach to the steady state")
	if !strings.Contains(page, `class="contradicted"`) || !strings.Contains(page, `<figure id="entropy">`) || strings.Contains(page, "no V_F <i>") {
		t.Error("the contradiction does not stand out, the figure is missing or text is not escaped")
	}
}

// TestBlowUp has a network that goes on when the mean field has ended.
func TestBlowUp(t *testing.T) {
	dir := made(t)
	put(t, dir, "summary.json", `{"schema": 1, "scenario": "blow-up", "outcome": "blow-up",
		"meanfield": {"snapshots": [{"time": 0.05}], "blow_ups": [{"time": 3.41737, "jump": 0.8125}]},
		"network": {"N": 100000, "replicas": 2, "spikes": 99, "cascades": 3, "blow_ups": [{"time": 3.25, "jump": 0.63412, "replica": 0}]}}`)
	var rates strings.Builder
	rates.WriteString("time_from,time_to,network_rate,network_rate_se,meanfield_rate\n0,1,0.1,0.01,0.1\n1,2,0.2,0.01,0.2\n2,3.4,0.5,0.02,0.4\n3.4,3.5,5000,3,\n3.5,5,0,0,\n")
	put(t, dir, "tables/rates.csv", rates.String())
	put(t, dir, "tables/errors.csv", "time,w1,w1_null,ks,ks_null,l1,l1_null,l2,mean_error,mean_error_se,variance_error,rate_error,rate_error_se,verdict\n"+
		"1,0.001,0.005,,,,,,,,,0.01,0.001,agrees\n2,0.4,0.005,,,,,,,,,,,disagrees\n")
	put(t, dir, "arrays/density_meanfield_times.npy", "")
	page := build(t, dir)
	wants(t, page, "Network and mean field disagree", "W₁ = 0.400 at t = 2, 8 000 % of its null level", "0.0100 at t = 1, 10 standard errors",
		"network, replica 0 3.250000 0.63412", "Dashed blue: a macroscopic part of a network fires at one instant.", "logarithmic axis", "Cannot be read: arrays/density_meanfield_times.npy")
}

// TestDamagedFolder has files that were cut or overwritten: the page says which.
func TestDamagedFolder(t *testing.T) {
	dir := made(t)
	whole, err := os.ReadFile(filepath.Join(dir, "raster.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "raster.parquet", string(whole[:len(whole)/2]))
	put(t, dir, "tables/rates.csv", "time_from,time_to,network_rate,network_rate_se,meanfield_rate\n0,1\n0,1,1,1,1\n")
	put(t, dir, "tables/errors.csv", "")
	put(t, dir, "resolved.yaml", "neuron: {V_F: [")
	put(t, dir, "arrays/density_network.npy", "not an array")
	put(t, dir, "provenance.json", "{}")
	page := build(t, dir)
	wants(t, page, "Cannot be read: raster.parquet: ", "not a complete Parquet file", "Cannot be read: tables/rates.csv: line 2 has 2 cells, not 5",
		"Cannot be read: tables/errors.csv: it is empty", "Cannot be read: resolved.yaml", "Cannot be read: arrays/density_network.npy",
		"spikes are not drawn")
}

// TestCancelledTable has a table whose last line was cut: it is left out.
func TestCancelledTable(t *testing.T) {
	dir := made(t)
	put(t, dir, "summary.json", strings.Replace(summaryBoth, `"completed"`,
		`"cancelled", "expect": [{"claim": "a < 1", "value": 0.5, "holds": true}, {"claim": "b > 1", "value": null, "holds": false}, {"claim": "outcome equals completed", "value": "cancelled", "holds": false}]`, 1))
	put(t, dir, "tables/rates.csv", "time_from,time_to,network_rate,network_rate_se,meanfield_rate\n0,0.5,0.1,0.1,0.1\n0.5,1,0.1,0.1,0.1\n1,1.5,0.")
	page := build(t, dir)
	wants(t, page, "Cancelled: the run was interrupted", "a < 1 0.50000 holds", "b > 1 — fails", "outcome equals completed cancelled fails")
	if strings.Contains(page, "Cannot be read") {
		t.Error("a table without its last line is readable")
	}
	f, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, to := f.recordedTime(); to != 1 {
		t.Errorf("the raster ends at %v, want 1, where the run stopped", to)
	}
}

func TestNotARun(t *testing.T) {
	dir := t.TempDir()
	if err := Build(dir); err == nil || !strings.Contains(err.Error(), "not the folder of a run") {
		t.Errorf("an empty folder: %v", err)
	}
	put(t, dir, "summary.json", "{")
	if err := Build(dir); err == nil || !strings.Contains(err.Error(), "summary.json") {
		t.Errorf("half a summary: %v", err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("a refused folder was written to: %v %v", list, err)
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{number(0.119975965, 4), "0.1200"}, {number(-1234.5, 3), "−1234"}, {number(1e-15, 2), "1.0·10⁻¹⁵"},
		{number(0, 3), "0.00"}, {interval(0.11234, 0.00123), "0.1123 ± 0.0025"}, {interval(-12.345, 0.6), "−12.3 ± 1.2"},
		{interval(3, 0), "3.00"}, {whole(1234567), "1\u202f234\u202f567"}, {whole(-12), "−12"}, {short(0.05), "0.05"},
		{quoted("a b"), "'a b'"}, {quoted(""), "''"}, {quoted("--set=x"), "--set=x"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
