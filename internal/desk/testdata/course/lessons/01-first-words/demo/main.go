// The demo of a lesson for the desk's own tests.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strings"

	firstwords "example/websockets/lessons/01-first-words"
)

func main() {
	if args := strings.Join(os.Args[1:], " "); args != "serve -stay" {
		fmt.Printf("%s: %q\n", args, firstwords.Greet("you"))
		if strings.HasSuffix(args, "-fail") {
			os.Exit(3)
		}
		return
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	fmt.Println("ready")
	<-interrupted
	fmt.Println("stopped in order")
	os.Exit(4)
}
