package demo

import (
	"context"
	"net"
	"testing"
)

func TestFlagsOfTheServer(t *testing.T) {
	served, dialed := 0, 0
	p := Program{
		Serve: func(context.Context, net.Listener, Options) error { served++; return nil },
		Dial:  func(context.Context, string) error { dialed++; return nil },
	}
	for _, c := range []struct {
		args   []string
		status int
	}{
		{[]string{"serve", "-addr", "127.0.0.1:0", "-count", "2", "-interval", "1ms"}, 0},
		{[]string{"dial"}, 0},
		{[]string{"dial", "-count", "2"}, 2},
		{[]string{"dial", "-count", "0"}, 2},
		{[]string{"dial", "-interval", "1s"}, 2},
	} {
		if got := p.run(t.Context(), c.args); got != c.status {
			t.Errorf("%q: want exit status %d, got %d", c.args, c.status, got)
		}
	}
	if served != 1 || dialed != 1 {
		t.Errorf("want one run of each side, got %d of serve and %d of dial", served, dialed)
	}
}
