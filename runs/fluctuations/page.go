package fluctuations

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"os"
	"strings"

	"lapicque/compare"
	"lapicque/runs/report"
	"lapicque/runs/store"
)

//go:embed report.html
var source string

var pages = template.Must(template.New("report").Funcs(template.FuncMap{"estimate": printed}).Parse(source))

// page is what report.html prints.
type page struct {
	*Result
	Style   template.CSS
	Class   string
	Command string
	Figures []picture
}

type picture struct {
	figure
	Source template.URL
}

// Reach returns how far from a value its interval reaches, on the longer side.
func Reach(e *compare.Estimate) float64 {
	return math.Max(e.Value-e.Interval.Low, e.Interval.High-e.Value)
}

// printed writes an estimate with its reach.
func printed(value any) string {
	e, ok := value.(*compare.Estimate)
	if one, plain := value.(compare.Estimate); plain {
		e, ok = &one, true
	}
	if !ok || e == nil {
		return "—"
	}
	return fmt.Sprintf("%.5g ± %.2g", e.Value, Reach(e))
}

// page draws the plots and writes report.html.
func (r *Result) page(folder *store.Folder, argv []string) error {
	if err := os.MkdirAll(folder.Path("plots"), 0o755); err != nil {
		return err
	}
	p := page{Result: r, Style: report.Style(), Class: r.Verdict, Command: strings.Join(argv, " ")}
	for _, f := range r.figures() {
		base := folder.Path("plots/" + f.Name)
		if err := f.drawing.Save(base); err != nil {
			return err
		}
		text, err := os.ReadFile(base + ".png")
		if err != nil {
			return err
		}
		f.Caption = strings.TrimSpace(f.Caption + " " + strings.Join(f.drawing.Notes, " "))
		p.Figures = append(p.Figures, picture{f, template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(text))})
	}
	var b bytes.Buffer
	if err := pages.Execute(&b, p); err != nil {
		return err
	}
	return folder.Text("report.html", b.Bytes())
}
