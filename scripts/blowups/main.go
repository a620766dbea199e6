// Command blowups lets networks of growing size run through blow-ups and compares
// them with the mean field that goes on after its own: time and size of the jumps, the law right
// after the first and some time later, extrapolated to N → ∞. It prints tables in
// Markdown and draws a figure for each case.
//
//	go run ./scripts/blowups -plots docs/img
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	quick := flag.Bool("quick", false, "small networks only: some seconds")
	only := flag.String("case", "", "only the cases whose name holds this")
	plots := flag.String("plots", "", "a folder for the figures; none without it")
	workers := flag.Int("workers", runtime.GOMAXPROCS(0), "networks at a time")
	flag.Parse()
	fmt.Printf("%s, %s, %s/%s\n\n", time.Now().Format("2006-01-02"), strings.Join(append([]string{"blowups"}, os.Args[1:]...), " "), runtime.GOOS, runtime.GOARCH)
	for _, c := range cases(*quick) {
		if !strings.Contains(c.name, *only) {
			continue
		}
		began := time.Now()
		r, err := c.measure(context.Background(), *workers)
		if err != nil {
			log.Fatal(err)
		}
		r.print(os.Stdout)
		fmt.Printf("%.0f s.\n\n", time.Since(began).Seconds())
		if *plots != "" {
			if err := r.draw(filepath.Join(*plots, "blowup-"+c.name+".png")); err != nil {
				log.Fatal(err)
			}
		}
	}
}
