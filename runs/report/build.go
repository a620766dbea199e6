// Package report turns the folder of a run into figures and one page that a
// referee can read: verdict, parameters, equations, figures, tables, outcome,
// provenance and how to repeat the run. It reads files only, so a report can be
// rebuilt at any time, and the same folder gives the same bytes.
//
// The folder holds summary.json and, as far as the run came, scenario.yaml,
// resolved.yaml, provenance.json, raster.parquet and
//
//	tables/rates.csv      time_from,time_to,network_rate,network_rate_se,meanfield_rate
//	tables/meanfield.csv  time,rate,fired,mass,mean,variance
//	tables/entropy.csv    time,entropy
//	tables/snapshots.csv  side,time,rate,rate_se,mean,variance,mass
//	tables/errors.csv     time,w1,w1_null,ks,ks_null,l1,l1_null,l2,mean_error,mean_error_se,
//	                      variance_error,rate_error,rate_error_se,verdict
//	tables/cascades.csv   replica,id,time,size,generations
//	tables/traces.csv     time,v0,v1,…
//	arrays/density_edges.npy, arrays/density_{network,meanfield}{,_times}.npy
//
// The columns *_null hold the level that the distance exceeds once in 1000 by
// chance alone. A cell that is empty is a value that does not exist.
package report

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"
)

//go:embed ensemble.html grid.html page.html sweep.html style.css
var pages embed.FS

// Build draws the figures of the run in dir into dir/plots and writes
// dir/report.html, which needs no other file. What is missing from the folder is
// missing from the report, which says so; without summary.json there is an error.
//
// The folder of a sweep, which holds sweep.json instead, has a page of its own, as has that of an ensemble with ensemble.json.
func Build(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, sweepName)); err == nil {
		return buildSweep(dir)
	}
	if _, err := os.Stat(filepath.Join(dir, ensembleName)); err == nil {
		return buildEnsemble(dir)
	}
	f, err := open(dir)
	if err != nil {
		return err
	}
	figures := f.figures()
	if err := os.MkdirAll(filepath.Join(dir, "plots"), 0o755); err != nil {
		return err
	}
	for i := range figures {
		base := filepath.Join(dir, "plots", figures[i].Name)
		if err := figures[i].drawing.Save(base); err != nil {
			return fmt.Errorf("figure %s: %w", figures[i].Name, err)
		}
		picture, err := os.ReadFile(base + ".png")
		if err != nil {
			return err
		}
		figures[i].Source = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
	}
	return write(filepath.Join(dir, "report.html"), f.page(figures))
}

func write(name string, p page) error {
	return execute(name, "page.html", func(css template.CSS) any {
		p.Style = css
		return p
	})
}

// execute writes a page from its template; filled returns what it prints, with the style.
func execute(name, source string, filled func(template.CSS) any) error {
	css, err := pages.ReadFile("style.css")
	if err != nil {
		return err
	}
	t, err := template.New(source).Funcs(template.FuncMap{"symbols": symbols}).ParseFS(pages, "grid.html", source)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, filled(template.CSS(css))); err != nil {
		return err
	}
	temporary := name + ".part"
	if err := os.WriteFile(temporary, b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, name)
}

// symbols escapes text and sets the V_F and V_R in it as formulas.
func symbols(s string) template.HTML {
	s = template.HTMLEscapeString(s)
	for _, index := range []string{"F", "R"} {
		s = strings.ReplaceAll(s, "V_"+index, "<i>V<sub>"+index+"</sub></i>")
	}
	return template.HTML(s)
}
