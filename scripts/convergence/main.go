// Command convergence lets networks of growing size run beside the equation of their mean field, for models whose solutions
// relax, and fits how their distance falls: as size^−γ, with γ = ½ expected. It prints a table in Markdown. A distance is a root mean
// square over independent networks, all with other random numbers; its standard error comes from their scatter.
//
//	go run ./scripts/convergence -only elapsed
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"
	"time"
)

func main() {
	only := flag.String("only", "", "only the scenarios whose name holds this")
	replicas := flag.Int("replicas", 16, "networks of the largest size; of smaller ones up to sixteen times as many")
	seed := flag.Uint64("seed", 1, "random seed")
	workers := flag.Int("workers", runtime.GOMAXPROCS(0), "networks at a time")
	flag.Parse()
	if *replicas < 2 {
		log.Fatalf("-replicas %d: at least 2", *replicas)
	}
	fmt.Printf("%s, %s\n\n", time.Now().Format("2006-01-02"), strings.Join(append([]string{"convergence"}, os.Args[1:]...), " "))
	header(os.Stdout)
	for _, s := range scenarios() {
		if !strings.Contains(s.name, *only) {
			continue
		}
		rows, err := s.measure(context.Background(), *replicas, *workers, *seed)
		if err != nil {
			log.Fatal(err)
		}
		for _, r := range rows {
			r.print(os.Stdout)
		}
	}
}

func scenarios() (list []scenario) {
	for _, c := range conductances() {
		list = append(list, c.scenario())
	}
	for _, r := range relaxations() {
		list = append(list, r.scenario())
	}
	for _, f := range fields() {
		list = append(list, f.scenario())
	}
	return list
}
