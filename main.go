// The desk of the course: go run . says where you are and what comes next.
package main

import (
	"os"

	"example/websockets/internal/desk"
)

func main() { os.Exit(desk.Main(os.Args[1:], os.Stdout, os.Stderr)) }
