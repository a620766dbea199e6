package report

import (
	"math"
	"strconv"
	"strings"
)

const absent = "—"

// number writes x with so many significant digits, very large and very small
// ones with a power of ten, a dash for a value that does not exist.
func number(x float64, digits int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return absent
	}
	if a := math.Abs(x); a == 0 || a >= 1e-3 && a < 1e6 {
		decimals := digits - 1
		if a > 0 {
			decimals = digits - 1 - int(math.Floor(math.Log10(a)))
		}
		return minus(strconv.FormatFloat(x, 'f', max(0, decimals), 64))
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(x, 'e', digits-1, 64), "e")
	e, _ := strconv.Atoi(exponent)
	return minus(mantissa) + "·10" + raised(e)
}

// short writes a time or another given number as briefly as it allows.
func short(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return absent
	}
	return minus(strconv.FormatFloat(x, 'g', 7, 64))
}

// interval writes a value and two standard errors with matching decimals.
func interval(x, se float64) string {
	if math.IsNaN(x) || math.IsNaN(se) || se <= 0 {
		return number(x, 3)
	}
	decimals := max(0, min(12, 1-int(math.Floor(math.Log10(2*se)))))
	return minus(strconv.FormatFloat(x, 'f', decimals, 64)) + " ± " + strconv.FormatFloat(2*se, 'f', decimals, 64)
}

// estimate writes a value with the error e estimated for it, without one (e = 0)
// with so many digits.
func estimate(x, e float64, digits int) string {
	if e <= 0 {
		return number(x, digits)
	}
	return interval(x, e/2)
}

// whole writes an integer in groups of three digits.
func whole(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return minus(s)
}

func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

func raised(e int) string {
	const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	var b strings.Builder
	for _, r := range strconv.Itoa(e) {
		if r == '-' {
			b.WriteRune('⁻')
			continue
		}
		b.WriteString(string([]rune(digits)[r-'0']))
	}
	return b.String()
}

// count writes a number of things with its noun.
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return whole(n) + " " + many
}
