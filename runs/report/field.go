package report

import (
	"fmt"
	"os"
	"slices"

	"lapicque/runs/plot"
)

// sites is the field of a population over the sites, as the files tell it.
type sites struct {
	axis                       []float64 // coordinates along a side
	network, errors, meanField profiles  // a row for each snapshot, the sites of a torus line by line
}

// placed reports a model whose neurons have places.
func (f *folder) placed() bool {
	return f.parameters.text("model") == "wilson-cowan" || f.has("arrays/field_axis.npy")
}

// loadSites reads the fields of all populations.
func (f *folder) loadSites() {
	axis := f.vector("field_axis")
	network, field := f.vector("field_network_times"), f.vector("field_meanfield_times")
	for _, p := range f.parts {
		n := len(axis)
		p.field = sites{axis: axis,
			network:   f.rows(p.file("field_network"), network, n, n*n),
			errors:    f.rows(p.file("field_network_se"), network, n, n*n),
			meanField: f.rows(p.file("field_meanfield"), field, n, n*n)}
	}
}

// vector reads an array, nil when there is none.
func (f *folder) vector(name string) (values []float64) {
	f.load("arrays/"+name+".npy", func(file *os.File) (err error) { values, _, err = readArray(file); return })
	return values
}

// rows reads an array with a row for each time, of one of the sizes allowed; none without times.
func (f *folder) rows(name string, times []float64, sizes ...int) profiles {
	out := profiles{times: times}
	f.load("arrays/"+name+".npy", func(file *os.File) error {
		values, shape, err := readArray(file)
		if err != nil || len(times) == 0 || sizes[0] < 1 {
			return err
		}
		each := len(values) / len(times)
		if each*len(times) != len(values) || !slices.Contains(sizes, each) {
			return fmt.Errorf("its shape %v is not that of %d times and %d cells", shape, len(times), sizes[len(sizes)-1])
		}
		for i := range times {
			out.rows = append(out.rows, values[i*each:(i+1)*each])
		}
		return nil
	})
	if out.rows == nil {
		return profiles{}
	}
	return out
}

// dims returns 0 for a point, 1 for a ring or line, 2 for a torus, −1 without arrays.
func (s sites) dims() int {
	for _, side := range []profiles{s.meanField, s.network} {
		switch {
		case len(side.rows) == 0:
		case len(s.axis) == 1:
			return 0
		case len(side.rows[0]) == len(s.axis):
			return 1
		default:
			return 2
		}
	}
	return -1
}

// times returns those of both sides, ascending.
func (s sites) times() []float64 { return merged(s.network.times, s.meanField.times) }

// side returns an axis of the domain: sites are the middles of equal cells.
func (s sites) side(name string) plot.Side {
	half := (s.axis[1] - s.axis[0]) / 2
	return plot.Side{Label: "position " + name, From: s.axis[0] - half, To: s.axis[len(s.axis)-1] + half}
}

// quantity names the field.
func (f *folder) quantity() string {
	if f.parameters.text("form") == "rate" {
		return "activity"
	}
	return "potential"
}

// fieldFigures draws what there is about fields.
func (f *folder) fieldFigures(add func(*figure)) {
	add(f.drawActivity())
	add(f.drawPhase())
	for _, draw := range []func(*part) *figure{f.drawFields, f.drawFieldErrors, f.drawSpaceTime, f.drawPatterns, f.drawVisual, f.drawDistances} {
		for _, p := range f.parts {
			add(draw(p))
		}
	}
}

// snapshotsOf returns a column of the network's snapshots and their times.
func (p *part) snapshotsOf(column string) (times, values []float64) {
	if p.snapshots == nil {
		return nil, nil
	}
	for i, side := range p.snapshots.text("side") {
		if side == "network" {
			times, values = append(times, p.snapshots.floats("time")[i]), append(values, p.snapshots.floats(column)[i])
		}
	}
	return times, values
}

func (f *folder) drawActivity() *figure {
	var list []plot.Activity
	network, field, wide := false, false, false
	for _, p := range f.parts {
		one := plot.Activity{Name: p.name, Label: "mean " + f.quantity()}
		if p.meanField != nil {
			one.Time, one.MeanField = p.meanField.floats("time"), p.meanField.floats("mean")
			if p.field.dims() > 0 {
				one.Least, one.Greatest, wide = p.meanField.floats("least"), p.meanField.floats("greatest"), true
			}
		}
		one.At, one.Network = p.snapshotsOf("mean")
		_, one.SE = p.snapshotsOf("mean_se")
		network, field = network || some(one.Network), field || some(one.MeanField)
		list = append(list, one)
	}
	if !network && !field {
		return nil
	}
	caption := "Mean of the " + f.quantity() + " over the sites"
	if !wide {
		caption = "The " + f.quantity() + " against time"
	}
	caption += f.colours(network, field, "blue dots: the network at the snapshots, ± 2 standard errors over the replicas", "orange: the mean field") + "."
	return &figure{Name: "activity", Title: "Mean activity", Caption: caption, drawing: plot.ActivitiesFigure(list...)}
}

