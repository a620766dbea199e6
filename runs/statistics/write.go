package statistics

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"lapicque/compare"
	"lapicque/runs/plot"
	"lapicque/runs/report"
	"lapicque/runs/store"
)

//go:embed report.html
var source string

var pages = template.Must(template.New("report").Parse(source))

// row is a statistic with its name.
type row struct {
	Name     string
	Estimate *compare.Estimate
}

// Rows returns the statistics that have an interval, nil where there is none, in the order of tables.
func (p Population) Rows() []row {
	return []row{{"mean_firing_rate", p.Rate}, {"isi (mean)", p.Interval}, {"cv", p.CV}, {"cv2", p.CV2}, {"lv", p.LV}, {fmt.Sprintf("Fano factor, windows of %.4g", p.FanoWindow), p.Fano},
		{"correlation_coefficient (mean)", p.Correlation}, {"Golomb's χ of binned spikes", p.Chi}}
}

// Value writes the estimate, – where there is none.
func (r row) Value() string {
	if r.Estimate == nil {
		return "–"
	}
	return fmt.Sprintf("%.6g", r.Estimate.Value)
}

// Range writes its interval.
func (r row) Range() string {
	if r.Estimate == nil {
		return ""
	}
	return fmt.Sprintf("%.5g to %.5g", r.Estimate.Interval.Low, r.Estimate.Interval.High)
}

// Write writes statistics.json, tables, plots and report.html.
func (r *Result) Write(folder *store.Folder, argv []string) error {
	if err := errors.Join(folder.JSON("statistics.json", r), r.table(folder), r.curves(folder)); err != nil {
		return err
	}
	return r.page(folder, argv)
}

// table writes a row a population and statistic.
func (r *Result) table(folder *store.Folder) error {
	t, err := folder.Table("tables/statistics.csv", "population", "statistic", "value", "se", "low", "high")
	if err != nil {
		return err
	}
	for _, p := range r.Populations {
		for _, one := range p.Rows() {
			if e := one.Estimate; e != nil {
				t.Row(p.Name, one.Name, e.Value, e.SE, e.Interval.Low, e.Interval.High)
			}
		}
	}
	return t.Close()
}

// named are the curves of a population with the labels of their axes.
type named struct {
	file, title, x, y string
	curve             *Curve
	logarithmic       bool
}

func (r *Result) named(p Population) []named {
	time := "time (" + r.Unit + ")"
	return []named{
		{"isi", "Density of the interspike intervals of all neurons", "interspike interval (" + r.Unit + ")", "density (per unit of time)", p.Intervals, false},
		{"rate", "Rate, by a Gaussian kernel", time, "rate (per neuron and unit of time)", p.Smooth, false},
		{"histogram", "Rate in bins", time, "rate (per neuron and unit of time)", p.Histogram, false},
		{"psd", "Power spectral density of the rate (Welch)", "frequency (cycles per unit of time)", "density (rate² times time)", p.Power, true},
		{"fano", "Fano factor of a neuron against the window", "window (" + r.Unit + ")", "Fano factor (no unit)", p.Fanos, true},
	}
}

// curves writes a table a curve, a row a point.
func (r *Result) curves(folder *store.Folder) error {
	if len(r.Populations) == 0 {
		return nil
	}
	for k, head := range r.named(r.Populations[0]) {
		t, err := folder.Table("tables/"+head.file+".csv", "population", head.x, head.y)
		if err != nil {
			return err
		}
		for _, p := range r.Populations {
			if c := r.named(p)[k].curve; c != nil {
				for i := range c.X {
					t.Row(p.Name, c.X[i], c.Y[i])
				}
			}
		}
		if err := t.Close(); err != nil {
			return err
		}
	}
	return nil
}

// picture is a plot on the page.
type picture struct {
	Name, Title string
	Source      template.URL
}

// page draws the plots and writes report.html.
func (r *Result) page(folder *store.Folder, argv []string) error {
	if err := os.MkdirAll(folder.Path("plots"), 0o755); err != nil {
		return err
	}
	page := struct {
		*Result
		Style   template.CSS
		Title   string
		Command string
		Figures []picture
	}{r, report.Style(), filepath.Base(r.Raster), strings.Join(argv, " "), nil}
	for k := 0; len(r.Populations) > 0 && k < len(r.named(r.Populations[0])); k++ {
		var list []plot.Measured
		var one named
		for _, p := range r.Populations {
			one = r.named(p)[k]
			if c := one.curve; c != nil && len(c.X) > 1 && one.file != "histogram" { // its table is for programs, the kernel for eyes
				list = append(list, plot.Measured{Name: p.Name, XLabel: one.x, YLabel: one.y, X: c.X, Value: c.Y, Logarithmic: one.logarithmic})
			}
		}
		if len(list) == 0 {
			continue
		}
		base := folder.Path("plots/" + one.file)
		if err := plot.MeasuredFigure(list...).Save(base); err != nil {
			return err
		}
		text, err := os.ReadFile(base + ".png")
		if err != nil {
			return err
		}
		page.Figures = append(page.Figures, picture{one.file, one.title, template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(text))})
	}
	var b bytes.Buffer
	if err := pages.Execute(&b, page); err != nil {
		return err
	}
	return folder.Text("report.html", b.Bytes())
}
