package limits

import (
	"errors"
	"math"

	"lapicque/runs/store"
)

// Write writes limits.json, the tables points and limits, the plots and report.html.
func (r *Result) Write(folder *store.Folder, argv []string) error {
	err := folder.JSON(ResultName, r)
	if len(r.Points) > 0 {
		err = errors.Join(err, r.points(folder), r.rows(folder))
	}
	if err != nil {
		return err
	}
	return r.page(folder, argv)
}

// points writes a row a point, candidate and snapshot.
func (r *Result) points(folder *store.Folder) error {
	var value, time, w1, w1se, m1, m1se, fired, rate, half []float64
	var size []int
	var rule, over []string
	for _, p := range r.Points {
		for _, mark := range p.Landmarks {
			for k, name := range r.names() {
				value, size, time, rule = append(value, p.Value), append(size, p.N), append(time, mark.Time), append(rule, name)
				w1, w1se = append(w1, float64(mark.W1[k].Value)), append(w1se, float64(mark.W1[k].Error))
				m1, m1se = append(m1, float64(p.M1[k].Value)), append(m1se, float64(p.M1[k].Error))
				fired, rate, half = append(fired, float64(mark.Fired)), append(rate, float64(mark.Rate)), append(half, float64(p.Half))
				over = append(over, map[bool]string{true: "yes", false: "no"}[mark.Over])
			}
		}
	}
	if len(value) == 0 {
		return nil
	}
	return folder.Columns("tables/points", []store.Column{{Name: r.Study.Key, Values: value}, {Name: "N", Values: size}, {Name: "time", Values: time}, {Name: "rule", Values: rule},
		{Name: "w1", Values: w1}, {Name: "w1_error", Values: w1se}, {Name: "m1", Values: m1}, {Name: "m1_error", Values: m1se},
		{Name: "fired", Values: fired}, {Name: "mean_rate", Values: rate}, {Name: "half_time", Values: half}, {Name: "jump_over", Values: over}})
}

// rows writes a row a limit.
func (r *Result) rows(folder *store.Folder) error {
	var order, rule, measure []string
	var time, value, low, high, power []float64
	for _, x := range r.Rows {
		at := math.NaN()
		if x.Time != nil {
			at = *x.Time
		}
		order, rule, measure, time = append(order, x.Order), append(rule, x.Rule), append(measure, x.Measure), append(time, at)
		value, low, high, power = append(value, float64(x.Limit.Value)), append(low, float64(x.Limit.Low)), append(high, float64(x.Limit.High)), append(power, float64(x.Limit.Power))
	}
	return folder.Columns("tables/limits", []store.Column{{Name: "order", Values: order}, {Name: "rule", Values: rule}, {Name: "measure", Values: measure},
		{Name: "time", Values: time}, {Name: "limit", Values: value}, {Name: "low", Values: low}, {Name: "high", Values: high}, {Name: "power", Values: power}})
}
