// Package lesson behaves as badly as a learner's code can.
package lesson

import (
	"fmt"
	"os"
	"time"

	"example/websockets/internal/notwritten"
)

var spun int

func notWritten(step int) error { return notwritten.Step(step) }

// Second does what kind says.
func Second(kind string) []byte {
	switch kind {
	case "not written":
		notWritten(2)
		return nil
	case "wrong bytes":
		return []byte("5         héllo")
	case "hang":
		select {}
	case "slow":
		time.Sleep(time.Second)
	case "spin":
		for n := 0; ; n++ {
			spun = len(fmt.Sprint(n))
		}
	case "panic":
		var b []byte
		_ = b[len(kind)]
	case "panic in a goroutine":
		go func() { panic("boom\nand more") }()
		select {}
	case "exit":
		os.Exit(3)
	case "exit 0":
		os.Exit(0)
	case "recursion":
		return append(Second(kind), 1)
	case "memory":
		var keep [][]byte
		for {
			keep = append(keep, make([]byte, 64<<20))
			spun = len(keep)
		}
	case "output":
		for {
			fmt.Println("the same line, over and over again")
		}
	case "goroutine left":
		go func() { <-make(chan int) }()
	case "sleeper left":
		go func() { time.Sleep(time.Hour) }()
	case "debug print":
		fmt.Fprint(os.Stderr, "a learner's own line, without an end")
	}
	return []byte("6         héllo")
}

// First is right, unless nothing is written yet.
func First(kind string) int {
	if kind == "start" {
		notWritten(1)
		return 0
	}
	return 1
}

// Step 2: the task of the second step.