// colours says which sides are drawn and how.
func (f *folder) colours(network, field bool, blue, orange string) (text string) {
	if network {
		text += "; " + blue
	}
	if field {
		text += "; " + orange
	}
	return text
}

// drawPhase draws the phase plane of two populations at a point.
func (f *folder) drawPhase() *figure {
	if len(f.parts) != 2 || f.parts[0].field.dims() > 0 || f.parts[0].meanField == nil {
		return nil
	}
	x, y := f.parts[0], f.parts[1]
	d := plot.Phase{X: f.quantity() + " " + x.name, Y: f.quantity() + " " + y.name, MeanX: x.meanField.floats("mean"), MeanY: y.meanField.floats("mean")}
	if len(d.MeanX) != len(d.MeanY) || !some(d.MeanX) || !some(d.MeanY) {
		return nil
	}
	caption := "Phase plane: the way of the mean field from its start (ring), arrows in the direction of time."
	if one, two := x.field, y.field; len(one.network.rows) > 0 && len(one.network.rows) == len(two.network.rows) {
		d.NetworkX, d.NetworkY = flat(one.network.rows), flat(two.network.rows)
		d.SEX, d.SEY = flat(one.errors.rows), flat(two.errors.rows)
		caption += " Blue: the network at the snapshots, ± 2 standard errors both ways; replicas of an oscillation were moved along the cycle to its phase."
	}
	return &figure{Name: "phase-plane", Title: "Phase plane", Caption: caption, drawing: d.Figure()}
}

// flat puts rows one after the other.
func flat(rows [][]float64) []float64 { return slices.Concat(rows...) }

// drawFields draws the profiles of a field over a ring or a line.
func (f *folder) drawFields(p *part) *figure {
	if p.field.dims() != 1 {
		return nil
	}
	d := plot.Fields{At: p.field.axis, Place: "position x", Name: f.quantity() + " N(x, t)"}
	for _, t := range p.field.times() {
		d.Snapshots = append(d.Snapshots, plot.FieldSnapshot{Time: t, Network: p.field.network.at(t), SE: p.field.errors.at(t), MeanField: p.field.meanField.at(t)})
	}
	caption := "The field over the sites at the snapshots" + f.colours(len(p.field.network.rows) > 0, len(p.field.meanField.rows) > 0,
		"blue: the network, mean over its replicas, with a band of ± 2 standard errors", "orange: the mean field") + "."
	return &figure{Name: p.file("fields"), Title: p.of("Field"), Caption: caption, drawing: d.Figure()}
}

// drawFieldErrors draws what the network's field over a ring or a line has more than the mean field.
func (f *folder) drawFieldErrors(p *part) *figure {
	if p.field.dims() != 1 {
		return nil
	}
	d := plot.Fields{At: p.field.axis, Place: "position x", Name: "network − mean field"}
	for i, t := range p.field.network.times {
		mean := p.field.meanField.at(t)
		if mean == nil {
			continue
		}
		one := plot.FieldSnapshot{Time: t, SE: p.field.errors.at(t), MeanField: make([]float64, len(mean))}
		for k, v := range p.field.network.rows[i] {
			one.Network = append(one.Network, v-mean[k])
		}
		d.Snapshots = append(d.Snapshots, one)
	}
	if d.Snapshots == nil {
		return nil
	}
	return &figure{Name: p.file("field-errors"), Title: p.of("Difference of the fields"), drawing: d.Figure(),
		Caption: "The network's field less the mean field (blue, with a band of ± 2 standard errors). Where the two sides agree, the band holds zero (orange) at about 95 % of the sites, those of a neighbourhood together."}
}

// leastForMap is the number of snapshots from which they make a picture of space and time.
const leastForMap = 8

// drawSpaceTime draws a field over a ring or a line against time, where there are snapshots enough.
func (f *folder) drawSpaceTime(p *part) *figure {
	if p.field.dims() != 1 {
		return nil
	}
	d := plot.Planes{Name: f.quantity() + " N(x, t)", Shape: 1, Rows: make([][]plot.Plane, 1)}
	for _, side := range []struct {
		name string
		profiles
	}{{"network", p.field.network}, {"mean field", p.field.meanField}} {
		if n := len(side.rows); n >= leastForMap {
			up := plot.Side{Label: "time (membrane time constants)", From: side.times[0], To: side.times[n-1]}
			d.Rows[0] = append(d.Rows[0], plot.Plane{Title: side.name, Value: side.evenly(4 * n), X: p.field.side("x"), Y: up})
		}
	}
	if d.Rows[0] == nil {
		return nil
	}
	return &figure{Name: p.file("space-time"), Title: p.of("Field in space and time"), drawing: d.Figure(),
		Caption: "The field over the sites, time upwards: at each height the snapshot that is nearest in time."}
}

// evenly returns so many rows at times evenly spread, each the one nearest in time.
func (p profiles) evenly(count int) (rows [][]float64) {
	at, last := 0, len(p.times)-1
	for k := range count {
		t := p.times[0] + (p.times[last]-p.times[0])*(float64(k)+0.5)/float64(count)
		for at < last && p.times[at+1]-t < t-p.times[at] {
			at++
		}
		rows = append(rows, p.rows[at])
	}
	return rows
}
