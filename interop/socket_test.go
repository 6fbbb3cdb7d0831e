package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A goPeer is a library in Go, which we call.
type goPeer struct {
	name string

	// accept is the server's opening handshake; it agrees on the subprotocol protocol.
	accept func(w http.ResponseWriter, r *http.Request, limit int) (socket, error)

	// dial is the client's, over conn.
	dial func(conn net.Conn, url string, protocols []string) (socket, error)
}

// A socket is a connection as a library gives it to its users.
type socket interface {
	Subprotocol() string
	Send(isText bool, payload []byte) error

	// Receive waits for a message. It returns a closeError when a Close frame came.
	Receive() (isText bool, payload []byte, err error)

	// Close sends a Close frame and does not wait: somebody else receives.
	Close(code int, reason string)

	// Drop ends the connection without a Close frame.
	Drop()

	// Finish ends it when Receive has failed.
	Finish()
}

// A fragmenter is a socket whose library can send fragments, with a ping behind the
// first of them if there is to be one.
type fragmenter interface {
	SendFragments(isText bool, pieces [][]byte, ping bool) error
}

// A closeError is what the other side said with its Close frame. Code 0 is for a
// library that does not tell.
type closeError struct {
	code   int
	reason string
}

func (e closeError) Error() string { return fmt.Sprintf("closed: %d %q", e.code, e.reason) }

// noConnection begins the Problem of a connection that never was one.
const noConnection = "no connection: "

// patience is how long a conversation may take. It only has to be longer than any
// of them takes on any machine.
const patience = 60 * time.Second

// end puts into the report how the connection ended.
func (r *report) end(err error) {
	var closed closeError
	if r.Code = noClose; errors.As(err, &closed) {
		r.Code, r.Reason = closed.code, closed.reason
	}
}

// drive is a client's part of a conversation.
func drive(s socket, c conversation, id int) report {
	r := report{ID: id, Protocol: s.Subprotocol(), wire: wireOf(s)}
	late := time.AfterFunc(patience, s.Drop)
	got := make(chan struct{}, 4096)
	var end error
	go func() {
		defer close(got)
		for {
			isText, payload, err := s.Receive()
			if err != nil {
				end = err
				return
			}
			r.Received.add(isText, payload)
			got <- struct{}{}
		}
	}()
	seen := 0
	for _, a := range c.Acts {
		switch a.Do {
		case "send":
			for range a.Count {
				payload := content(a.Kind, a.Size, id, r.Sent.Count)
				if r.send(s, isText(a.Kind), payload, a.Pieces, a.Ping); r.Problem != "" {
					s.Drop() // nobody needs to wait for it
				}
			}
		case "receive":
			for ok := true; ok && seen < a.Count; seen++ {
				if _, ok = <-got; !ok {
					r.Problem += fmt.Sprintf("it was over after %d of %d messages; ", seen, a.Count)
				}
			}
		case "close":
			s.Close(a.Code, a.Reason)
		case "drop":
			s.Drop()
		}
	}
	for range got {
	}
	if !late.Stop() {
		r.Problem += fmt.Sprintf("no end within %v; ", patience)
	}
	r.end(end)
	s.Finish()
	return r
}

// send sends a message and accounts for it: in n fragments, whole if n is 0.
func (r *report) send(s socket, isText bool, payload []byte, n int, ping bool) {
	r.Sent.add(isText, payload)
	err := errors.New("this library sends no fragments")
	if n == 0 {
		err = s.Send(isText, payload)
	} else if f, ok := s.(fragmenter); ok {
		err = f.SendFragments(isText, cut(payload, n), ping)
	}
	if err != nil {
		r.Problem += fmt.Sprintf("message %d was not sent: %v; ", r.Sent.Count, err)
	}
}

// cut makes n pieces of a payload, also in the middle of a character.
func cut(payload []byte, n int) (pieces [][]byte) {
	for i := range n {
		pieces = append(pieces, payload[i*len(payload)/n:(i+1)*len(payload)/n])
	}
	return pieces
}

