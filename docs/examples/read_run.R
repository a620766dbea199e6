# Reads the folder of a run with base R and prints what is in it.
#
#   lapicque run blow-up -o RUN
#   lapicque raster convert RUN spikes.csv --columns all
#   Rscript read_run.R RUN spikes.csv
#
# A run of one side alone, or of several populations, has fewer or more lines.

# An array of doubles in NumPy's format; the last index runs fastest there, the first in R.
read_npy <- function(path) {
  file <- file(path, "rb")
  on.exit(close(file))
  version <- readBin(file, "raw", 8)[7] # after six bytes of magic
  size <- if (version == 1) 2 else 4
  length <- readBin(file, "integer", 1, size = size, signed = size > 2, endian = "little")
  header <- rawToChar(readBin(file, "raw", length))
  stopifnot(grepl("'descr': *'<f8'", header), grepl("'fortran_order': *False", header))
  shape <- sub(".*'shape': *\\(([^)]*)\\).*", "\\1", header)
  shape <- scan(text = shape, sep = ",", quiet = TRUE)
  shape <- shape[!is.na(shape)]
  values <- readBin(file, "double", prod(shape), endian = "little")
  if (length(shape) < 2) values else aperm(array(values, rev(shape)))
}

# A key of the outermost level of summary.json. With the package jsonlite: fromJSON(path)[[key]].
summary_key <- function(run, key) {
  lines <- readLines(file.path(run, "summary.json"))
  pattern <- sprintf('^  "%s": "(.*)",?$', key)
  sub(pattern, "\\1", grep(pattern, lines, value = TRUE)[1])
}

# Every number with twelve digits.
number <- function(x) format(x, digits = 12, trim = TRUE)

# The mean over the run of every rate, population by population.
print_rates <- function(run) {
  path <- file.path(run, "tables", "rates.csv")
  if (!file.exists(path)) return(invisible())
  rates <- read.csv(path)
  if (is.null(rates$population)) rates$population <- ""
  for (part in split(rates, rates$population)) {
    for (side in c("network", "meanfield")) {
      rate <- part[[paste0(side, "_rate")]]
      known <- !is.na(rate) # no mean field after a blow-up that ends it
      if (!any(known)) next
      name <- trimws(paste(side, part$population[1]))
      mean <- weighted.mean(rate[known], (part$time_to - part$time_from)[known])
      cat("mean rate, ", name, ": ", number(mean), "\n", sep = "")
    }
  }
}

# Time, mean and variance of every density at its last snapshot.
print_densities <- function(run) {
  for (path in sort(Sys.glob(file.path(run, "arrays", "density_edges*.npy")))) {
    population <- sub("^density_edges(.*)[.]npy$", "\\1", basename(path)) # "" or "_E"
    edges <- read_npy(path)
    width <- diff(edges)
    centre <- (head(edges, -1) + tail(edges, -1)) / 2
    for (side in c("network", "meanfield")) {
      file <- file.path(run, "arrays", paste0("density_", side, population, ".npy"))
      if (!file.exists(file)) next
      density <- read_npy(file) # snapshots x bins
      time <- tail(read_npy(file.path(run, "arrays", paste0("density_", side, "_times.npy"))), 1)
      weight <- density[nrow(density), ] * width
      weight <- weight / sum(weight) # below 1 where some neurons are refractory
      mean <- sum(weight * centre)
      variance <- sum(weight * ((centre - mean)^2 + width^2 / 12)) # constant within a bin
      name <- trimws(paste(side, sub("_", "", population)))
      cat("density, ", name, ": time ", number(time), ", mean ", number(mean), ", variance ", number(variance), "\n", sep = "")
    }
  }
}

# Cascades of two neurons or more: one that takes a good part of them is a blow-up of the network.
print_cascades <- function(run) {
  path <- file.path(run, "tables", "cascades.csv")
  if (!file.exists(path)) return(invisible())
  cascades <- read.csv(path)
  cat("cascades: ", nrow(cascades), "\n", sep = "")
  cat("neurons in the largest cascade: ", max(0, cascades$size), "\n", sep = "")
}

arguments <- commandArgs(trailingOnly = TRUE)
if (!length(arguments) %in% 1:2) stop("usage: read_run.R RUN [SPIKES.csv]")
run <- arguments[1]
if (!file.exists(file.path(run, "manifest.json"))) message("warning: this run is not finished") # written last
cat("scenario: ", summary_key(run, "scenario"), "\n", sep = "")
cat("outcome: ", summary_key(run, "outcome"), "\n", sep = "")
print_rates(run)
print_densities(run)
print_cascades(run)
if (length(arguments) == 2) { # or, with the package arrow: read_parquet(file.path(run, "raster.parquet"))
  spikes <- read.csv(arguments[2])
  cat("spikes in the raster: ", nrow(spikes), "\n", sep = "")
}
