package memconn

import (
	"net"
	"sync"
)

// Listener accepts the connections that its Dial makes.
type Listener struct {
	dialed chan *Conn
	failed chan error
	closed chan struct{}
	once   sync.Once
}

var _ net.Listener = (*Listener)(nil)

// Listen returns a listener that holds one dialed connection until it is accepted.
func Listen() *Listener {
	return &Listener{
		dialed: make(chan *Conn, 1),
		failed: make(chan error, 1),
		closed: make(chan struct{}),
	}
}

// Dial connects to l and returns the client's end. It blocks while another
// connection waits to be accepted, and fails with [net.ErrClosed] after Close.
func (l *Listener) Dial(options ...Option) (*Conn, error) {
	client, server := Pipe(options...)
	if l.Closed() {
		return nil, client.opError("dial", net.ErrClosed)
	}
	select {
	case l.dialed <- server:
		return client, nil
	case <-l.closed:
		return nil, client.opError("dial", net.ErrClosed)
	}
}

// Accept returns the next dialed connection.
func (l *Listener) Accept() (net.Conn, error) {
	if !l.Closed() {
		select {
		case err := <-l.failed:
			return nil, err
		case c := <-l.dialed:
			return c, nil
		case <-l.closed:
		}
	}
	return nil, &net.OpError{Op: "accept", Net: "memconn", Addr: l.Addr(), Err: net.ErrClosed}
}

// Fail makes the pending Accept, or the next one, return err.
func (l *Listener) Fail(err error) { l.failed <- err }

// Close ends Accept and Dial. The second Close fails with [net.ErrClosed].
func (l *Listener) Close() error {
	err := error(&net.OpError{Op: "close", Net: "memconn", Addr: l.Addr(), Err: net.ErrClosed})
	l.once.Do(func() {
		close(l.closed)
		err = nil
	})
	return err
}

// Closed says whether Close was called.
func (l *Listener) Closed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// Addr names the listener.
func (l *Listener) Addr() net.Addr { return addr("listener") }
