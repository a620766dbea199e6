package report

import (
	"fmt"
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"

	"lapicque/mfield/neuralfield"
	"lapicque/runs/plot"
)

// drawPatterns draws a field over a torus at the snapshots.
func (f *folder) drawPatterns(p *part) *figure {
	if p.field.dims() != 2 {
		return nil
	}
	d := plot.Planes{Name: f.quantity() + " N(x, y, t)", Shape: 1}
	x, y := p.field.side("x"), p.field.side("y")
	network, field := len(p.field.network.rows) > 0, len(p.field.meanField.rows) > 0
	for _, t := range p.field.times() {
		var row []plot.Plane
		plane := func(side string, values []float64) {
			row = append(row, plot.Plane{Title: side + fmt.Sprintf(", t = %s", short(t)), Value: square(values, len(p.field.axis)), X: x, Y: y})
		}
		if network {
			plane("network", p.field.network.at(t))
		}
		if field {
			plane("mean field", p.field.meanField.at(t))
		}
		d.Rows = append(d.Rows, row)
	}
	caption := "The field over the torus at the snapshots."
	if network && len(f.summaryReplicas()) > 0 {
		caption += " Of the network: " + f.summaryReplicas() + "."
	}
	return &figure{Name: p.file("patterns"), Title: p.of("Patterns"), Caption: caption, drawing: d.Figure()}
}

// summaryReplicas says whose mean the network's field is.
func (f *folder) summaryReplicas() string {
	if n := f.summary.Network; n != nil && n.Replicas > 1 {
		return fmt.Sprintf("the mean over %d replicas", n.Replicas)
	}
	return ""
}

// square cuts a list into lines of n, nil for another number of values.
func square(values []float64, n int) (rows [][]float64) {
	if len(values) != n*n {
		return nil
	}
	for j := range n {
		rows = append(rows, values[j*n:(j+1)*n])
	}
	return rows
}

const visualPixels = 720

// drawVisual draws the last pattern of both sides, on the cortex and in the visual field.
func (f *folder) drawVisual(p *part) *figure {
	if p.field.dims() != 2 {
		return nil
	}
	d := plot.Planes{Name: f.quantity() + " N", Shape: 1}
	n := len(p.field.axis)
	caption := ""
	for _, side := range []struct {
		name string
		profiles
	}{{"mean field", p.field.meanField}, {"network", p.field.network}} {
		last := len(side.rows) - 1
		if last < 0 {
			continue
		}
		values := side.rows[last]
		d.Rows = append(d.Rows, []plot.Plane{
			{Title: fmt.Sprintf("%s, t = %s: on the cortex", side.name, short(side.times[last])), Value: square(values, n), X: p.field.side("x"), Y: p.field.side("y")},
			{Title: "the same as it is seen", Value: upright(neuralfield.VisualField(values, n, visualPixels), visualPixels), Disk: true}})
		if caption == "" {
			caption = "The " + side.name + " shows " + formOf(values, n).text(2*p.field.side("").To) + " "
		}
	}
	if d.Rows == nil {
		return nil
	}
	return &figure{Name: p.file("visual-field"), Title: p.of("What would be seen"), drawing: d.Figure(), Caption: caption +
		"Right: the pattern in the visual field, by the inverse of the map from the retina to the cortex: along x the logarithm of the distance from the " +
		"centre of gaze, along y the angle, once round (Schwartz 1977). Tunnels, rays, spirals and honeycombs are the form constants of geometric hallucinations " +
		"(Ermentrout and Cowan 1979; Bressloff, Cowan, Golubitsky, Thomas and Wiener 2001)."}
}

// upright turns the lines of an image, which come from the top, into rows from below.
func upright(image []float64, pixels int) [][]float64 {
	rows := square(image, pixels)
	for i, j := 0, pixels-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows
}

// form is what a field on a torus shows, by its power spectrum.
type form struct {
	flat  bool
	waves float64 // periods on a side, where the power is
	share float64 // of the power at about that wave number
	// |Σ P e^{ijφ}|/Σ P over these waves, φ being the direction of a wave: 1 for directions that repeat after 2π/j.
	two, four, six float64
	direction      float64 // of the waves of stripes, in degrees from x, from −90 to 90
	skew           float64 // third moment: > 0 for spots, < 0 for holes, about 0 for stripes
}

