// Package demo is what the lessons' demo programs share: arguments, a stop with
// Ctrl-C, and errors said in a sentence.
package demo

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"sync"
	"time"
)

// Addr is where a demo serves and dials unless told otherwise: the port of the
// study notes, on the loopback interface only.
const Addr = "127.0.0.1:9092"

// Options are what a demo's caller chose.
type Options struct {
	Count    int           // updates for each client
	Interval time.Duration // between two updates
}

// Serve and Dial are the two sides of a demo.
type (
	Serve func(ctx context.Context, ln net.Listener, o Options) error
	Dial  func(ctx context.Context, conn net.Conn) error
)

// Main runs a demo whose client only needs a connection.
func Main(serve Serve, dial Dial) {
	Program{
		Count: 20, CountIs: "updates for each client",
		Serve: serve,
		Dial:  func(ctx context.Context, addr string) error { return connect(ctx, addr, dial) },
	}.Main()
}

// A Program is a demo that has something of its own.
type Program struct {
	Count   int    // unless -count says otherwise
	CountIs string // what -count means
	Flags   func(*flag.FlagSet)
	Serve   Serve
	Dial    func(ctx context.Context, addr string) error
}

// Main runs the side that the first argument names and exits with status 0 when
// it came to its end or was stopped by Ctrl-C, 1 when it failed, and 2 when the
// arguments make no sense.
func (p Program) Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(p.run(ctx, os.Args[1:]))
}

func (p Program) run(ctx context.Context, args []string) int {
	var o Options
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	addr := flags.String("addr", Addr, "host and port; port 0 takes any free one")
	flags.IntVar(&o.Count, "count", p.Count, p.CountIs)
	flags.DurationVar(&o.Interval, "interval", time.Second, "time between two updates")
	if p.Flags != nil {
		p.Flags(flags)
	}
	if len(args) == 0 || (args[0] != "serve" && args[0] != "dial") {
		fmt.Fprintln(os.Stderr, "a demo wants to know which side to play: serve or dial")
		return 2
	}
	if err := flags.Parse(args[1:]); err != nil {
		return 2 // the flag package has said why
	}
	if flags.NArg() > 0 || o.Count < 0 || o.Interval < 0 {
		fmt.Fprintf(os.Stderr, "these arguments make no sense here: %q\n", args[1:])
		return 2
	}
	servers := "" // a flag of the server, given to the client
	flags.Visit(func(f *flag.Flag) {
		if f.Name == "count" || f.Name == "interval" {
			servers = f.Name
		}
	})
	if args[0] == "dial" && servers != "" {
		fmt.Fprintf(os.Stderr, "-%s is for serve: the server decides what it sends, and dial prints what comes\n", servers)
		return 2
	}
	var err error
	if args[0] == "serve" {
		err = listen(ctx, *addr, o, p.Serve)
	} else {
		err = p.Dial(ctx, *addr)
	}
	// What a stop tore down on its way is no error worth telling.
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func listen(ctx context.Context, addr string, o Options, serve Serve) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (is another server running there? -addr chooses another port): %w", addr, err)
	}
	defer ln.Close()
	Println("listening on", ln.Addr(), "(Ctrl-C stops)")
	return serve(ctx, ln, o)
}

func connect(ctx context.Context, addr string, dial Dial) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot reach %s (is a server running there? -addr chooses another): %w", addr, err)
	}
	defer conn.Close()
	// A demo's reads know nothing of contexts: closing wakes them.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	return dial(ctx, conn)
}

var printing sync.Mutex

// Println prints a line; many clients may print at once.
func Println(a ...any) {
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(a...)
}

// Ended says in a few words how a client's connection ended.
func Ended(err error) string {
	switch {
	case err == nil:
		return "done"
	case errors.Is(err, context.Canceled):
		return "stopped"
	default:
		return err.Error()
	}
}

// EachClient serves every client of ln in a goroutine of its own until ctx ends,
// and says on standard output who came and how it ended. It leaves the clients
// it has at the end to the end of the program; lesson 01 does better.
func EachClient(ctx context.Context, ln net.Listener, serve func(net.Conn) error) error {
	defer context.AfterFunc(ctx, func() { ln.Close() })()
	for {
		conn, err := ln.Accept()
		if err != nil {
			return fmt.Errorf("accepting a client: %w", err)
		}
		go func() {
			defer conn.Close()
			Println(conn.RemoteAddr(), "connected")
			Println(conn.RemoteAddr(), Ended(serve(conn)))
		}()
	}
}

// Updates calls send with the time, o.Count times, with o.Interval in between.
func Updates(ctx context.Context, o Options, send func(text string) error) error {
	for i := range o.Count {
		if i > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(o.Interval):
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		now := time.Now()
		if err := send(fmt.Sprintf("The time is %d.%06d", now.Unix(), now.Nanosecond()/1000)); err != nil {
			return err
		}
	}
	return nil
}
