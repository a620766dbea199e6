package plot

import (
	"math"
	"strings"
	"testing"
)

// Curves with and without bands, theory and positive values; what cannot be shown is said.
func TestMeasuredFigures(t *testing.T) {
	x, y := []float64{1, 2, 3}, []float64{0.5, 0.2, 0.1}
	low, high := []float64{0.4, 0.1, 0.05}, []float64{0.6, 0.3, 0.2}
	law := PowerLaw{Name: "χ", N: x, Value: []float64{0.5, -0.1, 0.1}, Low: low, High: high, Gamma: 1}
	for name, f := range map[string]*Figure{
		"band":    MeasuredFigure(Measured{X: x, Value: y, Low: low, High: high, Theory: y, Band: "band", XLabel: "ω", YLabel: "S"}),
		"log":     MeasuredFigure(Measured{X: x, Value: y, Logarithmic: true}, Measured{Name: "I", X: x, Value: y}),
		"nothing": MeasuredFigure(Measured{X: x, Value: []float64{0, 0, 0}, Logarithmic: true}),
		"law":     PowerLawFigure("correlation", law),
		"empty":   PowerLawFigure("correlation", PowerLaw{Name: "φ", N: x, Value: []float64{-1, -1, -1}, Low: low, High: high, Gamma: math.NaN()}),
	} {
		var picture, svg strings.Builder
		if err := f.WritePNG(&picture); err != nil {
			t.Fatal(name, err)
		}
		if err := f.WriteSVG(&svg); err != nil {
			t.Fatal(name, err)
		}
		sound(t, name, []byte(picture.String()), []byte(svg.String()))
	}
	if notes := PowerLawFigure("correlation", law).Notes; len(notes) != 1 {
		t.Errorf("notes %q", notes)
	}
	lx, ly, ok := law.line()
	if !ok || math.Abs(ly[0]/ly[2]-3) > 1e-12 || lx[2] != 3 {
		t.Errorf("line %v %v", lx, ly)
	}
}