// formOf measures a field of n × n sites.
func formOf(values []float64, n int) (s form) {
	power, mean, variance := spectrum(values, n)
	if s.flat = !(variance > 1e-16*(1+mean*mean)); s.flat {
		return s
	}
	for _, v := range values {
		s.skew += (v - mean) * (v - mean) * (v - mean)
	}
	s.skew /= float64(len(values)) * math.Pow(variance, 1.5)
	rings, total := make([]float64, n), 0.0
	each := func(visit func(kx, ky, power float64)) {
		for i, p := range power {
			kx, ky := float64((i%n+n/2)%n-n/2), float64((i/n+n/2)%n-n/2)
			if i > 0 {
				visit(kx, ky, p)
			}
		}
	}
	each(func(kx, ky, p float64) {
		rings[min(n-1, int(math.Round(math.Hypot(kx, ky))))] += p
		total += p
	})
	best := 0
	for k, p := range rings {
		if p > rings[best] {
			best = k
		}
	}
	var sum, wide float64
	var moments [3]complex128
	each(func(kx, ky, p float64) {
		if k := math.Hypot(kx, ky); math.Abs(k-float64(best)) <= math.Max(1.5, 0.2*float64(best)) {
			sum, wide = sum+p, wide+p*k
			for j := range moments {
				moments[j] += complex(p, 0) * cmplx.Exp(complex(0, float64(2*j+2)*math.Atan2(ky, kx)))
			}
		}
	})
	s.waves, s.share = wide/sum, sum/total
	s.two, s.four, s.six = cmplx.Abs(moments[0])/sum, cmplx.Abs(moments[1])/sum, cmplx.Abs(moments[2])/sum
	s.direction = cmplx.Phase(moments[0]) / 2 * 180 / math.Pi
	return s
}

// spectrum returns the power of the waves on a torus, line by line as the fast transform orders them, and the first moments.
func spectrum(values []float64, n int) (power []float64, mean, variance float64) {
	work, line := make([]complex128, n*n), make([]complex128, n)
	for _, v := range values {
		mean += v / float64(n*n)
	}
	for i, v := range values {
		work[i] = complex(v-mean, 0)
		variance += (v - mean) * (v - mean) / float64(n*n)
	}
	fft := fourier.NewCmplxFFT(n)
	for j := range n {
		fft.Coefficients(work[j*n:(j+1)*n], work[j*n:(j+1)*n])
	}
	power = make([]float64, n*n)
	for i := range n {
		for j := range n {
			line[j] = work[j*n+i]
		}
		fft.Coefficients(line, line)
		for j, z := range line {
			power[j*n+i] = real(z)*real(z) + imag(z)*imag(z)
		}
	}
	return power, mean, variance
}

// text says what a field shows on a torus with sides of a length, and how that is seen.
func (s form) text(side float64) string {
	if s.flat {
		return "the same everywhere: no pattern."
	}
	size := fmt.Sprintf(" of wavelength %s", number(side/s.waves, 3))
	switch {
	case s.share < 0.5:
		return "no pattern of one wavelength."
	case s.two > 0.8 && math.Abs(s.direction) < 10:
		return "stripes" + size + " across x, which are seen as rings: a tunnel."
	case s.two > 0.8 && math.Abs(s.direction) > 80:
		return "stripes" + size + " along x, which are seen as rays: a funnel."
	case s.two > 0.8:
		return "oblique stripes" + size + ", which are seen as spirals."
	case s.two < 0.4 && s.six > 0.6 && s.skew < 0:
		return "hexagons" + size + ", holes in activity, which are seen as a honeycomb that grows outwards."
	case s.two < 0.4 && s.six > 0.6:
		return "hexagons" + size + ", spots of activity, which are seen as a lattice of spots that grow outwards."
	case s.two < 0.4 && s.four > 0.6:
		return "squares" + size + ", which are seen as a chequered lattice that grows outwards."
	}
	switch {
	case s.skew > 0.4:
		return "spots" + size + " that do not form one lattice; they are seen as spots that grow outwards."
	case s.skew < -0.4:
		return "holes in activity" + size + " that do not form one lattice; they are seen as an irregular honeycomb that grows outwards."
	}
	return "a labyrinth of stripes" + size + ", which is seen as pieces of rings, rays and spirals."
}
