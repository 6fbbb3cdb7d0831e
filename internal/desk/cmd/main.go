// Command cmd is the desk itself; the course's root starts it.
package main

import (
	"os"

	"example/websockets/internal/desk"
)

func main() { os.Exit(desk.Main(os.Args[1:], os.Stdout, os.Stderr)) }
