package spectral

var debug = false
