package report

import "html/template"

// Style returns the style sheet of all pages, for those that have templates of their own.
func Style() template.CSS {
	text, err := pages.ReadFile("style.css")
	if err != nil {
		panic("report: " + err.Error())
	}
	return template.CSS(text)
}
