package neuralfield

import "math"

// VisualField returns a pattern of the cortex as it is seen: the inverse of the retino-cortical map,
// by which a point at distance ρ from the centre of gaze and angle φ lies at (log ρ, φ) on the
// cortex (Schwartz 1977; Ermentrout and Cowan 1979). The pattern is a square of sites × sites, row by row; its
// rows run along φ, once round, its columns along log ρ, from e^{−2π} to 1, the radius of the image, so that the map keeps
// angles. The image has pixels × pixels values, row by row, NaN outside the disk and nearer to the centre than
// e^{−2π}; between sites the pattern is bilinear.
func VisualField(pattern []float64, sites, pixels int) []float64 {
	out := make([]float64, pixels*pixels)
	scale := float64(sites) / (2 * math.Pi)
	for i := range out {
		x := (2*float64(i%pixels)+1)/float64(pixels) - 1
		y := 1 - (2*float64(i/pixels)+1)/float64(pixels)
		u := 2*math.Pi + math.Log(math.Hypot(x, y))
		if u < 0 || u >= 2*math.Pi {
			out[i] = math.NaN()
			continue
		}
		phi := math.Atan2(y, x)
		if phi < 0 {
			phi += 2 * math.Pi
		}
		out[i] = bilinear(pattern, sites, u*scale, phi*scale)
	}
	return out
}

// bilinear returns the pattern at column x and row y, periodic.
func bilinear(pattern []float64, n int, x, y float64) float64 {
	i, j := int(x), int(y)
	fx, fy := x-float64(i), y-float64(j)
	at := func(i, j int) float64 { return pattern[(j%n)*n+i%n] }
	return (1-fy)*((1-fx)*at(i, j)+fx*at(i+1, j)) + fy*((1-fx)*at(i, j+1)+fx*at(i+1, j+1))
}
