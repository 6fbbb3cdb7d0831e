package rawsocket

import (
	"context"
	"net"
)

// Serve accepts clients from ln and calls handle for each.
//
// Step 6: no client waits for another. As soon as handle has returned, that
// client's connection is closed. When Accept fails, Serve returns its error; step 7
// says more about that.
//
// Step 7: when ctx ends, Serve closes ln and every connection, waits until every
// handle has returned, and returns nil: a stop that was asked for is no error.
// When ln fails, Serve stops everything in the same way, ends the context that
// it gave to handle, and returns an error in which errors.Is finds that of
// ln.Accept. Either way nothing that Serve started is still running when it
// returns, and while it runs, no goroutine and no open connection is left of a
// client that is gone.
func Serve(ctx context.Context, ln net.Listener, handle func(context.Context, net.Conn)) error {
	return notWritten(6)
}