// attend is a server's part of a conversation.
func attend(s socket, way string, id int) report {
	r := report{ID: id, Protocol: s.Subprotocol(), wire: wireOf(s)}
	late := time.AfterFunc(patience, s.Drop)
	var sending sync.WaitGroup
	for {
		isText, payload, err := s.Receive()
		if err != nil {
			r.end(err)
			break
		}
		r.Received.add(isText, payload)
		switch way {
		case wayEcho, wayLimited:
			r.send(s, isText, payload, 0, false)
		case wayPieces, wayPings:
			// Beside Receive: who sends a ping may wait for the pong, which is received.
			sending.Go(func() { r.send(s, isText, payload, echoPieces, way == wayPings) })
		case wayClose:
			s.Close(serverCode, serverReason)
		case wayLeave:
			s.Close(noCode, "")
		case wayDrop:
			s.Drop()
		}
	}
	sending.Wait()
	if !late.Stop() {
		r.Problem += fmt.Sprintf("no end within %v; ", patience)
	}
	s.Finish()
	return r
}

// An inbox holds the reports of a server until somebody asks for them.
type inbox struct {
	mu      sync.Mutex
	reports map[int]chan report
}

func newInbox() *inbox { return &inbox{reports: map[int]chan report{}} }

func (b *inbox) of(id int) chan report {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.reports[id] == nil {
		b.reports[id] = make(chan report, 1)
	}
	return b.reports[id]
}

func (b *inbox) put(r report) { b.of(r.ID) <- r }

// take waits for the report about connection id.
func (b *inbox) take(id int) report {
	select {
	case r := <-b.of(id):
		return r
	case <-time.After(patience):
		return report{ID: id, Problem: fmt.Sprintf("no report within %v; ", patience)}
	}
}

// serve starts a server of this library. It is stopped when the test is over.
func (p goPeer) serve(t *testing.T) *server {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{inbox: newInbox(), pages: http.NewServeMux(), name: p.name, url: "ws://" + listener.Addr().String()}
	s.limited = s.url
	web := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			way, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			id, err := strconv.Atoi(rest)
			if err != nil {
				s.pages.ServeHTTP(w, r)
				return
			}
			limit := 2 << 20
			if way == wayLimited {
				limit = messageLimit
			}
			conn, err := p.accept(w, r, limit)
			if err != nil {
				s.inbox.put(report{ID: id, Problem: noConnection + err.Error()})
				return
			}
			s.inbox.put(attend(conn, way, id))
		}),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, c)
		},
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		web.Serve(tapListener{listener, p.name == ours.name})
	}()
	t.Cleanup(func() {
		web.Close()
		<-done
	})
	return s
}

type connKey struct{}

// connOf is the connection that a request came over.
func connOf(r *http.Request) net.Conn { return r.Context().Value(connKey{}).(net.Conn) }

// run is a client's part of a conversation, for each of the URLs, all at once.
func (p goPeer) run(t *testing.T, c conversation, links []link) []report {
	reports := make([]report, len(links))
	var all, open sync.WaitGroup
	open.Add(len(links))
	for i, l := range links {
		all.Go(func() {
			s, err := p.connect(l, c.Protocols)
			open.Done()
			if err != nil {
				reports[i] = report{ID: l.ID, Problem: noConnection + err.Error()}
				return
			}
			open.Wait() // every connection is open before the first is used
			reports[i] = drive(s, c, l.ID)
		})
	}
	all.Wait()
	return reports
}

func (p goPeer) connect(l link, protocols []string) (socket, error) {
	conn, err := net.Dial("tcp", l.host())
	if err != nil {
		return nil, err
	}
	if p.name == ours.name {
		conn = newTap(conn, clientSide)
	}
	conn.SetDeadline(time.Now().Add(patience))
	s, err := p.dial(conn, l.URL, protocols)
	if err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	return s, nil
}

// A link is the address of one connection.
type link struct {
	ID  int    `json:"id"`
	URL string `json:"url"`
}

func (l link) host() string {
	_, rest, _ := strings.Cut(l.URL, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
